package parallel_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/parframe/parframe/parallel"
)

func TestPoolSmoke(t *testing.T) {
	ctx := t.Context()
	for _, width := range []int{1, 2, 3} {
		p, err := parallel.NewPool(parallel.Workers(width), parallel.WorkerState(func(context.Context, int) (*int, error) { return new(int), nil }),
			parallel.WorkerExit(func(n *int) (int, error) { return *n, nil }))
		if err != nil {
			t.Fatal(err)
		}
		var deep func(ctx context.Context, d int) (int, error)
		deep = func(ctx context.Context, d int) (int, error) {
			st, ok := parallel.State[*int](ctx)
			if !ok {
				return 0, errors.New("no state")
			}
			*st++
			if d == 0 {
				return 1, nil
			}
			f, err := parallel.Submit(ctx, p, func(ctx context.Context) (int, error) { return deep(ctx, d-1) })
			if err != nil {
				return 0, err
			}
			xs, err := parallel.Map(ctx, make([]int, 5), func(ctx context.Context, _ int) (int, error) {
				g, err := parallel.Submit(ctx, p, func(ctx context.Context) (int, error) { return 1, nil })
				if err != nil {
					return 0, err
				}
				return g.Get(ctx)
			}, parallel.On(p))
			if err != nil {
				return 0, err
			}
			n, err := f.Get(ctx)
			return n + len(xs), err
		}
		var fs []*parallel.Future[int]
		for range 50 {
			f, err := parallel.Submit(ctx, p, func(ctx context.Context) (int, error) { return deep(ctx, 4) })
			if err != nil {
				t.Fatal(err)
			}
			fs = append(fs, f)
		}
		wait, cancel := context.WithTimeout(ctx, 20*time.Second)
		for _, f := range fs {
			if n, err := f.Get(wait); n != 21 || err != nil {
				t.Fatal(width, n, err)
			}
		}
		cancel()
		p.Close()
		if err := p.Wait(ctx); err != nil {
			t.Fatal(err)
		}
		sum := 0
		for _, n := range parallel.ExitResults[int](p) {
			sum += n
		}
		if sum != 50*5 {
			t.Error(width, sum, p.Stats())
		}
	}
}
