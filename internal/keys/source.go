package keys

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/internal/errkind"
)

// A shape is how the values of a column become keys.
type shape uint8

const (
	shapeNone     shape = iota // they do not
	shapeNull                  // all rows are null
	shapeWord                  // a word of 64 bits
	shapeOffset32              // text between int32 offsets
	shapeOffset64              // text between int64 offsets
	shapeBytes                 // text without offsets: views, values of fixed width
	shapeDict                  // the number of the value in the dictionary
	shapePair                  // the numbers of two other sources
)

// shapeOf returns the shape of keys of the type.
func shapeOf(typ arrow.DataType) shape {
	l, width := chunk.LayoutOf(typ)
	switch l {
	case chunk.LayoutNull:
		return shapeNull
	case chunk.LayoutBits:
		return shapeWord
	case chunk.LayoutFixed:
		if width == 1 || width == 2 || width == 4 || width == 8 {
			return shapeWord
		}
		return shapeBytes
	case chunk.LayoutBytes32:
		return shapeOffset32
	case chunk.LayoutBytes64:
		return shapeOffset64
	case chunk.LayoutView:
		return shapeBytes
	case chunk.LayoutDict:
		if shapeOf(chunk.Physical(typ).(*arrow.DictionaryType).ValueType) != shapeNone {
			return shapeDict
		}
	case chunk.LayoutRuns:
		return shapeOf(chunk.Physical(typ).(*arrow.RunEndEncodedType).Encoded())
	}
	return shapeNone
}

// isText reports whether the keys are texts.
func (s shape) isText() bool { return s == shapeOffset32 || s == shapeOffset64 || s == shapeBytes }

// A Source is rows with keys: the values of a column, or pairs of numbers.
type Source struct {
	shape     shape
	typ       arrow.DataType
	n         int
	starts    []int // first row of each chunk
	chunks    []*chunk.Chunk
	valid     [][]byte  // validity bitmap of each chunk, nil if no row is null
	dicts     [][]int32 // for each chunk, the numbers of its dictionary's values
	a, b      []int32   // for pairs, the numbers of each row, negative if it has no key
	DropNulls bool      // null is not a key; its rows get the number -1
}

// NewSource returns the source of a column's values. If the type cannot be a key, the
// error is an errkind.ErrType; if the rows are too many for int32, an errkind.ErrLength.
// The numbers of dictionary values are filled in by the function that uses the source.
func NewSource(c chunk.Column) (*Source, error) {
	s := &Source{shape: shapeOf(c.Field.Type), typ: chunk.Physical(c.Field.Type), n: c.Len}
	if s.shape == shapeNone {
		return nil, fmt.Errorf("column %q: %w: %v cannot be a key: numbers, bool, text, binary, dates, times, decimals and dictionaries of these can", c.Field.Name, errkind.ErrType, c.Field.Type)
	}
	if c.Len > math.MaxInt32 {
		return nil, fmt.Errorf("column %q: %w: %d rows, at most %d can be grouped, sorted or joined at once", c.Field.Name, errkind.ErrLength, c.Len, math.MaxInt32)
	}
	c = chunk.WithoutRuns(c)
	s.typ = chunk.Physical(c.Field.Type)
	s.starts, s.chunks = c.Starts(), c.Chunks
	for _, k := range c.Chunks {
		var valid []byte
		if k.NullN() > 0 {
			valid = k.Bufs[0]
		}
		s.valid = append(s.valid, valid)
	}
	return s, nil
}

// pairSource returns the source of pairs of numbers, one pair for each row.
func pairSource(a, b []int32) *Source {
	return &Source{shape: shapePair, n: len(a), a: a, b: b}
}

// code writes the numbers of rows lo to hi in the table to dst. If put is set, it adds keys
// that the table does not have; else their rows get -1.
func (s *Source) code(t *table, dst []int32, lo, hi int, put bool) {
	if s.shape == shapePair {
		s.codePairs(t, dst, lo, hi, put)
		return
	}
	k := chunk.FindStart(s.starts, lo)
	for row := lo; row < hi; k++ {
		i := row - s.starts[k]
		n := min(hi-row, s.chunks[k].Len-i)
		part := dst[row-lo : row-lo+n]
		switch s.shape {
		case shapeNull:
			for j := range part {
				part[j] = s.null(t, row+j, put)
			}
		case shapeWord, shapeDict:
			s.codeWords(t, part, k, i, row, put)
		case shapeOffset32:
			codeOffsets[int32](s, t, part, k, i, row, put)
		case shapeOffset64:
			codeOffsets[int64](s, t, part, k, i, row, put)
		default:
			s.codeBytes(t, part, k, i, row, put)
		}
		row += n
	}
}

// null returns the number of a null row.
func (s *Source) null(t *table, row int, put bool) int32 {
	switch {
	case s.DropNulls:
		return -1
	case put:
		return t.putNull(row)
	}
	return t.null
}

// blockRows is the number of words that are loaded at once, which take 2 KiB.
const blockRows = 256

// codeWords is code for words: for the rows of chunk k from row i on, of which the first is
// row of the column.
func (s *Source) codeWords(t *table, dst []int32, k, i, row int, put bool) {
	var buf [blockRows]uint64
	c, valid := s.chunks[k], s.valid[k]
	for len(dst) > 0 {
		n := min(len(dst), blockRows)
		if s.shape == shapeDict {
			s.dictWords(buf[:n], k, i)
		} else {
			loadWords(buf[:n], s.typ, c, i)
		}
		for j, word := range buf[:n] {
			switch {
			case valid != nil && !chunk.Bit(valid, c.Off+i+j) || s.shape == shapeDict && int32(word) < 0:
				dst[j] = s.null(t, row+j, put)
			default:
				if p := &t.slots[t.spread(word)>>t.shift]; p.word == word && p.code != 0 {
					dst[j] = p.code - 1
				} else {
					dst[j] = t.word(word, row+j, put)
				}
			}
		}
		dst, i, row = dst[n:], i+n, row+n
	}
}

// dictWords writes the number of each row's value as a word: -1, as an int32, for a null in
// the dictionary, and anything for a null row.
func (s *Source) dictWords(dst []uint64, k, i int) {
	code, numbers := chunk.Codes(s.chunks[k]), s.dicts[k]
	for j := range dst {
		dst[j] = 0
		if x := code(i + j); x >= 0 && x < len(numbers) {
			dst[j] = uint64(uint32(numbers[x]))
		}
	}
}

// codeOffsets is code for texts between offsets of type O; see codeWords.
func codeOffsets[O int32 | int64](s *Source, t *table, dst []int32, k, i, row int, put bool) {
	c, valid := s.chunks[k], s.valid[k]
	offs, data := chunk.Values[O](c.Bufs[1])[c.Off+i:][:len(dst)+1], c.Bufs[2]
	lo := offs[0]
	for j, hi := range offs[1:] {
		text := data[lo:hi:hi]
		begin := int(lo)
		lo = hi
		if valid != nil && !chunk.Bit(valid, c.Off+i+j) {
			dst[j] = s.null(t, row+j, put)
			continue
		}
		var word uint64
		if n := len(text); n <= 7 && begin+8 <= len(data) {
			// This is textWord by one load of eight bytes.
			word = binary.LittleEndian.Uint64(data[begin:])&(1<<(8*n)-1) | uint64(n)<<56
			first := t.spread(word) >> t.shift
			if p := &t.slots[first]; p.word == word && p.code != 0 {
				dst[j] = p.code - 1
				continue
			}
			// One key in eight is not in its first slot.
			if p := &t.slots[(first+1)&uint64(len(t.slots)-1)]; p.word == word && p.code != 0 {
				dst[j] = p.code - 1
				continue
			}
		} else {
			word = textWord(text)
		}
		if put {
			dst[j] = t.put(word, text, row+j)
		} else {
			dst[j] = t.find(word, text)
		}
	}
}

// codeBytes is code for texts without offsets; see codeWords.
func (s *Source) codeBytes(t *table, dst []int32, k, i, row int, put bool) {
	c, valid := s.chunks[k], s.valid[k]
	l, width := chunk.LayoutOf(s.typ)
	for j := range dst {
		if valid != nil && !chunk.Bit(valid, c.Off+i+j) {
			dst[j] = s.null(t, row+j, put)
			continue
		}
		var text []byte
		if l == chunk.LayoutFixed {
			text = c.Bufs[1][(c.Off+i+j)*width:][:width]
		} else {
			text = c.RowBytes(l, i+j)
		}
		word := textWord(text)
		if put {
			dst[j] = t.put(word, text, row+j)
		} else {
			dst[j] = t.find(word, text)
		}
	}
}

// codePairs is code for pairs.
func (s *Source) codePairs(t *table, dst []int32, lo, hi int, put bool) {
	a, b := s.a[lo:hi], s.b[lo:hi]
	for j := range dst {
		if a[j] < 0 || b[j] < 0 {
			dst[j] = -1
			continue
		}
		word := uint64(a[j])<<32 | uint64(b[j])
		if p := &t.slots[t.spread(word)>>t.shift]; p.word == word && p.code != 0 {
			dst[j] = p.code - 1
		} else {
			dst[j] = t.word(word, lo+j, put)
		}
	}
}

// typeOfValues returns the type of a dictionary's values.
func typeOfValues(dict arrow.DataType) arrow.DataType {
	return dict.(*arrow.DictionaryType).ValueType
}
