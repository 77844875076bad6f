package frame

import (
	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
)

// nested writes a value that is made of other values, and reports whether a holds such
// values: lists as [1, 2], structs as {name: 1}, maps as {"key" → 1}; dictionaries,
// unions, run-end encoded and extension values as the values they hold.
func (w *cellWriter) nested(a arrow.Array, i int, quote bool) bool {
	switch a := a.(type) {
	case *array.Map: // before ListLike, which it is too
		lo, hi := a.ValueOffsets(i)
		w.list("{", "}", int(hi-lo), func(k int) {
			w.value(a.Keys(), int(lo)+k, true)
			w.text(" → ")
			w.value(a.Items(), int(lo)+k, true)
		})
	case array.ListLike:
		lo, hi := a.ValueOffsets(i)
		w.list("[", "]", int(hi-lo), func(k int) { w.value(a.ListValues(), int(lo)+k, true) })
	case *array.Struct:
		fields := a.DataType().(*arrow.StructType).Fields()
		w.list("{", "}", len(fields), func(k int) {
			w.text(fields[k].Name)
			w.text(": ")
			w.value(a.Field(k), i, true)
		})
	case *array.Dictionary:
		w.value(a.Dictionary(), a.GetValueIndex(i), quote)
	case *array.SparseUnion:
		w.value(a.Field(a.ChildID(i)), i, quote)
	case *array.DenseUnion:
		w.value(a.Field(a.ChildID(i)), int(a.ValueOffset(i)), quote)
	case *array.RunEndEncoded:
		w.value(a.Values(), a.GetPhysicalIndex(i), quote)
	case array.ExtensionArray:
		// Not ValueStr: the extension implements it, and it panics otherwise.
		w.value(a.Storage(), i, quote)
	default:
		return false
	}
	return true
}

// list writes n items, or as many as fit.
func (w *cellWriter) list(open, end string, n int, item func(k int)) {
	w.text(open)
	for k := 0; k < n && !w.full(); k++ {
		if k > 0 {
			w.text(", ")
		}
		item(k)
	}
	w.text(end)
}
