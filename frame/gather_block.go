package frame

import (
	"fmt"
	"math/bits"

	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/internal/errkind"
)

// block is what reading a block of rows met besides values.
type block struct {
	n     int
	nulls bool               // some bit of valid is 0
	valid [blockWords]uint64 // rows without a null that their field cannot hold
	bad   int                // first row whose value does not fit; n if none
	in    *reader            // the column of that value
}

// allSet has a bit for every row of a block.
var allSet = func() (w [blockWords]uint64) {
	for i := range w {
		w[i] = ^uint64(0)
	}
	return w
}()

func (b *block) reset(n int) { *b = block{n: n, valid: allSet, bad: n} }

// ran has a bit for every row with a value, or is nil if all have one.
func (b *block) ran() []uint64 {
	if b.nulls {
		return b.valid[:]
	}
	return nil
}

// misfit notes that the value of a row does not fit the reader's field.
func (b *block) misfit(row int, r *reader) {
	if row < b.bad {
		b.bad, b.in = row, r
	}
}

// exclude notes the nulls among m rows from row first on.
func (b *block) exclude(first int, words []uint64, m int) {
	for i := 0; i < m; i += 64 {
		k := min(64, m-i)
		nulls := ^words[i>>6] & chunk.LowBits(k)
		if nulls == 0 {
			continue
		}
		b.nulls = true
		w, s := (first+i)>>6, (first+i)&63
		b.valid[w] &^= nulls << s
		if s+k > 64 {
			b.valid[w+1] &^= nulls >> (64 - s)
		}
	}
}

// firstNull returns the first row with a null that its field cannot hold.
func (b *block) firstNull() int {
	for w, word := range b.valid {
		if row := w<<6 + bits.TrailingZeros64(^word); word != ^uint64(0) && row < b.n {
			return row
		}
	}
	return b.n
}

// cause is the error of the row at which the block ends early; lo is the
// block's first row, and skip says that nulls are no reason to.
func (b *block) cause(readers []*reader, lo, row int, skip bool) error {
	for _, r := range readers {
		if !skip && r.field.form == formPlain && r.isNull(lo+row) {
			t := typeName(r.field.typ)
			return fmt.Errorf("column %q: %w: %s is %v, which cannot hold it: use *%v, sql.Null[%v] or frame.Null[%v]", r.col.Field.Name, errkind.ErrNull, r.field.label(), t, t, t, t)
		}
	}
	if len(b.in.field.kids) > 0 {
		return fmt.Errorf("column %q: %w: %s into %s, which is %v: a null or a value within does not fit", b.in.col.Field.Name, errkind.ErrValue, b.in.value(lo+row), b.in.field.label(), typeName(b.in.field.typ))
	}
	return fmt.Errorf("column %q: %w: %s into %s, which is %v", b.in.col.Field.Name, errkind.ErrValue, b.in.value(lo+row), b.in.field.label(), typeName(b.in.field.typ))
}

// readBlock reads rows lo and following of the columns into rows.
func readBlock[T any](readers []*reader, rows []T, lo int, cursor *int) error {
	var b block
	b.reset(len(rows))
	*cursor = lo
	for _, r := range readers {
		mem := readMem{elems: r.elements(len(rows))}
		r.gather(&b, stridedOf(rows), lo, len(rows), &mem)
	}
	stop := min(b.bad, b.firstNull())
	if stop == len(rows) {
		return nil
	}
	*cursor = lo + stop
	return b.cause(readers, lo, stop, false)
}
