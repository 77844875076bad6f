package rowcodec

import (
	"unsafe"

	"github.com/parframe/parframe/internal/chunk"
)

// WriteRows writes rows as rows lo and following of the columns.
func WriteRows[T any](writers []*Writer, rows []T, lo int, mem []WriteMem, cursor *int) error {
	n := len(rows) // up to the first row with a value that no column can hold
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

// Direct returns the memory of the column's values, for callers that store them
// themselves, or nil where the column does not hold values of type R as Go does.
func Direct[R any](w *Writer) []R {
	if w.size > 8 || w.field.Form != FormPlain || !SameMemoryAs(w.Out.Type, w.field.Kind) || w.size != int(unsafe.Sizeof(*new(R))) {
		return nil
	}
	return chunk.Values[R](w.data)
}

// Wrote marks n <= BlockRows rows, from row lo on, as values that were stored in
// what [Direct] returned. The column must be nullable.
func (w *Writer) Wrote(lo, n int) { putBits(w.valid, lo, allSet[:], n) }
