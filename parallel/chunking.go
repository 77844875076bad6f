package parallel

import "math/bits"

// Chunking says how a call over n items is cut for a number of workers: it
// returns the number of chunks, and where the k-th of them begins; at(chunks)
// is n. It is called once per call, with n ≥ 1. Chunks that are empty, or do not
// cover 0..n, are an [ErrOption], and so is a panic in the rule.
//
// The default, chunks whose size follows the measured cost of an item, is
// better than each of the rules below; they are here for work that was tuned
// for one of them, and for comparison.
type Chunking func(n, workers int) (chunks int, at func(k int) int)

// ChunkBy makes the call claim chunks by the given rule.
func ChunkBy(rule Chunking) Option {
	o := Option{name: "ChunkBy", value: rule}
	if rule == nil {
		o.err = ErrNilFunc
	}
	return o
}

// ChunksCPython is the rule of multiprocessing.Pool.map: four chunks for each
// worker, rounded up (CPython 3.11, Lib/multiprocessing/pool.py).
//
//	100 items, 4 workers: 14 chunks of 7 and one of 2
func ChunksCPython(n, workers int) (chunks int, at func(k int) int) {
	size := 1
	if workers <= n/4 { // else 4·workers may not even fit into an int
		size = (n-1)/(4*workers) + 1
	}
	chunks = (n-1)/size + 1
	return chunks, func(k int) int {
		if k == chunks {
			return n
		}
		return k * size
	}
}

// ChunksMpire is the rule of mpire: 64 chunks for each worker, whose sizes
// differ by one at most and interleave.
func ChunksMpire(n, workers int) (chunks int, at func(k int) int) {
	splits := n
	if workers <= n/64 {
		splits = 64 * workers
	}
	return splits, func(k int) int { return ceilDiv(k, n, splits) }
}

// ceilDiv returns ⌈k·n/d⌉ for k ≤ d, though k·n may not fit into an int: the
// first k of d interleaved chunks of n items hold so many.
func ceilDiv(k, n, d int) int {
	hi, lo := bits.Mul64(uint64(k), uint64(n))
	lo, carry := bits.Add64(lo, uint64(d-1), 0)
	q, _ := bits.Div64(hi+carry, lo, uint64(d))
	return int(q)
}

// ChunksStatic gives every worker one chunk of equal size, as
// numpy.array_split and pandarallel do; the borders are those of [Split].
func ChunksStatic(n, workers int) (chunks int, at func(k int) int) {
	workers = min(workers, n)
	return workers, func(k int) int { return splitAt(n, workers, k) }
}
