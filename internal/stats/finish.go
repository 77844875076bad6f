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
	// of makes the result of what n values were folded to. If it reports false,
	// the type cannot hold the result, and err describes it.
	of  func(a *A, n int) (R, bool)
	err func(a *A) error
}

// always returns the finish of results that can be held. value makes the result
// of n values, of which there must be least.
func always[A any, R comparable](typ arrow.DataType, least int, value func(a *A, n int) R) finish[A, R] {
	return finish[A, R]{typ: typ, least: least, of: func(a *A, n int) (R, bool) { return value(a, n), true }}
}

// identity is the finish of accumulators that are the result.
func identity[R comparable](typ arrow.DataType) finish[R, R] {
	return always(typ, 1, func(a *R, _ int) R { return *a })
}

func tooLarge(f arrow.Field, what string, about float64, typ arrow.DataType) error {
	return fmt.Errorf("column %q: %w: the %s is about %.6g, and the result is %v", f.Name, errkind.ErrValue, what, about, typ)
}

// sumOfInts is the finish of sums of integers of T, which total returns.
func sumOfInts[T int64 | uint64, A any](f arrow.Field, typ arrow.DataType, total func(*A) int128) finish[A, T] {
	return finish[A, T]{
		typ: typ,
		of: func(a *A, _ int) (T, bool) {
			if T(0)-1 < 0 {
				v, ok := total(a).int64()
				return T(v), ok
			}
			v, ok := total(a).uint64()
			return T(v), ok
		},
		err: func(a *A) error { return tooLarge(f, "sum", total(a).over(1), typ) },
	}
}

func stdOfTimes(f arrow.Field, typ arrow.DataType) finish[intMoments, int64] {
	step := ticks(f.Type)
	return finish[intMoments, int64]{
		typ: typ, least: 2,
		of:  func(a *intMoments, n int) (int64, bool) { return a.ticks(n, step) },
		err: func(a *intMoments) error { return tooLarge(f, "standard deviation", 1<<63, typ) },
	}
}

func sumOfDecimals[A any](f arrow.Field, typ arrow.DataType, total func(*A) *wideSum) finish[A, wide] {
	form := decimalFormOf(f.Type)
	return finish[A, wide]{
		typ: typ,
		of:  func(a *A, _ int) (wide, bool) { return form.value(total(a)) },
		err: func(a *A) error { return tooLarge(f, "sum", form.over(total(a), 1), typ) },
	}
}

func productOfInts[T int64 | uint64](f arrow.Field, typ arrow.DataType) finish[product, T] {
	return finish[product, T]{
		typ: typ, least: 1,
		of: func(a *product, _ int) (T, bool) {
			if T(0)-1 < 0 {
				v, ok := a.int64()
				return T(v), ok
			}
			return T(a.abs), !a.over
		},
		err: func(*product) error {
			return fmt.Errorf("column %q: %w: the product, which is %v", f.Name, errkind.ErrValue, typ)
		},
	}
}
