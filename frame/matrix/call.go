package matrix

import (
	"context"
	"unsafe"

	"github.com/parframe/parframe/internal/engine"
	"github.com/parframe/parframe/internal/freelist"
	"github.com/parframe/parframe/parallel"
)

// rowOptions are what calls that run a function on rows take beside the common
// options.
var rowOptions = []string{"ChunkSize", "Partitions", "Seed", "WorkerState", "CollectAll", "Partial", "Retry", "Timeout", "SoftDeadline", "Limit"}

// prepare checks what all calls on a matrix have in common.
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

// begin is prepare, and begins the call: the caller defers [engine.Call.End].
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

// rowFunc is a function of a row that came out of the matrix unchanged.
type rowFunc[T, R any] = func(ctx context.Context, row []T) (R, error)

// policed returns fn with the policies of the call around it, and with marks of
// the rows that are done for [parallel.Partial]. Without any it is fn itself.
func policed[T Number, R any](c *engine.Call, m *Dense[T], fn rowFunc[T, R]) rowFunc[T, R] {
	if c.Retry != nil {
		once := fn
		fn = func(ctx context.Context, row []T) (R, error) {
			if engine.Attempt(ctx) > 1 { // the one before may have written to it
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

// marks returns what [parallel.Partial] marks, nil where nobody asks for it.
func marks(c *engine.Call, rows int) []bool {
	if c.Partial == nil {
		return nil
	}
	*c.Partial = make([]bool, rows)
	return *c.Partial
}

// plain reports whether policed returns functions as they are.
func plain(c *engine.Call) bool { return c.Unpoliced() && c.Partial == nil }

// settle returns the error of a call whose rows were run with err, and whether
// it comes with results.
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

// blockBytes is how much of a matrix a worker copies at once, for functions to
// see and to write to: it stays in the first-level cache, and is so long that
// the copy of small rows costs a fraction of a nanosecond each.
const blockBytes = 8 << 10

// reader lets workers copy a block of rows at a time into memory of their own.
type reader[T Number] struct {
	m    *Dense[T]
	step int // rows in a block
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

// run calls body for rows lo to hi, in parallel and within a chunk in order, as
// many at a time as the worker runs between two looks at its context. block has the rows one after the other, and is the worker's own.
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
