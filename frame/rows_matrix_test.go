package frame_test

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/arrowtest"
	"github.com/parframe/parframe/parallel"
)

// The promise "same as the loop": every row function against a plain loop
// over the cells, over sizes × chunk sizes × workers. A new operation adds one
// row to rowOps.

type matrixInput struct {
	n     int
	frame *frame.Frame
	cols  map[string][]any
}

func newMatrixInput(t testing.TB, n int) *matrixInput {
	in := &matrixInput{n: n, cols: map[string][]any{
		"i":  arrowtest.Made(n, func(i int) any { return int64(i*7919) - 500 }),
		"f":  arrowtest.Made(n, func(i int) any { return float64(i)/3 - 100 }),
		"b":  arrowtest.Made(n, func(i int) any { return i*i%7 < 3 }),
		"s":  arrowtest.Made(n, func(i int) any { return strings.Repeat("é", i%5) + fmt.Sprint(i) }),
		"nf": arrowtest.Made(n, arrowtest.Every(3, func(i int) any { return float64(i) / 7 })),
		"nb": arrowtest.Made(n, arrowtest.Every(5, func(i int) any { return i%2 == 0 })),
		"ns": arrowtest.Made(n, arrowtest.Every(4, func(i int) any { return fmt.Sprint("n", i) })),
		"w":  arrowtest.Made(n, func(i int) any { return int16(i) }),
	}}
	types := map[string]arrow.DataType{
		"i": arrow.PrimitiveTypes.Int64, "f": arrow.PrimitiveTypes.Float64, "b": arrow.FixedWidthTypes.Boolean,
		"s": arrow.BinaryTypes.String, "nf": arrow.PrimitiveTypes.Float64, "nb": arrow.FixedWidthTypes.Boolean,
		"ns": arrow.BinaryTypes.String, "w": arrow.PrimitiveTypes.Int16,
	}
	var cols []frame.Column
	for k, name := range []string{"i", "f", "b", "s", "nf", "nb", "ns", "w"} {
		cols = append(cols, build(t, name, types[name], in.cols[name], arrowtest.Ends(n, k)...))
	}
	in.frame = frameOf(t, cols...)
	return in
}

// want is the loop: it returns a cell for each row.
func (in *matrixInput) want(cell func(get func(name string) any) any) []any {
	return arrowtest.Made(in.n, func(i int) any {
		return cell(func(name string) any { return in.cols[name][i] })
	})
}

type rowOp struct {
	name  string
	run   func(ctx context.Context, f *frame.Frame, opts ...frame.RowOption) (*frame.Frame, error)
	check func(t *testing.T, in *matrixInput, got *frame.Frame)
}

var rowOps = []rowOp{
	{"MapRows numbers", func(ctx context.Context, f *frame.Frame, opts ...frame.RowOption) (*frame.Frame, error) {
		type in struct {
			I int     `frame:"i"`
			W float32 `frame:"w"`
			F float64 `frame:"f"`
			B bool    `frame:"b"`
		}
		type out struct {
			Sum  float64
			Odd  bool
			Byte uint8
		}
		return frame.MapRows(ctx, f, func(_ context.Context, r in) (out, error) {
			return out{float64(r.I) + r.F + float64(r.W), r.B != (r.I%2 == 0), uint8(r.I)}, nil
		}, opts...)
	}, func(t *testing.T, in *matrixInput, got *frame.Frame) {
		checkCells(t, got, "Sum", in.want(func(get func(string) any) any {
			return float64(get("i").(int64)) + get("f").(float64) + float64(get("w").(int16))
		}))
		checkCells(t, got, "Odd", in.want(func(get func(string) any) any { return get("b").(bool) != (get("i").(int64)%2 == 0) }))
		checkCells(t, got, "Byte", in.want(func(get func(string) any) any { return uint8(get("i").(int64)) }))
	}},
	{"MapRows nulls", func(ctx context.Context, f *frame.Frame, opts ...frame.RowOption) (*frame.Frame, error) {
		type in struct {
			F *float64         `frame:"nf"`
			B frame.Null[bool] `frame:"nb"`
			S sql.Null[string] `frame:"ns"`
		}
		type out struct {
			F frame.Null[float64]
			B *bool
			S *string
			D sql.Null[time.Duration]
		}
		return frame.MapRows(ctx, f, func(_ context.Context, r in) (o out, err error) {
			if r.F != nil {
				o.F = frame.Null[float64]{V: *r.F * 2, Valid: true}
				*r.F = -1 // scratch: harmless
			}
			if r.B.Valid {
				o.B = &r.B.V
			}
			if r.S.Valid {
				s := r.S.V + "!"
				o.S = &s
			} else if r.S.V != "" || !r.B.Valid && r.B.V {
				return o, fmt.Errorf("a null has a value: %+v", r)
			}
			o.D = sql.Null[time.Duration]{V: time.Duration(len(r.S.V)), Valid: r.B.Valid && r.B.V}
			return o, nil
		}, opts...)
	}, func(t *testing.T, in *matrixInput, got *frame.Frame) {
		checkCells(t, got, "F", in.want(func(get func(string) any) any {
			if v, ok := get("nf").(float64); ok {
				return v * 2
			}
			return nil
		}))
		checkCells(t, got, "B", in.cols["nb"])
		checkCells(t, got, "S", in.want(func(get func(string) any) any {
			if v, ok := get("ns").(string); ok {
				return v + "!"
			}
			return nil
		}))
		checkCells(t, got, "D", in.want(func(get func(string) any) any {
			s, _ := get("ns").(string)
			if b, _ := get("nb").(bool); b {
				return time.Duration(len(s))
			}
			return nil
		}))
	}},
	{"MapRows text", func(ctx context.Context, f *frame.Frame, opts ...frame.RowOption) (*frame.Frame, error) {
		type in struct {
			S string  `frame:"s"`
			N *[]byte `frame:"ns"`
		}
		type out struct {
			Upper string
			First []byte
			N     *[]byte
			T     time.Time
		}
		return frame.MapRows(ctx, f, func(_ context.Context, r in) (out, error) {
			o := out{Upper: strings.ToUpper(r.S), N: r.N, T: time.Unix(int64(len(r.S)), 5)}
			if r.N != nil {
				(*r.N)[0] = 'x'
				o.First = *r.N
			}
			return o, nil
		}, opts...)
	}, func(t *testing.T, in *matrixInput, got *frame.Frame) {
		first := func(get func(string) any) any {
			if s, ok := get("ns").(string); ok {
				return "x" + s[1:]
			}
			return nil
		}
		checkCells(t, got, "Upper", in.want(func(get func(string) any) any { return strings.ToUpper(get("s").(string)) }))
		checkCells(t, got, "N", in.want(first))
		checkCells(t, got, "First", in.want(func(get func(string) any) any {
			if s := first(get); s != nil {
				return s
			}
			return ""
		}))
		checkCells(t, got, "T", in.want(func(get func(string) any) any { return time.Unix(int64(len(get("s").(string))), 5).UTC() }))
	}},
	{"MapColumn", func(ctx context.Context, f *frame.Frame, opts ...frame.RowOption) (*frame.Frame, error) {
		return frame.MapColumn(ctx, f, "nf", func(_ context.Context, v float64) (string, error) { return fmt.Sprintf("%.2f", v), nil }, append(opts, frame.As("txt"))...)
	}, func(t *testing.T, in *matrixInput, got *frame.Frame) {
		checkCells(t, got, "nf", in.cols["nf"])
		checkCells(t, got, "txt", in.want(func(get func(string) any) any {
			if v, ok := get("nf").(float64); ok {
				return fmt.Sprintf("%.2f", v)
			}
			return nil
		}))
	}},
	{"MapColumn2", func(ctx context.Context, f *frame.Frame, opts ...frame.RowOption) (*frame.Frame, error) {
		return frame.MapColumn2(ctx, f, "nf", "ns", func(_ context.Context, v float64, s *string) (int64, error) {
			if s == nil {
				return -1, nil
			}
			return int64(v) + int64(len(*s)), nil
		}, opts...)
	}, func(t *testing.T, in *matrixInput, got *frame.Frame) {
		checkCells(t, got, "result", in.want(func(get func(string) any) any {
			v, ok := get("nf").(float64)
			if !ok {
				return nil
			}
			if s, ok := get("ns").(string); ok {
				return int64(v) + int64(len(s))
			}
			return int64(-1)
		}))
	}},
}

func TestSameAsLoop(t *testing.T) { runMatrix(t, matrixSizes, newMatrixInput, rowOps) }

// runMatrix runs the operations with all sizes, widths and chunk sizes. It checks the
// first result, and every other one must be the same to the byte.
func runMatrix(t *testing.T, sizes []int, input func(t testing.TB, n int) *matrixInput, ops []rowOp) {
	for _, n := range sizes {
		in := input(t, n)
		for _, op := range ops {
			t.Run(fmt.Sprintf("%s/n=%d", op.name, n), func(t *testing.T) {
				first, err := op.run(t.Context(), in.frame, parallel.Serial())
				if err != nil {
					t.Fatal(err)
				}
				op.check(t, in, first)
				for _, cut := range cutsFor(n, strings.HasPrefix(op.name, "Quarantine")) {
					opts := []frame.RowOption{parallel.Workers(cut.workers)}
					if cut.size > 0 {
						opts = append(opts, parallel.ChunkSize(cut.size))
					}
					got, err := op.run(t.Context(), in.frame, opts...)
					if err != nil {
						t.Fatalf("%v: %v", opts, err)
					}
					checkLayout(t, got, first)
				}
				got, err := op.run(t.Context(), in.frame, parallel.Partitions(5))
				if err != nil {
					t.Fatal(err)
				}
				checkLayout(t, got, first)
			})
		}
	}
}
