package gota

import (
	"reflect"
	"unsafe"

	"github.com/go-gota/gota/dataframe"
	"github.com/go-gota/gota/series"
)

// This file holds all use of unsafe in the package. gota does not export slices: its
// elements are reached one by one through an interface, at 5 to 25 ns each. The file
// relies on these facts: the four types of elements are structs {e T; nan bool} in a
// slice, Elem(i) points into that slice, and Series and DataFrame have their slices in
// private fields. known checks them once, by reflection. If another version of gota
// differs, everything goes through gota's methods.

// A cell has the memory layout of an element of gota: a value, or NA.
type cell[T value] struct {
	v  T
	na bool
}

// value is the Go type of a gota type's values.
type value interface{ int | float64 | string | bool }

// safely turns the shortcuts of this file off, for tests.
var safely = false

// known reports whether gota's memory is as this file expects.
var known = knows[int](series.Int) && knows[float64](series.Float) && knows[string](series.String) && knows[bool](series.Bool) && knowsFrame()

// shortcut reports whether to use the shortcuts of this file.
func shortcut() bool { return known && !safely }

var (
	elementsField, hasElements = reflect.TypeFor[series.Series]().FieldByName("elements")
	typeField, hasType         = reflect.TypeFor[series.Series]().FieldByName("t")
	columnsField, hasColumns   = reflect.TypeFor[dataframe.DataFrame]().FieldByName("columns")
	rowsField, hasRows         = reflect.TypeFor[dataframe.DataFrame]().FieldByName("nrows")
	colsField, hasCols         = reflect.TypeFor[dataframe.DataFrame]().FieldByName("ncols")
)

// knows reports whether elements of type t have the memory layout of cells.
func knows[T value](t series.Type) bool {
	if !hasElements || !hasType || elementsField.Type != reflect.TypeFor[series.Elements]() || typeField.Type != reflect.TypeFor[series.Type]() {
		return false
	}
	s := series.New([]int{0, 1, 2}, t, "")
	slice := reflect.ValueOf(s).FieldByIndex(elementsField.Index).Elem().Type()
	if slice.Kind() != reflect.Slice || slice.Elem().Kind() != reflect.Struct || slice.Elem().NumField() != 2 {
		return false
	}
	e, c := slice.Elem(), reflect.TypeFor[cell[T]]()
	for i, name := range []string{"e", "nan"} {
		f, g := e.Field(i), c.Field(i)
		if f.Name != name || f.Type != g.Type || f.Offset != g.Offset {
			return false
		}
	}
	first, last := reflect.ValueOf(s.Elem(0)), reflect.ValueOf(s.Elem(2))
	return e.Size() == c.Size() && first.Type() == reflect.PointerTo(e) && last.Pointer()-first.Pointer() == 2*e.Size()
}

// knowsFrame reports whether a DataFrame has the fields that assemble sets.
func knowsFrame() bool {
	return hasColumns && hasRows && hasCols && columnsField.Type == reflect.TypeFor[[]series.Series]() &&
		rowsField.Type.Kind() == reflect.Int && colsField.Type.Kind() == reflect.Int
}

// cellsAt returns the n elements of gota from first on as cells, which share their memory.
func cellsAt[T value](first series.Element, n int) []cell[T] {
	p := (*[2]unsafe.Pointer)(unsafe.Pointer(&first))[1] // what the interface points to
	return unsafe.Slice((*cell[T])(p), n)
}

// wrap returns a series that shares the cells.
func wrap[T value](name string, cells []cell[T]) series.Series {
	s := template[T]()
	s.Name = name
	inside(&s).cells = unsafe.Pointer(&cells)
	return s
}

// template returns an empty series of type T. The interface in it has the type word that
// wrap needs.
func template[T value]() series.Series {
	var s series.Series
	switch any(*new(T)).(type) {
	case int:
		s = emptyInt
	case float64:
		s = emptyFloat
	case string:
		s = emptyString
	default:
		s = emptyBool
	}
	return s
}

var (
	emptyInt    = series.New([]int{}, series.Int, "")
	emptyFloat  = series.New([]int{}, series.Float, "")
	emptyString = series.New([]int{}, series.String, "")
	emptyBool   = series.New([]int{}, series.Bool, "")
)

// assemble returns a data frame that shares the columns.
func assemble(columns []series.Series, rows int) dataframe.DataFrame {
	var df dataframe.DataFrame
	p := unsafe.Pointer(&df)
	*(*[]series.Series)(unsafe.Add(p, columnsField.Offset)) = columns
	*(*int)(unsafe.Add(p, rowsField.Offset)) = rows
	*(*int)(unsafe.Add(p, colsField.Offset)) = len(columns)
	return df
}

// elements is the memory layout of an interface that holds a slice of cells.
type elements struct {
	typ   unsafe.Pointer
	cells unsafe.Pointer // to the slice's header
}

// inside returns the interface in a series that holds its elements.
func inside(s *series.Series) *elements {
	return (*elements)(unsafe.Add(unsafe.Pointer(s), elementsField.Offset))
}

// rowSeries is a series that is made once for many rows: each row changes its cells.
type rowSeries[T value] struct{ series.Series }

// with returns the series with the given cells. It keeps the slice header, which must not be
// used elsewhere after that, so that none is allocated.
func (r *rowSeries[T]) with(cells *[]cell[T]) series.Series {
	inside(&r.Series).cells = unsafe.Pointer(cells)
	return r.Series
}

// cells returns the cells of a series, and whether they have the row's type.
func (r *rowSeries[T]) cells(s *series.Series) ([]cell[T], bool) {
	if e := inside(s); e.typ == inside(&r.Series).typ {
		return *(*[]cell[T])(e.cells), true
	}
	return nil, false
}
