package csv

import "bytes"

// batch is some rows of an indexed text, for the columns to parse.
type batch struct {
	text  []byte // with pad behind it
	ends  []uint32
	nc    int  // fields in a row
	quote byte // 0: none
	cr    bool // line ends may be "\r\n"
	nulls *nullSet
	valid bool // the text is UTF-8
	tmp   []byte
}

// plain returns the text of the field that ends at ends[i+1] if it has no
// quotes. The loops of the columns, which use it for most cells, must ask cell
// where it says false, and for all cells of a column that is odd.
func (b *batch) plain(i int) ([]byte, bool) {
	text := b.text[b.ends[i]+1 : b.ends[i+1]]
	return text, len(text) == 0 || text[0] != b.quote
}

// odd says whether the column's fields may have a '\r' behind them.
func (b *batch) odd(col int) bool { return b.cr && col == b.nc-1 }

// cell returns the text of a field without its quotes, where doubled quotes
// are still doubled if it says so with twice.
func (b *batch) cell(row, col int) (text []byte, quoted, twice bool) {
	i := row*b.nc + col
	s, e := b.ends[i]+1, b.ends[i+1]
	if b.cr && col == b.nc-1 && e > s && b.text[e-1] == '\r' {
		e--
	}
	text = b.text[s:e]
	if len(text) > 1 && text[0] == b.quote && b.quote != 0 {
		text = text[1 : len(text)-1]
		return text, true, bytes.IndexByte(text, b.quote) >= 0
	}
	return text, false, false
}

// value returns the field's text as it is meant. It is valid until the next
// call.
func (b *batch) value(row, col int) (text []byte, quoted bool) {
	text, quoted, twice := b.cell(row, col)
	if !twice {
		return text, quoted
	}
	b.tmp = b.tmp[:0]
	for {
		i := bytes.IndexByte(text, b.quote)
		if i < 0 {
			break
		}
		b.tmp = append(b.tmp, text[:i+1]...)
		text = text[i+2:]
	}
	b.tmp = append(b.tmp, text...)
	return b.tmp, true
}

// nullSet are the texts that mean null, the empty one among them.
type nullSet struct {
	lens  uint64 // bit n: one of them has n bytes; bit 63: 63 or more
	texts map[string]bool
}

func newNullSet(texts []string) *nullSet {
	s := &nullSet{lens: 1, texts: map[string]bool{"": true}}
	for _, t := range texts {
		s.lens |= 1 << min(len(t), 63)
		s.texts[t] = true
	}
	return s
}

func (s *nullSet) has(b []byte) bool {
	return s.lens>>min(uint(len(b)), 63)&1 != 0 && (len(b) == 0 || s.texts[string(b)])
}

// isNull says whether a field is null in a column that is not one of strings.
// A text in quotes that means null is first tried as a value, since a writer
// may have put it in quotes to say that it is one.
func (b *batch) isNull(text []byte, quoted bool) bool {
	return b.nulls.lens>>min(uint(len(text)), 63)&1 != 0 && (len(text) == 0 || !quoted && b.nulls.texts[string(text)])
}

// lateNull says whether a text in quotes that is no value is null.
func (b *batch) lateNull(text []byte, point byte) bool {
	return b.nulls.has(text) && kindOf(text, point) == kindText
}

// kindsOf adds what the cells of some rows look like to k. It ends early, since
// no cell can change a set that makes the column one of strings.
func (b *batch) kindsOf(col, lo, hi int, k kinds, point byte) kinds {
	for r := lo; r < hi && k&kindText == 0; r++ {
		text, quoted := b.value(r, col)
		if b.isNull(text, quoted) {
			continue
		}
		if one := kindOf(text, point); one != kindText || !b.nulls.has(text) {
			k |= one
		}
	}
	return k
}
