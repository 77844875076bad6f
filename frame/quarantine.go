package frame

import (
	"context"
	"fmt"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/internal/engine"
	"github.com/parframe/parframe/parallel"
)

// The columns that Quarantine adds.
const (
	quarantineRow   = "_row"
	quarantineError = "_error"
)

// Quarantine lets a row function go on after rows that fail: the result has the other
// rows only, and *bad becomes a frame of the rows that failed, with all columns of the
// input, their row number as "_row" (int64), and the reason as "_error". Both keep the
// order of the input. *bad is set when the call succeeds, to a frame without rows if
// nothing failed.
//
//	MapRows(Frame{In…}, …, Quarantine(&bad)) Frame{Out…}, bad = Frame{In…, _row, _error}
//
// A row fails by an error or a panic of the function, by a null or a value that In cannot
// hold, or by a result that no column can hold. For a panic, _error has the value but not
// the stack. The whole call still ends if types do not fit, if the function calls
// runtime.Goexit, and if ctx ends. Calls that return f with columns added return only its
// good rows.
//
// It costs nothing if nothing fails. Otherwise the good rows are copied once more, and a
// row whose value does not fit costs as much as a few other rows.
func Quarantine(bad **Frame) engine.RowOnly {
	if bad == nil {
		return engine.RowOnly{Setting: wrong("Quarantine(nil)", "want a frame to fill")}
	}
	return engine.RowOnly{Setting: local(optionQuarantine, func(o *options) {
		o.quarantine = func(schema *arrow.Schema, cols []chunk.Column, rows int) {
			*bad = &Frame{schema: schema, cols: cols, rows: rows}
		}
	})}
}

// checkQuarantine returns an error if the frame of bad rows cannot be made for f.
func checkQuarantine(c *call, f *Frame) error {
	if c.quarantine == nil {
		return nil
	}
	for _, name := range []string{quarantineRow, quarantineError} {
		if f.Schema().HasField(name) {
			return c.wrap(fmt.Errorf("%w: the frame has a column %q, which Quarantine adds", ErrName, name))
		}
	}
	return nil
}

// settle ends a call of a row function on f whose result is g. If g has the rows of f,
// aligned, it removes the quarantined ones.
func settle(c *call, ctx context.Context, f, g *Frame, aligned bool) (*Frame, error) {
	if c.quarantine == nil {
		return g, c.outcome(f.rows)
	}
	_, failed := c.Failures()
	rows, texts := make([]int, len(failed)), make([]string, len(failed))
	numbers := make([]int64, len(failed))
	for i, e := range failed {
		rows[i], numbers[i], texts[i] = e.Row, int64(e.Row), whyBad(e.Err)
	}
	at, err := columnFrom(quarantineRow, numbers)
	if err != nil {
		return nil, err
	}
	why, err := columnFrom(quarantineError, texts)
	if err != nil {
		return nil, err
	}
	lost, err := pickFrame(c, f, chunk.SelectRows(rows, len(rows)))
	if err != nil {
		return nil, err
	}
	if lost, err = lost.with([]chunk.Column{at, why}); err != nil {
		return nil, err
	}
	if len(failed) > 0 && aligned {
		keep := make([]bool, f.rows)
		for i := range keep {
			keep[i] = true
		}
		for _, row := range rows {
			keep[row] = false
		}
		if g, err = filterFrame(c, g, f.rows-len(rows), keep); err != nil {
			return nil, err
		}
	}
	c.quarantine(lost.schema, lost.cols, lost.rows)
	return g, nil
}

// whyBad returns the reason in the frame of bad rows: a panic is without its stack.
func whyBad(err error) string {
	if p, ok := engine.As[*parallel.PanicError](err); ok {
		return fmt.Sprintf("panic: %v", p.Value)
	}
	return fmt.Sprint(err)
}

// filterFrame returns the n rows for which keep is true.
func filterFrame(c *call, f *Frame, n int, keep []bool) (*Frame, error) {
	ctx := c.Context()
	if n == f.rows {
		return f, nil
	}
	_, runs := chunk.CountMask(keep)
	return pickFrame(c, f, chunk.SelectMask(ctx, keep, n, runs))
}

// pickFrame is [Frame.pick], with the columns in parallel.
func pickFrame(c *call, f *Frame, p chunk.Selection) (*Frame, error) {
	cols := make([]chunk.Column, len(f.cols))
	err := c.Tasks(len(cols), func(ctx context.Context, i int) error {
		cols[i] = newFrame(f.cols[i:i+1], f.rows).pick(ctx, p).cols[0]
		return context.Cause(ctx)
	})
	if err != nil {
		return nil, err
	}
	return &Frame{schema: f.Schema(), cols: cols, rows: p.Len}, nil
}
