package chunk

import (
	"iter"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
)

// position is a row in the chunks of a column.
type position struct{ chunk, row int }

// left returns how many rows the chunk has from the position on.
func (p *position) left(chunks []*Chunk) int { return chunks[p.chunk].Len - p.row }

// next returns n rows of the chunk and steps past them.
func (p *position) next(chunks []*Chunk, n int) *Chunk {
	c := chunks[p.chunk]
	s := c.Slice(p.row, p.row+n)
	p.skip(chunks, n)
	return s
}

// skip steps over n rows of the chunk.
func (p *position) skip(chunks []*Chunk, n int) {
	if p.row += n; p.row == chunks[p.chunk].Len {
		*p = position{chunk: p.chunk + 1}
	}
}

// stretches iterates over the longest stretches of rows in which no column begins a new
// chunk. It yields the rows of each column as a chunk, in a slice that it uses again.
func stretches(cols []Column, rows int) iter.Seq[[]*Chunk] {
	return func(yield func([]*Chunk) bool) {
		if len(cols) == 0 {
			return
		}
		places := make([]position, len(cols))
		pieces := make([]*Chunk, len(cols))
		for row := 0; row < rows; {
			n := rows - row
			for i, c := range cols {
				n = min(n, places[i].left(c.Chunks))
			}
			for i, c := range cols {
				pieces[i] = places[i].next(c.Chunks, n)
			}
			if !yield(pieces) {
				return
			}
			row += n
		}
	}
}

// Records returns columns of that many rows as Arrow records, without copying:
// one for each stretch of rows in which no column begins a new chunk.
func Records(schema *arrow.Schema, cols []Column, rows int) []arrow.Record {
	if len(cols) == 0 && rows > 0 {
		return []arrow.Record{array.NewRecord(schema, nil, int64(rows))}
	}
	var recs []arrow.Record
	for pieces := range stretches(cols, rows) {
		arrays := make([]arrow.Array, len(pieces))
		for i, k := range pieces {
			arrays[i] = k.Array()
		}
		recs = append(recs, array.NewRecord(schema, arrays, int64(pieces[0].Len)))
	}
	return recs
}
