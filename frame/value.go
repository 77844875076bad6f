package frame

// Value returns the value of row i as a Go value, nil for a null: numbers (float16 as
// float32), bool, string, []byte, time.Time for timestamps (in their zone) and dates,
// time.Duration for durations and times of day, decimal128.Num and decimal256.Num,
// Arrow's own types for intervals, []any for lists, map[string]any for structs, and []any
// of maps with the entries "key" and "value" for maps. For dictionaries, unions, runs and
// extension types it is the value that they represent. A duration that time.Duration
// cannot hold is an arrow.Duration.
//
// It is for single values; for whole columns [Values] is faster. It panics if i is out of
// range, as indexing a slice does.
func (c Column) Value(i int) any { return c.col.Value(i) }
