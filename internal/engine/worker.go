package engine

import (
	"context"
	"math/rand/v2"
	"sync/atomic"
	"time"
)

// Worker is one goroutine's share in a call. It is also the context that the
// caller's functions receive: that costs one allocation per worker instead of
// one per item, and lets a nested call find out where it runs.
type Worker struct {
	context.Context // the call's, canceled when a lower row fails
	cancel          context.CancelCauseFunc
	call            *Call
	phase           *phase // nil: of a pool's tasks

	// Row is the item that the function is at; written by this worker alone.
	Row int
	// Asked is not 0 while the worker is asked to end its chunk after the row that
	// it has run: [Worker.Upto] says what for. Loops read it with
	// atomic.LoadUint32 after each row, which costs next to nothing; a method would not
	// be inlined in generic code of other packages.
	Asked uint32
	// Every is one less than a power of two. A loop asks [Worker.Ended] after each
	// row i with i&Every == 0: Asked is set by another goroutine, which comes late
	// where all processors are busy. [Worker.Run] does that for tight loops.
	Every int

	unit       int // first unit of the claimed chunk
	unitEnd    int // end of the claimed chunk, in units
	first      int // first and last row of the claimed chunk
	last       int
	from       int             // rows of the chunk before this one are done already
	attempt    int             // of Retry: how often the function was called for this item before
	clockRow   int             // rows up to here are run before the next look at the clock
	step       int             // rows between two looks at the context
	cost       float64         // ns of a row, 0 before the first measurement
	block      int             // the same for work in blocks
	slotSince  time.Time       // since when it has its slot, on a pool
	done       <-chan struct{} // of the context
	chunkBegan time.Time       // of the chunk, or of this part of it
	beganRow   int             // row at which that began
	labels     bool            // the context has labels for profiles

	started     bool            // on a goroutine that the call started
	initializes bool            // the context of an initializer: it has no state yet
	binding     *binding        // of a pool's task
	bound       context.Context // what that was submitted with
	hold        *holding
	poolState   *state // of the pool's worker
	callState   *state // of the call's worker
	endsChunk   bool   // it was asked to end its chunk, by a look that could not
	rand        *rand.Rand
	randRow     int // row that rand is for
	nests       atomic.Uint64
	stats       WorkerStats
	watch       watched

	// What other goroutines read and write.
	lo     int // first, for the others; guarded by phase.mu
	chunks int // claimed so far; guarded by phase.mu
	seen   int // chunks when the phase last looked; guarded by phase.mu

	// Workers of one call are allocated one after the other, and Row is
	// written for every item: keep them out of each other's cache lines.
	_ [64]byte
}

type workerKey struct{}

// Value answers the package's own key with the worker, all else as the
// context that the call was given.
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

// Index returns the row that the function which received ctx works on, and -1
// where ctx did not come from a call.
func Index(ctx context.Context) int {
	if w := workerOf(ctx); w != nil {
		return w.Row
	}
	return -1
}

// Attempt returns which call of the function for its item this is, from 1, and
// 0 where ctx did not come from a call.
func Attempt(ctx context.Context) int {
	if w := workerOf(ctx); w != nil {
		return w.attempt + 1
	}
	return 0
}

// State returns the state of the worker that the function which received ctx
// runs on: the call's, or the pool's.
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

// Block runs wait with the slot of the function that received ctx lent.
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
// for its row: the first gets one, the second another.
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

// How the worker looks at its context while it runs a chunk: where an item costs
// less than that, several run between two looks.
const (
	looks      = 2 * time.Microsecond  // work between two looks at the context
	fewest     = 32                    // rows at most between two looks at its Done alone
	clockLooks = 4 * time.Microsecond  // work between two looks at the clock
	blockLooks = 10 * time.Microsecond // work in a block
)

// Upto returns up to which row of lo..hi the worker runs before it asks again,
// and lo if it must not begin another one. It is asked after the first rows of
// a chunk; between two rows it looks at Asked.
func (w *Worker) Upto(lo, hi int) int { return w.nextEnd(lo, hi, w.step) }

// UptoBlock is [Worker.Upto] for a body that works in blocks of rows, each of
// which costs something of its own: about blockLooks of work, so that a row which
// takes as long as that is a block.
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

// StepOf returns how many parts of a row, which has parts of them, the worker
// runs between two looks at its context, which it does with Ended.
func (w *Worker) StepOf(parts int) int {
	if w.cost == 0 {
		return 1
	}
	return int(max(1, min(float64(looks)/w.cost*float64(parts), fewest)))
}

// Run runs some over rows lo..hi, a few of them at a time, as far as the worker
// may go. Both return up to where rows are done.
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

// RunAll is [Worker.Run] for rows of which Upto has said that they may be run.
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

// asked reports whether it was asked to, and forgets it.
func (w *Worker) asked() bool {
	return atomic.LoadUint32(&w.Asked) != 0 && atomic.SwapUint32(&w.Asked, 0) != 0
}

// ChunkEnd returns the end of the rows that the worker has claimed.
func (w *Worker) ChunkEnd() int { return w.last + 1 }

// Stopped returns why a body must not begin another row, and nil if it may: for
// bodies that cannot leave the rest of their rows to others. They ask it where
// Asked is set, and every now and then.
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
// on busy machines. Then it waits a moment for the context to say so itself.
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
