package matrix_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/parframe/parframe/frame/matrix"
	"github.com/parframe/parframe/parallel"
)

// collecting runs the calls that go on after failures, with a function that
// returns the row's number + 1, or what fault says; it returns the result for
// each row.
func collecting(ctx context.Context, m *matrix.Dense[int], fault func(ctx context.Context, row int) error, opt any) map[string]func() ([]int, error) {
	opts := fit[parallel.ItemOption]([]any{opt})
	column := func(out *matrix.Dense[int], err error) ([]int, error) {
		if out == nil {
			return nil, err
		}
		var col []int
		rows, cols := out.Dims()
		for i := range rows {
			for j := 1; j < cols; j++ {
				if out.At(i, j) != out.At(i, 0) {
					return nil, fmt.Errorf("row %d is %v", i, out.Row(i))
				}
			}
			col = append(col, out.At(i, 0))
		}
		return col, err
	}
	return map[string]func() ([]int, error){
		"MapRows": func() ([]int, error) {
			return matrix.MapRows(ctx, m, func(ctx context.Context, row []int) (int, error) { return row[0] + 1, fault(ctx, row[0]) }, opts...)
		},
		"MapRows2": func() ([]int, error) {
			a, b, err := matrix.MapRows2(ctx, m, func(ctx context.Context, row []int) (int, int, error) {
				return row[0] + 1, row[0] + 1, fault(ctx, row[0])
			}, opts...)
			if fmt.Sprint(a) != fmt.Sprint(b) {
				return nil, errors.New("the results differ")
			}
			return a, err
		},
		"MapRowsTo": func() ([]int, error) {
			return column(matrix.MapRowsTo(ctx, m, 2, func(ctx context.Context, dst, row []int) error {
				dst[0], dst[1] = row[0]+1, row[0]+1
				return fault(ctx, row[0])
			}, opts...))
		},
		"MapElements": func() ([]int, error) {
			return column(matrix.MapElements(ctx, m, func(ctx context.Context, i, j, _ int) (int, error) {
				if j == 0 {
					return i + 1, nil
				}
				return i + 1, fault(ctx, i)
			}, opts...))
		},
	}
}

// CollectAll gives all results, with zeros for the rows that failed, beside
// the failures.
func TestCollectAll(t *testing.T) {
	m := numbered(t, 500)
	for name, run := range collecting(t.Context(), m, func(_ context.Context, row int) error {
		switch row {
		case 40:
			panic(errBoom)
		case 300, 499:
			return errBoom
		}
		return nil
	}, parallel.CollectAll(2)) {
		out, err := run()
		f, ok := errors.AsType[*parallel.Failures](err)
		if !ok || f.Count != 3 || f.Of != 500 || len(f.Errs) != 2 || f.Errs[0].Row != 40 || f.Errs[1].Row != 300 || !errors.Is(err, errBoom) {
			t.Errorf("%s: %v", name, err)
		}
		for i, v := range out {
			if bad := i == 40 || i == 300 || i == 499; bad && v != 0 || !bad && v != i+1 {
				t.Errorf("%s: row %d is %d", name, i, v)
			}
		}
		if len(out) != 500 {
			t.Errorf("%s: %d results", name, len(out))
		}
	}
}

// Partial gives what is done when the context ends, and zeros for the rest; a
// row's error still means no results.
func TestPartial(t *testing.T) {
	m := numbered(t, 500)
	for _, name := range []string{"MapRows", "MapRows2", "MapRowsTo", "MapElements"} {
		ctx, cancel := context.WithCancelCause(t.Context())
		var done []bool
		first := make(chan struct{})
		out, err := collecting(ctx, m, func(ctx context.Context, row int) error {
			switch {
			case row == 0:
				close(first)
			case row == 250:
				<-first // another worker may have it still before it
				cancel(errBoom)
			case row > 250:
				<-ctx.Done()
				return ctx.Err()
			}
			return nil
		}, parallel.Partial(&done))[name]()
		if !errors.Is(err, errBoom) || len(out) != 500 || len(done) != 500 {
			t.Errorf("%s: %d results, %d marks: %v", name, len(out), len(done), err)
			continue
		}
		for i, v := range out {
			if done[i] && v != i+1 || !done[i] && v != 0 {
				t.Errorf("%s: row %d is %d, done: %t", name, i, v, done[i])
			}
		}
		if !done[0] || done[499] {
			t.Errorf("%s: the first row is done: %t, the last one: %t", name, done[0], done[499])
		}
		cancel(nil)

		out, err = collecting(t.Context(), m, func(_ context.Context, row int) error {
			if row == 3 {
				return errBoom
			}
			return nil
		}, parallel.Partial(&done))[name]()
		if at, ok := errors.AsType[*parallel.RowError](err); !ok || at.Row != 3 || out != nil {
			t.Errorf("%s with a failure: %v, %v", name, out, err)
		}
	}
}
