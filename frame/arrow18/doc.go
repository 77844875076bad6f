// Package arrow18 converts between frames, which are Arrow v15
// (github.com/apache/arrow/go/v15), and data of the maintained line of Arrow Go
// (github.com/apache/arrow-go/v18), without a copy.
//
//	f, err := arrow18.FromRecordBatch(rec)
//	…
//	recs, err := arrow18.ToRecordBatches(f)
//
// The alternatives are to write IPC with one version and to read it with the other, or the
// C data interface, which needs cgo. Here both sides are headers over the same memory, so a
// call costs about a microsecond for each column and Arrow chunk (and for each child of a
// nested column), whatever the number of rows.
//
// # Types
//
// All types that both versions have are supported, nested to any depth: slices, views,
// dictionaries, unions and run-end encoded data. A type that v15 does not have (decimal32,
// decimal64) is an [ErrUnsupported] that names the column and the type.
//
// Extension types keep their name, parameters and storage. If an extension type is
// registered under its name in the other version, it becomes that type. Otherwise it becomes
// a type of this package, which converts back to the original type. Row functions see the
// storage.
//
// # Memory
//
// Buffers that the garbage collector frees are shared: the caller may Release its data.
// Buffers of other allocators (C, malloc) are copied, unless frame.Borrow is given, by which
// the caller promises that they live long enough. Arrow cannot distinguish bytes of a mapped
// file from bytes of Go, so data of ipc.NewMappedFileReader is shared: the mapping must live
// as long as the frame and everything made from it. Shared memory must not be written to.
//
// # Reading with v18 and running here
//
// Arrow's arrow, array, ipc and csv packages of both versions live in one
// program, so any reader of v18 that gives record batches is a source:
//
//	r, err := csv.NewReader(file, schema) // of arrow-go/v18
//	for r.Next() {
//		f, err := arrow18.FromRecordBatch(r.RecordBatch())
//		…
//	}
//
// The parquet packages do not: arrow/go/v15/parquet/… (which io/parquet uses)
// and arrow-go/v18/parquet/… define the same assembly symbols, and a program
// with both does not link ("duplicated definition of symbol clib._memcpy", also
// with -tags noasm). This package imports neither, so a program may read Parquet
// with v18's pqarrow and run functions here, as long as nothing in it imports
// io/parquet. arrow-go/v18/arrow/extensions, which needs small parts of v18's
// parquet, links with both.
package arrow18
