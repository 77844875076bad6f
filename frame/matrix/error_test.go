package matrix_test

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"testing"

	"github.com/parframe/parframe/frame/matrix"
	"github.com/parframe/parframe/parallel"
)

var errBoom = errors.New("boom")

// failing runs every operation with a function that fails in rows 40 and 300,
// as fault says.
func failing(fault func() error) map[string]func(ctx context.Context, m *matrix.Dense[int], opts ...any) error {
	bad := func(row []int) error {
		if row[0] == 40 || row[0] == 300 {
			return fault()
		}
		return nil
	}
	return map[string]func(ctx context.Context, m *matrix.Dense[int], opts ...any) error{
		"MapRows": func(ctx context.Context, m *matrix.Dense[int], opts ...any) error {
			out, err := matrix.MapRows(ctx, m, func(_ context.Context, row []int) (int, error) { return 1, bad(row) }, fit[parallel.ItemOption](opts)...)
			return whole(out != nil, err)
		},
		"MapRows2": func(ctx context.Context, m *matrix.Dense[int], opts ...any) error {
			a, b, err := matrix.MapRows2(ctx, m, func(_ context.Context, row []int) (int, int, error) { return 1, 2, bad(row) }, fit[parallel.ItemOption](opts)...)
			return whole(a != nil || b != nil, err)
		},
		"MapRowsTo": func(ctx context.Context, m *matrix.Dense[int], opts ...any) error {
			out, err := matrix.MapRowsTo(ctx, m, 2, func(_ context.Context, _ []int8, row []int) error { return bad(row) }, fit[parallel.ItemOption](opts)...)
			return whole(out != nil, err)
		},
		"MapElements": func(ctx context.Context, m *matrix.Dense[int], opts ...any) error {
			out, err := matrix.MapElements(ctx, m, func(_ context.Context, _, j, v int) (int, error) {
				if j == 1 {
					return v, nil
				}
				return v, bad([]int{v})
			}, fit[parallel.ItemOption](opts)...)
			return whole(out != nil, err)
		},
		"FoldRows": func(ctx context.Context, m *matrix.Dense[int], opts ...any) error {
			_, err := matrix.FoldRows(ctx, m, func() int { return 0 },
				func(_ context.Context, acc int, row []int) (int, error) { return acc, bad(row) },
				func(a, b int) int { return a + b }, fit[parallel.FoldOption](opts)...)
			return err
		},
	}
}

func whole(result bool, err error) error {
	if err != nil && result {
		return errors.Join(err, errors.New("there is a result beside the error"))
	}
	return err
}

// numbered has the row's number in its first column.
func numbered(t *testing.T, n int) *matrix.Dense[int] {
	t.Helper()
	m := random[int](n, 2)
	for i := range n {
		m.Set(i, 0, i)
	}
	return m
}

func TestLowestRowsError(t *testing.T) {
	m := numbered(t, 1000)
	for name, run := range failing(func() error { return errBoom }) {
		for set, opts := range map[string][]any{
			"default": nil, "wide": {parallel.Workers(64)}, "serial": {parallel.Serial()},
		} {
			err := run(t.Context(), m, opts...)
			at, ok := errors.AsType[*parallel.RowError](err)
			if !ok || at.Row != 40 || !errors.Is(err, errBoom) || err.Error() != "row 40: boom" {
				t.Errorf("%s, %s: %v", name, set, err)
			}
		}
	}
}

func TestPanicAndGoexit(t *testing.T) {
	m := numbered(t, 1000)
	for name, run := range failing(func() error { panic(errBoom) }) {
		err := run(t.Context(), m)
		at, _ := errors.AsType[*parallel.RowError](err)
		if _, ok := errors.AsType[*parallel.PanicError](err); !ok || at == nil || at.Row != 40 || !errors.Is(err, errBoom) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, run := range failing(func() error { runtime.Goexit(); return nil }) {
		if err := run(t.Context(), m); !errors.Is(err, parallel.ErrGoexit) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestNilFunctions(t *testing.T) {
	m, ctx := random[int](3, 2), t.Context()
	_, err1 := matrix.MapRows[int, int](ctx, m, nil)
	_, _, err2 := matrix.MapRows2[int, int, int](ctx, m, nil)
	_, err3 := matrix.MapRowsTo[int, int](ctx, m, 1, nil)
	_, err4 := matrix.MapElements[int, int](ctx, m, nil)
	_, err5 := matrix.Apply[int, int](ctx, m, nil)
	_, err6 := matrix.ReduceRows(ctx, m, []int{0, 0}, nil)
	_, err7 := matrix.FoldRows[int, int](ctx, m, nil, nil, nil)
	for i, err := range []error{err1, err2, err3, err4, err5, err6, err7} {
		if !errors.Is(err, parallel.ErrNilFunc) {
			t.Errorf("%d: %v", i+1, err)
		}
	}
}

func TestShapesThatDoNotFit(t *testing.T) {
	m, ctx := random[int](10, 2), t.Context()
	if _, err := matrix.MapRowsTo(ctx, m, -1, func(_ context.Context, _, _ []int) error { return nil }); !errors.Is(err, matrix.ErrShape) {
		t.Error(err)
	}
	if _, err := matrix.ReduceRows(ctx, m, []int{0}, func(_, _ []int) {}); !errors.Is(err, matrix.ErrShape) {
		t.Error(err)
	}
	_, err := matrix.Apply(ctx, m, func(_ context.Context, p *matrix.Dense[int]) (*matrix.Dense[int], error) {
		return matrix.New[int](1, p.At(0, 0), nil)
	}, parallel.Partitions(10))
	if !errors.Is(err, matrix.ErrShape) || !strings.Contains(err.Error(), "partition 1 gave") {
		t.Error(err)
	}
	_, err = matrix.Apply(ctx, m, func(context.Context, *matrix.Dense[int]) (*matrix.Dense[int], error) { return nil, nil }, parallel.Partitions(2))
	if at, ok := errors.AsType[*parallel.RowError](err); !ok || at.Partition != 0 || !errors.Is(err, matrix.ErrNil) {
		t.Error(err)
	}
}
