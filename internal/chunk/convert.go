package chunk

import (
	"fmt"

	"math/bits"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/float16"
)

// ValueError is a value that another type cannot hold.
type ValueError struct {
	Row   int
	Value string
	Type  arrow.DataType
}

func (e *ValueError) Error() string {
	return fmt.Sprintf("row %d is %s, which %s cannot hold", e.Row, e.Value, e.Type)
}

// MoveRow adds first to the row of a [ValueError]; it returns other errors as they are.
func MoveRow(err error, first int) error {
	if e, ok := err.(*ValueError); ok {
		return &ValueError{e.Row + first, e.Value, e.Type}
	}
	return err
}

// Convert returns the chunk as one of another type, which [Unify] must have found to
// hold its values. A chunk of type null may need several. The error is a [ValueError]
// for an integer that float64 cannot hold.
func Convert(c *Chunk, to arrow.DataType) ([]*Chunk, error) {
	if c.Type.ID() == arrow.NULL && to.ID() != arrow.NULL {
		return NullChunks(to, c.Len), nil
	}
	k, err := convertOne(c, to)
	return []*Chunk{k}, err
}

func convertOne(c *Chunk, to arrow.DataType) (*Chunk, error) {
	if c.Type == to {
		return c, nil
	}
	if c.Len == 0 {
		return Nulls(to, 0), nil
	}
	if c.Type.ID() == arrow.NULL && to.ID() != arrow.NULL {
		if c.Len > maxRows(to) {
			return nil, fmt.Errorf("%d nulls in a list do not fit %s", c.Len, to)
		}
		return Nulls(to, c.Len), nil
	}
	k := &Chunk{Type: to, Off: c.Off, Len: c.Len, Bufs: c.Bufs, Dict: c.Dict}
	k.nulls.Store(c.nulls.Load())
	types := ChildTypes(to)
	for i, kid := range c.Kids {
		kid, err := convertOne(kid, types[i])
		if err != nil {
			return nil, err
		}
		k.Kids = append(k.Kids, kid)
	}
	if sameMemory(c.Type, to) || len(c.Kids) > 0 {
		return k, nil
	}
	// The validity bitmap stays, so the values must keep their offset.
	k.Bufs = append([][]byte(nil), c.Bufs...)
	end := c.Off + c.Len
	if t, ok := to.(*arrow.DictionaryType); ok {
		ints := intsOf(c.Type.(*arrow.DictionaryType).IndexType, c.Bufs[1], end)
		k.Bufs[1] = intBytes(t.IndexType, ints)
		return k, nil
	}
	switch to.ID() {
	case arrow.LARGE_STRING, arrow.LARGE_BINARY:
		k.Bufs[1] = Bytes(widened[int32, int64](Values[int32](c.Bufs[1])[:end+1]))
	case arrow.FLOAT16, arrow.FLOAT32, arrow.FLOAT64:
		floats, err := floatsOf(c, end)
		if err != nil {
			return nil, err
		}
		k.Bufs[1] = floatBytes(to, floats)
	default:
		k.Bufs[1] = intBytes(to, intsOf(c.Type, c.Bufs[1], end))
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

// intsOf returns the first n integers of a buffer. Values of type uint64 keep their
// bits: no integer type is wider, so they can only be dictionary codes.
func intsOf(t arrow.DataType, b []byte, n int) []int64 {
	switch t.ID() {
	case arrow.INT8:
		return widened[int8, int64](Values[int8](b)[:n])
	case arrow.INT16:
		return widened[int16, int64](Values[int16](b)[:n])
	case arrow.INT32:
		return widened[int32, int64](Values[int32](b)[:n])
	case arrow.UINT8:
		return widened[uint8, int64](Values[uint8](b)[:n])
	case arrow.UINT16:
		return widened[uint16, int64](Values[uint16](b)[:n])
	case arrow.UINT32:
		return widened[uint32, int64](Values[uint32](b)[:n])
	}
	return Values[int64](b)[:n]
}

// intBytes returns the integers as they lie in a buffer of the type.
func intBytes(t arrow.DataType, v []int64) []byte {
	switch t.(arrow.FixedWidthDataType).BitWidth() {
	case 8:
		return Bytes(widened[int64, int8](v))
	case 16:
		return Bytes(widened[int64, int16](v))
	case 32:
		return Bytes(widened[int64, int32](v))
	}
	return Bytes(v)
}

// floatsOf returns the first n numbers of the buffer as float64. An integer that
// float64 cannot hold is a [ValueError], unless its row is null.
func floatsOf(c *Chunk, n int) ([]float64, error) {
	b := c.Bufs[1]
	switch c.Type.ID() {
	case arrow.FLOAT64:
		return Values[float64](b)[:n], nil
	case arrow.FLOAT32:
		return widened[float32, float64](Values[float32](b)[:n]), nil
	case arrow.FLOAT16:
		out := make([]float64, n)
		for i, x := range Values[float16.Num](b)[:n] {
			out[i] = float64(x.Float32())
		}
		return out, nil
	case arrow.INT64:
		for i := c.Off; i < n; i++ {
			x := Values[int64](b)[i]
			if !IsExactFloat(uint64(max(x, -x))) && !c.IsNull(i-c.Off) {
				return nil, &ValueError{i - c.Off, fmt.Sprint(x), arrow.PrimitiveTypes.Float64}
			}
		}
	case arrow.UINT64:
		for i := c.Off; i < n; i++ {
			x := Values[uint64](b)[i]
			if !IsExactFloat(x) && !c.IsNull(i-c.Off) {
				return nil, &ValueError{i - c.Off, fmt.Sprint(x), arrow.PrimitiveTypes.Float64}
			}
		}
		return widened[uint64, float64](Values[uint64](b)[:n]), nil
	}
	return widened[int64, float64](intsOf(c.Type, b, n)), nil
}

// IsExactFloat reports whether float64's 53 bits hold the magnitude of an integer.
func IsExactFloat(x uint64) bool { return bits.Len64(x)-bits.TrailingZeros64(x) <= 53 || x == 0 }

// floatBytes returns the floats as they lie in a buffer of the type.
func floatBytes(t arrow.DataType, v []float64) []byte {
	switch t.ID() {
	case arrow.FLOAT16:
		out := make([]float16.Num, len(v))
		for i, x := range v {
			out[i] = float16.New(float32(x))
		}
		return Bytes(out)
	case arrow.FLOAT32:
		return Bytes(widened[float64, float32](v))
	}
	return Bytes(v)
}
