package frame

import (
	"context"
	"errors"
	"fmt"
	"reflect"

	"github.com/parframe/parframe/internal/engine"
	"github.com/parframe/parframe/internal/rowcodec"
)

// SkipNulls controls what MapColumn, MapColumn2 and MapColumn3 do with a row in which a
// value is null. If true, the row is skipped and its result is null. If false, the
// function receives the null if its argument's type can hold it; otherwise that is an
// error of the row. Without the option the argument's type decides: *T, sql.Null[T] and
// Null[T] receive nulls, and a plain T skips them.
//
// It is skip_nulls of Polars' map_elements; na_action="ignore" of pandas' Series.map is
// SkipNulls(true).
func SkipNulls(skip bool) engine.RowOrFold {
	return engine.RowOrFold{Setting: local(optionSkipNulls, func(o *options) { o.skipNulls = &skip })}
}

// MapColumn calls fn once for every value of a column and returns f with the results in
// that column's place, or as a new column with As("name").
//
//	MapColumn(Frame{col A, …}, func(A) R) Frame{col R, …}
//
// A and R are scalars of the types that [MapRows] lists; R may also be a struct, whose
// fields become columns. The other columns are shared with f, not copied. A null is
// skipped, and its result is null, unless A can hold a null; see [SkipNulls].
//
// Errors, panics, cost and options are as for MapRows.
func MapColumn[A, R any](ctx context.Context, f *Frame, col string, fn func(ctx context.Context, x A) (R, error), opts ...RowOption) (out *Frame, err error) {
	c, err := rowCall(ctx, "frame.MapColumn", f, fn == nil, opts, optionAs, optionSkipNulls, optionQuarantine)
	if err != nil {
		return nil, err
	}
	defer c.End(&err)
	m, err := newMapping(engine.Policed(c.Call, fn))
	if err != nil {
		return nil, c.wrap(err)
	}
	return mapColumns(ctx, c, m, f, []string{col}, col)
}

func notScalar(t reflect.Type, err error) error {
	if err == nil {
		err = fmt.Errorf("%w: a struct; MapRows takes those", ErrType)
	}
	return fmt.Errorf("argument %s: %w", rowcodec.TypeName(t), err)
}

// mapColumns runs the mapping over the columns and adds the results to f. name is the
// name of a scalar result; empty if the column must be new.
func mapColumns[In, Out any](ctx context.Context, c *call, m *mapping[In, Out], f *Frame, from []string, name string) (*Frame, error) {
	if len(from) == 1 && !m.in.Scalar {
		return nil, c.wrap(notScalar(m.in.Type, nil))
	}
	if err := m.tolerate(c, f); err != nil {
		return nil, err
	}
	if err := m.bindColumns(f, from); err != nil {
		return nil, c.wrap(err)
	}
	m.skip = m.skips(c)
	return m.add(ctx, c, f, name)
}

// bindColumns reads the fields from columns by position, not by name.
func (m *mapping[In, Out]) bindColumns(f *Frame, from []string) error {
	var problems []error
	for i, name := range from {
		col, err := f.Column(name)
		if err != nil {
			problems = append(problems, err)
			continue
		}
		fl := &m.in.Fields[i]
		fl.Path = "" // the argument has a type, but no name
		r, err := rowcodec.NewReader(fl, col.col)
		if err != nil {
			problems = append(problems, err)
			continue
		}
		m.readers = append(m.readers, r)
	}
	return errors.Join(problems...)
}

// skips reports whether rows are skipped for a null, and tells the readers for which
// columns. It returns false if there are no nulls and can be none, so that the result's
// column is not nullable.
func (m *mapping[In, Out]) skips(c *call) bool {
	skips := false
	for _, r := range m.readers {
		r.SkipNulls = r.Field.Form == rowcodec.FormPlain
		if c.skipNulls != nil {
			r.SkipNulls = *c.skipNulls
		}
		skips = skips || r.SkipNulls && (r.Col.Field.Nullable || r.HasNulls())
	}
	return skips
}
