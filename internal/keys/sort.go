package keys

import (
	"cmp"
	"context"

	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/internal/unset"
)

// A sorter sorts items key by key: all items by the words of the first key, then items
// with equal words by the second key, and so on. The second key is read only where it
// decides, and the words that are compared are adjacent in memory.
type sorter struct{ Workers }

// sort sorts the items, which hold the words of by[0] and whose rows ascend. It returns
// them in the memory of items or of spare, which has the same length.
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

// sortLargeTie sorts items whose words of by[0] are equal, on all workers.
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

// load sets the words of the items to the words of the key.
func (s sorter) load(items []sortItem, k *By) error {
	return s.Ranges(len(items), func(_ context.Context, lo, hi int) error {
		loadItems(items[lo:hi], k)
		return nil
	})
}

// loadItems is load on one goroutine.
func loadItems(items []sortItem, k *By) {
	for i := range items {
		it := &items[i]
		it.word, it.null = 0, 0
		k.item(it)
	}
}

// sortTie sorts items whose words of by[0] are equal, on one goroutine.
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

// eachTie calls fn for each longest run of two or more items with equal words, until the
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

// mergeSort sorts items by null, word and row: runs first, which are then merged in pairs.
// No two items are equal, so the result does not depend on how merges are cut into pieces.
func (s sorter) mergeSort(items, spare []sortItem) ([]sortItem, error) {
	sort := func(_ context.Context, items, spare []sortItem) error { sortWords(items, spare); return nil }
	return s.merged(items, spare, sort, mergeWords)
}

// mergeTexts is mergeSort by all keys, with their ties.
func (s sorter) mergeTexts(items, spare []sortItem, by []By) ([]sortItem, error) {
	less := func(a, b sortItem) int { return compareItems(a, b, by) }
	return s.merged(items, spare, func(ctx context.Context, items, spare []sortItem) error { return SortFunc(ctx, items, spare, less) },
		func(dst, a, b []sortItem, skip int) { mergePiece(dst, a, b, skip, less) })
}

// merged sorts runs with sortOne, and merges them in pairs with merge, which writes one
// piece of a merge. It returns the items in the memory of items or of spare.
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
		// The output is cut into pieces of equal length, so that the last merge, of two
		// halves, has as many pieces as the first.
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

// By is a key to sort by: the order of a column, and its direction.
type By struct {
	*Order
	Desc       bool // the greatest value first
	NullsFirst bool // nulls before all values, in either direction
}

// item sets the word and null of an item, which must be 0, from its row.
func (k *By) item(item *sortItem) {
	row := int(item.row)
	if k.IsNull(row) {
		item.null = 1
		if k.NullsFirst {
			item.null = -1
		}
		return
	}
	if item.word = k.Words[row]; k.Desc {
		item.word = ^item.word
	}
}

// compareItems compares two items, which hold the words of by[0], by all keys, and then by
// the numbers of their rows.
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

// directed returns a comparison of values, reversed if the order is descending.
func (k *By) directed(d int) int {
	if k.Desc {
		return -d
	}
	return d
}

// sortRun is the number of rows that are sorted in one piece. Such runs are then merged in
// pairs.
const sortRun = 1 << 15

// Sort returns the numbers of n rows, sorted by the first key, where that is equal by the
// second, and so on. Rows that are equal in all keys keep their order. n must fit int32.
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
