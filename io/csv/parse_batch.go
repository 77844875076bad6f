package csv

import "bytes"

// batch is a number of rows of an indexed text, which the columns parse.
type batch struct {
	text  []byte // with pad more bytes after it
	ends  []uint32
	nc    int  // fields in a row
	quote byte // 0 for none
	cr    bool // line ends may be "\r\n"
	nulls *nullSet
	valid bool // the text is UTF-8
	tmp   []byte
}

// plain returns the text of the field that ends at ends[i+1], and reports whether it
// has no quotes. The loops of the columns, which use it for most cells, must call cell
// if it has, and for all cells of a column for which maybeCR is true.
func (b *batch) plain(i int) ([]byte, bool) {
	text := b.text[b.ends[i]+1 : b.ends[i+1]]
	return text, len(text) == 0 || text[0] != b.quote
}

// maybeCR reports whether the fields of the column may have a '\r' after them.
func (b *batch) maybeCR(col int) bool { return b.cr && col == b.nc-1 }

// cell returns the text of a field without its quotes. If twice is true, it contains
// quotes that are still doubled.
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

// value returns the value of a field as text, without doubled quotes. It is valid until
// the next call.
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

// nullSet is the set of texts that mean null. The empty text is one of them.
type nullSet struct {
	lens  uint64 // bit n: a text of n bytes is in the set; bit 63: one of 63 or more
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

// isNull reports whether a field is null in a column of another type than string. A
// quoted text that means null is tried as a value first, since a writer may have
// quoted it because it is one: see lateNull.
func (b *batch) isNull(text []byte, quoted bool) bool {
	return b.nulls.lens>>min(uint(len(text)), 63)&1 != 0 && (len(text) == 0 || !quoted && b.nulls.texts[string(text)])
}

// lateNull reports whether a text that is not a value of the column's type is null.
func (b *batch) lateNull(text []byte, point byte) bool {
	return b.nulls.has(text) && kindOf(text, point) == kindText
}

// kindsOf adds the kinds of the cells of some rows to k. It stops when the set makes
// the column one of strings, since no other cell can change that.
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
