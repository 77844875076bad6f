package gota

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-gota/gota/dataframe"
	"github.com/go-gota/gota/series"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/parallel"
)

// anyCall is any call of the package, by its name; seen is how many rows
// observers see of a data frame.
type anyCall struct {
	name string
	run  func(ctx context.Context, df dataframe.DataFrame, opts ...Option) error
	seen func(df dataframe.DataFrame) int
}

func calls() []anyCall {
	var all []anyCall
	for _, op := range operations {
		seen := dataframe.DataFrame.Nrow
		if op.name == "ColApply" {
			seen = dataframe.DataFrame.Ncol
		}
		all = append(all, anyCall{"gota." + op.name, func(ctx context.Context, df dataframe.DataFrame, opts ...Option) error {
			_, err := op.run(ctx, df, opts...)
			return err
		}, seen})
	}
	return append(all, anyCall{"gota.ToFrame", func(ctx context.Context, df dataframe.DataFrame, opts ...Option) error {
		_, err := ToFrame(ctx, df, opts...)
		return err
	}, dataframe.DataFrame.Nrow}, anyCall{"gota.FromFrame", func(ctx context.Context, df dataframe.DataFrame, opts ...Option) error {
		var f *frame.Frame
		if df.Ncol() > 0 {
			f = must(ToFrame(context.Background(), df))
		}
		_, err := FromFrame(ctx, f, opts...)
		return err
	}, dataframe.DataFrame.Nrow})
}

// Once its context has ended, every call does nothing and returns the cause; without a
// context or a data frame it reports what is missing.
func TestEndedAndMissing(t *testing.T) {
	ended, cancel := context.WithCancelCause(t.Context())
	cancel(errBoom)
	var none context.Context
	for _, c := range calls() {
		for _, n := range []int{0, 1, 300} {
			if err := c.run(ended, sample(n)); !errors.Is(err, errBoom) {
				t.Errorf("%s of %d rows with an ended context: %v", c.name, n, err)
			}
			if err := c.run(none, sample(n)); !errors.Is(err, parallel.ErrOption) || !strings.HasPrefix(err.Error(), c.name+": ") {
				t.Errorf("%s of %d rows without a context: %v", c.name, n, err)
			}
		}
		if err := c.run(t.Context(), dataframe.DataFrame{}); !errors.Is(err, ErrNoColumns) && !errors.Is(err, frame.ErrNilFrame) || !strings.HasPrefix(err.Error(), c.name+": ") {
			t.Errorf("%s of nothing: %v", c.name, err)
		}
	}
	if _, err := FromFrame(t.Context(), &frame.Frame{}); !errors.Is(err, ErrNoColumns) {
		t.Errorf("the zero frame: %v", err)
	}
}

// Every call is seen once, under its own name, with the rows that one would
// count.
func TestObserved(t *testing.T) {
	for _, n := range []int{0, 1, 1000, 40_000} {
		df := sample(n)
		for _, c := range calls() {
			for width, opt := range map[int]Option{1: parallel.Serial(), 3: parallel.Workers(3)} {
				w := &watcher{}
				if err := c.run(t.Context(), df, opt, parallel.Observe(w)); err != nil {
					t.Errorf("%s: %v", c.name, err)
				}
				if want := c.seen(df); *w != (watcher{c.name, 1, 1, want, width, want}) {
					t.Errorf("%s of %d rows, width %d: seen as %+v", c.name, n, width, *w)
				}
			}
		}
	}
}

// watcher adds up what an observer sees.
type watcher struct {
	name                     string
	starts, ends, rows, wide int
	n                        int
}

func (w *watcher) Start(c parallel.CallInfo) {
	w.name, w.wide, w.n = c.Call, c.Width, c.N
	w.starts++
}
func (w *watcher) ChunkDone(c parallel.ChunkInfo) { w.rows += c.Hi - c.Lo }
func (w *watcher) RowFailed(int, error)           {}
func (w *watcher) End(parallel.Summary)           { w.ends++ }

// A task may make any call on the pool that it runs on, though it has the only
// slot.
func TestOnThePoolOfATask(t *testing.T) {
	pool := must(parallel.NewPool(parallel.Workers(1)))
	df := sample(3000)
	for _, c := range calls() {
		inTime(t, c.name, func() error {
			f, err := parallel.Submit(t.Context(), pool, func(ctx context.Context) (bool, error) {
				return true, c.run(ctx, df, parallel.On(pool))
			})
			if err != nil {
				return err
			}
			_, err = f.Get(t.Context())
			return err
		})
	}
	pool.Close()
	if err := pool.Wait(t.Context()); err != nil {
		t.Error(err)
	}
}

// What the calls take: all others of the options are refused, with an error that
// names call and option, or do not compile.
func TestOptionsOfEachCall(t *testing.T) {
	functions := "Apply RowApply ColApply GroupApply"
	all := functions + " ToFrame FromFrame"
	df := sample(40)
	for _, o := range []struct {
		name   string
		opt    any
		accept string
	}{
		{"Workers(2)", parallel.Workers(2), all},
		{"Serial", parallel.Serial(), all},
		{"Observe", parallel.Observe(&watcher{}), all},
		{"Workers(0)", parallel.Workers(0), ""},
		{"Partitions(4)", parallel.Partitions(4), "Apply RowApply"},
		{"Seed(1)", parallel.Seed(1), functions},
		{"WorkerState", parallel.WorkerState(func(context.Context, int) (int, error) { return 1, nil }, nil), functions},
		{"Retry(2)", parallel.Retry(2, nil), functions},
		{"Timeout(1h0m0s)", parallel.Timeout(time.Hour), functions},
		{"SoftDeadline(1h0m0s)", parallel.SoftDeadline(time.Hour, func(parallel.Stuck) {}), functions},
		{"Limit", parallel.Limit(&limiter{}), functions},
		{"gota.KeepNaN", KeepNaN(), "ToFrame"},
		{"gota.MergeNaN", MergeNaN(), "FromFrame"},
		{"gota.AsText", AsText(), "FromFrame"},
	} {
		for _, c := range calls() {
			err := c.run(t.Context(), df, o.opt.(Option))
			accepted := strings.Contains(" "+o.accept+" ", " "+strings.TrimPrefix(c.name, "gota.")+" ")
			refused := errors.Is(err, parallel.ErrOption) && strings.HasPrefix(err.Error(), c.name+": ") && strings.Contains(err.Error(), o.name)
			if accepted && err != nil || !accepted && !refused {
				t.Errorf("%s(%s): %v", c.name, o.name, err)
			}
		}
	}
	for _, opt := range []any{
		parallel.ChunkSize(3), parallel.CollectAll(3), parallel.Partial(new([]bool)), parallel.Commutative(),
		parallel.Quarantine(new([]parallel.Rejected[int])), parallel.Lookahead(3), parallel.Queue(3), frame.KeepRows(), frame.As("x"),
	} {
		if _, fits := opt.(Option); fits {
			t.Errorf("%T is an option of this package", opt)
		}
	}
}

// limiter counts how often it is waited for.
type limiter struct{ waits atomic.Int64 }

func (l *limiter) Wait(context.Context) error {
	l.waits.Add(1)
	return nil
}

// What a call takes has its effect on its function.
func TestOptionsAreHonored(t *testing.T) {
	const n = 99
	for _, op := range visiting {
		counted := func(visit func(ctx context.Context) error, opt Option) int64 {
			var count atomic.Int64
			err := op.run(t.Context(), numbers(n), func(ctx context.Context, _ int) error {
				count.Add(1)
				return visit(ctx)
			}, opt)
			if err != nil {
				t.Errorf("%s: %v", op.name, err)
			}
			return count.Load()
		}
		each := int64(op.calls(n))
		if op.name == "GroupApply" || op.name == "ColApply" {
			each = counted(func(context.Context) error { return nil }, parallel.Workers(2))
		}
		again := counted(func(ctx context.Context) error {
			if parallel.Attempt(ctx) < 3 {
				return errBoom
			}
			return nil
		}, parallel.Retry(2, nil))
		if again != 3*each {
			t.Errorf("%s with Retry: %d calls, want %d", op.name, again, 3*each)
		}
		counted(func(ctx context.Context) error {
			if _, ok := ctx.Deadline(); !ok {
				t.Errorf("%s with Timeout: no deadline", op.name)
			}
			return nil
		}, parallel.Timeout(time.Hour))
		late, once := make(chan int, n), atomic.Bool{}
		counted(func(context.Context) error {
			if once.CompareAndSwap(false, true) {
				<-late // else the test hangs
			}
			return nil
		}, parallel.SoftDeadline(time.Millisecond, func(s parallel.Stuck) { late <- s.Row }))
		limit := &limiter{}
		if counted(func(context.Context) error { return nil }, parallel.Limit(limit)); limit.waits.Load() != each {
			t.Errorf("%s with Limit: %d waits for %d calls", op.name, limit.waits.Load(), each)
		}
		var made, ended atomic.Int64
		counted(func(ctx context.Context) error {
			if s, ok := parallel.State[string](ctx); !ok || s != "a state" {
				t.Errorf("%s with WorkerState: %q, %t", op.name, s, ok)
			}
			return nil
		}, parallel.WorkerState(func(context.Context, int) (string, error) {
			made.Add(1)
			return "a state", nil
		}, func(string) error {
			ended.Add(1)
			return nil
		}))
		if made.Load() == 0 || made.Load() != ended.Load() {
			t.Errorf("%s with WorkerState: %d made, %d ended", op.name, made.Load(), ended.Load())
		}
	}
}

// Each attempt of Retry begins with what the data frame holds.
func TestRetryBeginsAnew(t *testing.T) {
	both(t, func(t *testing.T) {
		spoil := func(ctx context.Context, e series.Element) error {
			if parallel.Attempt(ctx) > 1 {
				return nil
			}
			e.Set(-1)
			return errBoom
		}
		inFrame := func(ctx context.Context, df dataframe.DataFrame) dataframe.DataFrame {
			df.Err = spoil(ctx, df.Elem(0, 1))
			return df
		}
		inSeries := func(ctx context.Context, s series.Series) series.Series {
			s.Err = spoil(ctx, s.Elem(1))
			return s
		}
		df, ctx, retry := numbers(300), t.Context(), parallel.Retry(1, nil)
		for name, out := range map[string]dataframe.DataFrame{
			"Apply":      must(Apply(ctx, df, inFrame, retry, parallel.Partitions(5))),
			"GroupApply": must(GroupApply(ctx, df, []string{"n"}, inFrame, retry)),
			"RowApply":   must(RowApply(ctx, df, inSeries, retry)),
			"ColApply":   must(ColApply(ctx, df, inSeries, retry)),
		} {
			for i := range 300 {
				if v, err := out.Elem(i, 1).Int(); err != nil || v != i {
					t.Fatalf("%s: row %d has %d", name, i, v)
				}
			}
		}
	})
}

// However cheap the rows before were: once the context has ended, each worker
// begins at most one more function that takes long.
func TestStopsAtOnce(t *testing.T) {
	const n = 9000
	for profile, slow := range map[string]func(at, n int) bool{
		"flat":          func(int, int) bool { return true },
		"cliff":         func(at, n int) bool { return at >= n/2 },
		"rising":        func(at, n int) bool { return at%(1+200*(n-at)/n) == 0 },
		"neighbourhood": func(at, n int) bool { return at >= n/2 && at < n/2+400 },
	} {
		for _, op := range visiting {
			if calls := op.calls(n); calls < 100 && profile != "flat" {
				continue // a handful of functions
			}
			for _, workers := range []int{1, 3} {
				ctx, cancel := context.WithCancelCause(t.Context())
				var slows, late atomic.Int64
				var ended atomic.Bool
				inTime(t, op.name, func() error {
					err := op.run(ctx, numbers(n), func(_ context.Context, at int) error {
						if slow(at, op.calls(n)) {
							if ended.Load() {
								late.Add(1)
							}
							time.Sleep(time.Millisecond)
							if slows.Add(1) == 1 {
								cancel(errBoom)
								time.Sleep(20 * time.Millisecond) // a busy machine may tell the workers late
								ended.Store(true)
							}
						}
						return nil
					}, parallel.Workers(workers))
					if !errors.Is(err, errBoom) && op.name != "ColApply" { // both columns may have begun
						t.Errorf("%s, %s: %v", op.name, profile, err)
					}
					return nil
				})
				if late.Load() > int64(workers) {
					t.Errorf("%s, %s, %d workers: %d functions began after the end", op.name, profile, workers, late.Load())
				}
			}
		}
	}
}

// The context is looked at while rows are grouped, and while results are bound.
func TestStopsInWorkOfOurOwn(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errBoom)
	cols := columnsOf(numbers(10_000))
	if _, err := group(ctx, cols, []string{"n"}, 10_000); !errors.Is(err, errBoom) {
		t.Errorf("grouped: %v", err)
	}
	if _, err := commonType(ctx, "group", [][]column{cols}, 0); !errors.Is(err, errBoom) {
		t.Errorf("types: %v", err)
	}
	for _, op := range visiting {
		ctx, cancel := context.WithCancelCause(t.Context())
		last := int64(op.calls(1000))
		var count atomic.Int64
		err := op.run(ctx, numbers(1000), func(context.Context, int) error {
			if count.Add(1) == last {
				cancel(errBoom)
			}
			return nil
		})
		if binds := op.name == "Apply" || op.name == "GroupApply"; binds && !errors.Is(err, errBoom) {
			t.Errorf("%s: %v", op.name, err)
		}
	}
}
