package gota

import (
	"errors"

	"github.com/parframe/parframe/internal/errkind"
)

// The kinds of error that this package reports besides those of frame and
// parallel. Test for them with errors.Is.
var (
	// ErrNoColumns marks a data frame without columns: the zero DataFrame, or
	// the result of a function that returns one.
	ErrNoColumns = errors.New("data frame without columns")
	// ErrColumns marks results whose columns, types or lengths do not fit
	// together, and keys that are no columns.
	ErrColumns = errors.New("columns do not fit")
	// ErrUnsupported marks what gota cannot hold.
	ErrUnsupported = errkind.ErrUnsupported
)
