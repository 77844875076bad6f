// Package thrift reads and writes Thrift's compact protocol, in which Parquet
// keeps its footer and page headers.
//
// The Thrift library for Go allocates as much as a length field asks for: 50
// hostile bytes make it allocate half a gigabyte. Here every length is checked
// against the bytes that are left before memory is allocated for it, so that work
// and memory are linear in the size of the input.
package thrift

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// Type is the type of a field or list element on the wire.
type Type byte

// The wire types of the compact protocol. A boolean field carries its value in
// its type.
const (
	True   Type = 1
	False  Type = 2
	Byte   Type = 3
	I16    Type = 4
	I32    Type = 5
	I64    Type = 6
	Double Type = 7
	Binary Type = 8
	List   Type = 9
	Set    Type = 10
	Map    Type = 11
	Struct Type = 12
)

// maxDepth bounds nesting. Parquet's own metadata has six levels.
const maxDepth = 32

// ErrMalformed marks input that is not Thrift, or that ends too early.
var ErrMalformed = errors.New("malformed thrift")

// Reader reads one encoded value. The first error sticks: all calls after it return
// zeros, so that a decoder needs no checks in between and calls Err once, at its
// end.
type Reader struct {
	b     []byte
	pos   int
	depth int
	err   error
}

// NewReader returns a reader at the start of b. Byte slices that it returns
// alias b.
func NewReader(b []byte) *Reader { return &Reader{b: b} }

// Err returns the first error.
func (r *Reader) Err() error { return r.err }

// Pos returns how many bytes have been consumed.
func (r *Reader) Pos() int { return r.pos }

// Fail makes err the reader's error, unless it has one.
func (r *Reader) Fail(err error) {
	if r.err == nil {
		r.err = err
	}
}

func (r *Reader) malformed(what string, args ...any) {
	r.Fail(fmt.Errorf("%w at byte %d: %s", ErrMalformed, r.pos, fmt.Sprintf(what, args...)))
}

func (r *Reader) byte() byte {
	if r.err != nil {
		return 0
	}
	if r.pos >= len(r.b) {
		r.malformed("ends too early")
		return 0
	}
	c := r.b[r.pos]
	r.pos++
	return c
}

func (r *Reader) uvarint() uint64 {
	if r.err != nil {
		return 0
	}
	v, n := binary.Uvarint(r.b[r.pos:])
	if n <= 0 {
		r.malformed("bad number")
		return 0
	}
	r.pos += n
	return v
}

func (r *Reader) zigzag() int64 {
	u := r.uvarint()
	return int64(u>>1) ^ -int64(u&1)
}

// want reports whether a field has the type that it should have.
func (r *Reader) want(got, want Type) bool {
	if r.err == nil && got != want {
		r.malformed("type %d where %d belongs", got, want)
	}
	return r.err == nil
}

// Int64 reads an integer field of type I64.
func (r *Reader) Int64(t Type) int64 {
	if !r.want(t, I64) {
		return 0
	}
	return r.zigzag()
}

// Int32 reads an integer field of type I32.
func (r *Reader) Int32(t Type) int32 {
	if !r.want(t, I32) {
		return 0
	}
	return r.narrow()
}

func (r *Reader) narrow() int32 {
	v := r.zigzag()
	if v < math.MinInt32 || v > math.MaxInt32 {
		r.malformed("%d is not a 32-bit number", v)
		return 0
	}
	return int32(v)
}

// Int8 reads a field of type Byte.
func (r *Reader) Int8(t Type) int8 {
	if !r.want(t, Byte) {
		return 0
	}
	return int8(r.byte())
}

// Bool reads a boolean field, whose value is in its type.
func (r *Reader) Bool(t Type) bool {
	if r.err == nil && t != True && t != False {
		r.malformed("type %d where a boolean belongs", t)
	}
	return t == True
}

// Bytes reads a field of type Binary without copying it.
func (r *Reader) Bytes(t Type) []byte {
	if !r.want(t, Binary) {
		return nil
	}
	n := r.uvarint()
	if r.err != nil {
		return nil
	}
	if n > uint64(len(r.b)-r.pos) {
		r.malformed("string of %d bytes where %d are left", n, len(r.b)-r.pos)
		return nil
	}
	s := r.b[r.pos : r.pos+int(n) : r.pos+int(n)]
	r.pos += int(n)
	return s
}

// String reads a field of type Binary.
func (r *Reader) String(t Type) string { return string(r.Bytes(t)) }

// Struct calls field for each field of a struct. The function must consume the
// field: read it, or [Reader.Skip] it.
func (r *Reader) Struct(t Type, field func(id int16, t Type)) {
	if !r.want(t, Struct) || !r.enter() {
		return
	}
	last := int16(0)
	for r.err == nil {
		h := r.byte()
		if h == 0 {
			break
		}
		if d := h >> 4; d != 0 {
			last += int16(d)
		} else {
			last = int16(r.zigzag())
		}
		if r.err == nil {
			field(last, Type(h&15))
		}
	}
	r.depth--
}

func (r *Reader) enter() bool {
	if r.depth >= maxDepth {
		r.malformed("nested deeper than %d", maxDepth)
		return false
	}
	r.depth++
	return true
}

// List calls elems once with the number and type of a list's elements, all of
// which it must consume. An element takes at least one byte, so n is never larger
// than the number of bytes left.
func (r *Reader) List(t Type, elems func(n int, t Type)) {
	if r.err == nil && t != List && t != Set {
		r.malformed("type %d where a list belongs", t)
	}
	h := r.byte()
	n := uint64(h >> 4)
	if n == 15 {
		n = r.uvarint()
	}
	if r.err != nil {
		return
	}
	if n > uint64(len(r.b)-r.pos) {
		r.malformed("list of %d elements in %d bytes", n, len(r.b)-r.pos)
		return
	}
	if !r.enter() {
		return
	}
	elems(int(n), Type(h&15))
	r.depth--
}

// Skip consumes a field of any type.
func (r *Reader) Skip(t Type) {
	switch t {
	case True, False:
	case Byte:
		r.byte()
	case I16, I32, I64:
		r.uvarint()
	case Double:
		if r.err == nil && len(r.b)-r.pos < 8 {
			r.malformed("ends too early")
			return
		}
		r.pos += 8
	case Binary:
		r.Bytes(t)
	case List, Set:
		r.List(t, func(n int, t Type) {
			for range n {
				r.skipElement(t)
			}
		})
	case Map:
		n := r.uvarint()
		if r.err != nil || n == 0 {
			return
		}
		if n > uint64(len(r.b)-r.pos) {
			r.malformed("map of %d entries in %d bytes", n, len(r.b)-r.pos)
			return
		}
		kv := r.byte()
		if !r.enter() {
			return
		}
		for range n {
			r.skipElement(Type(kv >> 4))
			r.skipElement(Type(kv & 15))
		}
		r.depth--
	case Struct:
		r.Struct(t, func(_ int16, t Type) { r.Skip(t) })
	default:
		r.malformed("unknown type %d", t)
	}
}

// skipElement consumes an element of a list or map, where booleans take a
// byte.
func (r *Reader) skipElement(t Type) {
	if r.err != nil {
		return
	}
	if t == True || t == False {
		r.byte()
		return
	}
	r.Skip(t)
}
