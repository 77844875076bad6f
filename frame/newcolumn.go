package frame

import (
	"fmt"
	"reflect"

	"github.com/parframe/parframe/parallel"
)

// Null is a value that may be missing: V counts only where Valid is true. It
// has the shape of sql.Null.
type Null[T any] struct {
	V     T
	Valid bool
}

// NewColumn returns a column with a copy of the values.
//
//	NewColumn([]T) Column T
//
// The type of the column follows from T: all sizes of int, uint and float,
// bool, string (utf8), []byte (binary), time.Time (timestamp[ns, UTC]),
// time.Duration (duration[ns]), and types of the caller's own whose underlying
// type is one of these. The column is nullable where T is a pointer, [Null],
// or one of the null types of database/sql. A nil []byte is an empty value.
//
// Another T is an [ErrType]; a time outside the years 1678 to 2261 is a
// [parallel.RowError].
func NewColumn[T any](name string, values []T) (Column, error) {
	c, p, err := scalarCall[T]("frame.NewColumn", len(values))
	if err != nil {
		return Column{}, err
	}
	if err := p.writable(); err != nil {
		return Column{}, c.wrap(err)
	}
	cols, err := writeRows(c, p, []string{name}, values)
	if err != nil {
		return Column{}, fmt.Errorf("%w (column %q)", err, name)
	}
	return cols[0], nil
}

// serialRows is how many values the calls that copy one column move on the
// caller's goroutine: what is below takes less than it costs to start others.
// They run no function of the caller's, so nothing needs a goroutine of its own.
const serialRows = 1 << 16

// scalarCall plans T, which must not be a struct, for n values.
func scalarCall[T any](name string, n int) (*call, *plan, error) {
	var opts []parallel.Option
	if n < serialRows {
		opts = append(opts, parallel.Serial())
	}
	c := &call{name: name}
	var err error
	if c.plan, err = parallel.Prepare(name, opts, "Serial"); err != nil {
		return nil, nil, err
	}
	t := reflect.TypeFor[T]()
	p, err := planOf(t)
	if err != nil || !p.scalar {
		return nil, nil, c.wrap(notScalar(t, err))
	}
	return c, p, nil
}
