package frame

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/google/go-cmp/cmp"
)

// shown builds a frame with one Arrow chunk per array; the arrays of a column follow its
// name.
func shown(t testing.TB, parts ...any) *Frame {
	t.Helper()
	var fields []arrow.Field
	var arrays [][]arrow.Array
	for _, p := range parts {
		switch p := p.(type) {
		case string:
			fields = append(fields, arrow.Field{Name: p, Nullable: true})
			arrays = append(arrays, nil)
		case arrow.Array:
			last := len(fields) - 1
			fields[last].Type = p.DataType()
			arrays[last] = append(arrays[last], p)
		}
	}
	cols := make([]arrow.Column, len(fields))
	for i, f := range fields {
		cols[i] = *arrow.NewColumn(f, arrow.NewChunked(f.Type, arrays[i]))
	}
	f, err := FromTable(array.NewTable(arrow.NewSchema(fields, nil), cols, -1))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func int64s(n int) arrow.Array {
	b := array.NewInt64Builder(memory.DefaultAllocator)
	for i := range n {
		b.Append(int64(i))
	}
	return b.NewArray()
}

// wide returns a frame of one row and n columns.
func wide(t testing.TB, n int) *Frame {
	var parts []any
	for i := range n {
		parts = append(parts, fmt.Sprint("column_", i), int64s(1))
	}
	return shown(t, parts...)
}

func TestString(t *testing.T) {
	temperature := fromJSON(t, arrow.PrimitiveTypes.Float64, `[21.5, null, -3, 0.333333333]`)
	f := shown(t,
		"city", fromJSON(t, arrow.BinaryTypes.String, `["東京", "San Francisco", null, "a\nb"]`),
		"°C", array.NewSlice(temperature, 0, 1), array.NewSlice(temperature, 1, 4),
		"seen", fromJSON(t, &arrow.TimestampType{Unit: arrow.Millisecond, TimeZone: "UTC"}, `["2024-02-29 12:00:00", "2024-02-29 12:00:00.5", null, "1969-01-01"]`),
		"tags", fromJSON(t, arrow.ListOf(arrow.BinaryTypes.String), `[["a", "b"], [], null, ["❤️", "👩‍🚀"]]`),
	)
	want := `
shape: (4, 4)
┌───────────────┬──────────┬────────────────────────┬──────────────────────────┐
│ city          ┆       °C ┆ seen                   ┆ tags                     │
│ ---           ┆      --- ┆ ---                    ┆ ---                      │
│ utf8          ┆  float64 ┆ timestamp[ms, tz=UTC]  ┆ list<item: utf8, nullab… │
╞═══════════════╪══════════╪════════════════════════╪══════════════════════════╡
│ 東京          ┆     21.5 ┆ 2024-02-29 12:00:00Z   ┆ ["a", "b"]               │
│ San Francisco ┆     null ┆ 2024-02-29 12:00:00.5Z ┆ []                       │
│ null          ┆     -3.0 ┆ null                   ┆ null                     │
│ a\nb          ┆ 0.333333 ┆ 1969-01-01 00:00:00Z   ┆ ["❤️", "👩‍🚀"]             │
└───────────────┴──────────┴────────────────────────┴──────────────────────────┘`
	if diff := cmp.Diff(strings.TrimPrefix(want, "\n"), f.String()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if got := fmt.Sprint(f); got != f.String() {
		t.Errorf("fmt prints something else: %.60q", got)
	}
}

// The rows come from the right Arrow chunks, wherever their borders are.
func TestStringChunks(t *testing.T) {
	whole := int64s(23)
	want := shown(t, "n", whole).String()
	for step := 1; step < 23; step++ {
		parts := []any{"n"}
		for lo := 0; lo < 23; lo += step {
			parts = append(parts, array.NewSlice(whole, int64(lo), int64(min(lo+step, 23))))
		}
		if got := shown(t, parts...).String(); got != want {
			t.Errorf("chunks of %d:\n%s\nwant\n%s", step, got, want)
		}
	}
	if !strings.Contains(want, "│     4 │\n│     … │\n│    18 │") {
		t.Errorf("want head and tail:\n%s", want)
	}
}

func TestStringEmpty(t *testing.T) {
	if got, want := (&Frame{}).String(), "shape: (0, 0)\n┌┐\n╞╡\n└┘"; got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	if got := shown(t, "n", int64s(0)).String(); !strings.HasPrefix(got, "shape: (0, 1)\n") || strings.Count(got, "\n") != 6 {
		t.Errorf("no rows:\n%s", got)
	}
}

// String has the same width on every machine: it ignores terminal, locale and COLUMNS.
func TestStringWidth(t *testing.T) {
	t.Setenv("COLUMNS", "40")
	t.Setenv("LC_ALL", "ja_JP.UTF-8")
	f := wide(t, 1000)
	s := f.String()
	for l := range strings.SplitSeq(s, "\n") {
		if textWidth(l) > 100 {
			t.Errorf("%d cells: %s", textWidth(l), l)
		}
	}
	if !strings.HasPrefix(s, "shape: (1, 1_000)\n") || !strings.Contains(s, "column_0 ┆ column_1 ┆") || !strings.Contains(s, "┆ … ┆") || !strings.Contains(s, "column_999 │") {
		t.Error(s)
	}
}

// Printing looks only at the rows that it shows: it costs the same for a million of them.
func TestStringReadsOnlyWhatItShows(t *testing.T) {
	many, few := shown(t, "n", int64s(1_000_000)), shown(t, "n", int64s(100))
	if got := many.String(); !strings.HasPrefix(got, "shape: (1_000_000, 1)\n") || !strings.Contains(got, "│ 999999 │") {
		t.Error(got)
	}
	cost := func(f *Frame) uint64 {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_ = f.String()
		runtime.ReadMemStats(&after)
		return after.TotalAlloc - before.TotalAlloc
	}
	if a, b := cost(many), cost(few); a > b+16<<10 {
		t.Errorf("%d bytes for 1,000,000 rows, %d for 100", a, b)
	}
}

// Goroutines may share frames, so printing must not write to them. This test is for the
// race detector.
func TestStringConcurrently(t *testing.T) {
	f := shown(t, "d", fromJSON(t, &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: arrow.BinaryTypes.String}, `["x", null, "y"]`))
	want := f.String()
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if got := f.String(); got != want {
				t.Errorf("got %s\nwant %s", got, want)
			}
			f.HTML()
		})
	}
	wg.Wait()
}

func TestPrint(t *testing.T) {
	t.Setenv("COLUMNS", "")
	f := wide(t, 30)
	print := func(opts ...PrintOption) string {
		t.Helper()
		var b bytes.Buffer
		if err := f.Print(&b, opts...); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	if got := print(); got != f.String()+"\n" {
		t.Errorf("without a terminal:\n%s", got)
	}
	widest := func(s string) int {
		w := 0
		for l := range strings.SplitSeq(s, "\n") {
			w = max(w, textWidth(l))
		}
		return w
	}
	t.Setenv("COLUMNS", "60")
	if w := widest(print()); w > 60 || w < 40 {
		t.Errorf("COLUMNS=60: %d cells", w)
	}
	t.Setenv("COLUMNS", "nonsense")
	if w := widest(print()); w > 100 || w < 80 {
		t.Errorf("COLUMNS=nonsense: %d cells", w)
	}
	if w := widest(print(MaxWidth(50))); w > 50 || w < 30 {
		t.Errorf("MaxWidth(50): %d cells", w)
	}
	if got := print(MaxColumns(2)); !strings.Contains(got, "│ column_0 ┆ … ┆ column_29 │") {
		t.Errorf("MaxColumns(2):\n%s", got)
	}
	f = shown(t, "n", int64s(50))
	if got := print(MaxRows(math.MaxInt)); strings.Count(got, "\n") != 50+7 || strings.Contains(got, ellipsis) {
		t.Errorf("MaxRows(math.MaxInt):\n%s", got)
	}
	if got := print(MaxRows(1)); !strings.Contains(got, "│     0 │\n│     … │\n└") {
		t.Errorf("MaxRows(1):\n%s", got)
	}
}

func TestPrintErrors(t *testing.T) {
	f := shown(t, "n", int64s(3))
	for _, c := range []struct {
		opt  PrintOption
		want string
	}{
		{MaxRows(-1), "frame.Print: MaxRows(-1): want 0 or more"},
		{MaxColumns(-2), "frame.Print: MaxColumns(-2): want 0 or more"},
		{MaxWidth(-3), "frame.Print: MaxWidth(-3): want 0 or more"},
		{PrintOption{}, "frame.Print: empty PrintOption: use MaxRows, MaxColumns or MaxWidth"},
	} {
		var b bytes.Buffer
		if err := f.Print(&b, c.opt); err == nil || err.Error() != c.want {
			t.Errorf("got %v, want %s", err, c.want)
		}
		if b.Len() > 0 {
			t.Errorf("%s: wrote %q", c.want, b.String())
		}
	}
	file, err := os.Create(t.TempDir() + "/closed")
	if err != nil {
		t.Fatal(err)
	}
	file.Close()
	if err := f.Print(file); !errors.Is(err, os.ErrClosed) {
		t.Errorf("closed file: got %v", err)
	}
}

func TestMIMEBundle(t *testing.T) {
	f := shown(t, "n", int64s(3))
	want := map[string]string{"text/html": f.HTML(), "text/plain": f.String()}
	if diff := cmp.Diff(want, f.MIMEBundle()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if _, err := json.Marshal(f.MIMEBundle()); err != nil {
		t.Error(err)
	}
}
