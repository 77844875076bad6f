package parallel

import "context"

// Args2 is a pair of arguments for [Starmap2].
type Args2[A, B any] struct {
	A A
	B B
}

// Args3 is a triple of arguments for [Starmap3].
type Args3[A, B, C any] struct {
	A A
	B B
	C C
}

// Starmap2 is [Map] for a function of two arguments.
//
//	Starmap2([](A, B), func(A, B) R) []R
func Starmap2[A, B, R any](ctx context.Context, args []Args2[A, B], fn func(ctx context.Context, a A, b B) (R, error), opts ...ItemOption) ([]R, error) {
	return mapCall(ctx, "parallel.Starmap2", args, spread2(fn), opts)
}

// Starmap3 is [Map] for a function of three arguments.
//
//	Starmap3([](A, B, C), func(A, B, C) R) []R
func Starmap3[A, B, C, R any](ctx context.Context, args []Args3[A, B, C], fn func(ctx context.Context, a A, b B, c C) (R, error), opts ...ItemOption) ([]R, error) {
	return mapCall(ctx, "parallel.Starmap3", args, spread3(fn), opts)
}

// StarmapAsync2 is [Starmap2] as a task of the pool; see [MapAsync].
func StarmapAsync2[A, B, R any](ctx context.Context, pool *Pool, args []Args2[A, B], fn func(ctx context.Context, a A, b B) (R, error), opts ...ItemOption) (*Future[[]R], error) {
	return mapAsync(ctx, "parallel.StarmapAsync2", pool, args, spread2(fn), opts)
}

// StarmapAsync3 is [Starmap3] as a task of the pool; see [MapAsync].
func StarmapAsync3[A, B, C, R any](ctx context.Context, pool *Pool, args []Args3[A, B, C], fn func(ctx context.Context, a A, b B, c C) (R, error), opts ...ItemOption) (*Future[[]R], error) {
	return mapAsync(ctx, "parallel.StarmapAsync3", pool, args, spread3(fn), opts)
}

func spread2[A, B, R any](fn func(context.Context, A, B) (R, error)) func(context.Context, Args2[A, B]) (R, error) {
	if fn == nil {
		return nil
	}
	return func(ctx context.Context, x Args2[A, B]) (R, error) { return fn(ctx, x.A, x.B) }
}

func spread3[A, B, C, R any](fn func(context.Context, A, B, C) (R, error)) func(context.Context, Args3[A, B, C]) (R, error) {
	if fn == nil {
		return nil
	}
	return func(ctx context.Context, x Args3[A, B, C]) (R, error) { return fn(ctx, x.A, x.B, x.C) }
}
