package rowcodec

import (
	"bytes"
	"reflect"
)

// Detach copies what pointers and bytes in a result refer to: it may be memory
// that the next group's rows are read into.
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
			own := reflect.New(f.elem)
			own.Elem().Set(v.Elem())
			v.Set(own)
			v = own.Elem()
		case formPair:
			v = v.Field(0)
		}
		if f.Kind == kindBytes {
			v.SetBytes(bytes.Clone(v.Bytes()))
		}
	}
}
