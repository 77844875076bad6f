package arrow18

import (
	a18 "github.com/apache/arrow-go/v18/arrow"
	arr18 "github.com/apache/arrow-go/v18/arrow/array"
	a15 "github.com/apache/arrow/go/v15/arrow"
	arr15 "github.com/apache/arrow/go/v15/arrow/array"
)

// array15 has the methods that package frame calls on an array of v15 whose buffers it
// takes over, and that a table of v15 calls on its arrays. A complete array would be
// made, checked and dropped for each column and Arrow chunk. The embedded Array is nil,
// so any other method panics.
type array15 struct {
	a15.Array
	data *arr15.Data
}

// arrayOf15 returns an array of v18 as one of v15 over the same memory. t is v15's type for
// the declared type of the column, and so determines the types of all children.
func arrayOf15(a a18.Array, t a15.DataType) array15 {
	return array15{data: data15(a.Data(), t)}
}

func (a array15) DataType() a15.DataType { return a.data.DataType() }
func (a array15) Data() a15.ArrayData    { return a.data }
func (a array15) Len() int               { return a.data.Len() }
func (a array15) Retain()                {}
func (a array15) Release()               {}

// NullN is called by tables of v15, for which it would otherwise count. Package frame reads
// the bitmap instead.
func (a array15) NullN() int { return 0 }

// data15 returns the data of an array of v18 as data of v15 over the same memory. It never
// asks for a null count: that would read every bitmap, and write the count into an array
// that other goroutines may use.
func data15(d a18.ArrayData, t a15.DataType) *arr15.Data {
	bufs, storage := buffers15(d.Buffers()), storage15(t)
	if dict, ok := storage.(*a15.DictionaryType); ok {
		// Both are *array.Data, like all ArrayData of Arrow.
		values := data15(d.Dictionary().(*arr18.Data), dict.ValueType)
		return arr15.NewDataWithDictionary(t, d.Len(), bufs, arr15.UnknownNullCount, d.Offset(), values)
	}
	var fields []a15.Field
	if nested, ok := storage.(a15.NestedType); ok {
		fields = nested.Fields()
	}
	kids := make([]a15.ArrayData, len(d.Children()))
	for i, kid := range d.Children() {
		var kidType a15.DataType // nil for an extra child, for which frame returns an error
		if i < len(fields) {
			kidType = fields[i].Type
		}
		kids[i] = data15(kid, kidType)
	}
	return arr15.NewData(t, d.Len(), bufs, kids, arr15.UnknownNullCount, d.Offset())
}

// storage15 strips extension types, whose buffers are the buffers of their storage.
func storage15(t a15.DataType) a15.DataType {
	for {
		ext, ok := t.(a15.ExtensionType)
		if !ok {
			return t
		}
		t = ext.StorageType()
	}
}
