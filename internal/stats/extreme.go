package stats

// number is what columns of numbers and times are computed in.
type number interface{ int64 | uint64 | float64 }

// least and greatest keep the least and the greatest value. There are no NaNs.
// -0.0 is less than 0.0, so that the order of values does not show.
type least[T number] struct{}

func (least[T]) lift(x T) T    { return x }
func (least[T]) join(a, b T) T { return min(a, b) }

func (least[T]) many(x []T) T {
	m := x[0]
	for _, v := range x {
		if v <= m {
			m = min(v, m)
		}
	}
	return m
}

func (least[T]) run(acc, x []T, a T) T {
	for i, v := range x {
		a = min(a, v)
		acc[i] = a
	}
	return a
}

type greatest[T number] struct{}

func (greatest[T]) lift(x T) T    { return x }
func (greatest[T]) join(a, b T) T { return max(a, b) }

func (greatest[T]) many(x []T) T {
	m := x[0]
	for _, v := range x {
		if v >= m {
			m = max(v, m)
		}
	}
	return m
}

func (greatest[T]) run(acc, x []T, a T) T {
	for i, v := range x {
		a = max(a, v)
		acc[i] = a
	}
	return a
}
