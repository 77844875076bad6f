package engine

import (
	"slices"
	"sync/atomic"
	"time"
)

// batch is the items that one worker has claimed and runs one after
// the other. If it is held up others may take over the items that it has not begun.
type batch struct {
	ids    []int
	at     atomic.Int64 // items begun; len(ids) after takeRest
	handed int          // items handed to the loop
	serial int          // number of the batch
	seen   [2]int       // serial and at when the watch last checked
}

// takeRest removes and returns the items that the worker has not begun. Called with s.mu
// held.
func (b *batch) takeRest() []int {
	for {
		at := b.at.Load()
		if at >= int64(len(b.ids)) {
			return nil
		}
		if b.at.CompareAndSwap(at, int64(len(b.ids))) {
			return b.ids[at:]
		}
	}
}

// startFeeder starts the goroutine that reads the source.
func (s *stream[T, R]) startFeeder() {
	s.feeding = true
	go s.feed()
}

// startWorker starts a goroutine for items. With queue it waits for its slot
// itself; otherwise a slot is taken already. Called with s.mu held.
func (s *stream[T, R]) startWorker(queue bool) {
	hold := &holding{chain: []*slots{s.p.slots}, held: !queue}
	w := s.hire(hold)
	s.workers++
	go func() {
		// Deferred one by one, since they must all run after runtime.Goexit in fn.
		defer s.workerEnded(w)
		defer w.hold.end()
		defer w.giveState()
		defer w.giveOwn()
		if queue && !w.hold.acquire(s.ctx) {
			return
		}
		defer w.label()()
		s.work(w)
	}()
}

// workerEnded removes a worker, and calls another one if items wait.
func (s *stream[T, R]) workerEnded(w *Worker) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.workers--
	s.spare = append(s.spare, w.stats.Worker)
	s.p.dismiss(w)
	if s.ctx.Err() == nil && s.backlog() > 0 {
		s.callWorker(false)
	}
	s.hasDone.Signal()
}

// hire returns a worker. It has the number of a worker whose goroutine has ended, if
// there is one. Called with s.mu held.
func (s *stream[T, R]) hire(hold *holding) *Worker {
	num := s.hired
	if n := len(s.spare); n > 0 {
		num, s.spare = s.spare[n-1], s.spare[:n-1]
	} else {
		s.hired++
	}
	w := s.p.hireAs(hold, num)
	w.started = true
	return w
}

// work runs items until the source has ended and all are claimed.
func (s *stream[T, R]) work(w *Worker) {
	b := &batch{}
	s.mu.Lock()
	s.watch.batches = append(s.watch.batches, b)
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		s.watch.batches = slices.DeleteFunc(s.watch.batches, func(other *batch) bool { return other == b })
		s.mu.Unlock()
	}()
	for s.nextBatch(w, b) {
		if !w.ready() {
			s.stop(s.p.brokenBy())
			return
		}
		s.runBatch(w, b)
		if !w.yield() {
			return
		}
	}
}

// nextBatch claims items, and waits for some if there are none. It reports whether there is
// a batch to run.
func (s *stream[T, R]) nextBatch(w *Worker, b *batch) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.ctx.Err() == nil {
		switch {
		case s.claim(b):
			return true
		case s.fed || !s.park(w):
			return false
		}
	}
	return false
}

// park waits for work, without a slot: it may be the last slot of a pool, and the
// source or the loop may wait for other work of that pool. Called with s.mu held.
func (s *stream[T, R]) park(w *Worker) bool {
	s.mu.Unlock()
	w.giveState()
	w.hold.release()
	s.mu.Lock()
	if s.backlog() == 0 && !s.fed && s.ctx.Err() == nil {
		s.parked++
		s.hasWork.Wait() // the goroutine that wakes it counts it off
	}
	s.mu.Unlock()
	defer s.mu.Lock()
	return w.hold.acquire(s.ctx)
}

// claim moves items from the backlog into the batch, and reports whether there were any.
// Called with s.mu held.
func (s *stream[T, R]) claim(b *batch) bool {
	backlog := s.backlog()
	if backlog == 0 {
		return false
	}
	n := max(1, min(backlog/s.workers, s.pace.items(streamWork), growth*s.pace.most))
	b.ids = b.ids[:0]
	if len(s.left) > 0 {
		n = s.consecutive(n)
		b.ids = append(b.ids, s.left[:n]...)
		s.left = s.left[n:]
	} else {
		for n = min(n, s.pulled-s.taken); n > 0; n-- {
			b.ids = append(b.ids, s.ids[s.taken%len(s.ids)])
			s.taken++
		}
	}
	b.at.Store(0)
	b.handed = 0
	b.serial++
	if len(b.ids) > 1 {
		s.armWatch()
	}
	if s.backlog() > 0 {
		s.callWorker(false)
	}
	return true
}

// consecutive returns how many of the items that were given back, at most n, are
// consecutive: observers are told ranges. Called with s.mu held.
func (s *stream[T, R]) consecutive(n int) int {
	for k := range min(n, len(s.left)) {
		if s.entry(s.left[k]).num != s.entry(s.left[0]).num+k {
			return k
		}
	}
	return min(n, len(s.left))
}

// runBatch runs the items of a batch and hands them to the loop.
func (s *stream[T, R]) runBatch(w *Worker, b *batch) {
	n, through := 0, false
	start := time.Now()
	defer func() {
		if through {
			return
		}
		q := s.entry(b.ids[n]) // Goexit in this item: another goroutine runs the rest
		q.err = s.failure(w, q.num, ErrGoexit)
		s.mu.Lock()
		s.handOver(b, n+1, time.Since(start))
		s.left = append(s.left, b.takeRest()...)
		s.mu.Unlock()
	}()
	end := s.p.region(w)
	lo := s.entry(b.ids[0]).num
	for ; w.Err() == nil && int(b.at.Add(1)) <= len(b.ids); n++ {
		q := s.entry(b.ids[n])
		q.out, q.err = s.one(w, q.num, q.in)
		q.in = *new(T)
	}
	end()
	through = true
	took := time.Since(start)
	if n > 0 {
		s.p.chunkDone(w, lo, lo+n, start, took)
	}
	s.mu.Lock()
	s.handOver(b, n, took)
	s.mu.Unlock()
}

// handOver hands those of the first n items of the batch to the loop that it does not have
// yet. Called with s.mu held.
func (s *stream[T, R]) handOver(b *batch, n int, took time.Duration) {
	for _, id := range b.ids[b.handed:n] {
		s.entry(id).done = true
	}
	if s.unordered {
		s.finished = append(s.finished, b.ids[b.handed:n]...)
	}
	b.handed = n
	if n > 0 && took > 0 {
		s.pace.measured(n, took)
	}
	s.hasDone.Signal()
}
