package rowcodec

// Null is a value that may be missing. V counts only if Valid is true. Null has the fields
// of sql.Null. Users know it as frame.Null.
type Null[T any] struct {
	V     T
	Valid bool
}

// Some returns a Null that has the value v. The zero Null is a missing value.
func Some[T any](v T) Null[T] { return Null[T]{v, true} }
