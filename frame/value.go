package frame

// Value returns the value of row i as Go has it, nil for a null: numbers
// (float16 as float32), bool, string, []byte, time.Time for timestamps (in
// their zone) and dates, time.Duration for durations and times of day,
// decimal128.Num and decimal256.Num, Arrow's own types for intervals, []any for
// lists, map[string]any for structs, and for maps []any of such entries "key"
// and "value". Of dictionaries, unions, runs and extension types it is the
// value that they stand for. A duration that time.Duration cannot hold is an
// arrow.Duration.
//
// It is for looking at single values; whole columns are faster with [Values].
// It panics, as an index into a slice does, if there is no row i.
func (c Column) Value(i int) any { return c.col.Value(i) }
