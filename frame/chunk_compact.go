package frame

import (
	"context"
	"slices"

	"github.com/apache/arrow/go/v15/arrow"
)

// oneDict returns the column with one dictionary for all chunks, where that is
// possible and there are several.
func (c column) oneDict(ctx context.Context) column {
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
	cut := column{field: c.field, n: c.n}
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

// compactChunk returns the chunk, or copies of its rows. dicts holds the copies of
// dictionaries that were made.
func compactChunk(c *chunk, dicts map[*chunk]*chunk) []*chunk {
	if isExact(c) {
		return []*chunk{c}
	}
	whole := []*chunk{c}
	copies := pickAll(context.Background(), c.typ, whole, wholeSpans(whole))
	for _, k := range copies {
		compactDicts(k, dicts)
	}
	return copies
}

func compactDicts(c *chunk, dicts map[*chunk]*chunk) {
	if d := c.dict; d != nil {
		if dicts[d] == nil {
			dicts[d] = d
			if copies := compactChunk(d, dicts); len(copies) == 1 {
				dicts[d] = copies[0]
			}
		}
		c.dict = dicts[d]
	}
	for _, kid := range c.kids {
		compactDicts(kid, dicts)
	}
}

// isExact says whether the buffers hold the chunk's rows and nothing else.
func isExact(c *chunk) bool {
	if c.off != 0 || c.bufs[0] != nil && len(c.bufs[0]) != (c.n+7)/8 {
		return false
	}
	if c.dict != nil && !isExact(c.dict) {
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
		return exactOffsets[int32](c, 4, c.kids[0].n) && isExact(c.kids[0])
	case layoutList64:
		return exactOffsets[int64](c, 8, c.kids[0].n) && isExact(c.kids[0])
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
		if kid.n != kids || !isExact(kid) {
			return false
		}
	}
	return true
}

func exactOffsets[O int32 | int64](c *chunk, width, end int) bool {
	offs := values[O](c.bufs[1])
	return len(c.bufs[1]) == (c.n+1)*width && offs[0] == 0 && int(offs[c.n]) == end
}

// compactColumns returns the columns, of that many rows, with chunks that begin
// at the same rows in all columns, at the start of buffers that hold these rows
// and nothing else, all the way down. A dictionary column has one dictionary for
// all chunks if its dictionaries can be merged. Chunks that are so already are
// shared, the others copied.
//
// It is for code that takes a shortcut with arrays: Arrow v15's IPC writer, for
// one, shifts the values of an array whose first offset is not 0, but not the
// offsets, and reads past the end of sliced unions.
func compactColumns(cols []column, rows int) []column {
	cols = compactOnce(cols, rows)
	for !sameBorders(cols) { // a piece had to be split again: see pickAll
		cols = compactOnce(cols, rows)
	}
	return cols
}

func compactOnce(cols []column, rows int) []column {
	whole := make([]column, len(cols))
	out := make([]column, len(cols))
	for i, c := range cols {
		whole[i] = c.oneDict(context.Background())
		out[i] = column{field: c.field, n: c.n}
	}
	dicts := map[*chunk]*chunk{}
	for pieces := range stretches(whole, rows) {
		for i, k := range pieces {
			out[i].chunks = append(out[i].chunks, compactChunk(k, dicts)...)
		}
	}
	return out
}

// sameBorders reports whether chunks begin at the same rows in all columns.
func sameBorders(cols []column) bool {
	for _, c := range cols {
		if len(c.chunks) != len(cols[0].chunks) {
			return false
		}
		for i, k := range c.chunks {
			if k.n != cols[0].chunks[i].n {
				return false
			}
		}
	}
	return true
}
