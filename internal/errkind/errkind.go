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
	// ErrColumn marks the name of a column that a frame does not have.
	ErrColumn = errors.New("no such column")
	// ErrName marks a column name that is given twice.
	ErrName = errors.New("duplicate column name")
	// ErrLength marks columns, masks or buffers of a length that does not fit.
	ErrLength = errors.New("wrong length")
	// ErrType marks an Arrow or Go type where another one is needed.
	ErrType = errors.New("wrong type")
	// ErrNull marks a null where the Go type has no place for one.
	ErrNull = errors.New("null value")
	// ErrInvalid marks Arrow data that breaks Arrow's own rules.
	ErrInvalid = errors.New("invalid Arrow data")
	// ErrValue marks a value that its Go type, or its column, cannot hold exactly.
	ErrValue = errors.New("value does not fit")
)
