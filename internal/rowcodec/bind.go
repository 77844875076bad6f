package rowcodec

import (
	"fmt"
	"slices"
	"strings"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/internal/errkind"
)

// Bind returns a reader for each field of the plan, in the order of the fields. A field
// reads the column of its name; other columns are ignored. A scalar reads the only
// column, under any name.
//
// If fields have no column, or one that they cannot hold, Bind returns one error that
// lists them all. It names the types of field and column, and the types that fit.
func (p *Plan) Bind(cols []chunk.Column) ([]*Reader, error) {
	if p.Scalar {
		if len(cols) != 1 {
			return nil, fmt.Errorf("%w: %v takes a frame of one column, and this one has %d: Select one, or use a struct", errkind.ErrType, TypeName(p.Type), len(cols))
		}
		r, err := NewReader(&p.Fields[0], cols[0])
		if err != nil {
			return nil, err
		}
		return []*Reader{r}, nil
	}
	where := make(map[string]int, len(cols))
	for i, c := range cols {
		where[c.Field.Name] = i
	}
	readers := make([]*Reader, 0, len(p.Fields))
	var wrong []error
	for i := range p.Fields {
		fl := &p.Fields[i]
		k, ok := where[fl.Name]
		if !ok {
			wrong = append(wrong, fl.missing(cols))
			continue
		}
		r, err := NewReader(fl, cols[k])
		if err != nil {
			wrong = append(wrong, err)
			continue
		}
		readers = append(readers, r)
	}
	if len(wrong) > 0 {
		return nil, &problems{p.Type, wrong}
	}
	return readers, nil
}

// missing returns the error for a field without a column. It lists the columns, and
// suggests a tag for a column whose name is [alike].
func (f *Field) missing(cols []chunk.Column) error {
	names := make([]string, len(cols))
	for i, c := range cols {
		names[i] = c.Field.Name
	}
	err := fmt.Errorf("%s (%v): %w", f.label(), TypeName(f.Type), chunk.NoColumn(f.Name, slices.Clone(names)))
	for _, name := range names {
		if alike(name, f.Name) {
			return fmt.Errorf("%w; tag it `frame:%q`", err, name)
		}
	}
	return err
}

// alike reports whether two names are equal apart from case and separators.
func alike(a, b string) bool { return squeeze(a) == squeeze(b) }

// squeeze returns a name in lower case, without separators.
func squeeze(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '_' || r == '-' || r == ' ' || r == '.' {
			return -1
		}
		return r
	}, strings.ToLower(s))
}

// fitting returns the kinds of field that hold the values of a column of the type,
// nearest first. It returns none if row functions cannot read the type yet. float64 fits
// int64 and uint64 because each value is checked: a value that float64 cannot hold is an
// error of its row, never another number.
func fitting(t arrow.DataType) []kind {
	switch t := t.(type) {
	case arrow.ExtensionType:
		return fitting(t.StorageType())
	case *arrow.DictionaryType:
		if k := fitting(t.ValueType); len(k) > 0 && (k[0] == kindString || k[0] == kindBytes) && t.ValueType.ID() != arrow.DICTIONARY && hasOffsets(t.ValueType) {
			return k
		}
		return nil
	}
	switch t.ID() {
	case arrow.BOOL:
		return []kind{kindBool}
	case arrow.INT8:
		return []kind{kindInt8, kindInt16, kindInt32, kindInt64, kindFloat32, kindFloat64}
	case arrow.INT16:
		return []kind{kindInt16, kindInt32, kindInt64, kindFloat32, kindFloat64}
	case arrow.INT32:
		return []kind{kindInt32, kindInt64, kindFloat64}
	case arrow.INT64:
		return []kind{kindInt64, kindFloat64}
	case arrow.UINT8:
		return []kind{kindUint8, kindUint16, kindUint32, kindUint64, kindInt16, kindInt32, kindInt64, kindFloat32, kindFloat64}
	case arrow.UINT16:
		return []kind{kindUint16, kindUint32, kindUint64, kindInt32, kindInt64, kindFloat32, kindFloat64}
	case arrow.UINT32:
		return []kind{kindUint32, kindUint64, kindInt64, kindFloat64}
	case arrow.UINT64:
		return []kind{kindUint64, kindFloat64}
	case arrow.FLOAT16, arrow.FLOAT32:
		return []kind{kindFloat32, kindFloat64}
	case arrow.FLOAT64:
		return []kind{kindFloat64}
	case arrow.STRING, arrow.LARGE_STRING, arrow.STRING_VIEW:
		return []kind{kindString, kindBytes}
	case arrow.BINARY, arrow.LARGE_BINARY, arrow.BINARY_VIEW, arrow.FIXED_SIZE_BINARY:
		return []kind{kindBytes, kindString}
	case arrow.TIMESTAMP, arrow.DATE32, arrow.DATE64:
		return []kind{kindTime}
	case arrow.DURATION, arrow.TIME32, arrow.TIME64:
		return []kind{kindDuration}
	case arrow.DECIMAL128:
		return []kind{kindDecimal128}
	case arrow.DECIMAL256:
		return []kind{kindDecimal256}
	case arrow.LIST, arrow.LARGE_LIST, arrow.FIXED_SIZE_LIST, arrow.LIST_VIEW, arrow.LARGE_LIST_VIEW, arrow.MAP:
		return []kind{kindList}
	case arrow.STRUCT:
		return []kind{kindStruct}
	case arrow.NULL:
		all := make([]kind, 0, len(kinds))
		for k := kindBool; k <= kindStruct; k++ {
			all = append(all, k)
		}
		return all
	}
	return nil
}

// hasOffsets reports whether values of the type lie in one buffer, between offsets.
func hasOffsets(t arrow.DataType) bool {
	switch t.ID() {
	case arrow.STRING, arrow.LARGE_STRING, arrow.BINARY, arrow.LARGE_BINARY:
		return true
	}
	return false
}

// misfit returns the error for a column that the field cannot hold. It lists the kinds
// of field that fit.
func (f *Field) misfit(c chunk.Column) error {
	fit := fitting(c.Field.Type)
	if len(fit) == 0 {
		return fmt.Errorf("%s: %w: %v, but column %q is %v, which row functions cannot read yet", f.label(), errkind.ErrType, TypeName(f.Type), c.Field.Name, c.Field.Type)
	}
	names := make([]string, len(fit))
	for i, k := range fit {
		names[i] = k.String()
	}
	return fmt.Errorf("%s: %w: %v, but column %q is %v; fitting: %s, and *T or Null[T] of these", f.label(), errkind.ErrType, TypeName(f.Type), c.Field.Name, c.Field.Type, strings.Join(names, ", "))
}
