package frame

import (
	"reflect"
	"sort"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/chunk"
)

// Row is a row of a frame whose columns are known only at run time. As the In of MapRows,
// FilterRows, FlatMapRows, WithRows or Fold, it reads only the values that are asked for:
//
//	FilterRows(ctx, f, func(_ context.Context, r Row) (bool, error) {
//		km, ok := r.Float64(3)
//		return ok && km > 500, nil
//	})
//
// Columns are given by index; see [Frame.Names]. An index out of range panics, as in a
// slice, and so fails the row. A Row may be kept, and used by any goroutine. If the
// schema is known, a struct is faster, and is checked before the first row.
type Row struct {
	table *rowTable
	row   int
}

// rowTable is a frame in the form that its rows read.
type rowTable struct {
	cols   []chunk.Column
	starts [][]int
}

var rowType = reflect.TypeFor[Row]()

func newRowTable(f *Frame) *rowTable {
	t := &rowTable{cols: f.cols}
	for _, c := range f.cols {
		t.starts = append(t.starts, c.Starts())
	}
	return t
}

// find returns the chunk that holds the row's value, and the index in it.
func (r Row) find(col int) (*chunk.Chunk, int) {
	c, starts := r.table.cols[col], r.table.starts[col]
	if len(c.Chunks) == 1 {
		return c.Chunks[0], r.row
	}
	k := sort.SearchInts(starts, r.row+1) - 1
	return c.Chunks[k], r.row - starts[k]
}

// Index returns the row's number in the frame.
func (r Row) Index() int { return r.row }

// IsNull reports whether the value in a column is null.
func (r Row) IsNull(col int) bool {
	c, i := r.find(col)
	return c.Missing(i)
}

// Value returns the value in a column as [Column.Value] does. It allocates.
func (r Row) Value(col int) any {
	c, i := r.find(col)
	return c.Value(i)
}

// Int64 returns an integer of any size, and false for a null, another type or a uint64
// that int64 cannot hold.
func (r Row) Int64(col int) (v int64, ok bool) {
	c, i := r.find(col)
	if c.IsNull(i) {
		return 0, false
	}
	return c.Int(i)
}

// Float64 returns a number of any type, and false for a null, another type or an integer
// that float64 cannot hold exactly.
func (r Row) Float64(col int) (v float64, ok bool) {
	c, i := r.find(col)
	if c.IsNull(i) {
		return 0, false
	}
	x := c.Off + i
	switch chunk.Physical(c.Type).ID() {
	case arrow.FLOAT32:
		return float64(chunk.Values[float32](c.Bufs[1])[x]), true
	case arrow.FLOAT64:
		return chunk.Values[float64](c.Bufs[1])[x], true
	}
	n, ok := c.Int(i)
	if !ok || !chunk.IsExactFloat(uint64(max(n, -n))) {
		return 0, false
	}
	return float64(n), true
}

// Bool returns a bool, and false for a null or another type.
func (r Row) Bool(col int) (v, ok bool) {
	c, i := r.find(col)
	if c.IsNull(i) || chunk.Physical(c.Type).ID() != arrow.BOOL {
		return false, false
	}
	return chunk.Bit(c.Bufs[1], c.Off+i), true
}

// Text returns a string or binary value, also of a dictionary, in the memory of the
// frame, and false for a null or another type.
func (r Row) Text(col int) (v string, ok bool) {
	c, i := r.find(col)
	if c.Missing(i) {
		return "", false
	}
	if c.Dict != nil {
		c, i = c.Dict, chunk.Codes(c)(i)
	}
	switch l, _ := chunk.LayoutOf(c.Type); l {
	case chunk.LayoutBytes32, chunk.LayoutBytes64, chunk.LayoutView:
		return chunk.Text(c.RowBytes(l, i)), true
	}
	return "", false
}
