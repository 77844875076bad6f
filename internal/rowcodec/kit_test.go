package rowcodec

import (
	"reflect"
	"slices"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/arrowtest"
	"github.com/parframe/parframe/internal/chunk"
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
	p, err := PlanOf(reflect.TypeFor[fieldRow[F]]())
	if err != nil {
		t.Fatal(err)
	}
	readers, err := p.Bind([]chunk.Column{c})
	if err != nil {
		return nil, 0, err
	}
	rows = make([]fieldRow[F], c.Len)
	for lo := 0; lo < len(rows); lo += BlockRows {
		if err := ReadRows(readers, rows[lo:min(lo+BlockRows, len(rows))], lo, &row); err != nil {
			return nil, row, err
		}
	}
	return rows, 0, nil
}

// fieldRow has a field between others that must not be written.
type fieldRow[F any] struct {
	Before uint8 `frame:"-"`
	F      F     `frame:"c"`
	After  bool  `frame:"-"`
}
