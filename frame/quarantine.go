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

// Quarantine lets a row function go on after rows that fail: the result is
// that of the other rows, and *bad becomes a frame of those that failed, with
// all columns of the input, their row there as "_row" (int64), and why as
// "_error". Both keep the order of the input. *bad is set when the call
// succeeds, to a frame without rows where nothing failed.
//
//	MapRows(Frame{In…}, …, Quarantine(&bad)) Frame{Out…}, bad = Frame{In…, _row, _error}
//
// A row fails by an error or a panic of the function, by a null or a value that
// In cannot hold, and by a result that no column can hold. Of a panic _error
// has the value and not the stack. What ends the whole call all the same:
// types that do not fit, runtime.Goexit in the function, and the end of ctx.
// Calls that return f with columns added return its good rows only.
//
// Where nothing fails it costs nothing. Else the good rows are copied once
// more, and a row whose value does not fit costs as much as a few others.
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

// checkQuarantine says what keeps the bad rows of f from being told.
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

// settle ends a call of a row function on f: g is its result. Where g has the rows of
// f, aligned, Quarantine takes the bad ones out of it.
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

// whyBad is what the bad frame says of a row: a panic without its stack.
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
