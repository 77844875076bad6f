package rowcodec

import (
	"bytes"
	"reflect"
)

// Detach copies the targets of pointers and the contents of []byte in the fields of a
// result, since their memory may be reused for the rows of the next group. row is the
// result, a value of the plan's type. Detach does not look into slices and structs.
func Detach(p *Plan, row View) {
	for i := range p.Fields {
		f := &p.Fields[i]
		if f.Form != formPointer && f.Kind != kindBytes {
			continue
		}
		v := reflect.NewAt(f.Type, row.field(f.offset).base).Elem()
		switch f.Form {
		case formPointer:
			if v.IsNil() {
				continue
			}
			elem := reflect.New(f.elem)
			elem.Elem().Set(v.Elem())
			v.Set(elem)
			v = elem.Elem()
		case formPair:
			v = v.Field(0)
		}
		if f.Kind == kindBytes {
			v.SetBytes(bytes.Clone(v.Bytes()))
		}
	}
}
