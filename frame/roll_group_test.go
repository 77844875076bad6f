package frame_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/arrowtest"
	"github.com/parframe/parframe/internal/calltest"
	"github.com/parframe/parframe/parallel"
)

// Windows within groups against the same windows on each group alone.
func TestRollingWithinGroups(t *testing.T) {
	for _, n := range []int{0, 1, 2, 9, 300, calltest.UnlessRaced(20_003, 3_003)} {
		f, _, _ := rollInput(t, n, 1)
		key := build(t, "k", arrow.BinaryTypes.String, arrowtest.Made(n, func(i int) any {
			return []any{"a", "b", nil, "a", fmt.Sprint(i / 50)}[i*i%5]
		}), arrowtest.Ends(n, 3)...)
		f, err := f.With(key)
		if err != nil {
			t.Fatal(err)
		}
		groups, err := f.GroupBy("k")
		if err != nil {
			t.Fatal(err)
		}
		for label, within := range map[string]func(r interface {
			Rolling(n int) frame.Windows
			Expanding() frame.Windows
		}) frame.Windows{
			"3":         func(r rollers) frame.Windows { return r.Rolling(3) },
			"20 min 1":  func(r rollers) frame.Windows { return r.Rolling(20).MinPeriods(1) },
			"center 5":  func(r rollers) frame.Windows { return r.Rolling(5).Center().MinPeriods(2) },
			"left":      func(r rollers) frame.Windows { return r.Rolling(4).Closed(frame.ClosedLeft).MinPeriods(1) },
			"expanding": func(r rollers) frame.Windows { return r.Expanding() },
			"time": func(r rollers) frame.Windows {
				if g, ok := r.(*frame.Groups); ok {
					return g.RollingTime("t", 30)
				}
				return r.(*frame.Frame).RollingTime("t", 30)
			},
			"time center": func(r rollers) frame.Windows {
				if g, ok := r.(*frame.Groups); ok {
					return g.RollingTime("t", 9).Center().Closed(frame.ClosedNeither)
				}
				return r.(*frame.Frame).RollingTime("t", 9).Center().Closed(frame.ClosedNeither)
			},
		} {
			for _, col := range []string{"f", "g", "i"} {
				for name, call := range rollCalls {
					first, err := call(within(groups), t.Context(), col, frame.As("r"), parallel.Serial())
					if err != nil {
						t.Fatal(label, err)
					}
					if !slices.Equal(first.Names(), []string{"f", "g", "i", "t", "k", "r"}) {
						t.Fatal(first.Names())
					}
					if n > 0 {
						want, err := frame.TransformGroups(t.Context(), groups, func(ctx context.Context, g *frame.Frame) (*frame.Frame, error) {
							return call(within(g), ctx, col, frame.As("r"))
						})
						if err != nil {
							t.Fatal(err)
						}
						w := cellsOf(want, "r")
						for i, got := range cellsOf(first, "r") {
							if !nearCell(got, w[i]) {
								t.Fatalf("n=%d %s %s(%s) row %d: got %v, want %v", n, label, name, col, i, got, w[i])
							}
						}
					}
					again, err := call(within(groups), t.Context(), col, frame.As("r"), parallel.Workers(3))
					if err != nil {
						t.Fatal(err)
					}
					checkLayout(t, again, first)
				}
			}
		}
		if n == 0 {
			continue
		}
		join := func(_ context.Context, x []string) (string, error) { return strings.Join(x, ""), nil }
		got, err := frame.RollRows(t.Context(), groups.Rolling(3).MinPeriods(1), "k", join, frame.As("r"))
		if err != nil {
			t.Fatal(err)
		}
		want, err := frame.TransformGroups(t.Context(), groups, func(ctx context.Context, g *frame.Frame) (*frame.Frame, error) {
			return frame.RollRows(ctx, g.Rolling(3).MinPeriods(1), "k", join, frame.As("r"))
		})
		if err != nil {
			t.Fatal(err)
		}
		checkCells(t, got, "r", cellsOf(want, "r"))
	}
}

type rollers = interface {
	Rolling(n int) frame.Windows
	Expanding() frame.Windows
}

func TestRollingWithinGroupsFails(t *testing.T) {
	f := frameOf(t,
		build(t, "k", arrow.BinaryTypes.String, []any{"a", "b", "a", "b", "b"}),
		build(t, "x", arrow.PrimitiveTypes.Int64, []any{int64(0), int64(1), int64(2), int64(3), int64(4)}),
		build(t, "t", arrow.FixedWidthTypes.Duration_ns, []any{"5ns", "1ns", "6ns", "3ns", "2ns"}),
	)
	groups, err := f.GroupBy("k")
	if err != nil {
		t.Fatal(err)
	}
	for _, fault := range failures {
		_, err = frame.RollRows(t.Context(), groups.Rolling(2), "x", func(_ context.Context, x []int64) (int64, error) {
			if x[1] >= 3 {
				return 0, fault.fail()
			}
			return x[0], nil
		})
		if checkRow(t, err, 3); !fault.is(err) || !strings.Contains(err.Error(), `group k="b"`) {
			t.Fatal(err)
		}
	}
	_, err = groups.RollingTime("t", 3).Sum(t.Context(), "x")
	if checkRow(t, err, 4); !errors.Is(err, frame.ErrOrder) {
		t.Fatal(err)
	}
	if g, err := groups.RollingTime("t", 3).Sum(t.Context(), "none"); g != nil || !errors.Is(err, frame.ErrColumn) {
		t.Fatal(err)
	}
}
