package ipccheck

import (
	"encoding/binary"
	"io"
)

// Magic stands at both ends of the file form.
const Magic = "ARROW1"

// Block is the position of a message in a file: Meta bytes of metadata, with its
// length prefix, and Body bytes after them.
type Block struct{ Offset, Meta, Body int64 }

// Footer is the index at the end of a file.
type Footer struct {
	Schema       Block // the schema message that the file begins with
	Dictionaries []Block
	Records      []Block
}

// File reads and checks the footer of a file of size bytes. All messages must lie
// inside the file. Of the messages it reads only the length prefix of the schema.
func File(r io.ReaderAt, size int64) (*Footer, error) {
	const ends = 8 + 4 + len(Magic)
	if size == 0 {
		return nil, malformed("the file is empty")
	}
	if size < int64(ends) {
		return nil, malformed("file of %d bytes", size)
	}
	var head [16]byte
	if err := readAt(r, head[:min(size, 16)], 0); err != nil {
		return nil, err
	}
	var tail [4 + len(Magic)]byte
	if err := readAt(r, tail[:], size-int64(len(tail))); err != nil {
		return nil, err
	}
	switch start, end := string(head[:6]) == Magic, string(tail[4:]) == Magic; {
	case start && !end:
		return nil, malformed("no %s at the end: the file is cut short", Magic)
	case !start || !end:
		return nil, malformed("no %s at both ends", Magic)
	}
	n := int64(int32(binary.LittleEndian.Uint32(tail[:])))
	if n < 8 || n > size-int64(ends) {
		return nil, malformed("footer of %d bytes in a file of %d", n, size)
	}
	meta := make([]byte, n)
	end := size - int64(len(tail)) - n
	if err := readAt(r, meta, end); err != nil {
		return nil, err
	}
	f := &buffer{b: meta}
	t, err := f.root()
	if err != nil {
		return nil, err
	}
	if p, err := f.ref(t, 1); err != nil || p == 0 {
		return nil, malformed("footer without a schema")
	}
	if err := f.child(t, 1, f.schema); err != nil {
		return nil, err
	}
	if err := f.each(t, 4, f.keyValue); err != nil {
		return nil, err
	}
	out := &Footer{}
	// The schema in the footer is not a message, unlike the one at the start.
	k := int64(4)
	length := int64(int32(binary.LittleEndian.Uint32(head[8:])))
	if length == -1 {
		k, length = 8, int64(int32(binary.LittleEndian.Uint32(head[12:])))
	}
	if length < 8 || length > end-8-k {
		return nil, malformed("schema of %d bytes in a file of %d", length, size)
	}
	out.Schema = Block{Offset: 8, Meta: k + length}
	if out.Dictionaries, err = f.blocks(t, 2, end); err != nil {
		return nil, err
	}
	out.Records, err = f.blocks(t, 3, end)
	return out, err
}

// blocks reads a vector of blocks, which must lie before end.
func (f *buffer) blocks(t table, i int, end int64) ([]Block, error) {
	start, n, err := f.vector(t, i, 24)
	if err != nil {
		return nil, err
	}
	out := make([]Block, n)
	for k := range n {
		p := start + 24*k
		b := Block{Offset: f.i64(p), Meta: int64(int32(binary.LittleEndian.Uint32(f.b[p+8:]))), Body: f.i64(p + 16)}
		if b.Offset < 8 || b.Meta < 12 || b.Body < 0 || b.Offset > end || b.Meta > end-b.Offset || b.Body > end-b.Offset-b.Meta {
			return nil, malformed("message at byte %d with %d+%d bytes, in a file whose messages end at %d", b.Offset, b.Meta, b.Body, end)
		}
		out[k] = b
	}
	return out, nil
}

// Size returns the bytes of the whole message.
func (b Block) Size() int64 { return b.Meta + b.Body }

func readAt(r io.ReaderAt, b []byte, off int64) error {
	n, err := r.ReadAt(b, off)
	if n == len(b) {
		return nil
	}
	if err == nil || err == io.EOF {
		return malformed("the file ends at byte %d", off+int64(n))
	}
	return err
}
