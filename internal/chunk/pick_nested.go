package chunk

import (
	"context"
	"math"

	"github.com/apache/arrow/go/v15/arrow"
)

// kidsOf returns the k-th child of each source.
func kidsOf(srcs []*Chunk, k int) []*Chunk {
	kids := make([]*Chunk, len(srcs))
	for i, src := range srcs {
		kids[i] = src.Kids[k]
	}
	return kids
}

// pickKid appends the picked rows of the next child.
func pickKid(c *Chunk, ctx context.Context, typ arrow.DataType, srcs []*Chunk, spans []Span) error {
	kid, err := Pick(ctx, typ, kidsOf(srcs, len(c.Kids)), spans)
	c.Kids = append(c.Kids, kid)
	return err
}

func pickLists(c *Chunk, ctx context.Context, l Layout, srcs []*Chunk, spans []Span) (err error) {
	var kids []Span
	switch l {
	case LayoutList32:
		kids, err = pickList[int32](ctx, c, srcs, spans)
	case LayoutList64:
		kids, err = pickList[int64](ctx, c, srcs, spans)
	case LayoutListView32:
		kids, err = pickListView[int32](ctx, c, srcs, spans)
	default:
		kids, err = pickListView[int64](ctx, c, srcs, spans)
	}
	if err != nil {
		return err
	}
	return pickKid(c, ctx, ChildTypes(c.Type)[0], srcs, kids)
}

func pickList[O int32 | int64](ctx context.Context, c *Chunk, srcs []*Chunk, spans []Span) (kids []Span, err error) {
	offs, from, err := pickOffsets[O](ctx, srcs, spans, c.Len)
	if err != nil {
		return nil, err
	}
	for part := range spanBlocks(ctx, spans) {
		for _, s := range part {
			o := from[s.Src]
			lo, hi := int(o[s.Lo]), int(o[s.Lo+int(s.N)])
			kids = addSpan(kids, s.Src, lo, hi-lo)
		}
	}
	c.Bufs[1] = Bytes(offs)
	return kids, nil
}

// pickListView puts the lists one after the other. Lists that share values get a copy
// each, and a null list is empty.
func pickListView[O int32 | int64](ctx context.Context, c *Chunk, srcs []*Chunk, spans []Span) (kids []Span, err error) {
	offs, sizes := make([]O, c.Len), make([]O, c.Len)
	_, short := any(offs).([]int32)
	k, total := 0, 0
	for part := range spanBlocks(ctx, spans) {
		for _, s := range part {
			src := srcs[s.Src]
			from, size := Values[O](src.Bufs[1]), Values[O](src.Bufs[2])
			for i := src.Off + s.Lo; i < src.Off+s.Lo+int(s.N); i++ {
				offs[k] = O(total)
				if src.Bufs[0] == nil || Bit(src.Bufs[0], i) {
					sizes[k] = size[i]
					kids = addSpan(kids, s.Src, int(from[i]), int(size[i]))
					total += int(size[i])
				}
				if short && total > math.MaxInt32 {
					return nil, errSplit
				}
				k++
			}
		}
	}
	c.Bufs[1], c.Bufs[2] = Bytes(offs), Bytes(sizes)
	return kids, nil
}

func pickKids(c *Chunk, ctx context.Context, l Layout, width int, srcs []*Chunk, spans []Span) error {
	types := ChildTypes(c.Type)
	if l == layoutSparse || l == LayoutDense {
		c.Bufs[1] = pickFixed(ctx, srcs, spans, c.Len, 1)
	}
	if l == LayoutDense {
		offs, kids := pickDense(ctx, c, srcs, spans)
		c.Bufs[2] = Bytes(offs)
		for k, t := range types {
			if err := pickKid(c, ctx, t, srcs, kids[k]); err != nil {
				return err
			}
		}
		return nil
	}
	if l != LayoutFixedList {
		width = 1
	}
	kids := make([]Span, 0, len(spans)) // not []span{}: width may be 0
	for part := range spanBlocks(ctx, spans) {
		for _, s := range part {
			kids = addSpan(kids, s.Src, (srcs[s.Src].Off+s.Lo)*width, int(s.N)*width)
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
func pickDense(ctx context.Context, c *Chunk, srcs []*Chunk, spans []Span) (offs []int32, kids [][]Span) {
	ids := Physical(c.Type).(arrow.UnionType).ChildIDs()
	kids = make([][]Span, len(ChildTypes(c.Type)))
	next := make([]int32, len(kids))
	offs = make([]int32, 0, c.Len)
	for part := range spanBlocks(ctx, spans) {
		for _, s := range part {
			src := srcs[s.Src]
			from := Values[int32](src.Bufs[2])
			for i := src.Off + s.Lo; i < src.Off+s.Lo+int(s.N); i++ {
				id := ids[src.Bufs[1][i]]
				offs = append(offs, next[id])
				kids[id] = addSpan(kids[id], s.Src, int(from[i]), 1)
				next[id]++
			}
		}
	}
	return offs, kids
}

// pickRuns picks the runs of the rows, one run for consecutive rows of the same run.
func pickRuns(c *Chunk, ctx context.Context, srcs []*Chunk, spans []Span) error {
	types := ChildTypes(c.Type)
	if types[0].ID() == arrow.INT16 && c.Len > math.MaxInt16 || types[0].ID() == arrow.INT32 && c.Len > math.MaxInt32 {
		return errSplit
	}
	var ends []int
	var kids []Span
	var row, lastRun int
	lastSrc := int32(-1) // no source yet
	for part := range spanBlocks(ctx, spans) {
		for _, s := range part {
			src := srcs[s.Src]
			end := runEnds(src.Kids[0])
			i, left := src.Off+s.Lo, int(s.N)
			for run := src.RunAt(s.Lo); left > 0; run++ {
				n := min(end(run)-i, left)
				i, left, row = i+n, left-n, row+n
				if s.Src == lastSrc && run == lastRun {
					ends[len(ends)-1] = row
					continue
				}
				ends = append(ends, row)
				kids = addSpan(kids, s.Src, run, 1)
				lastSrc, lastRun = s.Src, run
			}
		}
	}
	values, err := Pick(ctx, types[1], kidsOf(srcs, 1), kids)
	c.Kids = []*Chunk{runEndsOf(types[0], ends), values}
	return err
}
