package arrow18

import (
	a18 "github.com/apache/arrow-go/v18/arrow"
	arr18 "github.com/apache/arrow-go/v18/arrow/array"
	a15 "github.com/apache/arrow/go/v15/arrow"
	arr15 "github.com/apache/arrow/go/v15/arrow/array"
	mem15 "github.com/apache/arrow/go/v15/arrow/memory"
)

// array15 returns a header of v15 over the memory of v18's array, for frame to
// take the buffers from. t is v15's type for the one that the column declares,
// which goes all the way down. The header says that there are no nulls: frame
// asks the bitmap, and Arrow's tables would count them.
func array15(a a18.Array, t a15.DataType) a15.Array {
	return arr15.MakeFromData(data15(a.Data(), t, true))
}

// data15 never asks for a null count: that would read every bitmap, and write
// the count into an array that others may be using. It trusts Arrow that the
// entries and keys of a map are not null (full), since Arrow's map array
// refuses children of whom it does not know.
func data15(d a18.ArrayData, t a15.DataType, full bool) *arr15.Data {
	from := d.Buffers()
	bufs := make([]*mem15.Buffer, len(from))
	for i, b := range from {
		if b != nil {
			bufs[i] = buffer15(b)
		}
	}
	nulls := arr15.UnknownNullCount
	if full || len(bufs) == 0 || bufs[0] == nil {
		nulls = 0
	}
	storage := storage15(t)
	if dict, ok := storage.(*a15.DictionaryType); ok {
		// Both are *array.Data, as all ArrayData of Arrow is.
		values := data15(d.Dictionary().(*arr18.Data), dict.ValueType, false)
		return arr15.NewDataWithDictionary(t, d.Len(), bufs, nulls, d.Offset(), values)
	}
	kids := make([]a15.ArrayData, len(d.Children()))
	_, isMap := storage.(*a15.MapType)
	for i, kid := range d.Children() {
		if isMap {
			kids[i] = entries15(kid, storage.(*a15.MapType).Elem().(*a15.StructType))
		} else {
			kids[i] = data15(kid, child15(storage, i), false)
		}
	}
	return arr15.NewData(t, d.Len(), bufs, kids, nulls, d.Offset())
}

// entries15 is data15 for the struct of keys and values below a map.
func entries15(d a18.ArrayData, t *a15.StructType) *arr15.Data {
	kids := make([]a15.ArrayData, len(d.Children()))
	for i, kid := range d.Children() {
		kids[i] = data15(kid, t.Field(i).Type, i == 0)
	}
	bufs := []*mem15.Buffer{nil}
	if b := d.Buffers(); len(b) > 0 && b[0] != nil {
		bufs[0] = buffer15(b[0])
	}
	return arr15.NewData(t, d.Len(), bufs, kids, 0, d.Offset())
}

// storage15 strips extension types: the buffers are those of the storage.
func storage15(t a15.DataType) a15.DataType {
	for {
		ext, ok := t.(a15.ExtensionType)
		if !ok {
			return t
		}
		t = ext.StorageType()
	}
}

// child15 returns the type of the i-th child.
func child15(t a15.DataType, i int) a15.DataType {
	switch t := t.(type) {
	case a15.ListLikeType:
		return t.Elem()
	case *a15.StructType:
		return t.Field(i).Type
	case *a15.RunEndEncodedType:
		return []a15.DataType{t.RunEnds(), t.Encoded()}[i]
	case a15.UnionType:
		return t.Fields()[i].Type
	}
	return nil // no other type has children
}
