package frame_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/arrowtest"
)

func TestValidateAllTypes(t *testing.T) {
	arrowtest.EachType(t, func(t *testing.T, typ arrow.DataType, g *arrowtest.Gen) {
		for range 10 {
			f := randomFrame(t, g, typ, g.IntN(100))
			if err := f.Validate(); err != nil {
				t.Fatal(err)
			}
			if err := must(f.Slice(f.NumRows()/3, f.NumRows()/2)).Validate(); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// The error names the column, its type and the row, counted from the first chunk.
func TestValidateNamesColumnAndRow(t *testing.T) {
	c := must(frame.NewColumn("x", []string{"a", "b", "c"}))
	bad := must(frame.ColumnOf("x", array.NewStringData(array.NewData(arrow.BinaryTypes.String, 3, []*memory.Buffer{nil, memory.NewBufferBytes(arrow.Int32Traits.CastToBytes([]int32{0, 2, 1, 3})), memory.NewBufferBytes([]byte("abc"))}, nil, 0, 0))))
	f := must(frame.Concat(must(frame.New(must(frame.NewColumn("a", []int{1, 2, 3})), c)), must(frame.New(must(frame.NewColumn("a", []int{4, 5, 6})), bad))))
	if err := f.Validate(); !errors.Is(err, frame.ErrInvalid) || !strings.Contains(err.Error(), `column "x" (utf8): row 4: ends at offset 1 and starts at 2`) {
		t.Error(err)
	}
	field := arrow.Field{Name: "x", Type: arrow.BinaryTypes.String}
	null := must(frame.NewColumn("x", []*string{new("a"), new("b"), nil})).Chunks()
	g := must(frame.FromRecords(nil, array.NewRecord(arrow.NewSchema([]arrow.Field{field}, nil), c.Chunks(), 3), array.NewRecord(arrow.NewSchema([]arrow.Field{field}, nil), null, 3)))
	if err := g.Validate(); !errors.Is(err, frame.ErrInvalid) || !strings.Contains(err.Error(), "row 5: null, but declared not nullable") {
		t.Error(err)
	}
}
