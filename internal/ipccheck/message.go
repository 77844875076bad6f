package ipccheck

import (
	"encoding/binary"
	"math"

	"github.com/klauspost/compress/zstd"
)

// Kind is what a message holds.
type Kind byte

// The kinds of messages, numbered as in Message.fbs.
const (
	SchemaMessage     Kind = 1
	DictionaryMessage Kind = 2
	RecordMessage     Kind = 3
)

// Message is a message whose metadata is sound.
type Message struct {
	Kind    Kind
	BodyLen int64
	Version int   // 4 is V5, the current one
	Rows    int64 // of a record batch

	// Of a batch: length and null count of each array, in the order of the
	// fields; offset and length in the body of each buffer; and the number of
	// data buffers of each view array. Body checks what is in the body.
	Nodes      [][2]int64
	Buffers    [][2]int64
	Variadic   []int64
	Compressed bool
	zstd       bool // else LZ4

	DictID int64 // of a dictionary
	Delta  bool

	// Of a schema: the ids of its dictionary fields, each before those of its
	// children.
	DictIDs []int64
	Big     bool // big-endian
}

// Schema checks a schema message with its length prefix, the first message of a
// stream. The reader allocates its body, which is empty as a rule, so it must be
// there.
func Schema(b []byte) error {
	meta, rest, err := Prefix(b)
	if err != nil {
		return err
	}
	if meta == nil {
		return malformed("no schema")
	}
	m, err := Metadata(meta)
	if err == nil && m.Kind != SchemaMessage {
		err = malformed("message of kind %d where the schema belongs", m.Kind)
	}
	if err == nil && m.BodyLen > int64(len(rest)) {
		err = malformed("schema with a body of %d bytes where %d are left", m.BodyLen, len(rest))
	}
	return err
}

// Prefix reads the length prefix of a message. It returns the metadata and the
// bytes after it. The metadata of an end marker is nil.
func Prefix(b []byte) (meta, rest []byte, err error) {
	if len(b) < 4 {
		return nil, nil, malformed("message cut short")
	}
	n := int32(binary.LittleEndian.Uint32(b))
	b = b[4:]
	if n == -1 { // since version 0.15
		if len(b) < 4 {
			return nil, nil, malformed("message cut short")
		}
		n = int32(binary.LittleEndian.Uint32(b))
		b = b[4:]
	}
	if n == 0 {
		return nil, b, nil
	}
	if n < 8 || int64(n) > int64(len(b)) {
		return nil, nil, malformed("metadata of %d bytes where %d are left", n, len(b))
	}
	return b[:n:n], b[n:], nil
}

// Metadata checks the metadata of a message, and returns it.
func Metadata(meta []byte) (m Message, err error) {
	f := &buffer{b: meta}
	t, err := f.root()
	if err != nil {
		return m, err
	}
	if p, err := f.slot(t, 0, 2); err == nil && p != 0 {
		m.Version, _ = f.u16(p)
	}
	kind, err := f.byteField(t, 1)
	if err != nil {
		return m, err
	}
	m.Kind = Kind(kind)
	if m.BodyLen, err = f.longField(t, 3); err != nil {
		return m, err
	}
	if m.BodyLen < 0 {
		return m, malformed("body of %d bytes", m.BodyLen)
	}
	if err := f.each(t, 4, f.keyValue); err != nil {
		return m, err
	}
	seen := false
	err = f.child(t, 2, func(h table) error {
		seen = true
		switch m.Kind {
		case SchemaMessage:
			f.dictIDs = &m.DictIDs
			if p, err := f.slot(h, 0, 2); err == nil && p != 0 {
				e, _ := f.u16(p)
				m.Big = e != 0
			}
			return f.schema(h)
		case DictionaryMessage:
			if p, err := f.ref(h, 1); err != nil || p == 0 {
				return malformed("dictionary without values")
			}
			var err error
			if m.DictID, err = f.longField(h, 0); err != nil {
				return err
			}
			delta, err := f.byteField(h, 2)
			if err != nil {
				return err
			}
			m.Delta = delta != 0
			return f.child(h, 1, func(batch table) error { return f.batch(batch, &m) })
		case RecordMessage:
			return f.batch(h, &m)
		}
		return malformed("message of kind %d", m.Kind)
	})
	if err == nil && !seen {
		err = malformed("message without content")
	}
	return m, err
}

func (f *buffer) keyValue(t table) error {
	if err := f.text(t, 0); err != nil {
		return err
	}
	return f.text(t, 1)
}

func (f *buffer) schema(t table) error {
	if p, err := f.ref(t, 1); err != nil || p == 0 {
		return malformed("schema without fields")
	}
	if err := f.each(t, 1, f.field); err != nil {
		return err
	}
	if err := f.each(t, 2, f.keyValue); err != nil {
		return err
	}
	_, _, err := f.vector(t, 3, 8)
	return err
}

// Numbers of the types that have vectors of their own, as in Schema.fbs.
const (
	fixedSizeBinaryType = 15
	timestampType       = 10
	unionType           = 14
	fixedSizeListType   = 16
)

func (f *buffer) field(t table) error {
	if f.depth++; f.depth > maxDepth {
		return malformed("fields nested deeper than %d", maxDepth)
	}
	defer func() { f.depth-- }()
	if err := f.text(t, 0); err != nil {
		return err
	}
	typ, err := f.byteField(t, 2)
	if err != nil {
		return err
	}
	if p, err := f.ref(t, 3); err != nil || p == 0 {
		return malformed("field without a type")
	}
	err = f.child(t, 4, func(x table) error {
		id, err := f.longField(x, 0)
		if err == nil && f.dictIDs != nil {
			*f.dictIDs = append(*f.dictIDs, id)
		}
		return err
	})
	if err != nil {
		return err
	}
	if err := f.each(t, 5, f.field); err != nil {
		return err
	}
	err = f.child(t, 3, func(x table) error {
		switch typ {
		case timestampType:
			return f.text(x, 1)
		case unionType:
			_, n, err := f.vector(x, 1, 4)
			if err == nil && n > 128 {
				err = malformed("union of %d types", n)
			}
			return err
		case fixedSizeBinaryType, fixedSizeListType:
			p, err := f.slot(x, 0, 4)
			if err == nil && p != 0 {
				if n := int32(binary.LittleEndian.Uint32(f.b[p:])); n < 0 {
					err = malformed("values of %d bytes or elements", n)
				}
			}
			return err
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := f.child(t, 4, func(x table) error { return f.child(x, 1, nil) }); err != nil {
		return err
	}
	return f.each(t, 6, f.keyValue)
}

// batch checks a record batch, or the batch in a dictionary.
func (f *buffer) batch(t table, m *Message) error {
	rows, err := f.longField(t, 0)
	if err != nil {
		return err
	}
	if rows < 0 || rows > math.MaxInt32 {
		return malformed("batch of %d rows", rows)
	}
	m.Rows = rows
	start, n, err := f.vector(t, 1, 16)
	if err != nil {
		return err
	}
	for i := range n {
		length, nulls := f.i64(start+16*i), f.i64(start+16*i+8)
		if length < 0 || nulls < 0 || nulls > length || length > 1<<33 {
			return malformed("column %d of a batch has %d values of which %d are null", i, length, nulls)
		}
		m.Nodes = append(m.Nodes, [2]int64{length, nulls})
	}
	comp, err := f.ref(t, 3)
	if err != nil {
		return err
	}
	if comp != 0 {
		m.Compressed = true
		c, err := f.table(comp)
		if err != nil {
			return err
		}
		codec, err := f.byteField(c, 0)
		if err != nil || codec > 1 {
			return malformed("compression %d", codec)
		}
		m.zstd = codec == 1
		if method, err := f.byteField(c, 1); err != nil || method != 0 {
			return malformed("compression method %d", method)
		}
	}
	if start, n, err = f.vector(t, 2, 16); err != nil {
		return err
	}
	m.Buffers = make([][2]int64, n)
	for i := range n {
		off, length := f.i64(start+16*i), f.i64(start+16*i+8)
		if off < 0 || length < 0 || off > m.BodyLen || length > m.BodyLen-off {
			return malformed("buffer %d at %d+%d in a body of %d", i, off, length, m.BodyLen)
		}
		m.Buffers[i] = [2]int64{off, length}
	}
	start, n, err = f.vector(t, 4, 8)
	if err != nil {
		return err
	}
	for i := range n {
		if v := f.i64(start + 8*i); v < 0 || v > 1<<16 {
			return malformed("view column with %d buffers", v)
		} else {
			m.Variadic = append(m.Variadic, v)
		}
	}
	return nil
}

// Body checks the buffers in the body of the message, and returns the number of
// bytes that they decompress to, which is at most limit.
func (m *Message) Body(body []byte, limit int64) (total int64, err error) {
	if int64(len(body)) != m.BodyLen {
		return 0, malformed("body of %d bytes where the message says %d", len(body), m.BodyLen)
	}
	for i, b := range m.Buffers {
		n := b[1]
		if m.Compressed && n > 0 {
			if n < 8 {
				return 0, malformed("compressed buffer %d of %d bytes", i, n)
			}
			n = int64(binary.LittleEndian.Uint64(body[b[0]:]))
			packed := body[b[0]+8 : b[0]+b[1]]
			if n == -1 { // not compressed, as that is shorter
				n = int64(len(packed))
			} else if n < 0 || !m.plausible(packed, n) {
				return 0, malformed("compressed buffer %d of %d bytes claims %d", i, len(packed), n)
			}
		}
		if n > limit-total {
			return 0, overLimit(limit)
		}
		total += n
	}
	return total, nil
}

// plausible reports whether compressed bytes can hold n. The reader allocates n
// bytes before it decompresses.
func (m *Message) plausible(packed []byte, n int64) bool {
	if !m.zstd { // a byte of LZ4 stands for 255 at most
		return n <= 255*int64(len(packed))+64
	}
	var h zstd.Header
	if h.Decode(packed) != nil {
		return false
	}
	if h.HasFCS {
		return h.FrameContentSize == uint64(n)
	}
	return n <= 1<<15*int64(len(packed)) // blocks of 128 KiB in four bytes
}
