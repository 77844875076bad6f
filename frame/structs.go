package frame

import (
	"context"
	"fmt"
	"reflect"

	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/internal/engine"
	"github.com/parframe/parframe/internal/freelist"
	"github.com/parframe/parframe/internal/rowcodec"
	"github.com/parframe/parframe/parallel"
)

// FromStructs makes a frame of a slice of structs: a column per field, a row per element.
//
//	FromStructs([]T{…}) Frame{T…}
//
// Fields are named and typed as in [MapRows]: `frame:"name"`; only *T, sql.Null[T] and
// Null[T] make a nullable column. Everything is copied, on all cores. A slice without
// elements gives an empty frame with the columns of T. If no column can hold a field, one
// error lists all such fields; a time outside the years 1678 to 2261 is a
// [parallel.RowError].
func FromStructs[T any](ctx context.Context, rows []T, opts ...parallel.Option) (_ *Frame, err error) {
	c, p, err := structCall[T]("frame.FromStructs", "NewColumn takes a slice of values", opts)
	if err != nil {
		return nil, err
	}
	if err = c.Begin(ctx, len(rows)); err != nil {
		return nil, err
	}
	defer c.End(&err)
	names, err := namesOf(c, p, defaultName)
	if err != nil {
		return nil, err
	}
	cols, err := writeRows(ctx, c, p, names, rows)
	if err != nil {
		return nil, err
	}
	return newFrame(cols, len(rows)), nil
}

// writeRows makes columns of all fields of the rows.
func writeRows[T any](ctx context.Context, c *call, p *rowcodec.Plan, names []string, rows []T) ([]chunk.Column, error) {
	writers := make([]*rowcodec.Writer, len(p.Fields))
	for i := range writers {
		writers[i] = rowcodec.NewWriter(&p.Fields[i], names[i], len(rows), false)
	}
	var free freelist.List[[]rowcodec.WriteMem]
	err := c.Ranges(len(rows), func(ctx context.Context, lo, hi int) error {
		cursor := rowCell(ctx)
		mem, ok := free.Take()
		if !ok {
			mem = make([]rowcodec.WriteMem, len(writers))
		}
		for lo < hi {
			to := min(hi, lo-lo%rowcodec.BlockRows+rowcodec.BlockRows)
			if err := rowcodec.WriteRows(writers, rows[lo:to], lo, mem, cursor); err != nil {
				return err
			}
			lo = to
		}
		free.Give(mem)
		return nil
	})
	if err != nil {
		return nil, c.wrapRow(err)
	}
	return rowcodec.Finish(c.Context(), writers, free.All, c.inParallel)
}

// ToStructs returns the rows of a frame as structs: a field per column that
// T names, an element per row.
//
//	ToStructs(Frame{T…, …}) []T
//
// Fields find their columns as in [MapRows], with the same errors: one error that lists
// all fields that do not fit, and a [parallel.RowError] for a null that T cannot hold.
// Columns that T does not name are not read. The caller owns the structs and what
// pointers and slices in them refer to, which is newly allocated; strings share the
// frame's memory, which nobody writes to. Rows are copied on all cores.
func ToStructs[T any](ctx context.Context, f *Frame, opts ...parallel.Option) (_ []T, err error) {
	c, p, err := structCall[T]("frame.ToStructs", "Values gives a column as a slice", opts)
	if err != nil {
		return nil, err
	}
	if f == nil {
		return nil, c.wrap(ErrNilFrame)
	}
	if err = c.Begin(ctx, f.rows); err != nil {
		return nil, err
	}
	defer c.End(&err)
	return readRows[T](c, p, f)
}

// readRows reads all rows of the columns that the plan names.
func readRows[T any](c *call, p *rowcodec.Plan, f *Frame) ([]T, error) {
	readers, err := p.Bind(f.cols)
	if err != nil {
		return nil, c.wrap(err)
	}
	rows := make([]T, f.rows)
	err = c.Ranges(f.rows, func(ctx context.Context, lo, hi int) error {
		cursor := rowCell(ctx)
		for lo < hi {
			to := min(hi, lo+rowcodec.BlockRows)
			if err := rowcodec.ReadRows(readers, rows[lo:to], lo, cursor); err != nil {
				return err
			}
			lo = to
		}
		return nil
	})
	if err != nil {
		return nil, c.wrapRow(err)
	}
	return rows, nil
}

// structCall plans T, which must be a struct; instead names the function for other types.
func structCall[T any](name, instead string, opts []parallel.Option) (*call, *rowcodec.Plan, error) {
	c, p, err := planCall[T](name, engine.Collect(opts, parallel.Option.ForAny))
	if err == nil && p.Scalar {
		err = c.wrap(fmt.Errorf("%w: %v is not a struct; %s", ErrType, rowcodec.TypeName(p.Type), instead))
	}
	return c, p, err
}

// planCall plans T, and checks the options of a call that copies rows.
func planCall[T any](name string, given []engine.Setting) (*call, *rowcodec.Plan, error) {
	c, err := prepare(name, given)
	if err != nil {
		return nil, nil, err
	}
	p, err := rowcodec.PlanOf(reflect.TypeFor[T]())
	if err != nil {
		return nil, nil, c.wrap(err)
	}
	return c, p, nil
}
