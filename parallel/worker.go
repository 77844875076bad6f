package parallel

import (
	"context"
	"math/rand/v2"
)

// worker is one goroutine's share in a call. It is also the context that the
// caller's functions receive: that costs one allocation per worker instead of
// one per item, and lets a nested call find out where it runs.
type worker struct {
	context.Context // the call's, cancelled when a lower row fails
	cancel          context.CancelCauseFunc
	job             *job

	row   int // item that the function is at; written by this worker alone
	unit  int // first unit of the claimed chunk
	first int // first and last row of the claimed chunk
	last  int
	upTo  int // end of the claimed chunk, in units
	from  int // rows of the chunk before this one are done already
	lo    int // first, for the others; guarded by job.mu

	roams  bool // on a goroutine that the call started
	places *places
	seat   *seat           // in a pool: worker number and state
	bound  context.Context // of the task that runs, in a pool
	rand   *rand.Rand
	randAt int // row that rand is for
	stats  WorkerStats
	watch  watched

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

// State returns the state of the pool's worker that the function which
// received ctx runs on, as made by [WorkerState]. ok is false where ctx does
// not come from a pool, or its state is not an S.
//
// The state belongs to one running function at a time: no lock is needed.
func State[S any](ctx context.Context) (state S, ok bool) {
	if w := workerOf(ctx); w != nil && w.seat != nil {
		state, ok = w.seat.state.(S)
	}
	return state, ok
}

// Rand returns a random generator for the item that the function which
// received ctx works on. It is seeded by the call's [Seed] and the item's
// index, so that what it yields is the same for any number of workers; in a
// nested call also by the seed and index of the call around it. It is valid
// until the function returns. Where ctx did not come from this package the
// generator is that of item 0 for seed 0.
func Rand(ctx context.Context) *rand.Rand {
	w := workerOf(ctx)
	if w == nil {
		return newRand(0, 0)
	}
	if w.rand == nil || w.randAt != w.row {
		w.rand, w.randAt = newRand(w.seed(), w.row), w.row
	}
	return w.rand
}

// seed returns the seed of the worker's call.
func (w *worker) seed() uint64 {
	return w.job.seed
}

func newRand(seed uint64, index int) *rand.Rand {
	return rand.New(rand.NewPCG(mix(seed), mix(mix(seed)^uint64(index))))
}

// mix is the finaliser of splitmix64 (Steele, Lea, Flood 2014): neighbouring
// seeds and indices must not give neighbouring streams.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
