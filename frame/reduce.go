package frame

import (
	"context"
	"fmt"
	"math"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/internal/engine"
	"github.com/parframe/parframe/parallel"
)

// The reductions of a column leave out nulls and NaNs, as pandas does, and are
// computed on cells that follow from its length alone: every bit is the same
// for any number of workers and Arrow chunks. Of a column without values they
// are what the doc says, not an error. One that is not of numbers is an [ErrType].

// beginColumn begins a call on the column.
func beginColumn(ctx context.Context, name string, c chunk.Column, opts []parallel.Option) (*call, error) {
	k, err := prepare(name, engine.Collect(opts, parallel.Option.ForAny))
	if err != nil {
		return nil, err
	}
	if c.Field.Type == nil {
		return nil, k.wrap(fmt.Errorf("%w: the zero Column", ErrType))
	}
	return k, k.Begin(ctx, c.Len)
}

// beginNumbers is beginColumn for a column that must be of numbers.
func beginNumbers(ctx context.Context, name string, c chunk.Column, opts []parallel.Option) (*call, error) {
	if c.Field.Type != nil {
		if _, number := wideOf(c.Field.Type); !number {
			return nil, fmt.Errorf("%s: %w", name, notNumbers(c))
		}
	}
	return beginColumn(ctx, name, c, opts)
}

// Sum adds the values: floats with compensation for rounding, and integers
// exactly, with the sum rounded at the end. No values give 0.
//
//	Column.Sum(T...) float64
func (c Column) Sum(ctx context.Context, opts ...parallel.Option) (_ float64, err error) {
	k, err := beginNumbers(ctx, "frame.Column.Sum", c.col, opts)
	if err != nil {
		return 0, err
	}
	defer k.End(&err)
	s, _, err := sumOf(k, c.col)
	return s, err
}

// sumOf returns sum and number of the values.
func sumOf(k *call, c chunk.Column) (float64, int, error) {
	if id, _ := wideOf(c.Field.Type); id != arrow.FLOAT64 {
		t, err := sumIntsOf(k, c)
		return t.acc.float(), t.n, err
	}
	t, err := reduceColumn(k, c, foldTwoSums{})
	return t.acc.value(), t.n, err
}

func sumIntsOf(k *call, c chunk.Column) (tally[int128], error) {
	if isUnsigned(c) {
		return reduceColumn(k, c, foldUints{})
	}
	return reduceColumn(k, c, foldInts{})
}

// SumInt adds the values of a column of integers exactly. A sum that int64
// cannot hold is an [ErrValue], whatever the order of the values. No values
// give 0.
//
//	Column.SumInt(T...) int64
func (c Column) SumInt(ctx context.Context, opts ...parallel.Option) (_ int64, err error) {
	k, err := beginNumbers(ctx, "frame.Column.SumInt", c.col, opts)
	if err != nil {
		return 0, err
	}
	defer k.End(&err)
	if id, _ := wideOf(c.col.Field.Type); id == arrow.FLOAT64 {
		return 0, k.wrap(fmt.Errorf("column %q: %w: %v; want integers", c.col.Field.Name, ErrType, c.col.Field.Type))
	}
	t, err := sumIntsOf(k, c.col)
	if err != nil {
		return 0, err
	}
	s, ok := t.acc.int64()
	if !ok {
		return 0, k.wrap(overflow(c.col, arrow.PrimitiveTypes.Int64)(t.acc))
	}
	return s, nil
}

// Mean gives the mean of the values, NaN if there are none.
//
//	Column.Mean(T...) float64
func (c Column) Mean(ctx context.Context, opts ...parallel.Option) (_ float64, err error) {
	k, err := beginNumbers(ctx, "frame.Column.Mean", c.col, opts)
	if err != nil {
		return 0, err
	}
	defer k.End(&err)
	s, n, err := sumOf(k, c.col)
	return s / float64(n), err
}

// Var gives the variance of the values as that of a sample: divided by one
// less than their number. It is NaN for fewer than two.
//
//	Column.Var(T...) float64
func (c Column) Var(ctx context.Context, opts ...parallel.Option) (_ float64, err error) {
	k, err := beginNumbers(ctx, "frame.Column.Var", c.col, opts)
	if err != nil {
		return 0, err
	}
	defer k.End(&err)
	return varianceOf(k, c.col)
}

func varianceOf(k *call, c chunk.Column) (float64, error) {
	t, err := reduceColumn(k, c, foldMoments{})
	if v, ok := t.acc.variance(); ok && err == nil {
		return v, nil
	}
	return math.NaN(), err
}

// Std gives the standard deviation of the values, the root of [Column.Var].
//
//	Column.Std(T...) float64
func (c Column) Std(ctx context.Context, opts ...parallel.Option) (_ float64, err error) {
	k, err := beginNumbers(ctx, "frame.Column.Std", c.col, opts)
	if err != nil {
		return 0, err
	}
	defer k.End(&err)
	v, err := varianceOf(k, c.col)
	return math.Sqrt(v), err
}

// Min gives the least value, as [Column.Value] does, of a column of numbers or
// times; nil if there is none.
//
//	Column.Min(T...) T
func (c Column) Min(ctx context.Context, opts ...parallel.Option) (_ any, err error) {
	k, err := beginColumn(ctx, "frame.Column.Min", c.col, opts)
	if err != nil {
		return nil, err
	}
	defer k.End(&err)
	switch {
	case isUnsigned(c.col):
		return extremeOf(k, c.col, foldMin[uint64]{})
	case isSigned(c.col):
		return extremeOf(k, c.col, foldMin[int64]{})
	}
	return extremeOf(k, c.col, foldMin[float64]{})
}

// Max gives the greatest value, as [Column.Value] does, of a column of numbers
// or times; nil if there is none.
//
//	Column.Max(T...) T
func (c Column) Max(ctx context.Context, opts ...parallel.Option) (_ any, err error) {
	k, err := beginColumn(ctx, "frame.Column.Max", c.col, opts)
	if err != nil {
		return nil, err
	}
	defer k.End(&err)
	switch {
	case isUnsigned(c.col):
		return extremeOf(k, c.col, foldMax[uint64]{})
	case isSigned(c.col):
		return extremeOf(k, c.col, foldMax[int64]{})
	}
	return extremeOf(k, c.col, foldMax[float64]{})
}

func extremeOf[T number64, F folder[T, T]](k *call, c chunk.Column, f F) (any, error) {
	t, err := reduceColumn(k, c, f)
	if err != nil || t.n == 0 {
		return nil, err
	}
	buf := chunk.NewBytes(8)
	storeWide(c.Field.Type, buf, 0, []T{t.acc})
	return chunk.New(c.Field.Type, 1, nil, buf).Value(0), nil
}

// Count gives the number of values: rows that are neither null nor NaN, of a
// column of any type. [Column.NullN] counts the nulls.
//
//	Column.Count(T...) int
func (c Column) Count(ctx context.Context, opts ...parallel.Option) (_ int, err error) {
	k, err := beginColumn(ctx, "frame.Column.Count", c.col, opts)
	if err != nil {
		return 0, err
	}
	defer k.End(&err)
	if err := context.Cause(k.Context()); err != nil {
		return 0, err
	}
	seen, err := observed(ctx, k, c.col)
	if err != nil {
		return 0, err
	}
	return seen.upTo(c.col.Len), nil
}

// NUnique gives the number of different values, of a column of any type.
// -0.0 and 0.0 are one; nulls and NaNs are none. It runs on one core.
//
//	Column.NUnique(T...) int
func (c Column) NUnique(ctx context.Context, opts ...parallel.Option) (n int, err error) {
	k, err := beginColumn(ctx, "frame.Column.NUnique", c.col, opts)
	if err != nil {
		return 0, err
	}
	defer k.End(&err)
	if id, _ := wideOf(c.col.Field.Type); id == arrow.FLOAT64 {
		x, err := numbersOf(k, c.col)
		seen := make(map[float64]struct{})
		for _, v := range x {
			seen[v] = struct{}{}
		}
		return len(seen), err
	}
	seen := make(map[string]struct{})
	var key []byte
	for _, ch := range c.col.Chunks {
		for i := range ch.Len {
			if i%4096 == 0 && ctx.Err() != nil {
				return 0, context.Cause(ctx)
			}
			if ch.Missing(i) {
				continue
			}
			key = chunk.AppendKey(key[:0], ch, i)
			if _, ok := seen[string(key)]; !ok {
				seen[string(key)] = struct{}{}
			}
		}
	}
	return len(seen), nil
}
