package frame

import (
	"database/sql"
	"reflect"
	"testing"
	"time"

	"github.com/parframe/parframe/internal/rowcodec"
)

// The schema of a result is that which NewColumn gives the same values.
func TestKindsAreThoseOfNewColumn(t *testing.T) {
	for _, c := range []struct {
		typ reflect.Type
		col func() (Column, error)
	}{
		{reflect.TypeFor[bool](), func() (Column, error) { return NewColumn[bool]("c", nil) }},
		{reflect.TypeFor[int](), func() (Column, error) { return NewColumn[int]("c", nil) }},
		{reflect.TypeFor[uint16](), func() (Column, error) { return NewColumn[uint16]("c", nil) }},
		{reflect.TypeFor[float32](), func() (Column, error) { return NewColumn[float32]("c", nil) }},
		{reflect.TypeFor[string](), func() (Column, error) { return NewColumn[string]("c", nil) }},
		{reflect.TypeFor[[]byte](), func() (Column, error) { return NewColumn[[]byte]("c", nil) }},
		{reflect.TypeFor[time.Time](), func() (Column, error) { return NewColumn[time.Time]("c", nil) }},
		{reflect.TypeFor[*time.Duration](), func() (Column, error) { return NewColumn[*time.Duration]("c", nil) }},
		{reflect.TypeFor[sql.Null[int8]](), func() (Column, error) { return NewColumn[sql.Null[int8]]("c", nil) }},
	} {
		col, err := c.col()
		if err != nil {
			t.Fatal(err)
		}
		p, err := rowcodec.PlanOf(c.typ)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Fields[0].ArrowField("c"); !got.Equal(col.col.Field) {
			t.Errorf("%v: %v, NewColumn makes %v", c.typ, got, col.col.Field)
		}
	}
}
