// Package ipccheck checks Arrow IPC messages before Arrow reads them.
//
// The metadata of a message is a FlatBuffer, whose offsets into itself the readers
// of arrow/go follow unchecked. Other languages verify a FlatBuffer first, but Go's
// runtime has no verifier, so 1,353 hostile bytes make the reader ask for 4.4 TB.
// Here every offset, length and count that the reader will use is checked against
// the bytes that are there.
package ipccheck

import (
	"encoding/binary"
	"fmt"

	"github.com/parframe/parframe/internal/errkind"
)

// The kinds of error.
var (
	// ErrMalformed marks data that is not a sound Arrow IPC message, stream or file.
	ErrMalformed = errkind.ErrMalformed
	// ErrLimit marks a message that claims more memory than is allowed.
	ErrLimit = errkind.ErrLimit
)

func malformed(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrMalformed, fmt.Sprintf(format, args...))
}

var errBuffer = malformed("flatbuffer with offsets outside of itself")

// buffer is a FlatBuffer that is being checked.
type buffer struct {
	b     []byte
	depth int
	work  int // tables visited; as tables may be shared, the size does not bound them

	dictIDs *[]int64 // where to note the ids of dictionary fields
}

// table is a table whose own fields lie inside the buffer.
type table struct{ pos, vtable, vsize int }

// Arrow schemas have about three tables per column.
const (
	maxTables = 1 << 20
	maxDepth  = 64
)

func (f *buffer) u16(p int) (int, error) {
	if p < 0 || p+2 > len(f.b) {
		return 0, errBuffer
	}
	return int(binary.LittleEndian.Uint16(f.b[p:])), nil
}

func (f *buffer) u32(p int) (int, error) {
	if p < 0 || p+4 > len(f.b) {
		return 0, errBuffer
	}
	return int(binary.LittleEndian.Uint32(f.b[p:])), nil
}

// i64 reads a number at a position that has been checked.
func (f *buffer) i64(p int) int64 { return int64(binary.LittleEndian.Uint64(f.b[p:])) }

func (f *buffer) table(pos int) (table, error) {
	if f.work++; f.work > maxTables {
		return table{}, malformed("flatbuffer of more than %d tables", maxTables)
	}
	back, err := f.u32(pos)
	if err != nil {
		return table{}, err
	}
	t := table{pos: pos, vtable: pos - int(int32(back))}
	if t.vsize, err = f.u16(t.vtable); err != nil || t.vsize < 4 || t.vsize%2 != 0 || t.vtable+t.vsize > len(f.b) {
		return table{}, errBuffer
	}
	size, err := f.u16(t.vtable + 2)
	if err != nil || size < 4 || pos+size > len(f.b) {
		return table{}, errBuffer
	}
	for o := 4; o < t.vsize; o += 2 {
		if at, _ := f.u16(t.vtable + o); at >= size {
			return table{}, errBuffer
		}
	}
	return t, nil
}

// root returns the root table.
func (f *buffer) root() (table, error) {
	at, err := f.u32(0)
	if err != nil || at+4 > len(f.b) {
		return table{}, errBuffer
	}
	return f.table(at)
}

// slot returns the position of field i of a table, of which need bytes must lie in
// the buffer, or 0 if the table does not have the field.
func (f *buffer) slot(t table, i, need int) (int, error) {
	o := 4 + 2*i
	if o >= t.vsize {
		return 0, nil
	}
	at, err := f.u16(t.vtable + o)
	if err != nil || at == 0 {
		return 0, err
	}
	if t.pos+at+need > len(f.b) {
		return 0, errBuffer
	}
	return t.pos + at, nil
}

// byteField returns a field of one byte, or 0 if the table does not have it.
func (f *buffer) byteField(t table, i int) (byte, error) {
	p, err := f.slot(t, i, 1)
	if err != nil || p == 0 {
		return 0, err
	}
	return f.b[p], nil
}

// longField returns a field of eight bytes, or 0 if the table does not have it.
func (f *buffer) longField(t table, i int) (int64, error) {
	p, err := f.slot(t, i, 8)
	if err != nil || p == 0 {
		return 0, err
	}
	return f.i64(p), nil
}

// ref returns the position that field i points to, or 0 if the table does not have
// it.
func (f *buffer) ref(t table, i int) (int, error) {
	p, err := f.slot(t, i, 4)
	if err != nil || p == 0 {
		return 0, err
	}
	o, err := f.u32(p)
	if err != nil || o == 0 || p+o+4 > len(f.b) {
		return 0, errBuffer
	}
	return p + o, nil
}

// vector returns the position of the first element of a vector, and the number of
// its elements, which have size bytes each.
func (f *buffer) vector(t table, i, size int) (start, n int, err error) {
	p, err := f.ref(t, i)
	if err != nil || p == 0 {
		return 0, 0, err
	}
	if n, err = f.u32(p); err != nil || n > (len(f.b)-p-4)/size {
		return 0, 0, errBuffer
	}
	return p + 4, n, nil
}

func (f *buffer) text(t table, i int) error {
	_, _, err := f.vector(t, i, 1)
	return err
}

// each calls fn for every table of a vector of tables.
func (f *buffer) each(t table, i int, fn func(table) error) error {
	start, n, err := f.vector(t, i, 4)
	if err != nil {
		return err
	}
	for k := range n {
		p := start + 4*k
		o, err := f.u32(p)
		if err != nil || p+o+4 > len(f.b) {
			return errBuffer
		}
		sub, err := f.table(p + o)
		if err != nil {
			return err
		}
		if err := fn(sub); err != nil {
			return err
		}
	}
	return nil
}

// child calls fn for the table in field i, if there is one.
func (f *buffer) child(t table, i int, fn func(table) error) error {
	p, err := f.ref(t, i)
	if err != nil || p == 0 {
		return err
	}
	sub, err := f.table(p)
	if err != nil || fn == nil {
		return err
	}
	return fn(sub)
}
