package frame

import (
	"errors"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/arrowtest"
)

func TestTakeAllTypes(t *testing.T) {
	eachType(t, func(t *testing.T, typ arrow.DataType, g *arrowtest.Gen) {
		for range 30 {
			f := randomFrame(t, g, typ, g.IntN(100))
			rows := make([]int, 0)
			for range g.IntN(80) {
				if f.rows > 0 {
					row := g.IntN(f.rows)
					for k := row; k < min(row+1+g.IntN(4), f.rows); k++ {
						rows = append(rows, k)
					}
				}
			}
			got, err := f.Take(rows)
			if err != nil {
				t.Fatal(err)
			}
			all := rowsOf(f.cols[0])
			want := make([]string, len(rows))
			for i, row := range rows {
				want[i] = all[row]
			}
			checkColumn(t, got.cols[0], want)
		}
	})
}

func TestFilterAllTypes(t *testing.T) {
	eachType(t, func(t *testing.T, typ arrow.DataType, g *arrowtest.Gen) {
		for range 30 {
			f := randomFrame(t, g, typ, g.IntN(200))
			mask := make([]bool, f.rows)
			want := []string{}
			share := g.Float64()
			for i, s := range rowsOf(f.cols[0]) {
				if mask[i] = g.Float64() < share; mask[i] {
					want = append(want, s)
				}
			}
			got, err := f.Filter(mask)
			if err != nil {
				t.Fatal(err)
			}
			checkColumn(t, got.cols[0], want)
		}
	})
}

func TestTakeErrors(t *testing.T) {
	f := must(New(must(NewColumn("x", []int{1, 2, 3}))))
	for _, row := range []int{-1, 3} {
		if _, err := f.Take([]int{0, row}); !errors.Is(err, ErrRange) {
			t.Errorf("Take(%d): %v", row, err)
		}
	}
	if _, err := f.Filter(make([]bool, 2)); !errors.Is(err, ErrLength) {
		t.Error(err)
	}
}
