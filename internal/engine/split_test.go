package engine

import (
	"math"
	"testing"
)

// TestSplit compares with numpy.array_split, written as a loop that deals the rows out
// one by one.
func TestSplit(t *testing.T) {
	for n := range 70 {
		for parts := 1; parts < 75; parts++ {
			sizes := make([]int, parts)
			for i := range n {
				sizes[i%parts]++
			}
			at := 0
			for k, size := range sizes {
				if lo, hi := Split(n, parts, k); lo != at || hi != at+size {
					t.Errorf("Split(%d, %d, %d) = %d, %d; want %d, %d", n, parts, k, lo, hi, at, at+size)
				}
				at += size
			}
		}
	}
}

func TestSplitLarge(t *testing.T) {
	for _, parts := range []int{1, 2, 3, 1000, math.MaxInt} {
		if lo, _ := Split(math.MaxInt, parts, 0); lo != 0 {
			t.Errorf("the first of %d begins at %d", parts, lo)
		}
		if _, hi := Split(math.MaxInt, parts, parts-1); hi != math.MaxInt {
			t.Errorf("the last of %d ends at %d", parts, hi)
		}
	}
}

func TestSplitOfNoParts(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("Split into no parts does not panic")
		}
	}()
	Split(10, 0, 0)
}
