package parallel_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/parframe/parframe/parallel"
)

// TestCallBesideTasksGetsItsShare: while tasks keep the queue of a pool full, a call On
// the pool gets more than one slot in its turn.
func TestCallBesideTasksGetsItsShare(t *testing.T) {
	bubbles(t, []int{2, 4, 8}, func(t *testing.T, width int) {
		p := newPool(t, parallel.Workers(width))
		stop := make(chan struct{})
		var users sync.WaitGroup
		for range 5 * width {
			users.Go(func() {
				for {
					select {
					case <-stop:
						return
					default:
						get(t, submit(t, t.Context(), p, sleeper(time.Millisecond, 0)))
					}
				}
			})
		}
		time.Sleep(20 * time.Millisecond)
		var g gauge
		err := parallel.ForEach(t.Context(), indices(100*width), func(context.Context, int) error {
			g.enter()
			defer g.leave()
			time.Sleep(time.Millisecond)
			return nil
		}, parallel.On(p))
		close(stop)
		users.Wait()
		if err != nil || g.peak.Load() < 2 {
			t.Errorf("%v, %d at once on a pool of %d", err, g.peak.Load(), width)
		}
		closeAndWait(t, p)
	})
}

// TestTaskBehindACallGetsItsTurn: a task that is submitted while a long call uses the
// whole pool runs after a few items of that call, and so does another call.
func TestTaskBehindACallGetsItsTurn(t *testing.T) {
	bubbles(t, []int{1, 2, 4}, func(t *testing.T, width int) {
		p := newPool(t, parallel.Workers(width))
		var items counter
		var long sync.WaitGroup
		long.Go(func() {
			err := parallel.ForEach(t.Context(), indices(1000*width), func(context.Context, int) error {
				items.inc()
				time.Sleep(time.Millisecond)
				return nil
			}, parallel.On(p))
			if err != nil {
				t.Error(err)
			}
		})
		for name, turn := range map[string]func() error{
			"task": func() error {
				_, err := parallel.Do(t.Context(), p, value(1))
				return err
			},
			"call":   func() error { return parallel.ForEach(t.Context(), indices(1), noFault2, parallel.On(p)) },
			"stream": func() error { return retrying["Stream"](t.Context(), 3, noFault, parallel.On(p)) },
		} {
			time.Sleep(20*time.Millisecond + 500*time.Microsecond)
			before := items.Load()
			if err := turn(); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if begun := items.Load() - before; begun > int64(10*width) {
				t.Errorf("%s: its turn came after %d items", name, begun)
			}
		}
		long.Wait()
		closeAndWait(t, p)
	})
}

// TestBlockedSubmitKeepsItsTurn: tasks begin in the order in which they were submitted,
// also if their submits wait for space in a full queue.
func TestBlockedSubmitKeepsItsTurn(t *testing.T) {
	for _, bound := range []int{0, 1, 4} {
		synctest.Test(t, func(t *testing.T) {
			p := newPool(t, parallel.Workers(1), parallel.Queue(bound))
			hold := make(chan struct{})
			submit(t, t.Context(), p, func(context.Context) (int, error) { <-hold; return 0, nil })
			var order []int // one task at a time
			var all sync.WaitGroup
			for i := range 30 {
				all.Go(func() {
					submit(t, t.Context(), p, func(context.Context) (int, error) { order = append(order, i); return 0, nil })
				})
				synctest.Wait()
			}
			close(hold)
			all.Wait()
			closeAndWait(t, p)
			if !slices.Equal(order, indices(30)) {
				t.Errorf("Queue(%d): %v", bound, order)
			}
		})
	}
}

// TestFunctionThatWaitedGoesFirst: a function that has lent its slot takes one again
// before tasks and calls that wait for their first one.
func TestFunctionThatWaitedGoesFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, parallel.Workers(1))
		var order []string // one function at a time
		f := submit(t, t.Context(), p, func(ctx context.Context) (int, error) {
			parallel.Block(ctx, func() { time.Sleep(time.Second) })
			order = append(order, "waited")
			return 0, nil
		})
		synctest.Wait()
		submit(t, t.Context(), p, sleeper(2*time.Second, 1)) // has the slot meanwhile
		synctest.Wait()
		var clients sync.WaitGroup
		clients.Go(func() {
			err := parallel.ForEach(t.Context(), indices(1), func(context.Context, int) error {
				order = append(order, "call")
				return nil
			}, parallel.On(p))
			if err != nil {
				t.Error(err)
			}
		})
		synctest.Wait()
		submit(t, t.Context(), p, func(context.Context) (int, error) {
			order = append(order, "task")
			return 0, nil
		})
		get(t, f)
		clients.Wait()
		closeAndWait(t, p)
		if want := []string{"waited", "call", "task"}; !slices.Equal(order, want) {
			t.Errorf("order %q, want %q", order, want)
		}
	})
}

// TestCallsBeginInOrder: calls that wait for a pool begin in the order in which they came.
func TestCallsBeginInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, parallel.Workers(1))
		free := make(chan struct{})
		var order []int
		var calls sync.WaitGroup
		for k := range 6 {
			calls.Go(func() {
				err := parallel.ForEach(t.Context(), indices(1), func(context.Context, int) error {
					order = append(order, k) // on the only worker
					if k == 0 {
						<-free
					}
					return nil
				}, parallel.On(p))
				if err != nil {
					t.Error(err)
				}
			})
			synctest.Wait()
		}
		close(free)
		calls.Wait()
		closeAndWait(t, p)
		if !slices.IsSorted(order) || len(order) != 6 {
			t.Errorf("calls began in the order %v", order)
		}
	})
}
