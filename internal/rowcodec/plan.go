package rowcodec

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/errkind"
)

// A Plan maps the fields of a Go type to columns. It is made once for a call and not
// changed after that, so goroutines share it.
type Plan struct {
	Type   reflect.Type
	Fields []Field
	Scalar bool // Type itself is the only field, without a name
}

// A Field is a field of a Go type that is a column.
type Field struct {
	Name   string // of the column
	Path   string // of the field in Go, for errors: "Base.Lat"
	Type   reflect.Type
	elem   reflect.Type // T of *T and Null[T], else Type
	Kind   kind
	Form   form
	depth  int            // number of embedded structs around the field
	offset uintptr        // in the row
	valid  uintptr        // of Valid in the row, for a pair
	scale  int32          // of a decimal, from the tag
	scaled bool           // the tag has a scale
	kids   []Field        // fields of a struct, or the element of a slice
	outer  []reflect.Type // structs and slices around the field
}

// PlanOf returns the plan of a struct, or of a scalar: a type of which a column has
// values. The error lists everything that is wrong with the type.
func PlanOf(t reflect.Type) (*Plan, error) {
	p := &Plan{Type: t}
	f := Field{Type: t}
	if !isRow(t) {
		p.Scalar = true
		if err := f.classify(); err != nil {
			return nil, err
		}
		if f.Kind == kindStruct {
			return nil, fmt.Errorf("%w: %v: a row is a struct, which cannot be missing", errkind.ErrType, TypeName(t))
		}
		p.Fields = []Field{f}
		return p, nil
	}
	wrong := p.flatten(t, Field{})
	wrong = append(wrong, p.resolve()...)
	if len(wrong) == 0 && len(p.Fields) == 0 && t.NumField() > 0 {
		wrong = append(wrong, fmt.Errorf("%w: no exported field is a column", errkind.ErrType))
	}
	if len(wrong) > 0 {
		return nil, &problems{t, wrong}
	}
	return p, nil
}

// classify derives Kind, Form and all that depends on them from the field's type.
func (f *Field) classify() error {
	f.elem = f.Type
	switch {
	case f.Type.Kind() == reflect.Pointer:
		f.Form, f.elem = formPointer, f.Type.Elem()
	case isPair(f.Type):
		f.Form, f.elem = formPair, f.Type.Field(0).Type
		f.valid = f.offset + f.Type.Field(1).Offset
	}
	var why string
	switch f.Kind, why = kindOf(f.elem); f.Kind {
	case kindNone:
		return fmt.Errorf("%w: %v: %s", errkind.ErrType, TypeName(f.Type), why)
	case kindList, kindStruct:
		return f.nest()
	}
	return nil
}

// nest plans the elements of a slice, or the fields of a struct.
func (f *Field) nest() error {
	if slices.Contains(f.outer, f.elem) {
		return fmt.Errorf("%w: %v: contains itself", errkind.ErrType, TypeName(f.elem))
	}
	outer := append(slices.Clip(f.outer), f.elem)
	if f.Kind == kindList {
		kid := Field{Path: f.Path + "[]", Type: f.elem.Elem(), scale: f.scale, scaled: f.scaled, outer: outer}
		if err := kid.classify(); err != nil {
			return err
		}
		f.kids = []Field{kid}
		return nil
	}
	p := &Plan{Type: f.elem}
	wrong := p.flatten(f.elem, Field{Path: f.Path, outer: outer})
	if wrong = append(wrong, p.resolve()...); len(wrong) > 0 {
		return &problems{f.elem, wrong}
	}
	if len(p.Fields) == 0 {
		return fmt.Errorf("%w: %v: no exported field is a column", errkind.ErrType, TypeName(f.elem))
	}
	f.kids = p.Fields
	return nil
}

// flatten adds the fields of struct t, and of the structs embedded in it, to the plan. It
// returns an error for each field that cannot be a column.
func (p *Plan) flatten(t reflect.Type, outer Field) (wrong []error) {
	for sf := range t.Fields() {
		f := Field{Type: sf.Type, offset: outer.offset + sf.Offset, Path: sf.Name, depth: outer.depth, outer: outer.outer}
		if outer.Path != "" {
			f.Path = outer.Path + "." + sf.Name
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
			wrong = append(wrong, fmt.Errorf("field %s: %w", f.Path, err))
		case embedded:
			f.depth++
			wrong = append(wrong, p.flatten(sf.Type, f)...)
		case sf.Anonymous && !tagged && sf.Type.Kind() == reflect.Pointer && sf.Type.Elem().Kind() == reflect.Struct && sf.Type.Elem() != timeType:
			wrong = append(wrong, fmt.Errorf("field %s: %w: embedded pointer: embed the struct itself", f.Path, errkind.ErrType))
		case !sf.IsExported():
			if tagged && sf.Tag.Get("frame") != "" {
				wrong = append(wrong, fmt.Errorf("field %s: %w: has a frame tag, but is not exported", f.Path, errkind.ErrType))
			}
		default:
			f.Name = name
			if f.scaled && !isDecimal(sf.Type) {
				wrong = append(wrong, fmt.Errorf("field %s: %w: %v has no scale", f.Path, errkind.ErrType, TypeName(sf.Type)))
				continue
			}
			if err := f.classify(); err != nil {
				wrong = append(wrong, fmt.Errorf("field %s: %w", f.Path, err))
				continue
			}
			p.Fields = append(p.Fields, f)
		}
	}
	return wrong
}

// resolve keeps one field for each column: the outermost, as Go itself and encoding/json
// do. Two fields of one name at the same depth are an error.
func (p *Plan) resolve() (wrong []error) {
	best := make(map[string]int, len(p.Fields))
	for _, f := range p.Fields {
		if d, ok := best[f.Name]; !ok || f.depth < d {
			best[f.Name] = f.depth
		}
	}
	p.Fields = slices.DeleteFunc(p.Fields, func(f Field) bool { return f.depth > best[f.Name] })
	first := make(map[string]string, len(p.Fields))
	for _, f := range p.Fields {
		if other, ok := first[f.Name]; ok {
			wrong = append(wrong, fmt.Errorf("fields %s and %s: %w: %q", other, f.Path, errkind.ErrName, f.Name))
		}
		first[f.Name] = f.Path
	}
	return wrong
}

// ArrowField returns the Arrow field, with the given name, of a column of the field's
// values. It is nullable if the Go type has missing values.
func (f *Field) ArrowField(name string) arrow.Field {
	return arrow.Field{Name: name, Type: f.column(), Nullable: f.Form != FormPlain}
}

// column returns the Arrow type of a column of the field's values.
func (f *Field) column() arrow.DataType {
	switch f.Kind {
	case kindDecimal128:
		return &arrow.Decimal128Type{Precision: 38, Scale: f.scale}
	case kindDecimal256:
		return &arrow.Decimal256Type{Precision: 76, Scale: f.scale}
	case kindList:
		return arrow.ListOfField(f.kids[0].ArrowField("item"))
	case kindStruct:
		fields := make([]arrow.Field, len(f.kids))
		for i := range fields {
			fields[i] = f.kids[i].ArrowField(f.kids[i].Name)
		}
		return arrow.StructOf(fields...)
	}
	return kinds[f.Kind].typ
}

// label returns the field's name for an error: "field Base.Lat", or "the value" for a
// scalar.
func (f *Field) label() string {
	if f.Path == "" {
		return "the value"
	}
	return "field " + f.Path
}
