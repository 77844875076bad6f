package frame

import (
	"iter"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
)

// position is a place in the chunks of a column.
type position struct{ chunk, row int }

// left returns how many rows the chunk has from the position on.
func (p *position) left(chunks []*chunk) int { return chunks[p.chunk].n - p.row }

// next returns n rows of the chunk and steps past them.
func (p *position) next(chunks []*chunk, n int) *chunk {
	c := chunks[p.chunk]
	s := c.slice(p.row, p.row+n)
	p.skip(chunks, n)
	return s
}

// skip steps over n rows of the chunk.
func (p *position) skip(chunks []*chunk, n int) {
	if p.row += n; p.row == chunks[p.chunk].n {
		*p = position{chunk: p.chunk + 1}
	}
}

// stretches iterates over the longest stretches of rows in which no column begins
// a new chunk: the chunk of each column. The slice is the next stretch's too.
func stretches(cols []column, rows int) iter.Seq[[]*chunk] {
	return func(yield func([]*chunk) bool) {
		if len(cols) == 0 {
			return
		}
		places := make([]position, len(cols))
		pieces := make([]*chunk, len(cols))
		for row := 0; row < rows; {
			n := rows - row
			for i, c := range cols {
				n = min(n, places[i].left(c.chunks))
			}
			for i, c := range cols {
				pieces[i] = places[i].next(c.chunks, n)
			}
			if !yield(pieces) {
				return
			}
			row += n
		}
	}
}

// records returns columns of that many rows as Arrow records, without copying:
// one for each stretch of rows in which no column begins a new chunk.
func records(schema *arrow.Schema, cols []column, rows int) []arrow.Record {
	if len(cols) == 0 && rows > 0 {
		return []arrow.Record{array.NewRecord(schema, nil, int64(rows))}
	}
	var recs []arrow.Record
	for pieces := range stretches(cols, rows) {
		arrays := make([]arrow.Array, len(pieces))
		for i, k := range pieces {
			arrays[i] = k.array()
		}
		recs = append(recs, array.NewRecord(schema, arrays, int64(pieces[0].n)))
	}
	return recs
}
