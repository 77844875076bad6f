package matrix_test

import (
	"errors"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/parframe/parframe/frame/matrix"
)

func TestNew(t *testing.T) {
	data := []int16{1, 2, 3, 4, 5, 6}
	m, err := matrix.New(2, 3, data)
	if err != nil {
		t.Fatal(err)
	}
	if r, c := m.Dims(); r != 2 || c != 3 || m.At(1, 0) != 4 {
		t.Errorf("%d×%d, %d", r, c, m.At(1, 0))
	}
	m.Set(1, 2, 60)
	if data[5] != 60 {
		t.Error("the numbers are not shared")
	}
	for _, c := range []struct {
		rows, cols int
		data       []int16
	}{
		{2, 3, data[:5]}, {-1, 3, nil}, {1, -1, nil}, {0, 3, data}, {math.MaxInt, 2, nil}, {2, 3, []int16{}},
	} {
		if _, err := matrix.New(c.rows, c.cols, c.data); !errors.Is(err, matrix.ErrShape) {
			t.Errorf("New(%d, %d, %d numbers): %v", c.rows, c.cols, len(c.data), err)
		}
	}
	zeros, err := matrix.New[float32](2, 2, nil)
	if err != nil || zeros.At(1, 1) != 0 {
		t.Errorf("zeros: %v", err)
	}
}

func TestFromRows(t *testing.T) {
	rows := [][]int{{1, 2}, {3, 4}}
	m := dense(t, rows)
	rows[0][0] = 9
	if m.At(0, 0) != 1 {
		t.Error("the rows are not copied")
	}
	_, err := matrix.FromRows([][]int{{1, 2}, {3, 4}, {5}})
	if !errors.Is(err, matrix.ErrShape) || err.Error() != "matrix.FromRows: wrong shape: row 2 has 1 numbers, row 0 has 2" {
		t.Error(err)
	}
	if r, c := dense[int](t, nil).Dims(); r != 0 || c != 0 {
		t.Errorf("no rows: %d×%d", r, c)
	}
}

func TestRowIsAView(t *testing.T) {
	m := dense(t, [][]int{{1, 2}, {3, 4}})
	row := m.Row(0)
	row[1] = 20
	_ = append(row, 99) // must not reach the next row
	if m.At(0, 1) != 20 || m.At(1, 0) != 3 {
		t.Error(m.Row(0), m.Row(1))
	}
}

func TestSlice(t *testing.T) {
	m := dense(t, [][]int{{1, 2}, {3, 4}, {5, 6}})
	s, err := m.Slice(1, 3)
	if err != nil {
		t.Fatal(err)
	}
	if !s.Equal(dense(t, [][]int{{3, 4}, {5, 6}})) {
		t.Error("other rows")
	}
	s.Set(0, 0, 30)
	if m.At(1, 0) != 30 {
		t.Error("a copy")
	}
	c := s.Clone()
	c.Set(0, 0, 31)
	if m.At(1, 0) != 30 {
		t.Error("Clone is no copy")
	}
	if empty, err := m.Slice(3, 3); err != nil || !empty.Equal(dense(t, [][]int{{0, 0}}[:0])) && empty.Clone() == nil {
		t.Error(err)
	}
	for _, at := range [][2]int{{-1, 2}, {2, 1}, {0, 4}} {
		if _, err := m.Slice(at[0], at[1]); !errors.Is(err, matrix.ErrShape) {
			t.Errorf("%v: %v", at, err)
		}
	}
}

func TestOutsideIsAPanic(t *testing.T) {
	m := dense(t, [][]int{{1, 2}, {3, 4}})
	for name, fn := range map[string]func(){
		"row below": func() { m.Row(-1) },
		"row above": func() { m.Row(2) },
		"column":    func() { m.At(0, 2) },
		"set":       func() { m.Set(1, 2, 0) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			fn()
		}()
	}
}

func TestEqual(t *testing.T) {
	m := dense(t, [][]float64{{0, nan}, {1, 2}})
	for _, c := range []struct {
		other [][]float64
		want  bool
	}{
		{[][]float64{{0, nan}, {1, 2}}, true},
		{[][]float64{{math.Copysign(0, -1), nan}, {1, 2}}, true},
		{[][]float64{{0, 1}, {1, 2}}, false},
		{[][]float64{{0, nan}, {nan, 2}}, false},
		{[][]float64{{0, nan}}, false},
		{[][]float64{{0}, {1}}, false},
	} {
		if got := m.Equal(dense(t, c.other)); got != c.want {
			t.Errorf("%v: %t", c.other, got)
		}
	}
}

func TestErrorsNameTheCall(t *testing.T) {
	got := []string{}
	for _, op := range operations {
		_, err := op.run(t.Context(), nil)
		if !errors.Is(err, matrix.ErrNil) {
			t.Errorf("%s of nil: %v", op.name, err)
			continue
		}
		got = append(got, err.Error())
	}
	if diff := cmp.Diff("matrix.MapRows: nil matrix", got[0]); diff != "" {
		t.Error(diff)
	}
}
