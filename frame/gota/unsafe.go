package gota

import (
	"reflect"
	"unsafe"

	"github.com/go-gota/gota/dataframe"
	"github.com/go-gota/gota/series"
)

// This file is where the package uses unsafe. gota has no slice to offer: its
// elements are reached one by one through an interface, at 5 to 25 ns each.
// Its four kinds of elements are structs {e T; nan bool} in a slice, Elem(i)
// points into that slice, and Series and DataFrame hold their slices in
// private fields. known holds that all this is so, by reflection, once; if it
// ever is not, everything goes through gota's own methods.

// cell is an element of gota: a value, or none.
type cell[T value] struct {
	v  T
	na bool
}

// value is what gota's types hold.
type value interface{ int | float64 | string | bool }

// safely switches this file's shortcuts off, for tests.
var safely = false

var known = knows[int](series.Int) && knows[float64](series.Float) && knows[string](series.String) && knows[bool](series.Bool) && knowsFrame()

func shortcut() bool { return known && !safely }

var (
	elementsField, hasElements = reflect.TypeFor[series.Series]().FieldByName("elements")
	typeField, hasType         = reflect.TypeFor[series.Series]().FieldByName("t")
	columnsField, hasColumns   = reflect.TypeFor[dataframe.DataFrame]().FieldByName("columns")
	rowsField, hasRows         = reflect.TypeFor[dataframe.DataFrame]().FieldByName("nrows")
	colsField, hasCols         = reflect.TypeFor[dataframe.DataFrame]().FieldByName("ncols")
)

// knows reports whether the elements of that type lie in memory as cells do.
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

func knowsFrame() bool {
	return hasColumns && hasRows && hasCols && columnsField.Type == reflect.TypeFor[[]series.Series]() &&
		rowsField.Type.Kind() == reflect.Int && colsField.Type.Kind() == reflect.Int
}

// cellsAt gives the n cells that begin with gota's element.
func cellsAt[T value](first series.Element, n int) []cell[T] {
	p := (*[2]unsafe.Pointer)(unsafe.Pointer(&first))[1] // what the interface points to
	return unsafe.Slice((*cell[T])(p), n)
}

// wrap makes a series whose elements are the cells themselves.
func wrap[T value](name string, cells []cell[T]) series.Series {
	s := template[T]()
	s.Name = name
	inside(&s).cells = unsafe.Pointer(&cells)
	return s
}

// template returns an empty series of the type. Its interface has the type
// word that wrap needs.
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

// assemble makes a data frame of the columns themselves.
func assemble(columns []series.Series, rows int) dataframe.DataFrame {
	var df dataframe.DataFrame
	p := unsafe.Pointer(&df)
	*(*[]series.Series)(unsafe.Add(p, columnsField.Offset)) = columns
	*(*int)(unsafe.Add(p, rowsField.Offset)) = rows
	*(*int)(unsafe.Add(p, colsField.Offset)) = len(columns)
	return df
}

// elements is what an interface that holds a slice of cells is in memory.
type elements struct {
	typ   unsafe.Pointer
	cells unsafe.Pointer // to the slice's header
}

func inside(s *series.Series) *elements {
	return (*elements)(unsafe.Add(unsafe.Pointer(s), elementsField.Offset))
}

// rowSeries is the series that rows are handed out in: it is made once, and
// the cells are changed from row to row.
type rowSeries[T value] struct{ series.Series }

// with returns the series over cells whose header is given, which nobody else
// may use from then on: that saves the allocation of one.
func (r *rowSeries[T]) with(cells *[]cell[T]) series.Series {
	inside(&r.Series).cells = unsafe.Pointer(cells)
	return r.Series
}

// cells gives the elements of a series, if they are of the row's type.
func (r *rowSeries[T]) cells(s *series.Series) ([]cell[T], bool) {
	if e := inside(s); e.typ == inside(&r.Series).typ {
		return *(*[]cell[T])(e.cells), true
	}
	return nil, false
}
