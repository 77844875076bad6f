package frame_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/arrowtest"
	"github.com/parframe/parframe/parallel"
)

// center subtracts the group's mean of i from i, and names the group's size.
func center(f *frame.Frame) (*frame.Frame, error) {
	v, err := frame.Nulls[int64](f.Columns()[2])
	if err != nil {
		return nil, err
	}
	sum, n := int64(0), int64(0)
	for _, x := range v {
		if x.Valid {
			sum, n = sum+x.V, n+1
		}
	}
	out := make([]frame.Null[int64], len(v))
	for i, x := range v {
		if x.Valid {
			out[i] = frame.Null[int64]{V: x.V*n - sum, Valid: true}
		}
	}
	c, err := frame.NewColumn("c", out)
	if err != nil {
		return nil, err
	}
	return frame.New(f.Columns()[0], c)
}

func TestGroupsApplyAndTransformAreTheLoop(t *testing.T) {
	for _, n := range groupSizes {
		for seed := range 3 {
			f, cells := groupFrame(t, n, 10, seed)
			groups := groupCells(cells["k"], cells["b"])
			want, wantKeys, places := []any{}, []any{}, make([]any, n)
			for _, g := range groups {
				sum, count := int64(0), int64(0)
				for _, r := range g.rows {
					if x, ok := cells["i"][r].(int64); ok {
						sum, count = sum+x, count+1
					}
				}
				for _, r := range g.rows {
					var c any
					if x, ok := cells["i"][r].(int64); ok {
						c = x*count - sum
					}
					want, wantKeys, places[r] = append(want, c), append(wantKeys, cells["k"][r]), c
				}
			}
			schema := arrow.NewSchema([]arrow.Field{{Name: "k", Type: arrow.BinaryTypes.String, Nullable: true}, {Name: "c", Type: arrow.PrimitiveTypes.Int64, Nullable: true}}, nil)
			for _, o := range groupWidths {
				g := groupBy(t, f, "k", "b")
				got, err := frame.ApplyGroups(t.Context(), g, parallel.Plain(center), o, frame.OutSchema(schema))
				if err != nil {
					t.Fatal(err)
				}
				checkCells(t, got, "c", want)
				checkCells(t, got, "k", wantKeys)
				if got, err = frame.TransformGroups(t.Context(), g, parallel.Plain(center), o, frame.OutSchema(schema)); err != nil {
					t.Fatal(err)
				}
				checkCells(t, got, "c", places)
				checkCells(t, got, "k", cells["k"])
				parts, err := g.Partitions(t.Context(), o)
				if err != nil || len(parts) != len(groups) {
					t.Fatal(len(parts), err)
				}
				for k, p := range parts {
					if p.NumRows() != len(groups[k].rows) || p.Columns()[0].Value(0) != cells["k"][groups[k].first] {
						t.Fatal(p)
					}
				}
			}
		}
	}
}

func TestGroupsApplyErrors(t *testing.T) {
	n := 5000
	keys := make([]int, n)
	for i := range keys {
		keys[i] = i % 20
		if i > 100 && i%2 == 0 {
			keys[i] = 11
		}
	}
	f := frameOf(t, col(t, "k", keys))
	boom := errors.New("boom")
	for how, fail := range map[string]func() (*frame.Frame, error){
		"error":  func() (*frame.Frame, error) { return nil, boom },
		"panic":  func() (*frame.Frame, error) { panic(boom) },
		"goexit": func() (*frame.Frame, error) { runtime.Goexit(); return nil, nil },
		"nil":    func() (*frame.Frame, error) { return nil, nil },
		"both":   func() (*frame.Frame, error) { return f, frame.SkipPartition },
	} {
		for _, workers := range []int{1, 2, 8} {
			var ran [20]atomic.Int32
			_, err := frame.ApplyGroups(t.Context(), groupBy(t, f, "k"), func(_ context.Context, g *frame.Frame) (*frame.Frame, error) {
				k := g.Columns()[0].Value(0).(int64)
				ran[k].Add(1)
				if k == 7 || k == 11 || k == 15 {
					return fail()
				}
				return g, nil
			}, parallel.Workers(workers))
			row, ok := errors.AsType[*parallel.RowError](err)
			if !ok || row.Row != 7 || row.Partition != 7 || !strings.Contains(err.Error(), "group k=7: ") {
				t.Fatalf("%s, %d workers: %v", how, workers, err)
			}
			switch how {
			case "error", "panic":
				if !errors.Is(err, boom) {
					t.Error(err)
				}
			case "goexit":
				if !errors.Is(err, parallel.ErrGoexit) {
					t.Error(err)
				}
			}
			for k := range ran {
				if n := ran[k].Load(); n > 1 || k <= 7 && n != 1 {
					t.Errorf("%s: group %d ran %d times", how, k, n)
				}
			}
		}
	}
}

func TestGroupsTransformMistakes(t *testing.T) {
	f := frameOf(t, col(t, "k", []string{"a", "b", "b"}))
	g := groupBy(t, f, "k")
	_, err := frame.TransformGroups(t.Context(), g, func(_ context.Context, g *frame.Frame) (*frame.Frame, error) { return g.Head(1), nil })
	if !errors.Is(err, frame.ErrLength) || !strings.Contains(err.Error(), `row 1 (partition 1): group k="b": `) {
		t.Error(err)
	}
	_, err = frame.TransformGroups(t.Context(), g, func(_ context.Context, g *frame.Frame) (*frame.Frame, error) { return nil, frame.SkipPartition })
	if !errors.Is(err, frame.ErrLength) {
		t.Error(err)
	}
	if _, err = frame.TransformGroups(t.Context(), g, nil); !errors.Is(err, parallel.ErrNilFunc) {
		t.Error(err)
	}
	same := func(_ context.Context, g *frame.Frame) (*frame.Frame, error) { return g, nil }
	if _, err = frame.ApplyGroups(t.Context(), g, same, frame.KeepRows()); !errors.Is(err, parallel.ErrOption) {
		t.Error(err)
	}
	// Without groups the columns must be declared.
	none := groupBy(t, f.Head(0), "k")
	for _, call := range []func(context.Context, *frame.Groups, func(context.Context, *frame.Frame) (*frame.Frame, error), ...frame.PartOption) (*frame.Frame, error){frame.ApplyGroups, frame.TransformGroups} {
		if _, err := call(t.Context(), none, same); err == nil || !strings.Contains(err.Error(), "frame.OutSchema") {
			t.Error(err)
		}
		got, err := call(t.Context(), none, same, frame.OutSchema(f.Schema()))
		if err != nil || got.NumRows() != 0 || got.NumCols() != 1 {
			t.Error(got, err)
		}
	}
	// A group that is left out.
	got, err := frame.ApplyGroups(t.Context(), g, func(_ context.Context, g *frame.Frame) (*frame.Frame, error) {
		if g.NumRows() == 1 {
			return nil, frame.SkipPartition
		}
		return g, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	checkCells(t, got, "k", []any{"b", "b"})
}

// If the context ends while a function runs, nothing more begins.
func TestGroupsApplyCanceled(t *testing.T) {
	f := frameOf(t, col(t, "k", []int{1, 2, 3, 4, 5, 6}))
	ctx, cancel := context.WithCancelCause(t.Context())
	why := errors.New("why")
	var ran atomic.Int32
	_, err := frame.ApplyGroups(ctx, groupBy(t, f, "k"), func(_ context.Context, g *frame.Frame) (*frame.Frame, error) {
		ran.Add(1)
		cancel(why)
		return g, nil
	}, parallel.Workers(2))
	if !errors.Is(err, why) || ran.Load() > 2 {
		t.Error(err, ran.Load())
	}
	// If it has ended before, the Groups can be used again.
	g := groupBy(t, f, "k")
	if _, err := g.Agg(ctx, frame.Size()); !errors.Is(err, why) {
		t.Error(err)
	}
	if got, err := g.Agg(t.Context(), frame.Size()); err != nil || got.NumRows() != 6 {
		t.Error(err)
	}
}

func TestMapGroupsIsTheLoop(t *testing.T) {
	type key struct {
		K *string `frame:"k"`
		B bool    `frame:"b"`
	}
	type in struct {
		I *int64              `frame:"i"`
		F frame.Null[float64] `frame:"f"`
		S *[]byte             `frame:"s"`
	}
	type out struct {
		N    int
		Text string
		Last *int64
	}
	for _, n := range groupSizes {
		for seed := range 2 {
			f, cells := groupFrame(t, n, 10, seed)
			groups := groupCells(cells["k"], cells["b"])
			for _, o := range groupWidths {
				got, err := frame.MapGroups(t.Context(), groupBy(t, f, "k", "b"), func(_ context.Context, k key, rows []in) (out, error) {
					r := out{N: len(rows)}
					if k.K != nil {
						r.Text = *k.K
					}
					r.Text += fmt.Sprint(k.B)
					for _, x := range rows {
						if x.I != nil {
							r.Last = x.I
							r.N += int(*x.I)
						}
						if x.S != nil {
							r.Text += string(*x.S)
							(*x.S)[0] = '?' // scratch: harmless
						}
						if x.F.Valid && x.F.V > 0 {
							r.Text += "+"
						}
					}
					return r, nil
				}, o)
				if err != nil {
					t.Fatal(err)
				}
				checkCells(t, got, "k", arrowtest.Made(len(groups), func(g int) any { return cells["k"][groups[g].first] }))
				count, text, last := []any{}, []any{}, []any{}
				for _, g := range groups {
					n, s, l := int64(len(g.rows)), "", any(nil)
					if k, ok := cells["k"][g.first].(string); ok {
						s = k
					}
					s += fmt.Sprint(cells["b"][g.first])
					for _, r := range g.rows {
						if x, ok := cells["i"][r].(int64); ok {
							l = x
							n += x
						}
						if x, ok := cells["s"][r].(string); ok {
							s += x
						}
						if x, ok := cells["f"][r].(float64); ok && x > 0 {
							s += "+"
						}
					}
					count, text, last = append(count, n), append(text, s), append(last, l)
				}
				checkCells(t, got, "N", count)
				checkCells(t, got, "Text", text)
				checkCells(t, got, "Last", last)
			}
		}
	}
}

func TestMapGroupsScalarsAndMistakes(t *testing.T) {
	f := frameOf(t, col(t, "k", []string{"a", "b", "a"}), build(t, "x", arrow.PrimitiveTypes.Int64, []any{int64(1), int64(2), nil}))
	g := groupBy(t, f, "k")
	got, err := frame.MapGroups(t.Context(), g, func(_ context.Context, k string, x []*int64) (string, error) { return fmt.Sprint(k, len(x)), nil }, frame.As("text"))
	if err != nil {
		t.Fatal(err)
	}
	checkCells(t, got, "text", []any{"a2", "b1"})
	_, err = frame.MapGroups(t.Context(), g, func(_ context.Context, k string, x []int64) (int, error) { return 0, nil })
	if !errors.Is(err, frame.ErrNull) || !strings.Contains(err.Error(), `group k="a": row 1 of the group: column "x"`) {
		t.Error(err)
	}
	_, err = frame.MapGroups(t.Context(), g, func(_ context.Context, k int, x []int64) (int, error) { return 0, nil })
	if !errors.Is(err, frame.ErrType) || !strings.Contains(err.Error(), "key: ") {
		t.Error(err)
	}
	_, err = frame.MapGroups(t.Context(), g, func(_ context.Context, k string, x []int64) (int, error) { return 0, nil }, frame.As("k"))
	if !errors.Is(err, frame.ErrName) {
		t.Error(err)
	}
	_, err = frame.MapGroups(t.Context(), groupBy(t, f, "k", "x"), func(_ context.Context, k string, x []int64) (int, error) { return 0, nil })
	if !errors.Is(err, frame.ErrType) || !strings.Contains(err.Error(), "besides the keys") {
		t.Error(err)
	}
	if _, err = frame.MapGroups[string, int64, int](t.Context(), g, nil); !errors.Is(err, parallel.ErrNilFunc) {
		t.Error(err)
	}
	if _, err = frame.MapGroups(t.Context(), nil, func(_ context.Context, k string, x []int64) (int, error) { return 0, nil }); err == nil {
		t.Error("nil Groups")
	}
}
