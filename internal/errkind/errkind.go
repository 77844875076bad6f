// Package errkind holds the kinds of error that packages report in common which
// do not link each other: each is one variable in the whole library.
package errkind

import "errors"

var (
	// ErrMalformed marks data that is not in its format, is cut short, or
	// contradicts itself.
	ErrMalformed = errors.New("malformed data")
	// ErrUnsupported marks what sound data, a sound frame or an option asks for
	// and a package does not do.
	ErrUnsupported = errors.New("unsupported")
	// ErrLimit marks data that takes more than the options allow.
	ErrLimit = errors.New("over the limit")
	// ErrNil marks a nil argument where a thing of another library or of the
	// package's own is needed.
	ErrNil = errors.New("nil")
)
