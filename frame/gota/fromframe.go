package gota

import (
	"fmt"
	"strconv"
	"sync/atomic"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/go-gota/gota/dataframe"
	"github.com/go-gota/gota/series"

	"github.com/parframe/parframe/frame"
)

// FromFrame returns the frame as a data frame of gota, on all cores.
//
//	FromFrame(Frame) DataFrame
//
// Integers become int, floats float, bools bool, text (also in dictionaries)
// string; null becomes NA. What gota cannot hold is an [ErrUnsupported] that
// names the column: a float column with both nulls and NaN, which gota cannot
// tell apart ([MergeNaN] lets it pass; NaN alone is NA to gota, and reads as
// NaN), integers beyond int, times, decimals, bytes, nested data and the null
// type ([AsText] makes text of them). A text "NaN" stays a text.
func FromFrame(f *frame.Frame, opts ...Option) (dataframe.DataFrame, error) {
	const call = "gota.FromFrame"
	var nothing dataframe.DataFrame
	if f == nil {
		return nothing, fmt.Errorf("%s: %w", call, frame.ErrNilFrame)
	}
	if f.NumCols() == 0 {
		return nothing, fmt.Errorf("%s: %w", call, ErrNoColumns)
	}
	o := merged(opts)
	columns := make([]series.Series, f.NumCols())
	for j, c := range f.Columns() {
		s, err := fromColumn(c, o)
		if err != nil {
			return nothing, fmt.Errorf("%s: column %q: %w", call, c.Name(), err)
		}
		columns[j] = s
	}
	return frameOf(columns, f.NumRows()), nil
}

func fromColumn(c frame.Column, o Option) (series.Series, error) {
	t := c.Type()
	if d, ok := t.(*arrow.DictionaryType); ok {
		t = d.ValueType
	}
	switch t.ID() {
	case arrow.INT8, arrow.INT16, arrow.INT32, arrow.INT64, arrow.UINT8, arrow.UINT16, arrow.UINT32, arrow.UINT64:
		return fromInts(c, t, o)
	case arrow.FLOAT32, arrow.FLOAT64:
		cells, err := cellsOf[float64](c)
		if err != nil {
			return series.Series{}, err
		}
		if row, mixed := nanAndNull(cells); mixed && !o.mergeNaN {
			return series.Series{}, fmt.Errorf("%w: NaN in row %d, beside nulls (accepted with MergeNaN)", ErrUnsupported, row)
		}
		return write(c.Name(), series.Float, cells, false), nil
	case arrow.BOOL:
		return converted[bool](c, series.Bool)
	case arrow.STRING, arrow.LARGE_STRING, arrow.STRING_VIEW:
		return converted[string](c, series.String)
	}
	return asText(c, o, fmt.Sprintf("the type %v", c.Type()))
}

func converted[T value](c frame.Column, t series.Type) (series.Series, error) {
	cells, err := cellsOf[T](c)
	if err != nil {
		return series.Series{}, err
	}
	return write(c.Name(), t, cells, false), nil
}

// fromInts takes care of those that an int does not hold: of 64 bits without a
// sign, and more than 32 bits where an int has no more.
func fromInts(c frame.Column, t arrow.DataType, o Option) (series.Series, error) {
	if t.ID() != arrow.UINT64 {
		if strconv.IntSize == 64 || t.ID() != arrow.INT64 && t.ID() != arrow.UINT32 {
			return converted[int](c, series.Int)
		}
		return fromWide[int64](c, o)
	}
	return fromWide[uint64](c, o)
}

func fromWide[W int64 | uint64](c frame.Column, o Option) (series.Series, error) {
	wide, err := frame.Nulls[W](c)
	if err != nil {
		return series.Series{}, err
	}
	cells := make([]cell[int], len(wide))
	for i, v := range wide {
		cells[i] = cell[int]{int(v.V), !v.Valid}
		if v.Valid && (W(cells[i].v) != v.V || cells[i].v < 0 != (v.V < 0)) {
			return asText(c, o, fmt.Sprintf("%d in row %d, beyond int", v.V, i))
		}
	}
	return write(c.Name(), series.Int, cells, false), nil
}

// asText gives the cells as text, or the error if that is not wanted.
func asText(c frame.Column, o Option, what string) (series.Series, error) {
	if !o.text {
		return series.Series{}, fmt.Errorf("%w: %s (accepted with AsText)", ErrUnsupported, what)
	}
	cells := make([]cell[string], 0, c.Len())
	for _, a := range c.Chunks() {
		for i := range a.Len() {
			if a.IsNull(i) || a.DataType().ID() == arrow.NULL {
				cells = append(cells, cell[string]{na: true})
			} else {
				cells = append(cells, cell[string]{v: a.ValueStr(i)})
			}
		}
	}
	return write(c.Name(), series.String, cells, false), nil
}

// cellsOf reads the column as cells of the caller's own.
func cellsOf[T value](c frame.Column) ([]cell[T], error) {
	nulls, err := frame.Nulls[T](c)
	if err != nil {
		return nil, err
	}
	cells := recast(nulls)
	rows(len(cells), func(lo, hi int) {
		for i := lo; i < hi; i++ {
			cells[i].na = !cells[i].na
		}
	})
	return cells, nil
}

// nanAndNull says whether there are both, and where the first NaN is.
func nanAndNull(cells []cell[float64]) (row int, both bool) {
	var nan, null atomic.Bool
	rows(len(cells), func(lo, hi int) {
		for _, c := range cells[lo:hi] {
			if c.na {
				null.Store(true)
			} else if c.v != c.v {
				nan.Store(true)
			}
			if nan.Load() && null.Load() {
				return
			}
		}
	})
	if !nan.Load() || !null.Load() {
		return 0, false
	}
	for row = range cells {
		if !cells[row].na && cells[row].v != cells[row].v {
			break
		}
	}
	return row, true
}
