package frame_test

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/arrowtest"
	"github.com/parframe/parframe/internal/calltest"
)

// The matrix for fields that are slices, structs, slices of structs and pointers. Cells
// have the form that Column.Value returns.

func TestNestedSameAsLoop(t *testing.T) {
	// The largest frame is smaller, as nested rows are slow to make and to check.
	sizes := append(slices.Clone(matrixSizes[:len(matrixSizes)-1]), 10_003)
	if testing.Short() || calltest.Raced {
		sizes = sizes[:len(sizes)-2]
	}
	runMatrix(t, sizes, newNestedInput, nestedOps)
}

func newNestedInput(t testing.TB, n int) *matrixInput {
	in := &matrixInput{n: n, cols: map[string][]any{
		"i": arrowtest.Made(n, func(i int) any { return int64(i) }),
		"l": arrowtest.Made(n, arrowtest.Every(4, func(i int) any { return listOf(i%3+i%2, arrowtest.Every(3, func(k int) any { return int32(i + k) })) })),
		"p": arrowtest.Made(n, arrowtest.Every(5, func(i int) any {
			return map[string]any{"x": float64(i) / 4, "s": fmt.Sprint("é", i%10)}
		})),
		"q": arrowtest.Made(n, func(i int) any {
			return listOf(i*i%4, func(k int) any {
				return map[string]any{"a": int16(i%1000 + k), "s": arrowtest.Every(2, func(k int) any { return fmt.Sprint(i, "/", k) })(k)}
			})
		}),
	}}
	field := func(name string, typ arrow.DataType) arrow.Field {
		return arrow.Field{Name: name, Type: typ, Nullable: true}
	}
	var cols []frame.Column
	for k, typ := range []arrow.DataType{
		arrow.PrimitiveTypes.Int64,
		arrow.ListOf(arrow.PrimitiveTypes.Int32),
		arrow.StructOf(field("x", arrow.PrimitiveTypes.Float64), field("s", arrow.BinaryTypes.String)),
		arrow.LargeListOf(arrow.StructOf(field("a", arrow.PrimitiveTypes.Int16), field("s", arrow.BinaryTypes.String))),
	} {
		name := []string{"i", "l", "p", "q"}[k]
		cells := in.cols[name]
		if k > 0 {
			cells = arrowtest.Made(n, func(i int) any {
				if cells[i] == nil {
					return nil
				}
				text, err := json.Marshal(cells[i])
				if err != nil {
					t.Fatal(err)
				}
				return string(text)
			})
		}
		cols = append(cols, build(t, name, typ, cells, arrowtest.Ends(n, k)...))
	}
	in.frame = frameOf(t, cols...)
	return in
}

func listOf(n int, cell func(k int) any) []any { return append([]any{}, arrowtest.Made(n, cell)...) }

// checkValues compares a column of nested values.
func checkValues(t testing.TB, f *frame.Frame, name string, want []any) {
	t.Helper()
	c, err := f.Column(name)
	if err != nil {
		t.Fatal(err)
	}
	if c.Len() != len(want) {
		t.Fatalf("column %q: %d rows, want %d", name, c.Len(), len(want))
	}
	for i, w := range want {
		if got := c.Value(i); !reflect.DeepEqual(got, w) {
			t.Fatalf("column %q row %d of %d: got %v, want %v", name, i, len(want), got, w)
		}
	}
}

type nestedPoint struct {
	X *float64 `frame:"x"`
	S string   `frame:"s"`
}

type nestedItem struct {
	A int16   `frame:"a"`
	S *string `frame:"s"`
}

type nestedRow struct {
	I int64        `frame:"i"`
	L *[]*int32    `frame:"l"`
	P *nestedPoint `frame:"p"`
	Q []nestedItem `frame:"q"`
}

// total sums everything in a row, so that any wrong value shows.
func (r nestedRow) total() (s float64) {
	if r.L != nil {
		for _, v := range *r.L {
			if v != nil {
				s += float64(*v)
			}
		}
	}
	if r.P != nil {
		s += *r.P.X + float64(len(r.P.S))
	}
	for _, q := range r.Q {
		s += float64(q.A)
		if q.S != nil {
			s += float64(len(*q.S))
		}
	}
	return s
}

// totalOf is total for a row of cells.
func totalOf(in *matrixInput, i int) any {
	var s float64
	if l, ok := in.cols["l"][i].([]any); ok {
		for _, v := range l {
			if v != nil {
				s += float64(v.(int32))
			}
		}
	}
	if p, ok := in.cols["p"][i].(map[string]any); ok {
		s += p["x"].(float64) + float64(len(p["s"].(string)))
	}
	for _, q := range in.cols["q"][i].([]any) {
		item := q.(map[string]any)
		s += float64(item["a"].(int16))
		if text, ok := item["s"].(string); ok {
			s += float64(len(text))
		}
	}
	return s
}

func checkNested(t *testing.T, in *matrixInput, got *frame.Frame, keep func(i int) bool) {
	t.Helper()
	for _, name := range []string{"i", "l", "p", "q"} {
		checkValues(t, got, name, in.picked(name, keep))
	}
}

func anyRow(int) bool { return true }

var nestedOps = []rowOp{
	{"MapRows", func(ctx context.Context, f *frame.Frame, opts ...frame.RowOption) (*frame.Frame, error) {
		return frame.MapRows(ctx, f, func(_ context.Context, r nestedRow) (nestedRow, error) { return r, nil }, opts...)
	}, func(t *testing.T, in *matrixInput, got *frame.Frame) { checkNested(t, in, got, anyRow) }},
	{"WithRows", func(ctx context.Context, f *frame.Frame, opts ...frame.RowOption) (*frame.Frame, error) {
		type out struct {
			Total float64
			Parts [][]int32
		}
		return frame.WithRows(ctx, f, func(_ context.Context, r nestedRow) (o out, err error) {
			o.Total = r.total()
			for range r.Q {
				o.Parts = append(o.Parts, []int32{int32(r.I)})
			}
			return o, nil
		}, opts...)
	}, func(t *testing.T, in *matrixInput, got *frame.Frame) {
		checkNested(t, in, got, anyRow)
		checkCells(t, got, "Total", arrowtest.Made(in.n, func(i int) any { return totalOf(in, i) }))
		checkValues(t, got, "Parts", arrowtest.Made(in.n, func(i int) any {
			return listOf(i*i%4, func(int) any { return []any{int32(i)} })
		}))
	}},
	{"FilterRows", func(ctx context.Context, f *frame.Frame, opts ...frame.RowOption) (*frame.Frame, error) {
		return frame.FilterRows(ctx, f, func(_ context.Context, r nestedRow) (bool, error) { return r.L != nil && len(*r.L) == 2, nil }, opts...)
	}, func(t *testing.T, in *matrixInput, got *frame.Frame) {
		checkNested(t, in, got, func(i int) bool { return i%4 != 0 && i%3+i%2 == 2 })
	}},
	{"FlatMapRows", func(ctx context.Context, f *frame.Frame, opts ...frame.RowOption) (*frame.Frame, error) {
		type out struct {
			Item nestedItem
			Of   []nestedItem
			P    *nestedPoint
		}
		return frame.FlatMapRows(ctx, f, func(_ context.Context, r nestedRow, yield func(out)) error {
			for k, q := range r.Q {
				yield(out{q, r.Q[k:], r.P})
			}
			return nil
		}, opts...)
	}, func(t *testing.T, in *matrixInput, got *frame.Frame) {
		var item, of, p []any
		for i := range in.n {
			q := in.cols["q"][i].([]any)
			for k := range q {
				item, of, p = append(item, q[k]), append(of, q[k:]), append(p, in.cols["p"][i])
			}
		}
		checkValues(t, got, "Item", item)
		checkValues(t, got, "Of", of)
		checkValues(t, got, "P", p)
	}},
	{"MapColumn", func(ctx context.Context, f *frame.Frame, opts ...frame.RowOption) (*frame.Frame, error) {
		return frame.MapColumn(ctx, f, "l", func(_ context.Context, l []*int32) (int, error) { return len(l), nil }, opts...)
	}, func(t *testing.T, in *matrixInput, got *frame.Frame) {
		checkCells(t, got, "l", arrowtest.Made(in.n, arrowtest.Every(4, func(i int) any { return int64(i%3 + i%2) })))
	}},
	{"Quarantine", func(ctx context.Context, f *frame.Frame, opts ...frame.RowOption) (*frame.Frame, error) {
		var bad *frame.Frame
		good, err := frame.WithRows(ctx, f, func(_ context.Context, r nestedRow) (float64, error) {
			if r.P == nil {
				return 0, errOdd
			}
			return r.total(), nil
		}, append(opts, frame.Quarantine(&bad))...)
		if err != nil {
			return nil, err
		}
		return bothFrames(good, bad)
	}, func(t *testing.T, in *matrixInput, got *frame.Frame) {
		isBad := func(i int) bool { return i%5 == 0 }
		n := len(in.picked("i", isBad))
		checkNested(t, in, got.Head(in.n-n), func(i int) bool { return !isBad(i) })
		checkNested(t, in, got.Tail(n), isBad)
	}},
}
