package matrix_test

import (
	"context"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/frame/matrix"
	"github.com/parframe/parframe/internal/calltest"
	"github.com/parframe/parframe/parallel"
)

func TestMain(m *testing.M) { calltest.Main(m) }

var sizes = []int{0, 1, 2, 3, 7, 8, 9, 63, 64, 65, 255, 256, 257, 1023, 1024, 1025, 4097, 100_003}

// random returns an n×cols matrix of small numbers, the same at every run; as
// floats they have a fraction, so that orders of summation can be told apart.
func random[T matrix.Number](n, cols int) *matrix.Dense[T] {
	r := rand.New(rand.NewPCG(uint64(n), uint64(cols)))
	m, err := matrix.New[T](n, cols, nil)
	if err != nil {
		panic(err)
	}
	for i := range n {
		for j := range cols {
			m.Set(i, j, T(r.Float64()*100))
		}
	}
	return m
}

// rows returns a copy of the rows: what a plain loop runs over.
func rows[T matrix.Number](m *matrix.Dense[T]) [][]T {
	n, _ := m.Dims()
	out := make([][]T, n)
	for i := range out {
		out[i] = append([]T{}, m.Row(i)...)
	}
	return out
}

func sum[T matrix.Number](row []T) (total T) {
	for _, v := range row {
		total += v
	}
	return total
}

func dense[T matrix.Number](t testing.TB, rows [][]T) *matrix.Dense[T] {
	t.Helper()
	m, err := matrix.FromRows(rows)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// settings are the ways to run a call that must not change its result.
func settings(n int, cuts bool) map[string][]any {
	all := map[string][]any{"default": nil, "serial": {parallel.Serial()}}
	for name, w := range map[string]int{"1": 1, "2": 2, "3": 3, "8": 8, "64": 64} {
		if n > 5000 && (w == 1 || w == 8) {
			continue
		}
		all["workers "+name] = []any{parallel.Workers(w)}
		if !cuts {
			continue
		}
		for cut, c := range map[string]int{"1": 1, "7": 7, "64": 64, "1000": 1000} {
			if n > 5000 && c < 64 {
				continue
			}
			all["workers "+name+" chunks "+cut] = []any{parallel.Workers(w), parallel.ChunkSize(c)}
		}
		all["workers "+name+" four parts"] = []any{parallel.Workers(w), parallel.Partitions(4)}
	}
	return all
}

var nan = math.NaN()

// unfit is the panic of fit: the option would not compile at the call.
type unfit struct{}

// fit returns the options with the option type of a call.
func fit[O any](opts []any) []O {
	out := make([]O, len(opts))
	for i, o := range opts {
		var ok bool
		if out[i], ok = o.(O); !ok {
			panic(unfit{})
		}
	}
	return out
}

// compiles reports whether run's options all fit their calls.
func compiles(run func()) (fits bool) {
	defer func() {
		if v := recover(); v != nil {
			if _, no := v.(unfit); !no {
				panic(v)
			}
			fits = false
		}
	}()
	run()
	return true
}

// call is any call of the package, by its name.
type call struct {
	name string
	run  func(ctx context.Context, m *matrix.Dense[float64], opts ...any) error
}

// calls are all calls of the package that take a context.
func calls() []call {
	var all []call
	for _, op := range operations {
		all = append(all, call{"matrix." + strings.Fields(op.name)[0], func(ctx context.Context, m *matrix.Dense[float64], opts ...any) error {
			_, err := op.run(ctx, m, opts...)
			return err
		}})
	}
	all = append(all, call{"matrix.ToFrame", func(ctx context.Context, m *matrix.Dense[float64], opts ...any) error {
		_, err := matrix.ToFrame(ctx, m, nil, fit[parallel.Option](opts)...)
		return err
	}})
	reading := map[string]func(ctx context.Context, f *frame.Frame, opts ...any) error{
		"matrix.FromFrame": func(ctx context.Context, f *frame.Frame, opts ...any) error {
			_, err := matrix.FromFrame(ctx, f, nil, fit[parallel.Option](opts)...)
			return err
		},
		"matrix.FromFrameOf": func(ctx context.Context, f *frame.Frame, opts ...any) error {
			_, err := matrix.FromFrameOf[float64](ctx, f, nil, fit[parallel.Option](opts)...)
			return err
		},
		"matrix.FromFrameOr": func(ctx context.Context, f *frame.Frame, opts ...any) error {
			_, err := matrix.FromFrameOr(ctx, f, 0.0, nil, fit[parallel.Option](opts)...)
			return err
		},
	}
	for name, run := range reading {
		all = append(all, call{name, func(ctx context.Context, m *matrix.Dense[float64], opts ...any) error {
			var f *frame.Frame
			if m != nil {
				var err error
				if f, err = matrix.ToFrame(context.Background(), m, nil); err != nil {
					return err
				}
			}
			return run(ctx, f, opts...)
		}})
	}
	return all
}
