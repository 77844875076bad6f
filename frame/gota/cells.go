package gota

import (
	"github.com/go-gota/gota/dataframe"
	"github.com/go-gota/gota/series"
)

// A column is a column of a data frame. Cells that it shares with gota must not be changed.
type column struct {
	name string
	typ  series.Type
	n    int
	// The slice of the column's type has the cells; the others are nil.
	ints    []cell[int]
	floats  []cell[float64]
	strings []cell[string]
	bools   []cell[bool]

	valueless bool // all cells are NA or NaN; for bind, set by commonType
}

// columnsOf returns the columns of a data frame, which share its cells. Without shortcuts
// they are copies.
func columnsOf(df dataframe.DataFrame) []column {
	cols := make([]column, df.Ncol())
	types := df.Types()
	for j, name := range df.Names() {
		cols[j] = columnAt(name, types[j], df.Nrow(), func(i int) series.Element { return df.Elem(i, j) })
	}
	return cols
}

// columnOf is columnsOf for a series.
func columnOf(s series.Series) column {
	return columnAt(s.Name, s.Type(), s.Len(), s.Elem)
}

// columnAt returns the column of the n elements that elem returns.
func columnAt(name string, t series.Type, n int, elem func(int) series.Element) column {
	c := column{name: name, typ: t, n: n}
	switch t {
	case series.Int:
		c.ints = read(n, elem, func(e series.Element) int { v, _ := e.Int(); return v })
	case series.Float:
		c.floats = read(n, elem, series.Element.Float)
	case series.String:
		c.strings = read(n, elem, series.Element.String)
	case series.Bool:
		c.bools = read(n, elem, func(e series.Element) bool { v, _ := e.Bool(); return v })
	}
	return c
}

// read returns the cells of n elements. get returns the value of an element that is not NA.
func read[T value](n int, elem func(int) series.Element, get func(series.Element) T) []cell[T] {
	if n == 0 {
		return []cell[T]{}
	}
	if shortcut() {
		return cellsAt[T](elem(0), n)
	}
	cells := make([]cell[T], n)
	for i := range cells {
		if e := elem(i); e.IsNA() {
			cells[i].na = true
		} else {
			cells[i].v = get(e)
		}
	}
	return cells
}

// series returns a copy of rows lo to hi.
func (c *column) series(lo, hi int) series.Series {
	switch c.typ {
	case series.Int:
		return write(c.name, c.typ, c.ints[lo:hi], true)
	case series.Float:
		return write(c.name, c.typ, c.floats[lo:hi], true)
	case series.String:
		return write(c.name, c.typ, c.strings[lo:hi], true)
	}
	return write(c.name, c.typ, c.bools[lo:hi], true)
}

// whole returns the column as a series that shares the cells.
func (c *column) whole() series.Series {
	switch c.typ {
	case series.Int:
		return write(c.name, c.typ, c.ints, false)
	case series.Float:
		return write(c.name, c.typ, c.floats, false)
	case series.String:
		return write(c.name, c.typ, c.strings, false)
	}
	return write(c.name, c.typ, c.bools, false)
}

// take returns a copy of the given rows.
func (c *column) take(rows []int) series.Series {
	switch c.typ {
	case series.Int:
		return write(c.name, c.typ, pick(c.ints, rows), false)
	case series.Float:
		return write(c.name, c.typ, pick(c.floats, rows), false)
	case series.String:
		return write(c.name, c.typ, pick(c.strings, rows), false)
	}
	return write(c.name, c.typ, pick(c.bools, rows), false)
}

// pick returns the cells of the given rows.
func pick[T value](cells []cell[T], rows []int) []cell[T] {
	out := make([]cell[T], len(rows))
	for k, i := range rows {
		out[k] = cells[i]
	}
	return out
}

// write returns a series of the cells. It shares them, unless copied is set or shortcuts are
// off.
func write[T value](name string, t series.Type, cells []cell[T], copied bool) series.Series {
	if shortcut() {
		if copied {
			cells = append(make([]cell[T], 0, len(cells)), cells...)
		}
		return wrap(name, cells)
	}
	values := make([]T, len(cells))
	for i, c := range cells {
		values[i] = c.v
	}
	s := series.New(values, t, name)
	for i, c := range cells {
		if c.na {
			s.Elem(i).Set(nil)
		} else if text, ok := any(c.v).(string); ok && text == "NaN" {
			s.Elem(i).Set(literal{s: text}) // as a string it would become NA
		}
	}
	return s
}

// A literal is an element whose text is taken literally, even "NaN".
type literal struct {
	series.Element
	s string
}

func (l literal) String() string { return l.s }

// frameOf returns a data frame of the series, which must not be used elsewhere.
func frameOf(columns []series.Series, rows int) dataframe.DataFrame {
	if shortcut() {
		return assemble(columns, rows)
	}
	names := make([]string, len(columns))
	for j, c := range columns {
		names[j] = c.Name
	}
	df := dataframe.New(columns...)
	if err := df.SetNames(names...); err != nil { // New renames empty and repeated names
		return dataframe.DataFrame{Err: err}
	}
	return df
}

// part returns a data frame with a copy of rows lo to hi.
func part(cols []column, lo, hi int) dataframe.DataFrame {
	columns := make([]series.Series, len(cols))
	for j := range cols {
		columns[j] = cols[j].series(lo, hi)
	}
	return frameOf(columns, hi-lo)
}
