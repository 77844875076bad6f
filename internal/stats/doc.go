// Package stats computes statistics of columns: one set of accumulators, and
// one table of which types have which statistics, see Result. Groups, whole
// columns, windows and cumulative functions are drivers of it, and so they
// accept the same types and have results of the same type and value.
//
// An accumulator is made of many values at once, of one, or of two neighbors
// (fold.go). Integers, bools, times and decimals are added exactly, in 128 bits
// or more, and rounded once: sums (sum.go, decimal.go), means and variances
// (moments_int.go). Floats are added in twice their precision (sum.go,
// moments_float.go), which hides the order of adding unless nearly all digits
// cancel. The one exception are sums and means of windows of a number of rows,
// which slide_dense.go adds up as a loop would, for speed.
//
// Quantiles select among words of 64 bits that are ordered as the values are
// (quantile.go). Min, Max, First and Last of types other than numbers pick rows
// (pick.go), and Distinct counts the numbers of package keys (distinct.go).
//
// What drives them is not here:
//
//   - A Measure computes statistics of one column for ranges of its rows, such
//     as groups (measure.go, numbers.go). Whole takes a range at once; Cell and
//     Join are for long ranges in parts. OfColumn takes a whole column.
//   - Roll computes one statistic for the window of each row (roll.go). It slides
//     windows over cells of rows (roller.go, slide.go), or keeps a running
//     accumulator where they all begin with the first row (prefix.go).
//
// Null and NaN are left out everywhere.
package stats
