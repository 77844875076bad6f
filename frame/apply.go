package frame

import (
	"context"
	"errors"
	"fmt"
	"runtime"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/internal/engine"
)

// OutSchema tells Apply the columns of the result: it has these names and types in this
// order, even if every partition is skipped. The columns of a partition are widened where
// no value changes, missing columns are null, and anything else is an error that names
// the partition, the column and both types.
func OutSchema(s *arrow.Schema) engine.PartOnly {
	if s == nil {
		return engine.PartOnly{Setting: wrong("OutSchema(nil)", "want a schema")}
	}
	return engine.PartOnly{Setting: local(optionOutSchema, func(o *options) { o.outSchema = s })}
}

// KeepRows tells Apply that fn must return as many rows as it received, so that row i of
// the result belongs to row i of f.
func KeepRows() engine.PartOnly {
	return engine.PartOnly{Setting: local(optionKeepRows, func(o *options) { o.keepRows = true })}
}

// Partition describes the part of a frame that a function of [ApplyIndexed] receives.
type Partition struct {
	Index int // number of this partition, from 0
	Count int // number of partitions
	Row   int // row of the whole frame at which this partition begins
}

// Apply cuts f into consecutive partitions of equal length, calls fn once for each, and
// returns the resulting frames, one below the other in the order of the partitions.
//
//	Apply(Frame, func(Frame) Frame) Frame
//
// There is one partition per core (runtime.GOMAXPROCS(0), regardless of Workers), or as
// many as [parallel.Partitions] says, but at most one per row. If what fn does to a row
// depends on other rows (a mean, a sort), the result depends on the number of partitions:
// set it for results that are the same on every machine. The same is true for the borders
// of Arrow chunks.
//
// Nothing is copied: a partition is a view of f, and the result has the Arrow chunks that
// fn returned. A call costs a few microseconds, and less than 2 µs per partition and
// column.
//
// fn may return any number of rows. The columns of all partitions must agree as [Concat]
// requires; [OutSchema] declares them, and [KeepRows] requires as many rows as fn
// received. [SkipPartition] leaves a partition out. A frame without rows is one
// partition, for which fn is called once.
//
// An error or a panic in fn is a [parallel.RowError] with the partition's number and
// first row, and so is a nil frame.
func Apply(ctx context.Context, f *Frame, fn func(ctx context.Context, part *Frame) (*Frame, error), opts ...PartOption) (*Frame, error) {
	return apply(ctx, "frame.Apply", f, fn == nil, func(ctx context.Context, _ Partition, part *Frame) (*Frame, error) { return fn(ctx, part) }, opts)
}

// ApplyIndexed is [Apply] for functions that need the number of their partition, or its
// first row in f.
//
//	ApplyIndexed(Frame, func(Partition, Frame) Frame) Frame
func ApplyIndexed(ctx context.Context, f *Frame, fn func(ctx context.Context, p Partition, part *Frame) (*Frame, error), opts ...PartOption) (*Frame, error) {
	return apply(ctx, "frame.ApplyIndexed", f, fn == nil, fn, opts)
}

func apply(ctx context.Context, name string, f *Frame, nilFunc bool, fn func(context.Context, Partition, *Frame) (*Frame, error), opts []PartOption) (out *Frame, err error) {
	c, err := begin(ctx, name, f, nilFunc, engine.Collect(opts, PartOption.ForParts), engine.PartOptions, []string{optionOutSchema, optionKeepRows})
	if err != nil {
		return nil, err
	}
	defer c.End(&err)
	return applyParts(c, f, fn)
}

// applyParts runs fn for each partition of f and joins the results.
func applyParts(c *call, f *Frame, fn func(context.Context, Partition, *Frame) (*Frame, error)) (*Frame, error) {
	type partition struct {
		Partition
		f *Frame
	}
	asks := ""
	if c.keepRows {
		asks = "KeepRows"
	}
	policed := engine.Policed(c.Call, func(ctx context.Context, p partition) (*Frame, error) {
		g, err := fn(ctx, p.Partition, p.f)
		return returned(p.f, g, err, asks)
	})
	count := max(c.PartCount(runtime.GOMAXPROCS(0), f.rows), 1)
	results := make([]*Frame, count)
	run := func(w *engine.Worker, k, lo, hi int) (err error) {
		results[k], err = policed(w, partition{Partition{Index: k, Count: count, Row: lo}, f.slice(lo, hi)})
		return err
	}
	var err error
	if f.rows > 0 {
		err = c.Parts(f.rows, count, run)
	} else { // an empty frame is a partition too
		first := func(int) (row, partition int) { return 0, 0 }
		err = c.Ordered([]int{0}, first, func(int) int { return 0 }, func(w *engine.Worker, k int) error { return run(w, k, 0, 0) })
	}
	if err != nil {
		return nil, err
	}
	return joinResults(c, c.outSchema, results)
}

// returned checks what the user's function returned for a partition or group, and returns
// nil if it was left out: SkipPartition is not a failure, so it is not retried. asks
// names the option that requires as many rows as there were, or is empty.
func returned(part, g *Frame, err error, asks string) (*Frame, error) {
	switch {
	case engine.Is(err, SkipPartition):
		if g != nil {
			return nil, errors.New("a frame and SkipPartition: return one of them")
		}
		if asks != "" && part.rows > 0 {
			return nil, fmt.Errorf("%w: SkipPartition, but %s asks for %d rows", ErrLength, asks, part.rows)
		}
		return nil, nil
	case err != nil:
		return nil, err
	case g == nil:
		return nil, fmt.Errorf("%w from the function: return a frame, or frame.SkipPartition to add no rows", ErrNilFrame)
	case asks != "" && g.rows != part.rows:
		return nil, fmt.Errorf("%w: %d rows went in and %d came back, but %s asks for the same", ErrLength, part.rows, g.rows, asks)
	}
	return g, nil
}

// joinResults joins the results of the partitions, nil where one was skipped.
func joinResults(c *call, schema *arrow.Schema, results []*Frame) (*Frame, error) {
	ctx := c.Context()
	var none *Frame // stands for a skipped partition, so that Concat counts as we do
	for k, g := range results {
		if g == nil {
			continue
		}
		if schema != nil {
			var err error
			g, err = conform(ctx, schema, g)
			if ctx.Err() != nil {
				return nil, context.Cause(ctx)
			}
			if err != nil {
				return nil, c.wrap(fmt.Errorf("partition %d: %w", k, err))
			}
			results[k] = g
		}
		if none == nil {
			none = g.Head(0)
		}
	}
	if none == nil {
		if schema == nil {
			return nil, c.wrap(errors.New("every partition was skipped: frame.OutSchema says what columns the result has then"))
		}
		return FromRecords(schema)
	}
	for k, g := range results {
		if g == nil {
			results[k] = none
		}
	}
	g, err := concat(ctx, results)
	if err != nil {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		return nil, c.wrap(err)
	}
	return g, nil
}

// conform gives g the columns of the schema. If the context has ended, its result is
// useless.
func conform(ctx context.Context, schema *arrow.Schema, g *Frame) (*Frame, error) {
	empty, err := FromRecords(schema)
	if err != nil {
		return nil, err
	}
	all, err := concat(ctx, []*Frame{empty, g})
	for _, col := range g.cols {
		at := schema.FieldIndices(col.Field.Name)
		if len(at) == 0 {
			return nil, fmt.Errorf("%w: %q (%v) is not in OutSchema", ErrColumn, col.Field.Name, col.Field.Type)
		}
		// Concat widens either side, but only g may be widened.
		got, want := col.Field.Type, schema.Field(at[0]).Type
		if err == nil {
			got = all.cols[at[0]].Field.Type
		}
		if !chunk.SameType(got, want) {
			return nil, fmt.Errorf("column %q: %w: %v, but OutSchema says %v", col.Field.Name, ErrType, col.Field.Type, want)
		}
	}
	return all, err
}
