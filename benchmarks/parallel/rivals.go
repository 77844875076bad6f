package parallel

import (
	"context"
	"sync"

	"github.com/alitto/pond/v2"
	"github.com/panjf2000/ants/v2"
	"github.com/sourcegraph/conc/iter"
	"github.com/sourcegraph/conc/pool"
	"github.com/sourcegraph/conc/stream"
	"golang.org/x/sync/errgroup"
)

func concIter(workers int) Map {
	return func(ctx context.Context, xs []float64, fn Func) ([]float64, error) {
		m := iter.Mapper[float64, float64]{MaxGoroutines: workers}
		return m.MapErr(xs, func(x *float64) (float64, error) { return fn(ctx, *x) })
	}
}

func concPool(workers int) Map {
	return func(ctx context.Context, xs []float64, fn Func) ([]float64, error) {
		out := make([]float64, len(xs))
		p := pool.New().WithMaxGoroutines(workers).WithErrors().WithFirstError()
		for i, x := range xs {
			p.Go(func() (err error) {
				out[i], err = fn(ctx, x)
				return err
			})
		}
		return done(out, p.Wait())
	}
}

func concStream(workers int) Map {
	return func(ctx context.Context, xs []float64, fn Func) ([]float64, error) {
		out := make([]float64, 0, len(xs))
		var first error // callbacks run one at a time, in order
		s := stream.New().WithMaxGoroutines(workers)
		for _, x := range xs {
			s.Go(func() stream.Callback {
				r, err := fn(ctx, x)
				return func() {
					if err != nil && first == nil {
						first = err
					}
					out = append(out, r)
				}
			})
		}
		s.Wait()
		return done(out, first)
	}
}

func errGroup(workers int) Map {
	return func(ctx context.Context, xs []float64, fn Func) ([]float64, error) {
		out := make([]float64, len(xs))
		var g errgroup.Group
		g.SetLimit(workers)
		for i, x := range xs {
			g.Go(func() (err error) {
				out[i], err = fn(ctx, x)
				return err
			})
		}
		return done(out, g.Wait())
	}
}

func startPond(workers int) (Map, func()) {
	p := pond.NewPool(workers)
	run := func(ctx context.Context, xs []float64, fn Func) ([]float64, error) {
		out := make([]float64, len(xs))
		g := p.NewGroup()
		for i, x := range xs {
			g.SubmitErr(func() (err error) {
				out[i], err = fn(ctx, x)
				return err
			})
		}
		return done(out, g.Wait())
	}
	return run, p.StopAndWait
}

// startAnts panics if the pool cannot be made, which takes a wrong size.
func startAnts(workers int) (Map, func()) {
	p, err := ants.NewPool(workers)
	if err != nil {
		panic(err)
	}
	run := func(ctx context.Context, xs []float64, fn Func) ([]float64, error) {
		out := make([]float64, len(xs))
		var wg sync.WaitGroup
		var once sync.Once
		var first error
		fail := func(err error) { once.Do(func() { first = err }) }
		wg.Add(len(xs))
		for i, x := range xs {
			err := p.Submit(func() {
				defer wg.Done()
				r, err := fn(ctx, x)
				if err != nil {
					fail(err)
				}
				out[i] = r
			})
			if err != nil {
				fail(err)
				wg.Done()
			}
		}
		wg.Wait()
		return done(out, first)
	}
	return run, p.Release
}

func done(out []float64, err error) ([]float64, error) {
	if err != nil {
		return nil, err
	}
	return out, nil
}
