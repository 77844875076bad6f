package csv

import "testing"

// The borders ascend, and the number of ranges is the number of borders below n.
func TestGrid(t *testing.T) {
	defer func() { rangeSize = usualRange }()
	rangeSize = 0
	for _, columns := range []int{1, 10, 1024, 5000, 100_000} {
		g := newGrid(columns)
		if g.border(0) != 0 || g.ranges(0) != 0 {
			t.Error("ranges of nothing")
		}
		for k := range 200 {
			lo, hi := g.border(k), g.border(k+1)
			if hi-lo < firstRange || hi-lo < int64(columns)*bytesPerColumn || columns < 1024 && hi-lo > 4<<20 {
				t.Fatalf("%d columns: range %d is %d to %d", columns, k, lo, hi)
			}
			for n, want := range map[int64]int{lo + 1: k + 1, hi - 1: k + 1, hi: k + 1, hi + 1: k + 2} {
				if got := g.ranges(n); got != want {
					t.Fatalf("%d columns: %d bytes have %d ranges, want %d", columns, n, got, want)
				}
			}
		}
	}
	if a, b := newGrid(1).border(64), newGrid(1).border(65); a != 60<<20 || b != 64<<20 {
		t.Errorf("after 60 MiB come 4 MiB, not %d to %d", a, b)
	}
}

func TestTinyRanges(t *testing.T) {
	defer func() { rangeSize = usualRange }()
	rangeSize = 7
	g := newGrid(3)
	if g.border(3) != 21 || g.ranges(21) != 3 || g.ranges(22) != 4 || g.ranges(0) != 0 {
		t.Error(g.border(3), g.ranges(21), g.ranges(22))
	}
}
