package frame

import (
	"context"
	"math"

	"github.com/apache/arrow/go/v15/arrow"
)

// kidsOf returns the k-th child of each source.
func kidsOf(srcs []*chunk, k int) []*chunk {
	kids := make([]*chunk, len(srcs))
	for i, src := range srcs {
		kids[i] = src.kids[k]
	}
	return kids
}

// pickKid appends the picked rows of the next child.
func pickKid(c *chunk, ctx context.Context, typ arrow.DataType, srcs []*chunk, spans []span) error {
	kid, err := pick(ctx, typ, kidsOf(srcs, len(c.kids)), spans)
	c.kids = append(c.kids, kid)
	return err
}

func pickLists(c *chunk, ctx context.Context, l layout, srcs []*chunk, spans []span) (err error) {
	var kids []span
	switch l {
	case layoutList32:
		kids, err = pickList[int32](ctx, c, srcs, spans)
	case layoutList64:
		kids, err = pickList[int64](ctx, c, srcs, spans)
	case layoutListView32:
		kids, err = pickListView[int32](ctx, c, srcs, spans)
	default:
		kids, err = pickListView[int64](ctx, c, srcs, spans)
	}
	if err != nil {
		return err
	}
	return pickKid(c, ctx, childTypes(c.typ)[0], srcs, kids)
}

func pickList[O int32 | int64](ctx context.Context, c *chunk, srcs []*chunk, spans []span) (kids []span, err error) {
	offs, from, err := pickOffsets[O](ctx, srcs, spans, c.n)
	if err != nil {
		return nil, err
	}
	for part := range spanBlocks(ctx, spans) {
		for _, s := range part {
			o := from[s.src]
			lo, hi := int(o[s.lo]), int(o[s.lo+int(s.n)])
			kids = addSpan(kids, s.src, lo, hi-lo)
		}
	}
	c.bufs[1] = rawBytes(offs)
	return kids, nil
}

// pickListView lays the lists one after the other. Lists that shared values
// have their own afterwards; below a null there is nothing.
func pickListView[O int32 | int64](ctx context.Context, c *chunk, srcs []*chunk, spans []span) (kids []span, err error) {
	offs, sizes := make([]O, c.n), make([]O, c.n)
	_, short := any(offs).([]int32)
	k, total := 0, 0
	for part := range spanBlocks(ctx, spans) {
		for _, s := range part {
			src := srcs[s.src]
			from, size := values[O](src.bufs[1]), values[O](src.bufs[2])
			for i := src.off + s.lo; i < src.off+s.lo+int(s.n); i++ {
				offs[k] = O(total)
				if src.bufs[0] == nil || bit(src.bufs[0], i) {
					sizes[k] = size[i]
					kids = addSpan(kids, s.src, int(from[i]), int(size[i]))
					total += int(size[i])
				}
				if short && total > math.MaxInt32 {
					return nil, errSplit
				}
				k++
			}
		}
	}
	c.bufs[1], c.bufs[2] = rawBytes(offs), rawBytes(sizes)
	return kids, nil
}

func pickKids(c *chunk, ctx context.Context, l layout, width int, srcs []*chunk, spans []span) error {
	types := childTypes(c.typ)
	if l == layoutSparse || l == layoutDense {
		c.bufs[1] = pickFixed(ctx, srcs, spans, c.n, 1)
	}
	if l == layoutDense {
		offs, kids := pickDense(ctx, c, srcs, spans)
		c.bufs[2] = rawBytes(offs)
		for k, t := range types {
			if err := pickKid(c, ctx, t, srcs, kids[k]); err != nil {
				return err
			}
		}
		return nil
	}
	if l != layoutFixedList {
		width = 1
	}
	kids := make([]span, 0, len(spans)) // not []span{}: width may be 0
	for part := range spanBlocks(ctx, spans) {
		for _, s := range part {
			kids = addSpan(kids, s.src, (srcs[s.src].off+s.lo)*width, int(s.n)*width)
		}
	}
	for _, t := range types {
		if err := pickKid(c, ctx, t, srcs, kids); err != nil {
			return err
		}
	}
	return nil
}

// pickDense gives each child the values that the rows use, in their order.
func pickDense(ctx context.Context, c *chunk, srcs []*chunk, spans []span) (offs []int32, kids [][]span) {
	ids := physical(c.typ).(arrow.UnionType).ChildIDs()
	kids = make([][]span, len(childTypes(c.typ)))
	next := make([]int32, len(kids))
	offs = make([]int32, 0, c.n)
	for part := range spanBlocks(ctx, spans) {
		for _, s := range part {
			src := srcs[s.src]
			from := values[int32](src.bufs[2])
			for i := src.off + s.lo; i < src.off+s.lo+int(s.n); i++ {
				id := ids[src.bufs[1][i]]
				offs = append(offs, next[id])
				kids[id] = addSpan(kids[id], s.src, int(from[i]), 1)
				next[id]++
			}
		}
	}
	return offs, kids
}

// pickRuns picks each run once that rows in a row lie in.
func pickRuns(c *chunk, ctx context.Context, srcs []*chunk, spans []span) error {
	types := childTypes(c.typ)
	if types[0].ID() == arrow.INT16 && c.n > math.MaxInt16 || types[0].ID() == arrow.INT32 && c.n > math.MaxInt32 {
		return errSplit
	}
	var ends []int
	var kids []span
	row, lastSrc, lastRun := 0, int32(-1), -1
	for part := range spanBlocks(ctx, spans) {
		for _, s := range part {
			src := srcs[s.src]
			end := runEnds(src.kids[0])
			i, left := src.off+s.lo, int(s.n)
			for run := src.runAt(s.lo); left > 0; run++ {
				n := min(end(run)-i, left)
				i, left, row = i+n, left-n, row+n
				if s.src == lastSrc && run == lastRun {
					ends[len(ends)-1] = row
					continue
				}
				ends = append(ends, row)
				kids = addSpan(kids, s.src, run, 1)
				lastSrc, lastRun = s.src, run
			}
		}
	}
	values, err := pick(ctx, types[1], kidsOf(srcs, 1), kids)
	c.kids = []*chunk{endsChunk(types[0], ends), values}
	return err
}
