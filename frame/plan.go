package frame

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/apache/arrow/go/v15/arrow"
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
}

// planOf plans a struct or a scalar. What is wrong with the type comes as one
// error that lists all of it.
func planOf(t reflect.Type) (*plan, error) {
	p := &plan{typ: t}
	f := field{typ: t}
	if t.Kind() != reflect.Struct || t == timeType || isPair(t) {
		p.scalar = true
		if err := f.classify(); err != nil {
			return nil, err
		}
		p.fields = []field{f}
		return p, nil
	}
	wrong := p.flatten(t, field{})
	wrong = append(wrong, p.resolve()...)
	if len(wrong) == 0 && len(p.fields) == 0 && t.NumField() > 0 {
		wrong = append(wrong, fmt.Errorf("%w: no exported field is a column", ErrType))
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
	if f.kind, why = kindOf(f.elem); f.kind == kindNone {
		return fmt.Errorf("%w: %v: %s", ErrType, f.typ, why)
	}
	return nil
}

// flatten adds the fields of a struct and of the structs embedded in it, and
// returns what is wrong with them.
func (p *plan) flatten(t reflect.Type, outer field) (wrong []error) {
	for sf := range t.Fields() {
		f := field{typ: sf.Type, offset: outer.offset + sf.Offset, path: sf.Name, depth: outer.depth}
		if outer.path != "" {
			f.path = outer.path + "." + sf.Name
		}
		name, tagged, skip, err := tagName(sf)
		if skip {
			continue
		}
		embedded := sf.Anonymous && !tagged && sf.Type.Kind() == reflect.Struct && sf.Type != timeType && !isPair(sf.Type)
		switch {
		case err != nil:
			wrong = append(wrong, fmt.Errorf("field %s: %w", f.path, err))
		case embedded:
			f.depth++
			wrong = append(wrong, p.flatten(sf.Type, f)...)
		case sf.Anonymous && !tagged && sf.Type.Kind() == reflect.Pointer && sf.Type.Elem().Kind() == reflect.Struct && sf.Type.Elem() != timeType:
			wrong = append(wrong, fmt.Errorf("field %s: %w: embedded pointer: embed the struct itself", f.path, ErrType))
		case !sf.IsExported():
			if tagged && sf.Tag.Get("frame") != "" {
				wrong = append(wrong, fmt.Errorf("field %s: %w: has a frame tag, but is not exported", f.path, ErrType))
			}
		default:
			f.name, f.tagged = name, tagged
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
			wrong = append(wrong, fmt.Errorf("fields %s and %s: %w: %q", other, f.path, ErrName, f.name))
		}
		first[f.name] = f.path
	}
	return wrong
}

// arrow returns the field of the column that these values make: nullable if
// the Go type can say that a value is missing.
func (f *field) arrow(name string) arrow.Field {
	return arrow.Field{Name: name, Type: kinds[f.kind].typ, Nullable: f.form != formPlain}
}

// label names the field in an error: "field Base.Lat"; a scalar has no name.
func (f *field) label() string {
	if f.path == "" {
		return "the value"
	}
	return "field " + f.path
}
