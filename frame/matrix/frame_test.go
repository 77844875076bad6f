package matrix_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"unsafe"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/frame/matrix"
	"github.com/parframe/parframe/parallel"
)

func column[T any](t testing.TB, name string, values []T) frame.Column {
	t.Helper()
	c, err := frame.NewColumn(name, values)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func frameOf(t testing.TB, cols ...frame.Column) *frame.Frame {
	t.Helper()
	f, err := frame.New(cols...)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// null is a number that may be missing.
type null = frame.Null[float64]

func some(v float64) null { return null{V: v, Valid: true} }

// There and back for every type of number: the same names, types and values.
func TestFrameThereAndBack(t *testing.T) {
	roundTrip[int](t, arrow.INT64)
	roundTrip[int8](t, arrow.INT8)
	roundTrip[int16](t, arrow.INT16)
	roundTrip[int32](t, arrow.INT32)
	roundTrip[int64](t, arrow.INT64)
	roundTrip[uint](t, arrow.UINT64)
	roundTrip[uint8](t, arrow.UINT8)
	roundTrip[uint16](t, arrow.UINT16)
	roundTrip[uint32](t, arrow.UINT32)
	roundTrip[uint64](t, arrow.UINT64)
	roundTrip[float32](t, arrow.FLOAT32)
	roundTrip[float64](t, arrow.FLOAT64)
	type cents int64
	roundTrip[cents](t, arrow.INT64)
}

func roundTrip[T matrix.Number](t *testing.T, id arrow.Type) {
	t.Helper()
	for _, n := range sizes {
		m := random[T](n, 3)
		f, err := matrix.ToFrame(t.Context(), m, []string{"x", "y", "z"})
		if err != nil {
			t.Fatal(err)
		}
		if got := f.Schema().Field(1); got.Name != "y" || got.Type.ID() != id || got.Nullable || f.NumRows() != n {
			t.Fatalf("%T: %v, %d rows", *new(T), got, f.NumRows())
		}
		back, err := matrix.FromFrameOf[T](t.Context(), f, nil)
		if err != nil {
			t.Fatal(err)
		}
		if !back.Equal(m) {
			t.Fatalf("%T, %d rows: there and back differs", *new(T), n)
		}
	}
}

func TestToFrameNames(t *testing.T) {
	m := random[float64](2, 3)
	f, err := matrix.ToFrame(t.Context(), m, nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"column_0", "column_1", "column_2"}, f.Names()); diff != "" {
		t.Error(diff)
	}
	if _, err := matrix.ToFrame(t.Context(), m, []string{"a", "b"}); !errors.Is(err, matrix.ErrShape) || err.Error() != "matrix.ToFrame: wrong shape: 2 names for 3 columns" {
		t.Error(err)
	}
	if _, err := matrix.ToFrame(t.Context(), m, []string{"a", "b", "a"}); !errors.Is(err, frame.ErrName) {
		t.Error(err)
	}
	if _, err := matrix.ToFrame[int](t.Context(), nil, nil); !errors.Is(err, matrix.ErrNil) {
		t.Error(err)
	}
	// The frame does not see later changes of the matrix.
	m.Set(0, 0, -1)
	x, err := matrix.FromFrame(t.Context(), f, []string{"column_0"})
	if err != nil || x.At(0, 0) == -1 {
		t.Error("the numbers are shared", err)
	}
}

// Any columns, cut into Arrow chunks anywhere, against cell by cell.
func TestFromFrameIsCellByCell(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 300).Draw(t, "rows")
		cells := make([][]null, 3)
		var parts []*frame.Frame
		for lo := 0; ; {
			hi := rapid.IntRange(lo, n).Draw(t, "cut")
			if rapid.IntRange(0, 2).Draw(t, "last") == 0 {
				hi = n
			}
			var cols []frame.Column
			for j := range cells {
				more := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) null {
					if rapid.IntRange(0, 9).Draw(t, "null") == 0 {
						return null{}
					}
					return some(float64(rapid.Int16().Draw(t, "v")))
				}), hi-lo, hi-lo).Draw(t, "cells")
				cells[j] = append(cells[j], more...)
				cols = append(cols, drawColumn(j, more))
			}
			f, err := frame.New(cols...)
			if err != nil {
				t.Fatal(err)
			}
			parts = append(parts, f)
			if lo = hi; lo == n {
				break
			}
		}
		f, err := frame.Concat(parts...)
		if err != nil {
			t.Fatal(err)
		}
		from := rapid.IntRange(0, n).Draw(t, "from")
		if f, err = f.Slice(from, n); err != nil {
			t.Fatal(err)
		}
		m, err := matrix.FromFrameOr(t.Context(), f, -0.5, nil)
		if err != nil {
			t.Fatal(err)
		}
		firstRow, firstCol := -1, -1
		for i := range n - from {
			for j := range cells {
				want := -0.5
				if c := cells[j][from+i]; c.Valid {
					want = c.V
				} else if firstRow < 0 {
					firstRow, firstCol = i, j
				}
				if got := m.At(i, j); got != want {
					t.Fatalf("row %d, column %d: %v, want %v", i, j, got, want)
				}
			}
		}
		strict, err := matrix.FromFrame(t.Context(), f, nil)
		if firstRow < 0 {
			if err != nil || !strict.Equal(m) {
				t.Fatal(err)
			}
			return
		}
		want := fmt.Sprintf("matrix.FromFrame: row %d: null value in column %q", firstRow, "abc"[firstCol:firstCol+1])
		if err == nil || err.Error() != want || !errors.Is(err, frame.ErrNull) {
			t.Fatalf("%v, want %s", err, want)
		}
		if at, ok := errors.AsType[*parallel.RowError](err); !ok || at.Row != firstRow {
			t.Fatalf("%v: no row", err)
		}
	})
}

// drawColumn gives the cells as float64 (read where they lie), int16 or int64.
func drawColumn(j int, cells []null) frame.Column {
	var c frame.Column
	var err error
	switch j {
	case 0:
		c, err = frame.NewColumn("a", cells)
	case 1:
		c, err = frame.NewColumn("b", recode[int16](cells))
	default:
		c, err = frame.NewColumn("c", recode[int64](cells))
	}
	if err != nil {
		panic(err)
	}
	return c
}

func recode[T matrix.Number](cells []null) []frame.Null[T] {
	out := make([]frame.Null[T], len(cells))
	for i, c := range cells {
		out[i] = frame.Null[T]{V: T(c.V), Valid: c.Valid}
	}
	return out
}

func TestFromFrameSelects(t *testing.T) {
	f := frameOf(t, column(t, "a", []int32{1, 2}), column(t, "s", []string{"x", "y"}), column(t, "b", []float64{0.5, nan}))
	m, err := matrix.FromFrame(t.Context(), f, []string{"b", "a", "b"})
	if err != nil {
		t.Fatal(err)
	}
	if !m.Equal(dense(t, [][]float64{{0.5, 1, 0.5}, {nan, 2, nan}})) {
		t.Error(rows(m))
	}
	for _, c := range []struct {
		columns []string
		kind    error
		text    string
	}{
		{nil, frame.ErrType, `"s"`},
		{[]string{"a", "s"}, frame.ErrType, "utf8"},
		{[]string{"bb"}, frame.ErrColumn, `"bb"`},
	} {
		_, err := matrix.FromFrame(t.Context(), f, c.columns)
		if !errors.Is(err, c.kind) || !strings.HasPrefix(err.Error(), "matrix.FromFrame: ") || !strings.Contains(err.Error(), c.text) {
			t.Errorf("%v: %v", c.columns, err)
		}
	}
	if _, err := matrix.FromFrame(t.Context(), nil, nil); !errors.Is(err, matrix.ErrNil) {
		t.Error(err)
	}
}

// A number that the matrix cannot hold is never rounded silently.
func TestFromFrameLosesNothing(t *testing.T) {
	f := frameOf(t, column(t, "big", []int64{1, 1<<53 + 1}))
	if _, err := matrix.FromFrame(t.Context(), f, nil); err == nil || !strings.Contains(err.Error(), "row 1") {
		t.Errorf("2^53+1 as float64: %v", err)
	}
	if m, err := matrix.FromFrameOf[int64](t.Context(), f, nil); err != nil || m.At(1, 0) != 1<<53+1 {
		t.Errorf("as int64: %v", err)
	}
	if _, err := matrix.FromFrameOf[int32](t.Context(), f, nil); !errors.Is(err, frame.ErrType) {
		t.Errorf("as int32: %v", err)
	}
	g := frameOf(t, column(t, "x", []float64{1.5}))
	if _, err := matrix.FromFrameOf[int64](t.Context(), g, nil); !errors.Is(err, frame.ErrType) {
		t.Errorf("1.5 as int64: %v", err)
	}
}

// A filler may be anything that T holds, NaN too; NaN in the data is no null.
func TestFromFrameOr(t *testing.T) {
	f := frameOf(t, column(t, "x", []null{some(1), {}, some(nan)}))
	m, err := matrix.FromFrameOr(t.Context(), f, math.Inf(-1), nil)
	if err != nil || !m.Equal(dense(t, [][]float64{{1}, {math.Inf(-1)}, {nan}})) {
		t.Error(err)
	}
	g := frameOf(t, column(t, "n", []*int64{nil, new(int64(7))}))
	k, err := matrix.FromFrameOr(t.Context(), g, int64(-1), nil)
	if err != nil || !k.Equal(dense(t, [][]int64{{-1}, {7}})) {
		t.Error(err)
	}
}

// The result of a large frame has its own memory, whatever the frame's.
func TestFromFrameCopies(t *testing.T) {
	f := frameOf(t, column(t, "x", []float64{1, 2}))
	m, err := matrix.FromFrame(t.Context(), f, nil)
	if err != nil {
		t.Fatal(err)
	}
	m.Set(0, 0, 100)
	x, err := frame.Values[float64](f.Columns()[0])
	if err != nil || x[0] != 1 {
		t.Error("the frame was changed", err)
	}
	if unsafe.SliceData(x) == unsafe.SliceData(m.Row(0)) {
		t.Error("shared")
	}
}
