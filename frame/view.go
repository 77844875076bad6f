package frame

import "encoding/binary"

// The header of a view: int32 length, then up to 12 bytes of value, or the
// value's first 4 bytes, int32 buffer and int32 offset in the buffer.
const (
	viewSize   = 16
	viewInline = 12
)

// viewBytes returns the value of row i of a chunk of views.
func (c *chunk) viewBytes(i int) []byte {
	h := c.bufs[1][(c.off+i)*viewSize:][:viewSize]
	n := int(int32(binary.NativeEndian.Uint32(h)))
	if n <= viewInline {
		return h[4 : 4+n]
	}
	buf := c.bufs[2+int(int32(binary.NativeEndian.Uint32(h[8:])))]
	return buf[int32(binary.NativeEndian.Uint32(h[12:])):][:n:n]
}
