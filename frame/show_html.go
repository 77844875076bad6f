package frame

import (
	"html"
	"strings"
)

const (
	htmlColumns = 40  // a browser scrolls sideways, but readers soon stop
	htmlText    = 100 // cells of text that a cell of the table shows
)

// HTML returns f as an HTML table for notebooks and reports: the shape, names and Arrow
// types, the first and the last five rows, and up to 40 columns, with an ellipsis for
// what is left out. Text is escaped, and printed as by String.
//
// It has no style of its own. Style sheets can use its classes: parframe on the div
// around everything, shape, type, number (columns of numbers), null and more (an ellipsis
// for rows or columns).
func (f *Frame) HTML() string { return htmlTable(frameGrid{f.orZero()}) }

func htmlTable(g grid) string {
	rows, cols := g.size()
	shown := shownColumns(cols, htmlColumns)
	var b strings.Builder
	b.WriteString(`<div class="parframe">` + "\n" + `<p class="shape">shape: (` + grouped(rows) + ", " + grouped(cols) + ")</p>\n")
	b.WriteString("<table>\n<thead>\n<tr>")
	for _, col := range shown {
		if col < 0 {
			b.WriteString(`<th class="more">…</th>`)
			continue
		}
		name, typ := g.head(col)
		b.WriteString(`<th` + numberClass(g, col) + `>` + htmlCell(name) + `<br><span class="type">` + htmlCell(typ) + `</span></th>`)
	}
	b.WriteString("</tr>\n</thead>\n<tbody>\n")
	cells := make([][]string, len(shown))
	for i, col := range shown {
		if col >= 0 {
			cells[i] = rowCells(g, col, showRows, 16*htmlText)
		}
	}
	for r := range shownRows(rows, showRows) {
		b.WriteString("<tr>")
		for i, col := range shown {
			switch {
			case col < 0 || rows > showRows && r == (showRows+1)/2:
				b.WriteString(`<td class="more">…</td>`)
			case cells[i][r] == "null":
				b.WriteString(`<td class="null">null</td>`)
			default:
				b.WriteString(`<td` + numberClass(g, col) + `>` + htmlCell(cells[i][r]) + `</td>`)
			}
		}
		b.WriteString("</tr>\n")
	}
	b.WriteString("</tbody>\n</table>\n</div>")
	return b.String()
}

// shownColumns returns the indexes of the columns that are shown, with -1 where columns
// are left out.
func shownColumns(n, most int) []int {
	var shown []int
	for i := range n {
		switch {
		case n <= most || i < (most+1)/2 || i >= n-most/2:
			shown = append(shown, i)
		case len(shown) == (most+1)/2:
			shown = append(shown, -1)
		}
	}
	return shown
}

func htmlCell(s string) string {
	return html.EscapeString(fit(printable(clip(s, 16*htmlText)), htmlText))
}

func numberClass(g grid, col int) string {
	if g.kind(col) == numberCells {
		return ` class="number"`
	}
	return ""
}
