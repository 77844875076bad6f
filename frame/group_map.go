package frame

import (
	"context"
	"fmt"
	"slices"

	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/internal/engine"
	"github.com/parframe/parframe/internal/freelist"
	"github.com/parframe/parframe/internal/rowcodec"
)

// MapGroups calls fn once for each group, with its key and its rows, and returns the key
// columns and the results, one row per group in the order of the groups.
//
//	MapGroups(Groups{K…}, func(K, []In) Out) Frame{K…, Out…}
//
// K is the type of the single key, or a struct whose fields are key columns. In is a
// struct whose fields are columns of the frame, or the type of the only column that is
// not a key. Out is a struct of new columns, or a scalar, whose column is named "result"
// or by [As]. Types and nulls are as for [MapRows]; a column of the result with a key's
// name is an [ErrName].
//
// The slice, and what pointers and []byte in it refer to, belong to the call and are
// valid until fn returns; writing to them is harmless. Strings may be kept. The largest
// groups run first, and errors are as for [ApplyGroups]; under [parallel.CollectAll] and
// [parallel.Partial] the columns of Out are nullable, and null for groups that failed or
// are not done. There is no allocation per row.
func MapGroups[K, In, Out any](ctx context.Context, g *Groups, fn func(ctx context.Context, key K, rows []In) (Out, error), opts ...RowOption) (_ *Frame, err error) {
	c, err := g.begin(ctx, "frame.MapGroups", fn == nil, engine.Collect(opts, RowOption.ForRows), groupOptions, []string{optionAs})
	if err != nil {
		return nil, err
	}
	defer c.End(&err)
	keyPlan, outPlan, err := typesOf[K, Out]()
	if err != nil {
		return nil, c.wrap(err)
	}
	inPlan, _, err := typesOf[In, Out]()
	if err != nil {
		return nil, c.wrap(err)
	}
	names, err := namesOf(c, outPlan, defaultName)
	if err != nil {
		return nil, err
	}
	for _, n := range names {
		if slices.Contains(g.names, n) {
			return nil, c.wrap(fmt.Errorf("%w: %q is a key column, and one of the result: rename it with frame.As", ErrName, n))
		}
	}
	// Check before anything is gathered.
	used, err := columnsFor(inPlan, g)
	if err != nil {
		return nil, c.wrap(err)
	}
	if _, err := keyPlan.Bind(g.keys); err != nil {
		return nil, c.wrap(fmt.Errorf("key: %w", err))
	}
	at, err := g.find(c)
	if err != nil {
		return nil, err
	}
	keys, err := g.keyFrame(c, at)
	if err != nil {
		return nil, c.plainly(err)
	}
	all, err := gatherFrame(c, used, at.rows)
	if err != nil {
		return nil, c.plainly(err)
	}
	readers, err := inPlan.Bind(all.cols)
	if err != nil {
		return nil, c.wrap(err)
	}
	keyValues, err := readRows[K](c, keyPlan, keys)
	if err != nil {
		return nil, err
	}
	c.newMarks(at.n())
	results := make([]Out, at.n())
	made := missingRows(c, at.n())
	type group struct {
		key  K
		rows []In
	}
	policed := contained(c, engine.Policed(c.Call, func(ctx context.Context, x group) (Out, error) { return fn(ctx, x.key, x.rows) }))
	var free freelist.List[*groupBlock[In]]
	err = g.ordered(c, at, func(w *engine.Worker, k int) error {
		b, ok := free.Take()
		if !ok {
			b = &groupBlock[In]{readers: readers}
		}
		rows, err := b.read(w, at.starts[k], at.starts[k+1])
		if err != nil {
			return err
		}
		out, err := policed(w, group{keyValues[k], rows})
		if err != nil {
			return err
		}
		results[k] = out
		rowcodec.Detach(outPlan, rowcodec.ViewOf(results[k:k+1]))
		if made != nil {
			made[k] = int32(k)
		}
		free.Give(b)
		return nil
	})
	if err != nil {
		return nil, err
	}
	cols, err := writeRows(ctx, c, outPlan, names, results)
	if err != nil {
		return nil, err
	}
	if slices.Contains(made, -1) {
		some, err := gatherFrame(c, newFrame(cols, at.n()), made)
		if err != nil {
			return nil, err
		}
		cols = some.cols
	}
	for i := range cols {
		cols[i].Field.Nullable = cols[i].Field.Nullable || c.missing
	}
	out, err := keys.with(cols)
	if err != nil {
		return nil, err
	}
	return out, c.outcome(at.n())
}

// groupOptions are the options of a call that runs a function for each group.
var groupOptions = slices.Concat(columnOptions, []string{"CollectAll", "Partial"})

// missingRows returns where the results of n groups are, -1 for groups without a result;
// nil if all groups must have one.
func missingRows(c *call, n int) []int32 {
	if !c.missing {
		return nil
	}
	rows := make([]int32, n)
	for k := range rows {
		rows[k] = -1
	}
	return rows
}

// columnsFor returns the columns of the groups that the type reads.
func columnsFor(p *rowcodec.Plan, g *Groups) (*Frame, error) {
	f := g.f
	if p.Scalar {
		rest, err := f.Drop(g.names...)
		if err != nil {
			return nil, err
		}
		if f = rest; len(f.cols) != 1 {
			return nil, fmt.Errorf("%w: []%v takes a frame of one column besides the keys, and this one has %d: Select it, or use a struct", ErrType, rowcodec.TypeName(p.Type), len(f.cols))
		}
	}
	readers, err := p.Bind(f.cols)
	if err != nil {
		return nil, err
	}
	cols := make([]chunk.Column, len(readers))
	for i, r := range readers {
		cols[i] = r.Col
	}
	return newFrame(cols, f.rows), nil
}

// groupBlock is a worker's memory for the rows of a group. A group is read in blocks,
// each of which has memory of its own for pointers and bytes, since fn sees all of them
// at once.
type groupBlock[In any] struct {
	readers []*rowcodec.Reader
	rows    []In
	mems    [][]rowcodec.ReadMem // of each block and reader
}

// read returns rows lo..hi of the gathered columns.
func (b *groupBlock[In]) read(ctx context.Context, lo, hi int) ([]In, error) {
	n := hi - lo
	if cap(b.rows) < n {
		b.rows = make([]In, max(n, min(2*cap(b.rows), 1<<20)))
	}
	rows := b.rows[:n]
	var s rowcodec.Block
	for k, from := 0, 0; from < n; k, from = k+1, from+rowcodec.BlockRows {
		if k == len(b.mems) {
			mem := make([]rowcodec.ReadMem, len(b.readers))
			for i, r := range b.readers {
				mem[i].Elems = r.Elements(rowcodec.BlockRows)
			}
			b.mems = append(b.mems, mem)
		}
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		part := rows[from:min(from+rowcodec.BlockRows, n)]
		s.Reset(len(part))
		for i, r := range b.readers {
			r.Gather(&s, rowcodec.ViewOf(part), lo+from, len(part), &b.mems[k][i])
		}
		if stop := min(s.Bad, s.FirstNull()); stop < len(part) {
			return nil, fmt.Errorf("row %d of the group: %w", from+stop, s.Cause(b.readers, lo+from, stop, false))
		}
	}
	return rows, nil
}
