// Package matrix runs functions over the rows of dense matrices on every core. A call
// returns what the plain loop would return: the same order, the same error, the same float
// bits.
//
//	norms, err := matrix.MapRows(ctx, matrix.FromMat(a), func(_ context.Context, row []float64) (float64, error) {
//		return floats.Norm(row, 2), nil
//	})
//
// The nearest package is gonum.org/v1/gonum/mat, whose row loops run on one core. [FromMat]
// and [ToMat] share the numbers of its Dense without a copy. gonum has float64 only; [Dense]
// here holds any numbers of Go, and can be used without gonum.
//
//   - a row to a value, to two values, to a row: [MapRows], [MapRows2], [MapRowsTo]
//   - an element with its row and column: [MapElements]
//   - a range of rows to a matrix: [Apply]
//   - all rows to one row, or to any value: [ReduceRows], [FoldRows]
//   - without a function: [CountWithin], [NormalizeRows]
//   - frames: [FromFrame], [FromFrameOr], [ToFrame]
//
// # What every call promises
//
// Calls keep the promises of package parallel: results do not depend on the number of
// workers, the error of the lowest row is returned, as a [parallel.RowError], a panic in a
// function is an error, and the function is called once for each row.
//
// Calls that run a function on rows take options for items ([parallel.ItemOption]), [Apply]
// takes options for partitions ([frame.PartOption]), and [FoldRows] for folds
// ([parallel.FoldOption]). The other calls take the options that all calls take
// ([parallel.Option]).
//
// # What functions receive
//
// The first argument is a context. [parallel.Index] of it is the number of the row, or of
// the first row of a partition, and [parallel.Rand] is the row's random generator. Parallel
// calls within the function must receive it, so that they share the width of the call
// around them.
//
// A row is a copy that belongs to the worker: writing to it does not change the matrix, and
// it is valid until the function returns. Nothing is allocated for each row. Rows are copied
// a block at a time, at the speed of memory that is read in any case.
//
// gonum's matrix products start GOMAXPROCS goroutines in each call, from 4×4 blocks of 64
// on. In a function that runs on every core these are too many: call products of whole
// matrices outside, once.
package matrix
