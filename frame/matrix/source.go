package matrix

import (
	"cmp"
	"slices"

	"github.com/apache/arrow/go/v15/arrow/bitutil"

	"github.com/parframe/parframe/frame"
)

// A source is rows of a column as pieces of numbers, one for each Arrow chunk.
type source[T Number] struct {
	pieces []piece[T]
	ends   []int // row after each piece
}

// A piece is numbers and their validity bitmap.
type piece[T Number] struct {
	data  []T
	valid []byte // nil if no number is null
	off   int    // bit of the first number
}

// An input is a column. If its memory holds values of type T, it is read without a copy;
// otherwise a few rows at a time are converted.
type input[T Number] struct {
	column frame.Column
	whole  source[T]
	shared bool
}

// newInput returns the input of a column, or an error if T cannot hold values of its type.
func newInput[T Number](c frame.Column) (input[T], error) {
	if c.Type().ID() == typeOf[T]().ID() {
		return input[T]{whole: sharedSource[T](c), shared: true}, nil
	}
	none, err := c.Slice(0, 0)
	if err == nil {
		_, err = frame.Nulls[T](none)
	}
	return input[T]{column: c}, err
}

// rows returns a source that has at least rows lo to hi.
func (in *input[T]) rows(lo, hi int) (source[T], error) {
	if in.shared {
		return in.whole, nil
	}
	c, err := in.column.Slice(lo, hi)
	if err != nil {
		return source[T]{}, err
	}
	var p piece[T]
	if c.NullN() == 0 {
		p.data, err = frame.Values[T](c)
		return sourceOf(p, lo), err
	}
	cells, err := frame.Nulls[T](c)
	if err != nil {
		return source[T]{}, err
	}
	p.data, p.valid = make([]T, len(cells)), make([]byte, (len(cells)+7)/8)
	for i, cell := range cells {
		p.data[i] = cell.V
		if cell.Valid {
			bitutil.SetBit(p.valid, i)
		}
	}
	return sourceOf(p, lo), nil
}

// sourceOf returns the source of one piece, which begins at row first.
func sourceOf[T Number](p piece[T], first int) source[T] {
	return source[T]{pieces: []piece[T]{p}, ends: []int{first + len(p.data)}}
}

// sharedSource returns a source over the memory of a column, which has the Arrow type of T.
func sharedSource[T Number](c frame.Column) source[T] {
	var s source[T]
	end := 0
	for _, a := range c.Chunks() {
		d := a.Data()
		bufs := d.Buffers()
		p := piece[T]{data: numbers[T](bufs[1].Bytes(), d.Offset(), d.Len()), off: d.Offset()}
		if bufs[0] != nil && a.NullN() > 0 {
			p.valid = bufs[0].Bytes()
		}
		end += d.Len()
		s.pieces, s.ends = append(s.pieces, p), append(s.ends, end)
	}
	return s
}

// copyTo writes rows lo to hi into column j of m, with *null for nulls. If null is nil, it
// stops before the first null. It returns the row after the last that it wrote.
func (s *source[T]) copyTo(m *Dense[T], j, lo, hi int, null *T) int {
	k, _ := slices.BinarySearchFunc(s.ends, lo, func(end, row int) int {
		return cmp.Compare(end, row+1)
	})
	pos := lo*m.stride + j
	for row := lo; row < hi; k++ {
		p := &s.pieces[k]
		from := row - (s.ends[k] - len(p.data))
		data := p.data[from:min(from+hi-row, len(p.data))]
		if p.valid == nil {
			for _, v := range data {
				m.data[pos] = v
				pos += m.stride
			}
		} else {
			for i, v := range data {
				if !bitutil.BitIsSet(p.valid, p.off+from+i) {
					if null == nil {
						return row + i
					}
					v = *null
				}
				m.data[pos] = v
				pos += m.stride
			}
		}
		row += len(data)
	}
	return hi
}
