package parallel

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
	chunks = 4 * min(workers, n) // as many as that do not fit into an int
	size := (n + chunks - 1) / chunks
	return (n + size - 1) / size, func(k int) int { return min(k*size, n) }
}

// ChunksMpire is the rule of mpire: 64 chunks for each worker, whose sizes
// differ by one at most and interleave.
func ChunksMpire(n, workers int) (chunks int, at func(k int) int) {
	return ceilSplits(n, 64*min(workers, n))
}

// ceilSplits cuts n items into splits chunks where the first k hold ⌈k·n/splits⌉.
func ceilSplits(n, splits int) (chunks int, at func(k int) int) {
	splits = min(splits, n)
	q, r := n/splits, n%splits // k·n may not fit into an int
	return splits, func(k int) int { return k*q + (k*r+splits-1)/splits }
}

// ChunksStatic gives every worker one chunk of equal size, as
// numpy.array_split and pandarallel do; the borders are those of [Split].
func ChunksStatic(n, workers int) (chunks int, at func(k int) int) {
	workers = min(workers, n)
	return workers, func(k int) int { return splitAt(n, workers, k) }
}
