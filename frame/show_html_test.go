package frame

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestHTML(t *testing.T) {
	f := shown(t,
		"<b>&", fromJSON(t, arrow.BinaryTypes.String, `["<script>alert('x')</script>", "a \"quoted\" & b", null, "two\nlines", "null"]`),
		"n", fromJSON(t, arrow.PrimitiveTypes.Float64, `[1.5, null, 3, 4, 5]`),
	)
	want := `
<div class="parframe">
<p class="shape">shape: (5, 2)</p>
<table>
<thead>
<tr><th>&lt;b&gt;&amp;<br><span class="type">utf8</span></th><th class="number">n<br><span class="type">float64</span></th></tr>
</thead>
<tbody>
<tr><td>&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;</td><td class="number">1.5</td></tr>
<tr><td>a &#34;quoted&#34; &amp; b</td><td class="null">null</td></tr>
<tr><td class="null">null</td><td class="number">3.0</td></tr>
<tr><td>two\nlines</td><td class="number">4.0</td></tr>
<tr><td>&#34;null&#34;</td><td class="number">5.0</td></tr>
</tbody>
</table>
</div>`
	if diff := cmp.Diff(strings.TrimPrefix(want, "\n"), f.HTML()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestHTMLHeadAndTail(t *testing.T) {
	got := shown(t, "n", int64s(50)).HTML()
	for _, want := range []string{
		`<td class="number">4</td></tr>` + "\n" + `<tr><td class="more">…</td></tr>` + "\n" + `<tr><td class="number">45</td>`,
		`<p class="shape">shape: (50, 1)</p>`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("missing %s in\n%s", want, got)
		}
	}
	if n := strings.Count(got, "<tr>"); n != 1+11 {
		t.Errorf("%d rows", n)
	}
	got = wide(t, 1000).HTML()
	if n := strings.Count(got, "<th"); n != 1+1+htmlColumns { // thead, the ellipsis and the columns
		t.Errorf("%d columns", n)
	}
	if !strings.Contains(got, `>column_19<br>`) || !strings.Contains(got, `<th class="more">…</th><th class="number">column_980<br>`) {
		t.Error(got)
	}
	if got := (&Frame{}).HTML(); !strings.Contains(got, "shape: (0, 0)") || !strings.Contains(got, "<tr></tr>") {
		t.Error(got)
	}
}

func TestShownColumns(t *testing.T) {
	for _, c := range []struct {
		n, most int
		want    []int
	}{
		{0, 4, nil},
		{3, 4, []int{0, 1, 2}},
		{4, 4, []int{0, 1, 2, 3}},
		{5, 4, []int{0, 1, -1, 3, 4}},
		{9, 3, []int{0, 1, -1, 8}},
	} {
		if diff := cmp.Diff(c.want, shownColumns(c.n, c.most)); diff != "" {
			t.Errorf("%d of %d (-want +got):\n%s", c.most, c.n, diff)
		}
	}
}

// Whatever the text, the table stays a table: it has only the tags of the layout, and
// their number depends only on rows and columns.
func TestHTMLEscapes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows, cols := rapid.IntRange(0, 3).Draw(t, "rows"), rapid.IntRange(1, 3).Draw(t, "cols")
		texts := rapid.OneOf(awkward(), rapid.SampledFrom([]string{"<td>", "</table>", "&lt;", `" onclick="`, "<!--", "]]>"}))
		cells := rapid.SliceOfN(texts, (rows+2)*cols, (rows+2)*cols).Draw(t, "cells")
		g := &testGrid{rows: rows, text: func(row, col int) string { return cells[(row+2)*cols+col] }, kinds: make([]cellKind, cols)}
		for i := range cols {
			g.heads = append(g.heads, [2]string{cells[i], cells[cols+i]})
		}
		tags := 0
		d := xml.NewDecoder(strings.NewReader(strings.ReplaceAll(htmlTable(g), "<br>", "<br/>")))
		for {
			token, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%v in\n%s", err, htmlTable(g))
			}
			if _, ok := token.(xml.StartElement); ok {
				tags++
			}
		}
		if want := 6 + 3*cols + rows*(1+cols); tags != want {
			t.Fatalf("%d tags, want %d:\n%s", tags, want, htmlTable(g))
		}
	})
}
