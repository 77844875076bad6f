package csv

import "unsafe"

// asBytes returns the memory of a slice of numbers as bytes, for an Arrow buffer. T
// must be a type without pointers and without padding, so that every byte is defined.
// The bytes keep the slice alive.
func asBytes[T any](s []T) []byte {
	var zero T
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(s))), len(s)*int(unsafe.Sizeof(zero)))
}

// readOnly returns the bytes of a string. They must not be written to: the functions
// that receive them only copy them.
func readOnly(s string) []byte {
	return unsafe.Slice(unsafe.StringData(s), len(s))
}
