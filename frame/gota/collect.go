package gota

import (
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/go-gota/gota/series"

	"github.com/parframe/parframe/internal/engine"
)

// A collector takes the results of rows in any order. The first result determines the type
// and length of the table. Results of another type or length are kept aside.
type collector struct {
	n     int
	table atomic.Pointer[table]

	mu    sync.Mutex
	aside map[int]column
}

// A table is columns of one type, with a row for each row of the data frame.
type table struct {
	typ  series.Type
	cols []column
}

func newCollector(n int) *collector { return &collector{n: n} }

// put takes the result of row i. Goroutines may put different rows at the same time.
func (c *collector) put(i int, s series.Series) error {
	if s.Err != nil {
		return s.Err
	}
	t := c.table.Load()
	if t == nil {
		t = c.start(s)
	}
	if s.Type() != t.typ || s.Len() != len(t.cols) {
		if s.Type() == "" {
			return errZeroSeries
		}
		copied := s.Copy() // fn may go on using it
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.aside == nil {
			c.aside = map[int]column{}
		}
		c.aside[i] = columnOf(copied)
		return nil
	}
	if len(t.cols) == 0 {
		return nil
	}
	row := columnOf(s)
	t.set(i, &row)
	return nil
}

// tableOf returns the columns of the table, to which rows of type T may be written. It
// returns nil if there is no table yet or it has another type.
func tableOf[T value](c *collector, typ series.Type) [][]cell[T] {
	t := c.table.Load()
	if t == nil || t.typ != typ {
		return nil
	}
	cols := make([][]cell[T], len(t.cols))
	for j := range cols {
		cols[j] = cellsIn[T](&t.cols[j])
	}
	return cols
}

// cellsIn returns the cells of a column of type T.
func cellsIn[T value](c *column) []cell[T] {
	switch any(*new(T)).(type) {
	case int:
		return any(c.ints).([]cell[T])
	case float64:
		return any(c.floats).([]cell[T])
	case string:
		return any(c.strings).([]cell[T])
	}
	return any(c.bools).([]cell[T])
}

// start returns the table, which it makes for results like s unless another worker has.
func (c *collector) start(s series.Series) *table {
	c.mu.Lock()
	defer c.mu.Unlock()
	if t := c.table.Load(); t != nil {
		return t
	}
	t := &table{typ: s.Type()}
	if t.typ != "" {
		t.cols = make([]column, s.Len())
	}
	for j := range t.cols {
		t.cols[j] = newColumn("", t.typ, c.n)
	}
	c.table.Store(t)
	return t
}

// set sets row i to a row of the table's type.
func (t *table) set(i int, row *column) {
	for j := range t.cols {
		dst := &t.cols[j]
		switch t.typ {
		case series.Int:
			dst.ints[i] = row.ints[j]
		case series.Float:
			dst.floats[i] = row.floats[j]
		case series.String:
			dst.strings[i] = row.strings[j]
		default:
			dst.bools[i] = row.bools[j]
		}
	}
}

// columns returns the columns of all rows. They do not depend on the order in which results
// were put.
func (c *collector) columns(call *call) ([]column, error) {
	t := c.table.Load()
	width := len(t.cols)
	length := func(i int) int {
		if row, ok := c.aside[i]; ok {
			return row.n
		}
		return width
	}
	if len(c.aside) > 0 {
		first := length(0)
		err := call.each(c.n, func(_ *engine.Worker, i int) error {
			if length(i) != first {
				return fmt.Errorf("%w: the result of row %d has %d elements, that of row 0 has %d", ErrColumns, i, length(i), first)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	if length(0) == 0 {
		return nil, call.Wrap(fmt.Errorf("%w: results have no elements", ErrColumns))
	}
	if len(c.aside) == 0 {
		return t.cols, nil
	}
	return c.unified(call, length(0))
}

// unified returns the rows of the table and the rows aside, all of width elements, as
// columns of one type.
func (c *collector) unified(call *call, width int) ([]column, error) {
	t := c.table.Load()
	has := map[series.Type]bool{}
	if len(c.aside) < c.n {
		has[t.typ] = true
	}
	for _, row := range c.aside {
		has[row.typ] = true
	}
	typ := widest(has)
	out := &table{typ: typ, cols: make([]column, width)}
	for j := range out.cols {
		out.cols[j] = newColumn("", typ, c.n)
	}
	aside := slices.Sorted(maps.Keys(c.aside))
	err := call.Own(c.n, 0, func(w *engine.Worker, lo, hi int) error {
		// Which rows are aside depends on timing, so the error of the lowest row counts.
		bad, cause := hi, error(nil)
		if has[t.typ] {
			for j := range t.cols {
				// For rows aside, the table has zeros, which fit any type.
				if row, err := t.cols[j].cast(&out.cols[j], lo, hi); err != nil && row < bad {
					bad, cause = row, err
				}
			}
		}
		for k, _ := slices.BinarySearch(aside, lo); k < len(aside) && aside[k] < bad; k++ {
			row := c.aside[aside[k]]
			wide := newColumn("", typ, row.n)
			if _, err := row.cast(&wide, 0, row.n); err != nil {
				bad, cause = aside[k], err
				break
			}
			out.set(aside[k], &wide)
		}
		w.Row = min(bad, hi-1)
		return cause
	})
	if err != nil {
		return nil, call.named(err)
	}
	return out.cols, nil
}

// cast copies rows lo to hi of the column to one of the same or a wider type. It
// returns the first row that does not fit, with the reason.
func (c *column) cast(dst *column, lo, hi int) (int, error) {
	switch dst.typ {
	case series.Int:
		return intReader(c, lo, hi, dst.ints[lo:], 1)
	case series.Float:
		return floatReader(c, lo, hi, dst.floats[lo:], 1)
	case series.String:
		return textReader(c, lo, hi, dst.strings[lo:], 1)
	}
	return boolReader(c, lo, hi, dst.bools[lo:], 1)
}
