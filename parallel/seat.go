package parallel

import (
	"context"
	"fmt"
)

// seat is one worker of a pool as its users know it: a number and a state,
// which one goroutine at a time takes.
type seat struct {
	id    int
	state any
	tasks int
}

// workerState is how a pool makes and ends the state of its workers.
type workerState struct {
	init func(ctx context.Context, worker int) (any, error)
	exit func(state any) (any, error)
}

// WorkerState gives every worker of a pool a state of its own, a buffer or a
// connection: init makes it, once per worker and before its first task;
// [State] gives it to the functions that run there. The context that init
// receives lives as long as the pool; it must not be used to wait for the
// pool's own work. If init fails, the pool is broken: everything that waits,
// and everything new, gives [ErrBroken].
func WorkerState[S any](init func(ctx context.Context, worker int) (S, error)) Option {
	o := Option{name: "WorkerState", value: func(ctx context.Context, worker int) (any, error) { return init(ctx, worker) }}
	if init == nil {
		o.err = ErrNilFunc
	}
	return o
}

// WorkerExit calls exit once for every worker of a pool when it ends: when it
// is replaced, when the pool shrinks, and in Wait. [ExitResults] collects
// what it returns; its errors are joined in Wait's.
func WorkerExit[S, R any](exit func(state S) (R, error)) Option {
	o := Option{name: "WorkerExit", value: func(state any) (any, error) {
		s, ok := state.(S)
		if !ok {
			return nil, fmt.Errorf("state is %T, WorkerExit takes %T", state, s)
		}
		return exit(s)
	}}
	if exit == nil {
		o.err = ErrNilFunc
	}
	return o
}

func newWorkerState(plan *Plan) (*workerState, error) {
	s := &workerState{}
	s.init, _ = plan.values["WorkerState"].(func(context.Context, int) (any, error))
	s.exit, _ = plan.values["WorkerExit"].(func(any) (any, error))
	if s.exit != nil && s.init == nil {
		return nil, fmt.Errorf("parallel.NewPool: %w: WorkerExit needs WorkerState", ErrOption)
	}
	return s, nil
}

// ExitResults returns what the exit functions of the pool's workers returned
// so far, in the order in which the workers ended; all of it after Wait.
// Results of another type than R are left out.
func ExitResults[R any](p *Pool) []R {
	p.mu.Lock()
	defer p.mu.Unlock()
	var rs []R
	for _, e := range p.exits {
		if r, ok := e.(R); ok {
			rs = append(rs, r)
		}
	}
	return rs
}

// sit takes an idle worker of the pool, or makes one. If that fails w.seat is
// nil and the pool broken.
func (w *worker) sit() {
	p := w.job.gate.pool
	p.mu.Lock()
	if n := len(p.idle); n > 0 {
		w.seat, p.idle = p.idle[n-1], p.idle[:n-1]
		p.mu.Unlock()
		return
	}
	s := &seat{id: p.nextID}
	p.nextID++
	p.seats++
	p.mu.Unlock()
	if p.state.init != nil {
		err := apart(func() (err error) {
			s.state, err = p.state.init(p.ctx, s.id)
			return err
		})
		if err != nil {
			p.mu.Lock()
			p.seats--
			p.mu.Unlock()
			err = fmt.Errorf("%w: worker %d: %w", ErrBroken, s.id, err)
			p.breakDown(err)
			w.job.breakDown(err)
			return
		}
	}
	w.seat = s
}

// apart runs user code that belongs to no call, on a goroutine of the
// engine's: a panic or Goexit in it is an error, and harms nothing.
func apart(fn func() error) error {
	j := &job{ctx: context.Background(), n: 1, gate: newGate(1), width: 1}
	j.run = func(*worker, int, int) error { return fn() }
	err := j.do(false)
	if re, ok := err.(*RowError); ok {
		return re.Err
	}
	return err
}

// breakDown ends a call whose worker could not be made.
func (j *job) breakDown(err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.broken == nil {
		j.broken = err
	}
}

// whyBroken returns what breakDown was told.
func (j *job) whyBroken() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.broken
}

// rise gives the worker back to the pool, or ends it.
func (w *worker) rise() {
	s, p := w.seat, w.job.gate.pool
	if w.seat = nil; s == nil {
		return
	}
	p.mu.Lock()
	keep := !p.spent(s) && p.seats-p.ending <= p.gate.size()
	if keep {
		p.idle = append(p.idle, s)
	} else {
		p.ending++
	}
	p.mu.Unlock()
	if !keep {
		p.end(s)
	}
	p.kick() // this may have been the last one that Wait waits for
}

func (p *Pool) spent(s *seat) bool { return p.quota > 0 && s.tasks >= p.quota }

// yield is called between two tasks or chunks by a goroutine that holds a
// place of a pool for nothing but them. It replaces a worker that has done
// its number of tasks, and lets those go first who wait for a place. It says
// whether to go on; if not, the place is given back.
func (w *worker) yield() bool {
	g := w.job.gate
	if g.pool == nil || !w.roams {
		return true
	}
	w.seat.tasks++
	crowded := g.crowded()
	switch {
	case (crowded || g.contested()) && w.retire(crowded):
		w.rise()
		if w.job != &g.pool.tasks {
			g.ask(w.job) // narrower now than it would be
		}
		w.places.drop(g)
		return false
	case crowded || g.contested():
		w.rise()
		w.places.drop(g)
		if g.enter(w.job.ctx, false) != nil {
			return false
		}
		w.places.push(g)
	case g.pool.spent(w.seat):
		w.rise()
	}
	return true
}

// seated says whether the worker has a seat, after taking one where it needs
// one. Seats are taken when there is something to do: none is made for nothing.
func (w *worker) seated() bool {
	if w.job.gate.pool == nil {
		return true
	}
	if w.seat == nil {
		w.sit()
	}
	return w.seat != nil
}

// retire says whether the worker is to end rather than wait for its place: a
// call must not wait at its end for workers that find nothing to do when their
// turn comes. Its last worker waits. Of a pool's tasks the queue takes care.
func (w *worker) retire(crowded bool) bool {
	j := w.job
	if j == &j.gate.pool.tasks {
		return crowded
	}
	if j.stream {
		return false
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.claiming < 2 && !j.stopped() && !j.exhausted() {
		return false
	}
	j.claiming--
	return true
}

// retireSurplus ends idle workers beyond the width, all of them when the pool
// has ended.
func (p *Pool) retireSurplus() {
	p.mu.Lock()
	var gone []*seat
	over := false
	select {
	case <-p.quiet:
		over = true
	default:
	}
	for len(p.idle) > 0 && (over || p.seats-p.ending > p.gate.size()) {
		gone = append(gone, p.idle[0])
		p.idle = p.idle[1:]
		p.ending++
	}
	p.mu.Unlock()
	for _, s := range gone {
		p.end(s)
	}
}

// end takes a worker off the pool and runs its exit function.
func (p *Pool) end(s *seat) {
	var result any
	var err error
	if p.state.exit != nil {
		err = apart(func() (err error) {
			result, err = p.state.exit(s.state)
			return err
		})
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.seats--
	p.ending--
	if err != nil {
		p.exitErr = append(p.exitErr, fmt.Errorf("worker %d: exit: %w", s.id, err))
	} else if p.state.exit != nil {
		p.exits = append(p.exits, result)
	}
}
