package frame_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/arrowtest"
)

// The oracle is ToStructs, which other tests compare with row loops.
func TestRowsMatchToStructs(t *testing.T) {
	type row struct {
		I int64    `frame:"i"`
		S string   `frame:"s"`
		F *float64 `frame:"nf"`
	}
	for _, n := range []int{0, 1, 255, 256, 257, 1025} {
		f := newMatrixInput(t, n).frame
		want, err := frame.ToStructs[row](t.Context(), f)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := frame.Rows[row](f)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			var got []row
			for i, r := range rows {
				if i != len(got) {
					t.Fatal(i)
				}
				got = append(got, r)
			}
			if len(got) != n {
				t.Fatal(len(got), n)
			}
			for i, r := range got { // what rows point to still belongs to them
				w := want[i]
				if r.I != w.I || r.S != w.S || (r.F == nil) != (w.F == nil) || r.F != nil && *r.F != *w.F {
					t.Fatalf("row %d: %v, want %v", i, r, w)
				}
			}
		}
	}
}

func TestRowsStops(t *testing.T) {
	rows, err := frame.Rows[int64](countTo(t, 1000))
	if err != nil {
		t.Fatal(err)
	}
	sum := int64(0)
	for i, v := range rows {
		if sum += v; i == 300 {
			break
		}
	}
	if sum != 300*301/2 {
		t.Error(sum)
	}
}

// Rows and ToStructs return the same error, the lowest row's, before the first row.
func TestRowsErrors(t *testing.T) {
	const n = 100_000
	f := frameOf(t,
		build(t, "x", arrow.PrimitiveTypes.Int64, arrowtest.Made(n, func(i int) any {
			if i == 70_000 {
				return int64(1<<53 + 1)
			}
			return int64(i)
		}), 64),
		build(t, "s", arrow.BinaryTypes.String, arrowtest.Made(n, func(i int) any {
			if i == 80_000 {
				return nil
			}
			return fmt.Sprint(i)
		}), 300))
	type both struct {
		X float64 `frame:"x"`
		S string  `frame:"s"`
	}
	type text struct {
		S string `frame:"s"`
	}
	if _, err := frame.Rows[both](f); !errors.Is(err, frame.ErrValue) || !strings.Contains(err.Error(), "frame.Rows: row 70000: ") {
		t.Error(err)
	}
	_, err := frame.Rows[text](f)
	if checkRow(t, err, 80_000); !errors.Is(err, frame.ErrNull) {
		t.Error(err)
	}
	if _, err := frame.Rows[struct{ Nope int }](f); !errors.Is(err, frame.ErrColumn) {
		t.Error(err)
	}
	if _, err := frame.Rows[text](nil); !errors.Is(err, frame.ErrNilFrame) {
		t.Error(err)
	}
}
