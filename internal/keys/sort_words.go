package keys

import "slices"

// before reports whether item a comes before item b by null, word and row.
func before(a, b *sortItem) bool {
	switch {
	case a.null != b.null:
		return a.null < b.null
	case a.word != b.word:
		return a.word < b.word
	}
	return a.row < b.row
}

// radixFrom is the number of items from which a radix sort is faster than a sort by
// comparisons, by BenchmarkSortWords.
const radixFrom = 256

// sortWords sorts items, whose rows ascend, by null, word and row.
func sortWords(items, spare []sortItem) {
	if len(items) < radixFrom {
		compareSort(items, spare)
	} else {
		radixSort(items, spare)
	}
}

// compareSort is sortWords by comparisons.
func compareSort(items, _ []sortItem) {
	slices.SortFunc(items, func(a, b sortItem) int {
		if before(&a, &b) {
			return -1
		}
		return 1 // no two are equal
	})
}

// radixSort is sortWords byte by byte, from the lowest byte of the word to null. Each pass
// keeps the order of the pass before.
func radixSort(items, spare []sortItem) {
	var counts [9][256]int32
	for i := range items {
		w := items[i].word
		for b := range 8 {
			counts[b][byte(w>>(8*b))]++
		}
		counts[8][byte(items[i].null+1)]++
	}
	from, to := items, spare[:len(items)]
	for b := range counts {
		count := &counts[b]
		if int(count[digit(&items[0], b)]) == len(items) {
			continue // all items have the same
		}
		at := int32(0)
		for d, n := range count {
			count[d], at = at, at+n
		}
		if b == 8 {
			for i := range from {
				d := digit(&from[i], 8)
				to[count[d]] = from[i]
				count[d]++
			}
		} else {
			for i := range from {
				d := byte(from[i].word >> (8 * b))
				to[count[d]] = from[i]
				count[d]++
			}
		}
		from, to = to, from
	}
	if &from[0] != &items[0] {
		copy(items, from)
	}
}

// digit returns byte b of the item's word, or for 8 a byte that is ordered as null is.
func digit(item *sortItem, b int) byte {
	if b == 8 {
		return byte(item.null + 1)
	}
	return byte(item.word >> (8 * b))
}

// mergeWords is mergePiece by null, word and row, without a call for each comparison.
func mergeWords(dst, a, b []sortItem, skip int) {
	lo, hi := max(0, skip-len(b)), min(skip, len(a))
	for lo < hi {
		if m := (lo + hi) / 2; before(&a[m], &b[skip-m-1]) {
			lo = m + 1
		} else {
			hi = m
		}
	}
	a, b = a[lo:], b[skip-lo:]
	for len(dst) > 0 && len(a) > 0 && len(b) > 0 {
		if before(&a[0], &b[0]) {
			dst[0], a = a[0], a[1:]
		} else {
			dst[0], b = b[0], b[1:]
		}
		dst = dst[1:]
	}
	copy(dst[copy(dst, a):], b)
}

// A sortItem is a row and its word under one key. Most comparisons need nothing else.
type sortItem struct {
	word uint64
	row  int32
	null int8 // 0 for a value, -1 for a null before all values, 1 for one after them
}
