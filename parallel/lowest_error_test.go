package parallel_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/parframe/parframe/parallel"
)

// wantRow fails the test unless err is the failure of row in that partition, and
// errors.Is finds cause.
func wantRow(t *testing.T, what string, err error, row, partition int, cause error) {
	t.Helper()
	re, ok := errors.AsType[*parallel.RowError](err)
	switch {
	case !ok:
		t.Errorf("%s: error %v; want a *RowError for row %d", what, err, row)
	case re.Row != row || re.Partition != partition:
		t.Errorf("%s: row %d, partition %d; want row %d, partition %d", what, re.Row, re.Partition, row, partition)
	case !errors.Is(err, cause):
		t.Errorf("%s: cause %v; want %v", what, re.Err, cause)
	}
}

// wantRow is the same for an error of the operation: that of a range is reported
// at the range's first row.
func (op operation) wantRow(t *testing.T, what string, err error, row, partition int, cause error) {
	t.Helper()
	if re, ok := errors.AsType[*parallel.RowError](err); op.ranges && ok {
		if re.Row > row {
			t.Errorf("%s: row %d; want %d or the first row of its range", what, re.Row, row)
		}
		row = re.Row
	}
	wantRow(t, what, err, row, partition, cause)
}

// TestLowestErrorComesBack: of many rows that fail, each with an error of its own, the
// call returns the error of the lowest, for every operation in every setting.
func TestLowestErrorComesBack(t *testing.T) {
	const n = 300
	failing := map[string]func(i int) bool{
		"first":      func(i int) bool { return i == 0 },
		"last":       func(i int) bool { return i == n-1 },
		"all":        func(i int) bool { return true },
		"from 150":   func(i int) bool { return i >= 150 },
		"scattered":  func(i int) bool { return i > 5 && mix(i)%7 == 0 },
		"every 64th": func(i int) bool { return i%64 == 63 },
	}
	causes := make([]error, n)
	for i := range causes {
		causes[i] = fmt.Errorf("row %d is bad", i)
	}
	for _, op := range operations {
		for name, bad := range failing {
			lowest := slices.IndexFunc(indices(n), bad)
			for _, s := range settings(op, []int{1, 2, 7, 1000}, []int{1, 3, 64, 1000}) {
				_, err := op.run(t.Context(), n, func(_ context.Context, i int) error {
					if bad(i) {
						return causes[i]
					}
					return nil
				}, s.opts...)
				op.wantRow(t, fmt.Sprint(op.name, s, " ", name), err, op.row(n, lowest), s.partition(n, lowest), causes[lowest])
			}
		}
	}
}

// TestLowestErrorAtAnyTiming: the same if the lowest of the failing rows fails later
// than the others, and all rows take different times.
func TestLowestErrorAtAnyTiming(t *testing.T) {
	const n = 60
	for _, op := range operations {
		for seed := range 4 {
			for _, s := range settings(op, []int{1, 7}, []int{4, 64}) {
				synctest.Test(t, func(t *testing.T) {
					lowest := 5 + 9*seed
					_, err := op.run(t.Context(), n, func(_ context.Context, i int) error {
						time.Sleep(time.Duration(mix(i+1000*seed)%3000) * time.Microsecond)
						if i == lowest {
							time.Sleep(100 * time.Millisecond)
						}
						if i == lowest || i > lowest && i%3 == 0 {
							return errBoom
						}
						return nil
					}, s.opts...)
					op.wantRow(t, fmt.Sprint(op.name, s), err, op.row(n, lowest), s.partition(n, lowest), errBoom)
				})
			}
		}
	}
}

// TestOnlyWhatLiesAboveAFailureIsCanceled: rows fail one after another, at known times.
// Rows below a failure run on with a live context, rows above it are canceled with the
// failure as the cause, and no row starts afterwards.
func TestOnlyWhatLiesAboveAFailureIsCanceled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var starts atomic.Int64
		start := time.Now()
		canceled := func(ctx context.Context, by int, at time.Duration) error {
			<-ctx.Done()
			if re, ok := errors.AsType[*parallel.RowError](context.Cause(ctx)); !ok || re.Row != by {
				t.Errorf("row %d: cause %v; want the failure of row %d", parallel.Index(ctx), context.Cause(ctx), by)
			}
			if took := time.Since(start); took != at {
				t.Errorf("row %d: canceled after %v; want %v", parallel.Index(ctx), took, at)
			}
			return ctx.Err()
		}
		alive := func(ctx context.Context, d time.Duration) error {
			time.Sleep(d)
			if ctx.Err() != nil {
				t.Errorf("row %d: %v; want a live context below every failure", parallel.Index(ctx), context.Cause(ctx))
			}
			return nil
		}
		// The eight workers start rows 0 to 7 at once.
		err := parallel.ForEach(t.Context(), indices(100), func(ctx context.Context, i int) error {
			starts.Add(1)
			switch i {
			case 0, 1:
				return alive(ctx, 3*time.Second)
			case 2: // fails last, and is the lowest
				if err := alive(ctx, 2*time.Second); err != nil {
					return err
				}
				return errBoom
			case 3: // below the first failure, above the second
				return canceled(ctx, 2, 2*time.Second)
			case 4: // lies below row 5 and succeeds
				return alive(ctx, time.Second)
			case 5: // fails first
				time.Sleep(time.Millisecond)
				return errors.New("not this one")
			default:
				return canceled(ctx, 5, time.Millisecond)
			}
		}, parallel.Workers(8), parallel.ChunkSize(1))
		wantRow(t, "ForEach", err, 2, -1, errBoom)
		if took := time.Since(start); took != 3*time.Second {
			t.Errorf("returned after %v; want 3s, when rows 0 and 1 are through", took)
		}
		if starts.Load() != 8 {
			t.Errorf("%d rows were started; want 8: nothing after the failure", starts.Load())
		}
	})
}

// TestClaimsAscend: whenever all workers are running, the ranges that are claimed cover
// 0 to k without a gap. The order of errors rests on this.
func TestClaimsAscend(t *testing.T) {
	const n = 200
	for _, s := range settings(operation{}, []int{1, 3, 7}, []int{3, 100, 1000}) {
		claims(t, s.String(), n, func(ctx context.Context, claim func(lo, hi int)) error {
			return parallel.Range(ctx, n, func(_ context.Context, lo, hi int) error {
				claim(lo, hi)
				return nil
			}, items(s.opts)...)
		})
	}
	// A cell of the grid is one item here.
	for _, w := range widths {
		claims(t, fmt.Sprintf("Fold [Workers(%d)]", w), n, func(ctx context.Context, claim func(lo, hi int)) error {
			_, err := parallel.Fold(ctx, indices(n), func() int { return 0 }, func(_ context.Context, _, i int) (int, error) {
				claim(i, i+1)
				return 0, nil
			}, func(a, _ int) int { return a }, parallel.Workers(w), parallel.Partitions(n))
			return err
		})
	}
}

// claims runs a call whose function passes every range that it receives to claim, which
// then sleeps for a while.
func claims(t *testing.T, what string, n int, call func(ctx context.Context, claim func(lo, hi int)) error) {
	synctest.Test(t, func(t *testing.T) {
		type span struct{ lo, hi int }
		var mu sync.Mutex
		var spans []span
		check := func() int {
			mu.Lock()
			defer mu.Unlock()
			slices.SortFunc(spans, func(a, b span) int { return a.lo - b.lo })
			end := 0
			for _, s := range spans {
				if s.lo != end {
					t.Errorf("%s: rows %d to %d were claimed while %d to %d were not", what, s.lo, s.hi, end, s.lo)
				}
				end = s.hi
			}
			return end
		}
		done := make(chan error)
		go func() {
			done <- call(t.Context(), func(lo, hi int) {
				mu.Lock()
				spans = append(spans, span{lo, hi})
				mu.Unlock()
				time.Sleep(time.Duration(2+2*(mix(lo)%5)) * time.Millisecond)
			})
		}()
		time.Sleep(time.Microsecond) // between the times at which ranges begin
		for {
			select {
			case err := <-done:
				if end := check(); err != nil || end != n {
					t.Errorf("%s: %v, rows 0 to %d were claimed; want %d", what, err, end, n)
				}
				return
			case <-time.After(time.Millisecond):
				check()
			}
		}
	})
}

// quota is an error type of a user.
type quota struct{ user string }

func (q *quota) Error() string { return q.user + " is over quota" }

// TestUsersErrorIsFound: errors.Is and errors.As find the caller's own error, through
// nested calls too.
func TestUsersErrorIsFound(t *testing.T) {
	mine := &quota{"ada"}
	for _, op := range operations {
		_, err := parallel.Map(t.Context(), indices(3), func(ctx context.Context, i int) (any, error) {
			return op.run(ctx, 20, func(_ context.Context, j int) error {
				if i == 1 && j >= 7 {
					return fmt.Errorf("asking for a place: %w", mine)
				}
				return nil
			})
		})
		wantRow(t, op.name, err, 1, -1, mine)
		var found *quota
		if !errors.As(err, &found) || found != mine {
			t.Errorf("%s: errors.As did not find the caller's error in %v", op.name, err)
		}
		outer, _ := errors.AsType[*parallel.RowError](err)
		op.wantRow(t, op.name+" inside", outer.Err, op.row(20, 7), -1, mine)
	}
}

// TestRangeFailsAtItsFirstRow: a failure of a range is reported at its first row.
func TestRangeFailsAtItsFirstRow(t *testing.T) {
	for _, c := range []struct {
		partition int
		opt       any
	}{{-1, parallel.ChunkSize(10)}, {1, parallel.Partitions(10)}} {
		for name, end := range endings {
			for _, w := range widths {
				err := parallel.Range(t.Context(), 100, func(ctx context.Context, lo, _ int) error {
					if lo != 10 {
						return nil
					}
					return end(ctx, 4)
				}, items(options(c.opt, parallel.Workers(w)))...)
				what := fmt.Sprintf("%s, %v, Workers(%d)", name, c.opt, w)
				switch name {
				case "success":
					if err != nil {
						t.Errorf("%s: %v", what, err)
					}
				case "Goexit":
					wantRow(t, what, err, 10, c.partition, parallel.ErrGoexit)
				default:
					wantRow(t, what, err, 10, c.partition, errBoom)
				}
			}
		}
	}
}

// TestNoHalfResultWithAnError: a call that fails returns no partial result.
func TestNoHalfResultWithAnError(t *testing.T) {
	fail := func(context.Context, int) (bool, error) { return true, errBoom }
	if got, err := parallel.Map(t.Context(), indices(3), fail); got != nil || err == nil {
		t.Errorf("Map = %v, %v; want nil and an error", got, err)
	}
	if got, err := parallel.Filter(t.Context(), indices(3), fail); got != nil || err == nil {
		t.Errorf("Filter = %v, %v; want nil and an error", got, err)
	}
	got, err := parallel.Fold(t.Context(), indices(3), func() int { return 5 },
		func(_ context.Context, a, i int) (int, error) {
			if i == 2 {
				return a, errBoom
			}
			return a + i, nil
		}, func(a, b int) int { return a + b })
	if got != 0 || err == nil {
		t.Errorf("Fold = %v, %v; want 0 and an error", got, err)
	}
}

func TestRowErrorText(t *testing.T) {
	for _, c := range []struct {
		err  parallel.RowError
		want string
	}{
		{parallel.RowError{Row: 17, Partition: -1, Err: errBoom}, "row 17: boom"},
		{parallel.RowError{Row: 17, Partition: 0, Err: errBoom}, "row 17 (partition 0): boom"},
		{parallel.RowError{Row: 0, Partition: 2, Err: errBoom}, "row 0 (partition 2): boom"},
	} {
		if got := c.err.Error(); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

// TestLowestErrorOfMapAsync: the error follows from the input alone, not from timing:
// here the highest item fails first. (TestLowestErrorComesBack shows it for all calls.)
func TestLowestErrorOfMapAsync(t *testing.T) {
	bubbles(t, widths, func(t *testing.T, width int) {
		p := newPool(t, parallel.Workers(width))
		f, err := parallel.MapAsync(t.Context(), p, indices(50), func(_ context.Context, i int) (int, error) {
			time.Sleep(time.Duration(50-i) * time.Millisecond)
			if i%10 == 7 {
				return 0, fmt.Errorf("item %d", i)
			}
			return i, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err = f.Get(t.Context()); fmt.Sprint(err) != "row 7: item 7" {
			t.Error(err)
		}
	})
}
