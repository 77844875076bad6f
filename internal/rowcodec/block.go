package rowcodec

import (
	"fmt"
	"math/bits"

	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/internal/errkind"
)

// A Block collects what reading a block of rows finds besides values: nulls that exclude
// their row, and the first value that does not fit. All readers of the block share it.
type Block struct {
	n     int                // rows
	Nulls bool               // whether a bit of Valid is 0
	Valid [BlockWords]uint64 // a bit for each row that no null excludes
	Bad   int                // first row whose value does not fit, or n
	in    *Reader            // the reader of that value
}

// allSet has a bit for every row of a block.
var allSet = func() (w [BlockWords]uint64) {
	for i := range w {
		w[i] = ^uint64(0)
	}
	return w
}()

// Reset empties the block for n rows, at most [BlockRows]. All of them are valid.
func (b *Block) Reset(n int) { *b = Block{n: n, Valid: allSet, Bad: n} }

// Ran returns the rows that a function is called for, as bits: Valid, or nil if all rows
// are valid. The slice shares the block's memory.
func (b *Block) Ran() []uint64 {
	if b.Nulls {
		return b.Valid[:]
	}
	return nil
}

// misfit records that the value of a row does not fit the reader's field. The lowest row
// counts, and in it the first reader.
func (b *Block) misfit(row int, r *Reader) {
	if row < b.Bad {
		b.Bad, b.in = row, r
	}
}

// exclude clears the bits of the nulls among m rows from row first on. words has a bit
// for each of the m rows that is not null.
func (b *Block) exclude(first int, words []uint64, m int) {
	for i := 0; i < m; i += 64 {
		k := min(64, m-i)
		nulls := ^words[i>>6] & chunk.LowBits(k)
		if nulls == 0 {
			continue
		}
		b.Nulls = true
		w, s := (first+i)>>6, (first+i)&63
		b.Valid[w] &^= nulls << s
		if s+k > 64 {
			b.Valid[w+1] &^= nulls >> (64 - s)
		}
	}
}

// FirstNull returns the first row that is not in Valid, or the number of rows if all are.
func (b *Block) FirstNull() int {
	for w, word := range b.Valid {
		if row := w<<6 + bits.TrailingZeros64(^word); word != ^uint64(0) && row < b.n {
			return row
		}
	}
	return b.n
}

// Cause returns the error of a row at which the block ends early: its first null that a
// field cannot hold, else its value that does not fit, for which row must be Bad. If skip
// is set, nulls are not errors. lo is the first row of the block in the columns.
func (b *Block) Cause(readers []*Reader, lo, row int, skip bool) error {
	for _, r := range readers {
		if !skip && r.Field.Form == FormPlain && r.isNull(lo+row) {
			t := TypeName(r.Field.Type)
			return fmt.Errorf("column %q: %w: %s is %v, which cannot hold it: use *%v, sql.Null[%v] or frame.Null[%v]", r.Col.Field.Name, errkind.ErrNull, r.Field.label(), t, t, t, t)
		}
	}
	if len(b.in.Field.kids) > 0 {
		return fmt.Errorf("column %q: %w: %s into %s, which is %v: a null or a value within does not fit", b.in.Col.Field.Name, errkind.ErrValue, b.in.value(lo+row), b.in.Field.label(), TypeName(b.in.Field.Type))
	}
	return fmt.Errorf("column %q: %w: %s into %s, which is %v", b.in.Col.Field.Name, errkind.ErrValue, b.in.value(lo+row), b.in.Field.label(), TypeName(b.in.Field.Type))
}

// ReadRows reads rows from lo on of the columns into rows, at most [BlockRows]. T must be
// the type of the readers' plan. Pointers, slices and []byte refer to memory of this call;
// strings share the columns' buffers, which are never written to.
//
// The error belongs to the lowest row with a null that its field cannot hold, or a value
// that does not fit. The rows before it are read. *cursor is set to that row, and to lo
// while reading and if there is no error.
func ReadRows[T any](readers []*Reader, rows []T, lo int, cursor *int) error {
	var b Block
	b.Reset(len(rows))
	*cursor = lo
	for _, r := range readers {
		mem := ReadMem{Elems: r.Elements(len(rows))}
		r.Gather(&b, ViewOf(rows), lo, len(rows), &mem)
	}
	stop := min(b.Bad, b.FirstNull())
	if stop == len(rows) {
		return nil
	}
	*cursor = lo + stop
	return b.Cause(readers, lo, stop, false)
}
