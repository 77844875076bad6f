package frame

import (
	"context"

	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/internal/keys"
	"github.com/parframe/parframe/internal/unset"
)

// uniqueMeasure counts different values by their numbers in the whole column.
type uniqueMeasure struct {
	codes  []int32 // of the gathered rows, -1 for a missing value
	most   int     // numbers there are
	counts []int64
	cells  [][]int32 // the different numbers of each cell
}

func (r *aggRun) addUnique(a Agg, col chunk.Column) error {
	if _, err := keys.NewSource(col.Slice(0, 0)); err != nil {
		return err
	}
	m := &uniqueMeasure{}
	r.measures = append(r.measures, m)
	r.prepares = append(r.prepares, func(ctx context.Context, at *grouping) error { return m.prepare(ctx, r.c, col, at) })
	r.outs = append(r.outs, func(context.Context, *call) (chunk.Column, error) { return numberColumn(a.name, m.counts, nil), nil })
	return nil
}

func (m *uniqueMeasure) prepare(ctx context.Context, c *call, col chunk.Column, at *grouping) error {
	s, err := keys.NewSource(col)
	if err != nil {
		return err
	}
	s.DropNulls = true
	n, err := keys.Number(c, s)
	if err != nil {
		return err
	}
	missing := keys.Missing(col)
	gone := int32(-2) // the number of NaN
	for code, row := range n.Firsts {
		if missing != nil && missing(row) {
			gone = int32(code)
		}
	}
	m.codes, m.most = unset.Make[int32](len(at.rows)), len(n.Firsts)
	return c.Ranges(len(at.rows), func(_ context.Context, lo, hi int) error {
		for k, row := range at.rows[lo:hi] {
			code := n.Codes[row]
			if code == gone {
				code = -1
			}
			m.codes[lo+k] = code
		}
		return nil
	})
}

func (m *uniqueMeasure) begin(groups, cells int) {
	m.counts, m.cells = make([]int64, groups), make([][]int32, cells)
}

// each calls fn for each number that is new among rows lo..hi. stamp is one
// that nobody else uses: seen need not be cleared.
func (m *uniqueMeasure) each(w *aggScratch, stamp int32, lo, hi int, fn func(code int32)) {
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

func (m *uniqueMeasure) whole(_ context.Context, w *aggScratch, g, lo, hi int) error {
	n := int64(0)
	m.each(w, int32(g)+1, lo, hi, func(int32) { n++ })
	m.counts[g] = n
	return nil
}

func (m *uniqueMeasure) cell(_ context.Context, w *aggScratch, k, lo, hi int) error {
	var codes []int32
	m.each(w, -int32(k)-1, lo, hi, func(code int32) { codes = append(codes, code) })
	m.cells[k] = codes
	return nil
}

func (m *uniqueMeasure) join(ctx context.Context, g, from, to int) error {
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
	m.counts[g] = n
	return nil
}
