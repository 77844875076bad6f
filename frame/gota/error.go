package gota

import (
	"errors"

	"github.com/parframe/parframe/internal/errkind"
)

// The kinds of error that this package adds to the kinds of frame and parallel. Test for
// them with errors.Is.
var (
	// ErrNoColumns marks a data frame without columns, such as the zero DataFrame, as an
	// argument or as the result of a function.
	ErrNoColumns = errors.New("data frame without columns")
	// ErrColumns marks results whose columns, types or lengths do not fit together, and
	// keys that are not columns.
	ErrColumns = errors.New("columns do not fit")
	// ErrUnsupported marks a value or a type that gota cannot hold.
	ErrUnsupported = errkind.ErrUnsupported
)
