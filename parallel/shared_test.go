package parallel_test

import (
	"context"
	"slices"
	"sync"
	"testing"

	"github.com/parframe/parframe/parallel"
)

// TestValueAndArrayBeginWithZeros: a new Value or Array holds zeros, or the values that
// were given.
func TestValueAndArrayBeginWithZeros(t *testing.T) {
	for range 3 {
		a := parallel.NewArray[int](10)
		if a.Len() != 10 || !slices.Equal(a.Snapshot(), make([]int, 10)) {
			t.Errorf("%v", a.Snapshot())
		}
		for i := range a.Len() {
			a.Set(i, i+1)
		}
		var v parallel.Value[string]
		if v.Get() != "" {
			t.Error(v.Get())
		}
		v.Set("x")
	}
	given := []int{1, 2}
	a := parallel.NewArray(4, given...)
	given[0] = 9
	if got := a.Snapshot(); !slices.Equal(got, []int{1, 2, 0, 0}) {
		t.Error(got)
	}
	if b := parallel.NewArray(1, 1, 2, 3); b.Len() != 3 {
		t.Error(b.Snapshot())
	}
	if c := parallel.NewArray[int](-1); c.Len() != 0 {
		t.Error(c.Snapshot())
	}
	if parallel.NewValue(7).Get() != 7 {
		t.Error("another value")
	}
}

// TestLockedUpdatesAddUp: N workers that add M times each add N × M, and the sum is
// visible after the call.
func TestLockedUpdatesAddUp(t *testing.T) {
	const workers, times = 8, 500
	v, a := parallel.NewValue(0), parallel.NewArray[int](3)
	err := parallel.ForEach(t.Context(), indices(workers), func(_ context.Context, w int) error {
		for i := range times {
			v.Update(func(x int) int { return x + 1 })
			a.Update(i%3, func(x int) int { return x + 1 })
			a.UpdateAll(func(xs []int) { xs[0]++; xs[1]-- })
			_, _, _ = v.Get(), a.Get(i%3), a.Snapshot()
		}
		return nil
	}, parallel.Workers(workers))
	if err != nil || v.Get() != workers*times {
		t.Errorf("%v, %d", err, v.Get())
	}
	want := []int{167*workers + workers*times, 167*workers - workers*times, 166 * workers}
	if got := a.Snapshot(); !slices.Equal(got, want) {
		t.Errorf("%v; want %v", got, want)
	}
	if got := v.Update(func(x int) int { return -x }); got != -workers*times {
		t.Errorf("Update returns %d", got)
	}
}

// TestSharedPanics: after a panic in an update, or of an index that is out of range,
// the lock is free and the value unchanged.
func TestSharedPanics(t *testing.T) {
	v, a := parallel.NewValue(7), parallel.NewArray[int](2)
	for what, f := range map[string]func(){
		"Update":         func() { v.Update(func(int) int { panic("no") }) },
		"Array.Update":   func() { a.Update(1, func(int) int { panic("no") }) },
		"UpdateAll":      func() { a.UpdateAll(func([]int) { panic("no") }) },
		"Get(2)":         func() { a.Get(2) },
		"Set(-1)":        func() { a.Set(-1, 0) },
		"Update(2, nil)": func() { a.Update(2, nil) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", what)
				}
			}()
			f()
		}()
		var free sync.WaitGroup
		free.Go(func() {
			v.Set(v.Get())
			a.Set(0, a.Get(0))
		})
		free.Wait()
	}
	if v.Get() != 7 || !slices.Equal(a.Snapshot(), []int{0, 0}) {
		t.Error(v.Get(), a.Snapshot())
	}
}
