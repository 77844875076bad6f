package chunk

import (
	"fmt"
	"reflect"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"github.com/parframe/parframe/internal/bufowner"
	"github.com/parframe/parframe/internal/errkind"
)

// Import makes a chunk of an array, its children and its dictionary, as the type that
// the field declares. It shares buffers that the garbage collector owns and copies
// others, unless borrow is set; it checks their shape, but no value.
func Import(d arrow.ArrayData, typ arrow.DataType, borrow bool) (*Chunk, error) {
	l, _ := LayoutOf(typ)
	if l == layoutUnknown || !sameMemory(d.DataType(), typ) {
		return nil, fmt.Errorf("an array of %s where %s is expected", d.DataType(), typ)
	}
	bufs := d.Buffers()
	c := &Chunk{Type: typ, Off: d.Offset(), Len: d.Len(), Bufs: make([][]byte, max(l.buffers(), viewBuffers(l, bufs)))}
	for i, b := range bufs {
		// A bitmap of no bytes is Arrow Go's other way to say "no nulls".
		if i < len(c.Bufs) && b != nil && !(i == 0 && (!l.hasBitmap() || b.Len() == 0)) {
			c.Bufs[i] = importBuffer(b, borrow)
		}
	}
	types := ChildTypes(typ)
	if len(types) != len(d.Children()) {
		return nil, fmt.Errorf("%s with %d children, expected %d", typ, len(d.Children()), len(types))
	}
	if len(types) > 0 {
		c.Kids = make([]*Chunk, len(types))
	}
	for i, kid := range d.Children() {
		var err error
		if c.Kids[i], err = Import(kid, types[i], borrow); err != nil {
			return nil, err
		}
	}
	if l == LayoutDict {
		var err error
		valueType := Physical(typ).(*arrow.DictionaryType).ValueType
		if dict := d.Dictionary(); !reflect.ValueOf(dict).IsNil() { // a nil *array.Data in an interface
			c.Dict, err = Import(dict, valueType, borrow)
		} else {
			c.Dict = Nulls(valueType, 0)
		}
		if err != nil {
			return nil, err
		}
	}
	return c, checkShape(c)
}

func viewBuffers(l Layout, bufs []*memory.Buffer) int {
	if l == LayoutView {
		return len(bufs)
	}
	return 0
}

// importBuffer returns the bytes of the buffer, or a copy if they are not owned by the
// garbage collector, or not aligned.
func importBuffer(b *memory.Buffer, borrow bool) []byte {
	bytes := b.Bytes()
	if bytes == nil {
		bytes = []byte{}
	}
	bytes = bytes[:len(bytes):len(bytes)]
	if aligned(bytes) && (borrow || owners.Collected(b)) {
		return bytes
	}
	return append(NewBytes(len(bytes))[:0], bytes...)
}

// owners knows which buffers the garbage collector owns.
var owners = bufowner.Of[memory.Buffer, memory.GoAllocator, memory.CheckedAllocator]()

// ImportColumn makes a column of arrays of one type, under the rules of [Import].
// The error is of kind [errkind.ErrType] or [errkind.ErrInvalid] and names the
// column.
func ImportColumn(field arrow.Field, arrays []arrow.Array, borrow bool) (Column, error) {
	c := Column{Field: field}
	for _, a := range arrays {
		if !sameMemory(a.DataType(), field.Type) {
			return c, fmt.Errorf("%w: column %q: an array of %s in a column of %s", errkind.ErrType, field.Name, a.DataType(), field.Type)
		}
		k, err := Import(a.Data(), field.Type, borrow)
		if err != nil {
			return c, fmt.Errorf("%w: column %q: %w", errkind.ErrInvalid, field.Name, err)
		}
		c.Append(k)
	}
	return c, nil
}
