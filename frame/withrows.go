package frame

import (
	"context"
	"fmt"

	"github.com/parframe/parframe/internal/engine"
)

// WithRows is [MapRows] with the results added to f: the fields of Out become columns
// after the columns of f, or replace those of the same name.
//
//	WithRows(Frame{In…, …}, func(In) Out) Frame{In…, …, Out…}
//
// A scalar result is a column named by [As], or "result" if f has no column of that name.
// The columns of f are shared, not copied. Everything else is as for MapRows.
func WithRows[In, Out any](ctx context.Context, f *Frame, fn func(ctx context.Context, row In) (Out, error), opts ...RowOption) (out *Frame, err error) {
	c, err := rowCall(ctx, "frame.WithRows", f, fn == nil, opts, optionAs, optionQuarantine)
	if err != nil {
		return nil, err
	}
	defer c.End(&err)
	m, err := newMapping(engine.Policed(c.Call, fn))
	if err != nil {
		return nil, c.wrap(err)
	}
	if err := m.bind(c, f); err != nil {
		return nil, err
	}
	return m.add(ctx, c, f, "")
}

// add runs the mapping and adds the results to f. name is the name of a scalar result;
// empty if the column must be new.
func (m *mapping[In, Out]) add(ctx context.Context, c *call, f *Frame, name string) (*Frame, error) {
	into := name
	if into == "" {
		into = defaultName
	}
	names, err := namesOf(c, m.out, into)
	if err != nil {
		return nil, err
	}
	if c.as == nil && name == "" && m.out.Scalar && f.Schema().HasField(defaultName) {
		return nil, c.wrap(fmt.Errorf("%w: the frame has a column %q already: name the new one with frame.As", ErrName, defaultName))
	}
	cols, err := m.run(ctx, c, names, f.rows)
	if err != nil {
		return nil, err
	}
	g, err := f.with(cols)
	if err != nil {
		return nil, c.wrap(err)
	}
	return settle(c, ctx, f, g, true)
}
