package csv

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/parframe/parframe/parallel"
)

// Workers that finish in any order enter in order.
func TestStatesKeepOrder(t *testing.T) {
	l := newRangeStates()
	var order []int
	err := parallel.Range(t.Context(), 500, func(ctx context.Context, lo, hi int) error {
		for k := lo; k < hi; k++ {
			st, err := l.wait(ctx, k)
			if err != nil {
				return err
			}
			if st.line != k {
				t.Errorf("range %d got the state of %d", k, st.line)
			}
			order = append(order, k) // no lock: only one worker has the turn
			l.enter(k+1, state{line: k + 1})
		}
		return nil
	}, parallel.Workers(8), parallel.ChunkSize(1))
	if err != nil {
		t.Fatal(err)
	}
	for i, k := range order {
		if i != k {
			t.Fatalf("turn %d was that of %d", i, k)
		}
	}
}

// A worker that waits for the state of a range that failed is woken by the end of its
// context.
func TestStatesWakeAfterFailure(t *testing.T) {
	l := newRangeStates()
	err := parallel.Range(t.Context(), 100, func(ctx context.Context, lo, hi int) error {
		if _, err := l.wait(ctx, lo); err != nil {
			return err
		}
		if lo == 10 {
			return errDisk // without a state for 11
		}
		l.enter(lo+1, state{})
		return nil
	}, parallel.Workers(8), parallel.ChunkSize(1))
	if re, ok := errors.AsType[*parallel.RowError](err); !ok || re.Row != 10 || re.Err != errDisk {
		t.Error(err)
	}
}

func TestWaitForStateEndsWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancelCause(t.Context())
		l := newRangeStates()
		done := make(chan error)
		go func() {
			_, err := l.wait(ctx, 3)
			done <- err
		}()
		synctest.Wait()
		cancel(errDisk)
		if err := <-done; err != errDisk {
			t.Error(err)
		}
	})
}

func TestStateIsEnteredOnce(t *testing.T) {
	l := newRangeStates()
	l.enter(1, state{line: 5})
	l.enter(1, state{line: 5})
	l.enter(3, state{line: 9}) // 2 is not known
	if k, st := l.last(7); k != 1 || st.line != 5 {
		t.Error(k, st)
	}
	if k, st := l.last(0); k != 0 || st.line != 0 {
		t.Error(k, st)
	}
}

// A range counts for the ranges before it if they have not entered a state.
func TestRangeCountsForRangesBefore(t *testing.T) {
	defer func() { rangeSize = usualRange }()
	rangeSize = 5
	text := strings.Repeat("a,\"b\nc\"\n", 20)
	d := dialect{delim: ',', quote: '"', nl: '\n'}
	for k := range 30 {
		s := &fileSource{file: strings.NewReader(text), size: int64(len(text)), d: &d, limit: 100, states: newRangeStates(), grid: newGrid(2)}
		st, err := s.stateAt(t.Context(), k)
		before := text[:5*k]
		if err != nil || st.inside != d.oddQuotes([]byte(before)) || st.line != strings.Count(before, "\n") {
			t.Errorf("range %d: %+v, %v", k, st, err)
		}
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errDisk)
	s := &fileSource{file: strings.NewReader(text), size: int64(len(text)), d: &d, limit: 100, states: newRangeStates(), grid: newGrid(2)}
	if _, err := s.stateAt(ctx, 9); err != errDisk {
		t.Error(err)
	}
}
