// Package gota runs functions over data frames of github.com/go-gota/gota on
// every core, for programs that hold a dataframe.DataFrame.
//
//	df, err := gota.Apply(ctx, df, fn) // was: df = fn(ctx, df)
//
// [Apply], [RowApply], [ColApply] and [GroupApply] are the parallel twins of a
// plain call and of gota's Rapply, Capply and GroupBy, without their traps:
// names and types are kept, 0 rows are fine, NA stays NA, groups have exact keys
// and the order of first appearance, and errors come back as errors, with
// their rows. A function receives a context first: [parallel.Index] of it is the
// number of its row, column or group, [parallel.Rand] a random generator of that
// row's own, and parallel calls that are nested in the function take it. Nothing
// else that a function receives is shared with anything.
//
// [ToFrame] and [FromFrame] convert to and from a frame, so that typed functions
// (frame.MapRows) are two calls away. They do not lose values silently: what the
// other side cannot hold is an error that names the column, unless [KeepNaN],
// [MergeNaN] or [AsText] says what to do.
//
// # NA
//
// gota's NA is the missing value of all its types. A float that is NaN is NA to
// gota as well. Here NA equals NA where groups are made, is null in a frame, and
// null is NA.
//
// # Cost
//
// A call costs a few microseconds, and partitions are copied at the speed of
// memory. RowApply hands out rows and takes their results without allocating one
// by one, at less than 100 ns of a core for a row of five numbers. A series that
// the function makes costs more than that: it is quicker to change the row with
// Set and to return it.
package gota
