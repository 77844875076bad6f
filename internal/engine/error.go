package engine

import (
	"errors"
	"fmt"
)

// The kinds of error of the engine. Package parallel documents them.
var (
	ErrOption     = errors.New("bad option")
	ErrNilFunc    = errors.New("nil function")
	ErrClosed     = errors.New("pool is closed")
	ErrTerminated = errors.New("pool was terminated")
	ErrBroken     = errors.New("pool is broken")
	ErrRunning    = errors.New("pool is still running: call Close or Terminate before Wait")
	ErrFull       = errors.New("pool's queue is full")
	ErrCanceled   = errors.New("canceled before it ran")
	ErrNotReady   = errors.New("not ready")
	ErrGoexit     = errors.New("function called runtime.Goexit")
)

var errNilContext = fmt.Errorf("%w: nil context", ErrOption)

// RowError reports at which row, item or partition the caller's function failed.
type RowError struct {
	Row       int // index of the item, or of the partition's first row
	Partition int // number of the partition, -1 if the call has none
	Err       error
}

// Error returns the row and the cause: "row 17: …" or "row 17 (partition 2): …".
func (e *RowError) Error() string {
	if e.Partition >= 0 {
		return fmt.Sprintf("row %d (partition %d): %v", e.Row, e.Partition, e.Err)
	}
	return fmt.Sprintf("row %d: %v", e.Row, e.Err)
}

// Unwrap returns the cause, so that errors.Is and errors.As reach the error
// that the caller's function returned.
func (e *RowError) Unwrap() error { return e.Err }

// PanicError is a panic in the caller's code, as an error.
type PanicError struct {
	Value any    // what was given to panic; *runtime.PanicNilError for nil
	Stack []byte // stack of the goroutine at the panic, as debug.Stack prints it
}

// Error returns the value and the stack.
func (e *PanicError) Error() string {
	return fmt.Sprintf("panic: %v\n\n%s", e.Value, e.Stack)
}

// Unwrap returns the panic's value if it is an error, and nil otherwise.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}

// Is is errors.Is for errors of the user's, whose methods may panic. It reports false if
// one does.
func Is(err, target error) (is bool) {
	defer func() {
		if recover() != nil {
			is = false
		}
	}()
	return errors.Is(err, target)
}

// As is errors.AsType for errors of the user's. It reports false if one of their methods
// panics.
func As[E error](err error) (e E, ok bool) {
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	return errors.AsType[E](err)
}
