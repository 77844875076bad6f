package stats

// A folder combines values: lift makes an accumulator of one
// value, and join one of two neighbors. join is associative but for rounding.
// There is no neutral element: a tally knows whether there are values.
//
// The folders are types without fields, or nearly so, for code that is
// compiled for each of them.
type folder[T, A any] interface {
	lift(x T) A
	join(a, b A) A
	// many makes an accumulator of one value or more.
	many(x []T) A
	// run stores in acc[i] what a and the values up to x[i] make, and returns
	// the last one.
	run(acc []A, x []T, a A) A
}

// spoiler is a folder of floats in whose accumulators a NaN shows, so that
// nobody needs to look for one first.
type spoiler[A any] interface{ spoilt(a *A) bool }

// pivoter is a folder whose accumulators are exact only for values near a pivot.
// around returns the folder for values near x.
type pivoter[T, F any] interface{ around(x T) F }

// pivotOf returns the method around of f, and nil if it has none.
func pivotOf[T, F any](f F) func(x T) F {
	if p, ok := any(f).(pivoter[T, F]); ok {
		return p.around
	}
	return nil
}

// tally is what n values were folded to.
type tally[A any] struct {
	acc A
	n   int
}

func joinTallies[T, A any, F folder[T, A]](f F, a, b tally[A]) tally[A] {
	switch {
	case a.n == 0:
		return b
	case b.n == 0:
		return a
	}
	return tally[A]{f.join(a.acc, b.acc), a.n + b.n}
}
