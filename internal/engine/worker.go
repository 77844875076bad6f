package engine

import (
	"context"
	"math/rand/v2"
	"sync/atomic"
	"time"
)

// Worker is one goroutine of a call. It is also the context that the
// caller's functions receive: this costs one allocation per worker instead of
// one per item, and lets a nested call find out where it runs.
type Worker struct {
	context.Context // the call's, canceled when a lower row fails
	cancel          context.CancelCauseFunc
	call            *Call
	phase           *phase // nil: the worker runs tasks of a pool

	// Row is the current row of the function. Only this worker writes it.
	Row int
	// Asked is not 0 if the worker is asked to end its chunk after the current row:
	// see [Worker.Upto]. Loops read it with
	// atomic.LoadUint32 after each row, which costs almost nothing. A method would not
	// be inlined in generic code of other packages.
	Asked uint32
	// Every is one less than a power of two. A loop calls [Worker.Ended] after each
	// row i with i&Every == 0: another goroutine sets Asked, and may be late
	// if all processors are busy. [Worker.Run] does this for tight loops.
	Every int
	// Memory is what a body without functions of the user's keeps from one of its
	// calls to the next, so that it needs no lock to find it.
	Memory any

	unit       int // first unit of the claimed chunk
	unitEnd    int // end of the claimed chunk, in units
	first      int // first and last row of the claimed chunk
	last       int
	from       int             // rows of the chunk before this one are done already
	attempt    int             // of Retry: how many times the function was called for this item before
	clockRow   int             // row before which the worker looks at the clock again
	step       int             // rows between two looks at the context
	cost       float64         // ns of a row, 0 before the first measurement
	block      int             // like step, for a body that works in blocks
	slotSince  time.Time       // since when it holds its slot, on a pool
	done       <-chan struct{} // of the context
	chunkBegan time.Time       // of the chunk, or of this part of it
	beganRow   int             // row at which chunkBegan was set
	labels     bool            // its context has labels for profiles

	started     bool            // on a goroutine that the call started
	initializes bool            // it is the context of an initializer: it has no state yet
	binding     *binding        // of a pool's task
	bound       context.Context // the context that task was submitted with
	hold        *holding
	poolState   *state // of the pool's worker
	callState   *state // of the call's worker
	endsChunk   bool   // it was asked to end its chunk, and Stopped has reset Asked
	rand        *rand.Rand
	randRow     int // row that rand is for
	nests       atomic.Uint64
	stats       WorkerStats
	watch       watched

	// These fields are shared with other goroutines.
	lo     int // first row of its chunk; guarded by phase.mu
	chunks int // claimed so far; guarded by phase.mu
	seen   int // chunks at the last check; guarded by phase.mu

	// Workers of a call are allocated one after the other, and write Row
	// for every item. The padding keeps them out of each other's cache lines.
	_ [64]byte
}

type workerKey struct{}

// Value returns the worker for the key of this package, and the value of the call's
// context for any other key.
func (w *Worker) Value(key any) any {
	if _, ok := key.(workerKey); ok {
		return w
	}
	return w.Context.Value(key)
}

// workerOf returns the worker whose function received ctx, or nil.
func workerOf(ctx context.Context) *Worker {
	if w, ok := ctx.(*Worker); ok || ctx == nil {
		return w
	}
	w, _ := ctx.Value(workerKey{}).(*Worker)
	return w
}

// Index returns the row that the function which received ctx works on. It is -1
// if ctx did not come from a call.
func Index(ctx context.Context) int {
	if w := workerOf(ctx); w != nil {
		return w.Row
	}
	return -1
}

// Attempt returns which call of the function for its item this is, from 1. It is
// 0 if ctx did not come from a call.
func Attempt(ctx context.Context) int {
	if w := workerOf(ctx); w != nil {
		return w.attempt + 1
	}
	return 0
}

// State returns the state of the worker that the function which received ctx
// runs on: the state of the call if it is an S, or else of the pool.
func State[S any](ctx context.Context) (s S, ok bool) {
	w := workerOf(ctx)
	if w == nil {
		return s, false
	}
	if w.callState != nil {
		if s, ok = w.callState.value.(S); ok {
			return s, true
		}
	}
	if w.poolState != nil {
		s, ok = w.poolState.value.(S)
	}
	return s, ok
}

// Rand returns a random generator for the item that the function which
// received ctx works on.
func Rand(ctx context.Context) *rand.Rand {
	w := workerOf(ctx)
	if w == nil {
		return newRand(0, 0)
	}
	if w.rand == nil || w.randRow != w.Row {
		w.rand, w.randRow = newRand(w.call.seed, w.Row), w.Row
	}
	return w.rand
}

// Block calls wait, and lends the slot of the function that received ctx meanwhile.
func Block(ctx context.Context, wait func()) {
	switch w := workerOf(ctx); {
	case wait == nil:
	case w != nil:
		w.hold.lend(ctx, wait)
	default:
		wait()
	}
}

func newRand(seed uint64, index int) *rand.Rand {
	return rand.New(rand.NewPCG(mix(seed), mix(mix(seed)^uint64(index))))
}

// nestedSeed returns the seed of the next call that the worker's function makes
// for its row. Each call gets another seed.
func (w *Worker) nestedSeed() uint64 {
	row := uint64(w.Row)
	for {
		old := w.nests.Load()
		now := row<<16 | 1
		if old>>16 == row&(1<<48-1) && old != 0 {
			now = old + 1
		}
		if w.nests.CompareAndSwap(old, now) {
			return mix(w.call.seed ^ mix(row) ^ mix(now&(1<<16-1))<<1)
		}
	}
}

// mix is the finalizer of splitmix64 (Steele, Lea, Flood 2014): neighboring
// seeds and indices must not give neighboring streams.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// How often the worker looks at its context while it runs a chunk. If an item costs
// less than that, several items run between two looks.
const (
	looks      = 2 * time.Microsecond  // work between two looks at the context
	fewest     = 32                    // most rows between two looks at its Done alone
	clockLooks = 4 * time.Microsecond  // work between two looks at the clock
	blockLooks = 10 * time.Microsecond // work in a block
)

// Upto returns up to which row of lo..hi the worker may run before it calls Upto again,
// or lo if it must not begin another row: its context has ended, a lower row has failed, or
// others are to run the rest of its chunk. Between two rows a loop looks at Asked.
func (w *Worker) Upto(lo, hi int) int { return w.nextEnd(lo, hi, w.step) }

// UptoBlock is [Worker.Upto] for a body that works in blocks of rows, each of
// which has a cost of its own. A block is about blockLooks of work; a row that
// takes as long is a block.
func (w *Worker) UptoBlock(lo, hi int) int { return w.nextEnd(lo, hi, w.block) }

func (w *Worker) nextEnd(lo, hi, step int) int {
	if lo >= hi || atomic.LoadUint32(&w.Asked) != 0 {
		return lo
	}
	if lo > w.first {
		select {
		case <-w.done:
			return lo
		default:
		}
		if w.cost == 0 {
			w.measure(lo)
		}
	}
	if lo >= w.clockRow {
		w.clockRow = lo + max(w.step, w.step*int(clockLooks/looks))
		if lo > w.first && w.late() {
			return lo
		}
	}
	return min(lo+step, hi)
}

// StepOf returns how many of the parts of a row the worker
// runs between two calls of [Worker.Ended].
func (w *Worker) StepOf(parts int) int {
	if w.cost == 0 {
		return 1
	}
	return int(max(1, min(float64(looks)/w.cost*float64(parts), fewest)))
}

// Run calls some for rows lo..hi, a few rows at a time, as far as the worker
// may go. Run and some return the row after the last one that is done.
func (w *Worker) Run(lo, hi int, some func(lo, hi int) (done int, err error)) (done int, err error) {
	for {
		to := w.Upto(lo, hi)
		if to == lo {
			return lo, nil
		}
		if lo, err = w.RunAll(lo, to, some); err != nil || lo < to {
			return lo, err
		}
	}
}

// RunAll is [Worker.Run] for rows that Upto has returned.
func (w *Worker) RunAll(lo, hi int, some func(lo, hi int) (done int, err error)) (done int, err error) {
	for {
		to := min(lo+w.Every+1, hi)
		lo, err = some(lo, to)
		if err != nil || lo < to || lo == hi || w.Ended() {
			return lo, err
		}
	}
}

// Ended reports whether the context of the worker has ended.
func (w *Worker) Ended() bool {
	select {
	case <-w.done:
		return true
	default:
		return false
	}
}

// ask makes the worker end its chunk after the row that it is at.
func (w *Worker) ask() { atomic.StoreUint32(&w.Asked, 1) }

// asked resets Asked and reports whether it was set.
func (w *Worker) asked() bool {
	return atomic.LoadUint32(&w.Asked) != 0 && atomic.SwapUint32(&w.Asked, 0) != 0
}

// ChunkEnd returns the row after the chunk that the worker has claimed.
func (w *Worker) ChunkEnd() int { return w.last + 1 }

// Stopped returns why a body must not begin another row, or nil if it may. It is for
// bodies that cannot leave the rest of their rows to others. They call it when
// Asked is set, and every few rows.
func (w *Worker) Stopped() error {
	if w.asked() {
		w.endsChunk = true
	}
	if w.Err() != nil {
		return context.Cause(w)
	}
	if p := w.phase; p != nil && p.expired.Load() {
		return p.cause()
	}
	if w.cost == 0 {
		w.measure(w.Row + 1)
	}
	if w.Row >= w.clockRow {
		w.clockRow = w.Row + max(w.step, w.step*int(clockLooks/looks))
		if w.late() {
			return w.phase.cause()
		}
	}
	return nil
}

// late reports whether the context's deadline has passed: timers may fire late
// on busy machines. If so it waits a moment for the context itself to end.
func (w *Worker) late() bool {
	p := w.phase
	if p == nil || p.deadline.IsZero() || time.Now().Before(p.deadline) {
		return false
	}
	timer := time.NewTimer(10 * time.Millisecond)
	defer timer.Stop()
	select {
	case <-w.done:
	case <-timer.C:
		p.expired.Store(true)
	}
	return true
}

// Number returns which worker of its phase this is, from 0.
func (w *Worker) Number() int { return w.stats.Worker }
