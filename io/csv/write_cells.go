package csv

import (
	"fmt"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/bitutil"

	"github.com/parframe/parframe/frame"
)

// cells writes the values of one array. It only reads the buffers of the array, so
// goroutines may share it.
type cells interface {
	append(dst []byte, row int) ([]byte, error)
}

// writable reports whether newCells supports the type.
func writable(t arrow.DataType) bool {
	switch t := t.(type) {
	case *arrow.DictionaryType:
		return writable(t.ValueType)
	case arrow.ExtensionType:
		return writable(t.StorageType())
	case *arrow.BooleanType, *arrow.NullType,
		*arrow.Int8Type, *arrow.Int16Type, *arrow.Int32Type, *arrow.Int64Type,
		*arrow.Uint8Type, *arrow.Uint16Type, *arrow.Uint32Type, *arrow.Uint64Type,
		*arrow.Float16Type, *arrow.Float32Type, *arrow.Float64Type, *arrow.Decimal128Type, *arrow.Decimal256Type,
		*arrow.Date32Type, *arrow.Date64Type, *arrow.Time32Type, *arrow.Time64Type, *arrow.TimestampType,
		*arrow.StringType, *arrow.LargeStringType, *arrow.StringViewType,
		*arrow.BinaryType, *arrow.LargeBinaryType, *arrow.BinaryViewType, *arrow.FixedSizeBinaryType:
		return true
	}
	return false
}

// newCells returns the cells of an array. It must run before goroutines share the
// array, as some methods of Arrow arrays write to them.
func newCells(a arrow.Array, s *style) (cells, error) {
	n := newNulls(a)
	switch a := a.(type) {
	case *array.Null:
		return &plainCells{nulls: nulls{all: true}, style: s}, nil
	case *array.Int8:
		return &intCells[int8]{n, s, a.Int8Values()}, nil
	case *array.Int16:
		return &intCells[int16]{n, s, a.Int16Values()}, nil
	case *array.Int32:
		return &intCells[int32]{n, s, a.Int32Values()}, nil
	case *array.Int64:
		return &intCells[int64]{n, s, a.Int64Values()}, nil
	case *array.Uint8:
		return &intCells[uint8]{n, s, a.Uint8Values()}, nil
	case *array.Uint16:
		return &intCells[uint16]{n, s, a.Uint16Values()}, nil
	case *array.Uint32:
		return &intCells[uint32]{n, s, a.Uint32Values()}, nil
	case *array.Uint64:
		return &intCells[uint64]{n, s, a.Uint64Values()}, nil
	case *array.Float64:
		vals := a.Float64Values()
		return newPlainCells(n, s, func(dst []byte, i int) []byte { return appendFloat(dst, vals[i]) }), nil
	case *array.Float32:
		vals := a.Float32Values()
		return newPlainCells(n, s, func(dst []byte, i int) []byte { return appendFloat32(dst, vals[i]) }), nil
	case *array.Float16:
		vals := a.Values()
		return newPlainCells(n, s, func(dst []byte, i int) []byte { return appendFloat32(dst, vals[i].Float32()) }), nil
	case *array.Boolean:
		return newPlainCells(n, s, func(dst []byte, i int) []byte { return appendBool(dst, a.Value(i)) }), nil
	case *array.Decimal128:
		scale := a.DataType().(*arrow.Decimal128Type).Scale
		return newPlainCells(n, s, func(dst []byte, i int) []byte { return append(dst, a.Value(i).ToString(scale)...) }), nil
	case *array.Decimal256:
		scale := a.DataType().(*arrow.Decimal256Type).Scale
		return newPlainCells(n, s, func(dst []byte, i int) []byte { return append(dst, a.Value(i).ToString(scale)...) }), nil
	case *array.String:
		return &stringCells{n, s, func(i int) string { return a.Value(i) }}, nil
	case *array.LargeString:
		return &stringCells{n, s, func(i int) string { return a.Value(i) }}, nil
	case *array.StringView:
		return &stringCells{n, s, func(i int) string { return a.Value(i) }}, nil
	case *array.Binary:
		return &stringCells{n, s, func(i int) string { return string(a.Value(i)) }}, nil
	case *array.LargeBinary:
		return &stringCells{n, s, func(i int) string { return string(a.Value(i)) }}, nil
	case *array.BinaryView:
		return &stringCells{n, s, func(i int) string { return string(a.Value(i)) }}, nil
	case *array.FixedSizeBinary:
		return &stringCells{n, s, func(i int) string { return string(a.Value(i)) }}, nil
	case *array.Dictionary:
		values, err := newCells(a.Dictionary(), s)
		_, null := values.(*stringCells)
		return &dictCells{n, s, a.GetValueIndex, values, null}, err
	case array.ExtensionArray:
		return newCells(a.Storage(), s)
	}
	return newTimeCells(a, n, s)
}

// nulls holds which rows are null.
type nulls struct {
	bits []byte // nil if none is
	off  int
	all  bool
}

func newNulls(a arrow.Array) nulls {
	if d := a.Data(); len(d.Buffers()) > 0 && d.Buffers()[0] != nil && a.DataType().ID() != arrow.EXTENSION {
		return nulls{bits: d.Buffers()[0].Bytes(), off: d.Offset()}
	}
	return nulls{}
}

func (n *nulls) has(i int) bool {
	return n.all || len(n.bits) > 0 && bitutil.BitIsNotSet(n.bits, n.off+i)
}

// stringCells writes text.
type stringCells struct {
	nulls
	*style
	value func(i int) string
}

func (c *stringCells) append(dst []byte, i int) ([]byte, error) {
	if c.has(i) {
		return c.appendNull(dst), nil
	}
	return c.appendText(dst, readOnly(c.value(i))), nil
}

// plainCells writes values with a function.
type plainCells struct {
	nulls
	*style
	write func(dst []byte, i int) []byte
}

func newPlainCells(n nulls, s *style, write func([]byte, int) []byte) cells {
	return &plainCells{n, s, write}
}

func (c *plainCells) append(dst []byte, i int) ([]byte, error) {
	if c.has(i) {
		return c.appendPlainNull(dst), nil
	}
	return c.appendPlain(c.write(dst, i), len(dst)), nil
}

// dictCells writes values of a dictionary.
type dictCells struct {
	nulls
	*style
	index  func(i int) int
	values cells
	text   bool
}

func (c *dictCells) append(dst []byte, i int) ([]byte, error) {
	switch {
	case !c.has(i):
		return c.values.append(dst, c.index(i))
	case c.text:
		return c.appendNull(dst), nil
	}
	return c.appendPlainNull(dst), nil
}

// newTimeCells is newCells for dates, times and timestamps.
func newTimeCells(a arrow.Array, n nulls, s *style) (cells, error) {
	switch a := a.(type) {
	case *array.Date32:
		return &dateCells{n, s, a.Date32Values()}, nil
	case *array.Date64:
		vals := a.Date64Values()
		return &timeCells{n, s, func(i int) (moment, error) {
			ms := int64(vals[i])
			if ms%86_400_000 != 0 {
				return moment{}, fmt.Errorf("%w: row %d: a date64 of %d ms, which is no whole day", frame.ErrValue, i, ms)
			}
			return moment{sec: ms / 1000, date: true}, nil
		}}, nil
	case *array.Time32:
		vals, per := a.Time32Values(), perSecond(a.DataType().(*arrow.Time32Type).Unit)
		return &timeCells{n, s, func(i int) (moment, error) { return timeOfDay(int64(vals[i]), per, i) }}, nil
	case *array.Time64:
		vals, per := a.Time64Values(), perSecond(a.DataType().(*arrow.Time64Type).Unit)
		return &timeCells{n, s, func(i int) (moment, error) { return timeOfDay(int64(vals[i]), per, i) }}, nil
	case *array.Timestamp:
		t := a.DataType().(*arrow.TimestampType)
		vals, per := a.TimestampValues(), perSecond(t.Unit)
		var zone *time.Location
		if t.TimeZone != "" {
			var err error
			if zone, err = t.GetZone(); err != nil {
				return nil, fmt.Errorf("%w: %s: %w", ErrUnsupported, t, err)
			}
		}
		return &timeCells{n, s, func(i int) (moment, error) {
			sec, rest := floorDiv(int64(vals[i]), per)
			return moment{sec: sec, nano: rest * (1_000_000_000 / per), date: true, time: true, zone: zone}, nil
		}}, nil
	}
	return nil, fmt.Errorf("%w: %s", ErrUnsupported, a.DataType())
}
