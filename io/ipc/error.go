package ipc

import (
	"cmp"
	"fmt"
	"io/fs"

	"github.com/parframe/parframe/internal/engine"
	"github.com/parframe/parframe/internal/errkind"
	"github.com/parframe/parframe/internal/files"
)

// The kinds of error that only the formats of io report. Test for them with
// errors.Is. A bad option is a [parallel.ErrOption], a column that the file does
// not have a [frame.ErrColumn], one that is named twice a [frame.ErrName].
var (
	// ErrMalformed marks data that is not Arrow IPC, is cut short, or contradicts
	// itself.
	ErrMalformed = errkind.ErrMalformed
	// ErrLimit marks data that takes more memory than the options allow.
	ErrLimit = errkind.ErrLimit
	// ErrUnsupported marks sound data, or a sound frame, that needs something this
	// package does not do.
	ErrUnsupported = errkind.ErrUnsupported
)

// Error is an error with the call and the file in which it occurred.
type Error struct {
	Call string // the function that was called: "ipc.ReadFile"
	File string // "" for a reader or writer without a name
	Err  error
}

// Error returns call, file and cause: "ipc.ReadFile: FILE: CAUSE".
func (e *Error) Error() string {
	text := cmp.Or(e.Call, "ipc") + ": "
	if e.File != "" {
		text += e.File + ": "
	}
	return text + fmt.Sprint(e.Err)
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// named adds the names of the call and the file.
func named(call, file string, err error) error {
	if err == nil {
		return nil
	}
	if _, ok := engine.As[*fs.PathError](err); ok {
		file = "" // the error names it
	}
	return &Error{call, file, err}
}

// finish returns the error that a call returns for err. The end of the context is
// reported as its cause alone.
func finish(c *engine.Call, file string, err error) error {
	if original, ok := files.Original(c, err); ok {
		return original
	}
	return named(c.Name, file, err)
}
