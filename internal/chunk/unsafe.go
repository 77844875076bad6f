package chunk

import (
	"unsafe"

	"github.com/parframe/parframe/internal/unset"
)

// This file is where the kernels use unsafe. The buffers of a chunk are only
// read, start at a multiple of 8 bytes (importBuffer sees to it, NewBytes
// makes them so), and are at least as long as CheckShape demands.

// Values gives the bytes of a buffer as values without pointers, as many as
// fit. No value type needs more than the 8-byte alignment of buffers.
func Values[T any](b []byte) []T {
	if len(b) == 0 {
		return nil
	}
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(b))), len(b)/int(unsafe.Sizeof(*new(T))))
}

// Bytes gives the memory of values without pointers as bytes.
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

// UnsetBytes is NewBytes for a buffer that is written completely: it may hold
// anything at first.
func UnsetBytes(n int) []byte {
	return Bytes(unset.Make[uint64]((n + 7) / 8))[:n:n]
}

// Aligned says whether the bytes start at a multiple of 8.
func Aligned(b []byte) bool {
	return len(b) == 0 || uintptr(unsafe.Pointer(unsafe.SliceData(b)))%8 == 0
}

// Text gives the bytes as a string of the same memory, which nobody
// writes to.
func Text(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// Number is every type of which Arrow stores plain values.
type Number interface {
	int8 | int16 | int32 | int64 | uint8 | uint16 | uint32 | uint64 | float32 | float64
}
