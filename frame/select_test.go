package frame_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/parframe/parframe/frame"
)

// abc returns a frame of columns a, b, c with 3 rows and metadata.
func abc() *frame.Frame {
	f := must(frame.New(must(frame.NewColumn("a", []int{1, 2, 3})), must(frame.NewColumn("b", []string{"x", "y", "z"})), must(frame.NewColumn("c", []bool{true, false, true}))))
	return withMetadata(f, "k", "v")
}

func TestSelectDropRename(t *testing.T) {
	f := abc()
	for name, c := range map[string]struct {
		got  *frame.Frame
		want []string
	}{
		"Select":         {must(f.Select("c", "a")), []string{"c", "a"}},
		"Select nothing": {must(f.Select()), []string{}},
		"Drop":           {must(f.Drop("b", "b")), []string{"a", "c"}},
		"Drop all":       {must(f.Drop("a", "b", "c")), []string{}},
		"Rename":         {must(f.Rename("b", "B")), []string{"a", "B", "c"}},
		"Rename to self": {must(f.Rename("b", "b")), []string{"a", "b", "c"}},
	} {
		if diff := cmp.Diff(c.want, c.got.Names()); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if c.got.NumRows() != 3 {
			t.Errorf("%s: %d rows, expected 3", name, c.got.NumRows())
		}
		if v, _ := c.got.Schema().Metadata().GetValue("k"); v != "v" {
			t.Errorf("%s: the metadata is lost", name)
		}
		for i, col := range c.got.Columns() {
			if !c.got.Schema().Field(i).Equal(col.Field()) {
				t.Errorf("%s: schema and column %d disagree", name, i)
			}
		}
	}
}

func TestWith(t *testing.T) {
	f := abc()
	g := must(f.With(must(frame.NewColumn("d", []int{7, 8, 9})), must(frame.NewColumn("a", []float64{0.5, 1.5, 2.5}))))
	if diff := cmp.Diff([]string{"a", "b", "c", "d"}, g.Names()); diff != "" {
		t.Error(diff)
	}
	if got := must(frame.Values[float64](must(g.Column("a")))); !cmp.Equal(got, []float64{0.5, 1.5, 2.5}) {
		t.Error(got)
	}
	if got := must(frame.Values[int](must(f.Column("a")))); !cmp.Equal(got, []int{1, 2, 3}) {
		t.Error("f changed:", got)
	}
	empty := must(frame.New())
	if h := must(empty.With(must(frame.NewColumn("x", []int{1, 2})))); h.NumRows() != 2 {
		t.Errorf("%d rows", h.NumRows())
	}
	rows := must(f.Drop("a", "b", "c"))
	if _, err := rows.With(must(frame.NewColumn("x", []int{1, 2}))); !errors.Is(err, frame.ErrLength) {
		t.Error("a frame of 3 rows without columns took a column of 2:", err)
	}
}

func TestSelectErrors(t *testing.T) {
	f := abc()
	x := must(frame.NewColumn("x", []int{1, 2, 3}))
	for name, c := range map[string]struct {
		err  error
		kind error
		text string
	}{
		"unknown column": {failure(f.Column("A")), frame.ErrColumn, `frame.Column: no such column: "A"; there are "a", "b", "c"`},
		"empty frame":    {failure(must(frame.New()).Column("a")), frame.ErrColumn, "the frame has no columns"},
		"Select unknown": {failure(f.Select("a", "zz")), frame.ErrColumn, `"zz"`},
		"Select twice":   {failure(f.Select("a", "a")), frame.ErrName, `frame.Select: duplicate column name: "a"`},
		"Drop unknown":   {failure(f.Drop("q")), frame.ErrColumn, `"q"`},
		"Rename unknown": {failure(f.Rename("q", "r")), frame.ErrColumn, `"q"`},
		"Rename taken":   {failure(f.Rename("a", "b")), frame.ErrName, `there is a column "b" already`},
		"With length":    {failure(f.With(must(frame.NewColumn("x", []int{1})))), frame.ErrLength, `column "x" has 1 rows, the frame has 3`},
		"With twice":     {failure(f.With(x, x)), frame.ErrName, `"x"`},
		"With zero":      {failure(f.With(frame.Column{})), frame.ErrType, "zero Column"},
		"New length":     {failure(frame.New(x, must(frame.NewColumn("y", []int{1})))), frame.ErrLength, `column "y" has 1 rows, column "x" has 3`},
		"New twice":      {failure(frame.New(x, x)), frame.ErrName, `"x"`},
		"New zero":       {failure(frame.New(frame.Column{})), frame.ErrType, "zero Column"},
	} {
		if !errors.Is(c.err, c.kind) || !strings.Contains(c.err.Error(), c.text) {
			t.Errorf("%s: %v, expected %q", name, c.err, c.text)
		}
	}
}

func failure[T any](_ T, err error) error { return err }

// The nearest names come first, and only some of a thousand.
func TestColumnSuggests(t *testing.T) {
	var cols []frame.Column
	for _, name := range []string{"origin", "dest", "distance", "dep_delay", "arr_delay", "carrier", "flight", "tailnum", "air_time", "hour"} {
		cols = append(cols, must(frame.NewColumn(name, []int{1})))
	}
	_, err := must(frame.New(cols...)).Column("Distanse")
	if want := `"Distanse"; there are "distance", `; !strings.Contains(err.Error(), want) || !strings.HasSuffix(err.Error(), " and 2 more") {
		t.Errorf("%v, expected it to have %s", err, want)
	}
}
