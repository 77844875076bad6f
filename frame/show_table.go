package frame

import (
	"fmt"
	"strconv"
	"strings"
)

// grid is what a table is printed from. Only what is shown is asked for.
type grid interface {
	size() (rows, cols int)
	head(col int) (name, typ string)
	kind(col int) cellKind
	cell(row, col, max int) string // printable, of at most some max bytes
}

// cellKind says how the cells of a column are laid out.
type cellKind int

const (
	textCells   cellKind = iota
	wholeCells           // dates and the like: rather hide a column than cut them
	numberCells          // the same, aligned to the right
)

// limits are the largest size of a table: in cells of the terminal, rows and columns.
type limits struct{ width, rows, cols int }

const (
	leastWidth = 9  // │ x ┆ … │
	leastText  = 12 // cells that a text column, a name or a type is given at least
	typeText   = 24 // cells that a type may ask for; a struct's goes on for lines
)

// tableColumn is a column of the table that is being laid out.
type tableColumn struct {
	name, typ string
	cells     []string
	right     bool
	least     int // cells that it needs to be of use
	want      int // cells that it needs to be shown in full
	width     int // cells that it got
}

// table draws g in box characters, every line of at most lim.width cells (but
// at least leastWidth). Rows are left out in the middle, and columns, where
// the width does not suffice for all; an ellipsis stands in their place.
func table(g grid, lim limits) string {
	lim.width = max(lim.width, leastWidth)
	rows, cols := g.size()
	var b strings.Builder
	b.WriteString(fit("shape: ("+grouped(rows)+", "+grouped(cols)+")", lim.width))
	columns := pickColumns(g, lim)
	share(columns, lim.width)
	rule(&b, columns, "┌", "─", "┬", "┐")
	if len(columns) > 0 { // else the frame has no columns: a box without lines
		line(&b, columns, func(c *tableColumn) string { return c.name })
		line(&b, columns, func(c *tableColumn) string {
			if c.typ == "" {
				return ""
			}
			return "---"
		})
		line(&b, columns, func(c *tableColumn) string { return c.typ })
	}
	rule(&b, columns, "╞", "═", "╪", "╡")
	for r := range shownRows(rows, lim.rows) {
		if len(columns) > 0 {
			line(&b, columns, func(c *tableColumn) string { return c.cells[r] })
		}
	}
	rule(&b, columns, "└", "─", "┴", "┘")
	return b.String()
}

// shownRows returns how many lines n rows take, when at most most of them are
// to be shown: one more than those, for the ellipsis, if there are others.
func shownRows(n, most int) int {
	if n > most {
		return most + 1
	}
	return n
}

// rowCells returns the cells of a column that are shown: the first and the
// last, and between them an ellipsis if there are more than most.
func rowCells(g grid, col, most, maxBytes int) []string {
	rows, _ := g.size()
	cells := make([]string, shownRows(rows, most))
	for k := range cells {
		row := k
		if rows > most {
			switch head := (most + 1) / 2; {
			case k == head:
				cells[k] = ellipsis
				continue
			case k > head:
				row = rows - len(cells) + k
			}
		}
		cells[k] = g.cell(row, col, maxBytes)
	}
	return cells
}

func newColumn(g grid, col int, lim limits) *tableColumn {
	maxBytes := 16 * lim.width // of text that takes many bytes for a cell
	name, typ := g.head(col)
	c := &tableColumn{
		name:  printable(clip(name, maxBytes)),
		typ:   printable(clip(typ, maxBytes)),
		cells: rowCells(g, col, lim.rows, maxBytes),
		right: g.kind(col) == numberCells,
	}
	widest := 1
	for _, s := range c.cells {
		widest = max(widest, textWidth(s))
	}
	name, typ = c.name, c.typ
	c.want = max(widest, textWidth(name), min(textWidth(typ), typeText), len("---"))
	c.least = min(c.want, leastText)
	if g.kind(col) != textCells {
		c.least = max(c.least, widest)
	}
	return c
}

// pickColumns chooses from the outside in, first column first, until the next
// one does not fit. It looks at no others, so a thousand columns cost nothing.
func pickColumns(g grid, lim limits) []*tableColumn {
	const frame = 3 // a column's left border and its two spaces
	_, cols := g.size()
	var front, back []*tableColumn
	used := 1 // the right border
	for left := cols; left > 0 && cols-left < lim.cols; left-- {
		others := 0
		if left > 1 {
			others = frame + 1
		}
		room := lim.width - used - frame - others
		if len(front) == len(back) {
			c := newColumn(g, len(front), lim)
			if left == cols {
				c.least = min(c.least, room)
			}
			if c.least > room {
				break
			}
			front = append(front, c)
			used += frame + c.least
			continue
		}
		c := newColumn(g, cols-1-len(back), lim)
		if c.least > room {
			break
		}
		back = append(back, c)
		used += frame + c.least
	}
	if len(front)+len(back) < cols {
		rows, _ := g.size()
		dots := &tableColumn{name: ellipsis, least: 1, want: 1, cells: make([]string, shownRows(rows, lim.rows))}
		for i := range dots.cells {
			dots.cells[i] = ellipsis
		}
		front = append(front, dots)
	}
	for i := len(back) - 1; i >= 0; i-- {
		front = append(front, back[i])
	}
	return front
}

// share gives every column the width that it wants up to a common cap, the
// largest for which the table is not wider than width.
func share(columns []*tableColumn, width int) {
	lo, hi := 0, width // cap lo fits: every column has its least
	for lo < hi {
		limit := (lo + hi + 1) / 2
		used := 1
		for _, c := range columns {
			c.width = max(c.least, min(c.want, limit))
			used += 3 + c.width
		}
		if used <= width {
			lo = limit
		} else {
			hi = limit - 1
		}
	}
	for _, c := range columns {
		c.width = max(c.least, min(c.want, lo))
	}
}

func rule(b *strings.Builder, columns []*tableColumn, left, dash, mid, right string) {
	b.WriteString("\n" + left)
	for i, c := range columns {
		if i > 0 {
			b.WriteString(mid)
		}
		b.WriteString(strings.Repeat(dash, c.width+2))
	}
	b.WriteString(right)
}

func line(b *strings.Builder, columns []*tableColumn, text func(c *tableColumn) string) {
	b.WriteString("\n│")
	for i, c := range columns {
		if i > 0 {
			b.WriteString("┆")
		}
		fmt.Fprintf(b, " %s ", pad(fit(text(c), c.width), c.width, c.right))
	}
	b.WriteString("│")
}

// grouped writes n with its thousands apart, as Go and Polars do: 3_000_000.
func grouped(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "_" + s[i:]
	}
	return s
}
