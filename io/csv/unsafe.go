package csv

import "unsafe"

// asBytes shows the memory of a slice of numbers as bytes, as Arrow buffers
// want it. T is a type without pointers and without padding, so every byte is
// defined; the bytes keep the slice alive.
func asBytes[T any](s []T) []byte {
	var zero T
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(s))), len(s)*int(unsafe.Sizeof(zero)))
}

// readOnly shows the bytes of a string. They must not be written to; the
// functions that get them only copy them.
func readOnly(s string) []byte {
	return unsafe.Slice(unsafe.StringData(s), len(s))
}
