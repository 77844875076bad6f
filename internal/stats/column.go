package stats

import (
	"context"
	"slices"

	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/internal/freelist"
	"github.com/parframe/parframe/internal/keys"
	"github.com/parframe/parframe/internal/unset"
)

// Workers runs the steps of one call on the call's workers.
type Workers interface {
	keys.Workers
	// RowRanges calls fn for ranges of size rows, the last one shorter, of n rows, in
	// any order and several at the same time. If fn fails, row is the row that did.
	RowRanges(n, size int, fn func(ctx context.Context, lo, hi int) (row int, err error)) error
}

// Cells returns how many cells a range of n rows is measured in.
func Cells(n int) int {
	size := CellSize(n)
	return (n + size - 1) / size
}

// CellSize returns how many rows each cell of a range of n rows has. The last
// one may have fewer.
func CellSize(n int) int {
	cells := max((n+CellRows-1)/CellRows, 1)
	return max((n+cells-1)/cells, 1)
}

// OfColumn computes statistics of a whole column, each of them a column of one
// row. Quantiles should come in ascending order: then each is looked for only
// among the values that the one before it has found to be greater.
func OfColumn(w Workers, col chunk.Column, wants ...Want) ([]chunk.Column, error) {
	if err := context.Cause(w.Context()); err != nil {
		return nil, err
	}
	out := make([]chunk.Column, len(wants))
	m, at := NewMeasure(col.Field), make([]int, len(wants))
	var quantiles []int
	for i, want := range wants {
		typ, err := Result(want.Statistic, col.Field)
		if err != nil {
			return nil, err
		}
		at[i] = -1
		count := values[int64]{typ: typ, vals: make([]int64, 1)}
		switch {
		case want.Statistic == Quantile:
			quantiles = append(quantiles, i)
		case want.Statistic == Count:
			if count.vals[0], err = countValues(w, col); err != nil {
				return nil, err
			}
			out[i] = count.column(col.Field.Name)
		case want.Statistic == Distinct:
			n, nan, err := numberValues(w, col)
			if err != nil {
				return nil, err
			}
			if count.vals[0] = int64(len(n.Firsts)); nan >= 0 {
				count.vals[0]--
			}
			out[i] = count.column(col.Field.Name)
		default:
			if at[i], err = m.Want(want); err != nil {
				return nil, err
			}
		}
	}
	if err := m.wholeColumn(w, col); err != nil {
		return nil, err
	}
	for i, k := range at {
		if k < 0 {
			continue
		}
		var rows []int32
		if out[i], rows = m.Result(k, col.Field.Name); rows != nil {
			out[i] = rowOf(col, int(rows[0]))
		}
	}
	return out, quantilesOf(w, col, wants, quantiles, out)
}

func countValues(w Workers, col chunk.Column) (int64, error) {
	if !keys.HoldsFloats(col.Field.Type) {
		return int64(col.Len - col.NullN()), nil
	}
	seen, err := Observed(w, col)
	return int64(seen.Above(col.Len)), err
}

// rowOf returns the row as a column, and null for -1.
func rowOf(col chunk.Column, row int) chunk.Column {
	if row >= 0 {
		return col.Slice(row, row+1)
	}
	c := chunk.Column{Field: col.Field}
	c.Append(chunk.Nulls(col.Field.Type, 1))
	return c
}

// wholeColumn measures all rows as the only range.
func (m *Measure) wholeColumn(w Workers, col chunk.Column) error {
	if len(m.wants) == 0 {
		return nil
	}
	if err := m.Read(w, col, nil, func() (chunk.Column, error) { return col, nil }); err != nil {
		return err
	}
	size, cells := CellSize(col.Len), Cells(col.Len)
	m.Begin(1, cells)
	var free freelist.List[*Scratch]
	err := w.RowRanges(col.Len, size, func(ctx context.Context, lo, hi int) (int, error) {
		s, ok := free.Take()
		if !ok {
			s = new(Scratch)
		}
		err := m.Cell(ctx, s, lo/size, lo, hi)
		free.Give(s)
		return lo, err
	})
	if err != nil {
		return err
	}
	return m.Join(w.Context(), 0, 0, cells)
}

// quantilesOf computes the wants that are quantiles: which has their numbers.
func quantilesOf(w Workers, col chunk.Column, wants []Want, which []int, out []chunk.Column) error {
	if len(which) == 0 {
		return nil
	}
	switch c := classOf(col.Field.Type); {
	case c == floating || c == decimal:
		return selectQuantiles(w, col, floatsOf(col), between[float64], wants, which, out)
	case c == unsigned:
		return selectQuantiles(w, col, viewOf[uint64](col), between[uint64], wants, which, out)
	case c.number():
		return selectQuantiles(w, col, viewOf[int64](col), between[int64], wants, which, out)
	}
	return selectQuantiles(w, col, viewOf[int64](col), betweenTimes, wants, which, out)
}

func selectQuantiles[T number, R comparable](w Workers, col chunk.Column, v *view[T], between func(a, b uint64, share float64) R, wants []Want, which []int, out []chunk.Column) error {
	words, err := v.selectable(w)
	if err != nil {
		return err
	}
	from, ctx := 0, w.Context() // no word before from is greater than a later one
	for _, i := range which {
		typ, _ := Result(Quantile, col.Field)
		r := values[R]{typ: typ, vals: make([]R, 1), none: []bool{len(words) == 0}}
		if len(words) > 0 {
			k, share := quantileAt(len(words), wants[i].Q)
			if k < from {
				from = 0
			}
			selectNth(ctx, words[from:], k-from)
			from = k
			a, b := words[k], words[k]
			if share > 0 {
				b = leastWord(ctx, words[k+1:])
			}
			r.vals[0] = between(a, b, share)
		}
		out[i] = r.column(col.Field.Name)
	}
	return context.Cause(ctx)
}

// selectable returns the words of the values that are neither null nor NaN.
func (v *view[T]) selectable(w Workers) ([]uint64, error) {
	n := v.col.Len
	put := only[func([]uint64, []T)](putWords[int64], putWords[uint64], putWords[float64])
	words, seen := unset.Make[uint64](n), make([]int, (n+rollCell-1)/rollCell)
	type mem struct {
		x     []T
		words []uint64
	}
	var free freelist.List[*mem]
	err := w.RowRanges(n, rollCell, func(_ context.Context, lo, hi int) (int, error) {
		s, ok := free.Take()
		if !ok {
			s = new(mem)
		}
		x := v.seen(lo, hi, &s.x, &s.words)
		put(words[lo:], x)
		seen[lo/rollCell] = len(x)
		free.Give(s)
		return lo, nil
	})
	if err != nil {
		return nil, err
	}
	kept := 0
	for k, m := range seen {
		if w.Context().Err() != nil {
			return nil, context.Cause(w.Context())
		}
		if lo := k * rollCell; lo != kept {
			copy(words[kept:], words[lo:lo+m])
		}
		kept += m
	}
	return words[:kept], nil
}

// Observed marks the rows that are neither null nor NaN. It returns nil if all are.
func Observed(w Workers, col chunk.Column) (*chunk.Ranks, error) {
	switch t := col.Field.Type; {
	case !chunk.IsFloat(t) && keys.HoldsFloats(t):
		return observed(w, col.Len, keys.Missing(col))
	case !chunk.IsFloat(t):
		if col.NullN() == 0 {
			return nil, nil
		}
		return chunk.PresentRanks(w.Context(), col)
	}
	v := viewOf[float64](col)
	words := make([]uint64, col.Len/64+1)
	whole := make([]bool, (col.Len+rollCell-1)/rollCell)
	var free freelist.List[*[]float64]
	err := w.RowRanges(col.Len, rollCell, func(_ context.Context, lo, hi int) (int, error) {
		buf, ok := free.Take()
		if !ok {
			buf = new([]float64)
		}
		mine := words[lo>>6:][:(hi-lo+63)/64]
		whole[lo/rollCell] = v.observed(lo, hi, mine, v.rows(lo, hi, buf))
		free.Give(buf)
		return lo, nil
	})
	if err != nil {
		return nil, err
	}
	if !slices.Contains(whole, false) {
		return nil, nil
	}
	return chunk.NewRanks(words), nil
}

// observed marks those of n rows that are not missing.
func observed(w Workers, n int, missing func(row int) bool) (*chunk.Ranks, error) {
	words := make([]uint64, n/64+1)
	err := w.RowRanges(n, rollCell, func(_ context.Context, lo, hi int) (int, error) {
		for i := lo; i < hi; i++ {
			if !missing(i) {
				words[i>>6] |= 1 << (i & 63)
			}
		}
		return lo, nil
	})
	return chunk.NewRanks(words), err
}
