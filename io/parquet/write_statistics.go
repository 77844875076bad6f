package parquet

import (
	"bytes"
	"encoding/binary"
	"math"

	"github.com/parframe/parframe/internal/pqmeta"
)

// maxStat is the length of the longest byte string that is written as a least or
// greatest value.
const maxStat = 256

// stats sets the least and the greatest value, from the dictionary if there is one.
func (w *chunkWriter) stats(s *shredded, d *dictionary) {
	st := &w.meta.Stats
	st.MinExact, st.MaxExact = true, true
	switch {
	case s.values == 0:
	case w.enc.kind == stringConv:
		offs, data, n := s.offs, s.data, s.values
		if d != nil {
			offs, data, n = d.offs, d.data, d.n
		}
		lo, hi := data[offs[0]:offs[1]], data[offs[0]:offs[1]]
		for i := 1; i < n; i++ {
			v := data[offs[i]:offs[i+1]]
			if bytes.Compare(v, lo) < 0 {
				lo = v
			} else if bytes.Compare(v, hi) > 0 {
				hi = v
			}
		}
		if len(lo) <= maxStat && len(hi) <= maxStat {
			st.Min, st.Max = cloneBytes(lo), cloneBytes(hi)
		}
	case w.enc.kind == bitsConv:
		ones := false
		zeros := false
		for i := range s.values {
			if s.fixed[i>>3]>>(i&7)&1 != 0 {
				ones = true
			} else {
				zeros = true
			}
		}
		st.Min, st.Max = []byte{0}, []byte{1}
		if !zeros {
			st.Min[0] = 1
		}
		if !ones {
			st.Max[0] = 0
		}
	case w.enc.less != nil:
		b, n := s.fixed, s.values
		if d != nil {
			b, n = d.fixed, d.n
		}
		st.Min, st.Max = w.extremes(b, n)
	}
}

// extremes returns the least and the greatest of n values, ignoring NaN. Of the two
// zeros, the format requires -0 as least and +0 as greatest.
func (w *chunkWriter) extremes(b []byte, n int) (lo, hi []byte) {
	if n == 0 {
		return nil, nil
	}
	signed := w.el.Logical.Kind != pqmeta.IntegerKind || w.el.Logical.Signed
	switch t := w.el.Type; {
	case t == pqmeta.Double:
		lo, hi = extremeDoubles(b, n)
	case t == pqmeta.Int64 && signed:
		lo, hi = extremeInt64s(b, n)
	case t == pqmeta.Int32 && signed:
		lo, hi = extremeInt32s(b, n)
	default:
		lo, hi = w.enc.extremes(b, n)
	}
	if lo != nil && (w.el.Type == pqmeta.Float || w.el.Type == pqmeta.Double) {
		last := w.enc.out - 1
		if isZero(lo) {
			lo[last] = 0x80
		}
		if isZero(hi) {
			hi[last] = 0
		}
	}
	return lo, hi
}

// extremes returns the least and the greatest value of any type that has an order.
func (e *encoder) extremes(b []byte, n int) (lo, hi []byte) {
	for i := range n {
		v := b[i*e.out : (i+1)*e.out]
		if e.isNaN != nil && e.isNaN(v) {
			continue
		}
		if lo == nil || e.less(v, lo) < 0 {
			lo = v
		}
		if hi == nil || e.less(v, hi) > 0 {
			hi = v
		}
	}
	if lo == nil {
		return nil, nil
	}
	return cloneBytes(lo), cloneBytes(hi)
}

// extremeDoubles and the two functions below are extremes for the types of most
// columns. Comparing by a function took a tenth of the time of writing a file.
func extremeDoubles(b []byte, n int) (lo, hi []byte) {
	least, most := math.Inf(1), math.Inf(-1)
	for ; n > 0; n-- {
		v := f64(b)
		if v < least { // never true of NaN
			least = v
		}
		if v > most {
			most = v
		}
		b = b[8:]
	}
	if least > most { // nothing but NaN
		return nil, nil
	}
	return put64(math.Float64bits(least)), put64(math.Float64bits(most))
}

func extremeInt64s(b []byte, n int) (lo, hi []byte) {
	least, most := int64(math.MaxInt64), int64(math.MinInt64)
	for ; n > 0; n-- {
		v := int64(u64(b))
		least, most = min(least, v), max(most, v)
		b = b[8:]
	}
	return put64(uint64(least)), put64(uint64(most))
}

func extremeInt32s(b []byte, n int) (lo, hi []byte) {
	least, most := int32(math.MaxInt32), int32(math.MinInt32)
	for ; n > 0; n-- {
		v := int32(u32(b))
		least, most = min(least, v), max(most, v)
		b = b[4:]
	}
	return binary.LittleEndian.AppendUint32(nil, uint32(least)), binary.LittleEndian.AppendUint32(nil, uint32(most))
}

func put64(v uint64) []byte { return binary.LittleEndian.AppendUint64(nil, v) }

// isZero reports whether a float is +0 or -0.
func isZero(v []byte) bool {
	for _, c := range v[:len(v)-1] {
		if c != 0 {
			return false
		}
	}
	return v[len(v)-1]&0x7f == 0
}

// cloneBytes copies b. The copy of an empty string is not nil, which would mean no
// value.
func cloneBytes(b []byte) []byte { return append([]byte{}, b...) }
