package frame_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/parallel"
)

// A result of MapGroups may refer to the memory of its group's rows, which is reused for
// the next group: lists, bytes in structs, and bytes in lists.
func TestMapGroupsResultsKeepTheirRows(t *testing.T) {
	type point struct{ B []byte }
	type in struct {
		L []float64
		P point
		N [][]byte
	}
	type row struct {
		K int64
		in
	}
	var rows []row
	for k := range 6 {
		rows = append(rows, row{int64(k), in{[]float64{float64(k), 1}, point{fmt.Append(nil, "group ", k)}, [][]byte{fmt.Append(nil, "list of group ", k)}}})
	}
	f, err := frame.FromStructs(t.Context(), rows)
	if err != nil {
		t.Fatal(err)
	}
	g, err := f.GroupBy("K")
	if err != nil {
		t.Fatal(err)
	}
	for _, workers := range []int{1, 3} {
		got, err := frame.MapGroups(t.Context(), g, func(_ context.Context, _ int64, rows []in) (in, error) { return rows[0], nil }, parallel.Workers(workers))
		if err != nil {
			t.Fatal(err)
		}
		if !got.Equal(f) {
			t.Errorf("%d workers: %s", workers, got.Diff(f))
		}
	}
}
