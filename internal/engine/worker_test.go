package engine

import (
	"errors"
	"testing"
	"time"
)

// TestRunAllLooksBetweenRuns: a tight loop looks at the end of the context every few
// rows, even if its worker is not asked to end, and returns at the row where its
// function stopped.
func TestRunAllLooksBetweenRuns(t *testing.T) {
	closed, open := make(chan struct{}), make(chan struct{})
	close(closed)
	boom := errors.New("boom")
	for name, c := range map[string]struct {
		done  chan struct{}
		every int
		stop  int // the row where the function stops; -1: nowhere
		err   error
		want  int
		runs  int
	}{
		"open":            {open, 3, -1, nil, 10, 3},
		"ended":           {closed, 3, -1, nil, 4, 1},
		"ended, each row": {closed, 0, -1, nil, 1, 1},
		"asked":           {open, 3, 6, nil, 6, 2},
		"failed":          {open, 3, 6, boom, 6, 2},
	} {
		w := &Worker{done: c.done, Every: c.every}
		runs := 0
		got, err := w.RunAll(0, 10, func(lo, hi int) (int, error) {
			if runs++; hi-lo > c.every+1 {
				t.Errorf("%s: a run of %d rows", name, hi-lo)
			}
			if c.stop >= lo && c.stop < hi {
				return c.stop, c.err
			}
			return hi, nil
		})
		if got != c.want || runs != c.runs || err != c.err {
			t.Errorf("%s: got to row %d in %d runs, %v; want %d in %d, %v", name, got, runs, err, c.want, c.runs, c.err)
		}
	}
}

// TestStepsFollowTheCostOfARow: the worker looks after every expensive row, and after
// runs of cheap rows whose length is a power of two.
func TestStepsFollowTheCostOfARow(t *testing.T) {
	for cost, every := range map[time.Duration]int{1: 31, 100: 15, 300: 3, 1000: 1, 1500: 0, 2000: 0, 1000000: 0} {
		w := &Worker{cost: float64(cost)}
		if w.setSteps(); w.Every != every {
			t.Errorf("%v: looks where a row's number has none of the bits of %d, want %d", cost, w.Every, every)
		}
	}
}
