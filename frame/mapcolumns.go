package frame

import (
	"context"
	"reflect"

	"github.com/parframe/parframe/internal/engine"
	"github.com/parframe/parframe/internal/rowcodec"
)

// MapColumn2 calls fn once for every pair of values of two columns and returns f with the
// results as a new column, named "result" or by As("name").
//
//	MapColumn2(Frame{a A, b B, …}, func(A, B) R) Frame{a A, b B, …, result R}
//
// A null in a column whose type here cannot hold it skips the row, and the result is
// null; see [SkipNulls]. A column named by As replaces an existing column of that name;
// "result" does so only if As names it. Everything else is as for [MapColumn].
func MapColumn2[A, B, R any](ctx context.Context, f *Frame, a, b string, fn func(ctx context.Context, a A, b B) (R, error), opts ...RowOption) (out *Frame, err error) {
	c, err := rowCall(ctx, "frame.MapColumn2", f, fn == nil, opts, optionAs, optionSkipNulls, optionQuarantine)
	if err != nil {
		return nil, err
	}
	defer c.End(&err)
	if err := checkScalars(c, reflect.TypeFor[A](), reflect.TypeFor[B]()); err != nil {
		return nil, err
	}
	type pair struct {
		A A
		B B
	}
	m, err := newMapping(engine.Policed(c.Call, func(ctx context.Context, p pair) (R, error) { return fn(ctx, p.A, p.B) }))
	if err != nil {
		return nil, c.wrap(err)
	}
	return mapColumns(ctx, c, m, f, []string{a, b}, "")
}

// MapColumn3 is [MapColumn2] for three columns.
//
//	MapColumn3(Frame{a A, b B, c C, …}, func(A, B, C) R) Frame{a A, b B, c C, …, result R}
//
// For more columns, call [WithRows] with a struct.
func MapColumn3[A, B, C, R any](ctx context.Context, f *Frame, a, b, c string, fn func(ctx context.Context, a A, b B, c C) (R, error), opts ...RowOption) (out *Frame, err error) {
	k, err := rowCall(ctx, "frame.MapColumn3", f, fn == nil, opts, optionAs, optionSkipNulls, optionQuarantine)
	if err != nil {
		return nil, err
	}
	defer k.End(&err)
	if err := checkScalars(k, reflect.TypeFor[A](), reflect.TypeFor[B](), reflect.TypeFor[C]()); err != nil {
		return nil, err
	}
	type triple struct {
		A A
		B B
		C C
	}
	m, err := newMapping(engine.Policed(k.Call, func(ctx context.Context, t triple) (R, error) { return fn(ctx, t.A, t.B, t.C) }))
	if err != nil {
		return nil, k.wrap(err)
	}
	return mapColumns(ctx, k, m, f, []string{a, b, c}, "")
}

// checkScalars returns an error if the type of an argument is not a scalar.
func checkScalars(c *call, types ...reflect.Type) error {
	for _, t := range types {
		if p, err := rowcodec.PlanOf(t); err != nil || !p.Scalar {
			return c.wrap(notScalar(t, err))
		}
	}
	return nil
}
