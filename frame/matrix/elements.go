package matrix

import (
	"context"
	"sync/atomic"

	"github.com/parframe/parframe/internal/engine"
	"github.com/parframe/parframe/parallel"
)

// MapElements calls fn once for every number, with its row and column, and
// returns the matrix of the results.
//
//	MapElements(Dense[T] r×c, func(ctx, i, j, T) R) Dense[R] r×c
//
// It is the Apply of gonum's mat.Dense, and applymap of pandas. Within a row fn is called
// in the order of the columns. [parallel.Index] and [parallel.Rand] belong to the row: its
// generator goes on from column to column. The error of the lowest row is returned, and in
// that row of the lowest column.
//
// MapElements takes the options of [MapRows]. [parallel.Retry], [parallel.Timeout],
// [parallel.SoftDeadline] and [parallel.Limit] apply to each call of fn.
// [parallel.CollectAll] and [parallel.Partial] apply to rows: after a failure fn is not
// called for the other elements of the row, and the row of the result is zeros.
func MapElements[T, R Number](ctx context.Context, m *Dense[T], fn func(ctx context.Context, i, j int, v T) (R, error), opts ...parallel.ItemOption) (out *Dense[R], err error) {
	c, err := rowCall(ctx, "matrix.MapElements", m, fn == nil, opts)
	if err != nil {
		return nil, err
	}
	defer c.End(&err)
	out = zeros[R](m.rows, m.cols)
	e := &elements[T, R]{m: m, out: out, fn: fn}
	row := e.row
	if !plain(c) {
		row = e.policed(c)
	}
	err = c.Items(m.rows, func(w *engine.Worker, lo, hi int) (int, error) {
		for {
			to := w.UptoBlock(lo, hi)
			if to == lo {
				return lo, nil
			}
			step := w.StepOf(m.cols)
			for i := lo; i < to; i++ {
				w.Row = i
				whole, err := row(w, i, step)
				if err != nil || !whole {
					return i, err
				}
				if atomic.LoadUint32(&w.Asked) != 0 || i&w.Every == 0 && w.Ended() {
					return i + 1, nil
				}
			}
			lo = to
		}
	})
	results, err := settle(c, m.rows, err)
	if !results {
		return nil, err
	}
	return out, err
}

// elements is a running MapElements.
type elements[T, R Number] struct {
	m   *Dense[T]
	out *Dense[R]
	fn  func(ctx context.Context, i, j int, v T) (R, error)
}

// row runs the function on row i, and reports whether it ran on the whole row. It stops
// early if the call has ended, which it checks at every step-th element.
func (e *elements[T, R]) row(w *engine.Worker, i, step int) (whole bool, err error) {
	fn, src := e.fn, e.m.row(i)
	dst := e.out.row(i)[:len(src)]
	for j := 0; j < len(src); {
		if j > 0 && w.Ended() {
			return false, nil
		}
		for end := min(j+step, len(src)); j < end; j++ {
			r, err := fn(w, i, j, src[j])
			if err != nil {
				return false, err
			}
			dst[j] = r
			if atomic.LoadUint32(&w.Asked) != 0 && j+1 < len(src) && w.Ended() {
				return false, nil
			}
		}
	}
	return true, nil
}

// policed returns row with the policies of the call. A row that failed, or was not run to
// its end, becomes zeros.
func (e *elements[T, R]) policed(c *engine.Call) func(w *engine.Worker, i, step int) (bool, error) {
	type place struct{ i, j int }
	plainly := e.fn
	call := engine.Called(c, func(ctx context.Context, at place) (R, error) {
		return plainly(ctx, at.i, at.j, e.m.data[at.i*e.m.stride+at.j])
	})
	e.fn = func(ctx context.Context, i, j int, _ T) (R, error) { return call(ctx, place{i, j}) }
	type end int
	const (
		failed end = iota // the zero end, which Collected returns for a failure
		asked             // the call ended within the row
		whole
	)
	type piece struct{ row, step int }
	row := engine.Collected(c, func(ctx context.Context, p piece) (how end, err error) {
		defer func() { // also after a panic
			if how != whole {
				clear(e.out.row(p.row))
			}
		}()
		ok, err := e.row(ctx.(*engine.Worker), p.row, p.step)
		switch {
		case err != nil:
			return failed, err
		case !ok:
			return asked, nil
		}
		return whole, nil
	})
	done := marks(c, e.m.rows)
	return func(w *engine.Worker, i, step int) (bool, error) {
		how, err := row(w, piece{i, step})
		if err == nil && how == whole && done != nil {
			done[i] = true
		}
		return how != asked, err
	}
}
