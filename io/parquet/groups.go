package parquet

import (
	"context"
	"time"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/engine"
)

// windowChunks is the number of column chunks that are decoded before their row
// groups are yielded: enough work for many cores, and a bound on the memory of a
// sequence.
const windowChunks = 32

// each calls yield with the frame of each row group, in order, filtered and up to the
// limit, until yield returns false. It skips row groups of which no row is left.
func (rd *reader) each(yield func(*frame.Frame) bool) error {
	window := max(windowChunks/max(len(rd.nodes), 1), 1)
	left := rd.o.Limit
	for first := 0; first < len(rd.groups); {
		n := min(window, len(rd.groups)-first)
		if rd.o.Limit > 0 && rd.where == nil { // no more row groups than needed
			rows := 0
			for k := range n {
				if rows += int(rd.RowGroups[rd.groups[first+k]].NumRows); rows >= left {
					n = k + 1
					break
				}
			}
		}
		frames, err := rd.frames(span{first, first + n}.positions())
		if err != nil {
			return err
		}
		first += n
		for _, f := range frames {
			if rd.o.Limit > 0 {
				f = f.Head(left)
				left -= f.NumRows()
			}
			if f.NumRows() > 0 && !yield(f) {
				return nil
			}
			if rd.o.Limit > 0 && left == 0 {
				return nil
			}
		}
	}
	return context.Cause(rd.call.Context())
}

// frames decodes row groups, given by position, into a frame each. If there are
// conditions, it decodes their columns first, and the others only of row groups of
// which some row is left.
func (rd *reader) frames(pos []int) ([]*frame.Frame, error) {
	var masks [][]bool
	if rd.where != nil {
		var err error
		if pos, masks, err = rd.where.masks(rd, pos); err != nil {
			return nil, err
		}
	}
	parts, err := rd.decode(pos, rd.nodes, false)
	if err != nil {
		return nil, err
	}
	width := len(rd.nodes)
	out := make([]*frame.Frame, len(pos))
	err = tasks(rd.call, len(pos), func(w *engine.Worker, i int) error {
		start := time.Now()
		f, err := rd.assemble(parts[i*width:(i+1)*width], pos[i:i+1])
		if err == nil && masks != nil && masks[i] != nil {
			f, err = f.Filter(masks[i])
		}
		if err != nil {
			return err
		}
		out[i] = f
		rd.tell(w, pos[i], start)
		return nil
	})
	return out, err
}

// tell reports to observers that the worker is done with a row group.
func (rd *reader) tell(w *engine.Worker, pos int, start time.Time) {
	lo, hi := rd.rowsOf(pos)
	rd.call.Tell(engine.ChunkInfo{Worker: w.Number(), Lo: lo, Hi: hi, Start: start, Took: time.Since(start)})
}

// masks returns the positions of the row groups of which some row satisfies the
// conditions, and which rows do: nil is all of them.
func (w *filter) masks(rd *reader, pos []int) (kept []int, masks [][]bool, err error) {
	parts, err := rd.decode(pos, w.nodes, false)
	if err != nil {
		return nil, nil, err
	}
	all := make([][]bool, len(pos))
	hits := make([]int, len(pos))
	err = tasks(rd.call, len(pos), func(worker *engine.Worker, i int) error {
		start := time.Now()
		g := rd.groups[pos[i]]
		mask := make([]bool, rd.RowGroups[g].NumRows)
		for k := range mask {
			mask[k] = true
		}
		for c, n := range w.nodes {
			if err := w.bounds[c].mask(worker, parts[i*len(w.nodes)+c], mask); err != nil {
				return withPlace(err, g, n.field.Name)
			}
		}
		for _, m := range mask {
			if m {
				hits[i]++
			}
		}
		if all[i] = mask; hits[i] == 0 {
			rd.tell(worker, pos[i], start)
		}
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	for i, p := range pos {
		switch hits[i] {
		case 0:
			continue
		case len(all[i]):
			all[i] = nil
		}
		kept, masks = append(kept, p), append(masks, all[i])
	}
	return kept, masks, nil
}
