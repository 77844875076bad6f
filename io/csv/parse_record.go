package csv

import "bytes"

// tokenizer reads records one at a time and byte by byte, in every dialect. It reads
// the header, unusual dialects, and all text that the fast path does not support. It
// also determines the error in a text.
type tokenizer struct {
	d    dialect
	text []byte
	pos  int // of the next record

	// The last record. Field i is data[fields[i].lo:fields[i].hi].
	start  int
	fields []field
	data   []byte
	open   bool // the text, and so the record, ended inside lazy quotes
}

// field is one field's text without its quotes.
type field struct {
	lo, hi int
	at     int // position in the text
	quoted bool
}

// flaw is an error in a record.
type flaw struct {
	at    int // in the text
	field int // from 0; -1 for the whole record
	why   string
	kind  error
	open  bool // a quote is not closed, which more text may change
}

// next reads one record, and returns false at the end of the text. It skips comment
// lines. A blank line is a record of one empty field.
func (t *tokenizer) next() (bool, *flaw) {
	for {
		if t.d.nl == '\r' && t.pos < len(t.text) && t.text[t.pos] == '\n' {
			t.pos++ // the rest of "\r\n"
		}
		if t.pos >= len(t.text) {
			return false, nil
		}
		if t.d.comment == 0 || t.text[t.pos] != t.d.comment {
			break
		}
		n := bytes.IndexByte(t.text[t.pos:], t.d.nl)
		if n < 0 {
			t.pos = len(t.text)
			return false, nil
		}
		t.pos += n + 1
	}
	t.start, t.open = t.pos, false
	t.fields, t.data = t.fields[:0], t.data[:0]
	for {
		more, f := t.field()
		if f != nil || !more {
			return true, f
		}
	}
}

// blank reports whether the record is an empty line.
func (t *tokenizer) blank() bool {
	return len(t.fields) == 1 && !t.fields[0].quoted && t.fields[0].lo == t.fields[0].hi
}

// field reads one field and the character that ends it. It reports whether another
// field follows.
func (t *tokenizer) field() (more bool, _ *flaw) {
	text, p := t.text, t.pos
	f := field{lo: len(t.data), at: p}
	if t.d.trim {
		for p < len(text) && blankByte(text[p]) && text[p] != t.d.delim {
			p++
		}
	}
	if t.d.quote != 0 && p < len(text) && text[p] == t.d.quote {
		f.quoted = true
		end, fl := t.quoted(p + 1)
		if fl != nil {
			return false, fl
		}
		p = end
		f.hi = len(t.data)
	} else {
		for p < len(text) && text[p] != t.d.delim && text[p] != t.d.nl {
			switch c := text[p]; {
			case c == t.d.escape && c != 0 && p+1 < len(text):
				p++
			case c == t.d.quote && c != 0 && !t.d.lazy:
				return false, &flaw{p, len(t.fields), "a quote inside a field that does not begin with one; accepted: the whole field in quotes with this one doubled, or LazyQuotes", ErrQuote, false}
			}
			t.data = append(t.data, text[p])
			p++
		}
		f.hi = len(t.data)
		if t.d.nl == '\n' && f.hi > f.lo && t.data[f.hi-1] == '\r' && (p == len(text) || text[p] == '\n') {
			f.hi--
		}
		for t.d.trim && f.hi > f.lo && blankByte(t.data[f.hi-1]) {
			f.hi--
		}
		t.data = t.data[:f.hi]
	}
	t.fields = append(t.fields, f)
	if p >= len(text) {
		t.pos = p
		return false, nil
	}
	t.pos = p + 1
	return text[p] == t.d.delim, nil
}

// quoted reads from the character after an opening quote to the one after the closing
// quote: a delimiter, a line end or the end of the text.
func (t *tokenizer) quoted(p int) (int, *flaw) {
	text, opened := t.text, p-1
	for p < len(text) {
		c := text[p]
		p++
		if c == t.d.escape && c != 0 && p < len(text) {
			t.data = append(t.data, text[p])
			p++
			continue
		}
		if c != t.d.quote {
			t.data = append(t.data, c)
			continue
		}
		if p < len(text) && text[p] == t.d.quote && t.d.escape == 0 {
			t.data = append(t.data, c)
			p++
			continue
		}
		q := p
		for t.d.trim && q < len(text) && blankByte(text[q]) && text[q] != t.d.delim {
			q++
		}
		if q < len(text) && text[q] == '\r' && t.d.nl == '\n' && (q+1 == len(text) || text[q+1] == '\n') {
			q++
		}
		if q >= len(text) || text[q] == t.d.delim || text[q] == t.d.nl {
			return q, nil
		}
		if !t.d.lazy {
			return 0, &flaw{p, len(t.fields), "text after a closing quote; accepted: a delimiter or a line end, a doubled quote where one is meant, or LazyQuotes", ErrQuote, false}
		}
		t.data = append(t.data, c)
	}
	if t.d.lazy {
		t.open = true
		return p, nil
	}
	return 0, &flaw{opened, len(t.fields), "a quote is opened here and never closed", ErrQuote, true}
}

func blankByte(c byte) bool { return c == ' ' || c == '\t' }

// partial reports whether the last record may continue after the text.
func (t *tokenizer) partial() bool {
	return t.open || t.pos == len(t.text) && (t.pos == 0 || t.text[t.pos-1] != t.d.nl)
}

// bytes returns the text of field i.
func (t *tokenizer) bytes(i int) []byte { return t.data[t.fields[i].lo:t.fields[i].hi] }
