package csv

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"unicode/utf8"

	"github.com/parframe/parframe/internal/engine"
	"github.com/parframe/parframe/internal/errkind"
	"github.com/parframe/parframe/internal/files"
)

// The kinds of error that only this package or the formats of io report. Test for
// them with errors.Is. A bad option is a [parallel.ErrOption], a column that the
// file does not have a [frame.ErrColumn], one that is named twice a
// [frame.ErrName], a cell that does not fit its column's type, or a value that
// CSV cannot hold, a [frame.ErrValue], and frames of a sequence whose types
// differ a [frame.ErrType].
var (
	// ErrEmpty marks a file without a header.
	ErrEmpty = errors.New("empty file")
	// ErrQuote marks a quote where none is allowed, or one that is not closed.
	ErrQuote = errors.New("misplaced quote")
	// ErrFieldCount marks a record with too few or too many fields.
	ErrFieldCount = errors.New("wrong number of fields")
	// ErrUTF8 marks text that is not UTF-8.
	ErrUTF8 = errors.New("not UTF-8")
	// ErrLimit marks a record, a header or a decompressed file beyond its limit.
	ErrLimit = errkind.ErrLimit
	// ErrUnsupported marks a type that cannot be read from or written to CSV.
	ErrUnsupported = errkind.ErrUnsupported
)

// Error is an error in the text of a file, with its place. Of several errors, it is the
// first in the file, for any number of cores.
type Error struct {
	Call   string // the function that was called: "csv.ReadFile"
	File   string // "" if the reader has no name
	Line   int    // from 1: the record's first line; 0 if unknown
	Column int    // from 1; 0 for the whole record
	Name   string // of the column
	Text   string // of the cell, if the error is about one
	Why    string // the cause, and what would be accepted
	Err    error  // the kind: ErrQuote, ErrFieldCount, …
}

// Error returns the error as one line:
//
//	csv.ReadFile: airports.csv:17: column 6 (latitude): "31,9" is not a float64; accepted: a number such as -12.5 or 1e6
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(cmp.Or(e.Call, "csv"))
	b.WriteString(": ")
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

// finish returns the error that a call returns for err, with the name of the call. The
// end of the context is reported as its cause alone.
func finish(c *engine.Call, err error) error {
	if err == nil {
		return nil
	}
	if original, ok := files.Original(c, err); ok {
		return original
	}
	if e, ok := err.(*Error); ok {
		e.Call = c.Name
		return e
	}
	return c.Wrap(err)
}

// inFile adds the name of the file to an error.
func inFile(name string, err error) error {
	if _, ok := engine.As[*Error](err); ok || err == nil || name == "" {
		return err
	}
	if _, ok := engine.As[*fs.PathError](err); ok {
		return err // it names the file
	}
	return fmt.Errorf("%s: %w", name, err)
}

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
