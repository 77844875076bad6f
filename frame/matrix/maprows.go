package matrix

import (
	"context"
	"fmt"

	"github.com/parframe/parframe/parallel"
)

// MapRows calls fn once for every row and returns the results in order.
//
//	MapRows(Dense[T] r×c, func(ctx, []T) R) []R of length r
//
// It is map over the rows of an array in Python's multiprocessing. The row is
// the worker's own copy, valid until fn returns; [parallel.Index] of ctx is its
// number. Without rows the result is empty, not nil. R may be a struct, or a
// slice of any length.
//
// The error is that of the lowest row that failed, as a [parallel.RowError],
// and then there are no results. Options: Workers, ChunkSize, ChunkBy,
// Partitions, Serial, On, Seed, Observe. A call costs 2 µs, and a row about a
// nanosecond over the loop.
func MapRows[T Number, R any](ctx context.Context, m *Dense[T], fn func(ctx context.Context, row []T) (R, error), opts ...parallel.Option) ([]R, error) {
	plan, err := prepare("matrix.MapRows", m, fn == nil, opts, borders...)
	if err != nil {
		return nil, err
	}
	out, cols := make([]R, m.rows), m.cols
	err = newReader(m).run(ctx, plan, func(ctx context.Context, block []T, lo, hi int, at *int) error {
		from := 0
		for i := lo; i < hi; i++ {
			*at = i
			r, err := fn(ctx, block[from:from+cols:from+cols])
			if err != nil {
				return err
			}
			out[i] = r
			from += cols
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// MapRows2 is [MapRows] for a function with two results.
//
//	MapRows2(Dense[T] r×c, func(ctx, []T) (A, B)) ([]A, []B), both of length r
//
// For more than two of one type there is [MapRowsTo], and a struct for all else.
func MapRows2[T Number, A, B any](ctx context.Context, m *Dense[T], fn func(ctx context.Context, row []T) (A, B, error), opts ...parallel.Option) ([]A, []B, error) {
	plan, err := prepare("matrix.MapRows2", m, fn == nil, opts, borders...)
	if err != nil {
		return nil, nil, err
	}
	as, bs, cols := make([]A, m.rows), make([]B, m.rows), m.cols
	err = newReader(m).run(ctx, plan, func(ctx context.Context, block []T, lo, hi int, at *int) error {
		from := 0
		for i := lo; i < hi; i++ {
			*at = i
			a, b, err := fn(ctx, block[from:from+cols:from+cols])
			if err != nil {
				return err
			}
			as[i], bs[i] = a, b
			from += cols
		}
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	return as, bs, nil
}

// MapRowsTo calls fn once for every row, with a row of the result to fill, and
// returns the matrix of the results. dst comes with zeros and has cols places.
//
//	MapRowsTo(Dense[T] r×c, cols, func(ctx, dst []R, row []T)) Dense[R] r×cols
//
// As in gonum, what is written stands first. A negative cols is an [ErrShape].
// Everything else is as for [MapRows].
func MapRowsTo[T, R Number](ctx context.Context, m *Dense[T], cols int, fn func(ctx context.Context, dst []R, row []T) error, opts ...parallel.Option) (*Dense[R], error) {
	plan, err := prepare("matrix.MapRowsTo", m, fn == nil, opts, borders...)
	if err != nil {
		return nil, err
	}
	if cols < 0 {
		return nil, fmt.Errorf("matrix.MapRowsTo: %w: rows of %d numbers", ErrShape, cols)
	}
	out, width := zeros[R](m.rows, cols), m.cols
	err = newReader(m).run(ctx, plan, func(ctx context.Context, block []T, lo, hi int, at *int) error {
		from, to := 0, lo*cols
		for i := lo; i < hi; i++ {
			*at = i
			if err := fn(ctx, out.data[to:to+cols:to+cols], block[from:from+width:from+width]); err != nil {
				return err
			}
			from += width
			to += cols
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}
