package frame

import (
	"context"
	"fmt"
	"maps"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/parframe/parframe/parallel"
)

// gauge counts functions that run at once.
type gauge struct{ now, most atomic.Int64 }

func (g *gauge) run() {
	for n := g.now.Add(1); ; {
		most := g.most.Load()
		if n <= most || g.most.CompareAndSwap(most, n) {
			break
		}
	}
	time.Sleep(20 * time.Microsecond)
	g.now.Add(-1)
}

// Every operation may be called by the function of every other one, on the pool
// that it runs on or within its width: it does not hang, and no more functions run at
// once than there are slots.
func TestEveryOperationInsideEveryOther(t *testing.T) {
	f := userFrame(t, 12)
	var g gauge
	inner := maps.Clone(ownOperations)
	for name, u := range userCalls {
		inner[name] = operation{u.takes, func(ctx context.Context, f *Frame, opts ...any) error {
			return u.run(ctx, f, func(context.Context, int64) error { g.run(); return nil }, opts...)
		}}
	}
	inner["parallel.Map"] = operation{nil, func(ctx context.Context, _ *Frame, opts ...any) error {
		fn := parallel.Pure(func(x int) int { g.run(); return x })
		if len(opts) == 0 {
			return failureOf(parallel.Map(ctx, make([]int, 5), fn))
		}
		return failureOf(parallel.Map(ctx, make([]int, 5), fn, opts[0].(parallel.Option)))
	}}
	var pool *parallel.Pool
	inner["parallel.Do"] = operation{nil, func(ctx context.Context, _ *Frame, _ ...any) error {
		return failureOf(parallel.Do(ctx, pool, func(context.Context) (int, error) { return 0, nil }))
	}}
	for name, u := range userCalls {
		for _, width := range []int64{1, 2} {
			pool = must(parallel.NewPool(parallel.Workers(int(width))))
			for kind, opts := range map[string][2][]any{
				"on a pool": {{parallel.On(pool)}, {parallel.On(pool)}}, "from a pool": {{parallel.On(pool)}, nil}, "plain": {{parallel.Workers(int(width))}, nil},
			} {
				g.most.Store(0)
				ctx, cancel := context.WithCancelCause(t.Context())
				var mu sync.Mutex
				last := map[int64]string{}
				dog := time.AfterFunc(time.Minute, func() {
					mu.Lock()
					defer mu.Unlock()
					cancel(fmt.Errorf("hangs in %v", last))
				})
				err := u.run(ctx, f, func(ctx context.Context, row int64) error {
					for what, call := range inner {
						if (row+int64(len(what)))%9 > 0 && row > 0 {
							continue // all in the first, and some beside it
						}
						mu.Lock()
						last[row] = what
						mu.Unlock()
						if err := call.run(ctx, f.Head(4), opts[1]...); err != nil {
							return fmt.Errorf("%s: %w", what, err)
						}
					}
					return nil
				}, opts[0]...)
				dog.Stop()
				cancel(nil)
				if err != nil || g.most.Load() > width {
					t.Errorf("%s %s, width %d: %v; %d functions ran at once", name, kind, width, err, g.most.Load())
				}
			}
			pool.Close()
		}
	}
}
