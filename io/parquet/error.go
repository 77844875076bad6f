package parquet

import (
	"errors"
	"fmt"
	"strings"

	"github.com/parframe/parframe/internal/codec"
)

// The kinds of error. Test for them with errors.Is.
var (
	// ErrMalformed marks a file that is not Parquet, is cut short, or
	// contradicts itself.
	ErrMalformed = errors.New("malformed Parquet file")
	// ErrUnsupported marks what a sound file, frame or option asks for and this
	// package does not do.
	ErrUnsupported = errors.New("unsupported")
	// ErrLimit marks a file that takes more memory than the options allow.
	ErrLimit = errors.New("over the limit")
	// ErrOption marks an option with a value that makes no sense.
	ErrOption = errors.New("bad option")
)

// Error says where in a file the cause lies.
type Error struct {
	File     string // "" for a reader or writer without a name
	RowGroup int    // -1 if it is not about one
	Column   string // path of the column, "" if it is not about one
	Err      error
}

// Error gives place and cause:
// `parquet: FILE: row group 3: column "a.b": CAUSE`.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("parquet: ")
	if e.File != "" {
		b.WriteString(e.File + ": ")
	}
	if e.RowGroup >= 0 {
		fmt.Fprintf(&b, "row group %d: ", e.RowGroup)
	}
	if e.Column != "" {
		fmt.Fprintf(&b, "column %q: ", e.Column)
	}
	return b.String() + e.Err.Error()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// at adds a place to err. Places that err has already stay.
func at(err error, rowGroup int, column string) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*Error](err); ok {
		return err
	}
	return &Error{RowGroup: rowGroup, Column: column, Err: err}
}

// inFile adds the file's name.
func inFile(err error, file string) error {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*Error](err); ok && e == err {
		named := *e
		named.File = file
		return &named
	}
	return &Error{File: file, RowGroup: -1, Err: err}
}

func malformed(format string, args ...any) error {
	return fmt.Errorf("%w: %w", ErrMalformed, fmt.Errorf(format, args...))
}

func unsupported(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrUnsupported, fmt.Sprintf(format, args...))
}

// badData turns an error of the codecs or encodings into one of this package.
func badData(err error) error {
	switch {
	case err == nil, errors.Is(err, ErrMalformed), errors.Is(err, ErrUnsupported), errors.Is(err, ErrLimit):
		return err
	case errors.Is(err, codec.ErrUnsupported):
		return fmt.Errorf("%w: %w", ErrUnsupported, err)
	}
	return fmt.Errorf("%w: %w", ErrMalformed, err)
}

func optionError(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrOption, fmt.Sprintf(format, args...))
}
