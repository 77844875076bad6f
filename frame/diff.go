package frame

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/parframe/parframe/internal/chunk"
)

// Diff describes the first difference between g and f, column by column and row by row.
// It is empty if the frames are equal:
//
//	column "delay", row 17: 4.5, the other has null
func (f *Frame) Diff(g *Frame) string {
	switch {
	case f.Equal(g):
		return ""
	case f == nil || g == nil:
		return "one of the frames is nil"
	case !slices.Equal(f.Names(), g.Names()):
		return fmt.Sprintf("columns: %s, the other has %s", quoted(f.Names()), quoted(g.Names()))
	case f.rows != g.rows:
		return fmt.Sprintf("%d rows, the other has %d", f.rows, g.rows)
	}
	for i, c := range f.cols {
		d := g.cols[i]
		if !chunk.SameType(c.Field.Type, d.Field.Type) {
			return fmt.Sprintf("column %q: %s, the other is %s", c.Field.Name, c.Field.Type, d.Field.Type)
		}
		if row := firstDiff(c, d); row < c.Len {
			a, b := valueText(c.Value(row)), valueText(d.Value(row))
			if a == b {
				b += " that differs in its bits or its kind"
			}
			return fmt.Sprintf("column %q, row %d: %s, the other has %s", c.Field.Name, row, a, b)
		}
	}
	return ""
}

func quoted(names []string) string { return fmt.Sprintf("%q", names) }

// firstDiff returns the first row that differs, or the number of rows.
func firstDiff(c, d chunk.Column) int {
	row := 0
	chunk.Pairwise(c.Chunks, d.Chunks, func(a *chunk.Chunk, i int, b *chunk.Chunk, j, n int) bool {
		if chunk.EqualRows(a, i, b, j, n) {
			row += n
			return true
		}
		for k := range n {
			if !chunk.EqualRows(a, i+k, b, j+k, 1) {
				row += k
				break
			}
		}
		return false
	})
	return row
}

// valueText returns a value in Go syntax.
func valueText(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case string:
		return fmt.Sprintf("%q", v)
	case []byte:
		return fmt.Sprintf("%x", v)
	case float64:
		if math.IsNaN(v) {
			return fmt.Sprintf("NaN (%#x)", math.Float64bits(v))
		}
	case []any:
		texts := make([]string, len(v))
		for i, x := range v {
			texts[i] = valueText(x)
		}
		return "[" + strings.Join(texts, " ") + "]"
	}
	return fmt.Sprint(v)
}
