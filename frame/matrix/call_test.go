package matrix_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/frame/matrix"
	"github.com/parframe/parframe/parallel"
)

// Every call does nothing after its context has ended, and says so with the
// cause; without a context, a matrix or a frame it says what is missing.
func TestEndedAndMissing(t *testing.T) {
	ended, cancel := context.WithCancelCause(t.Context())
	cancel(errBoom)
	m := random[float64](100, 5)
	var none context.Context
	for _, c := range calls() {
		if err := c.run(ended, m); !errors.Is(err, errBoom) {
			t.Errorf("%s with an ended context: %v", c.name, err)
		}
		if err := c.run(none, m); !errors.Is(err, parallel.ErrOption) || !strings.HasPrefix(err.Error(), c.name+": ") {
			t.Errorf("%s without a context: %v", c.name, err)
		}
		if err := c.run(t.Context(), nil); !errors.Is(err, matrix.ErrNil) || !strings.HasPrefix(err.Error(), c.name+": ") {
			t.Errorf("%s of nothing: %v", c.name, err)
		}
	}
	for _, run := range failing(func() error { return errBoom }) {
		if err := run(t.Context(), &matrix.Dense[int]{}); err != nil {
			t.Errorf("the zero matrix: %v", err)
		}
	}
	if _, err := matrix.FromFrame(t.Context(), &frame.Frame{}, nil); err != nil {
		t.Errorf("the zero frame: %v", err)
	}
}

// A nil matrix has no rows, and reading it is no nil pointer.
func TestNilMatrix(t *testing.T) {
	var m *matrix.Dense[float64]
	if rows, cols := m.Dims(); rows != 0 || cols != 0 || m.Clone() != nil || !m.Equal(nil) || m.Equal(&matrix.Dense[float64]{}) {
		t.Errorf("%d×%d", rows, cols)
	}
	if _, err := m.Slice(0, 0); !errors.Is(err, matrix.ErrNil) {
		t.Error(err)
	}
	defer func() {
		if v := recover(); v != "matrix: row 1 of 0×0" {
			t.Error(v)
		}
	}()
	m.Row(1)
}

// Every call is seen once, under its own name, with the rows of the matrix.
func TestObserved(t *testing.T) {
	for _, n := range []int{0, 1, 1000, 40_000} {
		m := random[float64](n, 5)
		for _, c := range calls() {
			for width, opt := range map[int]any{1: parallel.Serial(), 3: parallel.Workers(3)} {
				w := &watcher{}
				if err := c.run(t.Context(), m, opt, parallel.Observe(w)); err != nil {
					t.Errorf("%s: %v", c.name, err)
				}
				if *w != (watcher{c.name, 1, 1, n, width, n}) {
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
	pool, err := parallel.NewPool(parallel.Workers(1))
	if err != nil {
		t.Fatal(err)
	}
	m := random[float64](5000, 5)
	for _, c := range calls() {
		inTime(t, c.name, func() error {
			f, err := parallel.Submit(t.Context(), pool, func(ctx context.Context) (bool, error) {
				return true, c.run(ctx, m, parallel.On(pool))
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

// What the calls take: "yes", or "refused" with an error that names call and
// option; all else does not compile.
func TestOptionsOfEachCall(t *testing.T) {
	rows := "MapRows MapRows2 MapRowsTo MapElements"
	all := rows + " Apply FoldRows ReduceRows CountWithin NormalizeRows ToFrame FromFrame FromFrameOf FromFrameOr"
	m := random[float64](40, 5)
	for _, o := range []struct {
		name         string
		opt          any
		yes, refused string
	}{
		{"Workers(2)", parallel.Workers(2), all, ""},
		{"Serial", parallel.Serial(), all, ""},
		{"Observe", parallel.Observe(&watcher{}), all, ""},
		{"Workers(0)", parallel.Workers(0), "", all},
		{"ChunkSize(3)", parallel.ChunkSize(3), rows, ""},
		{"Partitions(4)", parallel.Partitions(4), rows + " Apply FoldRows", ""},
		{"Seed(1)", parallel.Seed(1), rows + " Apply FoldRows", ""},
		{"WorkerState", parallel.WorkerState(func(context.Context, int) (int, error) { return 1, nil }, nil), rows + " Apply FoldRows", ""},
		{"Retry(2)", parallel.Retry(2, nil), rows + " Apply", ""},
		{"Timeout(1h0m0s)", parallel.Timeout(time.Hour), rows + " Apply", ""},
		{"SoftDeadline(1h0m0s)", parallel.SoftDeadline(time.Hour, func(parallel.Stuck) {}), rows + " Apply", ""},
		{"Limit", parallel.Limit(&limiter{}), rows + " Apply", ""},
		{"CollectAll(3)", parallel.CollectAll(3), rows, "Apply"},
		{"Partial", parallel.Partial(new([]bool)), rows, "Apply"},
		{"Quarantine", parallel.Quarantine(new([]parallel.Rejected[[]float64])), "", rows},
		{"frame.KeepRows", frame.KeepRows(), "", "Apply"},
		{"Commutative", parallel.Commutative(), "FoldRows", ""},
		{"Lookahead(3)", parallel.Lookahead(3), "", ""},
		{"Queue(3)", parallel.Queue(3), "", ""},
	} {
		for _, c := range calls() {
			has := func(list string) bool {
				for name := range strings.FieldsSeq(list) {
					if "matrix."+name == c.name {
						return true
					}
				}
				return false
			}
			var err error
			fits := compiles(func() { err = c.run(t.Context(), m, o.opt) })
			switch {
			case !fits:
				if has(o.yes) || has(o.refused) {
					t.Errorf("%s(%s) does not compile", c.name, o.name)
				}
			case has(o.refused):
				if !errors.Is(err, parallel.ErrOption) || !strings.HasPrefix(err.Error(), c.name+": ") || !strings.Contains(err.Error(), o.name) {
					t.Errorf("%s(%s): %v", c.name, o.name, err)
				}
			case !has(o.yes) || err != nil:
				t.Errorf("%s(%s): %v", c.name, o.name, err)
			}
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
	const n = 200
	m := numbered(t, n)
	for _, op := range visiting {
		// counted runs the call with the option, if it takes it, and returns how
		// often the function was called.
		counted := func(visit func(ctx context.Context, row int) error, opt ...any) (calls int64, taken bool) {
			var count atomic.Int64
			taken = compiles(func() {
				err := op.run(t.Context(), m, func(ctx context.Context, row int) error {
					count.Add(1)
					return visit(ctx, row)
				}, opt...)
				if err != nil {
					t.Errorf("%s: %v", op.name, err)
				}
			})
			return count.Load(), taken
		}
		each := int64(7)
		if op.calls > 0 {
			each = int64(op.calls * n)
		}
		again, taken := counted(func(ctx context.Context, _ int) error {
			if parallel.Attempt(ctx) < 3 {
				return errBoom
			}
			return nil
		}, parallel.Retry(2, nil))
		if taken && again != 3*each {
			t.Errorf("%s with Retry: %d calls, want %d", op.name, again, 3*each)
		}
		counted(func(ctx context.Context, _ int) error {
			if _, ok := ctx.Deadline(); !ok {
				t.Errorf("%s with Timeout: no deadline", op.name)
			}
			return nil
		}, parallel.Timeout(time.Hour))
		late, once := make(chan int, n), atomic.Bool{}
		counted(func(context.Context, int) error {
			if once.CompareAndSwap(false, true) {
				<-late // else the test hangs
			}
			return nil
		}, parallel.SoftDeadline(time.Millisecond, func(s parallel.Stuck) { late <- s.Row }))
		limit := &limiter{}
		if _, taken := counted(func(context.Context, int) error { return nil }, parallel.Limit(limit)); taken && limit.waits.Load() != each {
			t.Errorf("%s with Limit: %d waits for %d calls", op.name, limit.waits.Load(), each)
		}
		var made, ended atomic.Int64
		counted(func(ctx context.Context, _ int) error {
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

// borders takes note of where chunks begin.
type borders struct {
	watcher
	los []int
}

func (b *borders) ChunkDone(c parallel.ChunkInfo) { b.los = append(b.los, c.Lo) }

// Partitions cut the rows into equal parts, seen as chunks.
func TestPartitionsAreHonored(t *testing.T) {
	m := numbered(t, 103)
	for _, op := range visiting {
		if op.name == "Apply" || op.name == "FoldRows" {
			continue // seven already; cells
		}
		b := &borders{}
		if err := op.run(t.Context(), m, func(context.Context, int) error { return nil }, parallel.Partitions(4), parallel.Observe(b), parallel.Serial()); err != nil {
			t.Error(err)
		}
		if fmt.Sprint(b.los) != "[0 26 52 78]" {
			t.Errorf("%s: chunks begin at %v", op.name, b.los)
		}
	}
}

// Each attempt of Retry begins with the row as the matrix has it, and with zeros
// to fill.
func TestRetryBeginsAnew(t *testing.T) {
	m := numbered(t, 300)
	spoil := func(ctx context.Context, row []int) error {
		if parallel.Attempt(ctx) > 1 {
			return nil
		}
		row[0] = -1
		return errBoom
	}
	retry := parallel.Retry(1, nil)
	ctx := t.Context()
	one, err1 := matrix.MapRows(ctx, m, func(ctx context.Context, row []int) (int, error) { err := spoil(ctx, row); return row[0], err }, retry)
	two, _, err2 := matrix.MapRows2(ctx, m, func(ctx context.Context, row []int) (int, int, error) {
		err := spoil(ctx, row)
		return row[0], 0, err
	}, retry)
	to, err3 := matrix.MapRowsTo(ctx, m, 1, func(ctx context.Context, dst, row []int) error {
		err := spoil(ctx, row)
		dst[0] += row[0]
		return err
	}, retry)
	parts, err4 := matrix.Apply(ctx, m, func(ctx context.Context, part *matrix.Dense[int]) (*matrix.Dense[int], error) {
		err := spoil(ctx, part.Row(0))
		return part, err
	}, retry)
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		t.Fatal(err)
	}
	for i := range 300 {
		if one[i] != i || two[i] != i || to.At(i, 0) != i || parts.At(i, 0) != i {
			t.Fatalf("row %d: %d, %d, %d, %d", i, one[i], two[i], to.At(i, 0), parts.At(i, 0))
		}
	}
}

// collecting runs the calls that go on after failures, with a function that
// returns the row's number + 1, or what fault says; it returns the result for
// each row.
func collecting(ctx context.Context, m *matrix.Dense[int], fault func(ctx context.Context, row int) error, opt any) map[string]func() ([]int, error) {
	opts := fit[parallel.ItemOption]([]any{opt})
	column := func(out *matrix.Dense[int], err error) ([]int, error) {
		if out == nil {
			return nil, err
		}
		var col []int
		rows, cols := out.Dims()
		for i := range rows {
			for j := 1; j < cols; j++ {
				if out.At(i, j) != out.At(i, 0) {
					return nil, fmt.Errorf("row %d is %v", i, out.Row(i))
				}
			}
			col = append(col, out.At(i, 0))
		}
		return col, err
	}
	return map[string]func() ([]int, error){
		"MapRows": func() ([]int, error) {
			return matrix.MapRows(ctx, m, func(ctx context.Context, row []int) (int, error) { return row[0] + 1, fault(ctx, row[0]) }, opts...)
		},
		"MapRows2": func() ([]int, error) {
			a, b, err := matrix.MapRows2(ctx, m, func(ctx context.Context, row []int) (int, int, error) {
				return row[0] + 1, row[0] + 1, fault(ctx, row[0])
			}, opts...)
			if fmt.Sprint(a) != fmt.Sprint(b) {
				return nil, errors.New("the results differ")
			}
			return a, err
		},
		"MapRowsTo": func() ([]int, error) {
			return column(matrix.MapRowsTo(ctx, m, 2, func(ctx context.Context, dst, row []int) error {
				dst[0], dst[1] = row[0]+1, row[0]+1
				return fault(ctx, row[0])
			}, opts...))
		},
		"MapElements": func() ([]int, error) {
			return column(matrix.MapElements(ctx, m, func(ctx context.Context, i, j, _ int) (int, error) {
				if j == 0 {
					return i + 1, nil
				}
				return i + 1, fault(ctx, i)
			}, opts...))
		},
	}
}

// CollectAll gives all results, with zeros for the rows that failed, beside
// the failures.
func TestCollectAll(t *testing.T) {
	m := numbered(t, 500)
	for name, run := range collecting(t.Context(), m, func(_ context.Context, row int) error {
		switch row {
		case 40:
			panic(errBoom)
		case 300, 499:
			return errBoom
		}
		return nil
	}, parallel.CollectAll(2)) {
		out, err := run()
		f, ok := errors.AsType[*parallel.Failures](err)
		if !ok || f.Count != 3 || f.Of != 500 || len(f.Errs) != 2 || f.Errs[0].Row != 40 || f.Errs[1].Row != 300 || !errors.Is(err, errBoom) {
			t.Errorf("%s: %v", name, err)
		}
		for i, v := range out {
			if bad := i == 40 || i == 300 || i == 499; bad && v != 0 || !bad && v != i+1 {
				t.Errorf("%s: row %d is %d", name, i, v)
			}
		}
		if len(out) != 500 {
			t.Errorf("%s: %d results", name, len(out))
		}
	}
}

// Partial gives what is done when the context ends, and zeros for the rest; a
// row's error still means no results.
func TestPartial(t *testing.T) {
	m := numbered(t, 500)
	for _, name := range []string{"MapRows", "MapRows2", "MapRowsTo", "MapElements"} {
		ctx, cancel := context.WithCancelCause(t.Context())
		var done []bool
		first := make(chan struct{})
		out, err := collecting(ctx, m, func(ctx context.Context, row int) error {
			switch {
			case row == 0:
				close(first)
			case row == 250:
				<-first // another worker may have it still before it
				cancel(errBoom)
			case row > 250:
				<-ctx.Done()
				return ctx.Err()
			}
			return nil
		}, parallel.Partial(&done))[name]()
		if !errors.Is(err, errBoom) || len(out) != 500 || len(done) != 500 {
			t.Errorf("%s: %d results, %d marks: %v", name, len(out), len(done), err)
			continue
		}
		for i, v := range out {
			if done[i] && v != i+1 || !done[i] && v != 0 {
				t.Errorf("%s: row %d is %d, done: %t", name, i, v, done[i])
			}
		}
		if !done[0] || done[499] {
			t.Errorf("%s: the first row is done: %t, the last one: %t", name, done[0], done[499])
		}
		cancel(nil)

		out, err = collecting(t.Context(), m, func(_ context.Context, row int) error {
			if row == 3 {
				return errBoom
			}
			return nil
		}, parallel.Partial(&done))[name]()
		if at, ok := errors.AsType[*parallel.RowError](err); !ok || at.Row != 3 || out != nil {
			t.Errorf("%s with a failure: %v, %v", name, out, err)
		}
	}
}

// However cheap the rows before were: once the context has ended, each worker
// begins at most one more function that takes long.
func TestStopsAtOnce(t *testing.T) {
	const n = 200_000
	m := numbered(t, n)
	for profile, slow := range map[string]func(row int) bool{
		"flat":          func(int) bool { return true },
		"cliff":         func(row int) bool { return row >= n/2 },
		"rising":        func(row int) bool { return row%(1+200*(n-row)/n) == 0 },
		"neighbourhood": func(row int) bool { return row >= n/2 && row < n/2+400 },
	} {
		for _, op := range visiting {
			if op.name == "Apply" && profile != "flat" {
				continue // seven functions, most of them for a first row that is not slow
			}
			for _, workers := range []int{1, 3} {
				ctx, cancel := context.WithCancelCause(t.Context())
				var slows, late atomic.Int64
				var ended atomic.Bool
				inTime(t, op.name, func() error {
					err := op.run(ctx, m, func(_ context.Context, row int) error {
						if slow(row) {
							if ended.Load() {
								late.Add(1)
							}
							time.Sleep(time.Millisecond)
							if slows.Add(1) == 2 {
								cancel(errBoom)
								time.Sleep(20 * time.Millisecond) // a busy machine may tell the workers late
								ended.Store(true)
							}
						}
						return nil
					}, parallel.Workers(workers))
					if !errors.Is(err, errBoom) {
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

// A wide row ends between two of its elements.
func TestStopsWithinARow(t *testing.T) {
	m := random[int](3, 5000)
	ctx, cancel := context.WithCancelCause(t.Context())
	var late atomic.Int64
	var ended atomic.Bool
	_, err := matrix.MapElements(ctx, m, func(_ context.Context, _, j, _ int) (int, error) {
		if ended.Load() {
			late.Add(1)
		}
		if j == 2000 {
			cancel(errBoom)
			ended.Store(true)
		}
		return 0, nil
	}, parallel.Workers(1))
	if !errors.Is(err, errBoom) || late.Load() > 1 {
		t.Errorf("%d elements after the end: %v", late.Load(), err)
	}
}
