package rowcodec

import (
	"bytes"
	"reflect"
)

// Detach copies what the pointers and []byte fields of a result refer to, since it may be
// memory that the next group's rows are read into. row is the result, a value of the
// plan's type. Detach does not copy what slices and structs within the result refer to.
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
