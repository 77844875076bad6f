package frame

import (
	"bytes"
	"hash/maphash"
	"slices"
)

// keyTable numbers distinct keys in the order in which they are put in. Null
// is a key. Keys are words of 64 bits, or texts that [textWord] gives words.
//
// Linear probing at most half full: one cache line for nearly every row.
type keyTable struct {
	text   bool
	shift  uint8
	slots  []keySlot // a power of two
	words  []uint64  // of each number
	texts  [][]byte  // of each number
	firsts []int     // row with which the number came
	null   int32     // the number of null, -1 for none
}

type keySlot struct {
	word uint64
	code int32 // number+1, 0 for an empty slot
}

func newKeyTable(text bool) *keyTable {
	const bits = 8
	return &keyTable{text: text, null: -1, slots: make([]keySlot, 1<<bits), shift: 64 - bits}
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

// isShort says whether the word of a text is the text.
func isShort(word uint64) bool { return word>>63 == 0 }

// slot returns the slot of the key, or the empty one where it belongs.
func (t *keyTable) slot(word uint64, text []byte) *keySlot {
	for i := spread(word) >> t.shift; ; i++ {
		s := &t.slots[i&uint64(len(t.slots)-1)]
		if s.code == 0 || s.word == word && (!t.text || isShort(word) || bytes.Equal(t.texts[s.code-1], text)) {
			return s
		}
	}
}

// word is put or find of a word, for loops over rows that have looked at the
// first slot themselves: nearly always that is it, and a call would cost more.
func (t *keyTable) word(word uint64, row int, put bool) int32 {
	if put {
		return t.put(word, nil, row)
	}
	return t.find(word, nil)
}

// put returns the number of the key, a new one if it was not there.
func (t *keyTable) put(word uint64, text []byte, row int) int32 {
	s := t.slot(word, text)
	if s.code != 0 {
		return s.code - 1
	}
	code := t.add(word, text, row)
	s.word, s.code = word, code+1
	if 2*len(t.firsts) > len(t.slots) {
		t.grow()
	}
	return code
}

func (t *keyTable) add(word uint64, text []byte, row int) int32 {
	t.words = append(t.words, word)
	if t.text {
		t.texts = append(t.texts, text)
	}
	t.firsts = append(t.firsts, row)
	return int32(len(t.firsts) - 1)
}

// putNull returns the number of null.
func (t *keyTable) putNull(row int) int32 {
	if t.null < 0 {
		t.null = t.add(0, nil, row)
	}
	return t.null
}

// find returns the number of the key, -1 if it is not there. It may be called
// by any number of goroutines while nobody puts anything in.
func (t *keyTable) find(word uint64, text []byte) int32 { return t.slot(word, text).code - 1 }

func (t *keyTable) grow() {
	old := t.slots
	t.slots = make([]keySlot, 4*len(old))
	t.shift -= 2
	for _, s := range old {
		if s.code == 0 {
			continue
		}
		i := spread(s.word) >> t.shift
		for t.slots[i&uint64(len(t.slots)-1)].code != 0 {
			i++
		}
		t.slots[i&uint64(len(t.slots)-1)] = s
	}
}

// merge puts in the keys lo..hi of other, and their numbers here into codes. A
// number keeps the lower of its first rows.
func (t *keyTable) merge(other *keyTable, codes []int32, lo, hi int) {
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
func (t *keyTable) byFirst() []int32 {
	if slices.IsSorted(t.firsts) {
		return nil
	}
	order := make([]int32, len(t.firsts))
	for k := range order {
		order[k] = int32(k)
	}
	slices.SortFunc(order, func(a, b int32) int { return t.firsts[a] - t.firsts[b] })
	numbers := make([]int32, len(order))
	for k, code := range order {
		numbers[code] = int32(k)
	}
	return numbers
}
