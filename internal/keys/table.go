package keys

import (
	"bytes"
	"context"
	"hash/maphash"
	"slices"
	"sync/atomic"

	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/internal/unset"
)

// table numbers distinct keys in the order in which they are put in. Null
// is a key. Keys are words of 64 bits, or texts that [textWord] gives words.
//
// Linear probing at most half full: one cache line for nearly every row.
type table struct {
	text   bool
	shift  uint8
	slots  []slot   // a power of two
	words  []uint64 // of each number
	texts  [][]byte // of each number
	firsts []int    // row with which the number came
	null   int32    // the number of null, -1 for none
	ctx    context.Context
	cut    error // why the table was emptied, and has numbers of no meaning
}

type slot struct {
	word uint64
	code int32 // number+1, 0 for an empty slot
}

// newTable returns an empty table, for work that nobody needs once the context
// has ended.
func newTable(ctx context.Context, text bool) *table {
	t := &table{text: text, ctx: ctx}
	t.reset()
	return t
}

func (t *table) reset() {
	const bits = 8
	t.slots, t.shift, t.null = make([]slot, 1<<bits), 64-bits, -1
	t.words, t.texts, t.firsts = nil, nil, nil
}

// spread makes the upper bits depend on all bits of the word: keys are often
// small numbers, multiples, or floats with nothing but zeros below.
func spread(word uint64) uint64 { return (word ^ word>>32) * 0x9e3779b97f4a7c15 }

// textWord gives texts of up to seven bytes words of their own, bytes and
// length, and longer ones hashes, with the highest bit set.
func textWord(b []byte) uint64 {
	if len(b) > 7 {
		return maphash.Bytes(keySeed, b) | 1<<63
	}
	w := uint64(len(b)) << 56
	for i, x := range b {
		w |= uint64(x) << (8 * i)
	}
	return w
}

// isShort reports whether the word of a text is the text.
func isShort(word uint64) bool { return word>>63 == 0 }

// slot returns the slot of the key, or the empty one where it belongs.
func (t *table) slot(word uint64, text []byte) *slot {
	for i := spread(word) >> t.shift; ; i++ {
		s := &t.slots[i&uint64(len(t.slots)-1)]
		if s.code == 0 || s.word == word && (!t.text || isShort(word) || bytes.Equal(t.texts[s.code-1], text)) {
			return s
		}
	}
}

// word is put or find of a word, for loops over rows that have looked at the
// first slot themselves: nearly always that is it, and a call would cost more.
func (t *table) word(word uint64, row int, put bool) int32 {
	if put {
		return t.put(word, nil, row)
	}
	return t.find(word, nil)
}

// put returns the number of the key, a new one if it was not there.
func (t *table) put(word uint64, text []byte, row int) int32 {
	s := t.slot(word, text)
	if s.code != 0 {
		return s.code - 1
	}
	if 2*len(t.firsts) >= len(t.slots) {
		t.grow()
		s = t.slot(word, text)
	}
	code := t.add(word, text, row)
	s.word, s.code = word, code+1
	return code
}

func (t *table) add(word uint64, text []byte, row int) int32 {
	t.words = append(t.words, word)
	if t.text {
		t.texts = append(t.texts, text)
	}
	t.firsts = append(t.firsts, row)
	return int32(len(t.firsts) - 1)
}

// putNull returns the number of null.
func (t *table) putNull(row int) int32 {
	if t.null < 0 {
		t.null = t.add(0, nil, row)
	}
	return t.null
}

// find returns the number of the key, -1 if it is not there. It may be called
// by any number of goroutines while nobody puts anything in.
func (t *table) find(word uint64, text []byte) int32 { return t.slot(word, text).code - 1 }

// grow makes room for more keys. If the context has ended, a large table is emptied
// instead of grown, and cut is set: callers may put a few more keys before they check it.
func (t *table) grow() {
	if t.cut != nil {
		t.reset()
		return
	}
	old := t.slots
	t.slots = unset.Make[slot](4 * len(old))
	t.shift -= 2
	err := chunk.Blocks(t.ctx, 0, len(t.slots), func(lo, hi int) { clear(t.slots[lo:hi]) })
	if err != nil {
		t.cut = err
		t.reset()
		return
	}
	err = chunk.Blocks(t.ctx, 0, len(old), func(lo, hi int) {
		for _, s := range old[lo:hi] {
			if s.code == 0 {
				continue
			}
			i := spread(s.word) >> t.shift
			for t.slots[i&uint64(len(t.slots)-1)].code != 0 {
				i++
			}
			t.slots[i&uint64(len(t.slots)-1)] = s
		}
	})
	if err != nil {
		t.cut = err
		t.reset()
	}
}

// merge puts in the keys lo..hi of other, and their numbers here into codes. A
// number keeps the lower of its first rows.
func (t *table) merge(other *table, codes []int32, lo, hi int) {
	for k := lo; k < hi; k++ {
		row := other.firsts[k]
		switch {
		case int32(k) == other.null:
			codes[k] = t.putNull(row)
		case t.text:
			codes[k] = t.put(other.words[k], other.texts[k], row)
		default:
			codes[k] = t.put(other.words[k], nil, row)
		}
		t.firsts[codes[k]] = min(t.firsts[codes[k]], row)
	}
}

// byFirst returns the numbers that keys have in the order of their first
// rows, nil if these are the numbers they have.
func byFirst(t *table, w Workers) ([]int32, error) {
	items := unset.Make[sortItem](len(t.firsts))
	var moves atomic.Bool
	err := w.Ranges(len(items), func(_ context.Context, lo, hi int) error {
		for k := lo; k < hi; k++ {
			items[k] = sortItem{word: uint64(t.firsts[k]), row: int32(k)}
		}
		if !slices.IsSorted(t.firsts[max(lo-1, 0):hi]) {
			moves.Store(true)
		}
		return nil
	})
	if err != nil || !moves.Load() {
		return nil, err
	}
	items, err = sorter{w}.mergeSort(items, unset.Make[sortItem](len(items)))
	if err != nil {
		return nil, err
	}
	numbers := unset.Make[int32](len(items))
	return numbers, w.Ranges(len(items), func(_ context.Context, lo, hi int) error {
		for k := lo; k < hi; k++ {
			numbers[items[k].row] = int32(k)
		}
		return nil
	})
}
