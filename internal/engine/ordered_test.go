package engine

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"testing"
)

// TestOrderedErrorIsTheLoops: units that begin in another order give the error of the
// loop.
func TestOrderedErrorIsTheLoops(t *testing.T) {
	const n = 200
	boom := errors.New("boom")
	orders := map[string][]int{"ascending": make([]int, n), "descending": make([]int, n), "mixed": make([]int, n)}
	for i := range n {
		orders["ascending"][i] = i
		orders["descending"][i] = n - 1 - i
		orders["mixed"][i] = i * 77 % n
	}
	fails := map[string]func(){
		"error":  nil,
		"panic":  func() { panic(boom) },
		"goexit": runtime.Goexit,
	}
	for name, order := range orders {
		for how, fail := range fails {
			for _, workers := range []int{1, 2, 8} {
				t.Run(fmt.Sprint(name, "/", how, "/", workers), func(t *testing.T) {
					c := begin(t, Config{Workers: workers}, n)
					var mu sync.Mutex
					ran := make([]int, n)
					err := c.Ordered(order, func(k int) (int, int) { return 10 * k, k }, nil, func(ctx *Worker, k int) error {
						if Index(ctx) != k {
							t.Errorf("Index is %d for unit %d", Index(ctx), k)
						}
						mu.Lock()
						ran[k]++
						mu.Unlock()
						if k == 50 || k == 60 || k == 150 {
							if fail != nil {
								fail()
							}
							return boom
						}
						return nil
					})
					row, ok := errors.AsType[*RowError](err)
					if !ok || row.Row != 500 || row.Partition != 50 {
						t.Fatalf("got %v, want the error of unit 50", err)
					}
					if want := boom; how == "goexit" && !errors.Is(err, ErrGoexit) || how != "goexit" && !errors.Is(err, want) {
						t.Fatalf("got %v", err)
					}
					for k, times := range ran {
						if times > 1 || k <= 50 && times != 1 {
							t.Fatalf("unit %d ran %d times", k, times)
						}
					}
				})
			}
		}
	}
}

// TestOrderedSkipsUnitsAboveAFailure: after a failure no unit above it begins.
func TestOrderedSkipsUnitsAboveAFailure(t *testing.T) {
	c := begin(t, Config{Serial: true}, 6)
	var ran []int
	err := c.Ordered([]int{3, 5, 1, 4, 0, 2}, func(k int) (int, int) { return k, k }, nil, func(_ *Worker, k int) error {
		ran = append(ran, k)
		if k == 3 || k == 1 {
			return fmt.Errorf("unit %d", k)
		}
		return nil
	})
	if want := []int{3, 1, 0}; !slices.Equal(ran, want) {
		t.Errorf("ran %v, want %v", ran, want)
	}
	if row, ok := errors.AsType[*RowError](err); !ok || row.Row != 1 {
		t.Errorf("got %v, want the error of unit 1", err)
	}
}

func TestOrderedBeginsInOrder(t *testing.T) {
	c := begin(t, Config{Workers: 1}, 4)
	order := []int{2, 0, 3, 1}
	var ran []int
	err := c.Ordered(order, func(k int) (int, int) { return k, k }, nil, func(_ *Worker, k int) error {
		ran = append(ran, k)
		return nil
	})
	if err != nil || !slices.Equal(ran, order) {
		t.Fatal(ran, err)
	}
}

func TestOrderedCanceled(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	c := &Call{Name: "test", Config: Config{Workers: 2}}
	if err := c.Begin(ctx, 8); err != nil {
		t.Fatal(err)
	}
	why := errors.New("why")
	err := c.Ordered([]int{1, 0, 2, 3, 4, 5, 6, 7}, func(k int) (int, int) { return k, k }, nil, func(w *Worker, k int) error {
		cancel(why)
		return w.Err()
	})
	if !errors.Is(err, why) {
		t.Fatal(err)
	}
	c = begin(t, Config{}, 0)
	if err := c.Ordered(nil, func(int) (int, int) { return 0, 0 }, nil, func(*Worker, int) error { return why }); err != nil {
		t.Fatal("no units:", err)
	}
}

// begin returns a call that has begun, and ends with the test.
func begin(t *testing.T, config Config, rows int) *Call {
	t.Helper()
	c := &Call{Name: "test", Config: config}
	if err := c.Begin(t.Context(), rows); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		var err error
		if c.End(&err); err != nil {
			t.Error(err)
		}
	})
	return c
}
