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
