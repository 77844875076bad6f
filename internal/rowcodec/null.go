package rowcodec

// Null is a value that may be missing: V counts only where Valid is true. It
// has the shape of sql.Null.
type Null[T any] struct {
	V     T
	Valid bool
}

// Some returns a value that is there. The zero Null is one that is missing.
func Some[T any](v T) Null[T] { return Null[T]{v, true} }
