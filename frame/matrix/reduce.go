package matrix

import (
	"context"
	"fmt"

	"github.com/parframe/parframe/parallel"
)

// ReduceRows combines all rows into one: op takes a row into acc, which has as
// many numbers.
//
//	ReduceRows(Dense[T] r×c, identity []T, func(acc, row []T)) []T of length c
//
// The algebra: op is associative, and identity, which is not changed, is
// neutral to it (zeros for sums, the least number for maxima). Then the result
// is that of the plain loop. Where op is only nearly associative, as sums of
// floats are, rows are combined on a grid of at most 1,024 cells that follows
// from the number of rows alone: the same to the last bit for any number of
// workers. No rows give identity. An identity of another length is an
// [ErrShape]. Options: Workers, Serial, On, Seed, Observe.
func ReduceRows[T Number](ctx context.Context, m *Dense[T], identity []T, op func(acc, row []T), opts ...parallel.Option) ([]T, error) {
	if _, err := prepare("matrix.ReduceRows", m, op == nil, opts); err != nil {
		return nil, err
	}
	if len(identity) != m.cols {
		return nil, fmt.Errorf("matrix.ReduceRows: %w: the identity has %d numbers, rows have %d", ErrShape, len(identity), m.cols)
	}
	return fold(ctx, m,
		func() []T { return append(make([]T, 0, m.cols), identity...) },
		func(_ context.Context, acc, row []T) ([]T, error) { op(acc, row); return acc, nil },
		func(a, b []T) []T { op(a, b); return a },
		opts)
}

// FoldRows adds every row to an accumulator of any type: zero makes an empty
// one, add takes in a row and returns the accumulator, and merge joins two
// neighbors, the left one first.
//
//	FoldRows(Dense[T] r×c, func() A, func(ctx, A, []T) A, func(A, A) A) A
//
// The algebra, the grid and the options are those of [parallel.Fold]. The row
// is the worker's own copy: add must not keep it. [parallel.Index] of add's
// context is its number.
func FoldRows[T Number, A any](ctx context.Context, m *Dense[T], zero func() A, add func(ctx context.Context, acc A, row []T) (A, error), merge func(a, b A) A, opts ...parallel.Option) (A, error) {
	if _, err := prepare("matrix.FoldRows", m, zero == nil || add == nil || merge == nil, opts); err != nil {
		return *new(A), err
	}
	return fold(ctx, m, zero, add, merge, opts)
}

// cell is the accumulator of one cell of the grid, and where it reads.
type cell[T Number, A any] struct {
	acc    A
	at     *int // where the engine keeps the row that is to be added
	buf    []T
	lo, hi int // the rows in buf
}

// fold walks over the grid of parallel.Fold, whose items are places without
// content: what is added is the row of that number.
func fold[T Number, A any](ctx context.Context, m *Dense[T], zero func() A, add func(context.Context, A, []T) (A, error), merge func(a, b A) A, opts []parallel.Option) (A, error) {
	r := newReader(m)
	r.step = min(r.step, m.rows/1024+1) // no more than a cell needs
	last, err := parallel.Fold(ctx, make([]struct{}, m.rows),
		func() *cell[T, A] { return &cell[T, A]{acc: zero()} },
		func(ctx context.Context, c *cell[T, A], _ struct{}) (*cell[T, A], error) {
			if c.at == nil {
				c.at, c.buf = parallel.Cursor(ctx), r.take()
			}
			i := *c.at
			if i >= c.hi {
				// The block may reach into the next cell: that does no harm.
				c.lo, c.hi = i, min(i+r.step, m.rows)
				m.read(c.buf, c.lo, c.hi)
			}
			from := (i - c.lo) * m.cols
			var err error
			if c.acc, err = add(ctx, c.acc, c.buf[from:from+m.cols:from+m.cols]); err != nil {
				return c, err
			}
			return c, nil
		},
		func(a, b *cell[T, A]) *cell[T, A] {
			a.acc = merge(a.acc, b.acc)
			r.give(b.buf)
			return a
		}, opts...)
	if err != nil {
		return *new(A), err
	}
	return last.acc, nil
}
