package frame

import (
	"fmt"
	"reflect"
	"strconv"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"github.com/parframe/parframe/internal/bufowner"
)

// OriginalName is the key of the field metadata that holds the name with which
// a column came, where that name was taken and the column got another.
const OriginalName = "frame.original_name"

// ImportOption changes how Arrow data becomes a frame.
type ImportOption struct{ borrow bool }

// Borrow shares all buffers, also those that the garbage collector does not
// own. The caller promises that they stay where they are, unchanged, as long
// as the frame, anything made from it, and strings read from it are used;
// [Frame.Clone] ends the loan for a copy.
func Borrow() ImportOption { return ImportOption{borrow: true} }

// importColumn makes a column of arrays of one type.
func importColumn(field arrow.Field, arrays []arrow.Array, opts []ImportOption) (Column, error) {
	borrow := false
	for _, o := range opts {
		borrow = borrow || o.borrow
	}
	c := Column{field: field}
	for _, a := range arrays {
		if !sameMemory(a.DataType(), field.Type) {
			return c, fmt.Errorf("%w: column %q: an array of %s in a column of %s", ErrType, field.Name, a.DataType(), field.Type)
		}
		k, err := importData(a.Data(), field.Type, borrow)
		if err != nil {
			return c, fmt.Errorf("%w: column %q: %w", ErrInvalid, field.Name, err)
		}
		c.n += k.n
		if k.n > 0 {
			c.chunks = append(c.chunks, k)
		}
	}
	return c, nil
}

// importData takes over the buffers of an array, children and dictionary too.
// The type is the one that the field declares, which goes all the way down.
func importData(d arrow.ArrayData, typ arrow.DataType, borrow bool) (*chunk, error) {
	l, _ := layoutOf(typ)
	if l == layoutUnknown || !sameMemory(d.DataType(), typ) {
		return nil, fmt.Errorf("an array of %s where %s is expected", d.DataType(), typ)
	}
	bufs := d.Buffers()
	c := &chunk{typ: typ, off: d.Offset(), n: d.Len(), bufs: make([][]byte, max(l.buffers(), viewBuffers(l, bufs)))}
	for i, b := range bufs {
		// A bitmap of no bytes is Arrow Go's other way to say "no nulls".
		if i < len(c.bufs) && b != nil && !(i == 0 && (!l.hasBitmap() || b.Len() == 0)) {
			c.bufs[i] = importBuffer(b, borrow)
		}
	}
	types := childTypes(typ)
	if len(types) != len(d.Children()) {
		return nil, fmt.Errorf("%s with %d children, expected %d", typ, len(d.Children()), len(types))
	}
	if len(types) > 0 {
		c.kids = make([]*chunk, len(types))
	}
	for i, kid := range d.Children() {
		var err error
		if c.kids[i], err = importData(kid, types[i], borrow); err != nil {
			return nil, err
		}
	}
	if l == layoutDict {
		var err error
		valueType := physical(typ).(*arrow.DictionaryType).ValueType
		if dict := d.Dictionary(); !reflect.ValueOf(dict).IsNil() { // a nil *array.Data in an interface
			c.dict, err = importData(dict, valueType, borrow)
		} else {
			c.dict = nullChunk(valueType, 0)
		}
		if err != nil {
			return nil, err
		}
	}
	return c, c.checkShape()
}

func viewBuffers(l layout, bufs []*memory.Buffer) int {
	if l == layoutView {
		return len(bufs)
	}
	return 0
}

// importBuffer returns the buffer's bytes, or a copy where they could go away
// or where no word may be read from them.
func importBuffer(b *memory.Buffer, borrow bool) []byte {
	bytes := b.Bytes()
	if bytes == nil {
		bytes = []byte{}
	}
	bytes = bytes[:len(bytes):len(bytes)]
	if aligned(bytes) && (borrow || owners.Collected(b)) {
		return bytes
	}
	return append(newBytes(len(bytes))[:0], bytes...)
}

// owners says which buffers the garbage collector owns.
var owners = bufowner.Of[memory.Buffer, memory.GoAllocator, memory.CheckedAllocator]()

// imported makes the frame once all columns are in, with the schema's metadata.
func imported(call string, schema *arrow.Schema, cols []Column, rows int) (*Frame, error) {
	if !schema.IsNativeEndian() {
		return nil, fmt.Errorf("%s: %w: the data has another byte order than this machine", call, ErrInvalid)
	}
	for _, c := range cols {
		if c.n != rows {
			return nil, fmt.Errorf("%s: %w: column %q has %d rows, expected %d", call, ErrLength, c.field.Name, c.n, rows)
		}
	}
	for i, c := range cols {
		if c.field.Name != schema.Field(i).Name { // that name was taken
			return newFrame(cols, rows).withMetadata(schema.Metadata()), nil
		}
	}
	return &Frame{schema: schema, cols: cols, rows: rows}, nil
}

// sameFields says where names or types of two schemas differ.
func sameFields(want, got *arrow.Schema) error {
	if want.NumFields() != got.NumFields() {
		return fmt.Errorf("%w: %d columns, expected %d", ErrType, got.NumFields(), want.NumFields())
	}
	for i := range want.NumFields() {
		w, g := want.Field(i), got.Field(i)
		switch {
		case w.Name != g.Name:
			return fmt.Errorf("%w: column %d is %q, expected %q", ErrType, i, g.Name, w.Name)
		case !sameType(w.Type, g.Type):
			return fmt.Errorf("%w: column %q is %s, expected %s", ErrType, g.Name, g.Type, w.Type)
		}
	}
	return nil
}

// readableNames gives a number to names that come again, and says so in the
// field's metadata.
func readableNames(fields []arrow.Field) []arrow.Field {
	if len(fields) <= 16 && distinct(fields) { // quicker than a map
		return fields
	}
	taken := make(map[string]bool, len(fields))
	for _, f := range fields {
		taken[f.Name] = true
	}
	if len(taken) == len(fields) {
		return fields
	}
	seen := make(map[string]bool, len(fields))
	out := make([]arrow.Field, len(fields))
	for i, f := range fields {
		if seen[f.Name] {
			keys := append([]string{OriginalName}, f.Metadata.Keys()...)
			vals := append([]string{f.Name}, f.Metadata.Values()...)
			f.Metadata = arrow.NewMetadata(keys, vals)
			name := f.Name
			for k := 1; taken[f.Name]; k++ {
				f.Name = name + "_" + strconv.Itoa(k)
			}
			taken[f.Name] = true
		}
		seen[f.Name] = true
		out[i] = f
	}
	return out
}

// distinct says whether no name comes twice.
func distinct(fields []arrow.Field) bool {
	for i := range fields {
		for k := range i {
			if fields[k].Name == fields[i].Name {
				return false
			}
		}
	}
	return true
}
