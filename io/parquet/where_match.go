package parquet

import (
	"bytes"
	"cmp"
	"context"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/internal/pqmeta"
)

// mask sets mask to false for the rows of a column that are not within the bounds.
func (b *bounds) mask(ctx context.Context, chunks []*chunk.Chunk, mask []bool) error {
	at := 0
	for _, k := range chunks {
		a := storage(k.Array())
		test, err := b.test(a)
		if err != nil {
			return err
		}
		for lo := 0; lo < a.Len(); lo += checkEvery {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			for i := lo; i < min(lo+checkEvery, a.Len()); i++ {
				if mask[at+i] && (a.IsNull(i) || !test(i)) {
					mask[at+i] = false
				}
			}
		}
		at += a.Len()
	}
	return nil
}

// test returns the function that reports whether row i is within the bounds.
func (b *bounds) test(a arrow.Array) (func(i int) bool, error) {
	switch v := a.(type) {
	case *array.Int8:
		return within(v.Int8Values(), b.i64), nil
	case *array.Int16:
		return within(v.Int16Values(), b.i64), nil
	case *array.Int32:
		return within(v.Int32Values(), b.i64), nil
	case *array.Int64:
		return within(v.Int64Values(), b.i64), nil
	case *array.Uint8:
		return within(v.Uint8Values(), b.u64), nil
	case *array.Uint16:
		return within(v.Uint16Values(), b.u64), nil
	case *array.Uint32:
		return within(v.Uint32Values(), b.u64), nil
	case *array.Uint64:
		return within(v.Uint64Values(), b.u64), nil
	case *array.Float32:
		return within(v.Float32Values(), b.f64), nil
	case *array.Float64:
		return within(v.Float64Values(), b.f64), nil
	case *array.Timestamp:
		return within(v.TimestampValues(), b.i64), nil
	case *array.Duration:
		return within(v.DurationValues(), b.i64), nil
	case *array.Time32:
		return within(v.Time32Values(), b.i64), nil
	case *array.Time64:
		return within(v.Time64Values(), b.i64), nil
	case *array.Date32:
		return within(v.Date32Values(), b.i64), nil
	case *array.Date64:
		return within(v.Date64Values(), b.i64), nil
	case *array.Dictionary: // test each value once, then look the rows up
		values := storage(v.Dictionary())
		test, err := b.test(values)
		if err != nil {
			return nil, err
		}
		holds := make([]bool, values.Len())
		for i := range holds {
			holds[i] = values.IsValid(i) && test(i)
		}
		return func(i int) bool { return holds[v.GetValueIndex(i)] }, nil
	case *array.String, *array.LargeString, *array.Binary, *array.LargeBinary:
		value := textOf(a)
		return func(i int) bool { return b.holds(value(i)) }, nil
	}
	return nil, unsupported("Where on %v", a.DataType())
}

type numeric interface {
	~int8 | ~int16 | ~int32 | ~int64 | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~float32 | ~float64
}

func within[T numeric, B int64 | uint64 | float64](v []T, b [2]B) func(i int) bool {
	return func(i int) bool { return B(v[i]) >= b[0] && B(v[i]) <= b[1] }
}

func (b *bounds) holds(v []byte) bool {
	return (b.text[0] == nil || bytes.Compare(v, b.text[0]) >= 0) && (b.text[1] == nil || bytes.Compare(v, b.text[1]) <= 0)
}

// mayHold reports whether a row group with the statistics of m can have a row within
// the bounds. Without reliable statistics it can.
func (b *bounds) mayHold(m *pqmeta.Chunk, l *leaf) bool {
	s := &m.Stats
	if s.NullCount >= 0 && s.NullCount == m.NumValues && m.NumValues > 0 {
		return false
	}
	if s.Min == nil || s.Max == nil {
		return true
	}
	switch b.family {
	case texts:
		return (b.text[0] == nil || bytes.Compare(s.Max, b.text[0]) >= 0) && (b.text[1] == nil || bytes.Compare(s.Min, b.text[1]) <= 0)
	case floats:
		var lo, hi float64
		switch {
		case l.el.Type == pqmeta.Float && len(s.Min) == 4 && len(s.Max) == 4:
			lo, hi = float64(f32(s.Min)), float64(f32(s.Max))
		case l.el.Type == pqmeta.Double && len(s.Min) == 8 && len(s.Max) == 8:
			lo, hi = f64(s.Min), f64(s.Max)
		default:
			return true
		}
		if lo != lo || hi != hi { // some writers write NaN
			return true
		}
		return overlap(lo, hi, b.f64)
	}
	wide := l.el.Type == pqmeta.Int64 && len(s.Min) == 8 && len(s.Max) == 8
	if !wide && !(l.el.Type == pqmeta.Int32 && len(s.Min) == 4 && len(s.Max) == 4) {
		return true
	}
	if l.conv.fn != nil && l.conv.in != 4 || l.typ.ID() == arrow.TIME32 && l.conv.fn != nil || l.typ.ID() == arrow.DATE64 {
		return true // the statistics are in another unit
	}
	switch {
	case b.family == unsignedInts && wide:
		return overlap(u64(s.Min), u64(s.Max), b.u64)
	case b.family == unsignedInts:
		return overlap(uint64(u32(s.Min)), uint64(u32(s.Max)), b.u64)
	case wide:
		return overlap(int64(u64(s.Min)), int64(u64(s.Max)), b.i64)
	}
	return overlap(int64(int32(u32(s.Min))), int64(int32(u32(s.Max))), b.i64)
}

func overlap[T cmp.Ordered](lo, hi T, b [2]T) bool { return hi >= b[0] && lo <= b[1] }
