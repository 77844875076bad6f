package gota

import (
	"fmt"
	"strconv"
	"sync"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/go-gota/gota/series"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/engine"
	"github.com/parframe/parframe/parallel"
)

// copyRows is the number of rows of a column that are copied at once. Each copy costs a
// few microseconds before its first row, and a buffer of that many values.
const copyRows = 1 << 14

// A copier copies a column of a frame into a series.
type copier interface {
	// rows copies rows lo to hi. Goroutines may copy different ranges at the same time.
	// With an error it returns the row that failed.
	rows(lo, hi int) (bad int, err error)
	// series returns the series after all rows have been copied. If the values turn out to
	// need another copier, it calls run, which copies all rows with that one.
	series(run func(copier) error) (series.Series, error)
}

// newCopier returns the copier for a column. mergeNaN and text are the options [MergeNaN]
// and [AsText].
func newCopier(c frame.Column, mergeNaN, text bool) (copier, error) {
	t := c.Type()
	if d, ok := t.(*arrow.DictionaryType); ok {
		t = d.ValueType
	}
	switch t.ID() {
	case arrow.UINT64:
		return &wideCopier[uint64]{cellCopier: newCellCopier[int](c, series.Int), text: text, bad: c.Len()}, nil
	case arrow.INT64, arrow.UINT32:
		if strconv.IntSize < 64 {
			return &wideCopier[int64]{cellCopier: newCellCopier[int](c, series.Int), text: text, bad: c.Len()}, nil
		}
		return newCellCopier[int](c, series.Int), nil
	case arrow.INT8, arrow.INT16, arrow.INT32, arrow.UINT8, arrow.UINT16:
		return newCellCopier[int](c, series.Int), nil
	case arrow.FLOAT32, arrow.FLOAT64:
		return &floatCopier{cellCopier: newCellCopier[float64](c, series.Float), merge: mergeNaN, nan: c.Len()}, nil
	case arrow.BOOL:
		return newCellCopier[bool](c, series.Bool), nil
	case arrow.STRING, arrow.LARGE_STRING, arrow.STRING_VIEW:
		return newCellCopier[string](c, series.String), nil
	}
	if !text {
		return nil, unsupported(fmt.Sprintf("the type %v", c.Type()), "AsText")
	}
	return &textCopier{newCellCopier[string](c, series.String)}, nil
}

// unsupported returns the error for values that gota holds only with an option.
func unsupported(what, option string) error {
	return fmt.Errorf("%w: %s (accepted with %s)", ErrUnsupported, what, option)
}

// cellCopier is the copier for columns whose values T holds.
type cellCopier[T value] struct {
	column frame.Column
	typ    series.Type
	out    []cell[T]
}

func newCellCopier[T value](c frame.Column, t series.Type) *cellCopier[T] {
	return &cellCopier[T]{c, t, make([]cell[T], c.Len())}
}

func (c *cellCopier[T]) rows(lo, hi int) (bad int, err error) {
	values, bad, err := nulls[T](c.column, lo, hi)
	for i, v := range values {
		c.out[lo+i] = cell[T]{v.V, !v.Valid}
	}
	return bad, err
}

func (c *cellCopier[T]) series(func(copier) error) (series.Series, error) {
	return write(c.column.Name(), c.typ, c.out, false), nil
}

// nulls returns rows lo to hi. With an error it returns the first row that cannot be read.
func nulls[T any](c frame.Column, lo, hi int) (values []frame.Null[T], bad int, err error) {
	if c, err = c.Slice(lo, hi); err == nil {
		values, err = frame.Nulls[T](c)
	}
	if at, ok := engine.As[*parallel.RowError](err); ok {
		return nil, lo + at.Row, at.Err
	}
	return values, lo, err
}

// floatCopier is the copier for floats. Unless merge is set, it refuses a column with both
// nulls and NaN.
type floatCopier struct {
	*cellCopier[float64]
	merge bool

	mu   sync.Mutex
	nan  int  // the lowest row with NaN
	null bool // there is a null
}

func (f *floatCopier) rows(lo, hi int) (bad int, err error) {
	if bad, err = f.cellCopier.rows(lo, hi); err != nil || f.merge {
		return bad, err
	}
	nan, null := hi, false
	for i, v := range f.out[lo:hi] {
		if v.na {
			null = true
		} else if v.v != v.v {
			nan = min(nan, lo+i)
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.null = f.null || null
	if nan < hi {
		f.nan = min(f.nan, nan)
	}
	return bad, nil
}

func (f *floatCopier) series(run func(copier) error) (series.Series, error) {
	if f.null && f.nan < len(f.out) {
		return series.Series{}, unsupported(fmt.Sprintf("NaN in row %d, beside nulls", f.nan), "MergeNaN")
	}
	return f.cellCopier.series(run)
}

// wideCopier is the copier for integer types that int may not hold: uint64, and int64 and
// uint32 where int has 32 bits. A column with such a value becomes text, or is refused.
type wideCopier[W int64 | uint64] struct {
	*cellCopier[int]
	text bool

	mu    sync.Mutex
	bad   int // the lowest row with a value that int does not hold
	value W   // of that row
}

func (w *wideCopier[W]) rows(lo, hi int) (bad int, err error) {
	values, bad, err := nulls[W](w.column, lo, hi)
	for i, v := range values {
		n := int(v.V)
		w.out[lo+i] = cell[int]{n, !v.Valid}
		if v.Valid && (W(n) != v.V || n < 0 != (v.V < 0)) {
			w.mu.Lock()
			if lo+i < w.bad {
				w.bad, w.value = lo+i, v.V
			}
			w.mu.Unlock()
			break // the series is not used
		}
	}
	return bad, err
}

func (w *wideCopier[W]) series(run func(copier) error) (series.Series, error) {
	switch {
	case w.bad == len(w.out):
		return w.cellCopier.series(run)
	case !w.text:
		return series.Series{}, unsupported(fmt.Sprintf("%d in row %d, beyond int", w.value, w.bad), "AsText")
	}
	t := &textCopier{newCellCopier[string](w.column, series.String)}
	if err := run(t); err != nil {
		return series.Series{}, err
	}
	return t.series(run)
}

// textCopier is the copier that turns values of any type into text.
type textCopier struct{ *cellCopier[string] }

func (t *textCopier) rows(lo, hi int) (bad int, err error) {
	c, err := t.column.Slice(lo, hi)
	if err != nil {
		return lo, err
	}
	for _, a := range c.Chunks() { // with new headers, since IsNull may write to them
		for i := range a.Len() {
			if a.IsNull(i) || a.DataType().ID() == arrow.NULL {
				t.out[lo].na = true
			} else {
				t.out[lo].v = a.ValueStr(i)
			}
			lo++
		}
	}
	return lo, nil
}
