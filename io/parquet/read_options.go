package parquet

// ReadOptions say what of a file is read. The zero value reads all of it.
type ReadOptions struct {
	// Columns are the names of the top-level columns to read, in the order
	// that the frame will have. nil reads all, an empty list none: the frame
	// then has rows and no columns.
	Columns []string
	// RowGroups are the numbers of the row groups to read, in the order that
	// the frame will have. nil reads all.
	RowGroups []int
	// Where are conditions that every row of the frame satisfies. Row groups
	// whose statistics rule a condition out are not read.
	Where []Condition
	// Limit is the most rows that the frame has, from the first on, of those
	// that satisfy Where. 0 stands for no limit.
	Limit int
	// MaxMemory is how many bytes the decoded data may take, against files of
	// a few bytes that claim billions of values. 0 stands for 1,024 times the
	// size of the file and 256 MiB at least, a negative number for no limit.
	MaxMemory int64
}
