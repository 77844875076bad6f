package parallel_test

import (
	"context"
	"runtime"
	"slices"
	"testing"
	"testing/synctest"
	"time"
	"weak"

	"github.com/parframe/parframe/parallel"
)

// TestAsCompletedKeepsNoYieldedFuture: a future that was yielded can be collected when
// the caller drops it.
func TestAsCompletedKeepsNoYieldedFuture(t *testing.T) {
	type big [1 << 16]byte
	p := newPool(t, parallel.Workers(2))
	fs := make([]*parallel.Future[*big], 10)
	for i := range fs {
		fs[i] = submit(t, t.Context(), p, func(context.Context) (*big, error) { return new(big), nil })
	}
	var seen []weak.Pointer[big]
	for f, err := range parallel.AsCompleted(t.Context(), fs...) {
		if err != nil {
			t.Fatal(err)
		}
		seen = append(seen, weak.Make(get(t, f)))
		fs[slices.Index(fs, f)] = nil // the caller drops it
		if len(seen) == 6 {
			for i, w := range seen[:5] {
				for range 100 {
					if runtime.GC(); w.Value() == nil {
						break
					}
					time.Sleep(time.Millisecond)
				}
				if w.Value() != nil {
					t.Errorf("result %d that the caller let go is held", i)
				}
			}
		}
	}
}

// TestFinishedFutureKeepsNoPool: a future that is ready keeps neither its pool alive
// nor the states of that pool's workers.
func TestFinishedFutureKeepsNoPool(t *testing.T) {
	type big [1 << 16]byte
	var state weak.Pointer[big]
	f := func() *parallel.Future[int] {
		p, err := parallel.NewPool(parallel.Workers(1), parallel.WorkerState(func(context.Context, int) (*big, error) {
			b := new(big)
			state = weak.Make(b)
			return b, nil
		}, nil))
		if err != nil {
			t.Fatal(err)
		}
		f := submit(t, t.Context(), p, value(1))
		get(t, f)
		return f
	}()
	for range 200 {
		if runtime.GC(); state.Value() == nil {
			break
		}
		time.Sleep(time.Millisecond)
	}
	if state.Value() != nil {
		t.Error("the forgotten pool's worker state is held by a finished future")
	}
	runtime.KeepAlive(f)
}

// TestAbandonedPoolIsCollected: a pool that is not closed has no goroutines when it has
// nothing to do, and is collected.
func TestAbandonedPoolIsCollected(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var gone weak.Pointer[parallel.Pool]
		func() {
			p, err := parallel.NewPool(parallel.Workers(3), parallel.WorkerState(func(context.Context, int) ([]byte, error) { return make([]byte, 1<<20), nil }, nil))
			if err != nil {
				t.Fatal(err)
			}
			for range 10 {
				submit(t, t.Context(), p, sleeper(time.Second, 1))
			}
			time.Sleep(time.Minute)
			settled(t, "a pool with nothing to do")
			gone = weak.Make(p)
		}()
		for range 10 {
			if runtime.GC(); gone.Value() == nil {
				return
			}
		}
		t.Error("a pool that nobody holds is still there")
	})
}
