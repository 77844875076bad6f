package matrix

import (
	"errors"
	"fmt"

	"github.com/parframe/parframe/internal/errkind"
)

// The kinds of error that this package adds to the kinds of frame and parallel. Test for
// them with errors.Is.
var (
	// ErrShape marks a length, or a number of rows or columns, that does not fit.
	ErrShape = errors.New("wrong shape")
	// ErrNil marks a nil matrix or frame.
	ErrNil = errkind.ErrNil
)

var errNilMatrix = fmt.Errorf("%w matrix", ErrNil)
