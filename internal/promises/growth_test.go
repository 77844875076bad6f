package promises

import (
	"fmt"
	"math"
	"runtime"
	"testing"
	"time"

	"github.com/parframe/parframe/parallel"
)

// settled returns the number of goroutines and the memory in use, once they are at most
// most and limit, or after a long time: memory that cleanups free is reused, or freed by a
// later collection.
func settled(most int, limit int64) (goroutines int, heap int64) {
	for range 1000 {
		if goroutines = runtime.NumGoroutine(); goroutines <= most {
			break
		}
		time.Sleep(ms)
	}
	for range 10 {
		runtime.GC()
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		if heap = int64(m.HeapAlloc); heap <= limit {
			break
		}
		time.Sleep(ms)
	}
	return goroutines, heap
}

// often calls fn many times, or for a while.
func often(t *testing.T, fn func() error) (calls int) {
	t.Helper()
	most, while := 2000, 20*ms
	switch {
	case nightly:
		most, while = 100_000, time.Second
	case testing.Short():
		most, while = 500, 10*ms
	}
	for end := time.Now().Add(while); calls < most && time.Now().Before(end); calls++ {
		if err := fn(); err != nil {
			t.Fatal(err)
		}
	}
	return calls
}

// No goroutine and no memory is left when an operation has returned.
func TestNothingGrows(t *testing.T) {
	pool, err := parallel.NewPool(parallel.Workers(2))
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Terminate()
	for _, op := range operations() {
		t.Run(op.name, func(t *testing.T) {
			nothingGrows(t, func() error { return op.run(t.Context(), 4, noFault, place{}) })
		})
		t.Run(op.name+" on a pool", func(t *testing.T) {
			nothingGrows(t, func() error { return op.run(t.Context(), 4, noFault, place{pool: pool}) })
		})
	}
	t.Run("pools made, used and closed", func(t *testing.T) {
		nothingGrows(t, func() error { return usePool(t, true) })
	})
	t.Run("pools made, used and forgotten", func(t *testing.T) {
		nothingGrows(t, func() error { return usePool(t, false) })
	})
}

func usePool(t *testing.T, end bool) error {
	pool, err := parallel.NewPool(parallel.Workers(2))
	if err != nil {
		return err
	}
	for _, op := range parallelOperations {
		if op.pool || op.name == "parallel.Map" {
			if err := op.run(t.Context(), 4, noFault, place{pool: pool}); err != nil {
				return err
			}
		}
	}
	if !end {
		return nil
	}
	pool.Close()
	return pool.Wait(t.Context())
}

func nothingGrows(t *testing.T, call func() error) {
	quiet := runtime.NumGoroutine()
	for range 50 { // what is made once
		if err := call(); err != nil {
			t.Fatal(err)
		}
	}
	// A leak grows each time. The runtime's own records of goroutines, and
	// memory that waits for its cleanup, do not.
	var wrong string
	for range 3 {
		goroutines, heap := settled(quiet, math.MaxInt64)
		calls := often(t, call)
		most := heap + int64(64*calls+384<<10)
		goroutinesAfter, heapAfter := settled(goroutines, most)
		switch {
		case goroutinesAfter > goroutines:
			stacks := make([]byte, 1<<20)
			wrong = fmt.Sprintf("%d goroutines before and %d after %d calls\n%s", goroutines, goroutinesAfter, calls, stacks[:runtime.Stack(stacks, true)])
		case heapAfter > most:
			wrong = fmt.Sprintf("%d bytes in use before and %d after %d calls, at most %d expected", heap, heapAfter, calls, most)
		default:
			return
		}
	}
	t.Error(wrong)
}
