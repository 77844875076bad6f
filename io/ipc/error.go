package ipc

import (
	"errors"
	"fmt"

	"github.com/parframe/parframe/internal/ipccheck"
)

// The kinds of error. Test for them with errors.Is.
var (
	// ErrMalformed marks what is not Arrow IPC, is cut short, or contradicts
	// itself.
	ErrMalformed = ipccheck.ErrMalformed
	// ErrLimit marks data that takes more memory than the options allow.
	ErrLimit = ipccheck.ErrLimit
	// ErrOption marks an option with a value that makes no sense.
	ErrOption = errors.New("bad option")
	// ErrUnsupported marks what sound data or a sound frame asks for and this
	// package does not do.
	ErrUnsupported = errors.New("unsupported")
)

// Error says in which file the cause lies.
type Error struct {
	File string // "" for a reader or writer without a name
	Err  error
}

// Error gives file and cause: "ipc: FILE: CAUSE".
func (e *Error) Error() string {
	if e.File == "" {
		return "ipc: " + e.Err.Error()
	}
	return "ipc: " + e.File + ": " + e.Err.Error()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

func inFile(err error, file string) error {
	if err == nil {
		return nil
	}
	if e, ok := err.(*Error); ok {
		err = e.Err
	}
	return &Error{file, err}
}

func optionError(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrOption, fmt.Sprintf(format, args...))
}
