package matrix

import (
	"reflect"

	"gonum.org/v1/gonum/mat"
)

// FromMat returns a matrix of gonum as a Dense. It shares the numbers of a mat.Dense, a
// slice of one, and any other mat.RawMatrixer: a change of one changes the other. Other
// matrices (transposed, symmetric, banded …) are copied, element by element. Nil becomes
// the 0×0 matrix.
//
//	FromMat(mat.Matrix r×c) Dense[float64] r×c
func FromMat(a mat.Matrix) *Dense[float64] {
	if v := reflect.ValueOf(a); a == nil || v.Kind() == reflect.Pointer && v.IsNil() {
		return &Dense[float64]{}
	}
	if d, ok := a.(mat.RawMatrixer); ok {
		raw := d.RawMatrix()
		m := &Dense[float64]{data: raw.Data, rows: raw.Rows, cols: raw.Cols, stride: raw.Stride}
		return m.slice(0, m.rows)
	}
	rows, cols := a.Dims()
	m := zeros[float64](rows, cols)
	for i := range rows {
		row := m.Row(i)
		for j := range row {
			row[j] = a.At(i, j)
		}
	}
	return m
}

// ToMat returns the matrix as a matrix of gonum that shares its numbers. gonum has only one
// empty matrix: a matrix without rows or without columns becomes the 0×0 matrix. Rows that
// are not adjacent in memory, as in a slice of columns that came from gonum, stay so: the
// result has the same stride.
//
//	ToMat(Dense[float64] r×c) mat.Dense r×c
func ToMat(m *Dense[float64]) *mat.Dense {
	d := &mat.Dense{}
	if m == nil || m.rows == 0 || m.cols == 0 {
		return d
	}
	raw := d.RawMatrix()
	raw.Rows, raw.Cols, raw.Stride, raw.Data = m.rows, m.cols, m.stride, m.data
	d.SetRawMatrix(raw)
	return d
}
