package chunk

import (
	"unsafe"

	"github.com/parframe/parframe/internal/unset"
)

// This file holds all use of unsafe in the package. It stands on this invariant: the
// buffers of a chunk are only read, start at a multiple of 8 bytes (importBuffer and
// NewBytes see to it), and are at least as long as checkShape demands.

// Values returns the bytes of a buffer as a slice of values without pointers, as many
// as fit. No value type needs more than the 8-byte alignment of buffers.
func Values[T any](b []byte) []T {
	if len(b) == 0 {
		return nil
	}
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(b))), len(b)/int(unsafe.Sizeof(*new(T))))
}

// Bytes returns the memory of values without pointers as bytes.
func Bytes[T any](v []T) []byte {
	if v == nil {
		return nil
	}
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(v))), len(v)*int(unsafe.Sizeof(*new(T))))
}

// NewBytes returns n zero bytes that start at a multiple of 8.
func NewBytes(n int) []byte {
	return Bytes(make([]uint64, (n+7)/8))[:n:n]
}

// UnsetBytes is [NewBytes] for a buffer that the caller writes completely: it may hold
// anything.
func UnsetBytes(n int) []byte {
	return Bytes(unset.Make[uint64]((n + 7) / 8))[:n:n]
}

// aligned reports whether the bytes start at a multiple of 8.
func aligned(b []byte) bool {
	return len(b) == 0 || uintptr(unsafe.Pointer(unsafe.SliceData(b)))%8 == 0
}

// Text returns the bytes as a string that shares their memory, which must not be
// written to.
func Text(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// Number is a type whose values Arrow stores as Go does.
type Number interface {
	int8 | int16 | int32 | int64 | uint8 | uint16 | uint32 | uint64 | float32 | float64
}
