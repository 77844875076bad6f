package frame

import (
	"context"
	"fmt"
	"math"
	"sync/atomic"
)

// A left row makes any number of rows, so all sizes but the first are rows of
// the result: a block is short work, and a part is little memory, so that a join which
// explodes ends soon after its context.
const (
	joinPiece = 1 << 11 // left rows that are counted together
	joinBlock = 1 << 12 // rows that are written between two looks at the context
	joinPart  = 1 << 20 // rows that are made before others: one Arrow chunk
)

// result makes the rows of the result, part by part.
func (j *join) result(ctx context.Context, rest []Column) (*Frame, error) {
	ends, once, err := j.count()
	if err != nil {
		return nil, err
	}
	total := ends[len(ends)-1]
	if total > math.MaxInt32 {
		return nil, fmt.Errorf("%w: the join has %d rows, at most %d can be made", ErrLength, total, math.MaxInt32)
	}
	w := pairWriter{join: j, ends: ends, left: make([]int32, min(total, joinPart))}
	if j.Kind == InnerJoin || j.Kind == LeftJoin {
		w.right = make([]int32, len(w.left))
	}
	var sides [2]gathering
	if !once {
		if sides[0], err = newGathering(j.left.cols); err != nil {
			return nil, err
		}
	}
	if sides[1], err = newGathering(rest); err != nil {
		return nil, err
	}
	for lo := 0; lo < total; lo += joinPart {
		n := min(total-lo, joinPart)
		if err := w.fill(lo, n); err != nil {
			return nil, err
		}
		if err := sides[0].add(ctx, j.call, w.left[:n]); err != nil {
			return nil, err
		}
		if err := sides[1].add(ctx, j.call, w.right[:min(n, len(w.right))]); err != nil {
			return nil, err
		}
	}
	left := sides[0].to
	if once {
		left = j.left.Columns()
	}
	out := j.left.like(append(left, sides[1].to...))
	out.rows = total
	return out, nil
}

// gathering is columns whose rows are gathered part by part.
type gathering struct{ from, to []Column }

func newGathering(cols []Column) (g gathering, err error) {
	for _, col := range cols {
		from := col.oneDict()
		if gatherWidth(col) > 0 {
			one, err := col.flat()
			if err != nil {
				return g, err
			}
			from.chunks = []*chunk{one}
		}
		g.from = append(g.from, from)
		g.to = append(g.to, Column{field: col.field})
	}
	return g, nil
}

// add appends the rows of those numbers.
func (g *gathering) add(ctx context.Context, c *call, rows []int32) error {
	for k, col := range g.from {
		part, err := c.gather(ctx, col, rows)
		if err != nil {
			return err
		}
		to := &g.to[k]
		to.field.Nullable = to.field.Nullable || part.field.Nullable
		to.chunks = append(to.chunks, part.chunks...)
		to.n += part.n
	}
	return nil
}

// count returns where the rows of the result end that the pieces of the left
// frame make, of which the first is 0; once reports whether each left row
// makes one.
func (j *join) count() (ends []int, once bool, err error) {
	n := len(j.codes)
	ends = make([]int, (n+joinPiece-1)/joinPiece+1)
	var other atomic.Bool
	err = j.own(len(ends)-1, func(_ context.Context, lo, hi int) error {
		for k := lo; k < hi; k++ {
			sum, same := 0, true
			for _, code := range j.codes[k*joinPiece : min((k+1)*joinPiece, n)] {
				copies := j.copies(code)
				sum += copies
				same = same && copies == 1
			}
			ends[k+1] = sum
			if !same {
				other.Store(true)
			}
		}
		return nil
	})
	for k := range ends[1:] {
		ends[k+1] += ends[k]
	}
	return ends, !other.Load(), err
}

// matches returns how many right rows a left row has.
func (j *join) matches(code int32) int {
	if code < 0 {
		return 0
	}
	return j.starts[code+1] - j.starts[code]
}

// copies returns how often a left row with that code comes in the result.
func (j *join) copies(code int32) int {
	n := j.matches(code)
	switch j.Kind {
	case LeftJoin:
		return max(n, 1)
	case SemiJoin:
		return min(n, 1)
	case AntiJoin:
		return 1 - min(n, 1)
	}
	return n
}

// pairWriter writes the pairs of rows of both frames that make a part of the
// result; -1 stands for none.
type pairWriter struct {
	*join
	ends        []int   // of count
	left, right []int32 // of the part
}

// fill writes the n pairs of the part that begins at row first of the result.
func (w *pairWriter) fill(first, n int) error {
	return w.own((n+joinBlock-1)/joinBlock, func(ctx context.Context, lo, hi int) error {
		return w.write(ctx, first, first+lo*joinBlock, first+min(hi*joinBlock, n))
	})
}

// write writes rows lo..hi of the result, until the context ends.
func (w *pairWriter) write(ctx context.Context, first, lo, hi int) error {
	piece := findStart(w.ends, lo)
	row, done := piece*joinPiece, lo-w.ends[piece] // rows to pass over
	for ; done >= w.copies(w.codes[row]); row++ {
		done -= w.copies(w.codes[row])
	}
	look := lo
	for at := lo; at < hi; {
		if at >= look || row%joinPiece == 0 {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			look = at + joinBlock
		}
		all := w.copies(w.codes[row])
		n := min(all-done, min(look, hi)-at)
		w.pair(at-first, n, row, done)
		at, done = at+n, done+n
		if done == all {
			row, done = row+1, 0
		}
	}
	return nil
}

// pair writes n pairs of a left row at a place of the part, from that of its
// matches on.
func (w *pairWriter) pair(at, n, row, match int) {
	for k := range n {
		w.left[at+k] = int32(row)
	}
	if w.right == nil || n == 0 {
		return
	}
	if code := w.codes[row]; w.matches(code) > 0 {
		copy(w.right[at:at+n], w.rows[w.starts[code]+match:])
	} else {
		w.right[at] = -1
	}
}
