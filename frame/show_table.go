package frame

import (
	"fmt"
	"strconv"
	"strings"
)

// grid is the source of a printed table. Only cells that are shown are read.
type grid interface {
	size() (rows, cols int)
	head(col int) (name, typ string)
	kind(col int) cellKind
	cell(row, col, max int) string // printable, about max bytes at most
}

// cellKind is how the cells of a column are laid out.
type cellKind int

const (
	textCells   cellKind = iota
	wholeCells           // dates and the like: the column is hidden rather than cells cut
	numberCells          // the same, aligned to the right
)

// limits are the largest size of a table: in cells of the terminal, rows and columns.
type limits struct{ width, rows, cols int }

const (
	leastWidth = 9  // │ x ┆ … │
	leastText  = 12 // least number of cells for a text column, a name or a type
	typeText   = 24 // most cells that a type may ask for, as a struct's may be very long
)

// tableColumn is a column of the table during layout.
type tableColumn struct {
	name, typ string
	cells     []string
	right     bool
	least     int // least number of cells to be useful
	want      int // number of cells to be shown in full
	width     int // number of cells assigned
}

// table draws g in box characters, with at most lim.width cells per line, but at least
// leastWidth. Rows in the middle are left out, and so are columns in the middle if the
// table would be too wide, with an ellipsis in their place.
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

// shownRows returns the number of lines for n rows if at most most of them are shown: one
// more, for the ellipsis, if any are left out.
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
	maxBytes := 16 * lim.width // for text that takes many bytes per cell
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

// pickColumns chooses columns from the outside in, first column first, until the next one
// does not fit. It looks at no others, so a thousand columns cost nothing.
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

// share gives every column the width that it wants up to a common cap, the largest for
// which the table fits in width.
func share(columns []*tableColumn, width int) {
	lo, hi := 0, width // cap lo fits: every column has its least width
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

// grouped returns n with separated thousands, as in Go and Polars: 3_000_000.
func grouped(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "_" + s[i:]
	}
	return s
}
