// Package chunk is one column of Arrow memory as Go slices.
//
// A [Chunk] is an Arrow array without its header: a type, a range of rows, buffers,
// children and a dictionary. An arrow.Array cannot be shared by goroutines, since
// NullN and Dictionary write to it lazily without a lock; a Chunk can. A [Column] is
// a field and its chunks. Neither is changed once it is made.
//
// Functions here know memory, and nothing of frames, calls or options. They go by the
// [Layout] of a type: the 41 types of Arrow v15 have 16 layouts, so that a kernel is
// one switch.
//
//   - In and out: [Import], [New], [Nulls], [Chunk.Array], [Records].
//   - Read: [Values] (a buffer as a Go slice), [Codes], [Chunk.RowBytes],
//     [Chunk.Value], and bitmaps as words of 64 rows ([Word], [NextRun]).
//   - Copy rows: [Pick] by [Span]s, which works for every layout, [TakeFlat] and
//     [GatherText] row by row where that is faster, [Selection] for whole columns.
//   - Compare: [EqualRows], [Tolerance], [AppendKey].
//   - Change the type: [Unify], [Convert], [Retype]; the chunks: [Column.Rechunk],
//     [Compact], [WithoutRuns].
//   - Check: [Import] looks at the lengths of buffers, [Validate] at every value.
//
// A loop over many rows takes a context and looks at it every 16,384 rows ([Blocks]).
// All use of unsafe is in unsafe.go.
package chunk
