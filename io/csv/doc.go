// Package csv reads CSV files into frames and writes frames as CSV, on every
// core.
//
// The standard library's encoding/csv gives strings, one record after the
// other, on one core; it turns "\r\n" inside quotes into "\n", drops empty
// lines also where they are rows, and cannot tell "" from nothing. This
// package gives typed columns, keeps all three apart, and takes the files that
// encoding/csv takes, apart from those differences.
//
//	f, err := csv.ReadFile(ctx, "airports.csv", csv.ReadOptions{})
//	err = csv.WriteFile(ctx, "copy.csv", f, csv.WriteOptions{})
//
// # What is read
//
// RFC 4180: fields are separated by a delimiter, records by "\n" or "\r\n" (or
// by "\r" in files whose beginning has no "\n"); a field in quotes may hold all of
// these, and its quotes doubled. A quote anywhere else is an error, unless
// LazyQuotes is set. A byte order mark is dropped. Empty lines are dropped
// too, but in a file of one column they are rows. A file without a header line
// is an error that matches [ErrEmpty]; one without anything else is a frame of
// no rows.
//
// # Types
//
// A column's type follows from all its cells, wherever they are in the file.
// The first sight of 1 MiB only decides what is tried first; a column that a
// later cell contradicts is parsed again, from the text.
//
//   - int64: digits as a program prints an integer. A column with a cell
//     "007" or "+5" is one of strings, and keeps them.
//   - float64: decimals, also with an exponent. nan and inf count as numbers
//     next to numbers; a column of nothing else is one of strings. So is a
//     column that mixes fractions and an integer that float64 would change,
//     such as 9007199254740993.
//   - bool: true and false, True and False, TRUE and FALSE.
//   - date32: 2006-01-02. timestamp: 2006-01-02 15:04:05, also with T, without
//     seconds or with a fraction; microseconds, or nanoseconds where there are
//     more than six digits; with UTC as its zone if all cells have Z or an offset.
//   - string: everything else, and a column without any value.
//
// An empty field is null. In a column of strings an empty field in quotes is
// "", and text in quotes is never null. All columns are nullable.
//
// # How it is read
//
// A file is cut into ranges of bytes. Whether a range begins inside quotes
// follows from how many quotes stand before it, so every core cuts its range
// at the right line end, whatever is in the quotes, and parses it straight into
// Arrow buffers. [ReadFileSeq] gives the ranges one by one, in bounded memory;
// [Splits] gives parts of a file as values that other processes can read.
// Dialects in which quotes are not pairs, and compressed files, are read from
// the start, by one core at a time, and parsed by all.
//
// # Errors
//
// An error that is about the text is an [*Error] with file, line, column and
// the text in question: that of the first bad record, and in it of the first
// bad field, whatever the number of cores.
package csv
