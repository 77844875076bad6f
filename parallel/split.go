package parallel

// Split returns the k-th of parts equal consecutive ranges of 0..n: the first
// n%parts ranges hold one row more than the others, as numpy.array_split does.
//
//	Split(10, 3, 0) = 0, 4    Split(10, 3, 1) = 4, 7    Split(10, 3, 2) = 7, 10
//
// It panics unless parts is 1 or more.
func Split(n, parts, k int) (lo, hi int) {
	return splitAt(n, parts, k), splitAt(n, parts, k+1)
}

// splitAt returns where the k-th range begins.
func splitAt(n, parts, k int) int {
	q, r := n/parts, n%parts
	return k*q + min(k, r)
}
