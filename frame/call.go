package frame

import (
	"context"
	"errors"
	"fmt"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/internal/engine"
	"github.com/parframe/parframe/internal/rowcodec"
	"github.com/parframe/parframe/parallel"
)

// RowOption is an option of calls that run a function for each row, value, group or
// window: any [parallel.Option], any [parallel.ItemOption] except parallel.Quarantine,
// and [As], [SkipNulls] and [Quarantine]. A call that cannot honor one of them returns a
// [parallel.ErrOption] that lists the options it accepts.
type RowOption interface {
	ForRows(engine.Mark) engine.Setting
}

// PartOption is an option of calls that run a function for each partition or column: any
// [parallel.Option], [parallel.Partitions], [parallel.Seed], [parallel.WorkerState],
// [parallel.Retry], [parallel.Timeout], [parallel.SoftDeadline], [parallel.Limit],
// [OutSchema], [KeepRows] and [Broadcast], and, for [ApplyGroups] only,
// [parallel.CollectAll] and [parallel.Partial].
type PartOption interface {
	ForParts(engine.Mark) engine.Setting
}

// Names of this package's options.
const (
	optionAs         = "frame.As"
	optionSkipNulls  = "frame.SkipNulls"
	optionQuarantine = "frame.Quarantine"
	optionOutSchema  = "frame.OutSchema"
	optionKeepRows   = "frame.KeepRows"
	optionBroadcast  = "frame.Broadcast"
)

// options holds the values of this package's options.
type options struct {
	as        []string // nil: not given
	skipNulls *bool
	// quarantine receives the rows that failed; nil without Quarantine.
	quarantine func(schema *arrow.Schema, cols []chunk.Column, rows int)
	outSchema  *arrow.Schema
	keepRows   bool
	broadcast  bool
}

// local returns the setting of one of this package's options.
func local(name string, set func(*options)) engine.Setting { return engine.LocalSetting(name, set) }

// wrong returns the setting of an option with an invalid argument.
func wrong(name, want string) engine.Setting {
	return engine.NewSetting(name, name, errors.New(want), nil)
}

// call is a call of this package, with its options checked.
type call struct {
	*engine.Call
	options
	leniency
}

// prepare checks the options of the named call; accepted are those that it takes besides
// the common ones.
func prepare(name string, given []engine.Setting, accepted ...[]string) (*call, error) {
	c, err := engine.NewCall(name, given, accepted...)
	if err != nil {
		return nil, err
	}
	k := &call{Call: c}
	for _, o := range c.Local {
		if set, ok := o.(func(*options)); ok {
			set(&k.options)
		}
	}
	k.tolerate()
	return k, nil
}

// begin checks what all calls on a frame have in common, and begins the call. The caller
// must defer [engine.Call.End].
func begin(ctx context.Context, name string, f *Frame, nilFunc bool, given []engine.Setting, accepted ...[]string) (*call, error) {
	c, err := prepare(name, given, accepted...)
	switch {
	case err != nil:
		return nil, err
	case f == nil:
		return nil, c.wrap(ErrNilFrame)
	case nilFunc:
		return nil, c.wrap(parallel.ErrNilFunc)
	}
	if err := c.Begin(ctx, f.rows); err != nil {
		return nil, err
	}
	return c, nil
}

// rowCall begins a call that runs a function on rows.
func rowCall(ctx context.Context, name string, f *Frame, nilFunc bool, opts []RowOption, own ...string) (*call, error) {
	return begin(ctx, name, f, nilFunc, engine.Collect(opts, RowOption.ForRows), rowOptions, own)
}

// rowOptions are the options of row functions besides the common ones and their own.
var rowOptions = []string{"ChunkSize", "Partitions", "Seed", "WorkerState", "Retry", "Timeout", "SoftDeadline", "Limit", "CollectAll", "Partial"}

// ownCall begins a call that runs no function of the user's.
func ownCall(ctx context.Context, name string, f *Frame, opts []parallel.Option) (*call, error) {
	return begin(ctx, name, f, false, engine.Collect(opts, parallel.Option.ForAny))
}

// serialCall begins a call that takes no context, and so works only on the caller's
// goroutine.
func serialCall(name string, rows int) (*call, error) {
	c := &call{Call: &engine.Call{Name: name, Config: engine.Config{Serial: true}}}
	return c, c.Begin(context.Background(), rows)
}

func (c *call) wrap(err error) error { return c.Wrap(err) }

// plainly prefixes an error of the call's own steps with the name of the call. It does
// not change the cause of the context's end, which callers compare, or the error of a
// row.
func (c *call) plainly(err error) error {
	if engine.Is(err, context.Canceled) || engine.Is(err, context.DeadlineExceeded) {
		return err
	}
	if ctx := c.Context(); ctx.Err() != nil && engine.Is(err, context.Cause(ctx)) {
		return err
	}
	if _, ok := engine.As[*parallel.RowError](err); ok {
		return err
	}
	return c.wrap(err)
}

// wrapRow names the call in the error of a row, and in its own errors except the cause of
// the context's end, which callers compare.
func (c *call) wrapRow(err error) error {
	if _, ok := engine.As[*parallel.RowError](err); ok {
		return c.wrap(err)
	}
	return c.plainly(err)
}

// Ranges runs work of the library over ranges of n rows or other items.
func (c *call) Ranges(n int, fn func(ctx context.Context, lo, hi int) error) error {
	return c.Own(n, 0, func(w *engine.Worker, lo, hi int) error { return fn(w, lo, hi) })
}

// rowRanges runs work of the library over the rows that the user counts, in ranges of
// size rows, the last one possibly shorter.
func (c *call) rowRanges(n, size int, fn func(ctx context.Context, lo, hi int) error) error {
	return c.OwnRows(n, size, func(w *engine.Worker, lo, hi int) error { return fn(w, lo, hi) })
}

// RowRanges is rowRanges for a function that returns the row that failed.
func (c *call) RowRanges(n, size int, fn func(ctx context.Context, lo, hi int) (row int, err error)) error {
	return c.OwnRows(n, size, func(w *engine.Worker, lo, hi int) error {
		row, err := fn(w, lo, hi)
		w.Row = row
		return err
	})
}

// Tasks runs work of the library for each of n items, such as columns.
func (c *call) Tasks(n int, fn func(ctx context.Context, i int) error) error {
	return c.Each(n, func(w *engine.Worker, i int) error { return fn(w, i) })
}

// rowCell returns the variable that holds the row at which the worker is.
func rowCell(ctx context.Context) *int { return &ctx.(*engine.Worker).Row }

// namesOf returns the names of the result's columns.
func namesOf(c *call, out *rowcodec.Plan, scalar string) ([]string, error) {
	names := make([]string, len(out.Fields))
	for i := range names {
		names[i] = out.Fields[i].Name
		if out.Scalar {
			names[i] = scalar
		}
	}
	if c.as == nil {
		return names, nil
	}
	if len(c.as) != len(names) {
		of := ""
		if out.Type != nil {
			of = " of " + rowcodec.TypeName(out.Type)
		}
		return nil, c.wrap(fmt.Errorf("%w: As%q: %d names for %d columns%s", parallel.ErrOption, c.as, len(c.as), len(names), of))
	}
	seen := make(map[string]bool, len(c.as))
	for _, name := range c.as {
		if name == "" || seen[name] {
			return nil, c.wrap(fmt.Errorf("%w: As%q: empty or repeated name", parallel.ErrOption, c.as))
		}
		seen[name] = true
	}
	return c.as, nil
}

// inParallel is Tasks for steps that cannot fail.
func (c *call) inParallel(n int, fn func(i int)) error {
	return c.Tasks(n, func(_ context.Context, i int) error { fn(i); return nil })
}
