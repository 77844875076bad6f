package rowcodec

import (
	"unsafe"

	"github.com/parframe/parframe/internal/chunk"
)

// WriteRows writes rows, at most [BlockRows], as rows from lo on of the columns. T must be
// the type of the writers' plan. mem has an element for each writer, and belongs to the
// worker.
//
// The error belongs to the lowest row with a value that its column cannot hold. The rows
// before it are written. *cursor is set to that row, or else to the row after the last; it
// is lo while a column is written.
func WriteRows[T any](writers []*Writer, rows []T, lo int, mem []WriteMem, cursor *int) error {
	n := len(rows) // or the first row with a value that does not fit
	var cause error
	for i, w := range writers {
		*cursor = lo
		if done := w.Scatter(ViewOf(rows), lo, n, nil, &mem[i]); done < n {
			n, cause = done, w.Check(ViewOf(rows), done)
		}
	}
	*cursor = lo + n
	return cause
}

// Direct returns the memory of the column's values, for callers that store them there
// themselves. R must be the field's type. The result is nil unless the column stores its
// values as a []R does, without nulls in R.
func Direct[R any](w *Writer) []R {
	if w.size > 8 || w.field.Form != FormPlain || !SameMemoryAs(w.Out.Type, w.field.Kind) || w.size != int(unsafe.Sizeof(*new(R))) {
		return nil
	}
	return chunk.Values[R](w.data)
}

// Wrote marks n <= [BlockRows] rows from lo on as not null, after their values were stored
// in the memory that [Direct] returned. The column must be nullable.
func (w *Writer) Wrote(lo, n int) { putBits(w.valid, lo, allSet[:], n) }
