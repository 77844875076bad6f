package frame

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"

	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/internal/engine"
	"github.com/parframe/parframe/internal/unset"
	"github.com/parframe/parframe/parallel"
)

// ApplyGroups calls fn once for each group, with all columns of its rows, and returns the
// resulting frames, one below the other in the order of the groups.
//
//	ApplyGroups(Groups, func(Frame) Frame) Frame
//
// fn may return any number of rows. Results must agree as [Concat] requires; [OutSchema]
// declares their columns, and [SkipPartition] leaves a group out. If there are no groups,
// the columns of the result are unknown, and OutSchema is required. fn receives the key
// columns too, and must return those that the result should have.
//
// The largest groups run first. An error, a panic or a nil frame is a [parallel.RowError]
// for the group's first row, with the group's number as partition and its key in the
// text; of several errors, the one of the first group is returned. Under
// [parallel.CollectAll] and [parallel.Partial], which marks groups, groups that failed or
// are not done are left out. The rows are gathered once, at the cost of a Take; a group
// is a view.
func ApplyGroups(ctx context.Context, g *Groups, fn func(ctx context.Context, group *Frame) (*Frame, error), opts ...PartOption) (_ *Frame, err error) {
	c, err := g.begin(ctx, "frame.ApplyGroups", fn == nil, engine.Collect(opts, PartOption.ForParts), groupOptions, []string{optionOutSchema})
	if err != nil {
		return nil, err
	}
	defer c.End(&err)
	_, results, err := g.apply(ctx, c, fn, false)
	if err != nil {
		return nil, err
	}
	if len(results) == 0 && c.outSchema == nil {
		return nil, c.wrap(errNoGroups)
	}
	out, err := joinResults(c, c.outSchema, results)
	if cause := context.Cause(c.Context()); cause != nil {
		return nil, cause
	}
	if err != nil {
		return nil, errors.Join(err, c.outcome(len(results)))
	}
	out = out.joined(c.Context(), len(results))
	if err := context.Cause(c.Context()); err != nil {
		return nil, err
	}
	return out, c.outcome(len(results))
}

var errNoGroups = errors.New("there are no groups: frame.OutSchema says what columns the result has then")

// joined makes one Arrow chunk of the many small ones that groups leave, unless that
// needs another type.
func (f *Frame) joined(ctx context.Context, groups int) *Frame {
	if groups < 2 {
		return f
	}
	cols := slices.Clone(f.cols)
	for i, c := range cols {
		if len(c.Chunks) < 2 {
			continue
		}
		if one, err := c.Rechunk(ctx); err == nil && one.Type == c.Field.Type {
			cols[i].Chunks = []*chunk.Chunk{one}
		}
	}
	return &Frame{schema: f.Schema(), cols: cols, rows: f.rows}
}

// apply runs fn for each group. keep requires as many rows as fn received.
func (g *Groups) apply(ctx context.Context, c *call, fn func(context.Context, *Frame) (*Frame, error), keep bool) (*grouping, []*Frame, error) {
	at, all, err := g.gathered(c)
	if err != nil {
		return nil, nil, err
	}
	results := make([]*Frame, at.n())
	c.newMarks(at.n())
	asks := ""
	if keep {
		asks = "TransformGroups"
	}
	policed := contained(c, engine.Policed(c.Call, func(ctx context.Context, part *Frame) (*Frame, error) {
		out, err := fn(ctx, part)
		return returned(part, out, err, asks)
	}))
	err = g.ordered(c, at, func(w *engine.Worker, k int) (err error) {
		results[k], err = policed(w, all.slice(at.starts[k], at.starts[k+1]))
		return err
	})
	return at, results, err
}

// gathered returns the frame with the rows of each group next to each other.
func (g *Groups) gathered(c *call) (*grouping, *Frame, error) {
	at, err := g.find(c)
	if err != nil {
		return nil, nil, err
	}
	same, err := c.isIota(at.rows)
	if err != nil {
		return nil, nil, c.plainly(err)
	}
	if same {
		return at, g.f, nil
	}
	all, err := gatherFrame(c, g.f, at.rows)
	if err != nil {
		return nil, nil, c.plainly(err)
	}
	return at, all, nil
}

// isIota reports whether the rows are 0, 1, 2 …
func (c *call) isIota(rows []int32) (bool, error) {
	var moved atomic.Bool
	err := c.Ranges(len(rows), func(_ context.Context, lo, hi int) error {
		if moved.Load() {
			return nil
		}
		for i, row := range rows[lo:hi] {
			if int(row) != lo+i {
				moved.Store(true)
				return nil
			}
		}
		return nil
	})
	return !moved.Load(), err
}

// inverse returns the index of each row in rows, which has every row once.
func (c *call) inverse(rows []int32) ([]int32, error) {
	places := unset.Make[int32](len(rows))
	return places, c.Ranges(len(rows), func(_ context.Context, lo, hi int) error {
		for k, row := range rows[lo:hi] {
			places[row] = int32(lo + k)
		}
		return nil
	})
}

// TransformGroups calls fn once for each group and puts the resulting rows in the place
// of the group's rows: row i of the result belongs to row i of the frame.
//
//	TransformGroups(Groups, func(Frame) Frame) Frame
//
// fn must return as many rows as it received, in their order; another number is an error
// of the group. Everything else is as for [ApplyGroups].
func TransformGroups(ctx context.Context, g *Groups, fn func(ctx context.Context, group *Frame) (*Frame, error), opts ...PartOption) (_ *Frame, err error) {
	c, err := g.begin(ctx, "frame.TransformGroups", fn == nil, engine.Collect(opts, PartOption.ForParts), columnOptions, []string{optionOutSchema})
	if err != nil {
		return nil, err
	}
	defer c.End(&err)
	at, results, err := g.apply(ctx, c, fn, true)
	if err != nil {
		return nil, err
	}
	if len(results) == 0 && c.outSchema == nil {
		return nil, c.wrap(errNoGroups)
	}
	out, err := joinResults(c, c.outSchema, results)
	if err != nil {
		return nil, err
	}
	back, err := c.inverse(at.rows)
	if err != nil {
		return nil, c.plainly(err)
	}
	if out, err = gatherFrame(c, out, back); err != nil {
		return nil, c.plainly(err)
	}
	return out, nil
}

// Partitions returns each group as a frame, in the order of the groups. The rows are
// copied once for all groups, and the frames are views.
//
//	Groups.Partitions() []Frame
func (g *Groups) Partitions(ctx context.Context, opts ...parallel.Option) (_ []*Frame, err error) {
	c, err := g.begin(ctx, "frame.Groups.Partitions", false, engine.Collect(opts, parallel.Option.ForAny))
	if err != nil {
		return nil, err
	}
	defer c.End(&err)
	at, all, err := g.gathered(c)
	if err != nil {
		return nil, err
	}
	parts := make([]*Frame, at.n())
	err = c.Ranges(len(parts), func(ctx context.Context, lo, hi int) error {
		for k := lo; k < hi; k++ {
			parts[k] = all.slice(at.starts[k], at.starts[k+1])
		}
		return nil
	})
	if err != nil {
		return nil, c.plainly(err)
	}
	return slices.Clip(parts), nil
}
