package frame

import (
	"context"
	"fmt"
	"reflect"

	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/internal/rowcodec"
)

// NewColumn returns a column with a copy of the values.
//
//	NewColumn([]T) Column T
//
// T determines the type of the column: all sizes of int, uint and float, bool, string
// (utf8), []byte (binary), time.Time (timestamp[ns, UTC]), time.Duration (duration[ns]),
// and the caller's own types whose underlying type is one of these. The column is
// nullable if T is a pointer, [Null], or one of the null types of database/sql. A nil
// []byte is an empty value.
//
// Any other T is an [ErrType]; a time outside the years 1678 to 2261 is a
// [parallel.RowError].
func NewColumn[T any](name string, values []T) (Column, error) {
	col, err := columnFrom(name, values)
	return Column{col}, err
}

func columnFrom[T any](name string, values []T) (chunk.Column, error) {
	c, p, err := scalarCall[T]("frame.NewColumn")
	if err != nil {
		return chunk.Column{}, err
	}
	if err := p.Writable(); err != nil {
		return chunk.Column{}, c.wrap(err)
	}
	cols, err := writeRows(context.Background(), c, p, []string{name}, values)
	if err != nil {
		return chunk.Column{}, fmt.Errorf("%w (column %q)", err, name)
	}
	return cols[0], nil
}

// scalarCall plans T, which must not be a struct, for a call that takes no context, and
// so works only on the caller's goroutine.
func scalarCall[T any](name string) (*call, *rowcodec.Plan, error) {
	c, err := serialCall(name, 0)
	if err != nil {
		return nil, nil, err
	}
	t := reflect.TypeFor[T]()
	p, err := rowcodec.PlanOf(t)
	if err != nil || !p.Scalar {
		return nil, nil, c.wrap(notScalar(t, err))
	}
	return c, p, nil
}
