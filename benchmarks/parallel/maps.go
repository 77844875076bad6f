// Package parallel maps a function over a slice in every way that a Go
// program might: by a plain loop, by hand-written goroutines, by parframe and
// by the libraries that do something close to it. The benchmarks run all of
// them on the same work.
//
// Each library is used as its documentation shows it: a pool gets one task
// per item. Pools are made before the clock starts, which is in their favour:
// parframe starts its goroutines within the call.
package parallel

import (
	"context"
	"slices"
	"sync"

	"github.com/parframe/parframe/parallel"
)

// Func is what a user wants to run. It is passed as a value and stays one, so
// that no candidate has it inlined and the others not.
type Func func(ctx context.Context, x float64) (float64, error)

// Candidate is one way to map.
type Candidate struct {
	Name string
	// Start makes what may be made once: a pool of that width. stop frees it.
	Start func(workers int) (run Map, stop func())
}

// Map returns fn of each item, in order, or an error of fn.
type Map func(ctx context.Context, xs []float64, fn Func) ([]float64, error)

// Candidates are all ways, the base of comparison first.
var Candidates = []Candidate{
	{"loop", stateless(func(int) Map { return loop })},
	{"goroutines", stateless(goroutines)},
	{"parframe", stateless(parframe)},
	{"parframe-submit", startSubmit},
	{"parframe-stream", stateless(parframeStream)},
	{"conc-iter", stateless(concIter)},
	{"conc-pool", stateless(concPool)},
	{"conc-stream", stateless(concStream)},
	{"errgroup", stateless(errGroup)},
	{"pond", startPond},
	{"ants", startAnts},
}

func stateless(with func(workers int) Map) func(int) (Map, func()) {
	return func(workers int) (Map, func()) { return with(workers), func() {} }
}

// loop is what one writes who has fn as a value.
func loop(ctx context.Context, xs []float64, fn Func) ([]float64, error) {
	out := make([]float64, len(xs))
	for i, x := range xs {
		r, err := fn(ctx, x)
		if err != nil {
			return nil, err
		}
		out[i] = r
	}
	return out, nil
}

// goroutines is what one writes by hand: equal parts, one for each worker.
// Nothing balances them.
func goroutines(workers int) Map {
	return func(ctx context.Context, xs []float64, fn Func) ([]float64, error) {
		out := make([]float64, len(xs))
		errs := make([]error, workers)
		var wg sync.WaitGroup
		for k := range workers {
			wg.Go(func() {
				for i := k * len(xs) / workers; i < (k+1)*len(xs)/workers; i++ {
					r, err := fn(ctx, xs[i])
					if err != nil {
						errs[k] = err
						return
					}
					out[i] = r
				}
			})
		}
		wg.Wait()
		for _, err := range errs {
			if err != nil {
				return nil, err
			}
		}
		return out, nil
	}
}

func parframe(workers int) Map {
	return func(ctx context.Context, xs []float64, fn Func) ([]float64, error) {
		return parallel.Map(ctx, xs, fn, parallel.Workers(workers))
	}
}

// startSubmit gives a pool one task per item, as the rivals' pools get it,
// and then gets all results. It panics if the pool cannot be made, which
// takes a wrong size.
func startSubmit(workers int) (Map, func()) {
	pool, err := parallel.NewPool(parallel.Workers(workers))
	if err != nil {
		panic(err)
	}
	run := func(ctx context.Context, xs []float64, fn Func) ([]float64, error) {
		futures := make([]*parallel.Future[float64], len(xs))
		for i, x := range xs {
			f, err := parallel.Submit(ctx, pool, func(ctx context.Context) (float64, error) { return fn(ctx, x) })
			if err != nil {
				return nil, err
			}
			futures[i] = f
		}
		out := make([]float64, len(xs))
		var first error
		for i, f := range futures {
			r, err := f.Get(ctx)
			if err != nil && first == nil {
				first = err
			}
			out[i] = r
		}
		return done(out, first)
	}
	return run, pool.Terminate
}

func parframeStream(workers int) Map {
	return func(ctx context.Context, xs []float64, fn Func) ([]float64, error) {
		out := make([]float64, 0, len(xs))
		var first error
		for r, err := range parallel.Stream(ctx, parallel.Source(slices.Values(xs)), fn, parallel.Workers(workers)) {
			if err != nil && first == nil {
				first = err
			}
			out = append(out, r)
		}
		return done(out, first)
	}
}
