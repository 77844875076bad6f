package parquet

import (
	"cmp"
	"fmt"
	"io/fs"
	"strings"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/codec"
	"github.com/parframe/parframe/internal/engine"
	"github.com/parframe/parframe/internal/errkind"
	"github.com/parframe/parframe/internal/files"
)

// The kinds of error that only the formats of io report. Test for them with
// errors.Is. A bad option is a [parallel.ErrOption], a column that the file does
// not have a [frame.ErrColumn], one that is named twice a [frame.ErrName], a
// condition of another type than its column's a [frame.ErrType], a value that
// Parquet cannot hold a [frame.ErrValue], and a null in a column that is declared
// to have none a [frame.ErrNull].
var (
	// ErrMalformed marks a file that is not Parquet, is cut short, or contradicts
	// itself.
	ErrMalformed = errkind.ErrMalformed
	// ErrUnsupported marks a sound file, frame or option that needs something this
	// package does not do.
	ErrUnsupported = errkind.ErrUnsupported
	// ErrLimit marks a file that takes more memory than the options allow.
	ErrLimit = errkind.ErrLimit
)

// Error is an error with the place in the file where it occurred.
type Error struct {
	Call     string // the function that was called: "parquet.ReadFile"
	File     string // "" for a reader or writer without a name
	RowGroup int    // -1 if the error is not about one
	Column   string // path of the column, "" if the error is not about one
	Err      error
}

// Error returns place and cause:
// `parquet.ReadFile: FILE: row group 3: column "a.b": CAUSE`.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(cmp.Or(e.Call, "parquet") + ": ")
	if e.File != "" {
		b.WriteString(e.File + ": ")
	}
	if e.RowGroup >= 0 {
		fmt.Fprintf(&b, "row group %d: ", e.RowGroup)
	}
	if e.Column != "" {
		fmt.Fprintf(&b, "column %q: ", e.Column)
	}
	return b.String() + fmt.Sprint(e.Err)
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// withPlace adds a place to err, unless it has one.
func withPlace(err error, rowGroup int, column string) error {
	if err == nil {
		return nil
	}
	if _, ok := engine.As[*Error](err); ok {
		return err
	}
	return &Error{RowGroup: rowGroup, Column: column, Err: err}
}

// named adds the names of the call and the file.
func named(call, file string, err error) error {
	if err == nil {
		return nil
	}
	if e, ok := err.(*Error); ok {
		named := *e
		named.Call, named.File = call, file
		return &named
	}
	if _, ok := engine.As[*fs.PathError](err); ok {
		file = "" // the error names it
	}
	return &Error{Call: call, File: file, RowGroup: -1, Err: err}
}

// finish returns the error that a call returns for err. The end of the context is
// reported as its cause alone.
func finish(c *engine.Call, file string, err error) error {
	if original, ok := files.Original(c, err); ok {
		return original
	}
	return named(c.Name, file, err)
}

func malformed(format string, args ...any) error {
	return fmt.Errorf("%w: %w", ErrMalformed, fmt.Errorf(format, args...))
}

func unsupported(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrUnsupported, fmt.Sprintf(format, args...))
}

// badData adds the kind to an error of the codecs or encodings.
func badData(err error) error {
	switch {
	case err == nil, engine.Is(err, ErrMalformed), engine.Is(err, ErrUnsupported), engine.Is(err, ErrLimit), engine.Is(err, frame.ErrValue):
		return err
	case engine.Is(err, codec.ErrUnsupported):
		return fmt.Errorf("%w: %w", ErrUnsupported, err)
	}
	return fmt.Errorf("%w: %w", ErrMalformed, err)
}

// misfit returns the error for a value that does not fit its type.
func misfit(format string, args ...any) error {
	return fmt.Errorf("%w: %s", frame.ErrValue, fmt.Sprintf(format, args...))
}
