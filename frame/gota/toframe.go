package gota

import (
	"context"
	"fmt"
	"math"
	"sync/atomic"

	"github.com/go-gota/gota/dataframe"
	"github.com/go-gota/gota/series"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/parallel"
)

// The names of the options that say what a conversion does with what the other
// side cannot hold.
const (
	optionKeepNaN  = "gota.KeepNaN"
	optionMergeNaN = "gota.MergeNaN"
	optionAsText   = "gota.AsText"
)

// KeepNaN makes [ToFrame] give NaN in the place of a float that is NA. gota
// itself does not tell the two apart.
func KeepNaN() parallel.Option { return parallel.Extension(optionKeepNaN, true) }

// MergeNaN lets [FromFrame] turn both nulls and NaN of a float column into NA.
func MergeNaN() parallel.Option { return parallel.Extension(optionMergeNaN, true) }

// AsText lets [FromFrame] turn columns that gota cannot hold into text, in the
// form of Arrow's ValueStr: times, decimals, lists, integers beyond int64 and
// all else that is neither text, number nor bool.
func AsText() parallel.Option { return parallel.Extension(optionAsText, true) }

// ToFrame returns the data frame as a frame, on all cores.
//
//	ToFrame(DataFrame) Frame
//
// String becomes utf8, int int64, float float64, bool bool. NA becomes null,
// and a column without NA is not nullable. To gota a float that is NaN is NA,
// so it becomes null too, unless [KeepNaN] is given. Numbers and bools are
// copied; texts are, too. An Err in the data frame is the call's error. Other
// options: Workers, Serial, On, Observe.
func ToFrame(ctx context.Context, df dataframe.DataFrame, opts ...parallel.Option) (*frame.Frame, error) {
	const call = "gota.ToFrame"
	plan, err := parallel.Prepare(call, opts, optionKeepNaN)
	if err != nil {
		return nil, err
	}
	if err := checked(call, df); err != nil {
		return nil, err
	}
	cols := columnsOf(df)
	missing, err := anyMissing(ctx, plan, cols, df.Nrow())
	if err != nil {
		return nil, err
	}
	_, keepNaN := plan.Value(optionKeepNaN)
	if plan, err = within(plan, call, 0); err != nil {
		return nil, err
	}
	out := make([]frame.Column, len(cols))
	for j := range cols {
		var err error
		switch c := &cols[j]; c.typ {
		case series.Int:
			out[j], err = toColumn(ctx, plan, c.name, c.ints, missing[j])
		case series.Float:
			if keepNaN {
				out[j], err = withNaN(ctx, plan, c.name, c.floats)
			} else {
				out[j], err = toColumn(ctx, plan, c.name, c.floats, missing[j])
			}
		case series.String:
			out[j], err = toColumn(ctx, plan, c.name, c.strings, missing[j])
		default:
			out[j], err = toColumn(ctx, plan, c.name, c.bools, missing[j])
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", call, err)
		}
	}
	f, err := frame.New(out...)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", call, err)
	}
	return f, nil
}

// anyMissing reports of each column whether it has NA or NaN.
func anyMissing(ctx context.Context, plan *parallel.Plan, cols []column, n int) ([]bool, error) {
	found := make([]atomic.Bool, len(cols))
	err := plan.Range(ctx, n, func(_ context.Context, lo, hi int) error {
		for j := range cols {
			if !found[j].Load() && cols[j].missing(lo, hi) {
				found[j].Store(true)
			}
		}
		return nil
	})
	missing := make([]bool, len(cols))
	for j := range missing {
		missing[j] = found[j].Load()
	}
	return missing, err
}

// missing reports whether one of rows lo to hi is NA or NaN.
func (c *column) missing(lo, hi int) bool {
	switch c.typ {
	case series.Int:
		return gaps(c.ints[lo:hi])
	case series.Float:
		return gaps(c.floats[lo:hi])
	case series.String:
		return gaps(c.strings[lo:hi])
	}
	return gaps(c.bools[lo:hi])
}

func gaps[T value](cells []cell[T]) bool {
	for _, c := range cells {
		if c.na || c.v != c.v {
			return true
		}
	}
	return false
}

func toColumn[T value](ctx context.Context, plan *parallel.Plan, name string, cells []cell[T], missing bool) (frame.Column, error) {
	if !missing {
		values := make([]T, len(cells))
		err := plan.Range(ctx, len(cells), func(_ context.Context, lo, hi int) error {
			for i := lo; i < hi; i++ {
				values[i] = cells[i].v
			}
			return nil
		})
		if err != nil {
			return frame.Column{}, err
		}
		return frame.NewColumn(name, values)
	}
	values := make([]frame.Null[T], len(cells))
	err := plan.Range(ctx, len(cells), func(_ context.Context, lo, hi int) error {
		for i, c := range cells[lo:hi] {
			if !c.na && c.v == c.v {
				values[lo+i] = frame.Null[T]{V: c.v, Valid: true}
			}
		}
		return nil
	})
	if err != nil {
		return frame.Column{}, err
	}
	return frame.NewColumn(name, values)
}

// withNaN is toColumn with NaN for NA.
func withNaN(ctx context.Context, plan *parallel.Plan, name string, cells []cell[float64]) (frame.Column, error) {
	values := make([]float64, len(cells))
	err := plan.Range(ctx, len(cells), func(_ context.Context, lo, hi int) error {
		for i, c := range cells[lo:hi] {
			if values[lo+i] = c.v; c.na {
				values[lo+i] = math.NaN()
			}
		}
		return nil
	})
	if err != nil {
		return frame.Column{}, err
	}
	return frame.NewColumn(name, values)
}
