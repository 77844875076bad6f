package promises

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/calltest"
	"github.com/parframe/parframe/parallel"
)

// items is how many items the operations of these tests have.
const items = 12

// option is a row of the table of options.
type option struct {
	name string // as a refusal names it
	made any
	// needs reports whether only operations with a function can honor it.
	needs bool
	// honored runs the operation with the option, and returns its error, or
	// an error that shows that the option was ignored.
	honored func(ctx context.Context, op operation) error
}

// ran only runs the operation with the option.
func ran(opt any) func(ctx context.Context, op operation) error {
	return func(ctx context.Context, op operation) error {
		return op.run(ctx, items, noFault, place{more: []any{opt}})
	}
}

// observed runs the operation with an observer, and returns what is wrong with
// the calls of its methods. width is the width that it must see; 0: any.
func observed(ctx context.Context, op operation, f fault, width int, opts ...any) error {
	w := &calltest.Watcher{}
	at := place{more: append([]any{parallel.Observe(w)}, opts...)}
	if err := op.run(ctx, items, f, at); err != nil {
		return err
	}
	switch {
	case w.Starts != 1 || w.Ends != 1:
		return fmt.Errorf("%d starts and %d ends", w.Starts, w.Ends)
	case w.Rows != w.Summed || w.Info.N != 0 && w.Rows != w.Info.N:
		return fmt.Errorf("%d rows in chunks and %d of workers, of %d", w.Rows, w.Summed, w.Info.N)
	case (w.Rows == 0) != op.rowless:
		return fmt.Errorf("%d rows", w.Rows)
	case w.Failed != 0:
		return fmt.Errorf("%d rows failed", w.Failed)
	case width != 0 && w.Info.Width != width:
		return fmt.Errorf("a width of %d, want %d", w.Info.Width, width)
	}
	return nil
}

// reaches runs the operation with functions that wait until width of them run
// at once, which is more than the default, and reports if more do. A function
// without a context may have less to do at once.
func reaches(ctx context.Context, op operation, width int, opts ...any) error {
	var g gauge
	wait := make(chan struct{})
	var once sync.Once
	err := observed(ctx, op, func(ctx context.Context, _ int) error {
		g.enter()
		defer g.leave()
		if int(g.now.Load()) >= width {
			once.Do(func() { close(wait) })
		}
		if op.blind {
			return nil
		}
		select {
		case <-wait:
		case <-time.After(20 * time.Second):
			return fmt.Errorf("%d functions at once, want %d", g.most.Load(), width)
		}
		return nil
	}, width, opts...)
	if most := int(g.most.Load()); err == nil && most > width {
		return fmt.Errorf("%d functions at once, want %d", most, width)
	}
	return err
}

// goroutine returns the number of the goroutine.
func goroutine() string {
	text := make([]byte, 64)
	text = text[:runtime.Stack(text, false)]
	return string(bytes.Fields(text)[1])
}

// soon waits for done to be closed. After a very long time it returns the error what.
func soon(done <-chan struct{}, what string) error {
	select {
	case <-done:
		return nil
	case <-time.After(20 * time.Second):
		return errors.New(what)
	}
}

type limiter struct{ waits atomic.Int32 }

func (l *limiter) Wait(context.Context) error {
	l.waits.Add(1)
	return nil
}

// twoFail is a fault at two items, which counts the calls.
func twoFail(calls *atomic.Int32) fault {
	return func(_ context.Context, i int) error {
		calls.Add(1)
		if i == 3 || i == 7 {
			return errFault
		}
		return nil
	}
}

var options = []option{
	{name: "Workers", made: parallel.Workers(3), honored: func(ctx context.Context, op operation) error {
		return reaches(ctx, op, 3, parallel.Workers(3))
	}},
	{name: "On", made: parallel.Workers(3), honored: func(ctx context.Context, op operation) error {
		pool, err := parallel.NewPool(parallel.Workers(3))
		if err != nil {
			return err
		}
		defer pool.Terminate()
		return reaches(ctx, op, 3, parallel.On(pool))
	}},
	{name: "Serial", made: parallel.Serial(), honored: func(ctx context.Context, op operation) error {
		here := goroutine()
		return observed(ctx, op, func(context.Context, int) error {
			if there := goroutine(); there != here && !op.pool {
				return fmt.Errorf("on goroutine %s, want the caller's, %s", there, here)
			}
			return nil
		}, 1, parallel.Serial())
	}},
	{name: "Observe", made: parallel.Serial(), honored: func(ctx context.Context, op operation) error {
		return observed(ctx, op, noFault, 0)
	}},
	{name: "ChunkSize", made: parallel.ChunkSize(5), needs: true, honored: func(ctx context.Context, op operation) error {
		c := &chunks{}
		if err := op.run(ctx, items, noFault, place{more: []any{parallel.ChunkSize(5), parallel.Observe(c)}}); err != nil {
			return err
		}
		for _, n := range c.sizes {
			if n > 5 {
				return fmt.Errorf("a chunk of %d", n)
			}
		}
		return nil
	}},
	{name: "Partitions", made: parallel.Partitions(5), needs: true, honored: func(ctx context.Context, op operation) error {
		c := &chunks{}
		if err := op.run(ctx, items, noFault, place{more: []any{parallel.Partitions(5), parallel.Observe(c)}}); err != nil {
			return err
		}
		if len(c.sizes) != 5 {
			return fmt.Errorf("%d partitions: %v", len(c.sizes), c.sizes)
		}
		return nil
	}},
	{name: "Seed", made: parallel.Seed(1), needs: true, honored: func(ctx context.Context, op operation) error {
		draw := func(seed uint64) (all [items]uint64, err error) {
			more := []any{parallel.Seed(seed)}
			if op.parts { // of which each has a generator
				more = append(more, parallel.Partitions(items))
			}
			err = op.run(ctx, items, func(ctx context.Context, i int) error {
				all[i] = parallel.Rand(ctx).Uint64()
				return nil
			}, place{more: more})
			return all, err
		}
		one, err := draw(1)
		if err != nil {
			return err
		}
		again, err := draw(1)
		if err != nil {
			return err
		}
		other, err := draw(2)
		switch {
		case err != nil:
			return err
		case one != again:
			return errors.New("other numbers with the same seed")
		case one == other:
			return errors.New("the same numbers with another seed")
		case !op.parts && one[0] == one[1]:
			return errors.New("the same number for two rows")
		}
		return nil
	}},
	{name: "WorkerState", made: workerState(nil, nil), needs: true, honored: func(ctx context.Context, op operation) error {
		var inits, exits atomic.Int32
		err := op.run(ctx, items, func(ctx context.Context, _ int) error {
			if s, ok := parallel.State[*string](ctx); !op.blind && (!ok || *s != "state") {
				return errors.New("no state")
			}
			return nil
		}, place{more: []any{workerState(&inits, &exits)}})
		if err == nil && (inits.Load() == 0 || inits.Load() != exits.Load()) {
			return fmt.Errorf("%d states made and %d closed", inits.Load(), exits.Load())
		}
		return err
	}},
	{name: "Retry", made: parallel.Retry(1, nil), needs: true, honored: func(ctx context.Context, op operation) error {
		var calls atomic.Int32
		err := op.run(ctx, items, func(ctx context.Context, i int) error {
			if i == 5 && calls.Add(1) == 1 {
				return errFault
			}
			return nil
		}, place{more: []any{parallel.Retry(1, nil)}})
		if err == nil && calls.Load() != 2 {
			return fmt.Errorf("%d calls for the row that failed once", calls.Load())
		}
		return err
	}},
	{name: "Timeout", made: parallel.Timeout(ms), needs: true, honored: func(ctx context.Context, op operation) error {
		err := op.run(ctx, items, func(ctx context.Context, i int) error {
			if i != 5 {
				return nil
			}
			if err := soon(ctx.Done(), "no timeout"); err != nil {
				return err
			}
			return context.Cause(ctx)
		}, place{more: []any{parallel.Timeout(5 * ms)}})
		if _, ok := errors.AsType[*parallel.TimeoutError](err); ok {
			return nil
		}
		return orElse(err, "no TimeoutError")
	}},
	{name: "SoftDeadline", made: parallel.SoftDeadline(ms, func(parallel.Stuck) {}), needs: true, honored: func(ctx context.Context, op operation) error {
		told := make(chan struct{})
		var once sync.Once
		return op.run(ctx, items, func(_ context.Context, i int) error {
			if i == 5 {
				return soon(told, "no report")
			}
			return nil
		}, place{more: []any{parallel.SoftDeadline(ms, func(parallel.Stuck) { once.Do(func() { close(told) }) })}})
	}},
	{name: "Limit", made: parallel.Limit(&limiter{}), needs: true, honored: func(ctx context.Context, op operation) error {
		l := &limiter{}
		err := op.run(ctx, items, noFault, place{more: []any{parallel.Limit(l)}})
		if err == nil && l.waits.Load() != items {
			return fmt.Errorf("%d waits of the limiter", l.waits.Load())
		}
		return err
	}},
	{name: "CollectAll", made: parallel.CollectAll(9), needs: true, honored: func(ctx context.Context, op operation) error {
		var calls atomic.Int32
		err := op.run(ctx, items, twoFail(&calls), place{more: []any{parallel.CollectAll(9)}})
		if _, ok := errors.AsType[*parallel.Failures](err); !ok {
			return orElse(err, "no Failures")
		}
		if !errors.Is(err, errFault) || calls.Load() != items {
			return fmt.Errorf("after %d calls: %w", calls.Load(), err)
		}
		return nil
	}},
	{name: "Quarantine", made: parallel.Quarantine(new([]parallel.Rejected[int])), needs: true, honored: func(ctx context.Context, op operation) error {
		var calls atomic.Int32
		var rejected []parallel.Rejected[int]
		err := op.run(ctx, items, twoFail(&calls), place{more: []any{parallel.Quarantine(&rejected)}})
		if err == nil && (len(rejected) != 2 || calls.Load() != items) {
			return fmt.Errorf("%d rejected after %d calls", len(rejected), calls.Load())
		}
		return err
	}},
	{name: "frame.Quarantine", made: frame.Quarantine(new(*frame.Frame)), needs: true, honored: func(ctx context.Context, op operation) error {
		var calls atomic.Int32
		var bad *frame.Frame
		err := op.run(ctx, items, twoFail(&calls), place{more: []any{frame.Quarantine(&bad)}})
		if err == nil && (bad.NumRows() != 2 || calls.Load() != items) {
			return fmt.Errorf("%d rows set aside after %d calls", bad.NumRows(), calls.Load())
		}
		return err
	}},
	{name: "Partial", made: parallel.Partial(new([]bool)), needs: true, honored: func(ctx context.Context, op operation) error {
		var done []bool
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		var calls atomic.Int32
		inLast := func(context.Context, int) error { // all are done before the context stops anything
			if calls.Add(1) == items {
				cancel()
			}
			return nil
		}
		err := op.run(ctx, items, inLast, place{more: []any{parallel.Partial(&done)}})
		if err == nil && (len(done) != items || slices.Contains(done, false)) {
			return fmt.Errorf("done: %v", done)
		}
		return err
	}},
	// The effects of these options on results are tested with the operations.
	{name: "Commutative", made: parallel.Commutative(), honored: ran(parallel.Commutative())},
	{name: "Unordered", made: parallel.Unordered(), honored: ran(parallel.Unordered())},
	{name: "Lookahead", made: parallel.Lookahead(1), honored: ran(parallel.Lookahead(1))},
	{name: "SkipNulls", made: frame.SkipNulls(true), honored: ran(frame.SkipNulls(true))},
	{name: "KeepRows", made: frame.KeepRows(), honored: ran(frame.KeepRows())},
	{name: "Broadcast", made: frame.Broadcast(), honored: ran(frame.Broadcast())},
	{name: "As", made: frame.As("a"), honored: func(ctx context.Context, op operation) error {
		return mustFail(ran(frame.As("a", "a", "b", "c", "d", "e"))(ctx, op), "a name for each column")
	}},
	{name: "OutSchema", made: frame.OutSchema(nil), honored: func(ctx context.Context, op operation) error {
		missing := arrow.NewSchema([]arrow.Field{{Name: "other", Type: arrow.PrimitiveTypes.Int64}}, nil)
		return mustFail(ran(frame.OutSchema(missing))(ctx, op), "the columns that it names")
	}},
}

// mustFail returns nil if err is the error that the argument of an option must cause, and
// err if the option is refused.
func mustFail(err error, want string) error {
	if err == nil {
		return fmt.Errorf("no error, want %s", want)
	}
	if errors.Is(err, parallel.ErrOption) {
		return err
	}
	return nil
}

func orElse(err error, text string) error {
	if err == nil {
		return errors.New(text)
	}
	return err
}

func workerState(inits, exits *atomic.Int32) any {
	return parallel.WorkerState(func(context.Context, int) (*string, error) {
		inits.Add(1)
		s := "state"
		return &s, nil
	}, func(*string) error {
		exits.Add(1)
		return nil
	})
}

// chunks is an observer that records the sizes of chunks.
type chunks struct{ sizes []int }

func (*chunks) Start(parallel.CallInfo)          {}
func (c *chunks) ChunkDone(i parallel.ChunkInfo) { c.sizes = append(c.sizes, i.Hi-i.Lo) }
func (*chunks) RowFailed(int, error)             {}
func (*chunks) End(parallel.Summary)             {}

// Each operation honors an option that it takes, or refuses it by name: none is
// ignored.
func TestOptions(t *testing.T) {
	for _, op := range operations() {
		t.Run(op.name, func(t *testing.T) {
			for _, o := range options {
				if !op.takes(o.made) {
					continue
				}
				within(t, o.name, func() {
					err := o.honored(t.Context(), op)
					if o.needs && !op.hasFunction && err == nil {
						err = errors.New("accepted, and there is nothing that it changes")
					}
					if errors.Is(err, parallel.ErrOption) && strings.Contains(err.Error(), o.name) {
						if o.name == "Observe" {
							t.Errorf("%s is refused: %v", o.name, err)
						}
						return
					}
					if err != nil {
						t.Errorf("%s: %v", o.name, err)
					}
				})
			}
		})
	}
}
