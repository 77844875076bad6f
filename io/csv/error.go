package csv

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// The kinds of error. Test for them with errors.Is.
var (
	// ErrOption marks an option whose value makes no sense.
	ErrOption = errors.New("bad option")
	// ErrColumn marks the name of a column that the file does not have.
	ErrColumn = errors.New("unknown column")
	// ErrEmpty marks a file without a header.
	ErrEmpty = errors.New("empty file")
	// ErrQuote marks a quote where none may stand, or one that is not closed.
	ErrQuote = errors.New("misplaced quote")
	// ErrFieldCount marks a record with too few or too many fields.
	ErrFieldCount = errors.New("wrong number of fields")
	// ErrValue marks a cell whose text does not fit the column's type.
	ErrValue = errors.New("bad value")
	// ErrUTF8 marks text that is not UTF-8.
	ErrUTF8 = errors.New("not UTF-8")
	// ErrTooLarge marks a record or a decompressed file beyond its limit.
	ErrTooLarge = errors.New("too large")
	// ErrType marks a type that cannot be read from or written to CSV.
	ErrType = errors.New("unsupported type")
)

// Error says where in a file something is wrong, and what. Of several it is
// the first in the file, whatever number of cores read it.
type Error struct {
	File   string // "" if the reader has no name
	Line   int    // from 1: the record's first line; 0 if unknown
	Column int    // from 1; 0 if the whole record is meant
	Name   string // of the column
	Text   string // of the cell, if it is about one
	Why    string // what is wrong with it, and what would be accepted
	Err    error  // the kind: ErrQuote, ErrFieldCount, …
}

// Error gives it as one line:
//
//	airports.csv:17: column 6 (latitude): "31,9" is not a float64; accepted: a number such as -12.5 or 1e6
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("csv: ")
	if e.File != "" {
		b.WriteString(e.File)
		b.WriteByte(':')
	}
	if e.Line > 0 {
		if e.File == "" {
			b.WriteString("line ")
		}
		fmt.Fprintf(&b, "%d:", e.Line)
	}
	if e.File != "" || e.Line > 0 {
		b.WriteByte(' ')
	}
	if e.Column > 0 {
		fmt.Fprintf(&b, "column %d", e.Column)
		if e.Name != "" {
			fmt.Fprintf(&b, " (%s)", e.Name)
		}
		b.WriteString(": ")
	}
	b.WriteString(e.Why)
	return b.String()
}

// Unwrap returns the kind.
func (e *Error) Unwrap() error { return e.Err }

// clip makes text short enough for a message.
func clip(text []byte) string {
	const most = 60
	if len(text) <= most {
		return string(text)
	}
	n := most
	for n > most-utf8.UTFMax && !utf8.RuneStart(text[n]) {
		n--
	}
	return string(text[:n]) + "…"
}
