package keys

import (
	"cmp"
	"context"
	"slices"

	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/internal/unset"
)

// sorter sorts items key by key: all of them by the words of the first key,
// then those with equal words by the second, and so on. So the second key is
// only looked at where it decides, and rows are compared by words that lie
// beside each other in memory.
type sorter struct{ Workers }

// sort sorts the items, which hold the words of by[0] and come with ascending
// rows, and returns them: where they were or in spare, which is as long.
func (s sorter) sort(items, spare []sortItem, by []By) ([]sortItem, error) {
	ctx := s.Context()
	sorted, err := s.mergeSort(items, spare)
	if err != nil || len(by) == 1 && by[0].tie == nil {
		return sorted, err
	}
	if len(sorted) > 0 && &sorted[0] != &items[0] {
		items, spare = spare, items
	}
	var large, small [][2]int32
	err = eachTie(ctx, items, func(lo, hi int) {
		if hi-lo > sortRun {
			large = append(large, [2]int32{int32(lo), int32(hi)})
		} else {
			small = append(small, [2]int32{int32(lo), int32(hi)})
		}
	})
	if err != nil {
		return nil, err
	}
	err = s.Ranges(len(small), func(ctx context.Context, lo, hi int) error {
		for _, t := range small[lo:hi] {
			if err := sortTie(ctx, items[t[0]:t[1]], spare[t[0]:t[1]], by); err != nil {
				return err
			}
		}
		return nil
	})
	for _, t := range large {
		if err == nil {
			err = s.sortLargeTie(items[t[0]:t[1]], spare[t[0]:t[1]], by)
		}
	}
	return items, err
}

// sortLargeTie sorts items that are equal in the words of by[0], on all cores.
func (s sorter) sortLargeTie(items, spare []sortItem, by []By) error {
	var sorted []sortItem
	var err error
	switch {
	case by[0].tie != nil && items[0].null == 0:
		sorted, err = s.mergeTexts(items, spare, by)
	case len(by) == 1:
		return nil
	default:
		if err = s.load(items, &by[1]); err == nil {
			sorted, err = s.sort(items, spare, by[1:])
		}
	}
	if err == nil && &sorted[0] != &items[0] {
		err = s.Ranges(len(items), func(_ context.Context, lo, hi int) error {
			copy(items[lo:hi], sorted[lo:hi])
			return nil
		})
	}
	return err
}

// load gives the items the words of a key.
func (s sorter) load(items []sortItem, k *By) error {
	return s.Ranges(len(items), func(_ context.Context, lo, hi int) error {
		loadItems(items[lo:hi], k)
		return nil
	})
}

func loadItems(items []sortItem, k *By) {
	for i := range items {
		it := &items[i]
		it.word, it.null = 0, 0
		k.item(it)
	}
}

// sortTie sorts items that are equal in the words of by[0].
func sortTie(ctx context.Context, items, spare []sortItem, by []By) error {
	if by[0].tie != nil && items[0].null == 0 {
		return SortFunc(ctx, items, spare, func(a, b sortItem) int { return compareItems(a, b, by) })
	}
	if by = by[1:]; len(by) == 0 {
		return nil
	}
	loadItems(items, &by[0])
	sortWords(items, spare)
	if len(by) == 1 && by[0].tie == nil {
		return nil
	}
	var err error
	ended := eachTie(ctx, items, func(lo, hi int) {
		if err == nil {
			err = sortTie(ctx, items[lo:hi], spare[lo:hi], by)
		}
	})
	return cmp.Or(err, ended)
}

// eachTie calls fn for all runs of two or more items with equal words, until the
// context ends.
func eachTie(ctx context.Context, items []sortItem, fn func(lo, hi int)) error {
	from := 0
	return chunk.Blocks(ctx, 1, len(items)+1, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			if i < len(items) {
				if a, b := &items[i-1], &items[i]; a.word == b.word && a.null == b.null {
					continue
				}
			}
			if i-from > 1 {
				fn(from, i)
			}
			from = i
		}
	})
}

// SortFunc sorts with the comparison, of which no two are equal, until the context
// ends: pieces first, which are then merged in pairs. spare is as long as items.
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

// before reports whether an item comes before another by null, word and row.
func before(a, b *sortItem) bool {
	switch {
	case a.null != b.null:
		return a.null < b.null
	case a.word != b.word:
		return a.word < b.word
	}
	return a.row < b.row
}

// radixFrom is how many items a radix sort takes less time for than a
// comparing one, by BenchmarkSortWords.
const radixFrom = 256

// sortWords sorts items by null, word and row; they come with ascending rows.
func sortWords(items, spare []sortItem) {
	if len(items) < radixFrom {
		compareSort(items, spare)
	} else {
		radixSort(items, spare)
	}
}

func compareSort(items, _ []sortItem) {
	slices.SortFunc(items, func(a, b sortItem) int {
		if before(&a, &b) {
			return -1
		}
		return 1 // no two are equal
	})
}

// radixSort sorts byte by byte from the lowest, and by null at the end. Each
// pass keeps the order of the one before.
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
			continue // the same in all
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

func digit(it *sortItem, b int) byte {
	if b == 8 {
		return byte(it.null + 1)
	}
	return byte(it.word >> (8 * b))
}

// mergeSort sorts items by null, word and row: runs first, which are then
// merged in pairs. No two are equal, so that the pieces into which merges are
// cut do not show.
func (s sorter) mergeSort(items, spare []sortItem) ([]sortItem, error) {
	sort := func(_ context.Context, items, spare []sortItem) error { sortWords(items, spare); return nil }
	return s.merged(items, spare, sort, mergeWords)
}

// mergeTexts is mergeSort by all that the keys say.
func (s sorter) mergeTexts(items, spare []sortItem, by []By) ([]sortItem, error) {
	less := func(a, b sortItem) int { return compareItems(a, b, by) }
	return s.merged(items, spare, func(ctx context.Context, items, spare []sortItem) error { return SortFunc(ctx, items, spare, less) },
		func(dst, a, b []sortItem, skip int) { mergePiece(dst, a, b, skip, less) })
}

func (s sorter) merged(items, spare []sortItem, sortOne func(ctx context.Context, items, spare []sortItem) error, merge func(dst, a, b []sortItem, skip int)) ([]sortItem, error) {
	n := len(items)
	runs := (n + sortRun - 1) / sortRun
	err := s.Ranges(runs, func(ctx context.Context, lo, hi int) error {
		for k := lo; k < hi; k++ {
			end := min((k+1)*sortRun, n)
			if err := sortOne(ctx, items[k*sortRun:end], spare[k*sortRun:end]); err != nil {
				return err
			}
		}
		return nil
	})
	for width := sortRun; width < n && err == nil; width *= 2 {
		// Output pieces of equal length: the last merge, of two halves, has as
		// many as the first.
		err = s.Ranges((n+mergeRun-1)/mergeRun, func(_ context.Context, lo, hi int) error {
			for k := lo; k < hi; k++ {
				from := k * mergeRun
				pair := from / (2 * width) * 2 * width
				mid, end := min(pair+width, n), min(pair+2*width, n)
				merge(spare[from:min(from+mergeRun, n)], items[pair:mid], items[mid:end], from-pair)
			}
			return nil
		})
		items, spare = spare, items
	}
	return items, err
}

// mergeWords is mergePiece by null, word and row.
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

// By is a column's order, and which way round rows go by it.
type By struct {
	*Order
	Desc       bool // the greatest value first
	NullsFirst bool // whichever way the values go
}

// sortItem is a row with what the first key says of it: most comparisons are
// settled without looking anywhere else.
type sortItem struct {
	word uint64
	row  int32
	null int8 // -1, 0, 1: where a null belongs, against the values' 0
}

func (k *By) item(it *sortItem) {
	row := int(it.row)
	if k.IsNull(row) {
		it.null = 1
		if k.NullsFirst {
			it.null = -1
		}
		return
	}
	if it.word = k.Words[row]; k.Desc {
		it.word = ^it.word
	}
}

// compareItems compares two rows by all keys, and then by their numbers.
func compareItems(a, b sortItem, by []By) int {
	switch {
	case a.null != b.null:
		return int(a.null) - int(b.null)
	case a.word < b.word:
		return -1
	case a.word > b.word:
		return 1
	}
	i, j := int(a.row), int(b.row)
	if a.null == 0 && by[0].tie != nil {
		if d := by[0].tie(i, j); d != 0 {
			return by[0].directed(d)
		}
	}
	for k := range by[1:] {
		key := &by[k+1]
		x, y := key.IsNull(i), key.IsNull(j)
		switch {
		case x && y:
		case x || y:
			if x == key.NullsFirst {
				return -1
			}
			return 1
		default:
			if d := key.Compare(i, j); d != 0 {
				return key.directed(d)
			}
		}
	}
	return i - j
}

func (k *By) directed(d int) int {
	if k.Desc {
		return -d
	}
	return d
}

// sortRun is how many rows are sorted in one piece; runs are then merged in
// pairs.
const sortRun = 1 << 15

// mergeRun is how many merged items are written in one piece: comparing texts that lie
// anywhere in memory, that is a millisecond of work.
const mergeRun = 1 << 12

// mergePiece writes that part of the merged a and b that begins skip items
// from their start.
func mergePiece[E any](dst, a, b []E, skip int, less func(a, b E) int) {
	// How many of the skipped ones are of a: the least i such that a[i] comes
	// behind b[skip-i-1].
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

// Sort returns the numbers of n rows in the order of the first key, those that
// are equal in it in the order of the second, and so on; rows that are equal in all
// keys stay in their order.
func Sort(w Workers, n int, by []By) ([]int32, error) {
	items, spare := unset.Make[sortItem](n), []sortItem(nil)
	err := w.Ranges(n, func(_ context.Context, lo, hi int) error {
		for row := lo; row < hi; row++ {
			items[row] = sortItem{row: int32(row)}
			if len(by) > 0 {
				by[0].item(&items[row])
			}
		}
		return nil
	})
	if err == nil && len(by) > 0 {
		spare = unset.Make[sortItem](n)
		items, err = sorter{w}.sort(items, spare, by)
	}
	if err != nil {
		return nil, err
	}
	rows := unset.Make[int32](len(items))
	return rows, w.Ranges(len(items), func(_ context.Context, lo, hi int) error {
		for k := lo; k < hi; k++ {
			rows[k] = items[k].row
		}
		return nil
	})
}
