package parallel_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/parframe/parframe/parallel"
)

// retrying is the calls that take Retry and Timeout, over items 0..n.
var retrying = map[string]func(ctx context.Context, n int, fn fault, opts ...any) error{
	"Map": func(ctx context.Context, n int, fn fault, opts ...any) error {
		_, err := parallel.Map(ctx, indices(n), func(ctx context.Context, i int) (int, error) { return i, fn(ctx, i) }, items(opts)...)
		return err
	},
	"ForEach": func(ctx context.Context, n int, fn fault, opts ...any) error {
		return parallel.ForEach(ctx, indices(n), func(ctx context.Context, i int) error { return fn(ctx, i) }, items(opts)...)
	},
	"Filter": func(ctx context.Context, n int, fn fault, opts ...any) error {
		_, err := parallel.Filter(ctx, indices(n), func(ctx context.Context, i int) (bool, error) { return true, fn(ctx, i) }, items(opts)...)
		return err
	},
	"Starmap3": func(ctx context.Context, n int, fn fault, opts ...any) error {
		args := make([]parallel.Args3[int, int, int], n)
		for i := range args {
			args[i].A = i
		}
		_, err := parallel.Starmap3(ctx, args, func(ctx context.Context, i, _, _ int) (int, error) { return i, fn(ctx, i) }, items(opts)...)
		return err
	},
	"Find": func(ctx context.Context, n int, fn fault, opts ...any) error {
		_, err := parallel.Find(ctx, indices(n), func(ctx context.Context, i int) (bool, error) { return false, fn(ctx, i) }, items(opts)...)
		return err
	},
	"Stream": func(ctx context.Context, n int, fn fault, opts ...any) error {
		for _, err := range parallel.Stream(ctx, countTo(n), func(ctx context.Context, i int) (int, error) { return i, fn(ctx, i) }, streams(opts)...) {
			if err != nil {
				return err
			}
		}
		return nil
	},
}

// TestRetry: a function is called again until it succeeds, at most as often as Retry
// allows. The last error counts.
func TestRetry(t *testing.T) {
	for name, run := range retrying {
		bubbles(t, widths, func(t *testing.T, width int) {
			for _, c := range []struct{ retries, fails int }{{0, 0}, {0, 1}, {1, 0}, {1, 1}, {1, 2}, {3, 2}, {3, 3}, {3, 4}} {
				tries := make([]counter, 30)
				err := run(t.Context(), len(tries), func(_ context.Context, i int) error {
					time.Sleep(time.Millisecond)
					if k := tries[i].inc(); i%3 == 2 && k <= c.fails {
						return fmt.Errorf("try %d: %w", k, errBoom)
					}
					return nil
				}, parallel.Retry(c.retries, nil), parallel.Workers(width))
				if c.fails <= c.retries {
					if err != nil {
						t.Errorf("%s: %d retries, %d failures: %v", name, c.retries, c.fails, err)
					}
					for i := range tries {
						if want := 1 + c.fails*(i%3/2); int(tries[i].Load()) != want {
							t.Errorf("%s: item %d was tried %d times; want %d", name, i, tries[i].Load(), want)
						}
					}
					continue
				}
				wantRow(t, name, err, 2, -1, errBoom)
				if want := fmt.Sprintf("try %d: ", c.retries+1); mentions(err, want) != "" || int(tries[2].Load()) != c.retries+1 {
					t.Errorf("%s: %v after %d tries; want %s", name, err, tries[2].Load(), want)
				}
			}
		})
	}
}

// TestRetryBackoff: Retry waits for the backoff between two attempts, but not beyond
// the end of the context.
func TestRetryBackoff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		var at []time.Duration
		fail := func(context.Context, int) error {
			at = append(at, elapsed(start))
			return errBoom
		}
		err := retrying["Map"](t.Context(), 1, fail, parallel.Retry(5, func(k int, _ error) time.Duration { return min(time.Second<<(k-1), 5*time.Second) }))
		want := []time.Duration{0, 1 * time.Second, 3 * time.Second, 7 * time.Second, 12 * time.Second, 17 * time.Second}
		if !slices.Equal(at, want) || !errors.Is(err, errBoom) {
			t.Errorf("tries at %v; want %v; %v", at, want, err)
		}
		at, start = nil, time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		err = retrying["Map"](ctx, 1, fail, parallel.Retry(5, func(k int, _ error) time.Duration { return time.Duration(k) * time.Second }))
		if len(at) != 2 || elapsed(start) != 2*time.Second {
			t.Errorf("tries at %v, given up at %v", at, elapsed(start))
		}
		wantRow(t, "the row's error goes before the end of the context", err, 0, -1, errBoom)
	})
}

// lateContext is a context whose timer is late: its deadline passes, and it does not
// end.
type lateContext struct {
	context.Context
	deadline time.Time
}

func (c lateContext) Deadline() (time.Time, bool) { return c.deadline, true }

// TestRetryStopsWithTheContext: after the context has ended, Retry calls nothing more:
// no function, no predicate and no backoff. A deadline that has passed is an end, though
// its timer is late.
func TestRetryStopsWithTheContext(t *testing.T) {
	type recorded struct {
		end   func()   // ends the context
		at    string   // the call in which that happens
		calls []string // for the item that fails
	}
	call := func(r *recorded, name string) {
		r.calls = append(r.calls, name)
		if name == r.at {
			r.end()
		}
	}
	for name, run := range retrying {
		bubbles(t, []int{1, 3}, func(t *testing.T, width int) {
			for _, c := range []struct {
				at      string
				backoff bool
				want    []string
			}{
				{"function", false, []string{"function"}},
				{"function", true, []string{"function"}},
				{"predicate", false, []string{"function", "predicate"}},
				{"predicate", true, []string{"function", "predicate"}},
				{"backoff", true, []string{"function", "predicate", "backoff"}},
			} {
				for _, late := range []bool{false, true} {
					ctx, cancel := context.WithCancel(t.Context())
					r := &recorded{at: c.at, end: cancel}
					if late {
						ctx = lateContext{ctx, time.Now().Add(time.Second)}
						r.end = func() { time.Sleep(time.Minute) }
					}
					var backoff func(int, error) time.Duration
					if c.backoff {
						backoff = func(int, error) time.Duration { call(r, "backoff"); return 0 }
					}
					err := run(ctx, 10, func(_ context.Context, i int) error {
						if i != 4 {
							return nil
						}
						call(r, "function")
						return errBoom
					}, parallel.Workers(width), parallel.Retry(5, backoff, func(error) bool { call(r, "predicate"); return true }))
					cancel()
					if err == nil || !slices.Equal(r.calls, c.want) {
						t.Errorf("%s, the end in the %s, late %v: calls %q, want %q; %v", name, c.at, late, r.calls, c.want, err)
					}
				}
			}
		})
	}
}

// TestExponential: waits double up to a bound, less a random part of up to a half.
func TestExponential(t *testing.T) {
	for _, c := range []struct{ first, most, want []time.Duration }{
		{[]time.Duration{1}, []time.Duration{10}, []time.Duration{1, 2, 4, 8, 10, 10}},
		{[]time.Duration{5}, []time.Duration{5}, []time.Duration{5, 5}},
		{[]time.Duration{7}, []time.Duration{3}, []time.Duration{3, 3}},
		{[]time.Duration{1 << 62}, []time.Duration{1<<63 - 1}, []time.Duration{1 << 62, 1<<63 - 1, 1<<63 - 1}},
		{[]time.Duration{0}, []time.Duration{9}, []time.Duration{0, 0, 0}},
	} {
		b := parallel.Exponential(c.first[0], c.most[0])
		for k, want := range c.want {
			if got := b(k+1, errBoom); got > want || got < want/2 {
				t.Errorf("Exponential(%d, %d)(%d) = %d; want up to %d, and half of it at least", c.first[0], c.most[0], k+1, got, want)
			}
		}
		b(1<<62, errBoom) // ends
	}
}

// TestExponentialIsSpread: calls that failed at the same time wait for different times.
func TestExponentialIsSpread(t *testing.T) {
	b := parallel.Exponential(time.Second, time.Minute)
	seen := map[time.Duration]bool{}
	for range 100 {
		seen[b(3, errBoom)] = true
	}
	if len(seen) < 50 {
		t.Errorf("%d different waits of 100", len(seen))
	}
}

// TestBackoffSeesTheFailure: the backoff receives the number of the attempt and its
// error, so that it can honor a server's Retry-After.
func TestBackoffSeesTheFailure(t *testing.T) {
	for name, run := range retrying {
		bubbles(t, []int{1, 3}, func(t *testing.T, width int) {
			start := time.Now()
			var tries counter
			err := run(t.Context(), 10, func(ctx context.Context, i int) error {
				if i != 4 {
					return nil
				}
				if k := tries.inc(); parallel.Attempt(ctx) != k {
					t.Errorf("%s: attempt %d is told to be number %d", name, k, parallel.Attempt(ctx))
				}
				return &quota{fmt.Sprint(tries.Load())}
			}, parallel.Workers(width), parallel.Retry(3, func(attempt int, err error) time.Duration {
				q, ok := errors.AsType[*quota](err)
				if !ok || q.user != fmt.Sprint(attempt) {
					t.Errorf("%s: backoff %d is told of %v", name, attempt, err)
				}
				return time.Hour
			}))
			if q, ok := errors.AsType[*quota](err); !ok || q.user != "4" {
				t.Errorf("%s: %v; want the last error", name, err)
			}
			if elapsed(start) != 3*time.Hour || tries.Load() != 4 {
				t.Errorf("%s: %d attempts in %v", name, tries.Load(), elapsed(start))
			}
		})
	}
}

// TestRetryWhen: a predicate reports which errors are worth another attempt. Without
// one these are all errors except panics. The predicate receives panics too.
func TestRetryWhen(t *testing.T) {
	for name, run := range retrying {
		bubbles(t, []int{1, 3}, func(t *testing.T, width int) {
			for _, c := range []struct {
				end  string
				when []func(error) bool
				want int64
			}{
				{"error", nil, 3},
				{"panic", nil, 1},
				{"Goexit", nil, 1},
				{"error", []func(error) bool{nil}, 3},
				{"error", []func(error) bool{func(err error) bool { return errors.Is(err, errBoom) }}, 3},
				{"error", []func(error) bool{func(err error) bool { return false }}, 1},
				{"panic", []func(error) bool{func(err error) bool { _, ok := errors.AsType[*parallel.PanicError](err); return ok }}, 3},
			} {
				var tries counter
				err := run(t.Context(), 10, func(ctx context.Context, i int) error {
					if i != 4 {
						return nil
					}
					tries.inc()
					return endings[c.end](ctx, i)
				}, parallel.Retry(2, nil, c.when...), parallel.Workers(width))
				cause := errBoom
				if c.end == "Goexit" {
					cause = parallel.ErrGoexit
				}
				wantRow(t, name+" "+c.end, err, 4, -1, cause)
				if tries.Load() != c.want {
					t.Errorf("%s, %s: %d tries; want %d", name, c.end, tries.Load(), c.want)
				}
			}
		})
	}
}

// TestPanicInBackoffOrPredicate: a panic in the backoff or the predicate is an error of
// the row.
func TestPanicInBackoffOrPredicate(t *testing.T) {
	for _, opt := range []any{
		parallel.Retry(2, func(int, error) time.Duration { panic(errBoom) }),
		parallel.Retry(2, nil, func(error) bool { panic(errBoom) }),
	} {
		err := retrying["Map"](t.Context(), 5, func(_ context.Context, i int) error {
			if i == 3 {
				return errors.New("try again")
			}
			return nil
		}, opt)
		wantRow(t, "panic", err, 3, -1, errBoom)
	}
}

// TestTimeout: the context of an item ends after its timeout. The error is a
// TimeoutError joined with the function's error. Each attempt has the whole time.
func TestTimeout(t *testing.T) {
	for name, run := range retrying {
		bubbles(t, []int{1, 3}, func(t *testing.T, width int) {
			start := time.Now()
			var tries counter
			own := errors.New("the function's own")
			err := run(t.Context(), 10, func(ctx context.Context, i int) error {
				if i != 6 {
					return nil
				}
				tries.inc()
				<-ctx.Done()
				if _, ok := errors.AsType[*parallel.TimeoutError](context.Cause(ctx)); !ok {
					t.Errorf("%s: the cause is %v", name, context.Cause(ctx))
				}
				return own
			}, parallel.Timeout(time.Second), parallel.Retry(2, nil), parallel.Workers(width))
			wantRow(t, name, err, 6, -1, own)
			te, ok := errors.AsType[*parallel.TimeoutError](err)
			if !ok || te.Limit != time.Second || !te.Timeout() || !errors.Is(err, context.DeadlineExceeded) || mentions(err, "took longer than 1s: the function's own") != "" {
				t.Errorf("%s: %v", name, err)
			}
			if tries.Load() != 3 || elapsed(start) != 3*time.Second {
				t.Errorf("%s: %d tries in %v", name, tries.Load(), elapsed(start))
			}
		})
	}
}

// TestTimeoutNotReached: a result is kept even if it is late, an early error is no
// timeout, and the end of the call is no timeout of the item.
func TestTimeoutNotReached(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		late := func(context.Context, int) error { time.Sleep(time.Minute); return nil }
		if err := retrying["Map"](t.Context(), 3, late, parallel.Timeout(time.Second)); err != nil {
			t.Errorf("a late result: %v", err)
		}
		err := retrying["Map"](t.Context(), 3, func(context.Context, int) error { return errBoom }, parallel.Timeout(time.Second))
		if _, ok := errors.AsType[*parallel.TimeoutError](err); ok || !errors.Is(err, errBoom) {
			t.Errorf("an early error: %v", err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		wait := func(ctx context.Context, _ int) error { <-ctx.Done(); return ctx.Err() }
		if err := retrying["Map"](ctx, 3, wait, parallel.Timeout(time.Minute)); err != context.DeadlineExceeded {
			t.Errorf("the call's end: %v", err)
		}
		if d, ok := t.Context().Deadline(); ok {
			t.Error(d)
		}
	})
}
