// Package files holds the code that the formats of io share: it opens sources and
// sinks, runs calls over them, names and picks columns, and reads and writes
// sequences of frames.
package files

import (
	"context"
	"fmt"

	"github.com/parframe/parframe/internal/engine"
)

// Nil returns the error for an argument that is nil, such as an "io.Reader".
func Nil(what string) error { return BadOption("a nil %s", what) }

// BadOption returns an [engine.ErrOption] with a text.
func BadOption(format string, args ...any) error {
	return fmt.Errorf("%w: %s", engine.ErrOption, fmt.Sprintf(format, args...))
}

// Cause removes the number of a task from an error of one of the library's own
// phases. The number of a column chunk or of a range of bytes means nothing to
// the user.
func Cause(err error) error {
	if row, ok := err.(*engine.RowError); ok {
		return row.Err
	}
	return err
}

// Alone runs work of the library's own on a slot of the call, where a second core
// could not help.
func Alone(c *engine.Call, fn func(w *engine.Worker) error) error {
	return Cause(c.Own(1, 1, func(w *engine.Worker, _, _ int) error { return fn(w) }))
}

// Run runs a call whose number of rows is known only when its source is open. The
// open function opens the source and calls begin once, with the number of rows and
// the work to do. If it fails before that, the call begins with 0 rows, so that
// observers see a call that failed. The finish function turns any error into the one
// that the call returns.
func Run(ctx context.Context, c *engine.Call, open func(begin func(rows int, use func() error) error) error, finish func(error) error) error {
	if ctx == nil {
		return c.Begin(ctx, 0)
	}
	begun := false
	begin := func(rows int, use func() error) (err error) {
		begun = true
		if err := c.Begin(ctx, rows); err != nil {
			return err
		}
		defer c.End(&err)
		return finish(use())
	}
	err := open(begin)
	if err == nil || begun {
		return err
	}
	return begin(0, func() error { return err })
}

// Original returns the error that a call returns as it is, without its own name:
// one that the user's sequence of frames gave, or the cause of the end of the
// call's context.
func Original(c *engine.Call, err error) (error, bool) {
	if e, ok := engine.As[*fromSequence](err); ok {
		return e.error, true
	}
	if cause := context.Cause(c.Context()); cause != nil && engine.Is(err, cause) {
		return cause, true
	}
	return nil, false
}
