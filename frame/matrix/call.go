package matrix

import (
	"context"
	"unsafe"

	"github.com/parframe/parframe/internal/engine"
	"github.com/parframe/parframe/internal/freelist"
	"github.com/parframe/parframe/parallel"
)

// rowOptions are the options that calls which run a function on rows take in addition to
// the common ones.
var rowOptions = []string{"ChunkSize", "Partitions", "Seed", "WorkerState", "CollectAll", "Partial", "Retry", "Timeout", "SoftDeadline", "Limit"}

// prepare returns a call after the checks that all calls on a matrix share.
func prepare[T Number](name string, m *Dense[T], noFunc bool, given []engine.Setting, accepted ...[]string) (*engine.Call, error) {
	c, err := engine.NewCall(name, given, accepted...)
	switch {
	case err != nil:
		return nil, err
	case noFunc:
		return nil, c.NilFunc()
	case m == nil:
		return nil, c.Wrap(errNilMatrix)
	}
	return c, nil
}

// begin is prepare, and begins the call. The caller must defer [engine.Call.End].
func begin[T Number](ctx context.Context, name string, m *Dense[T], noFunc bool, given []engine.Setting, accepted ...[]string) (*engine.Call, error) {
	c, err := prepare(name, m, noFunc, given, accepted...)
	if err != nil {
		return nil, err
	}
	return c, c.Begin(ctx, m.rows)
}

// rowCall begins a call that runs a function on rows.
func rowCall[T Number](ctx context.Context, name string, m *Dense[T], noFunc bool, opts []parallel.ItemOption) (*engine.Call, error) {
	return begin(ctx, name, m, noFunc, engine.Collect(opts, parallel.ItemOption.ForItems), rowOptions)
}

// ownCall begins a call without a function of the user's.
func ownCall[T Number](ctx context.Context, name string, m *Dense[T], opts []parallel.Option) (*engine.Call, error) {
	return begin(ctx, name, m, false, engine.Collect(opts, parallel.Option.ForAny))
}

// A rowFunc receives a row as the matrix has it.
type rowFunc[T, R any] = func(ctx context.Context, row []T) (R, error)

// policed returns fn with the policies of the call, which also marks rows as done for
// [parallel.Partial]. Without policies and marks it returns fn.
func policed[T Number, R any](c *engine.Call, m *Dense[T], fn rowFunc[T, R]) rowFunc[T, R] {
	if c.Retry != nil {
		once := fn
		fn = func(ctx context.Context, row []T) (R, error) {
			if engine.Attempt(ctx) > 1 { // an earlier attempt may have written to it
				i := engine.Index(ctx)
				m.read(row, i, i+1)
			}
			return once(ctx, row)
		}
	}
	fn = engine.Policed(c, fn)
	done := marks(c, m.rows)
	if done == nil {
		return fn
	}
	return func(ctx context.Context, row []T) (R, error) {
		r, err := fn(ctx, row)
		if err == nil {
			done[engine.Index(ctx)] = true
		}
		return r, err
	}
}

// marks returns the slice in which rows are marked as done, or nil without
// [parallel.Partial].
func marks(c *engine.Call, rows int) []bool {
	if c.Partial == nil {
		return nil
	}
	*c.Partial = make([]bool, rows)
	return *c.Partial
}

// plain reports whether policed returns functions unchanged.
func plain(c *engine.Call) bool { return c.Unpoliced() && c.Partial == nil }

// settle returns the error of a call, and whether the call returns results with it. err is
// the error of running the rows.
func settle(c *engine.Call, rows int, err error) (results bool, _ error) {
	switch {
	case err != nil:
		_, failed := err.(*engine.RowError)
		return c.Partial != nil && !failed && c.Context().Err() != nil, err
	case !c.Collects():
		return true, nil
	}
	count, errs := c.Failures()
	if count == 0 {
		return true, nil
	}
	return true, &parallel.Failures{Count: count, Of: rows, Errs: errs}
}

// blockBytes is the number of bytes of a matrix that a worker copies at once for functions,
// which may write to the copy. It stays in the first-level cache, and is so large that the
// copy costs a fraction of a nanosecond for each small row.
const blockBytes = 8 << 10

// A reader copies rows for workers, a block at a time, into memory of each worker.
type reader[T Number] struct {
	m    *Dense[T]
	step int // rows of a block
	free freelist.List[[]T]
}

func newReader[T Number](m *Dense[T]) *reader[T] {
	width := max(m.cols*int(unsafe.Sizeof(*new(T))), 1)
	return &reader[T]{m: m, step: max(min(blockBytes/width, m.rows), 1)}
}

// take returns a buffer for a block.
func (r *reader[T]) take() []T {
	if buf, ok := r.free.Take(); ok {
		return buf
	}
	return make([]T, r.step*r.m.cols)
}

// run calls body for all rows: in parallel, within a chunk in order, and each time for as
// many rows as the worker runs between two looks at its context, or fewer. The block that
// body receives holds the rows one after the other. It belongs to the worker.
func (r *reader[T]) run(c *engine.Call, body blockBody[T]) error {
	return c.Items(r.m.rows, func(w *engine.Worker, lo, hi int) (int, error) {
		buf := r.take()
		defer r.free.Give(buf)
		from, end := lo, lo // the rows in buf
		for {
			to := w.UptoBlock(lo, hi)
			if to == lo {
				return lo, nil
			}
			if lo == end {
				from, end = lo, min(lo+r.step, hi)
				r.m.read(buf, from, end)
			}
			to = min(to, end)
			done, err := body(w, buf[(lo-from)*r.m.cols:], lo, to)
			if err != nil || done < to {
				return done, err
			}
			lo = to
		}
	})
}
