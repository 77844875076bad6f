package frame

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// testGrid is a grid of texts; asked counts the cells that were read.
type testGrid struct {
	heads [][2]string // name, type
	kinds []cellKind
	text  func(row, col int) string
	rows  int
	asked int
}

func (g *testGrid) size() (rows, cols int)          { return g.rows, len(g.heads) }
func (g *testGrid) head(col int) (name, typ string) { return g.heads[col][0], g.heads[col][1] }
func (g *testGrid) kind(col int) cellKind           { return g.kinds[col] }
func (g *testGrid) cell(row, col, max int) string {
	g.asked++
	return printable(clip(g.text(row, col), max))
}

// columnsOf makes a grid from columns: name, type, cells.
func columnsOf(cols ...[]string) *testGrid {
	g := &testGrid{text: func(row, col int) string { return cols[col][row+2] }}
	for _, c := range cols {
		g.heads = append(g.heads, [2]string{c[0], c[1]})
		kind := textCells
		if strings.HasPrefix(c[1], "int") || strings.HasPrefix(c[1], "float") {
			kind = numberCells
		}
		g.kinds = append(g.kinds, kind)
		g.rows = len(c) - 2
	}
	return g
}

// sameCells makes a grid of equal cells.
func sameCells(rows, cols int, kind cellKind, text string) *testGrid {
	g := &testGrid{rows: rows, text: func(int, int) string { return text }}
	for i := range cols {
		g.heads = append(g.heads, [2]string{fmt.Sprint("c", i), "t"})
		g.kinds = append(g.kinds, kind)
	}
	return g
}

func TestTable(t *testing.T) {
	numbers := []string{"n", "int64"}
	for i := range 12 {
		numbers = append(numbers, fmt.Sprint(i*i))
	}
	for _, c := range []struct {
		name string
		grid grid
		lim  limits
		want string
	}{
		{"no columns", columnsOf(), limits{100, 10, 100}, `
shape: (0, 0)
┌┐
╞╡
└┘`},
		{"no rows", columnsOf([]string{"name", "utf8"}, []string{"x", "float64"}), limits{100, 10, 100}, `
shape: (0, 2)
┌──────┬─────────┐
│ name ┆       x │
│ ---  ┆     --- │
│ utf8 ┆ float64 │
╞══════╪═════════╡
└──────┴─────────┘`},
		{"wide text", columnsOf([]string{"都市", "utf8", "東京", "Zürich", "🇩🇪 👩‍🚀", "null"}, []string{"e\u0301", "int8", "1", "-20", "null", "3"}),
			limits{100, 10, 100}, `
shape: (4, 2)
┌────────┬──────┐
│ 都市   ┆    é │
│ ---    ┆  --- │
│ utf8   ┆ int8 │
╞════════╪══════╡
│ 東京   ┆    1 │
│ Zürich ┆  -20 │
│ 🇩🇪 👩‍🚀  ┆ null │
│ null   ┆    3 │
└────────┴──────┘`},
		{"more rows than shown", columnsOf(numbers), limits{100, 5, 100}, `
shape: (12, 1)
┌───────┐
│     n │
│   --- │
│ int64 │
╞═══════╡
│     0 │
│     1 │
│     4 │
│     … │
│   100 │
│   121 │
└───────┘`},
		{"as many rows as shown", columnsOf([]string{"n", "t", "1", "2"}), limits{100, 2, 100}, `
shape: (2, 1)
┌─────┐
│ n   │
│ --- │
│ t   │
╞═════╡
│ 1   │
│ 2   │
└─────┘`},
		{"columns from the outside in", sameCells(1, 9, textCells, "xyz"), limits{30, 10, 100}, `
shape: (1, 9)
┌─────┬─────┬───┬─────┬─────┐
│ c0  ┆ c1  ┆ … ┆ c7  ┆ c8  │
│ --- ┆ --- ┆   ┆ --- ┆ --- │
│ t   ┆ t   ┆   ┆ t   ┆ t   │
╞═════╪═════╪═══╪═════╪═════╡
│ xyz ┆ xyz ┆ … ┆ xyz ┆ xyz │
└─────┴─────┴───┴─────┴─────┘`},
		{"a limit of columns", sameCells(1, 9, textCells, "xyz"), limits{100, 10, 3}, `
shape: (1, 9)
┌─────┬─────┬───┬─────┐
│ c0  ┆ c1  ┆ … ┆ c8  │
│ --- ┆ --- ┆   ┆ --- │
│ t   ┆ t   ┆   ┆ t   │
╞═════╪═════╪═══╪═════╡
│ xyz ┆ xyz ┆ … ┆ xyz │
└─────┴─────┴───┴─────┘`},
		{"text is cut, numbers are not",
			columnsOf([]string{"title", "utf8", "The quick brown fox jumps over"}, []string{"number", "int64", "1234567890123456789"}, []string{"s", "utf8", "short"}),
			limits{50, 10, 100}, `
shape: (1, 3)
┌──────────────────┬─────────────────────┬───────┐
│ title            ┆              number ┆ s     │
│ ---              ┆                 --- ┆ ---   │
│ utf8             ┆               int64 ┆ utf8  │
╞══════════════════╪═════════════════════╪═══════╡
│ The quick brown… ┆ 1234567890123456789 ┆ short │
└──────────────────┴─────────────────────┴───────┘`},
		{"the smallest table", sameCells(3_000_000, 2000, numberCells, "123456"), limits{1, 2, 100}, `
shape: (…
┌───┬───┐
│ … ┆ … │
│ … ┆   │
│ t ┆   │
╞═══╪═══╡
│ … ┆ … │
│ … ┆ … │
│ … ┆ … │
└───┴───┘`},
		{"no rows asked for", sameCells(7, 1, textCells, "x"), limits{100, 0, 100}, `
shape: (7, 1)
┌─────┐
│ c0  │
│ --- │
│ t   │
╞═════╡
│ …   │
└─────┘`},
		{"no columns asked for", sameCells(1, 7, textCells, "x"), limits{100, 10, 0}, `
shape: (1, 7)
┌───┐
│ … │
│   │
│   │
╞═══╡
│ … │
└───┘`},
		{"line breaks in names", columnsOf([]string{"a\nb", "t", "x\ty"}), limits{100, 10, 100}, `
shape: (1, 1)
┌──────┐
│ a\nb │
│ ---  │
│ t    │
╞══════╡
│ x\ty │
└──────┘`},
	} {
		if diff := cmp.Diff(strings.TrimPrefix(c.want, "\n"), table(c.grid, c.lim)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

// A huge table costs no more than the part that is shown.
func TestTableReadsOnlyWhatItShows(t *testing.T) {
	g := sameCells(math.MaxInt, 100_000, numberCells, "1")
	s := table(g, limits{showWidth, showRows, math.MaxInt})
	if !strings.HasPrefix(s, "shape: (9_223_372_036_854_775_807, 100_000)\n") {
		t.Errorf("got %.60q", s)
	}
	if g.asked > showRows*showWidth/4 {
		t.Errorf("asked for %d cells", g.asked)
	}
}

// For any text in any number of columns, lines have the same width, no wider than
// allowed, and as wide as useful: nothing that fits is cut or hidden.
func TestTableHoldsTheWidth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows, cols := rapid.IntRange(0, 5).Draw(t, "rows"), rapid.IntRange(1, 12).Draw(t, "cols")
		width := rapid.IntRange(leastWidth, 120).Draw(t, "width")
		cells := rapid.SliceOfN(awkward(), (rows+2)*cols, (rows+2)*cols).Draw(t, "cells")
		g := &testGrid{rows: rows, text: func(row, col int) string { return cells[(row+2)*cols+col] }}
		for i := range cols {
			g.heads = append(g.heads, [2]string{cells[i], cells[cols+i]})
			g.kinds = append(g.kinds, cellKind(rapid.IntRange(0, 2).Draw(t, "kind")))
		}
		lim := limits{width, rapid.IntRange(1, 6).Draw(t, "most"), cols}
		s := table(g, lim)
		lines := strings.Split(s, "\n")
		if want := 1 + 6 + shownRows(rows, lim.rows); len(lines) != want {
			t.Fatalf("%d lines, want %d:\n%s", len(lines), want, s)
		}
		for _, l := range lines[1:] {
			if got := textWidth(l); got != textWidth(lines[1]) || got > width {
				t.Fatalf("a line of %d cells, the first has %d, at most %d:\n%s\n%+q", got, textWidth(lines[1]), width, s, l)
			}
		}
		whole := 1
		for col := range cols {
			whole += 3 + newColumn(g, col, lim).want
		}
		if hidden := strings.Count(lines[1], "┬")+1 < cols; hidden && whole <= width {
			t.Fatalf("hidden columns, though all need %d of %d cells:\n%s", whole, width, s)
		}
	})
}

func TestGrouped(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1_000", 12345: "12_345", 3_000_000: "3_000_000"} {
		if got := grouped(n); got != want {
			t.Errorf("grouped(%d) = %q, want %q", n, got, want)
		}
	}
}
