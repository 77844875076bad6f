package frame

import (
	"fmt"

	"math/bits"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/float16"
)

// rowValueError is a value that another type cannot hold.
type rowValueError struct {
	row   int
	value string
	typ   arrow.DataType
}

func (e *rowValueError) Error() string {
	return fmt.Sprintf("row %d is %s, which %s cannot hold", e.row, e.value, e.typ)
}

// atRow moves the row of a rowValueError.
func atRow(err error, first int) error {
	if e, ok := err.(*rowValueError); ok {
		return &rowValueError{e.row + first, e.value, e.typ}
	}
	return err
}

// convert returns the chunk as one of the type, which unify has found to hold
// its values; nulls of a type of its own may need several.
func convert(c *chunk, to arrow.DataType) ([]*chunk, error) {
	if c.typ.ID() == arrow.NULL && to.ID() != arrow.NULL {
		return nullChunks(to, c.n), nil
	}
	k, err := convertOne(c, to)
	return []*chunk{k}, err
}

func convertOne(c *chunk, to arrow.DataType) (*chunk, error) {
	if c.typ == to {
		return c, nil
	}
	if c.n == 0 {
		return nullChunk(to, 0), nil
	}
	if c.typ.ID() == arrow.NULL && to.ID() != arrow.NULL {
		if c.n > maxRows(to) {
			return nil, fmt.Errorf("%d nulls in a list do not fit %s", c.n, to)
		}
		return nullChunk(to, c.n), nil
	}
	k := &chunk{typ: to, off: c.off, n: c.n, bufs: c.bufs, dict: c.dict}
	k.nulls.Store(c.nulls.Load())
	types := childTypes(to)
	for i, kid := range c.kids {
		kid, err := convertOne(kid, types[i])
		if err != nil {
			return nil, err
		}
		k.kids = append(k.kids, kid)
	}
	if sameMemory(c.typ, to) || len(c.kids) > 0 {
		return k, nil
	}
	// The validity bitmap stays, so the values must keep their offset.
	k.bufs = append([][]byte(nil), c.bufs...)
	end := c.off + c.n
	if t, ok := to.(*arrow.DictionaryType); ok {
		ints := intsOf(c.typ.(*arrow.DictionaryType).IndexType, c.bufs[1], end)
		k.bufs[1] = intBytes(t.IndexType, ints)
		return k, nil
	}
	switch to.ID() {
	case arrow.LARGE_STRING, arrow.LARGE_BINARY:
		k.bufs[1] = rawBytes(widened[int32, int64](values[int32](c.bufs[1])[:end+1]))
	case arrow.FLOAT16, arrow.FLOAT32, arrow.FLOAT64:
		floats, err := floatsOf(c, end)
		if err != nil {
			return nil, err
		}
		k.bufs[1] = floatBytes(to, floats)
	default:
		k.bufs[1] = intBytes(to, intsOf(c.typ, c.bufs[1], end))
	}
	return k, nil
}

func widened[S, D int8 | int16 | int32 | int64 | uint8 | uint16 | uint32 | uint64 | float32 | float64](v []S) []D {
	out := make([]D, len(v))
	for i, x := range v {
		out[i] = D(x)
	}
	return out
}

// intsOf returns the first n integers of a buffer. Those of uint64 keep their
// bits: no integer type is wider, so they are only ever dictionary codes.
func intsOf(t arrow.DataType, b []byte, n int) []int64 {
	switch t.ID() {
	case arrow.INT8:
		return widened[int8, int64](values[int8](b)[:n])
	case arrow.INT16:
		return widened[int16, int64](values[int16](b)[:n])
	case arrow.INT32:
		return widened[int32, int64](values[int32](b)[:n])
	case arrow.UINT8:
		return widened[uint8, int64](values[uint8](b)[:n])
	case arrow.UINT16:
		return widened[uint16, int64](values[uint16](b)[:n])
	case arrow.UINT32:
		return widened[uint32, int64](values[uint32](b)[:n])
	}
	return values[int64](b)[:n]
}

// intBytes returns the integers as they lie in a buffer of the type.
func intBytes(t arrow.DataType, v []int64) []byte {
	switch t.(arrow.FixedWidthDataType).BitWidth() {
	case 8:
		return rawBytes(widened[int64, int8](v))
	case 16:
		return rawBytes(widened[int64, int16](v))
	case 32:
		return rawBytes(widened[int64, int32](v))
	}
	return rawBytes(v)
}

// floatsOf returns the first n numbers of the buffer as float64. An integer that
// is not one of float64's is a rowValueError, unless it lies below a null.
func floatsOf(c *chunk, n int) ([]float64, error) {
	b := c.bufs[1]
	switch c.typ.ID() {
	case arrow.FLOAT64:
		return values[float64](b)[:n], nil
	case arrow.FLOAT32:
		return widened[float32, float64](values[float32](b)[:n]), nil
	case arrow.FLOAT16:
		out := make([]float64, n)
		for i, x := range values[float16.Num](b)[:n] {
			out[i] = float64(x.Float32())
		}
		return out, nil
	case arrow.INT64:
		for i := c.off; i < n; i++ {
			x := values[int64](b)[i]
			if !exact(uint64(max(x, -x))) && !c.isNull(i-c.off) {
				return nil, &rowValueError{i - c.off, fmt.Sprint(x), arrow.PrimitiveTypes.Float64}
			}
		}
	case arrow.UINT64:
		for i := c.off; i < n; i++ {
			x := values[uint64](b)[i]
			if !exact(x) && !c.isNull(i-c.off) {
				return nil, &rowValueError{i - c.off, fmt.Sprint(x), arrow.PrimitiveTypes.Float64}
			}
		}
		return widened[uint64, float64](values[uint64](b)[:n]), nil
	}
	return widened[int64, float64](intsOf(c.typ, b, n)), nil
}

// exact says whether float64's 53 bits hold the magnitude of an integer.
func exact(x uint64) bool { return bits.Len64(x)-bits.TrailingZeros64(x) <= 53 || x == 0 }

// floatBytes returns the floats as they lie in a buffer of the type.
func floatBytes(t arrow.DataType, v []float64) []byte {
	switch t.ID() {
	case arrow.FLOAT16:
		out := make([]float16.Num, len(v))
		for i, x := range v {
			out[i] = float16.New(float32(x))
		}
		return rawBytes(out)
	case arrow.FLOAT32:
		return rawBytes(widened[float64, float32](v))
	}
	return rawBytes(v)
}
