package freelist_test

import (
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/parframe/parframe/internal/freelist"
)

func TestLastGivenIsTakenFirst(t *testing.T) {
	var l freelist.List[string]
	if x, ok := l.Take(); ok || x != "" {
		t.Errorf("the empty list gave %q", x)
	}
	l.Give("a")
	l.Give("b")
	l.Give("c")
	if !slices.Equal(l.All, []string{"a", "b", "c"}) {
		t.Errorf("all are %q", l.All)
	}
	for _, want := range []string{"c", "b"} {
		if x, ok := l.Take(); !ok || x != want {
			t.Errorf("got %q, %v; want %q", x, ok, want)
		}
	}
	l.Give("d")
	if !slices.Equal(l.All, []string{"a", "d"}) {
		t.Errorf("all are %q", l.All)
	}
}

// TestTakenByOneWorkerOnly: what one worker has, no other one gets before it is given back.
func TestTakenByOneWorkerOnly(t *testing.T) {
	var l freelist.List[*atomic.Int64]
	var workers sync.WaitGroup
	for range 4 {
		workers.Go(func() {
			for range 1000 {
				x, ok := l.Take()
				if !ok {
					x = new(atomic.Int64)
				}
				if x.Add(1) != 1 {
					t.Error("two workers have it")
				}
				x.Add(-1)
				l.Give(x)
			}
		})
	}
	workers.Wait()
	if len(l.All) < 1 || len(l.All) > 4 {
		t.Errorf("%d are left of 4 workers", len(l.All))
	}
}
