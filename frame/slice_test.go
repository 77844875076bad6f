package frame_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"pgregory.net/rapid"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/arrowtest"
)

// Slices at the offsets at which bitmaps go wrong.
func TestSliceAllTypes(t *testing.T) {
	arrowtest.EachType(t, func(t *testing.T, typ arrow.DataType, g *arrowtest.Gen) {
		f := randomFrame(t, g, typ, 200)
		rows := rowsOf(f.Columns()[0])
		for _, i := range []int{0, 1, 7, 8, 9, 63, 64, 65, 127, 128, 199, 200} {
			for _, n := range []int{0, 1, 7, 8, 64, 72, 200 - i} {
				if i+n > 200 {
					continue
				}
				s := must(f.Slice(i, i+n))
				checkColumn(t, s.Columns()[0], rows[i:i+n])
				copied := must(s.Take(upTo(n)))
				checkColumn(t, copied.Columns()[0], rows[i:i+n])
				if !s.Equal(copied) {
					t.Fatalf("rows %d to %d differ from a copy: %s", i, i+n, s.Diff(copied))
				}
			}
		}
	})
}

// Slicing a slice repeatedly works as for Go slices.
func TestSliceOfSlice(t *testing.T) {
	types := arrowtest.Types()
	rapid.Check(t, func(rt *rapid.T) {
		typ := types[rapid.IntRange(0, len(types)-1).Draw(rt, "type")].Type
		g := arrowtest.Rand(rapid.Uint64().Draw(rt, "seed"))
		f := randomFrame(t, g, typ, rapid.IntRange(0, 150).Draw(rt, "rows"))
		rows := rowsOf(f.Columns()[0])
		for range 4 {
			i := rapid.IntRange(0, f.NumRows()).Draw(rt, "i")
			j := rapid.IntRange(i, f.NumRows()).Draw(rt, "j")
			f, rows = must(f.Slice(i, j)), rows[i:j]
			if got := rowsOf(f.Columns()[0]); !slices.Equal(got, rows) {
				rt.Fatalf("%s: rows %d to %d: %v, expected %v", typ, i, j, got, rows)
			}
		}
		if one, err := f.Rechunk(); err == nil && !slices.Equal(rowsOf(one.Columns()[0]), rows) {
			rt.Fatalf("%s: Rechunk: %v, expected %v", typ, rowsOf(one.Columns()[0]), rows)
		}
	})
}

// Nothing is copied: the buffers are the same memory.
func TestSliceSharesMemory(t *testing.T) {
	f := must(frame.New(must(frame.NewColumn("x", make([]int64, 1000)))))
	s := must(f.Slice(100, 900))
	if &memoryOf(s.Columns()[0]).Chunks[0].Bufs[1][0] != &memoryOf(f.Columns()[0]).Chunks[0].Bufs[1][0] {
		t.Error("the values were copied")
	}
	if f.Head(f.NumRows()) != f {
		t.Error("the whole frame is another frame")
	}
	if n := testing.AllocsPerRun(100, func() { must(f.Slice(100, 900)) }); n > 4 {
		t.Errorf("%v allocations for one column", n)
	}
}

func TestHeadTail(t *testing.T) {
	f := must(frame.New(must(frame.NewColumn("x", []int64{1, 2, 3, 4, 5}))))
	for _, c := range []struct {
		n          int
		head, tail []int64
	}{
		{-1, nil, nil}, {0, nil, nil}, {2, []int64{1, 2}, []int64{4, 5}}, {5, []int64{1, 2, 3, 4, 5}, []int64{1, 2, 3, 4, 5}}, {9, []int64{1, 2, 3, 4, 5}, []int64{1, 2, 3, 4, 5}},
	} {
		if got := must(frame.Values[int64](f.Head(c.n).Columns()[0])); !slices.Equal(got, c.head) {
			t.Errorf("Head(%d) = %v, expected %v", c.n, got, c.head)
		}
		if got := must(frame.Values[int64](f.Tail(c.n).Columns()[0])); !slices.Equal(got, c.tail) {
			t.Errorf("Tail(%d) = %v, expected %v", c.n, got, c.tail)
		}
	}
}

func TestSliceErrors(t *testing.T) {
	f := must(frame.New(must(frame.NewColumn("x", []int64{1, 2, 3}))))
	for _, c := range [][2]int{{-1, 2}, {2, 1}, {0, 4}, {4, 4}} {
		_, err := f.Slice(c[0], c[1])
		_, err2 := f.Columns()[0].Slice(c[0], c[1])
		if !errors.Is(err, frame.ErrRange) || !errors.Is(err2, frame.ErrRange) {
			t.Errorf("rows %v: %v, %v", c, err, err2)
		}
	}
}
