package parquet

import (
	"bytes"

	"github.com/parframe/parframe/internal/pqmeta"
)

// maxStat is the longest byte string that is kept as a least or greatest value.
const maxStat = 256

// stats notes the least and the greatest value, of the dictionary if there is
// one.
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
			st.Min, st.Max = own(lo), own(hi)
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

// extremes returns the least and greatest of n values. NaN takes no part; of
// the two zeros, the format wants -0 as least and +0 as greatest.
func (w *chunkWriter) extremes(b []byte, n int) (lo, hi []byte) {
	width := w.enc.out
	for i := range n {
		v := b[i*width : (i+1)*width]
		if w.enc.isNaN != nil && w.enc.isNaN(v) {
			continue
		}
		if lo == nil || w.enc.less(v, lo) < 0 {
			lo = v
		}
		if hi == nil || w.enc.less(v, hi) > 0 {
			hi = v
		}
	}
	if lo == nil {
		return nil, nil
	}
	lo, hi = own(lo), own(hi)
	if w.el.Type == pqmeta.Float || w.el.Type == pqmeta.Double {
		last := width - 1
		if isZero(lo) {
			lo[last] = 0x80
		}
		if isZero(hi) {
			hi[last] = 0
		}
	}
	return lo, hi
}

// isZero says that a float is +0 or -0.
func isZero(v []byte) bool {
	for _, c := range v[:len(v)-1] {
		if c != 0 {
			return false
		}
	}
	return v[len(v)-1]&0x7f == 0
}

// own copies b; an empty string stays one, where nil would mean none.
func own(b []byte) []byte { return append([]byte{}, b...) }
