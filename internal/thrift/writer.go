package thrift

import "encoding/binary"

// Writer appends fields to a buffer. Begin and End enclose each struct. Fields must
// be written in ascending order of their ids.
type Writer struct {
	b    []byte
	last []int16 // id of the last field of each open struct
}

// Bytes returns what has been written.
func (w *Writer) Bytes() []byte { return w.b }

// Reset empties the writer and keeps its memory.
func (w *Writer) Reset() { w.b, w.last = w.b[:0], w.last[:0] }

// Begin opens the outermost struct, or one that is an element of a list.
func (w *Writer) Begin() { w.last = append(w.last, 0) }

// End closes the innermost open struct.
func (w *Writer) End() {
	w.b = append(w.b, 0)
	w.last = w.last[:len(w.last)-1]
}

func (w *Writer) field(id int16, t Type) {
	last := &w.last[len(w.last)-1]
	if d := id - *last; d > 0 && d <= 15 {
		w.b = append(w.b, byte(d)<<4|byte(t))
	} else {
		w.b = append(w.b, byte(t))
		w.zigzag(int64(id))
	}
	*last = id
}

func (w *Writer) zigzag(v int64) {
	w.b = binary.AppendUvarint(w.b, uint64(v<<1)^uint64(v>>63))
}

// Int8 writes a field of type Byte.
func (w *Writer) Int8(id int16, v int8) {
	w.field(id, Byte)
	w.b = append(w.b, byte(v))
}

// Int32 writes a field of type I32.
func (w *Writer) Int32(id int16, v int32) {
	w.field(id, I32)
	w.zigzag(int64(v))
}

// Int64 writes a field of type I64.
func (w *Writer) Int64(id int16, v int64) {
	w.field(id, I64)
	w.zigzag(v)
}

// Bool writes a boolean field.
func (w *Writer) Bool(id int16, v bool) {
	if v {
		w.field(id, True)
	} else {
		w.field(id, False)
	}
}

// Binary writes a field of type Binary.
func (w *Writer) Binary(id int16, v []byte) {
	w.field(id, Binary)
	w.raw(v)
}

// String writes a field of type Binary.
func (w *Writer) String(id int16, v string) {
	w.field(id, Binary)
	w.raw([]byte(v))
}

func (w *Writer) raw(v []byte) {
	w.b = binary.AppendUvarint(w.b, uint64(len(v)))
	w.b = append(w.b, v...)
}

// Struct opens a field that is a struct; End closes it.
func (w *Writer) Struct(id int16) {
	w.field(id, Struct)
	w.Begin()
}

// List writes the head of a list field of n elements, which follow.
func (w *Writer) List(id int16, t Type, n int) {
	w.field(id, List)
	if n < 15 {
		w.b = append(w.b, byte(n)<<4|byte(t))
		return
	}
	w.b = append(w.b, 0xf0|byte(t))
	w.b = binary.AppendUvarint(w.b, uint64(n))
}

// Elem32 writes an I32 element of a list.
func (w *Writer) Elem32(v int32) { w.zigzag(int64(v)) }

// ElemString writes a Binary element of a list.
func (w *Writer) ElemString(v string) { w.raw([]byte(v)) }
