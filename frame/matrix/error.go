package matrix

import (
	"errors"
	"fmt"
)

// The kinds of error that this package reports besides those of frame and
// parallel. Test for them with errors.Is.
var (
	// ErrShape marks lengths and numbers of rows or columns that do not fit.
	ErrShape = errors.New("wrong shape")
	// ErrNil marks a nil matrix or frame.
	ErrNil = errors.New("nil")
)

var errNilMatrix = fmt.Errorf("%w matrix", ErrNil)
