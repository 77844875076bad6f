package parallel

import "github.com/parframe/parframe/internal/engine"

// The kinds of error that a call reports besides the caller's own. Test for
// them with errors.Is. The other packages of the library report the same
// mistakes with these variables.
var (
	// ErrOption marks an argument or option with a value that makes no sense,
	// or an option that the call cannot honor.
	ErrOption = engine.ErrOption
	// ErrNilFunc marks a nil function argument.
	ErrNilFunc = engine.ErrNilFunc
	// ErrClosed is the error of a pool that no longer takes new work.
	ErrClosed = engine.ErrClosed
	// ErrTerminated is the error of calls and tasks that a pool's Terminate ended or
	// dropped.
	ErrTerminated = engine.ErrTerminated
	// ErrBroken marks a pool or a call whose worker could not be made.
	ErrBroken = engine.ErrBroken
	// ErrRunning is the error of Wait on a pool that still takes new work.
	ErrRunning = engine.ErrRunning
	// ErrFull is the error of TrySubmit if the pool's queue is full.
	ErrFull = engine.ErrFull
	// ErrCanceled is the error of a future that was canceled.
	ErrCanceled = engine.ErrCanceled
	// ErrNotReady is the error of Successful for a future without a result.
	ErrNotReady = engine.ErrNotReady
	// ErrGoexit is the cause of a row whose function ended its goroutine with
	// runtime.Goexit, as testing.T.FailNow does, instead of returning.
	ErrGoexit = engine.ErrGoexit
)

// RowError reports at which row, item or partition the caller's function failed:
//
//	Row       int   // index of the item, or of the partition's first row
//	Partition int   // number of the partition, -1 if the call has none
//	Err       error // what the function returned, or a *PanicError, or ErrGoexit
//
// Of several failures it is always the lowest, for any number of workers.
// Unwrap returns Err, so that errors.Is and errors.As reach the function's error.
type RowError = engine.RowError

// PanicError is a panic in the caller's code, as an error:
//
//	Value any    // what was given to panic; *runtime.PanicNilError for nil
//	Stack []byte // stack of the goroutine at the panic, as debug.Stack prints it
//
// Unwrap returns Value if that is an error.
type PanicError = engine.PanicError

// TimeoutError reports that an item took longer than [Timeout] allows, which is
// its field Limit. errors.Is matches it with context.DeadlineExceeded.
type TimeoutError = engine.TimeoutError

// Stuck describes an item that has been running for longer than [SoftDeadline]:
//
//	Row     int
//	Running time.Duration // so far
//	Stack   []byte        // of the goroutine that runs it
type Stuck = engine.Stuck
