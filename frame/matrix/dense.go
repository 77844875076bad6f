package matrix

import (
	"fmt"
)

// Number is a type of numbers that a matrix can hold.
type Number interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~float32 | ~float64
}

// Dense is a matrix of numbers, stored row by row. Unlike a mat.Dense of gonum it may have
// rows but no columns, or columns but no rows. The zero Dense is the 0×0 matrix.
//
// Goroutines may read it at the same time.
type Dense[T Number] struct {
	data       []T
	rows, cols int
	stride     int // distance in data from one row to the next
}

// New returns the matrix of the numbers in data, which has them row by row. The matrix
// shares data: a change of one changes the other. If data is nil, the matrix has new zeros.
// A length other than rows×cols is an [ErrShape], and so is a negative number.
func New[T Number](rows, cols int, data []T) (*Dense[T], error) {
	if rows < 0 || cols < 0 {
		return nil, fmt.Errorf("matrix.New: %w: %d×%d", ErrShape, rows, cols)
	}
	if cols > 0 && rows*cols/cols != rows {
		return nil, fmt.Errorf("matrix.New: %w: %d×%d numbers are too many", ErrShape, rows, cols)
	}
	if data == nil {
		data = make([]T, rows*cols)
	}
	if len(data) != rows*cols {
		return nil, fmt.Errorf("matrix.New: %w: %d numbers for %d×%d, want %d", ErrShape, len(data), rows, cols, rows*cols)
	}
	return &Dense[T]{data: data, rows: rows, cols: cols, stride: cols}, nil
}

// FromRows returns a matrix with a copy of the rows. If the rows differ in length, the
// error is an [ErrShape] that names the first row that differs from row 0.
func FromRows[T Number](rows [][]T) (*Dense[T], error) {
	if len(rows) == 0 {
		return &Dense[T]{}, nil
	}
	m := zeros[T](len(rows), len(rows[0]))
	for i, row := range rows {
		if len(row) != m.cols {
			return nil, fmt.Errorf("matrix.FromRows: %w: row %d has %d numbers, row 0 has %d", ErrShape, i, len(row), m.cols)
		}
		copy(m.Row(i), row)
	}
	return m, nil
}

func zeros[T Number](rows, cols int) *Dense[T] {
	return &Dense[T]{data: make([]T, rows*cols), rows: rows, cols: cols, stride: cols}
}

// Dims returns the number of rows and of columns, 0 and 0 for a nil matrix.
func (m *Dense[T]) Dims() (rows, cols int) {
	if m == nil {
		return 0, 0
	}
	return m.rows, m.cols
}

// At returns the number in row i and column j. It panics if either is out of range, as
// indexing a slice does.
func (m *Dense[T]) At(i, j int) T { return m.Row(i)[j] }

// Set sets the number in row i and column j. It panics if either is out of range.
func (m *Dense[T]) Set(i, j int, v T) { m.Row(i)[j] = v }

// Row returns row i without a copy: writing to it changes the matrix. It panics if i is out
// of range.
func (m *Dense[T]) Row(i int) []T {
	if m == nil || i < 0 || i >= m.rows {
		rows, cols := m.Dims()
		panic(fmt.Sprintf("matrix: row %d of %d×%d", i, rows, cols))
	}
	return m.row(i)
}

func (m *Dense[T]) row(i int) []T {
	at := i * m.stride
	return m.data[at : at+m.cols : at+m.cols]
}

// Slice returns rows i to j, excluding j, without a copy. If i or j is out of range, the
// error is an [ErrShape].
func (m *Dense[T]) Slice(i, j int) (*Dense[T], error) {
	if m == nil {
		return nil, fmt.Errorf("matrix.Dense.Slice: %w", errNilMatrix)
	}
	if i < 0 || j < i || j > m.rows {
		return nil, fmt.Errorf("matrix.Dense.Slice: %w: rows %d to %d of %d×%d", ErrShape, i, j, m.rows, m.cols)
	}
	return m.slice(i, j), nil
}

func (m *Dense[T]) slice(i, j int) *Dense[T] {
	s := &Dense[T]{rows: j - i, cols: m.cols, stride: m.stride}
	if i < j {
		end := (j-1)*m.stride + m.cols
		s.data = m.data[i*m.stride : end : end]
	}
	return s
}

// Clone returns a copy of the matrix, or nil if it is nil.
func (m *Dense[T]) Clone() *Dense[T] {
	if m == nil {
		return nil
	}
	c := zeros[T](m.rows, m.cols)
	m.read(c.data, 0, m.rows)
	return c
}

// read copies rows lo to hi into buf, one after the other.
func (m *Dense[T]) read(buf []T, lo, hi int) {
	if m.stride == m.cols {
		copy(buf, m.data[lo*m.cols:hi*m.cols])
		return
	}
	for i := lo; i < hi; i++ {
		at := i * m.stride
		copy(buf[(i-lo)*m.cols:], m.data[at:at+m.cols])
	}
}

// Equal reports whether both matrices have the same shape and the same numbers.
// NaN equals NaN, and 0 equals -0. A nil matrix equals only a nil matrix.
func (m *Dense[T]) Equal(o *Dense[T]) bool {
	if m == nil || o == nil {
		return m == o
	}
	if m.rows != o.rows || m.cols != o.cols {
		return false
	}
	for i := range m.rows {
		a, b := m.Row(i), o.Row(i)
		for j, v := range a {
			if w := b[j]; v != w && (v == v || w == w) {
				return false
			}
		}
	}
	return true
}
