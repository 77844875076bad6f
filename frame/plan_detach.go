package frame

import (
	"bytes"
	"reflect"
)

// detach copies what pointers and bytes in a result refer to: it may be memory
// that the next group's rows are read into.
func detach(p *plan, row strided) {
	for i := range p.fields {
		f := &p.fields[i]
		if f.form != formPointer && f.kind != kindBytes {
			continue
		}
		v := reflect.NewAt(f.typ, row.field(f.offset).base).Elem()
		switch f.form {
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
		if f.kind == kindBytes {
			v.SetBytes(bytes.Clone(v.Bytes()))
		}
	}
}
