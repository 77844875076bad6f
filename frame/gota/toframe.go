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

// Option says what a conversion does with what the other side cannot hold.
type Option struct{ keepNaN, mergeNaN, text bool }

// KeepNaN makes [ToFrame] give NaN in the place of a float that is NA. gota
// itself does not tell the two apart.
func KeepNaN() Option { return Option{keepNaN: true} }

// MergeNaN lets [FromFrame] turn both nulls and NaN of a float column into NA.
func MergeNaN() Option { return Option{mergeNaN: true} }

// AsText lets [FromFrame] turn columns that gota cannot hold into text, in the
// form of Arrow's ValueStr: times, decimals, lists, integers beyond int64 and
// all else that is neither text, number nor bool.
func AsText() Option { return Option{text: true} }

func merged(opts []Option) (o Option) {
	for _, p := range opts {
		o = Option{o.keepNaN || p.keepNaN, o.mergeNaN || p.mergeNaN, o.text || p.text}
	}
	return o
}

// ToFrame returns the data frame as a frame, on all cores.
//
//	ToFrame(DataFrame) Frame
//
// String becomes utf8, int int64, float float64, bool bool. NA becomes null,
// and a column without NA is not nullable. To gota a float that is NaN is NA,
// so it becomes null too, unless [KeepNaN] is given. Numbers and bools are
// copied; texts are, too. An Err in the data frame is the call's error.
func ToFrame(df dataframe.DataFrame, opts ...Option) (*frame.Frame, error) {
	const call = "gota.ToFrame"
	if err := checked(call, df); err != nil {
		return nil, err
	}
	o := merged(opts)
	cols := columnsOf(df)
	out := make([]frame.Column, len(cols))
	for j := range cols {
		var err error
		switch c := &cols[j]; c.typ {
		case series.Int:
			out[j], err = toColumn(c.name, c.ints)
		case series.Float:
			if o.keepNaN {
				out[j], err = withNaN(c.name, c.floats)
			} else {
				out[j], err = toColumn(c.name, c.floats)
			}
		case series.String:
			out[j], err = toColumn(c.name, c.strings)
		default:
			out[j], err = toColumn(c.name, c.bools)
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

func toColumn[T value](name string, cells []cell[T]) (frame.Column, error) {
	var missing atomic.Bool
	rows(len(cells), func(lo, hi int) {
		for _, c := range cells[lo:hi] {
			if c.na || c.v != c.v {
				missing.Store(true)
				return
			}
		}
	})
	if !missing.Load() {
		values := make([]T, len(cells))
		rows(len(cells), func(lo, hi int) {
			for i := lo; i < hi; i++ {
				values[i] = cells[i].v
			}
		})
		return frame.NewColumn(name, values)
	}
	values := make([]frame.Null[T], len(cells))
	rows(len(cells), func(lo, hi int) {
		for i, c := range cells[lo:hi] {
			if !c.na && c.v == c.v {
				values[lo+i] = frame.Null[T]{V: c.v, Valid: true}
			}
		}
	})
	return frame.NewColumn(name, values)
}

// withNaN is toColumn with NaN for NA.
func withNaN(name string, cells []cell[float64]) (frame.Column, error) {
	values := make([]float64, len(cells))
	rows(len(cells), func(lo, hi int) {
		for i, c := range cells[lo:hi] {
			if values[lo+i] = c.v; c.na {
				values[lo+i] = math.NaN()
			}
		}
	})
	return frame.NewColumn(name, values)
}

// rows runs a copy that cannot fail over ranges of rows.
func rows(n int, fn func(lo, hi int)) {
	var opts []parallel.Option
	if n < 1<<15 {
		opts = append(opts, parallel.Serial()) // takes less than to start others
	}
	err := parallel.Range(context.Background(), n, func(_ context.Context, lo, hi int) error {
		fn(lo, hi)
		return nil
	}, opts...)
	if err != nil {
		panic(err)
	}
}
