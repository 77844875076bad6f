package frame_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow/array"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/parallel"
)

func TestVerifyAcceptsEveryOperation(t *testing.T) {
	ctx := t.Context()
	type out struct {
		F float64
		S string
	}
	for _, n := range []int{0, 1, 5000} {
		f := newMatrixInput(t, n).frame
		for name, call := range map[string]func(ctx context.Context, f *frame.Frame, opt parallel.Option) (*frame.Frame, error){
			"MapRows": func(ctx context.Context, f *frame.Frame, opt parallel.Option) (*frame.Frame, error) {
				return frame.MapRows(ctx, f, func(_ context.Context, r filterIn) (out, error) { return out{float64(r.I) / 3, "x"}, nil }, opt)
			},
			"Apply": func(ctx context.Context, f *frame.Frame, opt parallel.Option) (*frame.Frame, error) {
				return frame.Apply(ctx, f, func(_ context.Context, f *frame.Frame) (*frame.Frame, error) { return f.Select("s", "nf") }, opt)
			},
			"columns": func(ctx context.Context, f *frame.Frame, opt parallel.Option) (*frame.Frame, error) {
				return frame.ApplyColumns(ctx, f, func(_ context.Context, c frame.Column) (frame.Column, error) { return c, nil }, opt)
			},
		} {
			if err := frame.Verify(ctx, f, call); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

// Verify accepts every operation of the matrix.
func TestVerifyEveryRowFunction(t *testing.T) {
	for input, ops := range map[*matrixInput][]rowOp{newMatrixInput(t, 300): rowOps, newNestedInput(t, 300): nestedOps} {
		for _, op := range ops {
			err := frame.Verify(t.Context(), input.frame, func(ctx context.Context, f *frame.Frame, opt parallel.Option) (*frame.Frame, error) {
				return op.run(ctx, f, opt)
			})
			if err != nil {
				t.Errorf("%s: %v", op.name, err)
			}
		}
	}
}

func TestVerifyFindsDifferences(t *testing.T) {
	ctx := t.Context()
	f := countTo(t, 2000)
	var calls atomic.Int64
	mean := func(_ context.Context, f *frame.Frame) (*frame.Frame, error) {
		v, err := frame.Values[int64](f.Columns()[0])
		if err != nil {
			return nil, err
		}
		sum := int64(0)
		for _, x := range v {
			sum += x
		}
		c, err := frame.NewColumn("sum", []int64{sum})
		if err != nil {
			return nil, err
		}
		return frame.New(c)
	}
	for name, c := range map[string]struct {
		call func(ctx context.Context, f *frame.Frame, opt parallel.Option) (*frame.Frame, error)
		kind error
		says []string
	}{
		"random": {func(ctx context.Context, f *frame.Frame, opt parallel.Option) (*frame.Frame, error) {
			return frame.MapRows(ctx, f, func(_ context.Context, i int64) (float64, error) {
				if i == 17 {
					return rand.Float64(), nil
				}
				return 0, nil
			}, opt)
		}, frame.ErrDiffers, []string{`column "result", row 17: `, "Serial, a second time", "random numbers"}},
		"state": {func(ctx context.Context, f *frame.Frame, opt parallel.Option) (*frame.Frame, error) {
			calls.Store(0)
			return frame.MapRows(ctx, f, func(_ context.Context, i int64) (int64, error) {
				if i%500 == 0 {
					time.Sleep(2 * time.Millisecond) // so that others overtake
				}
				return calls.Add(1) - i, nil
			}, opt)
		}, frame.ErrDiffers, []string{`column "result"`, "order of its calls"}},
		"chunks": {func(ctx context.Context, f *frame.Frame, opt parallel.Option) (*frame.Frame, error) {
			return frame.Apply(ctx, f, func(_ context.Context, f *frame.Frame) (*frame.Frame, error) {
				c, err := frame.NewColumn("chunks", []int{len(memoryOf(f.Columns()[0]).Chunks)})
				if err != nil {
					return nil, err
				}
				return frame.New(c)
			}, opt, parallel.Partitions(1))
		}, frame.ErrDiffers, []string{"other Arrow chunks"}},
		"partitions": {func(ctx context.Context, f *frame.Frame, opt parallel.Option) (*frame.Frame, error) {
			return frame.Apply(ctx, f, mean, opt)
		}, frame.ErrDiffers, []string{"Partitions(", "fix their number"}},
		"input": {func(ctx context.Context, f *frame.Frame, opt parallel.Option) (*frame.Frame, error) {
			return frame.Apply(ctx, f, func(_ context.Context, g *frame.Frame) (*frame.Frame, error) {
				a := g.Columns()[0].Chunks()[0].(*array.Int64)
				a.Int64Values()[0] = 99
				return g, nil
			}, opt)
		}, frame.ErrChanged, []string{`column "i", row 0: 0, the other has 99`}},
		"options": {func(ctx context.Context, f *frame.Frame, opt parallel.Option) (*frame.Frame, error) { return f, nil }, parallel.ErrOption, []string{"pass its options on"}},
		"error": {func(ctx context.Context, f *frame.Frame, opt parallel.Option) (*frame.Frame, error) {
			return frame.MapRows(ctx, f, func(_ context.Context, i int64) (int64, error) {
				if i >= 700 {
					panic(errOdd)
				}
				return i, nil
			}, opt)
		}, errOdd, []string{"row 700: "}},
		"errors": {func(ctx context.Context, f *frame.Frame, opt parallel.Option) (*frame.Frame, error) {
			calls.Store(0)
			return frame.MapRows(ctx, f, func(_ context.Context, i int64) (int64, error) {
				if calls.Add(1) > 1000 && i%2 == 0 {
					return 0, errors.New("too many")
				}
				return i, nil
			}, opt, parallel.ChunkSize(3))
		}, nil, nil},
		"nil": {func(ctx context.Context, f *frame.Frame, opt parallel.Option) (*frame.Frame, error) {
			_, err := frame.MapRows(ctx, f, func(_ context.Context, i int64) (int64, error) { return i, nil }, opt)
			return nil, err
		}, frame.ErrNilFrame, nil},
		"type": {func(ctx context.Context, f *frame.Frame, opt parallel.Option) (*frame.Frame, error) {
			return frame.MapRows(ctx, f, func(_ context.Context, i string) (string, error) { return i, nil }, opt)
		}, frame.ErrType, nil},
	} {
		err := frame.Verify(ctx, f, c.call)
		if err == nil || c.kind != nil && !errors.Is(err, c.kind) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, s := range c.says {
			if !strings.Contains(err.Error(), s) {
				t.Errorf("%s: %v\nlacks %q", name, err, s)
			}
		}
	}
}

func TestVerifyMistakes(t *testing.T) {
	same := func(ctx context.Context, f *frame.Frame, opt parallel.Option) (*frame.Frame, error) {
		return frame.Apply(ctx, f, func(_ context.Context, f *frame.Frame) (*frame.Frame, error) { return f, nil }, opt)
	}
	if err := frame.Verify(t.Context(), nil, same); !errors.Is(err, frame.ErrNilFrame) {
		t.Error(err)
	}
	if err := frame.Verify(t.Context(), countTo(t, 3), nil); !errors.Is(err, parallel.ErrNilFunc) {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := frame.Verify(ctx, countTo(t, 3), same); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
