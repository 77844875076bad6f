package frame_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/google/go-cmp/cmp"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/arrowtest"
	"github.com/parframe/parframe/parallel"
)

func TestNestedFields(t *testing.T) {
	for _, n := range []int{0, 1, 2, 63, 65, 260} {
		rows := randomTrips(n, rand.New(rand.NewPCG(uint64(n), 1)))
		f, err := frame.FromStructs(t.Context(), rows)
		if err != nil {
			t.Fatal(err)
		}
		checkTrips(t, f, rows)
		got, err := frame.ToStructs[trip](t.Context(), f)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(rows, got, numbersToo); n > 0 && d != "" {
			t.Fatal(d)
		}
		// The same frame in Arrow chunks with offsets.
		var parts []*frame.Frame
		for lo, hi := 0, 0; lo < n; lo = hi {
			hi = min(n, lo+1+lo/2)
			parts = append(parts, must(f.Slice(lo, hi)))
		}
		g := f
		if len(parts) > 0 {
			if g, err = frame.Concat(parts...); err != nil {
				t.Fatal(err)
			}
		}
		seen, err := frame.Rows[trip](g)
		if err != nil {
			t.Fatal(err)
		}
		var kept []trip
		for i, r := range seen {
			if i != len(kept) {
				t.Fatal(i)
			}
			kept = append(kept, r)
		}
		if d := cmp.Diff(got, kept, numbersToo); n > 0 && d != "" {
			t.Fatal(d)
		}
		for _, opts := range [][]frame.RowOption{{parallel.Serial()}, {parallel.Workers(3)}, {parallel.ChunkSize(7), parallel.Workers(8)}, {parallel.ChunkSize(1)}, {parallel.Partitions(5)}} {
			for name, run := range map[string]func() (*frame.Frame, error){
				"MapRows": func() (*frame.Frame, error) {
					return frame.MapRows(t.Context(), g, func(_ context.Context, r trip) (trip, error) { return r, nil }, opts...)
				},
				"FlatMapRows": func() (*frame.Frame, error) {
					return frame.FlatMapRows(t.Context(), g, func(_ context.Context, r trip, yield func(trip)) error { yield(r); return nil }, opts...)
				},
			} {
				same, err := run()
				if err != nil {
					t.Fatal(err)
				}
				if d := f.Diff(same); d != "" {
					t.Fatalf("%s %v: %s", name, opts, d)
				}
				if err := same.Validate(); err != nil {
					t.Fatal(name, err)
				}
			}
		}
	}
}

// Lists of rows that fail are left out with them.
func TestNestedQuarantine(t *testing.T) {
	rows := randomTrips(260, rand.New(rand.NewPCG(5, 5)))
	f, err := frame.FromStructs(t.Context(), rows)
	if err != nil {
		t.Fatal(err)
	}
	var good, bad []trip
	for i, r := range rows {
		if i%5 == 2 {
			bad = append(bad, r)
		} else {
			good = append(good, r)
		}
	}
	for _, opts := range configs()[4:10] {
		var lost *frame.Frame
		g, err := frame.MapRows(t.Context(), f, func(_ context.Context, r trip) (trip, error) {
			switch r.ID % 10 {
			case 2:
				return r, errOdd
			case 7: // a time in a list that no column can hold
				r.Legs = append(r.Legs, leg{})
			}
			return r, nil
		}, append(opts, frame.Quarantine(&lost))...)
		if err != nil {
			t.Fatal(err)
		}
		checkTrips(t, g, good)
		if lost, err = lost.Drop("_row", "_error"); err != nil {
			t.Fatal(err)
		}
		checkTrips(t, lost, bad)
	}
}

func TestNestedMisfits(t *testing.T) {
	f := frameOf(t,
		build(t, "l", arrow.ListOf(arrow.PrimitiveTypes.Int64), arrowtest.Made(300, func(i int) any {
			if i == 290 {
				return "[1,null]"
			}
			return fmt.Sprintf("[%d]", i)
		}), 10),
		build(t, "s", arrow.StructOf(arrow.Field{Name: "x", Type: arrow.PrimitiveTypes.Int64, Nullable: true}), arrowtest.Made(300, func(i int) any {
			if i == 270 {
				return `{"x":null}`
			}
			return `{"x":9007199254740993}`
		}), 10))
	_, err := frame.MapRows(t.Context(), f, func(_ context.Context, r struct {
		L []int64 `frame:"l"`
	}) (int, error) {
		return len(r.L), nil
	})
	if checkRow(t, err, 290); !errors.Is(err, frame.ErrValue) || !strings.Contains(err.Error(), "a null or a value within") {
		t.Error(err)
	}
	type x64 struct {
		X int64 `frame:"x"`
	}
	_, err = frame.ToStructs[struct {
		S x64 `frame:"s"`
	}](t.Context(), f)
	if checkRow(t, err, 270); !errors.Is(err, frame.ErrValue) {
		t.Error(err)
	}
	type xf struct {
		X *float64 `frame:"x"`
		Y string
	}
	_, err = frame.ToStructs[struct {
		S xf       `frame:"s"`
		L []string `frame:"l"`
	}](t.Context(), f)
	for _, s := range []string{`field S.Y (string): no such column: "Y" in column "s"`, "field L[]: wrong type: string, but column", "fitting: int64, float64"} {
		if !errors.Is(err, frame.ErrType) || !strings.Contains(err.Error(), s) {
			t.Errorf("%v\nlacks %s", err, s)
		}
	}
}

// Lists and structs cost no allocation per row either: their memory belongs to the block.
func TestNestedAllocateNothing(t *testing.T) {
	const n = 50_000
	type in struct {
		L []int64 `frame:"l"`
		S point3  `frame:"s"`
		T []string
		P *point3 `frame:"p"`
	}
	rows := make([]struct {
		L []int64 `frame:"l"`
		S point3  `frame:"s"`
		P point3  `frame:"p"`
		T []string
	}, n)
	for i := range rows {
		rows[i].L = []int64{1, 2, int64(i)}[:i%4]
		rows[i].T = []string{"a", "b"}[:i%3]
	}
	f, err := frame.FromStructs(t.Context(), rows)
	if err != nil {
		t.Fatal(err)
	}
	run := func() {
		_, err = frame.MapRows(context.Background(), f, func(_ context.Context, r in) (struct {
			L []int64
			P *point3
			S point3
		}, error) {
			return struct {
				L []int64
				P *point3
				S point3
			}{r.L, r.P, r.S}, nil
		})
	}
	if got := leastAllocs(0.05*n, run) / n; err != nil || got > 0.05 {
		t.Error(got, err)
	}
}
