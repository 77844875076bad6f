package frame

import (
	"context"
	"runtime/debug"

	"github.com/parframe/parframe/internal/engine"
	"github.com/parframe/parframe/parallel"
)

// leniency describes how a call goes on after rows that fail, or ends without all rows.
type leniency struct {
	lenient bool   // rows that fail are recorded, see [engine.Worker.Failed]
	missing bool   // results may be missing: their columns are nullable
	marks   []bool // which rows or groups are done; nil if not needed
	ended   error  // why some are not done
}

// tolerate sets l from the options.
func (c *call) tolerate() {
	c.lenient = c.quarantine != nil || c.Collect > 0
	c.missing = c.Collect > 0 || c.Partial != nil
	if c.lenient {
		c.Gather(c.Collect)
	}
}

// newMarks makes the marks of n rows or groups, if they are needed.
func (c *call) newMarks(n int) {
	if c.Partial != nil {
		*c.Partial = make([]bool, n)
		c.marks = *c.Partial
	}
}

// partly returns the error of a phase that runs the user's function, or nil if the call
// goes on with what is done; the end of the context no longer stops it then.
func (c *call) partly(err error) error {
	if c.marks == nil || err != nil && c.Context().Err() == nil {
		return err
	}
	if _, failed := err.(*parallel.RowError); failed {
		return err
	}
	c.ended = err
	c.Detach()
	return nil
}

// outcome returns the error that the call returns beside its result of n rows or groups.
func (c *call) outcome(n int) error {
	if c.ended != nil || !c.lenient || c.quarantine != nil {
		return c.ended
	}
	count, errs := c.Failures()
	if count == 0 {
		return nil
	}
	return &parallel.Failures{Count: count, Of: n, Errs: errs}
}

// mark marks rows lo..hi as done.
func (t *leniency) mark(lo, hi int) {
	if t.marks != nil {
		for i := lo; i < hi; i++ {
			t.marks[i] = true
		}
	}
}

// returning calls call, which runs the user's function row by row. If call does not
// return, because of a panic or runtime.Goexit, returning calls otherwise: the rows
// before the current one are done.
func returning(call func() (int, error), otherwise func()) (int, error) {
	returned := false
	defer func() {
		if !returned {
			otherwise()
		}
	}()
	n, err := call()
	returned = true
	return n, err
}

// contained returns fn with panics turned into errors, if the call goes on after
// failures.
func contained[T, R any](c *call, fn engine.Func[T, R]) engine.Func[T, R] {
	if !c.lenient {
		return fn
	}
	return func(ctx context.Context, x T) (r R, err error) {
		defer func() {
			if v := recover(); v != nil {
				err = &parallel.PanicError{Value: v, Stack: debug.Stack()}
			}
		}()
		return fn(ctx, x)
	}
}
