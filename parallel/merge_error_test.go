package parallel_test

import (
	"context"
	"fmt"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/parframe/parframe/parallel"
)

// TestFailureOfMergeIsAtItsCell: if merge fails for the cell of item 40, the row is the
// first of that cell in every setting, whichever worker merges, and a failing item
// above it never takes precedence.
func TestFailureOfMergeIsAtItsCell(t *testing.T) {
	const n, bad = 100, 40
	fail := map[string]func(){
		"panic":  func() { panic(errBoom) },
		"Goexit": runtime.Goexit,
	}
	cause := map[string]error{"panic": errBoom, "Goexit": parallel.ErrGoexit}
	for name, fail := range fail {
		for _, w := range widths {
			for _, slow := range []int{-1, 0, 10, 39, 40, 41} {
				for _, above := range []bool{false, true} {
					synctest.Test(t, func(t *testing.T) {
						_, err := parallel.Fold(t.Context(), indices(n), func() []int { return nil },
							func(_ context.Context, a []int, i int) ([]int, error) {
								time.Sleep(time.Millisecond)
								if i == slow {
									// All cells above are done before it.
									time.Sleep(time.Second)
								}
								if above && i == bad+30 {
									return nil, fmt.Errorf("item %d", i)
								}
								return append(a, i), nil
							},
							func(a, b []int) []int {
								if b[0] == bad {
									fail()
								}
								return append(a, b...)
							}, parallel.Workers(w), parallel.Partitions(n))
						wantRow(t, fmt.Sprintf("%s, Workers(%d), slow item %d, item above fails: %v", name, w, slow, above),
							err, bad, bad, cause[name])
					})
				}
			}
		}
	}
}

// TestWorkerThatMergesReportsItsOwnRows: after a merge that succeeded a worker reports
// a failure of its next cell by the row of that cell.
func TestWorkerThatMergesReportsItsOwnRows(t *testing.T) {
	for _, w := range widths {
		synctest.Test(t, func(t *testing.T) {
			_, err := parallel.Fold(t.Context(), indices(5000), func() int { return 0 },
				func(_ context.Context, a, i int) (int, error) {
					if i == 3 || i == 2000 {
						time.Sleep(10 * time.Millisecond)
					}
					if i >= 4000 {
						return 0, errBoom
					}
					return a + i, nil
				},
				func(a, b int) int { return a + b }, parallel.Workers(w))
			wantRow(t, fmt.Sprintf("Workers(%d)", w), err, 4000, -1, errBoom)
		})
	}
}
