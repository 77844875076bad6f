// Package matrix runs functions over the rows of dense matrices on every core,
// and gives what the plain loop would have given: the same order, the same
// error, the same float bits.
//
//	norms, err := matrix.MapRows(ctx, matrix.FromMat(a), func(_ context.Context, row []float64) (float64, error) {
//		return floats.Norm(row, 2), nil
//	})
//
// The nearest thing is gonum.org/v1/gonum/mat, whose Dense is shared here
// without a copy in both directions ([FromMat], [ToMat]), and whose row loops
// run on one core. gonum knows float64 only; [Dense] here holds any of Go's
// numbers, and needs no gonum to be used.
//
//   - a row to a value, to two, to a row: [MapRows], [MapRows2], [MapRowsTo]
//   - an element with its place: [MapElements]
//   - a range of rows to a matrix: [Apply]
//   - all rows to one, or to anything: [ReduceRows], [FoldRows]
//   - ready made: [CountWithin], [NormalizeRows]
//   - frames: [FromFrame], [FromFrameOr], [ToFrame]
//
// # What every call promises
//
// The promises of package parallel: results do not depend on the number of
// workers, the error is that of the lowest row, as a [parallel.RowError], a
// panic in a function is an error, and the function is called once per row.
//
// Calls that run a function on rows take the options of items
// ([parallel.ItemOption]), [Apply] those of partitions ([frame.PartOption]),
// [FoldRows] those of folds, and the others those of everything that uses cores
// ([parallel.Option]).
//
// # What functions receive
//
// A context comes first: [parallel.Index] of it is the number of the row, or of
// the first row of a partition, [parallel.Rand] is the row's random generator,
// and parallel calls that are nested in the function take it, so that they
// share the width of the call around them.
//
// A row is the worker's own copy: writing to it harms nothing, and it is valid
// until the function returns. Nothing is allocated per row. (Rows are copied
// by the block, at the speed of memory that is read anyway.)
//
// Functions that call gonum's matrix products start GOMAXPROCS goroutines per
// call from 4×4 blocks of 64 on: on every core of a parallel call that is too
// many. Products of whole matrices are best called outside, once.
package matrix
