package arrow18

import (
	a18 "github.com/apache/arrow-go/v18/arrow"
	arr18 "github.com/apache/arrow-go/v18/arrow/array"
	a15 "github.com/apache/arrow/go/v15/arrow"
	arr15 "github.com/apache/arrow/go/v15/arrow/array"
)

// array18 returns an array of v18 over the memory of an array of v15. t is v18's type for
// the declared type of the column, and so determines the types of all children.
func array18(a a15.Array, t a18.DataType) a18.Array {
	return arr18.MakeFromData(data18(a.Data(), t, false))
}

// data18 returns the data of an array of v15 as data of v18 over the same memory. It keeps
// null counts that are known, and never counts. full sets the count to 0: Arrow's map array
// refuses keys and entries whose null count is not known, and Arrow allows no nulls there.
func data18(d a15.ArrayData, t a18.DataType, full bool) *arr18.Data {
	bufs := buffers18(d.Buffers())
	nulls := d.NullN() // of a header that only this call uses; negative if not known
	if full || len(bufs) == 0 || bufs[0] == nil {
		nulls = 0
	}
	storage := storage18(t)
	if dict, ok := storage.(*a18.DictionaryType); ok {
		// Both are *array.Data, like all ArrayData of Arrow.
		values := data18(d.Dictionary().(*arr15.Data), dict.ValueType, false)
		return arr18.NewDataWithDictionary(t, d.Len(), bufs, nulls, d.Offset(), values)
	}
	kids := make([]a18.ArrayData, len(d.Children()))
	_, isMap := storage.(*a18.MapType)
	for i, kid := range d.Children() {
		if isMap {
			kids[i] = entries18(kid, storage.(*a18.MapType).Elem().(*a18.StructType))
		} else {
			kids[i] = data18(kid, child18(storage, i), false)
		}
	}
	return arr18.NewData(t, d.Len(), bufs, kids, nulls, d.Offset())
}

// entries18 is data18 for the struct of keys and values below a map.
func entries18(d a15.ArrayData, t *a18.StructType) *arr18.Data {
	kids := make([]a18.ArrayData, len(d.Children()))
	for i, kid := range d.Children() {
		kids[i] = data18(kid, t.Field(i).Type, i == 0)
	}
	return arr18.NewData(t, d.Len(), buffers18(d.Buffers()), kids, 0, d.Offset())
}

// storage18 strips extension types, whose buffers are the buffers of their storage.
func storage18(t a18.DataType) a18.DataType {
	for {
		ext, ok := t.(a18.ExtensionType)
		if !ok {
			return t
		}
		t = ext.StorageType()
	}
}

// child18 returns the type of the i-th child.
func child18(t a18.DataType, i int) a18.DataType {
	switch t := t.(type) {
	case a18.ListLikeType:
		return t.Elem()
	case *a18.StructType:
		return t.Field(i).Type
	case *a18.RunEndEncodedType:
		return []a18.DataType{t.RunEnds(), t.Encoded()}[i]
	case a18.UnionType:
		return t.Fields()[i].Type
	}
	return nil // no other type has children
}
