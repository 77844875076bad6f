package frame_test

import (
	"database/sql"
	"reflect"
	"testing"
	"time"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/rowcodec"
)

// A result has the schema that NewColumn gives the same values.
func TestResultTypesMatchNewColumn(t *testing.T) {
	for _, c := range []struct {
		typ reflect.Type
		col func() (frame.Column, error)
	}{
		{reflect.TypeFor[bool](), func() (frame.Column, error) { return frame.NewColumn[bool]("c", nil) }},
		{reflect.TypeFor[int](), func() (frame.Column, error) { return frame.NewColumn[int]("c", nil) }},
		{reflect.TypeFor[uint16](), func() (frame.Column, error) { return frame.NewColumn[uint16]("c", nil) }},
		{reflect.TypeFor[float32](), func() (frame.Column, error) { return frame.NewColumn[float32]("c", nil) }},
		{reflect.TypeFor[string](), func() (frame.Column, error) { return frame.NewColumn[string]("c", nil) }},
		{reflect.TypeFor[[]byte](), func() (frame.Column, error) { return frame.NewColumn[[]byte]("c", nil) }},
		{reflect.TypeFor[time.Time](), func() (frame.Column, error) { return frame.NewColumn[time.Time]("c", nil) }},
		{reflect.TypeFor[*time.Duration](), func() (frame.Column, error) { return frame.NewColumn[*time.Duration]("c", nil) }},
		{reflect.TypeFor[sql.Null[int8]](), func() (frame.Column, error) { return frame.NewColumn[sql.Null[int8]]("c", nil) }},
	} {
		col, err := c.col()
		if err != nil {
			t.Fatal(err)
		}
		p, err := rowcodec.PlanOf(c.typ)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Fields[0].ArrowField("c"); !got.Equal(col.Field()) {
			t.Errorf("%v: %v, NewColumn makes %v", c.typ, got, col.Field())
		}
	}
}
