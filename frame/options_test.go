package frame_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/engine"
	"github.com/parframe/parframe/parallel"
)

type limiterFunc func(ctx context.Context) error

func (l limiterFunc) Wait(ctx context.Context) error { return l(ctx) }

// optionTrial tests whether an operation with a user's function honors an option.
type optionTrial struct {
	option any // to find the operations that take it
	check  func(t *testing.T, f *frame.Frame, name string, u userCall)
	// refuses are the operations that accept the option at compile time but cannot use
	// it.
	refuses []string
}

const trialRows = 40

var (
	notCalledAgain = []string{"Groups.Agg", "Groups.Agg at its end"}
	notOfRows      = []string{"Groups.Agg", "Groups.Agg at its end", "MapGroups"}
)

var optionTrials = map[string]optionTrial{
	"Retry": {parallel.Retry(2, nil), func(t *testing.T, f *frame.Frame, _ string, u userCall) {
		var mu sync.Mutex
		attempts := map[int64][]int{}
		err := u.run(t.Context(), f, func(ctx context.Context, row int64) error {
			mu.Lock()
			defer mu.Unlock()
			attempts[row] = append(attempts[row], parallel.Attempt(ctx))
			if len(attempts[row]) <= int(row%3) {
				return errOdd
			}
			return nil
		}, parallel.Retry(2, nil), parallel.Workers(3))
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range u.hooked(trialRows) {
			if want := []int{1, 2, 3}[:row%3+1]; !slices.Equal(attempts[row], want) {
				t.Errorf("row %d: attempts %v, want %v", row, attempts[row], want)
			}
		}
		calls := 0
		last := u.hooked(trialRows)[1]
		err = u.run(t.Context(), f, func(_ context.Context, row int64) error {
			if row == last {
				calls++
				return errOdd
			}
			return nil
		}, parallel.Retry(2, nil), parallel.Workers(3))
		if checkRow(t, err, int(last)); !errors.Is(err, errOdd) || calls != 3 {
			t.Errorf("%v after %d calls", err, calls)
		}
	}, notCalledAgain},
	"Timeout": {parallel.Timeout(time.Second), func(t *testing.T, f *frame.Frame, _ string, u userCall) {
		slow := u.hooked(trialRows)[1]
		err := u.run(t.Context(), f, func(ctx context.Context, row int64) error {
			if row != slow {
				return nil
			}
			<-ctx.Done()
			return ctx.Err()
		}, parallel.Timeout(2*time.Millisecond), parallel.Workers(3))
		if _, late := errors.AsType[*parallel.TimeoutError](err); !late {
			t.Error(err)
		}
		checkRow(t, err, int(slow))
	}, notCalledAgain},
	"SoftDeadline": {parallel.SoftDeadline(time.Second, func(parallel.Stuck) {}), func(t *testing.T, f *frame.Frame, _ string, u userCall) {
		slow := u.hooked(trialRows)[1]
		told := make(chan int, 100)
		err := u.run(t.Context(), f, func(_ context.Context, row int64) error {
			if row == slow {
				if got := <-told; got != int(slow) {
					return fmt.Errorf("row %d was reported", got)
				}
			}
			return nil
		}, parallel.SoftDeadline(50*time.Millisecond, func(s parallel.Stuck) { told <- s.Row }), parallel.Workers(3))
		if err != nil {
			t.Error(err)
		}
	}, notCalledAgain},
	"Limit": {parallel.Limit(limiterFunc(nil)), func(t *testing.T, f *frame.Frame, _ string, u userCall) {
		var waits, calls atomic.Int64
		wait := limiterFunc(func(context.Context) error {
			if waits.Add(1) > 3 {
				return errOdd
			}
			return nil
		})
		err := u.run(t.Context(), f, func(context.Context, int64) error { calls.Add(1); return nil }, parallel.Limit(wait), parallel.Workers(1))
		if n := int64(len(u.hooked(trialRows))); n > 3 && !errors.Is(err, errOdd) || n <= 3 && err != nil || calls.Load() > 3 || waits.Load() != min(n, 4) {
			t.Errorf("%v after %d waits and %d calls", err, waits.Load(), calls.Load())
		}
	}, notCalledAgain},
	"Seed": {parallel.Seed(1), func(t *testing.T, f *frame.Frame, _ string, u userCall) {
		draw := func(opts ...any) map[int64]uint64 {
			var mu sync.Mutex
			drawn := map[int64]uint64{}
			err := u.run(t.Context(), f, func(ctx context.Context, row int64) error {
				mu.Lock()
				defer mu.Unlock()
				drawn[row] = parallel.Rand(ctx).Uint64()
				return nil
			}, opts...)
			if err != nil {
				t.Fatal(err)
			}
			return drawn
		}
		if seven := draw(parallel.Seed(7)); !maps.Equal(seven, draw(parallel.Seed(7), parallel.Workers(4))) || maps.Equal(seven, draw(parallel.Seed(8))) {
			t.Error("the numbers do not follow from the seed alone")
		}
	}, nil},
	"WorkerState": {parallel.WorkerState(func(context.Context, int) (*atomic.Int32, error) { return nil, nil }, nil), func(t *testing.T, f *frame.Frame, _ string, u userCall) {
		var made, ended, calls atomic.Int64
		state := parallel.WorkerState(func(context.Context, int) (*atomic.Int32, error) {
			made.Add(1)
			return &atomic.Int32{}, nil
		}, func(s *atomic.Int32) error {
			ended.Add(1)
			if s.Load() != 0 {
				return errors.New("ended in use")
			}
			return nil
		})
		err := u.run(t.Context(), f, func(ctx context.Context, row int64) error {
			s, ok := parallel.State[*atomic.Int32](ctx)
			if !ok {
				return errors.New("no state")
			}
			if calls.Add(1); s.Add(1) != 1 {
				return errors.New("two functions have one state")
			}
			time.Sleep(10 * time.Microsecond)
			s.Add(-1)
			return nil
		}, state, parallel.Workers(3))
		if err != nil || made.Load() != ended.Load() || made.Load() < 1 || made.Load() > 3 || calls.Load() != int64(len(u.hooked(trialRows))) {
			t.Errorf("%v: %d states made, %d ended, %d calls", err, made.Load(), ended.Load(), calls.Load())
		}
		broken := parallel.WorkerState(func(context.Context, int) (int, error) { return 0, errOdd }, nil)
		if err := u.run(t.Context(), f, func(context.Context, int64) error { return nil }, broken); !errors.Is(err, errOdd) {
			t.Errorf("a state that cannot be made: %v", err)
		}
	}, nil},
	"ChunkSize": {parallel.ChunkSize(7), func(t *testing.T, f *frame.Frame, _ string, u userCall) {
		var w spans
		if err := u.run(t.Context(), f, func(context.Context, int64) error { return nil }, parallel.ChunkSize(7), parallel.Workers(3), parallel.Observe(&w)); err != nil {
			t.Fatal(err)
		}
		for _, s := range w.all() {
			// A chunk may be reported in parts.
			if s[0]/7 != (s[1]-1)/7 {
				t.Errorf("chunks %v", w.all())
			}
		}
	}, notOfRows},
	"Partitions": {parallel.Partitions(6), func(t *testing.T, f *frame.Frame, _ string, u userCall) {
		var w spans
		parts := 6
		if u.rows == eachPart {
			parts = userParts // set by the call itself, after this option
		}
		if err := u.run(t.Context(), f, func(context.Context, int64) error { return nil }, parallel.Partitions(6), parallel.Workers(3), parallel.Observe(&w)); err != nil {
			t.Fatal(err)
		}
		for k := range parts {
			lo, hi := engine.Split(trialRows, parts, k)
			if all := w.all(); len(all) != parts || all[k] != [2]int{lo, hi} {
				t.Fatalf("chunks %v", all)
			}
		}
		var least *parallel.RowError
		bad := u.hooked(trialRows)[1]
		err := u.run(t.Context(), f, func(_ context.Context, row int64) error {
			if row >= bad {
				return errOdd
			}
			return nil
		}, parallel.Partitions(6))
		if !errors.As(err, &least) || least.Partition < 0 {
			t.Errorf("no partition is named: %v", err)
		}
	}, append([]string{"ApplyColumns", "ApplyGroups", "TransformGroups"}, notOfRows...)},
	"CollectAll":  {parallel.CollectAll(5), checkCollectAll, append([]string{"ApplyColumns", "Apply", "Apply2", "ApplyIndexed", "ApplyOverlap", "TransformGroups"}, notCalledAgain...)},
	"Partial":     {parallel.Partial(new([]bool)), checkPartial, append([]string{"ApplyColumns", "Apply", "Apply2", "ApplyIndexed", "ApplyOverlap", "TransformGroups"}, notCalledAgain...)},
	"Commutative": {parallel.Commutative(), func(t *testing.T, f *frame.Frame, _ string, u userCall) { mustRun(t, f, u, parallel.Commutative()) }, nil},
	// These are here for the operations that refuse them.
	"KeepRows": {frame.KeepRows(), func(t *testing.T, f *frame.Frame, _ string, u userCall) { mustRun(t, f, u, frame.KeepRows()) }, []string{"ApplyColumns", "ApplyGroups", "TransformGroups"}},
	"OutSchema": {frame.OutSchema(arrow.NewSchema(nil, nil)), func(t *testing.T, f *frame.Frame, _ string, u userCall) {
		mustRun(t, f, u, frame.OutSchema(f.Schema()))
	},
		[]string{"ApplyColumns"}},
	"Broadcast": {frame.Broadcast(), func(t *testing.T, f *frame.Frame, _ string, u userCall) { mustRun(t, f, u, frame.Broadcast()) },
		[]string{"ApplyColumns", "ApplyGroups", "TransformGroups", "Apply", "ApplyIndexed", "ApplyOverlap"}},
}

func mustRun(t *testing.T, f *frame.Frame, u userCall, opts ...any) {
	t.Helper()
	if err := u.run(t.Context(), f, func(context.Context, int64) error { return nil }, opts...); err != nil {
		t.Error(err)
	}
}

// spans is an observer that records the ranges of rows.
type spans struct {
	watcher
	got [][2]int
}

func (s *spans) ChunkDone(c parallel.ChunkInfo) {
	s.watcher.ChunkDone(c)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.got = append(s.got, [2]int{c.Lo, c.Hi})
}

func (s *spans) all() [][2]int {
	slices.SortFunc(s.got, func(a, b [2]int) int { return a[0] - b[0] })
	return s.got
}

// An option that compiles is honored, or refused by name before the first call of the
// function.
func TestOptionsAreHonoredOrRefused(t *testing.T) {
	f := userFrame(t, trialRows)
	for option, trial := range optionTrials {
		for name, u := range userCalls {
			if !u.takes(trial.option) {
				if slices.Contains(trial.refuses, name) {
					t.Errorf("%s: the compiler refuses %s", name, option)
				}
				continue
			}
			t.Run(option+"/"+name, func(t *testing.T) {
				if !slices.Contains(trial.refuses, name) {
					trial.check(t, f, name, u)
					return
				}
				err := u.run(t.Context(), f, func(context.Context, int64) error { t.Error("called"); return nil }, trial.option)
				if !errors.Is(err, parallel.ErrOption) || !strings.Contains(err.Error(), option) || !strings.HasPrefix(err.Error(), calledAs(name)+": ") {
					t.Error(err)
				}
			})
		}
		for name, o := range ownOperations {
			if !o.takes(trial.option) {
				continue
			}
			err := o.run(t.Context(), f, trial.option)
			if !errors.Is(err, parallel.ErrOption) || !strings.Contains(err.Error(), option) {
				t.Errorf("%s with %s: %v", name, option, err)
			}
		}
	}
}
