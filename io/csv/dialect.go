package csv

import (
	"bytes"
	"fmt"
	"unicode/utf8"

	"github.com/parframe/parframe/parallel"
)

// dialect is how the records of a file are written. All characters are ASCII and all
// are different, so that they never occur inside a UTF-8 sequence.
type dialect struct {
	delim   byte
	quote   byte // 0 for none
	escape  byte // 0 if a quote inside quotes is doubled
	comment byte // 0 for none
	nl      byte // '\n', or '\r' in files without a '\n'
	lazy    bool
	trim    bool
}

// serial reports whether the end of a record depends on more than the parity of the
// quotes before it, so that the file must be read from its start.
func (d *dialect) serial() bool {
	return d.escape != 0 || d.comment != 0 || d.lazy
}

// canonical returns the dialect of text that rewrite has written.
func (d *dialect) canonical() dialect {
	quote := d.quote
	if quote == 0 {
		quote = '"'
		if d.delim == '"' {
			quote = '\''
		}
	}
	return dialect{delim: d.delim, quote: quote, nl: d.nl}
}

// newDialect checks the options that set single characters.
func newDialect(o *ReadOptions) (dialect, error) {
	d := dialect{delim: ',', quote: '"', nl: '\n', lazy: o.LazyQuotes, trim: o.TrimSpace}
	taken := map[rune]string{'\n': "the line end", '\r': "the line end"}
	set := func(name string, c rune, dst *byte) error {
		if c == 0 {
			return nil
		}
		if c < 0 || c >= utf8.RuneSelf {
			return fmt.Errorf("%w: %s %q; accepted: one ASCII character", parallel.ErrOption, name, c)
		}
		*dst = byte(c)
		return nil
	}
	if err := set("Delimiter", o.Delimiter, &d.delim); err != nil {
		return d, err
	}
	if o.Quote == NoQuote {
		d.quote = 0
	} else if err := set("Quote", o.Quote, &d.quote); err != nil {
		return d, err
	}
	if err := set("Escape", o.Escape, &d.escape); err != nil {
		return d, err
	}
	if err := set("Comment", o.Comment, &d.comment); err != nil {
		return d, err
	}
	if d.escape == d.quote {
		d.escape = 0 // this is the usual doubling
	}
	for _, c := range []struct {
		name string
		b    byte
	}{{"Delimiter", d.delim}, {"Quote", d.quote}, {"Escape", d.escape}, {"Comment", d.comment}} {
		if c.b == 0 {
			continue
		}
		if other, ok := taken[rune(c.b)]; ok {
			return d, fmt.Errorf("%w: %s %q is also %s; accepted: a character of its own", parallel.ErrOption, c.name, c.b, other)
		}
		taken[rune(c.b)] = c.name
	}
	if o.DecimalComma && d.delim == ',' {
		return d, fmt.Errorf("%w: DecimalComma with the delimiter ','; accepted: another Delimiter, such as ';'", parallel.ErrOption)
	}
	return d, nil
}

// lineEnd determines from its first bytes how the lines of a file end: with '\n'
// (perhaps after a '\r') if there is one outside quotes, and otherwise with '\r'. A
// '\r' elsewhere is data, as in encoding/csv.
func (d *dialect) lineEnd(head []byte) byte {
	in := false
	cr := false
	for i, c := range head {
		switch {
		case d.quote != 0 && c == d.quote:
			in = !in
		case in:
		case c == '\n':
			return '\n'
		case c == '\r' && i+1 < len(head):
			cr = true
		}
	}
	if cr {
		return '\r'
	}
	return '\n'
}

// endOfRecord returns the position after the first line end outside quotes in text, or
// -1 if there is none. in is whether text begins inside quotes.
func (d *dialect) endOfRecord(text []byte, in bool) int {
	p := 0
	for p < len(text) {
		if in {
			q := bytes.IndexByte(text[p:], d.quote)
			if q < 0 {
				return -1
			}
			p += q + 1
			in = false
			continue
		}
		n := bytes.IndexByte(text[p:], d.nl)
		end := len(text)
		if n >= 0 {
			end = p + n
		}
		if d.quote != 0 {
			if q := bytes.IndexByte(text[p:end], d.quote); q >= 0 {
				p += q + 1
				in = true
				continue
			}
		}
		if n < 0 {
			return -1
		}
		return end + 1
	}
	return -1
}

// oddQuotes reports whether text has an odd number of quotes.
func (d *dialect) oddQuotes(text []byte) bool {
	return d.quote != 0 && bytes.Count(text, []byte{d.quote})&1 == 1
}
