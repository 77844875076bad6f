package matrix

import "unsafe"

// This file is where the package uses unsafe: on numbers, which have no
// pointers, seen as the bytes of an Arrow buffer and back.

// bytesOf gives the memory of numbers as bytes.
func bytesOf[T Number](v []T) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(v))), len(v)*int(unsafe.Sizeof(*new(T))))
}

// numbers gives n numbers from the off-th on of an Arrow buffer, which frame
// has checked to be long enough and to start at a multiple of 8 bytes.
func numbers[T Number](b []byte, off, n int) []T {
	all := unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(b))), len(b)/int(unsafe.Sizeof(*new(T))))
	return all[off : off+n]
}
