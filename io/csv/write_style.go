package csv

import "bytes"

// style is how cells are written: with quotes or without, and what null is.
type style struct {
	d        dialect
	quoting  Quoting
	formulas bool
	special  [256]bool // bytes that need quotes
	null     []byte
	// alone is set if there is one column. An empty field would then be an empty
	// line, which readers drop, so it is written as "".
	alone bool
	// check is set if values other than strings may need quotes.
	check bool
}

func newStyle(o *WriteOptions, d dialect, alone bool) *style {
	s := &style{d: d, quoting: o.Quoting, formulas: o.EscapeFormulas, null: []byte(o.NullString), alone: alone}
	for _, c := range []byte{d.delim, d.quote, '\n', '\r'} {
		s.special[c] = true
	}
	s.check = s.quoting == QuoteAll || len(s.null) > 0 || partOfValue(d.delim) || partOfValue(d.quote)
	return s
}

// appendNull appends a null of a string column.
func (s *style) appendNull(dst []byte) []byte { return append(dst, s.null...) }

// appendPlainNull appends a null of another column, where "" is null as well.
func (s *style) appendPlainNull(dst []byte) []byte {
	if s.alone && len(s.null) == 0 {
		return append(dst, s.d.quote, s.d.quote)
	}
	return append(dst, s.null...)
}

// appendText appends a string.
func (s *style) appendText(dst, text []byte) []byte {
	if s.formulas && len(text) > 0 && startsFormula(text[0]) {
		text = append([]byte{'\''}, text...)
	}
	if s.quoting == QuoteNeeded && !s.needsQuotes(text) {
		return append(dst, text...)
	}
	return s.d.appendField(dst, text, true)
}

// needsQuotes reports whether the text, without quotes, would be read back as something
// else: as several fields, as null, or without the byte order mark it begins with.
func (s *style) needsQuotes(text []byte) bool {
	if len(text) == 0 || len(text) == len(s.null) && bytes.Equal(text, s.null) {
		return true
	}
	for _, c := range text {
		if s.special[c] {
			return true
		}
	}
	return text[0] == 0xef && bytes.HasPrefix(text, []byte("\xef\xbb\xbf"))
}

// appendPlain quotes a value that is not a string if the options require it, or if its
// text is that of null or contains the delimiter. The value is dst[start:].
func (s *style) appendPlain(dst []byte, start int) []byte {
	if s.check {
		return s.quoteFrom(dst, start)
	}
	return dst
}

func (s *style) quoteFrom(dst []byte, start int) []byte {
	text := dst[start:]
	if s.quoting != QuoteAll && !s.needsQuotes(text) {
		return dst
	}
	return s.d.appendField(dst[:start], append([]byte(nil), text...), true)
}

func partOfValue(c byte) bool {
	return c-'0' <= 9 || c|0x20 >= 'a' && c|0x20 <= 'z' || c == '-' || c == '+' || c == '.' || c == ':' || c == ' '
}

func startsFormula(c byte) bool {
	switch c {
	case '=', '+', '-', '@', '\t', '\r', 0:
		return true
	}
	return false
}
