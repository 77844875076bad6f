package stats

import (
	"context"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/internal/keys"
	"github.com/parframe/parframe/internal/unset"
)

// distinct counts different values by their numbers in the whole column.
type distinct struct {
	values[int64]
	codes []int32   // of the rows of the ranges, -1 for a missing value
	most  int       // numbers there are
	cells [][]int32 // the different numbers of each cell
}

func newDistinct(w keys.Workers, col chunk.Column, rows []int32) (*distinct, error) {
	n, gone, err := numberValues(w, col)
	if err != nil {
		return nil, err
	}
	m := &distinct{most: len(n.Firsts)}
	m.typ = arrow.PrimitiveTypes.Int64
	size := col.Len
	if rows != nil {
		size = len(rows)
	}
	m.codes = unset.Make[int32](size)
	return m, w.Ranges(size, func(_ context.Context, lo, hi int) error {
		for k := lo; k < hi; k++ {
			row := k
			if rows != nil {
				row = int(rows[k])
			}
			code := n.Codes[row]
			if code == gone {
				code = -1
			}
			m.codes[k] = code
		}
		return nil
	})
}

// numberValues numbers the different values of a column. gone is the number of
// NaN, if there is one.
func numberValues(w keys.Workers, col chunk.Column) (n *keys.Numbers, gone int32, err error) {
	s, err := keys.NewSource(col)
	if err != nil {
		return nil, 0, err
	}
	s.DropNulls = true
	if n, err = keys.Number(w, s); err != nil {
		return nil, 0, err
	}
	missing := keys.Missing(col)
	gone = -2
	for code, row := range n.Firsts {
		if missing != nil && missing(row) {
			gone = int32(code)
		}
	}
	return n, gone, nil
}

func (m *distinct) begin(ranges, cells int) {
	m.vals, m.cells = make([]int64, ranges), make([][]int32, cells)
}

// each calls fn once for each number that rows lo..hi have. No other call has the same
// stamp, so seen need not be cleared between calls.
func (m *distinct) each(w *Scratch, stamp int32, lo, hi int, fn func(code int32)) {
	if w.stamps == nil {
		w.stamps = map[*distinct][]int32{}
	}
	seen := w.stamps[m]
	if seen == nil {
		seen = make([]int32, m.most)
		w.stamps[m] = seen
	}
	for _, code := range m.codes[lo:hi] {
		if code >= 0 && seen[code] != stamp {
			seen[code] = stamp
			fn(code)
		}
	}
}

func (m *distinct) whole(_ context.Context, w *Scratch, g, lo, hi int) error {
	n := int64(0)
	m.each(w, int32(g)+1, lo, hi, func(int32) { n++ })
	m.vals[g] = n
	return nil
}

func (m *distinct) cell(_ context.Context, w *Scratch, k, lo, hi int) error {
	var codes []int32
	m.each(w, -int32(k)-1, lo, hi, func(code int32) { codes = append(codes, code) })
	m.cells[k] = codes
	return nil
}

func (m *distinct) join(ctx context.Context, g, from, to int) error {
	seen, n := make([]uint64, (m.most+63)/64), int64(0)
	for _, codes := range m.cells[from:to] {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		for _, code := range codes {
			word, mark := &seen[code>>6], uint64(1)<<(code&63)
			if *word&mark == 0 {
				*word |= mark
				n++
			}
		}
	}
	m.vals[g] = n
	return nil
}
