package parallel

import (
	"context"

	"github.com/parframe/parframe/internal/engine"
)

// Range runs fn over consecutive ranges that cover 0..n, with each row in exactly
// one of them. It is for loops that work on a range at a time, to use one buffer
// for it or to write one part of a result.
//
//	Range(0..n, func(lo, hi)) error
//
// Ranges are handed out in ascending order. Their size follows the measured
// cost of a row, about 1 ms of work each, or is set by [ChunkSize]; with
// [Partitions] there are that many of equal length. What fn writes must
// therefore depend on the rows, never on where a range begins.
//
// An error, a panic or a Goexit is reported as a [RowError] for the range's
// first row. If n is 0 fn is not called. Range takes any [Option], ChunkSize,
// Partitions, [Seed] and [WorkerState].
func Range(ctx context.Context, n int, fn func(ctx context.Context, lo, hi int) error, opts ...ItemOption) error {
	c, err := itemCall[none]("parallel.Range", opts, fn == nil, engine.RangeOptions)
	if err != nil {
		return err
	}
	return run(ctx, c, n, func() error {
		return c.Range(n, func(w *engine.Worker, lo, hi int) (int, error) { return hi, fn(w, lo, hi) })
	})
}
