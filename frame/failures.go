package frame

import (
	"context"
	"runtime/debug"

	"github.com/parframe/parframe/internal/engine"
	"github.com/parframe/parframe/parallel"
)

// leniency is how a call goes on after rows that fail, or ends without all.
type leniency struct {
	lenient bool   // rows that fail are noted, see [engine.Worker.Failed]
	missing bool   // results may be missing: their columns are nullable
	marks   []bool // which rows or groups are done; nil where nobody asks
	ended   error  // why not all of them are
}

// tolerate takes over what the options say.
func (c *call) tolerate() {
	c.lenient = c.quarantine != nil || c.Collect > 0
	c.missing = c.Collect > 0 || c.Partial != nil
	if c.lenient {
		c.Gather(c.Collect)
	}
}

// newMarks makes the marks of n rows or groups, if somebody asks for them.
func (c *call) newMarks(n int) {
	if c.Partial != nil {
		*c.Partial = make([]bool, n)
		c.marks = *c.Partial
	}
}

// partly returns the error of a phase that runs the user's function, or nil where
// the call goes on with what is done, which the end of the context no longer stops.
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

// outcome returns what the call says of n rows or groups beside its result.
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

// mark says that rows lo..hi are done.
func (t *leniency) mark(lo, hi int) {
	if t.marks != nil {
		for i := lo; i < hi; i++ {
			t.marks[i] = true
		}
	}
}

// returning calls call, which runs the user's function row by row. If call does not
// return, because of a panic or runtime.Goexit, it calls otherwise: the rows before the
// one that did so are done.
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

// contained returns fn with a panic as its error, where the call goes on after
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
