package parallel_test

import (
	"context"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/parframe/parframe/parallel"
)

// stuckHere is the function in which items are stuck. Its name is in the stack.
func stuckHere(d time.Duration) { time.Sleep(d) }

// TestSoftDeadline: every item that runs for too long is reported once, while it runs,
// with its row, its time so far, and a stack that names its function.
func TestSoftDeadline(t *testing.T) {
	for name, run := range retrying {
		bubbles(t, []int{1, 3, 8}, func(t *testing.T, width int) {
			var reports []parallel.Stuck // one call at a time: no lock
			err := run(t.Context(), 40, func(_ context.Context, i int) error {
				if i%10 == 7 {
					stuckHere(time.Minute)
				} else {
					time.Sleep(100 * time.Millisecond)
				}
				return nil
			}, parallel.Workers(width), parallel.SoftDeadline(time.Second, func(s parallel.Stuck) { reports = append(reports, s) }))
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			var rows []int
			for _, s := range reports {
				rows = append(rows, s.Row)
				if s.Running < time.Second || s.Running > 1250*time.Millisecond {
					t.Errorf("%s: row %d reported after %v", name, s.Row, s.Running)
				}
				if !strings.Contains(string(s.Stack), "stuckHere") || mentions(stringError(s.String()), "has been running for 1", "stuckHere") != "" {
					t.Errorf("%s: row %d, stack %s", name, s.Row, s.Stack)
				}
			}
			if slices.Sort(rows); !slices.Equal(rows, []int{7, 17, 27, 37}) {
				t.Errorf("%s, width %d: reported rows %v", name, width, rows)
			}
			settled(t, "a watched call")
		})
	}
}

type stringError string

func (s stringError) Error() string { return string(s) }

// TestSoftDeadlineNotReached: without stuck items there is no report, and the call is
// not delayed.
func TestSoftDeadlineNotReached(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		err := parallel.ForEach(t.Context(), indices(100), func(context.Context, int) error { time.Sleep(time.Second); return nil },
			parallel.Workers(1), parallel.SoftDeadline(2*time.Second, func(s parallel.Stuck) { t.Errorf("reported: %v", s) }))
		if err != nil || elapsed(start) != 100*time.Second {
			t.Errorf("%v after %v", err, elapsed(start))
		}
	})
}

// TestSoftDeadlineReportMisbehaves: after a report that panics or ends its goroutine
// later items are still reported.
func TestSoftDeadlineReportMisbehaves(t *testing.T) {
	for _, end := range []func(){func() { panic("no") }, runtime.Goexit} {
		bubbles(t, []int{1, 2}, func(t *testing.T, width int) {
			var rows []int
			err := parallel.ForEach(t.Context(), indices(4), func(context.Context, int) error { time.Sleep(time.Minute); return nil },
				parallel.Workers(width), parallel.SoftDeadline(time.Second, func(s parallel.Stuck) { rows = append(rows, s.Row); end() }))
			if slices.Sort(rows); err != nil || !slices.Equal(rows, indices(4)) {
				t.Errorf("%v, %v", rows, err)
			}
		})
	}
}

// TestSoftDeadlineWithOthers: with Timeout and Retry the time of all attempts counts,
// and the item is reported once.
func TestSoftDeadlineWithOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		reports := 0
		err := parallel.ForEach(t.Context(), indices(1), func(ctx context.Context, _ int) error { <-ctx.Done(); return ctx.Err() },
			parallel.Timeout(time.Second), parallel.Retry(9, nil), parallel.SoftDeadline(5*time.Second, func(s parallel.Stuck) { reports++ }))
		if reports != 1 || err == nil {
			t.Errorf("%d reports, %v", reports, err)
		}
	})
}
