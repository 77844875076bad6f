package frame_test

import (
	"context"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/parallel"
)

// Edge cases of concatenation in pandas: frames without columns still have rows, columns
// are matched by name, and missing columns are null. An integer column stays an integer
// column, where pandas makes floats.
func TestConcatEdgeCasesFromPandas(t *testing.T) {
	none := countTo(t, 5)
	none = must(none.Drop("i"))
	two := must(frame.Concat(none.Head(3), none.Tail(2)))
	if two.NumRows() != 5 || two.NumCols() != 0 {
		t.Error(two)
	}
	same, err := frame.Apply(t.Context(), two, func(_ context.Context, p *frame.Frame) (*frame.Frame, error) { return p, nil }, parallel.Partitions(2))
	if err != nil || same.NumRows() != 5 {
		t.Error(same, err)
	}
	mixed := must(frame.Concat(none.Head(2), countTo(t, 1)))
	checkCells(t, mixed, "i", []any{nil, nil, int64(0)})

	a := frameOf(t, col(t, "a", []int64{1}), col(t, "b", []int64{2}))
	c := frameOf(t, col(t, "b", []int64{3}), col(t, "c", []int64{4}))
	both := must(frame.Concat(a, c))
	checkCells(t, both, "a", []any{int64(1), nil})
	checkCells(t, both, "b", []any{int64(2), int64(3)})
	checkCells(t, both, "c", []any{nil, int64(4)})

	turned := must(frame.Concat(a, frameOf(t, col(t, "b", []int64{3}), col(t, "a", []int64{4}))))
	checkCells(t, turned, "a", []any{int64(1), int64(4)})
	checkCells(t, turned, "b", []any{int64(2), int64(3)})

	nulls := frameOf(t, build(t, "a", arrow.Null, []any{nil}))
	checkCells(t, must(frame.Concat(must(a.Select("a")), nulls)), "a", []any{int64(1), nil})
}
