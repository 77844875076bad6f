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
	// ErrMalformed marks what is not Arrow IPC, is cut short, or contradicts
	// itself.
	ErrMalformed = errkind.ErrMalformed
	// ErrLimit marks data that takes more memory than the options allow.
	ErrLimit = errkind.ErrLimit
	// ErrUnsupported marks what sound data or a sound frame asks for and this
	// package does not do.
	ErrUnsupported = errkind.ErrUnsupported
)

// Error says in which file the cause lies.
type Error struct {
	Call string // the function that was called: "ipc.ReadFile"
	File string // "" for a reader or writer without a name
	Err  error
}

// Error gives call, file and cause: "ipc.ReadFile: FILE: CAUSE".
func (e *Error) Error() string {
	text := cmp.Or(e.Call, "ipc") + ": "
	if e.File != "" {
		text += e.File + ": "
	}
	return text + fmt.Sprint(e.Err)
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// named adds the names of the function that was called, and of the file.
func named(call, file string, err error) error {
	if err == nil {
		return nil
	}
	if _, ok := engine.As[*fs.PathError](err); ok {
		file = "" // it is in there
	}
	return &Error{call, file, err}
}

// finish makes what a call returns of an error. The end of the context is told by
// its cause alone.
func finish(c *engine.Call, file string, err error) error {
	if original, ok := files.Original(c, err); ok {
		return original
	}
	return named(c.Name, file, err)
}
