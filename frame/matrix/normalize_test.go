package matrix_test

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/parframe/parframe/frame/matrix"
)

func TestNormalizeRows(t *testing.T) {
	inf := math.Inf(1)
	m := dense(t, [][]float64{
		{2, 4, 3}, {-3, 0, 4}, {5, 5, 5}, {0, 0, 0}, {1, nan, 3}, {1e200, 0, -1e200}, {3e-200, 0, 4e-200},
	})
	nans := []float64{nan, nan, nan}
	root := math.Sqrt(1.5)
	for by, want := range map[matrix.Scale][][]float64{
		matrix.MinMax: {{0, 1, 0.5}, {0, 3. / 7, 1}, {0, 0, 0}, {0, 0, 0}, nans, {1, 0.5, 0}, {0.75, 0, 1}},
		matrix.UnitSum: {{2. / 9, 4. / 9, 3. / 9}, {-3. / 7, 0, 4. / 7}, {1. / 3, 1. / 3, 1. / 3}, {0, 0, 0}, nans,
			{0.5, 0, -0.5}, {3. / 7, 0, 4. / 7}},
		matrix.UnitLength: {{2 / math.Sqrt(29), 4 / math.Sqrt(29), 3 / math.Sqrt(29)}, {-0.6, 0, 0.8},
			{1 / math.Sqrt(3), 1 / math.Sqrt(3), 1 / math.Sqrt(3)}, {0, 0, 0}, nans,
			{math.Sqrt(0.5), 0, -math.Sqrt(0.5)}, {0.6, 0, 0.8}},
	} {
		got, err := matrix.NormalizeRows(t.Context(), m, by)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, rows(got), cmpopts.EquateNaNs(), cmpopts.EquateApprox(1e-15, 0)); diff != "" {
			t.Errorf("%v (-want +got):\n%s", by, diff)
		}
	}
	got, err := matrix.NormalizeRows(t.Context(), dense(t, [][]int{{2, 4, 3}, {7, 7, 7}}), matrix.Standard)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([][]float64{{-root, root, 0}, {0, 0, 0}}, rows(got), cmpopts.EquateApprox(1e-15, 0)); diff != "" {
		t.Errorf("Standard (-want +got):\n%s", diff)
	}
	got, err = matrix.NormalizeRows(t.Context(), dense(t, [][]float64{{inf, 1}}), matrix.UnitLength)
	if err != nil || got.At(0, 1) != 0 || !math.IsNaN(got.At(0, 0)) {
		t.Errorf("infinite: %v %v", got, err)
	}
}

func TestScaleNames(t *testing.T) {
	if _, err := matrix.NormalizeRows(t.Context(), random[int](2, 2), 4); err == nil ||
		err.Error() != "matrix.NormalizeRows: bad option: Scale(4); accepted: MinMax, UnitSum, UnitLength, Standard" {
		t.Error(err)
	}
	if matrix.Standard.String() != "Standard" || matrix.Scale(-1).String() != "Scale(-1)" {
		t.Error(matrix.Standard, matrix.Scale(-1))
	}
}

func TestCountWithin(t *testing.T) {
	m := dense(t, [][]float64{{4, 8, 8.5}, {nan, nan, 5}, {3.9, -6, math.Inf(1)}})
	got, err := matrix.CountWithin(t.Context(), m, 4, 8)
	if diff := cmp.Diff([]int{2, 1, 0}, got); err != nil || diff != "" {
		t.Error(err, diff)
	}
	got, err = matrix.CountWithin(t.Context(), m, 8, 4) // nothing lies within
	if diff := cmp.Diff([]int{0, 0, 0}, got); err != nil || diff != "" {
		t.Error(err, diff)
	}
}
