package rowcodec

import (
	"bytes"
	"reflect"
	"slices"
	"unsafe"
)

// Detach copies what the fields of a result refer to, all the way down: the targets of
// pointers, the bytes of []byte and the elements of slices, since their memory may be used
// again for the rows of the next group. Strings stay, as nobody writes to them. row is the
// result, a value of the plan's type.
func Detach(p *Plan, row View) {
	for i := range p.Fields {
		p.Fields[i].detach(row.base)
	}
}

// detach copies what the field of the struct at base refers to.
func (f *Field) detach(base unsafe.Pointer) {
	if f.refers() {
		f.detachValue(reflect.NewAt(f.Type, unsafe.Add(base, f.offset)).Elem())
	}
}

// refers reports whether values of the field refer to memory that can be written.
func (f *Field) refers() bool {
	return f.Form == formPointer || f.Kind == kindBytes || f.Kind == kindList || slices.ContainsFunc(f.kids, func(kid Field) bool { return kid.refers() })
}

func (f *Field) detachValue(v reflect.Value) {
	switch f.Form {
	case formPointer:
		if v.IsNil() {
			return
		}
		elem := reflect.New(f.elem)
		elem.Elem().Set(v.Elem())
		v.Set(elem)
		v = elem.Elem()
	case formPair:
		v = v.Field(0)
	}
	switch f.Kind {
	case kindBytes:
		v.SetBytes(bytes.Clone(v.Bytes()))
	case kindList:
		if v.IsNil() {
			return
		}
		elems := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		reflect.Copy(elems, v)
		v.Set(elems)
		if kid := &f.kids[0]; kid.refers() {
			for i := range elems.Len() {
				kid.detachValue(elems.Index(i))
			}
		}
	case kindStruct:
		for i := range f.kids {
			f.kids[i].detach(v.Addr().UnsafePointer())
		}
	}
}
