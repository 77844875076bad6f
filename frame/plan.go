package frame

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/errkind"
)

// plan says which field of a Go type is which column. It is made once per
// call; nothing below it uses reflection per row.
type plan struct {
	typ    reflect.Type
	fields []field
	scalar bool // typ is itself the one field, and has no name
}

// field is one column's place in a Go type.
type field struct {
	name   string // of the column
	path   string // in Go: "Base.Lat", for errors
	tagged bool
	typ    reflect.Type
	elem   reflect.Type // T of *T, Null[T]; else typ
	kind   kind
	form   form
	depth  int     // number of embedded structs around it
	offset uintptr // in the row
	valid  uintptr // of Valid, in a pair
	scale  int32   // of a decimal: the tag's
	scaled bool    // the tag has one
	kids   []field // of a struct; of a slice that of its elements
	outer  []reflect.Type
}

// planOf plans a struct or a scalar. What is wrong with the type comes as one
// error that lists all of it.
func planOf(t reflect.Type) (*plan, error) {
	p := &plan{typ: t}
	f := field{typ: t}
	if !isRow(t) {
		p.scalar = true
		if err := f.classify(); err != nil {
			return nil, err
		}
		if f.kind == kindStruct {
			return nil, fmt.Errorf("%w: %v: a row is a struct, which cannot be missing", errkind.ErrType, typeName(t))
		}
		p.fields = []field{f}
		return p, nil
	}
	wrong := p.flatten(t, field{})
	wrong = append(wrong, p.resolve()...)
	if len(wrong) == 0 && len(p.fields) == 0 && t.NumField() > 0 {
		wrong = append(wrong, fmt.Errorf("%w: no exported field is a column", errkind.ErrType))
	}
	if len(wrong) > 0 {
		return nil, &problems{t, wrong}
	}
	return p, nil
}

// classify fills in kind and form from the type.
func (f *field) classify() error {
	f.elem = f.typ
	switch {
	case f.typ.Kind() == reflect.Pointer:
		f.form, f.elem = formPointer, f.typ.Elem()
	case isPair(f.typ):
		f.form, f.elem = formPair, f.typ.Field(0).Type
		f.valid = f.offset + f.typ.Field(1).Offset
	}
	var why string
	switch f.kind, why = kindOf(f.elem); f.kind {
	case kindNone:
		return fmt.Errorf("%w: %v: %s", errkind.ErrType, typeName(f.typ), why)
	case kindList, kindStruct:
		return f.nest()
	}
	return nil
}

// nest plans the elements of a slice, or the fields of a struct.
func (f *field) nest() error {
	if slices.Contains(f.outer, f.elem) {
		return fmt.Errorf("%w: %v: contains itself", errkind.ErrType, typeName(f.elem))
	}
	outer := append(slices.Clip(f.outer), f.elem)
	if f.kind == kindList {
		kid := field{path: f.path + "[]", typ: f.elem.Elem(), scale: f.scale, scaled: f.scaled, outer: outer}
		if err := kid.classify(); err != nil {
			return err
		}
		f.kids = []field{kid}
		return nil
	}
	p := &plan{typ: f.elem}
	wrong := p.flatten(f.elem, field{path: f.path, outer: outer})
	if wrong = append(wrong, p.resolve()...); len(wrong) > 0 {
		return &problems{f.elem, wrong}
	}
	if len(p.fields) == 0 {
		return fmt.Errorf("%w: %v: no exported field is a column", errkind.ErrType, typeName(f.elem))
	}
	f.kids = p.fields
	return nil
}

// flatten adds the fields of a struct and of the structs embedded in it, and
// returns what is wrong with them.
func (p *plan) flatten(t reflect.Type, outer field) (wrong []error) {
	for sf := range t.Fields() {
		f := field{typ: sf.Type, offset: outer.offset + sf.Offset, path: sf.Name, depth: outer.depth, outer: outer.outer}
		if outer.path != "" {
			f.path = outer.path + "." + sf.Name
		}
		name, tagged, skip, err := tagName(sf)
		if skip {
			continue
		}
		if err == nil {
			f.scale, f.scaled, err = tagScale(sf)
		}
		embedded := sf.Anonymous && !tagged && isRow(sf.Type)
		switch {
		case err != nil:
			wrong = append(wrong, fmt.Errorf("field %s: %w", f.path, err))
		case embedded:
			f.depth++
			wrong = append(wrong, p.flatten(sf.Type, f)...)
		case sf.Anonymous && !tagged && sf.Type.Kind() == reflect.Pointer && sf.Type.Elem().Kind() == reflect.Struct && sf.Type.Elem() != timeType:
			wrong = append(wrong, fmt.Errorf("field %s: %w: embedded pointer: embed the struct itself", f.path, errkind.ErrType))
		case !sf.IsExported():
			if tagged && sf.Tag.Get("frame") != "" {
				wrong = append(wrong, fmt.Errorf("field %s: %w: has a frame tag, but is not exported", f.path, errkind.ErrType))
			}
		default:
			f.name, f.tagged = name, tagged
			if f.scaled && !isDecimal(sf.Type) {
				wrong = append(wrong, fmt.Errorf("field %s: %w: %v has no scale", f.path, errkind.ErrType, typeName(sf.Type)))
				continue
			}
			if err := f.classify(); err != nil {
				wrong = append(wrong, fmt.Errorf("field %s: %w", f.path, err))
				continue
			}
			p.fields = append(p.fields, f)
		}
	}
	return wrong
}

// resolve keeps one field per column: the outermost, as Go itself and
// encoding/json have it. Two at the same depth are a mistake.
func (p *plan) resolve() (wrong []error) {
	best := make(map[string]int, len(p.fields))
	for _, f := range p.fields {
		if d, ok := best[f.name]; !ok || f.depth < d {
			best[f.name] = f.depth
		}
	}
	p.fields = slices.DeleteFunc(p.fields, func(f field) bool { return f.depth > best[f.name] })
	first := make(map[string]string, len(p.fields))
	for _, f := range p.fields {
		if other, ok := first[f.name]; ok {
			wrong = append(wrong, fmt.Errorf("fields %s and %s: %w: %q", other, f.path, errkind.ErrName, f.name))
		}
		first[f.name] = f.path
	}
	return wrong
}

// arrow returns the field of the column that these values make: nullable if
// the Go type can say that a value is missing.
func (f *field) arrow(name string) arrow.Field {
	return arrow.Field{Name: name, Type: f.column(), Nullable: f.form != formPlain}
}

// column is the type of that column.
func (f *field) column() arrow.DataType {
	switch f.kind {
	case kindDecimal128:
		return &arrow.Decimal128Type{Precision: 38, Scale: f.scale}
	case kindDecimal256:
		return &arrow.Decimal256Type{Precision: 76, Scale: f.scale}
	case kindList:
		return arrow.ListOfField(f.kids[0].arrow("item"))
	case kindStruct:
		fields := make([]arrow.Field, len(f.kids))
		for i := range fields {
			fields[i] = f.kids[i].arrow(f.kids[i].name)
		}
		return arrow.StructOf(fields...)
	}
	return kinds[f.kind].typ
}

// label names the field in an error: "field Base.Lat"; a scalar has no name.
func (f *field) label() string {
	if f.path == "" {
		return "the value"
	}
	return "field " + f.path
}
