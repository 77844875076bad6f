package parallel_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/parframe/parframe/parallel"
)

// peak returns how many functions of op ran at once.
func peak(t *testing.T, op operation, n int, opts ...any) int {
	var g gauge
	synctest.Test(t, func(t *testing.T) {
		_, err := op.run(t.Context(), n, func(context.Context, int) error {
			g.enter()
			defer g.leave()
			time.Sleep(10 * time.Millisecond)
			return nil
		}, opts...)
		if err != nil {
			t.Error(err)
		}
	})
	return int(g.peak.Load())
}

// TestDefaultWidthIsGOMAXPROCS: the default width is GOMAXPROCS at the call, not at the
// start of the program.
func TestDefaultWidthIsGOMAXPROCS(t *testing.T) {
	for _, p := range []int{1, 2, 3, 5} {
		procs(t, p)
		for _, op := range operations {
			if op.pool {
				continue
			}
			if got := peak(t, op, 100); got != min(p, op.atOnce(100)) {
				t.Errorf("%s: %d functions at once with GOMAXPROCS(%d)", op.name, got, p)
			}
		}
		if pool := newPool(t); pool.Width() != p {
			t.Errorf("a pool of width %d with GOMAXPROCS(%d)", pool.Width(), p)
		}
		if got := peak(t, operations[0], 100, parallel.Partitions(50)); got != p {
			t.Errorf("Partitions(50): %d functions at once with GOMAXPROCS(%d)", got, p)
		}
	}
}

// TestWorkersIsTheMostAtOnce: as many functions run at once as Workers says, even if
// that is more than there are cores, and never more than there are items, chunks or
// partitions.
func TestWorkersIsTheMostAtOnce(t *testing.T) {
	for _, op := range operations {
		for _, w := range widths {
			if got := peak(t, op, 100, parallel.Workers(w)); got != min(w, op.atOnce(100)) {
				t.Errorf("%s, Workers(%d): %d functions at once", op.name, w, got)
			}
			if got := peak(t, op, 5, parallel.Workers(w)); got != min(w, op.atOnce(5)) {
				t.Errorf("%s of 5 items, Workers(%d): %d functions at once", op.name, w, got)
			}
			if op.grid || op.stream {
				continue
			}
			if got := peak(t, op, 100, parallel.Workers(w), parallel.Partitions(4)); got != min(w, 4) {
				t.Errorf("%s, Workers(%d), Partitions(4): %d functions at once", op.name, w, got)
			}
			if got := peak(t, op, 100, parallel.Workers(w), parallel.ChunkSize(40)); got != min(w, 3) {
				t.Errorf("%s, Workers(%d), ChunkSize(40): %d functions at once", op.name, w, got)
			}
			if got := peak(t, op, 20, parallel.Workers(w), parallel.Serial()); got != 1 {
				t.Errorf("%s, Workers(%d), Serial: %d functions at once", op.name, w, got)
			}
		}
	}
}

// TestGoroutinesAreBoundedByTheWidth: a call starts no more goroutines than its width.
func TestGoroutinesAreBoundedByTheWidth(t *testing.T) {
	quiet()
	for _, op := range operations {
		for _, w := range widths {
			most := w
			if op.stream {
				most++ // reads the source
			}
			synctest.Test(t, func(t *testing.T) {
				_, err := op.run(t.Context(), 3*w, func(_ context.Context, i int) error {
					time.Sleep(time.Millisecond)
					if i%w == w-1 {
						if n := goroutines(); n > most {
							t.Errorf("%s, Workers(%d): %d goroutines", op.name, w, n)
						}
					}
					return nil
				}, parallel.Workers(w))
				if err != nil {
					t.Error(err)
				}
			})
		}
	}
}

// TestLaterOptionCounts: of two options of the same name the later one counts, so that
// a caller can override defaults.
func TestLaterOptionCounts(t *testing.T) {
	if got := peak(t, operations[0], 100, parallel.Workers(2), parallel.Workers(7)); got != 7 {
		t.Errorf("%d functions at once; want 7", got)
	}
}
