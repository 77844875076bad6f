package chunk

import "context"

// Blocks calls fn for blocks of lo..hi until the context ends. A block is well below a
// millisecond of cheap work. The error is the cause of the end.
func Blocks(ctx context.Context, lo, hi int, fn func(lo, hi int)) error {
	const block = 1 << 14
	for ; lo < hi; lo += block {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		fn(lo, min(lo+block, hi))
	}
	return nil
}
