package frame_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/arrowtest"
	"github.com/parframe/parframe/parallel"
)

// joinOracle compares every left row with every right row.
func joinOracle(kind frame.JoinKind, nulls bool, left, right [][]any) (pairs [][2]int) {
	for i := range left[0] {
		matched := false
		for j := range right[0] {
			same := true
			for k := range left {
				a, b := keyOf(left[k][i]), keyOf(right[k][j])
				same = same && a == b && (nulls || a != nil)
			}
			if same && (kind == frame.InnerJoin || kind == frame.LeftJoin) {
				pairs = append(pairs, [2]int{i, j})
			}
			matched = matched || same
		}
		if kind == frame.SemiJoin && matched || kind == frame.AntiJoin && !matched || kind == frame.LeftJoin && !matched {
			pairs = append(pairs, [2]int{i, -1})
		}
	}
	return pairs
}

func TestJoinIsTheLoop(t *testing.T) {
	for _, n := range []int{0, 1, 2, 65, 600} {
		for _, m := range []int{0, 1, 40} {
			for seed := range 2 {
				left, lc := groupFrame(t, n, 6, seed)
				right, rc := groupFrame(t, m, 8, seed)
				if m > 1 {
					right = frameOf(t, right.Columns()[0], right.Columns()[1], right.Columns()[4].Rename("other"), right.Columns()[2])
				}
				for _, by := range [][]string{{"k"}, {"d"}, {"k", "d"}} {
					var l, r [][]any
					for _, name := range by {
						l, r = append(l, lc[name]), append(r, rc[name])
					}
					for _, nulls := range []bool{false, true} {
						for _, kind := range []frame.JoinKind{frame.InnerJoin, frame.LeftJoin, frame.SemiJoin, frame.AntiJoin} {
							pairs := joinOracle(kind, nulls, l, r)
							var first *frame.Frame
							for _, o := range groupWidths {
								got, err := left.Join(t.Context(), right, frame.JoinOptions{Kind: kind, Keys: by, NullsMatch: nulls}, o)
								if err != nil {
									t.Fatal(err)
								}
								if first != nil {
									checkLayout(t, got, first)
									continue
								}
								first = got
								for _, name := range []string{"k", "d", "i", "f", "b", "s"} {
									checkCells(t, got, name, arrowtest.Made(len(pairs), func(p int) any { return lc[name][pairs[p][0]] }))
								}
								if kind == frame.InnerJoin || kind == frame.LeftJoin {
									checkCells(t, got, "i_right", arrowtest.Made(len(pairs), func(p int) any {
										if pairs[p][1] < 0 {
											return nil
										}
										return rc["i"][pairs[p][1]]
									}))
								} else if got.NumCols() != 6 {
									t.Fatal(got.Names())
								}
							}
						}
					}
				}
			}
		}
	}
}

// Keys of different layouts match by value.
func TestJoinTypes(t *testing.T) {
	dict := &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: arrow.BinaryTypes.String}
	text := []any{"a", "b", nil, "c", "a"}
	ints := func(conv func(i int) any) []any { return arrowtest.Made(5, func(i int) any { return conv(i) }) }
	for _, c := range []struct {
		name     string
		a, b     arrow.DataType
		ca, cb   []any
		mismatch bool
	}{
		{"text and dictionary", arrow.BinaryTypes.String, dict, text, text, false},
		{"dictionary and text", dict, arrow.BinaryTypes.LargeString, text, text, false},
		{"dictionaries", dict, dict, text, []any{"c", "a", "z", nil, "b"}, false},
		{"view and text", arrow.BinaryTypes.StringView, arrow.BinaryTypes.String, text, text, false},
		{"int8 and int64", arrow.PrimitiveTypes.Int8, arrow.PrimitiveTypes.Int64, ints(func(i int) any { return int8(i - 2) }), ints(func(i int) any { return int64(i - 2) }), false},
		{"int64 and uint32", arrow.PrimitiveTypes.Int64, arrow.PrimitiveTypes.Uint32, ints(func(i int) any { return int64(i) }), ints(func(i int) any { return uint32(i) }), false},
		{"int64 and uint64", arrow.PrimitiveTypes.Int64, arrow.PrimitiveTypes.Uint64, ints(func(i int) any { return int64(i) }), ints(func(i int) any { return uint64(i) }), true},
		{"int64 and text", arrow.PrimitiveTypes.Int64, arrow.BinaryTypes.String, ints(func(i int) any { return int64(i) }), text, true},
	} {
		left := frameOf(t, build(t, "k", c.a, c.ca, 2))
		right := frameOf(t, build(t, "r", c.b, c.cb, 1, 3), col(t, "at", madeInts(5)))
		for _, nulls := range []bool{false, true} {
			got, err := left.Join(t.Context(), right, frame.JoinOptions{Kind: frame.LeftJoin, Keys: []string{"k"}, RightKeys: []string{"r"}, NullsMatch: nulls})
			if c.mismatch {
				if !errors.Is(err, frame.ErrType) || !strings.Contains(err.Error(), c.a.String()) || !strings.Contains(err.Error(), c.b.String()) {
					t.Errorf("%s: %v", c.name, err)
				}
				continue
			}
			if err != nil {
				t.Fatal(c.name, err)
			}
			same := func(v []any) []any {
				return arrowtest.Made(len(v), func(i int) any {
					if v[i] == nil {
						return nil
					}
					return fmt.Sprint(v[i])
				})
			}
			pairs := joinOracle(frame.LeftJoin, nulls, [][]any{same(c.ca)}, [][]any{same(c.cb)})
			checkCells(t, got, "at", arrowtest.Made(len(pairs), func(p int) any {
				if pairs[p][1] < 0 {
					return nil
				}
				return int64(pairs[p][1])
			}))
		}
	}
}

// Columns of every layout can be null where there is no match.
func TestJoinGathersNulls(t *testing.T) {
	dict := &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: arrow.BinaryTypes.String}
	left := frameOf(t, col(t, "k", []int{1, 9, 2, 8}))
	right := frameOf(t, col(t, "k", []int{2, 1}),
		build(t, "s", arrow.BinaryTypes.String, []any{"two", "one"}), build(t, "b", arrow.FixedWidthTypes.Boolean, []any{true, false}, 1),
		build(t, "d", dict, []any{"zwei", "eins"}, 1), build(t, "v", arrow.BinaryTypes.StringView, []any{"a text that is long enough", "x"}),
		build(t, "l", arrow.ListOf(arrow.PrimitiveTypes.Int64), []any{"[1,2]", nil}), build(t, "n", arrow.Null, []any{nil, nil}))
	got, err := left.Join(t.Context(), right, frame.JoinOptions{Kind: frame.LeftJoin, Keys: []string{"k"}})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range [][]any{{"one", false, "eins", "x", nil}, {}, {"two", true, "zwei", "a text that is long enough", "[1 2]"}, {}} {
		for k := range 5 {
			v := got.Columns()[k+1].Value(i)
			if len(want) == 0 && v != nil || len(want) > 0 && fmt.Sprint(v) != fmt.Sprint(want[k]) {
				t.Errorf("row %d column %q: %v", i, got.Columns()[k+1].Name(), v)
			}
		}
	}
	if err := got.Validate(); err != nil {
		t.Error(err)
	}
	// One match per left row: the columns are shared.
	if memoryOf(got.Columns()[0]).Chunks[0] != memoryOf(left.Columns()[0]).Chunks[0] {
		t.Error("the left column was copied")
	}
}

func TestJoinMistakes(t *testing.T) {
	a := frameOf(t, col(t, "k", []float64{math.NaN()}), col(t, "x", []int{1}), col(t, "x_right", []int{1}))
	b := frameOf(t, col(t, "k", []float64{math.NaN()}), col(t, "x", []int{1}))
	for _, c := range []struct {
		how  frame.JoinOptions
		want error
		text string
	}{
		{frame.JoinOptions{Kind: frame.AntiJoin + 1, Keys: []string{"k"}}, parallel.ErrOption, "JoinKind"},
		{frame.JoinOptions{}, frame.ErrColumn, "one or more"},
		{frame.JoinOptions{Keys: []string{"k"}, RightKeys: []string{"k", "x"}}, frame.ErrColumn, "2 on the right"},
		{frame.JoinOptions{Keys: []string{"z"}}, frame.ErrColumn, "left: "},
		{frame.JoinOptions{Keys: []string{"x_right"}}, frame.ErrColumn, "other names there: JoinOptions.RightKeys"},
		{frame.JoinOptions{Keys: []string{"k"}}, frame.ErrName, `"x_right"`},
		{frame.JoinOptions{Keys: []string{"k", "k"}}, frame.ErrName, `"k"`},
	} {
		_, err := a.Join(t.Context(), b, c.how)
		if !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.text) || !strings.HasPrefix(err.Error(), "frame.Join: ") {
			t.Errorf("%v, want %v with %q", err, c.want, c.text)
		}
	}
	if _, err := a.Join(t.Context(), nil, frame.JoinOptions{Kind: frame.InnerJoin, Keys: []string{"k"}}); !errors.Is(err, frame.ErrNilFrame) {
		t.Error(err)
	}
	got, err := a.Join(t.Context(), b, frame.JoinOptions{Kind: frame.InnerJoin, Keys: []string{"k"}, Suffix: "_b"})
	if err != nil || got.NumRows() != 1 || got.Names()[3] != "x_b" {
		t.Error(got, err)
	}
}
