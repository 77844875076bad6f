package parallel

// Split returns the k-th of parts equal consecutive ranges of 0..n: the first
// n%parts ranges hold one row more than the others, as numpy.array_split does.
//
//	Split(10, 3, 0) = 0, 4    Split(10, 3, 1) = 4, 7    Split(10, 3, 2) = 7, 10
func Split(n, parts, k int) (lo, hi int) {
	q, r := n/parts, n%parts
	lo = k*q + min(k, r)
	hi = lo + q
	if k < r {
		hi++
	}
	return lo, hi
}
