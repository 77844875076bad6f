package frame_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/calltest"
	"github.com/parframe/parframe/parallel"
)

// slowRows are cost profiles: which of n rows take a millisecond. The others cost almost
// nothing.
var slowRows = map[string]func(row, n int64) bool{
	"flat":   func(row, n int64) bool { return true },
	"rising": func(row, n int64) bool { return row*row%n < row*row/n },
	"cliff":  func(row, n int64) bool { return row >= 2*n/3 },
	"near":   func(row, n int64) bool { return row >= n/2 && row < n/2+n/8 },
}

// stopwatch counts slow functions that begin after the end of a context.
type stopwatch struct {
	slow    func(row int64) bool
	end     context.CancelCauseFunc
	until   int64 // slow rows before the end
	met     atomic.Int64
	ended   atomic.Bool
	started atomic.Int64 // slow rows that began after the end
}

func (s *stopwatch) run(row int64) {
	if !s.slow(row) {
		return
	}
	if s.ended.Load() {
		s.started.Add(1)
	}
	if s.met.Add(1) == s.until {
		s.end(errEnough)
		s.ended.Store(true)
	}
	time.Sleep(time.Millisecond)
}

var errEnough = errors.New("enough")

// keyedFrame returns a frame with groups of size neighboring rows.
func keyedFrame(t testing.TB, n, size int) *frame.Frame {
	keys := make([]string, n)
	for i := range keys {
		keys[i] = fmt.Sprint(i / size)
	}
	return must(countTo(t, n).With(must(frame.NewColumn("k", keys))))
}

// After the context has ended, a worker begins at most one more slow function, however
// cheap the rows before were.
func TestCancelEndsEveryOperationWithinARow(t *testing.T) {
	const n, workers = 3000, 4
	frames := map[string]*frame.Frame{"small groups": keyedFrame(t, n, 3), "one group": keyedFrame(t, n, n)}
	type run func(ctx context.Context, f *frame.Frame, s *stopwatch, opts ...any) error
	runs := map[string]run{}
	for name, u := range userCalls {
		runs[name] = func(ctx context.Context, f *frame.Frame, s *stopwatch, opts ...any) error {
			return u.run(ctx, f, func(_ context.Context, row int64) error { s.run(row); return nil }, opts...)
		}
	}
	op := func(s *stopwatch) func(a, b int64) int64 {
		return func(a, b int64) int64 { s.run(b); return max(a, b) }
	}
	runs["Scan"] = func(ctx context.Context, f *frame.Frame, s *stopwatch, opts ...any) error {
		return failureOf(frame.Scan(ctx, f, "i", 0, op(s), rowOpts(opts)...))
	}
	runs["ReduceColumn"] = func(ctx context.Context, f *frame.Frame, s *stopwatch, opts ...any) error {
		return failureOf(frame.ReduceColumn(ctx, f, "i", 0, op(s), folds(opts)...))
	}
	runs["Reduce"] = func(ctx context.Context, f *frame.Frame, s *stopwatch, opts ...any) error {
		return failureOf(frame.Reduce(ctx, must(f.Select("i")), 0, op(s), common(opts)...))
	}
	for name, run := range runs {
		for kind, f := range frames {
			for profile, slow := range slowRows {
				ctx, end := context.WithCancelCause(t.Context())
				s := &stopwatch{slow: func(row int64) bool { return slow(row, n) }, end: end, until: 20}
				if u, ok := userCalls[name]; ok && (u.rows == eachPart || u.rows == eachColumn || u.rows == eachGroup && kind == "one group") {
					s.until, s.slow = 1, func(int64) bool { return true }
				}
				err := run(ctx, f, s, parallel.Workers(workers))
				end(nil)
				if s.ended.Load() && err != errEnough && !(err == nil && s.until == 1) {
					t.Errorf("%s, %s, %s: %v", name, kind, profile, err)
				}
				if got := s.started.Load(); got > workers || !s.ended.Load() {
					t.Errorf("%s, %s, %s: %d slow functions began after the end, on %d workers; %d slow rows", name, kind, profile, got, workers, s.met.Load())
				}
			}
		}
	}
}

// The library's own work ends too, wherever it is: an operation takes no further step,
// claims no further chunk and works on no further block.
func TestCancelEndsOwnWorkAtAnyLook(t *testing.T) {
	f := keyedFrame(t, calltest.UnlessRaced(40_000, 10_000), 3)
	for name, o := range ownOperations {
		calltest.EndAtAnyLook(t, name, false, func(ctx context.Context, opts ...parallel.Option) error {
			all := make([]any, len(opts))
			for i, opt := range opts {
				all[i] = opt
			}
			return o.run(ctx, f, all...)
		})
	}
}
