// Package gota runs functions over data frames of github.com/go-gota/gota on
// every core, for programs that hold a dataframe.DataFrame.
//
//	df, err := gota.Apply(ctx, df, fn) // was: df = fn(ctx, df)
//
// [Apply], [RowApply], [ColApply] and [GroupApply] are the parallel forms of a plain call
// and of gota's Rapply, Capply and GroupBy. They avoid the traps of gota's methods: names
// and types are kept, 0 rows are accepted, NA stays NA, groups have exact keys and the order
// of first appearance, and errors are returned, with their rows.
//
// The first argument of a function is a context. [parallel.Index] of it is the number of
// the row, column or group, [parallel.Rand] is a random generator for that row, and parallel
// calls within the function must receive it. Everything else that a function receives is a
// copy, which it does not share with other calls of the function.
//
// [ToFrame] and [FromFrame] convert to and from a frame, for typed functions such as
// frame.MapRows. They do not lose values silently: a value that the other side cannot hold
// is an error that names the column, unless [KeepNaN], [MergeNaN] or [AsText] is given.
//
// # NA
//
// NA is the missing value of all types of gota. A float that is NaN is NA to gota too. In
// this package NA equals NA in keys of groups. NA becomes null in a frame, and null becomes
// NA.
//
// # Cost
//
// A call costs a few microseconds, and partitions are copied at the speed of memory.
// RowApply does not allocate for each row: it lays out rows in blocks and copies results into
// columns, at less than 100 ns of a core for a row of five numbers. A new series in the
// function costs more than that: it is faster to change the row with Set and to return it.
package gota
