// Package frame provides a table in memory, and ways to run Go functions over its rows,
// columns and partitions on all cores.
//
// The nearest standard types are arrow.Record and arrow.Table of Apache Arrow, which hold
// the same data. A [Frame] adds memory that needs no reference counts, safe use by any
// number of goroutines, columns that are found by name and named in errors, and the
// functions below. Signatures use Arrow's own types, arrow.DataType and arrow.Schema, and
// everything that Arrow v15 can hold passes through unchanged, including nested types,
// dictionaries, unions, views and extension types.
//
// # Functions
//
//   - of a row: [MapRows], [WithRows] (results beside the frame), [FilterRows],
//     [FlatMapRows]. A row is a struct of the fields that are needed, which may be
//     slices and structs for lists and structs; a scalar for a frame of one column; or a
//     [Row], whose columns are read by index. [Rows] and [ToStructs] read rows without a
//     function. [Quarantine] sets rows that fail aside.
//   - of a value: [MapColumn], [MapColumn2], [MapColumn3]; nulls are skipped
//     unless the function takes them, see [SkipNulls].
//   - of a column: [ApplyColumns].
//   - of a partition: [Apply], [ApplyIndexed], [ApplyOverlap] (with rows of the
//     neighboring partitions) and [Apply2] (of two frames).
//   - of a group: [Frame.GroupBy], then [Groups.Agg] with [Mean], [Quantile] … or a
//     user-defined [NewAgg], [MapGroups], [ApplyGroups], [TransformGroups].
//   - of a window: [Frame.Rolling], [Frame.RollingTime], [Frame.Expanding], and the same
//     methods of [Groups]; then [Windows.Mean] … or a user's function with [RollRows].
//   - of all rows: [Fold], [Reduce], [Scan] and their variants for one column,
//     [Column.Sum], [Column.Mean] …, [Frame.Describe], [Frame.CumSum] …
//
// There are also [Frame.Sort], [Frame.Join], [Frame.Unique] and [Frame.ValueCounts].
// Whatever runs a function of the caller's is a function of this package; everything else
// is a method. [Verify] tests a function: it runs a call in many ways and describes the
// first difference.
//
// # Contexts
//
// Every function that a caller passes receives a context first, except operators (those
// of [Reduce] and [Scan], and zero and merge of [Fold]). The context belongs to the
// worker that runs the function: pass it to calls that the function makes, so that they
// share the worker's slot and never wait for it. [parallel.Index] returns the row of the
// frame at which a function of rows, values or windows is, the number of the group, the
// index of the column, or the first row of the partition. [parallel.Rand] returns random
// numbers that depend only on that and on [parallel.Seed]. [parallel.Pure] and
// [parallel.Plain] lift functions that need no context.
//
// A call that takes a context may use all cores; one that takes none works only on the
// caller's goroutine.
//
// # In and out
//
// A frame is made from Go values ([NewColumn], [New], [FromStructs]), from Arrow data
// ([FromRecord], [FromRecords], [FromTable], [ColumnOf]) or from bytes
// ([Frame.UnmarshalBinary]); the packages under io read files. [Values], [ToStructs],
// [Frame.ToRecords], [Frame.ToTable] and [Frame.MarshalBinary] convert it back.
//
// # Memory
//
// Frames and columns are immutable: a method that changes something returns a new frame,
// which shares what did not change. Slicing, selecting, renaming and [Concat] copy no
// values.
//
// The garbage collector frees a frame. Arrow data becomes part of a frame without a copy
// if the collector owns its memory, as with Go's allocator; memory of other allocators is
// copied, or shared with [Borrow]. Either way the caller may Release its own references.
// Arrays and records returned by a frame have headers of their own. Each belongs to one
// goroutine, since Arrow's arrays count their nulls lazily; their memory is the frame's,
// and must not be written to.
//
// A column consists of Arrow chunks, whose borders affect no result; [Frame.Rechunk]
// makes one chunk, and [Frame.Clone] copies all memory.
//
// # Nulls
//
// Null is neither NaN nor zero. The Go type decides whether a value can be null: *T,
// [Null] and the null types of database/sql can, others cannot, and a null that meets
// them is an error that names its row. A null that Arrow keeps outside the column's
// bitmap (in the dictionary, in a run, in the child of a union) is a null all the same.
//
// # Guarantees
//
// Calls that run functions keep the promises of package parallel: the result, including
// float bits and chunk borders, and the error are the same as in the plain loop, for any
// number of cores. Mistakes of the caller (an unknown column, a wrong length, a type that
// does not fit) are errors that errors.Is recognizes and that say what would be accepted;
// only [Column.IsNull] and [Column.Value] panic, if the row is out of range, as indexing
// a slice does.
package frame
