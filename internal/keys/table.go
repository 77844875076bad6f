package keys

import (
	"bytes"
	"context"
	"math/bits"
	"math/rand/v2"
	"slices"
	"sync/atomic"

	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/internal/unset"
)

// A table numbers distinct keys in the order in which they are added. Keys are words of 64
// bits, or texts with the word that [textWord] gives them. Null is a key without a slot.
//
// The table probes linearly and is at most half full, so that nearly every row needs one
// cache line.
type table struct {
	text   bool // keys are texts
	shift  uint8
	mul    uint64   // of spread: golden, or a random odd number
	slots  []slot   // a power of two
	words  []uint64 // of each number
	texts  [][]byte // of each number, if keys are texts
	firsts []int    // of each number, the row that added it
	null   int32    // the number of null, or -1
	ctx    context.Context
	cut    error // why the table was emptied; its numbers are then meaningless
}

// A slot has a key's word and number.
type slot struct {
	word uint64
	code int32 // the number plus 1, or 0 for an empty slot
}

// newTable returns an empty table, for work whose results are discarded once the context
// has ended.
func newTable(ctx context.Context, text bool) *table {
	t := &table{text: text, ctx: ctx, mul: golden}
	t.reset()
	return t
}

// reset empties the table.
func (t *table) reset() {
	const size = 8 // bits
	t.slots, t.shift, t.null = make([]slot, 1<<size), 64-size, -1
	t.words, t.texts, t.firsts = nil, nil, nil
}

// golden is 2⁶⁴ divided by the golden ratio. Multiplying by it spreads consecutive words
// more evenly than a hash would (Knuth, The Art of Computer Programming, volume 3, 6.4).
const golden = 0x9e3779b97f4a7c15

// spread returns where in the table the word belongs: the upper bits, which depend on all
// bits of the word, since keys are often small numbers, multiples, or floats whose lower
// bits are zeros.
func (t *table) spread(word uint64) uint64 { return (word ^ word>>32) * t.mul }

// farthest is the number of slots that a key may be behind its own. In a table that is
// at most half full no key comes near it, unless keys were chosen to collide. Then the
// table takes a random multiplier: for any two words only few of these collide.
const farthest = 1000

// textWord returns the word of a text: up to seven bytes and the length, which only that
// text has, or the hash of a longer text, with the highest bit set. The hash is seeded
// for each process, since nothing else would keep texts that were chosen to collide
// from being compared with each other.
func textWord(b []byte) uint64 {
	if len(b) > 7 {
		return hashText(b, seed) | 1<<63
	}
	w := uint64(len(b)) << 56
	for i, x := range b {
		w |= uint64(x) << (8 * i)
	}
	return w
}

// seed is the same for all tables of a process, so that they can be merged.
var seed = rand.Uint64()

// isShort reports whether the word of a text has all its bytes.
func isShort(word uint64) bool { return word>>63 == 0 }

// slot returns the slot of the key, or the empty slot in which it would be put, and how
// far that is behind the first slot for its word.
func (t *table) slot(word uint64, text []byte) (s *slot, far uint64) {
	first := t.spread(word) >> t.shift
	for ; ; far++ {
		s := &t.slots[(first+far)&uint64(len(t.slots)-1)]
		if s.code == 0 || s.word == word && (!t.text || isShort(word) || bytes.Equal(t.texts[s.code-1], text)) {
			return s, far
		}
	}
}

// word is put or find of a word, for loops over rows that have looked at the first slot
// themselves. Nearly always that slot has the word, and a call would cost more.
func (t *table) word(word uint64, row int, put bool) int32 {
	if put {
		return t.put(word, nil, row)
	}
	return t.find(word, nil)
}

// put returns the number of the key. If the table does not have the key, put adds it, with
// row as its first row.
func (t *table) put(word uint64, text []byte, row int) int32 {
	s, far := t.slot(word, text)
	switch {
	case s.code != 0:
		return s.code - 1
	case 2*len(t.firsts) >= len(t.slots):
		t.rehash(4 * len(t.slots))
		s, _ = t.slot(word, text)
	case far > farthest && t.mul == golden:
		t.mul = rand.Uint64() | 1
		t.rehash(len(t.slots))
		s, _ = t.slot(word, text)
	}
	code := t.add(word, text, row)
	s.word, s.code = word, code+1
	return code
}

// add appends a key and returns its number.
func (t *table) add(word uint64, text []byte, row int) int32 {
	t.words = append(t.words, word)
	if t.text {
		t.texts = append(t.texts, text)
	}
	t.firsts = append(t.firsts, row)
	return int32(len(t.firsts) - 1)
}

// putNull is put of null.
func (t *table) putNull(row int) int32 {
	if t.null < 0 {
		t.null = t.add(0, nil, row)
	}
	return t.null
}

// find returns the number of the key, or -1 if the table does not have it. Any number of
// goroutines may call it at the same time while no key is added.
func (t *table) find(word uint64, text []byte) int32 {
	s, _ := t.slot(word, text)
	return s.code - 1
}

// rehash puts the keys into n slots. If the context has ended, it empties the table
// instead and sets cut: callers may add a few more keys before they check it.
func (t *table) rehash(n int) {
	if t.cut != nil {
		t.reset()
		return
	}
	old := t.slots
	t.slots = unset.Make[slot](n)
	t.shift = uint8(64 - bits.TrailingZeros(uint(n)))
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
			i := t.spread(s.word) >> t.shift
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

// merge adds keys lo to hi of other to t, and writes their numbers in t to codes. A key of
// both tables gets the lower of its first rows.
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

// byFirst returns the number of each key of t in the order of their first rows, or nil if
// the keys have these numbers.
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
