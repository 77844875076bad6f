package matrix

import "unsafe"

// This file holds all use of unsafe in the package, apart from sizes. It turns numbers,
// which have no pointers, into the bytes of an Arrow buffer and back.

// bytesOf returns the memory of numbers as bytes.
func bytesOf[T Number](v []T) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(v))), len(v)*int(unsafe.Sizeof(*new(T))))
}

// numbers returns n numbers of an Arrow buffer from number off on. Package frame has checked
// that the buffer is long enough and starts at a multiple of 8 bytes.
func numbers[T Number](b []byte, off, n int) []T {
	all := unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(b))), len(b)/int(unsafe.Sizeof(*new(T))))
	return all[off : off+n]
}
