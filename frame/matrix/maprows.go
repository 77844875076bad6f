package matrix

import (
	"context"
	"fmt"
	"sync/atomic"

	"github.com/parframe/parframe/internal/engine"
	"github.com/parframe/parframe/parallel"
)

// MapRows calls fn once for every row, in parallel, and returns the results in order.
//
//	MapRows(Dense[T] r×c, func(ctx, []T) R) []R of length r
//
// It is Pool.map of Python's multiprocessing over the rows of an array. The row is a copy
// that belongs to the worker and is valid until fn returns. [parallel.Index] of ctx is its
// number. Without rows the result is empty, not nil. R may be a struct, or a slice of any
// length.
//
// The error of the lowest row that failed is returned, as a [parallel.RowError], and then
// there are no results. [parallel.CollectAll] and [parallel.Partial] change that. With
// [parallel.Retry] each attempt receives the row as the matrix has it.
// [parallel.Quarantine] is refused; all other options for items are honored. A call costs
// 2 µs, and a row costs about a nanosecond more than in the loop.
func MapRows[T Number, R any](ctx context.Context, m *Dense[T], fn func(ctx context.Context, row []T) (R, error), opts ...parallel.ItemOption) (out []R, err error) {
	c, err := rowCall(ctx, "matrix.MapRows", m, fn == nil, opts)
	if err != nil {
		return nil, err
	}
	defer c.End(&err)
	out = make([]R, m.rows)
	err = newReader(m).run(c, (&mapping[T, R]{policed(c, m, fn), m.cols, out}).rows)
	results, err := settle(c, m.rows, err)
	if !results {
		return nil, err
	}
	return out, err
}

// A blockBody runs a function on rows lo to hi, whose numbers are in block. For what
// it must do and return see [engine.Body].
type blockBody[T any] func(w *engine.Worker, block []T, lo, hi int) (done int, err error)

// mapping is a running MapRows.
type mapping[T, R any] struct {
	fn   rowFunc[T, R]
	cols int
	out  []R
}

func (m *mapping[T, R]) rows(w *engine.Worker, block []T, lo, hi int) (int, error) {
	fn, cols, out, from := m.fn, m.cols, m.out, 0
	for i := lo; i < hi; i++ {
		w.Row = i
		r, err := fn(w, block[from:from+cols:from+cols])
		if err != nil {
			return i, err
		}
		out[i] = r
		if atomic.LoadUint32(&w.Asked) != 0 || i&w.Every == 0 && w.Ended() {
			return i + 1, nil
		}
		from += cols
	}
	return hi, nil
}

// A pair is the two results of a function.
type pair[A, B any] struct {
	a A
	b B
}

// MapRows2 is [MapRows] for a function with two results.
//
//	MapRows2(Dense[T] r×c, func(ctx, []T) (A, B)) ([]A, []B), both of length r
//
// For more results of one type use [MapRowsTo], and for others [MapRows] with a struct.
func MapRows2[T Number, A, B any](ctx context.Context, m *Dense[T], fn func(ctx context.Context, row []T) (A, B, error), opts ...parallel.ItemOption) (as []A, bs []B, err error) {
	c, err := rowCall(ctx, "matrix.MapRows2", m, fn == nil, opts)
	if err != nil {
		return nil, nil, err
	}
	defer c.End(&err)
	as, bs = make([]A, m.rows), make([]B, m.rows)
	if !plain(c) {
		once := fn
		both := policed(c, m, func(ctx context.Context, row []T) (pair[A, B], error) {
			a, b, err := once(ctx, row)
			return pair[A, B]{a, b}, err
		})
		fn = func(ctx context.Context, row []T) (A, B, error) {
			r, err := both(ctx, row)
			return r.a, r.b, err
		}
	}
	err = newReader(m).run(c, (&mapping2[T, A, B]{fn, m.cols, as, bs}).rows)
	results, err := settle(c, m.rows, err)
	if !results {
		return nil, nil, err
	}
	return as, bs, err
}

// mapping2 is a running MapRows2.
type mapping2[T, A, B any] struct {
	fn   func(ctx context.Context, row []T) (A, B, error)
	cols int
	as   []A
	bs   []B
}

func (m *mapping2[T, A, B]) rows(w *engine.Worker, block []T, lo, hi int) (int, error) {
	fn, cols, as, bs, from := m.fn, m.cols, m.as, m.bs, 0
	for i := lo; i < hi; i++ {
		w.Row = i
		a, b, err := fn(w, block[from:from+cols:from+cols])
		if err != nil {
			return i, err
		}
		as[i], bs[i] = a, b
		if atomic.LoadUint32(&w.Asked) != 0 || i&w.Every == 0 && w.Ended() {
			return i + 1, nil
		}
		from += cols
	}
	return hi, nil
}

// MapRowsTo calls fn once for every row, in parallel, with the row of the result that fn
// fills, and returns the matrix of the results. dst has cols zeros when fn is called.
//
//	MapRowsTo(Dense[T] r×c, cols, func(ctx, dst []R, row []T)) Dense[R] r×cols
//
// dst is the first argument after ctx, as in gonum. A negative cols is an [ErrShape].
// Everything else is as for [MapRows].
func MapRowsTo[T, R Number](ctx context.Context, m *Dense[T], cols int, fn func(ctx context.Context, dst []R, row []T) error, opts ...parallel.ItemOption) (out *Dense[R], err error) {
	c, err := rowCall(ctx, "matrix.MapRowsTo", m, fn == nil, opts)
	if err != nil {
		return nil, err
	}
	defer c.End(&err)
	if cols < 0 {
		return nil, c.Wrap(fmt.Errorf("%w: rows of %d numbers", ErrShape, cols))
	}
	out = zeros[R](m.rows, cols)
	if !plain(c) {
		fn = filling(c, m, out, fn)
	}
	err = newReader(m).run(c, (&fill[T, R]{fn, m.cols, out}).rows)
	results, err := settle(c, m.rows, err)
	if !results {
		return nil, err
	}
	return out, err
}

// fill is a running MapRowsTo.
type fill[T, R Number] struct {
	fn    func(ctx context.Context, dst []R, row []T) error
	width int // of a row of T
	out   *Dense[R]
}

func (f *fill[T, R]) rows(w *engine.Worker, block []T, lo, hi int) (int, error) {
	fn, width, data, cols := f.fn, f.width, f.out.data, f.out.cols
	from, to := 0, lo*cols
	for i := lo; i < hi; i++ {
		w.Row = i
		if err := fn(w, data[to:to+cols:to+cols], block[from:from+width:from+width]); err != nil {
			return i, err
		}
		if atomic.LoadUint32(&w.Asked) != 0 || i&w.Every == 0 && w.Ended() {
			return i + 1, nil
		}
		from += width
		to += cols
	}
	return hi, nil
}

// filling is policed for a function that fills a row of out. A row that failed becomes
// zeros, and each attempt begins with zeros.
func filling[T, R Number](c *engine.Call, m *Dense[T], out *Dense[R], fn func(ctx context.Context, dst []R, row []T) error) func(context.Context, []R, []T) error {
	type none struct{}
	row := policed(c, m, func(ctx context.Context, row []T) (none, error) {
		dst, ok := out.Row(engine.Index(ctx)), false
		defer func() { // also after a panic
			if !ok {
				clear(dst)
			}
		}()
		err := fn(ctx, dst, row)
		ok = err == nil
		return none{}, err
	})
	return func(ctx context.Context, _ []R, src []T) error {
		_, err := row(ctx, src)
		return err
	}
}
