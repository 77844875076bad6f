package matrix_test

import (
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/parframe/parframe/frame/matrix"
)

func TestMatIsShared(t *testing.T) {
	a := mat.NewDense(3, 2, []float64{1, 2, 3, 4, 5, 6})
	m := matrix.FromMat(a)
	m.Set(2, 0, 50)
	if a.At(2, 0) != 50 {
		t.Error("FromMat copied")
	}
	b := matrix.ToMat(m)
	b.Set(0, 1, 20)
	if m.At(0, 1) != 20 || a.At(0, 1) != 20 {
		t.Error("ToMat copied")
	}
	if !mat.Equal(a, b) {
		t.Error("there and back: not equal")
	}
	if n := testing.AllocsPerRun(10, func() { matrix.ToMat(matrix.FromMat(a)) }); n > 3 {
		t.Errorf("%v allocations", n)
	}
}

func TestMatSliceKeepsItsStride(t *testing.T) {
	a := mat.NewDense(4, 4, nil)
	a.Apply(func(i, j int, _ float64) float64 { return float64(10*i + j) }, a)
	m := matrix.FromMat(a.Slice(1, 3, 1, 4))
	if !m.Equal(dense(t, [][]float64{{11, 12, 13}, {21, 22, 23}})) {
		t.Error(rows(m))
	}
	back := matrix.ToMat(m)
	back.Set(1, 2, -1)
	if a.At(2, 3) != -1 || !mat.Equal(back, a.Slice(1, 3, 1, 4)) {
		t.Error("the slice was not shared")
	}
	// What gonum computes with it is right.
	var product mat.Dense
	product.Mul(back, back.T())
	if want := 11.0*11 + 12*12 + 13*13; product.At(0, 0) != want {
		t.Error(product.At(0, 0), want)
	}
}

// What has no rows in memory is copied.
func TestOtherMatsAreCopied(t *testing.T) {
	a := mat.NewDense(2, 3, []float64{1, 2, 3, 4, 5, 6})
	sym := mat.NewSymDense(2, []float64{1, 2, 0, 3})
	for name, c := range map[string]struct {
		from mat.Matrix
		want [][]float64
	}{
		"transposed": {a.T(), [][]float64{{1, 4}, {2, 5}, {3, 6}}},
		"symmetric":  {sym, [][]float64{{1, 2}, {2, 3}}},
		"vector":     {mat.NewVecDense(2, []float64{7, 8}), [][]float64{{7}, {8}}},
		"diagonal":   {mat.NewDiagDense(2, []float64{7, 8}), [][]float64{{7, 0}, {0, 8}}},
	} {
		m := matrix.FromMat(c.from)
		if !m.Equal(dense(t, c.want)) {
			t.Errorf("%s: %v", name, rows(m))
		}
		m.Set(0, 0, -1)
		if c.from.At(0, 0) == -1 {
			t.Errorf("%s: shared", name)
		}
	}
}

func TestEmptyMats(t *testing.T) {
	var none *matrix.Dense[float64]
	wide, err := matrix.New[float64](0, 5, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range []*matrix.Dense[float64]{none, {}, wide, matrix.FromMat(nil), matrix.FromMat(&mat.Dense{})} {
		if d := matrix.ToMat(m); !d.IsEmpty() {
			t.Errorf("%v", d)
		}
	}
}
