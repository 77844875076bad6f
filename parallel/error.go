package parallel

import (
	"errors"
	"fmt"
)

// The kinds of error that a call reports besides the caller's own. Test for
// them with errors.Is.
var (
	// ErrOption marks an option with a value that makes no sense, or one that
	// the call cannot honour.
	ErrOption = errors.New("bad option")
	// ErrNilFunc marks a nil function where one to run was expected.
	ErrNilFunc = errors.New("nil function")
	// ErrNegative marks a length below zero.
	ErrNegative = errors.New("negative length")
	// ErrClosed is what a pool says that takes nothing new any more.
	ErrClosed = errors.New("pool is closed")
	// ErrTerminated is the cause of what a pool's Terminate ended or dropped.
	ErrTerminated = errors.New("pool was terminated")
	// ErrBroken marks a pool whose worker could not be made.
	ErrBroken = errors.New("pool is broken")
	// ErrRunning is what Wait says of a pool that still takes new work.
	ErrRunning = errors.New("pool is still running: call Close or Terminate before Wait")
	// ErrFull is what TrySubmit says of a pool whose queue is full.
	ErrFull = errors.New("pool's queue is full")
	// ErrCancelled is what a future gives that was cancelled.
	ErrCancelled = errors.New("cancelled before it ran")
	// ErrNotReady is what Successful says of a future without a result.
	ErrNotReady = errors.New("not ready")
	// ErrGoexit is the cause of a row whose function ended its goroutine with
	// runtime.Goexit, as testing.T.FailNow does, instead of returning.
	ErrGoexit = errors.New("function called runtime.Goexit")
)

var errNilObserver = errors.New("want an Observer, got nil")

// RowError says at which row, item or partition the caller's function failed.
// Of several failures it is always the lowest, for any number of workers.
type RowError struct {
	Row       int // index of the item, or of the partition's first row
	Partition int // number of the partition, -1 if the call has none
	Err       error
}

// Error gives the place and the cause: "row 17: …" or "row 17 (partition 2): …".
func (e *RowError) Error() string {
	if e.Partition >= 0 {
		return fmt.Sprintf("row %d (partition %d): %v", e.Row, e.Partition, e.Err)
	}
	return fmt.Sprintf("row %d: %v", e.Row, e.Err)
}

// Unwrap returns the cause, so that errors.Is and errors.As reach the error
// that the caller's function returned.
func (e *RowError) Unwrap() error { return e.Err }

// PanicError is a panic in the caller's function, as an error.
type PanicError struct {
	Value any    // what was given to panic; *runtime.PanicNilError for nil
	Stack []byte // stack of the goroutine at the panic, as debug.Stack prints it
}

// Error gives the value and the stack.
func (e *PanicError) Error() string {
	return fmt.Sprintf("panic: %v\n\n%s", e.Value, e.Stack)
}

// Unwrap returns the panic's value if that is an error, else nil.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}
