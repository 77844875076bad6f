package frame_test

import (
	"context"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/parallel"
)

type drawn struct {
	I int64
	S string
	F frame.Null[float64]
	P *string
	B []byte
	N frame.Null[bool]
	T time.Time
}

func drawRow(t *rapid.T) drawn {
	r := drawn{
		I: rapid.Int64().Draw(t, "i"),
		S: rapid.String().Draw(t, "s"),
		B: rapid.SliceOfN(rapid.Byte(), 0, 20).Draw(t, "b"),
		T: time.Unix(rapid.Int64Range(-9e9, 9e9).Draw(t, "t"), 0).UTC(),
	}
	if rapid.Bool().Draw(t, "has f") {
		r.F = frame.Null[float64]{V: rapid.Float64().Draw(t, "f"), Valid: true}
	}
	if rapid.Bool().Draw(t, "has p") {
		s := rapid.String().Draw(t, "p")
		r.P = &s
	}
	if rapid.Bool().Draw(t, "has n") {
		r.N = frame.Null[bool]{V: rapid.Bool().Draw(t, "n"), Valid: true}
	}
	return r
}

// drawCut cuts a frame at random rows and joins it again, so that its columns have Arrow
// chunks of any length at any offset.
func drawCut(t *rapid.T, f *frame.Frame) *frame.Frame {
	var parts []*frame.Frame
	for lo := 0; lo < f.NumRows(); {
		hi := rapid.IntRange(lo+1, f.NumRows()).Draw(t, "cut")
		parts = append(parts, must(f.Slice(lo, hi)))
		lo = hi
	}
	if len(parts) == 0 {
		return f
	}
	g, err := frame.Concat(parts...)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// Rows survive FromStructs, any Arrow chunks, MapRows, Apply and ToStructs.
func TestRowsRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOfN(rapid.Custom(drawRow), 0, 150).Draw(t, "rows")
		if rows == nil {
			rows = []drawn{}
		}
		for i := range rows {
			if rows[i].B == nil {
				rows[i].B = []byte{}
			}
		}
		f, err := frame.FromStructs(context.Background(), rows)
		if err != nil {
			t.Fatal(err)
		}
		opts := []frame.RowOption{
			parallel.Workers(rapid.IntRange(1, 4).Draw(t, "workers")),
			parallel.ChunkSize(rapid.IntRange(1, 200).Draw(t, "chunk")),
		}
		f = drawCut(t, f)
		g, err := frame.MapRows(t.Context(), f, func(_ context.Context, r drawn) (drawn, error) { return r, nil }, opts...)
		if err != nil {
			t.Fatal(err)
		}
		if !g.Equal(f) || !g.Schema().Equal(f.Schema()) {
			t.Fatal("MapRows: not the same frame")
		}
		g, err = frame.Apply(t.Context(), drawCut(t, g), func(_ context.Context, p *frame.Frame) (*frame.Frame, error) { return p, nil },
			parallel.Partitions(rapid.IntRange(1, 9).Draw(t, "partitions")))
		if err != nil {
			t.Fatal(err)
		}
		back, err := frame.ToStructs[drawn](context.Background(), drawCut(t, g))
		if err != nil {
			t.Fatal(err)
		}
		for i := range back {
			if back[i].B == nil {
				back[i].B = []byte{}
			}
		}
		if !reflect.DeepEqual(back, rows) {
			t.Fatalf("%+v\nwant\n%+v", back, rows)
		}
	})
}

// MapColumn with a function of the value is the loop that skips nulls.
func TestMapColumnIsTheLoop(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) frame.Null[int32] {
			return frame.Null[int32]{V: rapid.Int32().Draw(t, "v"), Valid: rapid.Bool().Draw(t, "valid")}
		}), 0, 300).Draw(t, "column")
		col, err := frame.NewColumn("x", in)
		if err != nil {
			t.Fatal(err)
		}
		f, err := frame.New(col)
		if err != nil {
			t.Fatal(err)
		}
		g, err := frame.MapColumn(t.Context(), drawCut(t, f), "x", func(_ context.Context, v int32) (int64, error) { return int64(v) + 1, nil },
			parallel.Workers(3), parallel.ChunkSize(rapid.IntRange(1, 100).Draw(t, "chunk")))
		if err != nil {
			t.Fatal(err)
		}
		got := cells(g.Columns()[0])
		for i, v := range in {
			if v.Valid && got[i] != int64(v.V)+1 || !v.Valid && got[i] != nil {
				t.Fatalf("row %d: %v of %v", i, got[i], v)
			}
		}
	})
}
