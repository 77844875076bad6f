// Package calltest has the tests that every exported call that runs on the engine must
// pass: the call uses the pool, the context and the observer that its caller gives.
package calltest

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/parframe/parframe/parallel"
)

// Call is a call under test.
type Call struct {
	Name  string // in errors and for observers: "csv.ReadFile"
	N     int    // rows that are known when it starts
	Rows  int    // rows that observers see in all
	Alone bool   // it takes no options
	Run   func(ctx context.Context, opts ...parallel.Option) error
}

// Run tests each call in a subtest.
func Run(t *testing.T, calls []Call) {
	for _, c := range calls {
		t.Run(c.Name, func(t *testing.T) {
			t.Run("nested on a pool of one", c.nested)
			t.Run("after the end of the context", c.ended)
			t.Run("without a context", c.noContext)
			if c.Alone {
				return
			}
			t.Run("waits for the pool", c.waits)
			t.Run("observed", c.observed)
			t.Run("canceled between two chunks", c.canceled)
			t.Run("canceled at any look", func(t *testing.T) {
				EndAtAnyLook(t, c.Name, true, c.Run)
			})
			t.Run("bad option", c.badOption)
		})
	}
}

// within returns the error of fn. It fails the test if fn does not return in a minute.
func within(t *testing.T, fn func() error) error {
	t.Helper()
	done := make(chan error, 1)
	go func() { done <- fn() }()
	select {
	case err := <-done:
		return err
	case <-time.After(time.Minute):
		stacks := make([]byte, 1<<20)
		t.Fatalf("it hangs\n%s", stacks[:runtime.Stack(stacks, true)])
		return nil
	}
}

// onePool returns a pool of one worker, which ends with the test.
func onePool(t *testing.T) *parallel.Pool {
	t.Helper()
	pool, err := parallel.NewPool(parallel.Workers(1))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Terminate)
	return pool
}

// options returns the options, or none if the call takes none.
func (c Call) options(all ...parallel.Option) []parallel.Option {
	if c.Alone {
		return nil
	}
	return all
}

// A call within a function on the same pool of one worker does not hang.
func (c Call) nested(t *testing.T) {
	pool := onePool(t)
	err := within(t, func() error {
		return parallel.ForEach(t.Context(), []int{1, 2}, func(ctx context.Context, _ int) error {
			return c.Run(ctx, c.options(parallel.On(pool))...)
		}, parallel.On(pool))
	})
	if err != nil {
		t.Error(err)
	}
}

// A call whose context has ended returns the cause.
func (c Call) ended(t *testing.T) {
	cause := errors.New("enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(cause)
	for _, opts := range [][]parallel.Option{nil, {parallel.On(onePool(t))}, {parallel.Serial()}} {
		if err := within(t, func() error { return c.Run(ctx, c.options(opts...)...) }); err != cause {
			t.Errorf("got %v, want the cause alone", err)
		}
	}
}

func (c Call) noContext(t *testing.T) {
	var none context.Context
	if err := c.Run(none); !errors.Is(err, parallel.ErrOption) || !strings.HasPrefix(err.Error(), c.Name+": ") {
		t.Errorf("got %v, want an ErrOption of %s", err, c.Name)
	}
}

func (c Call) badOption(t *testing.T) {
	if err := c.Run(t.Context(), parallel.Workers(0)); !errors.Is(err, parallel.ErrOption) || !strings.HasPrefix(err.Error(), c.Name+": ") {
		t.Errorf("got %v, want an ErrOption of %s", err, c.Name)
	}
}

// A call on a pool whose slot is taken cannot end before the slot is free.
func (c Call) waits(t *testing.T) {
	pool := onePool(t)
	free := make(chan struct{})
	busy := make(chan struct{})
	task, err := parallel.Submit(t.Context(), pool, func(context.Context) (int, error) {
		close(busy)
		<-free
		return 0, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	<-busy
	done := make(chan error, 1)
	go func() { done <- c.Run(t.Context(), parallel.On(pool)) }()
	select {
	case err := <-done:
		t.Errorf("it ended beside the pool: %v", err)
		close(free)
	case <-time.After(20 * time.Millisecond):
		close(free)
		if err := within(t, func() error { return <-done }); err != nil {
			t.Error(err)
		}
	}
	if _, err := task.Get(t.Context()); err != nil {
		t.Error(err)
	}
}

func (c Call) observed(t *testing.T) {
	for _, opts := range [][]parallel.Option{nil, {parallel.Workers(3)}, {parallel.Serial()}, {parallel.On(onePool(t))}} {
		o := &Watcher{}
		if err := within(t, func() error { return c.Run(t.Context(), append(opts, parallel.Observe(o))...) }); err != nil {
			t.Fatal(err)
		}
		if o.Starts != 1 || o.Ends != 1 || o.Info.Call != c.Name || o.Info.N != c.N || o.Rows != c.Rows || o.Summed != c.Rows || o.Failed != 0 {
			t.Errorf("%d starts and %d ends of %+v, %d rows in chunks and %d of workers, %d failed; want one of %s with N %d and %d rows",
				o.Starts, o.Ends, o.Info, o.Rows, o.Summed, o.Failed, c.Name, c.N, c.Rows)
		}
	}
}

// A call whose context ends while it runs returns the cause, or has done its work.
func (c Call) canceled(t *testing.T) {
	cause := errors.New("enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil)
	o := &Watcher{Chunk: func() { cancel(cause) }}
	err := within(t, func() error { return c.Run(ctx, parallel.Observe(o), parallel.Workers(2)) })
	if err != nil && err != cause {
		t.Errorf("got %v, want the cause alone", err)
	}
	if o.Starts != 1 || o.Ends != 1 {
		t.Errorf("%d starts and %d ends", o.Starts, o.Ends)
	}
}

// Watcher is an observer that counts.
type Watcher struct {
	Chunk func() // called for each chunk, if not nil

	mu           sync.Mutex
	Starts, Ends int
	Info         parallel.CallInfo
	Rows         int // sum over chunks
	Summed       int // sum over workers
	Failed       int
}

// Start implements parallel.Observer.
func (w *Watcher) Start(c parallel.CallInfo) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.Starts++
	w.Info = c
}

// ChunkDone implements parallel.Observer.
func (w *Watcher) ChunkDone(c parallel.ChunkInfo) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.Rows += c.Hi - c.Lo
	if w.Chunk != nil {
		w.Chunk()
	}
}

// RowFailed implements parallel.Observer.
func (w *Watcher) RowFailed(int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.Failed++
}

// End implements parallel.Observer.
func (w *Watcher) End(s parallel.Summary) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.Ends++
	for _, s := range s.Workers {
		w.Summed += s.Rows
	}
}
