package frame

import "github.com/parframe/parframe/internal/rowcodec"

// Null is a value that may be missing: a struct with the fields V of type T and Valid of
// type bool, like sql.Null. V is used only if Valid is true. The zero Null is a missing
// value.
type Null[T any] = rowcodec.Null[T]

// Some returns a Null with the value.
func Some[T any](v T) Null[T] { return rowcodec.Some(v) }
