package matrix

import (
	"errors"
	"fmt"

	"github.com/parframe/parframe/internal/errkind"
)

// The kinds of error that this package reports besides those of frame and
// parallel. Test for them with errors.Is.
var (
	// ErrShape marks lengths and numbers of rows or columns that do not fit.
	ErrShape = errors.New("wrong shape")
	// ErrNil marks a nil matrix or frame.
	ErrNil = errkind.ErrNil
)

var errNilMatrix = fmt.Errorf("%w matrix", ErrNil)
