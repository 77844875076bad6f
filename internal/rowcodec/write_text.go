package rowcodec

import (
	"context"
	"math"
	"slices"

	"github.com/parframe/parframe/internal/chunk"
)

// chunkBytes is the maximum number of bytes of text in one Arrow chunk, unless a single
// text is longer. It is half the range of 32-bit offsets, so that two such chunks can
// still be joined into one.
const chunkBytes = 1 << 30

// WriteMem is one worker's memory for one column: the text and the lists that it has
// written, until [Finish] joins them with the pieces of the other workers.
type WriteMem struct {
	pieces []piece
	size   int                // of the last text buffer
	words  [BlockWords]uint64 // bits of the values in the block that are present
	kids   []WriteMem         // of a struct's fields
}

// A piece is the text of rows lo to hi, without gaps, or the elements of their lists.
type piece struct {
	lo, hi int
	text   []byte
	part   *Part // elements of lists
}

// room returns a piece that ends at row lo, and to which n more bytes can be appended.
// It is the last piece if that one ends at lo and its buffer is large enough: text is never
// copied to a larger buffer. A new piece uses the end of the last buffer if n bytes are
// left there.
func (m *WriteMem) room(lo, n int) *piece {
	var free []byte
	if k := len(m.pieces); k > 0 {
		last := &m.pieces[k-1]
		if last.hi == lo && cap(last.text)-len(last.text) >= n {
			return last
		}
		free = last.text[len(last.text):]
	}
	if cap(free) < n {
		m.size = min(max(2*m.size, 4<<10), 1<<20)
		free = make([]byte, 0, max(m.size, n))
	}
	m.pieces = append(m.pieces, piece{lo: lo, hi: lo, text: free})
	return &m.pieces[len(m.pieces)-1]
}

// writeBytes appends texts to a piece and records their lengths, up to the first text of
// 2 GiB or more.
func writeBytes[T string | []byte](w *Writer, src View, lo, n int, valid []uint64, mem *WriteMem) int {
	form := w.field.Form
	total := 0
	for k := range n {
		if p := present[T](src, k, form, valid); p != nil {
			if len(*p) > math.MaxInt32 {
				n = k
				break
			}
			total += len(*p)
		}
	}
	lengths := w.lengths[lo+1:][:n]
	piece := mem.room(lo, total)
	text := piece.text
	for k := range lengths {
		if p := present[T](src, k, form, valid); p != nil {
			text = append(text, *p...)
			lengths[k] = int32(len(*p))
		}
	}
	piece.text, piece.hi = text, lo+n
	return n
}

// Finish returns the columns that the writers have written. mems has the memory of each
// worker, one [WriteMem] for each writer. The writers must not be used after that. each
// runs parts of the work. If ctx ends, the columns are incomplete and must be discarded.
func Finish(ctx context.Context, writers []*Writer, mems [][]WriteMem, each EachFunc) ([]chunk.Column, error) {
	cols := make([]chunk.Column, len(writers))
	for i, w := range writers {
		cols[i] = chunk.Column{Field: w.Out, Len: w.n}
		if w.n == 0 {
			continue
		}
		colMems := make([]*WriteMem, len(mems))
		for k := range mems {
			colMems[k] = &mems[k][i]
		}
		var err error
		if cols[i].Chunks, err = w.finish(ctx, colMems, each); err != nil {
			return nil, err
		}
	}
	return cols, nil
}

// An EachFunc calls fn once for each i from 0 to n, n not included, on any number of
// goroutines, and returns when all calls have. Its error is why not all were made.
type EachFunc func(n int, fn func(i int)) error

// finish returns the Arrow chunks of the column. mems has the memory of each worker for
// it. run runs parts of the work.
func (w *Writer) finish(ctx context.Context, mems []*WriteMem, run EachFunc) ([]*chunk.Chunk, error) {
	if w.n == 0 {
		return nil, nil
	}
	if w.field.Kind == kindStruct {
		return w.joinStructs(ctx, mems, run)
	}
	if w.lengths == nil {
		return []*chunk.Chunk{w.chunk()}, nil
	}
	var pieces []piece
	for _, mem := range mems {
		pieces = append(pieces, mem.pieces...)
		mem.pieces = nil
	}
	if w.field.Kind == kindList {
		return w.joinLists(ctx, pieces)
	}
	return w.join(pieces, chunkBytes, run)
}

// A textChunk is an Arrow chunk of strings, for rows lo to hi, that is being filled.
type textChunk struct {
	lo, hi  int
	offsets []int32
	text    []byte
	size    int // of text
}

// A joint is a piece and its position in a chunk.
type joint struct {
	piece
	chunk *textChunk
	start int // in the chunk's text
}

// plan sorts the pieces and cuts them into chunks of at most limit bytes, or of one row
// that is longer. A chunk takes as many rows as fit, so the cuts depend only on the lengths
// of the rows.
func (w *Writer) plan(pieces []piece, limit int) (chunks []*textChunk, joints []joint) {
	slices.SortFunc(pieces, func(a, b piece) int { return a.lo - b.lo })
	c := &textChunk{}
	chunks = append(chunks, c)
	for _, p := range pieces {
		for c.size+len(p.text) > limit {
			row, size := p.lo, 0
			for ; row < p.hi; row++ {
				next := size + int(w.lengths[row+1])
				if c.size+next > limit && row > c.lo {
					break
				}
				size = next
			}
			if row == p.hi {
				break // one row that is longer than the limit
			}
			if row > p.lo {
				joints = append(joints, joint{piece{lo: p.lo, hi: row, text: p.text[:size]}, c, c.size})
			}
			c.size += size
			c.hi = row
			p.lo, p.text = row, p.text[size:]
			c = &textChunk{lo: row, hi: row}
			chunks = append(chunks, c)
		}
		joints = append(joints, joint{p, c, c.size})
		c.size += len(p.text)
		c.hi = p.hi
	}
	return chunks, joints
}

// join returns the column's Arrow chunks, into which run copies the pieces.
func (w *Writer) join(pieces []piece, limit int, run EachFunc) ([]*chunk.Chunk, error) {
	chunks, joints := w.plan(pieces, limit)
	for _, c := range chunks {
		c.text = make([]byte, c.size)
		c.offsets = w.lengths // for one chunk, lengths become offsets in place
		if len(chunks) > 1 {
			c.offsets = make([]int32, c.hi-c.lo+1)
		}
	}
	err := run(len(joints), func(i int) {
		j := &joints[i]
		copy(j.chunk.text[j.start:], j.text)
		end := int32(j.start)
		offsets := j.chunk.offsets[j.lo-j.chunk.lo+1:]
		for k, n := range w.lengths[j.lo+1 : j.hi+1] {
			end += n
			offsets[k] = end
		}
	})
	if err != nil {
		return nil, err
	}
	made := make([]*chunk.Chunk, len(chunks))
	for i, c := range chunks {
		valid := w.valid
		if len(chunks) > 1 && valid != nil {
			valid = sliceBits(valid, c.lo, c.hi)
		}
		made[i] = chunk.New(w.Out.Type, c.hi-c.lo, valid, chunk.Bytes(c.offsets), c.text)
	}
	return made, nil
}

// sliceBits returns bits lo to hi of a bitmap as a new bitmap.
func sliceBits(words []uint64, lo, hi int) []uint64 {
	s := make([]uint64, (hi-lo+63)/64)
	for row := lo; row < hi; row++ {
		if words[row>>6]>>(row&63)&1 != 0 {
			s[(row-lo)>>6] |= 1 << ((row - lo) & 63)
		}
	}
	return s
}
