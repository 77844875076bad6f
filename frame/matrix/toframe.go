package matrix

import (
	"context"
	"fmt"
	"reflect"
	"strconv"
	"unsafe"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/engine"
	"github.com/parframe/parframe/parallel"
)

// ToFrame returns the matrix as a frame. Each column of the matrix becomes a column of the
// Arrow type of T, without nulls.
//
//	ToFrame(Dense[T] r×c, names of length c) Frame{name T, …} of r rows
//
// The numbers are copied, a block at a time and on all cores. If names is nil, the columns
// are named column_0, column_1 and so on. If the number of names is not the number of
// columns, the error is an [ErrShape]; if a name appears twice, a frame.ErrName.
func ToFrame[T Number](ctx context.Context, m *Dense[T], names []string, opts ...parallel.Option) (out *frame.Frame, err error) {
	c, err := ownCall(ctx, "matrix.ToFrame", m, opts)
	if err != nil {
		return nil, err
	}
	defer c.End(&err)
	if names == nil {
		names = make([]string, m.cols)
		for j := range names {
			names[j] = "column_" + strconv.Itoa(j)
		}
	}
	if len(names) != m.cols {
		return nil, c.Wrap(fmt.Errorf("%w: %d names for %d columns", ErrShape, len(names), m.cols))
	}
	data := make([][]T, m.cols)
	for j := range data {
		data[j] = make([]T, m.rows)
	}
	step := blockRows[T](m.cols)
	err = c.OwnRows(m.rows, 0, func(_ *engine.Worker, lo, hi int) error {
		for ; lo < hi; lo += step {
			end := min(lo+step, hi)
			for j, col := range data {
				dst, at := col[lo:end], lo*m.stride+j
				for i := range dst {
					dst[i] = m.data[at]
					at += m.stride
				}
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	cols := make([]frame.Column, m.cols)
	for j, name := range names {
		if cols[j], err = column(name, data[j]); err != nil {
			return nil, c.Wrap(err)
		}
	}
	f, err := frame.New(cols...)
	if err != nil {
		return nil, c.Wrap(err)
	}
	return f, nil
}

// column returns the numbers as a column that shares them.
func column[T Number](name string, data []T) (frame.Column, error) {
	bufs := []*memory.Buffer{nil, memory.NewBufferBytes(bytesOf(data))}
	d := array.NewData(typeOf[T](), len(data), bufs, nil, 0, 0)
	return frame.ColumnOf(name, array.MakeFromData(d))
}

// blockRows returns how many rows of cols numbers are copied of one column before the next:
// 16 KB of the matrix, which stay in the first-level cache, but at least 16 rows.
func blockRows[T Number](cols int) int {
	return max(2*blockBytes/max(cols*int(unsafe.Sizeof(*new(T))), 1), 16)
}

// typeOf returns the Arrow type of T.
func typeOf[T Number]() arrow.DataType {
	switch reflect.TypeFor[T]().Kind() {
	case reflect.Int8:
		return arrow.PrimitiveTypes.Int8
	case reflect.Int16:
		return arrow.PrimitiveTypes.Int16
	case reflect.Int32:
		return arrow.PrimitiveTypes.Int32
	case reflect.Int, reflect.Int64:
		if unsafe.Sizeof(*new(T)) == 4 {
			return arrow.PrimitiveTypes.Int32
		}
		return arrow.PrimitiveTypes.Int64
	case reflect.Uint8:
		return arrow.PrimitiveTypes.Uint8
	case reflect.Uint16:
		return arrow.PrimitiveTypes.Uint16
	case reflect.Uint32:
		return arrow.PrimitiveTypes.Uint32
	case reflect.Uint, reflect.Uint64:
		if unsafe.Sizeof(*new(T)) == 4 {
			return arrow.PrimitiveTypes.Uint32
		}
		return arrow.PrimitiveTypes.Uint64
	case reflect.Float32:
		return arrow.PrimitiveTypes.Float32
	default:
		return arrow.PrimitiveTypes.Float64
	}
}
