package rowcodec

import (
	"fmt"
	"math/bits"

	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/internal/errkind"
)

// Block is what reading a block of rows met besides values.
type Block struct {
	n     int
	Nulls bool               // some bit of valid is 0
	Valid [BlockWords]uint64 // rows without a null that their field cannot hold
	Bad   int                // first row whose value does not fit; n if none
	in    *Reader            // the column of that value
}

// allSet has a bit for every row of a block.
var allSet = func() (w [BlockWords]uint64) {
	for i := range w {
		w[i] = ^uint64(0)
	}
	return w
}()

func (b *Block) Reset(n int) { *b = Block{n: n, Valid: allSet, Bad: n} }

// Ran has a bit for every row with a value, or is nil if all have one.
func (b *Block) Ran() []uint64 {
	if b.Nulls {
		return b.Valid[:]
	}
	return nil
}

// misfit notes that the value of a row does not fit the reader's field.
func (b *Block) misfit(row int, r *Reader) {
	if row < b.Bad {
		b.Bad, b.in = row, r
	}
}

// exclude notes the nulls among m rows from row first on.
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

// FirstNull returns the first row with a null that its field cannot hold.
func (b *Block) FirstNull() int {
	for w, word := range b.Valid {
		if row := w<<6 + bits.TrailingZeros64(^word); word != ^uint64(0) && row < b.n {
			return row
		}
	}
	return b.n
}

// Cause is the error of the row at which the block ends early; lo is the
// block's first row, and skip says that nulls are no reason to.
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

// ReadRows reads rows lo and following of the columns into rows.
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
