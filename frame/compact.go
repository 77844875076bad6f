package frame

import (
	"context"
	"slices"

	"github.com/apache/arrow/go/v15/arrow"
)

// Compact returns the frame with Arrow chunks that begin at the same rows in
// all columns, at the start of buffers that hold these rows and nothing else,
// all the way down; a dictionary column has one dictionary for all chunks if
// its dictionaries can be merged. Chunks that are so already are shared, the
// others copied.
//
// It is for code that takes a shortcut with arrays: Arrow v15's IPC writer, for
// one, shifts the values of an array whose first offset is not 0, but not the
// offsets, and reads past the end of sliced unions. What [Frame.ToRecords]
// makes of a compact frame is safe from that.
func (f *Frame) Compact() *Frame {
	g := f.orZero().compactOnce()
	for !g.aligned() { // a piece had to be split again: see pickAll
		g = g.compactOnce()
	}
	return g
}

func (f *Frame) compactOnce() *Frame {
	cols := make([]Column, len(f.cols))
	for i, c := range f.cols {
		cols[i] = c.oneDict(context.Background())
	}
	out := make([]Column, len(cols))
	for i, c := range cols {
		out[i] = Column{field: c.field, n: c.n}
	}
	dicts := map[*chunk]*chunk{}
	at := make([]position, len(cols))
	for row := 0; row < f.rows && len(cols) > 0; {
		n := f.rows - row
		for i, c := range cols {
			n = min(n, at[i].left(c.chunks))
		}
		for i, c := range cols {
			out[i].chunks = append(out[i].chunks, at[i].next(c.chunks, n).compact(dicts)...)
		}
		row += n
	}
	return &Frame{schema: f.Schema(), cols: out, rows: f.rows}
}

// aligned says whether chunks begin at the same rows in all columns.
func (f *Frame) aligned() bool {
	for _, c := range f.cols {
		if len(c.chunks) != len(f.cols[0].chunks) {
			return false
		}
		for i, k := range c.chunks {
			if k.n != f.cols[0].chunks[i].n {
				return false
			}
		}
	}
	return true
}

// oneDict returns the column with one dictionary for all chunks, where that is
// possible and there are several.
func (c Column) oneDict(ctx context.Context) Column {
	if !hasDict(c.field.Type) || len(c.chunks) < 2 {
		return c
	}
	same := true
	for _, k := range c.chunks {
		same = same && k.dict != nil && k.dict == c.chunks[0].dict
	}
	if same {
		return c
	}
	one, err := pick(ctx, c.field.Type, c.chunks, wholeSpans(c.chunks))
	if err != nil {
		return c
	}
	cut := Column{field: c.field, n: c.n}
	row := 0
	for _, k := range c.chunks {
		cut.chunks = append(cut.chunks, one.slice(row, row+k.n))
		row += k.n
	}
	return cut
}

// hasDict says whether there is a dictionary in the type.
func hasDict(t arrow.DataType) bool {
	return physical(t).ID() == arrow.DICTIONARY || slices.ContainsFunc(childTypes(t), hasDict)
}

// compact returns the chunk, or copies of its rows. dicts holds the copies of
// dictionaries that were made.
func (c *chunk) compact(dicts map[*chunk]*chunk) []*chunk {
	if c.isExact() {
		return []*chunk{c}
	}
	whole := []*chunk{c}
	copies := pickAll(context.Background(), c.typ, whole, wholeSpans(whole))
	for _, k := range copies {
		k.compactDicts(dicts)
	}
	return copies
}

func (c *chunk) compactDicts(dicts map[*chunk]*chunk) {
	if d := c.dict; d != nil {
		if dicts[d] == nil {
			dicts[d] = d
			if copies := d.compact(dicts); len(copies) == 1 {
				dicts[d] = copies[0]
			}
		}
		c.dict = dicts[d]
	}
	for _, kid := range c.kids {
		kid.compactDicts(dicts)
	}
}

// isExact says whether the buffers hold the chunk's rows and nothing else.
func (c *chunk) isExact() bool {
	if c.off != 0 || c.bufs[0] != nil && len(c.bufs[0]) != (c.n+7)/8 {
		return false
	}
	if c.dict != nil && !c.dict.isExact() {
		return false
	}
	kids := c.n
	l, width := layoutOf(c.typ)
	switch l {
	case layoutBits:
		return len(c.bufs[1]) == (c.n+7)/8
	case layoutFixed, layoutDict:
		return len(c.bufs[1]) == c.n*width
	case layoutView:
		return len(c.bufs[1]) == c.n*viewSize
	case layoutBytes32:
		return exactOffsets[int32](c, 4, len(c.bufs[2]))
	case layoutBytes64:
		return exactOffsets[int64](c, 8, len(c.bufs[2]))
	case layoutList32:
		return exactOffsets[int32](c, 4, c.kids[0].n) && c.kids[0].isExact()
	case layoutList64:
		return exactOffsets[int64](c, 8, c.kids[0].n) && c.kids[0].isExact()
	case layoutFixedList:
		kids = c.n * width
	case layoutSparse:
		if len(c.bufs[1]) != c.n {
			return false
		}
	case layoutListView32, layoutListView64, layoutDense, layoutRuns:
		return false // what is used of the children is not known without a look at all rows
	}
	for _, kid := range c.kids {
		if kid.n != kids || !kid.isExact() {
			return false
		}
	}
	return true
}

func exactOffsets[O int32 | int64](c *chunk, width, end int) bool {
	offs := values[O](c.bufs[1])
	return len(c.bufs[1]) == (c.n+1)*width && offs[0] == 0 && int(offs[c.n]) == end
}
