package stats

import (
	"fmt"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/errkind"
)

// finish makes results of type R of accumulators.
type finish[A any, R comparable] struct {
	typ arrow.DataType
	// least is how many values a result needs. If it is 0, the result of none
	// is 0.
	least int
	// of makes the result of what n values were folded to.
	of func(a *A, n int) R
	// all makes the results of several accumulators, of n, n+1, ... values, in one
	// call. It may be nil, and must be if fits is not.
	all func(out []R, acc []A, n int)
	// fits reports whether the type can hold the result, and err describes one that
	// it cannot. fits may be nil.
	fits func(a *A, n int) bool
	err  func(a *A) error
}

// identity is the finish of accumulators that are the result.
func identity[R comparable](typ arrow.DataType) finish[R, R] {
	return finish[R, R]{typ: typ, least: 1, of: func(a *R, _ int) R { return *a }}
}

func tooLarge(f arrow.Field, what string, about float64, typ arrow.DataType) error {
	return fmt.Errorf("column %q: %w: the %s is about %.6g, and the result is %v", f.Name, errkind.ErrValue, what, about, typ)
}

// sumOfInts is the finish of sums of integers of T.
func sumOfInts[T int64 | uint64](f arrow.Field, typ arrow.DataType) finish[int128, T] {
	return finish[int128, T]{
		typ:  typ,
		of:   func(a *int128, _ int) T { return T(a.lo) },
		fits: func(a *int128, _ int) bool { return fitsIn[T](*a) },
		err:  func(a *int128) error { return tooLarge(f, "sum", a.over(1), typ) },
	}
}

// sumOfMoments is sumOfInts for sums that come with squares.
func sumOfMoments[T int64 | uint64](f arrow.Field, typ arrow.DataType) finish[intMoments, T] {
	sum := sumOfInts[T](f, typ)
	return finish[intMoments, T]{
		typ:  typ,
		of:   func(a *intMoments, n int) T { return sum.of(&a.sum, n) },
		fits: func(a *intMoments, n int) bool { return sum.fits(&a.sum, n) },
		err:  func(a *intMoments) error { return sum.err(&a.sum) },
	}
}

func stdOfTimes(f arrow.Field, typ arrow.DataType) finish[intMoments, int64] {
	step := ticks(f.Type)
	return finish[intMoments, int64]{
		typ: typ, least: 2,
		of:   func(a *intMoments, n int) int64 { v, _ := a.ticks(n, step); return v },
		fits: func(a *intMoments, n int) bool { _, ok := a.ticks(n, step); return ok },
		err:  func(a *intMoments) error { return tooLarge(f, "standard deviation", 1<<63, typ) },
	}
}

func sumOfDecimals[A any](f arrow.Field, typ arrow.DataType, total func(*A) *wideSum) finish[A, wide] {
	form := decimalFormOf(f.Type)
	return finish[A, wide]{
		typ:  typ,
		of:   func(a *A, _ int) wide { return wide(total(a)[:4]) },
		fits: func(a *A, _ int) bool { return form.fits(total(a)) },
		err:  func(a *A) error { return tooLarge(f, "sum", form.over(total(a), 1), typ) },
	}
}

func productOfInts[T int64 | uint64](f arrow.Field, typ arrow.DataType) finish[product, T] {
	return finish[product, T]{
		typ: typ, least: 1,
		of: func(a *product, _ int) T {
			if a.neg {
				return T(-a.abs)
			}
			return T(a.abs)
		},
		fits: func(a *product, _ int) bool { return a.fits(T(0)-1 < 0) },
		err: func(*product) error {
			return fmt.Errorf("column %q: %w: the product, which is %v", f.Name, errkind.ErrValue, typ)
		},
	}
}
