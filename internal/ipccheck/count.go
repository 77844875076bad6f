package ipccheck

import (
	"encoding/binary"
	"io"
)

// RowsAt returns the rows of the record batch in a block.
func RowsAt(r io.ReaderAt, b Block) (int64, error) {
	head := make([]byte, b.Meta)
	if err := readAt(r, head, b.Offset); err != nil {
		return 0, err
	}
	meta, _, err := Prefix(head)
	if err != nil {
		return 0, err
	}
	m, err := Metadata(meta)
	if err == nil && m.Kind != RecordMessage {
		err = malformed("message of kind %d where a record batch belongs", m.Kind)
	}
	return m.Rows, err
}

// CountStream returns the rows and the number of record batches of a stream of size
// bytes. It reads the metadata of each message, and no body.
func CountStream(r io.ReaderAt, size int64) (rows int64, batches int, err error) {
	at := int64(0)
	for {
		var head [8]byte
		if size-at < 4 {
			return 0, 0, malformed("the stream ends without an end marker: it is cut short")
		}
		if err := readAt(r, head[:min(8, size-at)], at); err != nil {
			return 0, 0, err
		}
		n := int64(int32(binary.LittleEndian.Uint32(head[:])))
		at += 4
		if n == -1 {
			if size-at < 4 {
				return 0, 0, malformed("message cut short")
			}
			n = int64(int32(binary.LittleEndian.Uint32(head[4:])))
			at += 4
		}
		if n == 0 {
			return rows, batches, nil
		}
		if n < 8 || n > size-at {
			return 0, 0, malformed("metadata of %d bytes where %d are left", n, size-at)
		}
		meta := make([]byte, n)
		if err := readAt(r, meta, at); err != nil {
			return 0, 0, err
		}
		m, err := Metadata(meta)
		if err != nil {
			return 0, 0, err
		}
		if at += n; m.BodyLen > size-at {
			return 0, 0, malformed("body of %d bytes where %d are left", m.BodyLen, size-at)
		}
		at += m.BodyLen
		if m.Kind == RecordMessage {
			rows += m.Rows
			batches++
		}
	}
}
