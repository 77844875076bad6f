package chunk

import (
	"context"
	"slices"

	"github.com/apache/arrow/go/v15/arrow"
)

// OneDict returns the column with one dictionary for all chunks, or as it is where
// the dictionaries cannot be merged.
func (c Column) OneDict(ctx context.Context) Column {
	if !hasDict(c.Field.Type) || len(c.Chunks) < 2 {
		return c
	}
	same := true
	for _, k := range c.Chunks {
		same = same && k.Dict != nil && k.Dict == c.Chunks[0].Dict
	}
	if same {
		return c
	}
	one, err := Pick(ctx, c.Field.Type, c.Chunks, WholeSpans(c.Chunks))
	if err != nil {
		return c
	}
	cut := Column{Field: c.Field, Len: c.Len}
	row := 0
	for _, k := range c.Chunks {
		cut.Chunks = append(cut.Chunks, one.Slice(row, row+k.Len))
		row += k.Len
	}
	return cut
}

// hasDict reports whether there is a dictionary in the type.
func hasDict(t arrow.DataType) bool {
	return Physical(t).ID() == arrow.DICTIONARY || slices.ContainsFunc(ChildTypes(t), hasDict)
}

// compactOne returns the chunk if it is exact, else copies of its rows. dicts maps
// dictionaries to their copies.
func compactOne(c *Chunk, dicts map[*Chunk]*Chunk) []*Chunk {
	if isExact(c) {
		return []*Chunk{c}
	}
	whole := []*Chunk{c}
	copies := PickAll(context.Background(), c.Type, whole, WholeSpans(whole))
	for _, k := range copies {
		compactDicts(k, dicts)
	}
	return copies
}

func compactDicts(c *Chunk, dicts map[*Chunk]*Chunk) {
	if d := c.Dict; d != nil {
		if dicts[d] == nil {
			dicts[d] = d
			if copies := compactOne(d, dicts); len(copies) == 1 {
				dicts[d] = copies[0]
			}
		}
		c.Dict = dicts[d]
	}
	for _, kid := range c.Kids {
		compactDicts(kid, dicts)
	}
}

// isExact reports whether the buffers hold the chunk's rows and nothing else.
func isExact(c *Chunk) bool {
	if c.Off != 0 || c.Bufs[0] != nil && len(c.Bufs[0]) != (c.Len+7)/8 {
		return false
	}
	if c.Dict != nil && !isExact(c.Dict) {
		return false
	}
	kids := c.Len
	l, width := LayoutOf(c.Type)
	switch l {
	case LayoutBits:
		return len(c.Bufs[1]) == (c.Len+7)/8
	case LayoutFixed, LayoutDict:
		return len(c.Bufs[1]) == c.Len*width
	case LayoutView:
		return len(c.Bufs[1]) == c.Len*viewSize
	case LayoutBytes32:
		return exactOffsets[int32](c, 4, len(c.Bufs[2]))
	case LayoutBytes64:
		return exactOffsets[int64](c, 8, len(c.Bufs[2]))
	case LayoutList32:
		return exactOffsets[int32](c, 4, c.Kids[0].Len) && isExact(c.Kids[0])
	case LayoutList64:
		return exactOffsets[int64](c, 8, c.Kids[0].Len) && isExact(c.Kids[0])
	case LayoutFixedList:
		kids = c.Len * width
	case layoutSparse:
		if len(c.Bufs[1]) != c.Len {
			return false
		}
	case LayoutListView32, LayoutListView64, LayoutDense, LayoutRuns:
		return false // which values of the children are used would need a look at every row
	}
	for _, kid := range c.Kids {
		if kid.Len != kids || !isExact(kid) {
			return false
		}
	}
	return true
}

func exactOffsets[O int32 | int64](c *Chunk, width, end int) bool {
	offs := Values[O](c.Bufs[1])
	return len(c.Bufs[1]) == (c.Len+1)*width && offs[0] == 0 && int(offs[c.Len]) == end
}

// Compact returns the columns, of that many rows, with chunks that begin
// at the same rows in all columns, at the start of buffers that hold these rows
// and nothing else, all the way down. A dictionary column has one dictionary for
// all chunks if its dictionaries can be merged. Chunks that are so already are
// shared, the others copied.
//
// It is for code that does not handle slices of arrays. Arrow v15's IPC writer, for
// example, shifts the values of an array whose first offset is not 0, but not the
// offsets, and reads past the end of sliced unions.
func Compact(cols []Column, rows int) []Column {
	cols = compactOnce(cols, rows)
	for !sameBorders(cols) { // a piece had to be split again: see PickAll
		cols = compactOnce(cols, rows)
	}
	return cols
}

func compactOnce(cols []Column, rows int) []Column {
	whole := make([]Column, len(cols))
	out := make([]Column, len(cols))
	for i, c := range cols {
		whole[i] = c.OneDict(context.Background())
		out[i] = Column{Field: c.Field, Len: c.Len}
	}
	dicts := map[*Chunk]*Chunk{}
	for pieces := range stretches(whole, rows) {
		for i, k := range pieces {
			out[i].Chunks = append(out[i].Chunks, compactOne(k, dicts)...)
		}
	}
	return out
}

// sameBorders reports whether chunks begin at the same rows in all columns.
func sameBorders(cols []Column) bool {
	for _, c := range cols {
		if len(c.Chunks) != len(cols[0].Chunks) {
			return false
		}
		for i, k := range c.Chunks {
			if k.Len != cols[0].Chunks[i].Len {
				return false
			}
		}
	}
	return true
}
