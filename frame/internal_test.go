package frame

import (
	"context"
	"slices"
	"testing"
	"time"
)

func TestLargestFirst(t *testing.T) {
	sizes := []int{1, 1000, 0, 5, 1023, 6, 70_000}
	if got, want := must(largestFirst(t.Context(), len(sizes), func(k int) int { return sizes[k] })), []int{6, 1, 4, 3, 5, 0, 2}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestBudget(t *testing.T) {
	mem := &budget{left: 100}
	if b := mem.Reallocate(50, mem.Allocate(40)); len(b) != 50 || mem.left != 10 {
		t.Errorf("%d bytes, %d left", len(b), mem.left)
	}
	defer func() {
		if recover() == nil {
			t.Error("more than the budget was given")
		}
	}()
	mem.Allocate(20)
}

func TestValueText(t *testing.T) {
	for _, c := range []struct {
		v    any
		want string
	}{
		{nil, "null"}, {"a\"", `"a\""`}, {[]byte{1, 255}, "01ff"}, {[]any{nil, "x", int8(3)}, `[null "x" 3]`}, {1.5, "1.5"}, {true, "true"}, {time.Second, "1s"},
	} {
		if got := valueText(c.v); got != c.want {
			t.Errorf("%v: %s, expected %s", c.v, got, c.want)
		}
	}
}

// endsAt is a context that ends after a number of looks at it.
type endsAt struct {
	context.Context
	looks int
}

func (c *endsAt) Err() error {
	if c.looks--; c.looks < 0 {
		return context.Canceled
	}
	return nil
}

// Joining many frames stops at the end of the context, whichever look finds it.
func TestConcatEndsWithItsContext(t *testing.T) {
	x, y := must(New(must(NewColumn("x", []int32{1})))), must(New(must(NewColumn("y", []int8{1})), must(NewColumn("x", []int8{2}))))
	for name, f := range map[string]*Frame{"one schema": x, "two schemas": y} {
		frames := append(slices.Repeat([]*Frame{x}, 999), f)
		looks := 0
		for ; ; looks++ {
			g, err := concat(&endsAt{context.Background(), looks}, frames)
			if err == nil {
				break
			}
			if g != nil || err != context.Canceled {
				t.Fatalf("%s, %d looks: %v", name, looks, err)
			}
		}
		if looks < 3*len(frames)/256 {
			t.Errorf("%s: %d looks at the context", name, looks)
		}
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
