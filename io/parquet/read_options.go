package parquet

// ReadOptions select what is read of a file. The zero value reads all of it.
type ReadOptions struct {
	// Columns are the names of the top-level columns to read, in the order that
	// the frame has. nil reads all. An empty list reads none: the frame then has
	// rows and no columns.
	Columns []string
	// RowGroups are the numbers of the row groups to read, in the order that the
	// frame has. nil reads all.
	RowGroups []int
	// Where are conditions that every row of the frame satisfies. Row groups whose
	// statistics show that no row does are not read.
	Where []Condition
	// Limit is the largest number of rows of the frame: the first ones that
	// satisfy Where. 0 is no limit.
	Limit int
	// MaxMemory is the number of bytes that the decoded data may take. It is a
	// guard against files of a few bytes that claim billions of values. 0 is 1,024
	// times the size of the file, at least 256 MiB. A negative number is no limit.
	MaxMemory int64
}
