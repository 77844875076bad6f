package gota

import (
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/go-gota/gota/series"

	"github.com/parframe/parframe/parallel"
)

// collector takes the results of rows as they come, in any order. The first to
// come gives type and length of the table that all are expected to go into;
// what is different is kept aside.
type collector struct {
	n     int
	table atomic.Pointer[table]

	mu    sync.Mutex
	aside map[int]column
}

type table struct {
	typ  series.Type
	cols []column
}

func newCollector(n int) *collector { return &collector{n: n} }

// put takes the result of row i.
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

// tableOf gives the columns of the table for rows of type T to be written to,
// none if it has another type or does not exist.
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

// start makes the table, unless another worker has.
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

// set puts a row of the table's own type into row i.
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

// columns returns the table of all rows, which does not depend on which came
// first.
func (c *collector) columns() ([]column, error) {
	t := c.table.Load()
	width := len(t.cols)
	length := func(i int) int {
		if row, ok := c.aside[i]; ok {
			return row.n
		}
		return width
	}
	for i := range c.n {
		if len(c.aside) > 0 && length(i) != length(0) {
			return nil, fmt.Errorf("%w: the result of row %d has %d elements, that of row 0 has %d", ErrColumns, i, length(i), length(0))
		}
	}
	if length(0) == 0 {
		return nil, fmt.Errorf("%w: results have no elements", ErrColumns)
	}
	if len(c.aside) == 0 {
		return t.cols, nil
	}
	has := map[series.Type]bool{}
	if len(c.aside) < c.n {
		has[t.typ] = true
	}
	for _, row := range c.aside {
		has[row.typ] = true
	}
	typ := widest(has)
	out := &table{typ: typ, cols: make([]column, length(0))}
	for j := range out.cols {
		out.cols[j] = newColumn("", typ, c.n)
	}
	// Which rows lie aside depends on timing, so the lowest row's error counts.
	bad, cause := c.n, error(nil)
	if has[t.typ] {
		for j := range t.cols {
			if row, err := t.cols[j].cast(&out.cols[j]); err != nil && row < bad {
				bad, cause = row, err
			}
		}
	}
	for i, row := range c.aside {
		wide := newColumn("", typ, row.n)
		if _, err := row.cast(&wide); err != nil && i < bad {
			bad, cause = i, err
		}
		out.set(i, &wide)
	}
	if cause != nil {
		return nil, &parallel.RowError{Row: bad, Partition: -1, Err: cause}
	}
	return out.cols, nil
}

// cast copies the column to one of the same or a wider type. It returns the
// first row that does not fit, with the reason.
func (c *column) cast(dst *column) (int, error) {
	switch dst.typ {
	case series.Int:
		return intReader(c, 0, c.n, dst.ints, 1)
	case series.Float:
		return floatReader(c, 0, c.n, dst.floats, 1)
	case series.String:
		return textReader(c, 0, c.n, dst.strings, 1)
	}
	return boolReader(c, 0, c.n, dst.bools, 1)
}
