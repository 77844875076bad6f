package frame

import (
	"fmt"
	"math"
	"reflect"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
)

// Null is a value that may be missing: V counts only where Valid is true. It
// has the shape of sql.Null.
type Null[T any] struct {
	V     T
	Valid bool
}

// NewColumn returns a column with a copy of the values.
//
//	NewColumn[T]([]T) Column
//
// The type of the column follows from T: the sizes of int, uint and float,
// bool, string (utf8), []byte (binary), time.Time (timestamp[ns, UTC]),
// time.Duration (duration[ns]), and types of the caller's own whose underlying
// type is one of these. The column is nullable where T is a pointer, [Null],
// or one of the null types of database/sql. A nil []byte is an empty value.
//
// Another T is an [ErrType], a time outside the years 1678 to 2262 an
// [ErrRange] that names its row.
func NewColumn[T any](name string, vals []T) (Column, error) {
	c := Column{field: arrow.Field{Name: name}, n: len(vals)}
	k, nullable, err := chunksOf(reflect.TypeFor[T](), vals)
	if err != nil {
		return Column{}, fmt.Errorf("frame.NewColumn: column %q: %w", name, err)
	}
	c.field.Nullable = nullable
	c.field.Type = k.typ
	if k.n > 0 {
		c.chunks = []*chunk{k}
	}
	return c, nil
}

func chunksOf[T any](t reflect.Type, vals []T) (k *chunk, nullable bool, err error) {
	inner, at := reflect.Type(nil), func(v reflect.Value) (reflect.Value, bool) { return v, true }
	switch {
	case t.Kind() == reflect.Pointer:
		inner = t.Elem()
		at = func(v reflect.Value) (reflect.Value, bool) { return v.Elem(), !v.IsNil() }
	case t.Kind() == reflect.Struct && t.NumField() == 2 && t.Field(1).Name == "Valid" &&
		(t.PkgPath() == "database/sql" || t.PkgPath() == reflect.TypeFor[Frame]().PkgPath()):
		inner = t.Field(0).Type
		at = func(v reflect.Value) (reflect.Value, bool) { return v.Field(0), v.Field(1).Bool() }
	default:
		k, err = chunkOf(t, vals)
		return k, false, err
	}
	plain := reflect.MakeSlice(reflect.SliceOf(inner), len(vals), len(vals))
	valid := newBytes((len(vals) + 7) / 8)
	nulls := len(vals)
	for i := range vals {
		if v, ok := at(reflect.ValueOf(&vals[i]).Elem()); ok {
			plain.Index(i).Set(v)
			setBit(valid, i)
			nulls--
		}
	}
	k, err = chunkOfValue(inner, plain)
	if err == nil && nulls > 0 {
		k.bufs[0] = valid
	}
	return k, true, err
}

func chunkOfValue(t reflect.Type, v reflect.Value) (*chunk, error) {
	if t == reflect.TypeFor[time.Time]() {
		return fromAny[time.Time](t, v)
	}
	return chunkOfAny(t, v)
}

func chunkOfAny(t reflect.Type, v reflect.Value) (*chunk, error) {
	switch t.Kind() {
	case reflect.Bool:
		return fromAny[bool](t, v)
	case reflect.String:
		return fromAny[string](t, v)
	case reflect.Int8, reflect.Uint8:
		return fromAny[int8](t, v)
	case reflect.Int16, reflect.Uint16:
		return fromAny[int16](t, v)
	case reflect.Int32, reflect.Uint32, reflect.Float32:
		return fromAny[int32](t, v)
	case reflect.Int, reflect.Uint, reflect.Int64, reflect.Uint64, reflect.Float64:
		return fromAny[int64](t, v)
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return fromAny[[]byte](t, v)
		}
	}
	return nil, fmt.Errorf("%w: %s", ErrType, t)
}

func fromAny[E any](t reflect.Type, v reflect.Value) (*chunk, error) {
	return chunkOf(t, sliceAt[E](v.UnsafePointer(), v.Len()))
}

func chunkOf[T any](t reflect.Type, vals []T) (*chunk, error) {
	c := &chunk{n: len(vals), bufs: make([][]byte, 2)}
	switch {
	case t == reflect.TypeFor[time.Time]():
		c.typ = &arrow.TimestampType{Unit: arrow.Nanosecond, TimeZone: "UTC"}
		out := make([]int64, len(vals))
		for i, v := range recast[time.Time](vals) {
			if v.IsZero() && v.Year() == 1 || v.Before(minTime) || v.After(maxTime) {
				return nil, fmt.Errorf("%w: row %d: %v does not fit nanoseconds since 1970", ErrRange, i, v)
			}
			out[i] = v.UnixNano()
		}
		c.bufs[1] = rawBytes(out)
		return c, nil
	case t == reflect.TypeFor[time.Duration]():
		c.typ = arrow.FixedWidthTypes.Duration_ns
		c.bufs[1] = append(newBytes(len(vals) * 8)[:0], rawBytes(vals)...)
		return c, nil
	}
	switch t.Kind() {
	case reflect.Bool:
		c.typ = arrow.FixedWidthTypes.Boolean
		c.bufs[1] = newBytes((len(vals) + 7) / 8)
		for i, v := range recast[bool](vals) {
			if v {
				setBit(c.bufs[1], i)
			}
		}
		return c, nil
	case reflect.String:
		c.typ = arrow.BinaryTypes.String
		return fillBytes(c, recast[string](vals))
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			c.typ = arrow.BinaryTypes.Binary
			return fillBytes(c, recast[[]byte](vals))
		}
	}
	c.typ = numberTypes[t.Kind()]
	if c.typ == nil {
		return nil, fmt.Errorf("%w: no column has values of type %s", ErrType, t)
	}
	c.bufs[1] = append(newBytes(len(vals) * int(t.Size()))[:0], rawBytes(vals)...)
	return c, nil
}

var (
	minTime = time.Unix(0, math.MinInt64)
	maxTime = time.Unix(0, math.MaxInt64)

	numberTypes = map[reflect.Kind]arrow.DataType{
		reflect.Int: arrow.PrimitiveTypes.Int64, reflect.Uint: arrow.PrimitiveTypes.Uint64,
		reflect.Int8: arrow.PrimitiveTypes.Int8, reflect.Uint8: arrow.PrimitiveTypes.Uint8,
		reflect.Int16: arrow.PrimitiveTypes.Int16, reflect.Uint16: arrow.PrimitiveTypes.Uint16,
		reflect.Int32: arrow.PrimitiveTypes.Int32, reflect.Uint32: arrow.PrimitiveTypes.Uint32,
		reflect.Int64: arrow.PrimitiveTypes.Int64, reflect.Uint64: arrow.PrimitiveTypes.Uint64,
		reflect.Float32: arrow.PrimitiveTypes.Float32, reflect.Float64: arrow.PrimitiveTypes.Float64,
	}
)

func fillBytes[T string | []byte](c *chunk, vals []T) (*chunk, error) {
	offs, total := make([]int32, len(vals)+1), 0
	for i, v := range vals {
		if total += len(v); total > math.MaxInt32 {
			return nil, fmt.Errorf("%w: row %d: more than 2 GiB of text in one column", ErrRange, i)
		}
		offs[i+1] = int32(total)
	}
	data := make([]byte, 0, total)
	for _, v := range vals {
		data = append(data, v...)
	}
	c.bufs = [][]byte{nil, rawBytes(offs), data}
	return c, nil
}
