// Package frame is a table in memory, and every way to run a Go function over
// its rows, columns and partitions on all cores.
//
// The nearest standard things are arrow.Record and arrow.Table of Apache
// Arrow, which hold the same data. A [Frame] adds that nobody counts
// references, that any number of goroutines may use it, that columns have
// names and errors say them, and the functions that this is all for. Arrow's
// types are used as they are: arrow.DataType and arrow.Schema stand in
// signatures, and whatever Arrow v15 can hold passes through untouched: nested
// types, dictionaries, unions, views and extension types too.
//
// # Functions
//
//   - of a row: [MapRows], [WithRows] (results beside the frame), [FilterRows],
//     [FlatMapRows]. A row is a struct with the fields that are wanted, which
//     may be slices and structs for lists and structs; a scalar for a frame of
//     one column; or a [Row], which is asked by a column's place. [Rows] and
//     [ToStructs] read without a function. [Quarantine] sets rows that fail aside.
//   - of a value: [MapColumn], [MapColumn2], [MapColumn3]; nulls are skipped
//     unless the function takes them, see [SkipNulls].
//   - of a column: [ApplyColumns].
//   - of a partition: [Apply], [ApplyIndexed], [ApplyOverlap] (with rows of its
//     neighbours) and [Apply2] (of two frames).
//   - of a group: [Frame.GroupBy], then [Groups.Agg] with [Mean], [Quantile] …
//     and [NewAgg] for one's own, [MapGroups], [ApplyGroups], [TransformGroups].
//   - of a window: [Frame.Rolling], [Frame.RollingTime], [Frame.Expanding], and
//     the same of [Groups]; then [Windows.Mean] … or [RollRows] for one's own.
//   - of all rows: [Fold], [Reduce], [Scan] and those of one column,
//     [Column.Sum], [Column.Mean] …, [Frame.Describe], [Frame.CumSum] …
//
// Around them stand [Frame.Sort], [Frame.Join], [Frame.Unique] and
// [Frame.ValueCounts]. What runs a function of the caller's is a function of
// this package, all else is a method. [Verify] is for people who suspect their
// function: it runs a call in many ways and says what differs.
//
// # Contexts
//
// Every function that a caller hands over receives a context first, but for
// operators (those of [Reduce] and [Scan], zero and merge of [Fold]). It is the
// call's, and belongs to the worker that runs the function: pass it to calls
// that the function makes, so that they share the worker's place and never wait
// for it. [parallel.Index] gives the row of the frame that the function is at,
// for a function of rows, values or windows; the group's number in the order of
// the groups; the column's place; or the first row of a partition.
// [parallel.Rand] gives random numbers that follow from that and
// [parallel.Seed] alone. Functions that need no context are lifted by
// [parallel.Pure] and [parallel.Plain].
//
// What takes a context may use all cores; what takes none works on the
// caller's goroutine alone.
//
// # In and out
//
// A frame is made of Go values ([NewColumn], [New], [FromStructs]), of Arrow
// data ([FromRecord], [FromRecords], [FromTable], [ColumnOf]) or of bytes
// ([Frame.UnmarshalBinary]); the packages under io read files. What goes out
// is [Values], [ToStructs], [Frame.ToRecords], [Frame.ToTable] and
// [Frame.MarshalBinary].
//
// # Memory
//
// Frames and columns are immutable: a method that changes something returns
// another frame, and shares with the first what did not change. Slicing,
// selecting, renaming and [Concat] copy no values.
//
// The garbage collector frees a frame. Arrow data becomes part of one without
// being copied if the collector owns its memory, as it does with Go's
// allocator; memory of other allocators is copied, or lent with [Borrow].
// Either way the caller may Release what it holds: the frame does not count.
// Arrays and records that come out of a frame have headers of their own. They
// belong to one goroutine each, since Arrow's arrays count their nulls lazily;
// their memory is the frame's, and must not be written to.
//
// A column lies in Arrow chunks, whose borders no result depends on;
// [Frame.Rechunk] makes one chunk, [Frame.Clone] a copy with memory of its own.
//
// # Nulls
//
// Null is not NaN, and not zero. A Go type reports whether it can be null: *T,
// [Null] and the null types of database/sql can, others cannot, and a null
// that meets them is an error that names its row. Where Arrow keeps a null
// elsewhere than in the column's own bitmap (in the dictionary, in a run, in
// the child of a union), it is a null all the same.
//
// # Guarantees
//
// What runs functions keeps the promises of package parallel: the result,
// down to float bits and chunk borders, and the error, are those of the plain
// loop, for any number of cores. Mistakes of the caller (an unknown column, a
// wrong length, a type that does not fit) are errors of a kind that errors.Is
// finds, and say what would be accepted; only a row number that is out of
// range in [Column.IsNull] and [Column.Value] panics, as a slice index does.
package frame
