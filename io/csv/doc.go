// Package csv reads CSV files into frames and writes frames as CSV, on every
// core.
//
// The standard library's encoding/csv returns strings, one record after the other, on
// one core. It turns "\r\n" inside quotes into "\n", drops empty lines even if they are
// rows, and does not distinguish "" from an empty field. This package returns typed
// columns, preserves all three, and otherwise reads the files that encoding/csv reads.
//
//	f, err := csv.ReadFile(ctx, "airports.csv", csv.ReadOptions{})
//	err = csv.WriteFile(ctx, "copy.csv", f, csv.WriteOptions{})
//
// # What is read
//
// RFC 4180: fields are separated by a delimiter, records by "\n" or "\r\n" (or by "\r"
// in files whose beginning has no "\n"). A field in quotes may contain all of these,
// and quotes, which are doubled. A quote anywhere else is an error, unless LazyQuotes
// is set. A byte order mark is dropped. Empty lines are dropped too, except in a file
// of one column, where they are rows. A file without a header line is an error that
// matches [ErrEmpty]. A file with nothing but a header is a frame without rows.
//
// # Types
//
// The type of a column follows from all its cells, wherever they are in the file. The
// first 1 MiB only determines the type that is tried first. A column that a later cell
// contradicts is parsed again.
//
//   - int64: integers as programs print them. A column with a cell "007" or "+5" is
//     one of strings, which preserves them.
//   - float64: decimals, also with an exponent. nan and inf are numbers in a column
//     that has other numbers; a column of nothing else is one of strings. So is a
//     column that mixes fractions and an integer that float64 would change, such as
//     9007199254740993.
//   - bool: true and false, True and False, TRUE and FALSE.
//   - date32: 2006-01-02. timestamp: 2006-01-02 15:04:05, also with T, without
//     seconds or with a fraction; microseconds, or nanoseconds where there are
//     more than six digits; with UTC as its zone if all cells have Z or an offset.
//   - string: everything else, and a column without any value.
//
// An empty field is null. In a column of strings, an empty field in quotes is "", and
// text in quotes is never null. All columns are nullable.
//
// # How it is read
//
// A file is cut into ranges of bytes. Whether a range begins inside quotes follows from
// the number of quotes before it. So every core cuts its range at the right line end,
// whatever the quotes contain, and parses it into Arrow buffers. [ReadFileSeq] returns
// the ranges one by one, in bounded memory. [Splits] returns parts of a file as values
// that other processes can read. Dialects in which quotes do not come in pairs, and
// compressed files, are read from the start, by one core at a time, and parsed by all.
//
// # Errors
//
// An error in the text is an [*Error] with file, line, column and the text of the cell.
// It is that of the first bad record, and of the first bad field in it, for any number
// of cores.
package csv
