package promises

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/parframe/parframe/parallel"
)

// onPool runs fn with the place's pool, or one of its own.
func onPool(p place, fn func(pool *parallel.Pool) error) error {
	if p.pool != nil {
		return fn(p.pool)
	}
	var opts []parallel.PoolOption
	if p.workers > 0 {
		opts = append(opts, parallel.Workers(p.workers))
	}
	pool, err := parallel.NewPool(opts...)
	if err != nil {
		return err
	}
	err = fn(pool)
	pool.Terminate()
	return err
}

// all waits for the futures and returns the first error.
func all[R any](ctx context.Context, futures []*parallel.Future[R], err error) error {
	for _, f := range futures {
		if _, e := f.Get(ctx); err == nil {
			err = e
		}
	}
	return err
}

var parallelOperations = []operation{
	{name: "parallel.Map", hasFunction: true, takes: itemOption, run: func(ctx context.Context, n int, f fault, at place) error {
		_, err := parallel.Map(ctx, indices(n), func(ctx context.Context, i int) (int, error) { return i, f(ctx, i) }, as[parallel.ItemOption](at)...)
		return err
	}},
	{name: "parallel.ForEach", hasFunction: true, takes: itemOption, run: func(ctx context.Context, n int, f fault, at place) error {
		return parallel.ForEach(ctx, indices(n), f, as[parallel.ItemOption](at)...)
	}},
	{name: "parallel.Range", hasFunction: true, parts: true, takes: itemOption, run: func(ctx context.Context, n int, f fault, at place) error {
		return parallel.Range(ctx, n, func(ctx context.Context, lo, hi int) error {
			for i := lo; i < hi; i++ {
				if ctx.Err() != nil {
					return context.Cause(ctx)
				}
				if err := f(ctx, i); err != nil {
					return err
				}
			}
			return nil
		}, as[parallel.ItemOption](at)...)
	}},
	{name: "parallel.Filter", hasFunction: true, takes: itemOption, run: func(ctx context.Context, n int, f fault, at place) error {
		_, err := parallel.Filter(ctx, indices(n), func(ctx context.Context, i int) (bool, error) { return i%2 == 0, f(ctx, i) }, as[parallel.ItemOption](at)...)
		return err
	}},
	{name: "parallel.Find", hasFunction: true, takes: itemOption, run: func(ctx context.Context, n int, f fault, at place) error {
		_, err := parallel.Find(ctx, indices(n), func(ctx context.Context, i int) (bool, error) { return false, f(ctx, i) }, as[parallel.ItemOption](at)...)
		return err
	}},
	{name: "parallel.Any", hasFunction: true, takes: itemOption, run: func(ctx context.Context, n int, f fault, at place) error {
		_, err := parallel.Any(ctx, indices(n), func(ctx context.Context, i int) (bool, error) { return false, f(ctx, i) }, as[parallel.ItemOption](at)...)
		return err
	}},
	{name: "parallel.All", hasFunction: true, takes: itemOption, run: func(ctx context.Context, n int, f fault, at place) error {
		_, err := parallel.All(ctx, indices(n), func(ctx context.Context, i int) (bool, error) { return true, f(ctx, i) }, as[parallel.ItemOption](at)...)
		return err
	}},
	{name: "parallel.Fold", hasFunction: true, takes: foldOption, run: func(ctx context.Context, n int, f fault, at place) error {
		_, err := parallel.Fold(ctx, indices(n), func() int { return 0 },
			func(ctx context.Context, acc, i int) (int, error) { return acc + i, f(ctx, i) },
			func(a, b int) int { return a + b }, as[parallel.FoldOption](at)...)
		return err
	}},
	{name: "parallel.Reduce", hasFunction: true, blind: true, takes: anyOption, run: func(ctx context.Context, n int, f fault, at place) error {
		_, err := parallel.Reduce(ctx, indices(n), 0, func(a, b int) int { blindly(ctx, f, b); return max(a, b) }, as[parallel.Option](at)...)
		return err
	}},
	{name: "parallel.Scan", hasFunction: true, blind: true, takes: anyOption, run: func(ctx context.Context, n int, f fault, at place) error {
		_, err := parallel.Scan(ctx, indices(n), 0, func(a, b int) int { blindly(ctx, f, b); return max(a, b) }, as[parallel.Option](at)...)
		return err
	}},
	{name: "parallel.Starmap2", hasFunction: true, takes: itemOption, run: func(ctx context.Context, n int, f fault, at place) error {
		_, err := parallel.Starmap2(ctx, args2(n), func(ctx context.Context, i int, _ string) (int, error) { return i, f(ctx, i) }, as[parallel.ItemOption](at)...)
		return err
	}},
	{name: "parallel.Starmap3", hasFunction: true, takes: itemOption, run: func(ctx context.Context, n int, f fault, at place) error {
		_, err := parallel.Starmap3(ctx, args3(n), func(ctx context.Context, i int, _ string, _ bool) (int, error) { return i, f(ctx, i) }, as[parallel.ItemOption](at)...)
		return err
	}},
	{name: "parallel.Stream", hasFunction: true, seq: true, takes: streamOption, run: func(ctx context.Context, n int, f fault, at place) error {
		return stream(ctx, n, f, as[parallel.StreamOption](at)...)
	}},
	{name: "parallel.Stream unordered", hasFunction: true, seq: true, first: true, takes: streamOption, run: func(ctx context.Context, n int, f fault, at place) error {
		return stream(ctx, n, f, append(as[parallel.StreamOption](at), parallel.Unordered())...)
	}},
	submitting("parallel.Submit", parallel.Submit[int]),
	submitting("parallel.TrySubmit", trySubmit),
	{name: "parallel.Do", hasFunction: true, pool: true, takes: noOption, run: func(ctx context.Context, n int, f fault, at place) error {
		return onPool(at, func(pool *parallel.Pool) error {
			for i := range n {
				if _, err := parallel.Do(ctx, pool, func(ctx context.Context) (int, error) { return i, f(ctx, i) }); err != nil {
					return err
				}
			}
			return nil
		})
	}},
	later("parallel.MapAsync", func(ctx context.Context, pool *parallel.Pool, n int, f fault, opts ...parallel.ItemOption) (*parallel.Future[[]int], error) {
		return parallel.MapAsync(ctx, pool, indices(n), func(ctx context.Context, i int) (int, error) { return i, f(ctx, i) }, opts...)
	}),
	later("parallel.StarmapAsync2", func(ctx context.Context, pool *parallel.Pool, n int, f fault, opts ...parallel.ItemOption) (*parallel.Future[[]int], error) {
		return parallel.StarmapAsync2(ctx, pool, args2(n), func(ctx context.Context, i int, _ string) (int, error) { return i, f(ctx, i) }, opts...)
	}),
	later("parallel.StarmapAsync3", func(ctx context.Context, pool *parallel.Pool, n int, f fault, opts ...parallel.ItemOption) (*parallel.Future[[]int], error) {
		return parallel.StarmapAsync3(ctx, pool, args3(n), func(ctx context.Context, i int, _ string, _ bool) (int, error) { return i, f(ctx, i) }, opts...)
	}),
	{name: "parallel.NewScope", hasFunction: true, first: true, takes: itemOption, run: func(ctx context.Context, n int, f fault, at place) error {
		s, err := parallel.NewScope(ctx, as[parallel.ItemOption](at)...)
		if err != nil {
			return err
		}
		for i := range n {
			parallel.Go(s, func(ctx context.Context) (int, error) { return i, f(ctx, i) })
		}
		return s.Wait()
	}},
}

func args2(n int) []parallel.Args2[int, string] {
	args := make([]parallel.Args2[int, string], n)
	for i := range args {
		args[i].A = i
	}
	return args
}

func args3(n int) []parallel.Args3[int, string, bool] {
	args := make([]parallel.Args3[int, string, bool], n)
	for i := range args {
		args[i].A = i
	}
	return args
}

// later is the row of a function that starts a call as a task of a pool. It stays
// within the width of the pool, on whose goroutines it runs.
func later(name string, start func(context.Context, *parallel.Pool, int, fault, ...parallel.ItemOption) (*parallel.Future[[]int], error)) operation {
	return operation{name: name, hasFunction: true, pool: true, takes: itemOption, run: func(ctx context.Context, n int, f fault, at place) error {
		if at.workers == 0 && len(at.more) > 0 {
			at.workers = 4
		}
		return onPool(at, func(pool *parallel.Pool) error {
			future, err := start(ctx, pool, n, f, as[parallel.ItemOption](place{more: at.more})...)
			if err == nil {
				_, err = future.Get(context.WithoutCancel(ctx)) // the call ends with ctx, and says how
			}
			return err
		})
	}}
}

// submitting is the row of a function that submits one task.
func submitting(name string, submit func(context.Context, *parallel.Pool, func(context.Context) (int, error)) (*parallel.Future[int], error)) operation {
	return operation{name: name, hasFunction: true, pool: true, takes: noOption, run: func(ctx context.Context, n int, f fault, at place) error {
		return onPool(at, func(pool *parallel.Pool) error {
			ctx, cancel := context.WithCancelCause(ctx)
			defer cancel(nil)
			var futures []*parallel.Future[int]
			var failed error
			for i := range n {
				future, err := submit(ctx, pool, func(ctx context.Context) (int, error) {
					err := f(ctx, i)
					if err != nil {
						cancel(err)
					}
					return i, err
				})
				if err != nil {
					failed = err
					break
				}
				futures = append(futures, future)
			}
			return all(context.WithoutCancel(ctx), futures, failed)
		})
	}}
}

// trySubmit tries until the queue of the pool has space.
func trySubmit(ctx context.Context, pool *parallel.Pool, fn func(context.Context) (int, error)) (*parallel.Future[int], error) {
	for {
		future, err := parallel.TrySubmit(ctx, pool, fn)
		if !errors.Is(err, parallel.ErrFull) {
			return future, err
		}
		parallel.Block(ctx, func() { time.Sleep(ms) })
	}
}

func stream(ctx context.Context, n int, f fault, opts ...parallel.StreamOption) error {
	for _, err := range parallel.Stream(ctx, parallel.Source(slices.Values(indices(n))),
		func(ctx context.Context, i int) (int, error) { return i, f(ctx, i) }, opts...) {
		if err != nil {
			return err
		}
	}
	return nil
}
