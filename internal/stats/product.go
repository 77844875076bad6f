package stats

import (
	"math"
	"math/bits"
)

// product is a product of integers. over is set if its magnitude needs more than
// 64 bits. A factor of 0 makes it fit again.
type product struct {
	abs       uint64
	neg, over bool
}

type productsOfInts[T int64 | uint64] struct{}

func (productsOfInts[T]) lift(x T) product {
	if x < 0 {
		return product{abs: -uint64(x), neg: true}
	}
	return product{abs: uint64(x)}
}

func (productsOfInts[T]) join(a, b product) product {
	hi, lo := bits.Mul64(a.abs, b.abs)
	p := product{lo, a.neg != b.neg, a.over || b.over || hi != 0}
	if !a.over && a.abs == 0 || !b.over && b.abs == 0 {
		p = product{}
	}
	return p
}

func (f productsOfInts[T]) many(x []T) product {
	a := f.lift(x[0])
	for _, v := range x[1:] {
		a = f.join(a, f.lift(v))
	}
	return a
}

func (f productsOfInts[T]) run(acc []product, x []T, a product) product {
	for i, v := range x {
		a = f.join(a, f.lift(v))
		acc[i] = a
	}
	return a
}

// fits reports whether an int64, if signed, or a uint64 can hold the product.
func (a product) fits(signed bool) bool {
	switch {
	case a.neg:
		return !a.over && (a.abs == 0 || signed && a.abs <= 1<<63)
	case signed:
		return !a.over && a.abs <= math.MaxInt64
	}
	return !a.over
}

// productsOfFloats multiplies as a loop does.
type productsOfFloats struct{}

func (productsOfFloats) lift(x float64) float64    { return x }
func (productsOfFloats) join(a, b float64) float64 { return a * b }

func (productsOfFloats) many(x []float64) float64 {
	a := 1.0
	for _, v := range x {
		a *= v
	}
	return a
}

func (productsOfFloats) run(acc, x []float64, a float64) float64 {
	for i, v := range x {
		a *= v
		acc[i] = a
	}
	return a
}
