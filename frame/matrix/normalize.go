package matrix

import (
	"context"
	"fmt"
	"math"

	"github.com/parframe/parframe/internal/engine"
	"github.com/parframe/parframe/parallel"
)

// A Scale is how [NormalizeRows] scales a row.
type Scale int

const (
	// MinMax maps the least number of the row to 0 and the greatest to 1.
	MinMax Scale = iota
	// UnitSum divides by the sum of the absolute values (the L1 norm).
	UnitSum
	// UnitLength divides by the square root of the sum of the squares (the L2 norm).
	UnitLength
	// Standard subtracts the mean and divides by the standard deviation of
	// the row, with the row's length as divisor (ddof=0).
	Standard
)

// String returns the constant's name.
func (s Scale) String() string {
	if names := [...]string{"MinMax", "UnitSum", "UnitLength", "Standard"}; s >= 0 && int(s) < len(names) {
		return names[s]
	}
	return fmt.Sprintf("Scale(%d)", int(s))
}

// NormalizeRows scales each row by itself.
//
//	NormalizeRows(Dense[T] r×c, Scale) Dense[float64] r×c
//
// A row that would be divided by 0, because all its numbers are equal (MinMax, Standard) or
// 0 (UnitSum, UnitLength), becomes zeros, as in scikit-learn. A NaN makes its row NaN. A
// Scale other than the constants is an error.
func NormalizeRows[T Number](ctx context.Context, m *Dense[T], by Scale, opts ...parallel.Option) (out *Dense[float64], err error) {
	c, err := ownCall(ctx, "matrix.NormalizeRows", m, opts)
	if err != nil {
		return nil, err
	}
	defer c.End(&err)
	if by < MinMax || by > Standard {
		return nil, c.Wrap(fmt.Errorf("%w: %v; accepted: MinMax, UnitSum, UnitLength, Standard", parallel.ErrOption, by))
	}
	out = zeros[float64](m.rows, m.cols)
	err = c.OwnRows(m.rows, 0, func(_ *engine.Worker, lo, hi int) error {
		for i := lo; i < hi; i++ {
			dst := out.row(i)
			for j, v := range m.row(i) {
				dst[j] = float64(v)
			}
			rescale(dst, by)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// rescale maps each number x of the row to (x-origin)/unit.
func rescale(row []float64, by Scale) {
	if len(row) == 0 {
		return
	}
	origin, unit := 0.0, 0.0
	switch by {
	case MinMax:
		least, most := row[0], row[0]
		for _, v := range row {
			least, most = min(least, v), max(most, v) // NaN if one is
		}
		origin, unit = least, most-least
	case UnitSum:
		for _, v := range row {
			unit += math.Abs(v)
		}
	case UnitLength:
		unit = length(row)
	case Standard:
		for _, v := range row {
			origin += v
		}
		origin /= float64(len(row))
		for _, v := range row {
			unit += (v - origin) * (v - origin)
		}
		unit = math.Sqrt(unit / float64(len(row)))
	}
	if unit == 0 {
		clear(row)
		return
	}
	for j, v := range row {
		row[j] = (v - origin) / unit
	}
}

// length returns the square root of the sum of the squares. If squares overflow or
// underflow, the numbers are scaled first, which costs further passes.
func length(row []float64) float64 {
	sum := 0.0
	for _, v := range row {
		sum += v * v
	}
	if sum >= 1e-290 && sum <= math.MaxFloat64 || math.IsNaN(sum) {
		return math.Sqrt(sum)
	}
	most := 0.0
	for _, v := range row {
		most = max(most, math.Abs(v))
	}
	if most == 0 || math.IsInf(most, 0) {
		return most
	}
	sum = 0
	for _, v := range row {
		sum += (v / most) * (v / most)
	}
	return most * math.Sqrt(sum)
}
