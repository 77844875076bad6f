package arrow18

import "github.com/parframe/parframe/internal/errkind"

// The kinds of error that this package adds to the kinds of frame. Test for them with
// errors.Is.
var (
	// ErrUnsupported marks a type that the other version of Arrow does not have, or data in
	// the byte order of another machine.
	ErrUnsupported = errkind.ErrUnsupported
	// ErrNil marks a nil record batch, table or frame.
	ErrNil = errkind.ErrNil
)
