// Package parquet reads and writes Parquet files as frames, on every core.
//
// Next to pqarrow, the reader that comes with Arrow for Go: the same types in
// memory and the same files, but
//
//   - row groups and columns are read and written in parallel, on the workers of
//     package parallel only. pqarrow decodes struct columns and whole tables on
//     goroutines of its own, where a damaged page ends the process.
//   - a damaged, truncated or hostile file is an error that names file, row
//     group and column. Every length is checked before memory is made for it,
//     and the memory that a file may take is bounded ([ReadOptions.MaxMemory]).
//   - a reader never returns fewer rows than the file states.
//   - what Parquet cannot express is kept in the ARROW:schema entry, as Arrow's
//     other libraries do: time zones, dictionaries, large, fixed-size and
//     extension types come back as they were.
//
// Files are decoded by this package itself, down to the pages. It links
// neither arrow/go/v15/parquet nor arrow-go/v18/parquet (which cannot be linked
// into one program), and none of what they pull in.
//
// # Other programs
//
// The tests compare files of other programs with what is known about them: every
// value with what pqarrow reads (v), or the number of rows with what DuckDB reads
// (r). A dash means that no test exists.
//
//	program                          its files    our files
//	                                 are read     are read by it
//	pqarrow (arrow/go v15)           v            v
//	parquet-mr (Spark, Hive)         r, v         -
//	parquet-cpp (pyarrow)            r, v         -
//	DuckDB                           r, v         -
//	arrow2                           r, v         -
//	Polars                           r            -
//	parquet-rs                       r, v         -
//	Impala                           r, v         -
//	parquet-go of segmentio          r, v         -
//	fastparquet, Parquet.Net,        r, v         -
//	parquet.js
//	arrow-go v18                     r, v         -
//
// For files of other programs than pqarrow, values are compared in the columns
// that pqarrow can read.
//
// # Format
//
//	                 read                              written
//	compression      none, Snappy, Gzip, Brotli,       none, Snappy, Gzip, Brotli,
//	                 Zstd, LZ4_RAW, LZ4 of Hadoop      Zstd, LZ4_RAW
//	pages            versions 1 and 2; checksums       version 1, with checksums
//	                 are verified
//	encodings        PLAIN, PLAIN_DICTIONARY,          PLAIN, RLE_DICTIONARY,
//	                 RLE_DICTIONARY, RLE, BIT_PACKED   RLE
//	                 levels, DELTA_*, BYTE_STREAM_SPLIT
//	nesting          lists, maps and structs, with     lists, maps and structs
//	                 the rules for old lists
//	statistics       of row groups, for Where          of row groups
//	INT96            as timestamp[ns]                  no
//
// # Not supported
//
// The error names the column where there is one, and the other columns can be
// read by naming them in [ReadOptions.Columns].
//
//	encrypted files and columns             ErrUnsupported
//	VARIANT, GEOMETRY, GEOGRAPHY, and       ErrUnsupported
//	logical types that are newer
//	LZO, unknown compressions, encodings    ErrUnsupported
//	data in another file                    ErrUnsupported
//	groups without fields, repeated LISTs   ErrUnsupported
//	and MAPs, maps with null keys,
//	more than 64 levels of nesting
//	an INT96 outside of 1677 to 2262        frame.ErrValue
//	a page of more than 256 MiB             ErrLimit
//	Arrow types without a Parquet form      ErrUnsupported, when written
//	(unions, run-end encoding, list views)
//
// Bloom filters, page indexes and the metadata of single column chunks are
// ignored, and not written: Where leaves out whole row groups, by their
// statistics. An INTERVAL is read as the 12 bytes that it is stored in, BSON as
// binary, JSON and ENUM as strings, and a UUID as 16 bytes.
package parquet
