package rowcodec_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/decimal128"
	"github.com/apache/arrow/go/v15/arrow/decimal256"

	"github.com/parframe/parframe/internal/arrowtest"
	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/internal/rowcodec"
)

// build makes column c of the type from cells, nil for a null, in Arrow chunks
// that end at the given rows.
func build(t testing.TB, typ arrow.DataType, cells []any, ends ...int) chunk.Column {
	t.Helper()
	field := arrow.Field{Name: "c", Type: typ, Nullable: slices.Contains(cells, nil)}
	c, err := chunk.ImportColumn(field, arrowtest.Build(t, typ, cells, ends...), false)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// cells reads a column cell by cell, nil for a null.
func cells(c chunk.Column) []any {
	var out []any
	for _, a := range c.Arrays() {
		out = append(out, arrowtest.Cells(a)...)
	}
	return out
}

// columnOf makes column c of an array.
func columnOf(t testing.TB, a arrow.Array) chunk.Column {
	t.Helper()
	c, err := chunk.ImportColumn(arrow.Field{Name: "c", Type: a.DataType(), Nullable: true}, []arrow.Array{a}, false)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// readInto reads all rows of a column into fields of type F, a block at a time.
// It returns the row at which it ended with an error.
func readInto[F any](t testing.TB, c chunk.Column) (rows []fieldRow[F], row int, err error) {
	t.Helper()
	p, err := rowcodec.PlanOf(reflect.TypeFor[fieldRow[F]]())
	if err != nil {
		t.Fatal(err)
	}
	readers, err := p.Bind([]chunk.Column{c})
	if err != nil {
		return nil, 0, err
	}
	rows = make([]fieldRow[F], c.Len)
	for lo := 0; lo < len(rows); lo += rowcodec.BlockRows {
		if err := rowcodec.ReadRows(readers, rows[lo:min(lo+rowcodec.BlockRows, len(rows))], lo, &row); err != nil {
			return nil, row, err
		}
	}
	return rows, 0, nil
}

// serially is an [rowcodec.EachFunc].
func serially(n int, fn func(i int)) error {
	for i := range n {
		fn(i)
	}
	return nil
}

// isPair reports whether the type is a value and a bool Valid.
func isPair(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && t.NumField() == 2 && t.Field(1).Name == "Valid"
}

// A goType is a Go type of values, with its name in errors.
type goType struct {
	name string
	typ  reflect.Type
	read func(c chunk.Column) error // reads all rows, as *T, and compares integers
}

var goTypes = []goType{
	goTypeOf[bool]("bool"), goTypeOf[int8]("int8"), goTypeOf[int16]("int16"), goTypeOf[int32]("int32"), goTypeOf[int64]("int64"),
	goTypeOf[uint8]("uint8"), goTypeOf[uint16]("uint16"), goTypeOf[uint32]("uint32"), goTypeOf[uint64]("uint64"),
	goTypeOf[float32]("float32"), goTypeOf[float64]("float64"), goTypeOf[string]("string"), goTypeOf[[]byte]("[]byte"),
	goTypeOf[time.Time]("time.Time"), goTypeOf[time.Duration]("time.Duration"),
	goTypeOf[decimal128.Num]("decimal128.Num"), goTypeOf[decimal256.Num]("decimal256.Num"),
}

func goTypeOf[T any](name string) goType {
	return goType{name, reflect.TypeFor[T](), func(c chunk.Column) error {
		p, err := rowcodec.PlanOf(reflect.TypeFor[*T]())
		if err != nil {
			return err
		}
		readers, err := p.Bind([]chunk.Column{c})
		if err != nil {
			return err
		}
		var row int
		rows := make([]*T, c.Len)
		if err := rowcodec.ReadRows(readers, rows, 0, &row); err != nil || !arrow.IsInteger(c.Field.Type.ID()) {
			return err
		}
		format := "%d"
		if k := reflect.TypeFor[T]().Kind(); k == reflect.Float32 || k == reflect.Float64 {
			format = "%.0f"
		}
		for i, want := range arrowtest.Rows(c.Arrays()...) {
			if v := rows[i]; v != nil && fmt.Sprintf(format, *v) != want {
				return fmt.Errorf("row %d is %v, and reads as %v", i, want, *v)
			}
		}
		return nil
	}}
}

// fitting returns the names of the types that a column is read into, nearest first, as the
// error of one that does not fit lists them.
func fitting(t testing.TB, c chunk.Column) []string {
	t.Helper()
	other := goTypeOf[bool]("bool")
	if chunk.Physical(c.Field.Type).ID() == arrow.BOOL {
		other = goTypeOf[string]("string")
	}
	err := other.read(c)
	if err == nil || strings.HasSuffix(err.Error(), "which row functions cannot read yet") {
		return nil
	}
	_, list, ok := strings.Cut(err.Error(), "; fitting: ")
	list, _, ok2 := strings.Cut(list, ", and *T or Null[T] of these")
	if !ok || !ok2 {
		t.Fatal(err)
	}
	return strings.Split(list, ", ")
}

// fieldRow has a field between others that must not be written.
type fieldRow[F any] struct {
	Before uint8 `frame:"-"`
	F      F     `frame:"c"`
	After  bool  `frame:"-"`
}
