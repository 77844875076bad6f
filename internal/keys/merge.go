package keys

import (
	"context"
	"slices"

	"github.com/parframe/parframe/internal/chunk"
)

// SortFunc sorts items by the comparison, under which no two may be equal. spare must be as
// long as items. Pieces are sorted first and then merged in pairs. If the context ends,
// SortFunc returns its cause, and items have no useful content.
func SortFunc[E any](ctx context.Context, items, spare []E, compare func(a, b E) int) error {
	const piece = 1 << 10
	n := len(items)
	for lo := 0; lo < n; lo += piece {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		slices.SortFunc(items[lo:min(lo+piece, n)], compare)
	}
	from, to := items, spare[:n]
	for width := piece; width < n; width *= 2 {
		for lo := 0; lo < n; lo += piece {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			pair := lo / (2 * width) * 2 * width
			mid, end := min(pair+width, n), min(pair+2*width, n)
			mergePiece(to[lo:min(lo+piece, n)], from[pair:mid], from[mid:end], lo-pair, compare)
		}
		from, to = to, from
	}
	if n > 0 && &from[0] != &items[0] {
		return chunk.Blocks(ctx, 0, n, func(lo, hi int) { copy(items[lo:hi], from[lo:hi]) })
	}
	return nil
}

// mergePiece merges a and b, skips the first skip items of the result, and writes the next
// ones to dst.
func mergePiece[E any](dst, a, b []E, skip int, less func(a, b E) int) {
	// The number of skipped items that are from a is the least i such that a[i] comes after
	// b[skip-i-1].
	lo, hi := max(0, skip-len(b)), min(skip, len(a))
	for lo < hi {
		if m := (lo + hi) / 2; less(a[m], b[skip-m-1]) < 0 {
			lo = m + 1
		} else {
			hi = m
		}
	}
	i, j := lo, skip-lo
	for k := range dst {
		if j == len(b) || i < len(a) && less(a[i], b[j]) < 0 {
			dst[k] = a[i]
			i++
		} else {
			dst[k] = b[j]
			j++
		}
	}
}

// mergeRun is the number of merged items that are written in one piece. With comparisons
// of texts all over memory, that is a millisecond of work.
const mergeRun = 1 << 12
