package parquet

import (
	"context"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/parallel"
)

// windowChunks is how many column chunks are decoded before their row groups
// are handed on: work for a good number of cores, and a bound on what a
// sequence holds.
const windowChunks = 32

// each calls yield with the frame of each row group, in order, filtered and up
// to the limit. Row groups of which no row is left over are passed over.
func (rd *reader) each(ctx context.Context, plan *parallel.Plan, yield func(*frame.Frame) (bool, error)) error {
	window := max(windowChunks/max(len(rd.nodes), 1), 1)
	left := rd.o.Limit
	for first := 0; first < len(rd.groups); {
		n := min(window, len(rd.groups)-first)
		if rd.o.Limit > 0 && rd.where == nil { // no more than it takes
			rows := 0
			for k := range n {
				if rows += int(rd.RowGroups[rd.groups[first+k]].NumRows); rows >= left {
					n = k + 1
					break
				}
			}
		}
		frames, err := rd.frames(ctx, plan, rd.groups[first:first+n])
		if err != nil {
			return err
		}
		first += n
		for _, f := range frames {
			if rd.o.Limit > 0 {
				f = f.Head(left)
				left -= f.NumRows()
			}
			if f.NumRows() > 0 {
				if more, err := yield(f); err != nil || !more {
					return err
				}
			}
			if rd.o.Limit > 0 && left == 0 {
				return nil
			}
		}
	}
	return context.Cause(ctx)
}

// frames decodes row groups into a frame each. With conditions, their columns
// come first, and the others only where some row is left.
func (rd *reader) frames(ctx context.Context, plan *parallel.Plan, groups []int) ([]*frame.Frame, error) {
	var masks [][]bool
	if rd.where != nil {
		var err error
		if groups, masks, err = rd.where.masks(ctx, plan, rd, groups); err != nil {
			return nil, err
		}
	}
	parts, err := rd.decode(ctx, plan, groups, rd.nodes)
	if err != nil {
		return nil, err
	}
	width := len(rd.nodes)
	out := make([]*frame.Frame, len(groups))
	err = tasks(ctx, plan, len(groups), func(_ context.Context, i int) error {
		f, err := rd.assemble(parts[i*width:(i+1)*width], groups[i:i+1])
		if err == nil && masks != nil && masks[i] != nil {
			f, err = f.Filter(masks[i])
		}
		out[i] = f
		return err
	})
	return out, err
}

// masks says which rows of each group satisfy the conditions, nil for all of
// them, and drops the groups of which none does.
func (w *filter) masks(ctx context.Context, plan *parallel.Plan, rd *reader, groups []int) (kept []int, masks [][]bool, err error) {
	parts, err := rd.decode(ctx, plan, groups, w.nodes)
	if err != nil {
		return nil, nil, err
	}
	all := make([][]bool, len(groups))
	hits := make([]int, len(groups))
	err = tasks(ctx, plan, len(groups), func(_ context.Context, i int) error {
		mask := make([]bool, rd.RowGroups[groups[i]].NumRows)
		for k := range mask {
			mask[k] = true
		}
		for c, n := range w.nodes {
			col, err := column1(n.field, parts[i*len(w.nodes)+c])
			if err != nil {
				return err
			}
			if err := w.bounds[c].mask(col, mask); err != nil {
				return at(err, groups[i], n.field.Name)
			}
		}
		for _, m := range mask {
			if m {
				hits[i]++
			}
		}
		all[i] = mask
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	for i, g := range groups {
		switch hits[i] {
		case 0:
			continue
		case len(all[i]):
			all[i] = nil
		}
		kept, masks = append(kept, g), append(masks, all[i])
	}
	return kept, masks, nil
}

// column1 makes a column of the arrays of one row group.
func column1(f arrow.Field, chunks []arrow.Array) (frame.Column, error) {
	rows := 0
	for _, c := range chunks {
		rows += c.Len()
	}
	schema := arrow.NewSchema([]arrow.Field{f}, nil)
	t := array.NewTable(schema, []arrow.Column{*arrow.NewColumn(f, arrow.NewChunked(f.Type, chunks))}, int64(rows))
	one, err := frame.FromTable(t)
	if err != nil {
		return frame.Column{}, err
	}
	return one.Columns()[0], nil
}
