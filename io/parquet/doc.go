// Package parquet reads and writes Parquet files as frames, on every core.
//
// Next to pqarrow, the reader that comes with Arrow for Go: the same types in
// memory and the same files, but
//
//   - row groups and columns are read and written in parallel, on goroutines of
//     package parallel only. pqarrow decodes struct columns and whole tables on
//     goroutines of its own, where a damaged page ends the process.
//   - a damaged, truncated or hostile file is an error that names file, row
//     group and column. Every length is checked before memory is made for it,
//     and what a file may take is bounded ([ReadOptions.MaxMemory]).
//   - a reader never returns fewer rows than the file states.
//   - what the format cannot say is kept in the ARROW:schema entry, as Arrow's
//     other libraries do: time zones, dictionaries, large, fixed-size and
//     extension types come back as they were.
//
// Files are decoded by this package itself, down to the pages. It links
// neither arrow/go/v15/parquet nor arrow-go/v18/parquet (which cannot be linked
// into one program), and none of what they pull in.
package parquet
