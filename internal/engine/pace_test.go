package engine

import (
	"testing"
	"time"
)

func TestPaceSize(t *testing.T) {
	for _, c := range []struct {
		name        string
		pace        pace
		rest, width int
		want        int
	}{
		{"the caller's size", pace{fixed: 100}, 1000, 4, 100},
		{"the caller's size, measured or not", pace{fixed: 100, cost: 1e9, most: 1}, 1000, 4, 100},
		{"the caller's size at the end", pace{fixed: 100}, 30, 4, 30},
		{"nothing known", pace{}, 1000, 4, 1},
		{"a millisecond of work", pace{cost: 1000, most: 1000}, 1e6, 4, 1000},
		{"a slow item", pace{cost: 50e6, most: 1}, 20, 4, 1},
		{"growth", pace{cost: 1, most: 1}, 1e6, 4, 4},
		{"growth later", pace{cost: 1, most: 1000}, 1e6, 4, 4000},
		{"no growth beyond a millisecond", pace{cost: 10_000, most: 50}, 1e6, 4, 100},
		{"half the fair share near the end", pace{cost: 1000, most: 1000}, 4000, 4, 500},
		{"no piece below the tail", pace{cost: 1000, most: 1000}, 300, 4, 50},
		{"but never above the fair share", pace{cost: 20, most: 1000}, 800, 4, 200},
		{"unless it is not worth dividing", pace{cost: 1, most: 1000}, 800, 4, 800},
		{"one worker takes what is left", pace{cost: 1, most: 1000}, 800, 1, 800},
		{"the last item", pace{cost: 1, most: 1000}, 1, 4, 1},
		{"more workers than items", pace{cost: 5000, most: 1000}, 3, 64, 1},
		{"items that cost nothing", pace{cost: 0, most: 1 << 30}, 1 << 50, 1, 1e7},
	} {
		if got := c.pace.chunkEnd(0, c.rest, c.width); got != c.want {
			t.Errorf("%s: %+v.size(%d, %d) = %d, want %d", c.name, c.pace, c.rest, c.width, got, c.want)
		}
	}
}

// TestPaceEnds: with any measurement a chunk holds at least one item and never more
// than the rest.
func TestPaceEnds(t *testing.T) {
	for _, cost := range []float64{0, 0.01, 1, 333, 1e6, 1e12} {
		for _, width := range []int{1, 2, 64} {
			var p pace
			claims := 0
			for rest := 100_000; rest > 0; claims++ {
				n := p.adapted(rest, width)
				if n < 1 || n > rest {
					t.Fatalf("cost %v, width %d: %d of %d", cost, width, n, rest)
				}
				p.measured(n, time.Duration(cost*float64(n)))
				rest -= n
			}
			if cost <= 1 && claims > 20*(width+1) {
				t.Errorf("cost %v, width %d: %d claims", cost, width, claims)
			}
		}
	}
}

func TestPaceMeasured(t *testing.T) {
	var p pace
	p.measured(10, 100)
	if p.cost != 10 || p.most != 10 {
		t.Errorf("the first measurement counts in full: %+v", p)
	}
	p.measured(5, 150)
	if p.cost != 20 || p.most != 10 {
		t.Errorf("the next ones by half: %+v", p)
	}
}

func TestPaceHelpers(t *testing.T) {
	for _, c := range []struct {
		name string
		pace pace
		rest int
		want int
	}{
		{"nothing known", pace{}, 1000, 0},
		{"not worth waking anybody", pace{cost: 10, most: 1}, 1000, 0},
		{"one for every 20 µs", pace{cost: 100, most: 1}, 1000, 5},
		{"but one item each at most", pace{cost: 1e9, most: 1}, 3, 3},
	} {
		if got := c.pace.helpers(c.rest); got != c.want {
			t.Errorf("%s: %+v.helpers(%d) = %d, want %d", c.name, c.pace, c.rest, got, c.want)
		}
	}
}
