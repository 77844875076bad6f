package frame_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/arrowtest"
)

// Rows of the matrix for functions that read rows by cursor.

func init() { rowOps = append(rowOps, cursorOps...) }

// keptByCursor reports whether a row's text is present and its number is odd.
func keptByCursor(r frame.Row) bool {
	text, ok := r.Text(6)
	i, isInt := r.Int64(0)
	return ok && text != "" && isInt && i%2 != 0
}

func keptInCells(in *matrixInput) func(i int) bool {
	return func(i int) bool { return in.cols["ns"][i] != nil && in.cols["i"][i].(int64)%2 != 0 }
}

var cursorOps = []rowOp{
	{"MapRows of Row", func(ctx context.Context, f *frame.Frame, opts ...frame.RowOption) (*frame.Frame, error) {
		type out struct {
			At   int
			Half frame.Null[float64]
			Flag frame.Null[bool]
			Text *string
			W    int16
			None bool
		}
		return frame.MapRows(ctx, f, func(_ context.Context, r frame.Row) (o out, err error) {
			o.At = r.Index()
			o.Half.V, o.Half.Valid = r.Float64(4)
			o.Flag.V, o.Flag.Valid = r.Bool(5)
			if s, ok := r.Text(6); ok {
				o.Text = &s
			}
			w, _ := r.Int64(7)
			o.W, o.None = int16(w), r.IsNull(4)
			return o, nil
		}, opts...)
	}, func(t *testing.T, in *matrixInput, got *frame.Frame) {
		checkCells(t, got, "At", arrowtest.Made(in.n, func(i int) any { return int64(i) }))
		checkCells(t, got, "Half", in.cols["nf"])
		checkCells(t, got, "Flag", in.cols["nb"])
		checkCells(t, got, "Text", in.cols["ns"])
		checkCells(t, got, "W", in.cols["w"])
		checkCells(t, got, "None", in.want(func(get func(string) any) any { return get("nf") == nil }))
	}},
	{"FilterRows of Row", func(ctx context.Context, f *frame.Frame, opts ...frame.RowOption) (*frame.Frame, error) {
		return frame.FilterRows(ctx, f, func(_ context.Context, r frame.Row) (bool, error) { return keptByCursor(r), nil }, opts...)
	}, func(t *testing.T, in *matrixInput, got *frame.Frame) {
		for _, name := range in.names() {
			checkCells(t, got, name, in.picked(name, keptInCells(in)))
		}
	}},
	{"FlatMapRows of Row", func(ctx context.Context, f *frame.Frame, opts ...frame.RowOption) (*frame.Frame, error) {
		return frame.FlatMapRows(ctx, f, func(_ context.Context, r frame.Row, yield func(string)) error {
			for k := range times(r.Index()) {
				yield(fmt.Sprint(r.Value(3), k))
			}
			return nil
		}, opts...)
	}, func(t *testing.T, in *matrixInput, got *frame.Frame) {
		checkCells(t, got, "result", manyRows(in, func(i, k int) any { return fmt.Sprint(in.cols["s"][i], k) }))
	}},
	{"Quarantine WithRows of Row", func(ctx context.Context, f *frame.Frame, opts ...frame.RowOption) (*frame.Frame, error) {
		var bad *frame.Frame
		good, err := frame.WithRows(ctx, f, func(_ context.Context, r frame.Row) (float64, error) {
			if !keptByCursor(r) {
				return 0, errOdd
			}
			x, _ := r.Float64(1)
			return -x, nil
		}, append(opts, frame.As("x"), frame.Quarantine(&bad))...)
		if err != nil {
			return nil, err
		}
		return bothFrames(good, bad)
	}, func(t *testing.T, in *matrixInput, got *frame.Frame) {
		keep := keptInCells(in)
		n := len(in.picked("i", keep))
		good := got.Head(n)
		x := in.picked("f", keep)
		for i := range x {
			x[i] = -x[i].(float64)
		}
		checkCells(t, good, "x", x)
		bad := got.Tail(in.n - n)
		for _, name := range in.names() {
			checkCells(t, good, name, in.picked(name, keep))
			checkCells(t, bad, name, in.picked(name, func(i int) bool { return !keep(i) }))
		}
	}},
}
