package frame

import (
	"unsafe"

	"github.com/parframe/parframe/internal/chunk"
)

// writeBlock writes rows as rows lo and following of the columns.
func writeBlock[T any](writers []*writer, rows []T, lo int, mem []writeMem, cursor *int) error {
	n := len(rows) // up to the first row with a value that no column can hold
	var cause error
	for i, w := range writers {
		*cursor = lo
		if done := w.scatter(stridedOf(rows), lo, n, nil, &mem[i]); done < n {
			n, cause = done, w.check(stridedOf(rows), done)
		}
	}
	*cursor = lo + n
	return cause
}

// direct returns the memory of the column's values, for callers that store them
// themselves, or nil where the column does not hold values of type R as Go does.
func direct[R any](w *writer) []R {
	if w.size > 8 || w.field.form != formPlain || !sameMemoryAs(w.out.Type, w.field.kind) || w.size != int(unsafe.Sizeof(*new(R))) {
		return nil
	}
	return chunk.Values[R](w.data)
}

// wrote marks n <= blockRows rows, from row lo on, as values that were stored in
// what [direct] returned. The column must be nullable.
func (w *writer) wrote(lo, n int) { putBits(w.valid, lo, allSet[:], n) }
