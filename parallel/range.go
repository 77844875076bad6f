package parallel

import "context"

// Range runs fn over consecutive ranges that cover 0..n, each row in exactly
// one of them. It is the engine under everything else in this package, for
// loops that want to see a range: to hoist a buffer out of it, or to write
// one part of a result.
//
//	Range(0..n, func(lo, hi)) error
//
// Ranges are handed out in ascending order. Their size follows the measured
// cost of a row, about 1 ms of work each, or is that of [ChunkSize]; with
// [Partitions] there are that many of equal length. What fn writes must
// therefore depend on the rows, never on where a range begins.
//
// An error, a panic or a Goexit is reported as a [RowError] for the range's
// first row, or for the one that fn noted in [Cursor]. n == 0 calls nothing.
func Range(ctx context.Context, n int, fn func(ctx context.Context, lo, hi int) error, opts ...Option) error {
	p, err := Prepare("parallel.Range", opts, "ChunkSize", "ChunkBy", "Partitions")
	if err != nil {
		return err
	}
	return p.Range(ctx, n, fn)
}
