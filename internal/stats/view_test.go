package stats

import (
	"math"
	"reflect"
	"slices"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/arrowtest"
	"github.com/parframe/parframe/internal/chunk"
)

// What is read from a chunk, at any offset, are the values that are neither
// null nor NaN.
func TestSeen(t *testing.T) {
	const n = 150
	types := map[arrow.DataType]func(i int) any{
		arrow.PrimitiveTypes.Int8:     func(i int) any { return int8(i - 70) },
		arrow.PrimitiveTypes.Int64:    func(i int) any { return int64(i-70) << 40 },
		arrow.PrimitiveTypes.Uint16:   func(i int) any { return uint16(i * 400) },
		arrow.PrimitiveTypes.Uint64:   func(i int) any { return uint64(i) << 56 },
		arrow.PrimitiveTypes.Float32:  func(i int) any { return float32(i) / 4 },
		arrow.PrimitiveTypes.Float64:  func(i int) any { return []any{math.NaN(), float64(i)}[min(i%5, 1)] },
		arrow.FixedWidthTypes.Boolean: func(i int) any { return i%7 < 3 },
		arrow.Null:                    func(int) any { return nil },
	}
	for typ, cell := range types {
		for _, cells := range [][]any{arrowtest.Made(n, cell), arrowtest.Made(n, arrowtest.Every(3, cell))} {
			whole := chunkOf(t, typ, cells)
			for _, lo := range []int{0, 1, 63, 64, 70} {
				v := viewOf[float64](columnOf(whole.Slice(lo, n)))
				for _, hi := range []int{lo, lo + 1, lo + 64, n} {
					want := []float64{}
					for _, c := range cells[lo:hi] {
						if x, ok := asNumber(c); ok && x == x {
							want = append(want, x)
						}
					}
					if got := v.seen(0, hi-lo, new([]float64), new([]uint64)); !slices.Equal(got, want) {
						t.Fatalf("%v, rows %d to %d: %v, want %v", typ, lo, hi, got, want)
					}
				}
			}
		}
	}
}

// The columns' own memory, where there is nothing to leave out.
func TestSeenShares(t *testing.T) {
	c := chunkOf(t, arrow.PrimitiveTypes.Int64, []any{int64(1), int64(2), int64(3)})
	if got := viewOf[int64](columnOf(c)).seen(1, 3, new([]int64), new([]uint64)); &got[0] != &rowsAs[int64](c)[1] {
		t.Error("copied")
	}
}

func columnOf(c *chunk.Chunk) chunk.Column {
	col := chunk.Column{Field: arrow.Field{Name: "x", Type: c.Type, Nullable: true}}
	col.Append(c)
	return col
}

func rowsAs[T any](c *chunk.Chunk) []T { return chunk.Values[T](c.Bufs[1])[c.Off:][:c.Len] }

func chunkOf(t *testing.T, typ arrow.DataType, cells []any) *chunk.Chunk {
	t.Helper()
	c, err := chunk.ImportColumn(arrow.Field{Name: "x", Type: typ, Nullable: true}, arrowtest.Build(t, typ, cells), false)
	if err != nil {
		t.Fatal(err)
	}
	return c.Chunks[0]
}

// asNumber returns a cell as a float, false being 0 and true 1.
func asNumber(c any) (float64, bool) {
	if b, ok := c.(bool); ok {
		return map[bool]float64{true: 1}[b], true
	}
	v := reflect.ValueOf(c)
	switch {
	case !v.IsValid():
		return 0, false
	case v.CanInt():
		return float64(v.Int()), true
	case v.CanUint():
		return float64(v.Uint()), true
	}
	return v.Float(), true
}
