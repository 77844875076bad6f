package parallel

import "context"

// worker is one goroutine's share in a call. It is also the context that the
// caller's functions receive: that costs one allocation per worker instead of
// one per item, and lets a nested call find out where it runs.
type worker struct {
	context.Context // the call's, cancelled when a lower row fails
	cancel          context.CancelCauseFunc
	job             *job

	row   int // item that the function is at; written by this worker alone
	lo    int // first row of the claimed chunk; guarded by job.mu
	first int // the same for this worker alone
	last  int // last row of the claimed chunk
	unit  int // first unit of the claimed chunk

	// Workers of one call are allocated one after the other, and row is
	// written for every item: keep them out of each other's cache lines.
	_ [64]byte
}

type workerKey struct{}

// Value answers the package's own key with the worker, all else as the
// context that the call was given.
func (w *worker) Value(key any) any {
	if _, ok := key.(workerKey); ok {
		return w
	}
	return w.Context.Value(key)
}

// workerOf returns the worker whose function received ctx, or nil.
func workerOf(ctx context.Context) *worker {
	w, _ := ctx.Value(workerKey{}).(*worker)
	return w
}

// Index returns the index of the item, row or partition that the function
// which received ctx works on, and -1 where ctx did not come from a call of
// this package. It costs nothing where nobody asks. Only the goroutine that
// received ctx may ask.
func Index(ctx context.Context) int {
	if w := workerOf(ctx); w != nil {
		return w.row
	}
	return -1
}

// Cursor returns the cell in which a [Range] function keeps the row that it
// is at: an error that it returns, a panic or a Goexit is then reported for
// that row, and without it for the first row of its range. A row outside the
// range counts as its nearest end. Ask once per range, not per row:
//
//	at := parallel.Cursor(ctx)
//	for i := lo; i < hi; i++ {
//		*at = i
//		…
//	}
//
// For a context that did not come from this package the cell is a spare one.
func Cursor(ctx context.Context) *int {
	if w := workerOf(ctx); w != nil {
		return &w.row
	}
	return new(int)
}
