package rowcodec_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/arrowtest"
	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/internal/rowcodec"
)

// mapRows calls fn for each of n rows of the columns, a block at a time, and returns the
// columns of its results: all that a row function does, on one goroutine.
func mapRows[In, Out any](t *testing.T, cols []chunk.Column, n int, fn func(In) Out) []chunk.Column {
	t.Helper()
	plan, err := rowcodec.PlanOf(reflect.TypeFor[In]())
	if err != nil {
		t.Fatal(err)
	}
	readers, err := plan.Bind(cols)
	if err != nil {
		t.Fatal(err)
	}
	ws := writers[Out](t, n)
	mem := make([]rowcodec.WriteMem, len(ws))
	for lo := 0; lo < n; lo += rowcodec.BlockRows {
		rows := make([]In, min(rowcodec.BlockRows, n-lo))
		results := make([]Out, len(rows))
		var cursor int
		if err := rowcodec.ReadRows(readers, rows, lo, &cursor); err != nil || cursor != lo {
			t.Fatal(cursor, err)
		}
		for i, row := range rows {
			results[i] = fn(row)
		}
		if err := rowcodec.WriteRows(ws, results, lo, mem, &cursor); err != nil || cursor != lo+len(rows) {
			t.Fatal(cursor, err)
		}
	}
	out, err := rowcodec.Finish(t.Context(), ws, [][]rowcodec.WriteMem{mem}, serially)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// checkMapRows runs fn as a row function, and compares the columns that it writes with the
// results of a plain loop. Arrow's builders make both the input, in chunks that differ from
// column to column, and the expected columns. in and out list the columns in the order of
// the struct fields.
func checkMapRows[In, Out any](t *testing.T, in, out []arrow.Field, row func(i int) In, fn func(In) Out) {
	t.Helper()
	for _, n := range []int{0, 1, 255, 256, 257, 1000} {
		for _, chunked := range []bool{false, true} {
			rows, results := make([]In, n), make([]Out, n)
			for i := range rows {
				rows[i] = row(i)
				results[i] = fn(rows[i])
			}
			var cols []chunk.Column
			for k, f := range in {
				var ends []int
				if chunked {
					ends = arrowtest.Ends(n, k+1)
				}
				c := build(t, f.Type, arrowtest.Made(n, func(i int) any { return cellOf(rows[i], k) }), ends...)
				cols = append(cols, c.Renamed(f.Name))
			}
			got := mapRows(t, cols, n, fn)
			if len(got) != len(out) {
				t.Fatalf("%d columns, want %d", len(got), len(out))
			}
			for k, c := range got {
				f := out[k]
				if c.Field.Name != f.Name || c.Field.Nullable != f.Nullable || !chunk.SameType(c.Field.Type, f.Type) {
					t.Fatalf("column %v, want %v", c.Field, f)
				}
				want := arrowtest.Build(t, f.Type, arrowtest.Made(n, func(i int) any { return cellOf(results[i], k) }))
				if got, want := arrowtest.Rows(c.Arrays()...), arrowtest.Rows(want...); c.Len != n || !slices.Equal(got, want) {
					t.Fatalf("%d rows, chunked %v: column %q is\n%q, want\n%q", n, chunked, f.Name, got, want)
				}
			}
		}
	}
}

// cellOf returns field k of a row, or a row that is a scalar, as a cell: a list and a struct
// in JSON.
func cellOf(row any, k int) any {
	v := reflect.ValueOf(row)
	if v.Kind() == reflect.Struct && !isPair(v.Type()) {
		v = v.Field(k)
	}
	cell := plain(v)
	switch cell.(type) {
	case []any, map[string]any:
		text, err := json.Marshal(cell)
		if err != nil {
			panic(err)
		}
		return string(text)
	}
	return cell
}

// plain returns a value without its nullable form, nil for a missing one.
func plain(v reflect.Value) any {
	switch {
	case v.Kind() == reflect.Pointer && v.IsNil(), isPair(v.Type()) && !v.Field(1).Bool():
		return nil
	case v.Kind() == reflect.Pointer:
		return plain(v.Elem())
	case isPair(v.Type()):
		return plain(v.Field(0))
	case v.Kind() == reflect.Slice && v.Type().Elem().Kind() != reflect.Uint8:
		list := make([]any, v.Len())
		for i := range list {
			list[i] = plain(v.Index(i))
		}
		return list
	case v.Kind() == reflect.Struct:
		fields := map[string]any{}
		for f, x := range v.Fields() {
			fields[f.Name] = plain(x)
		}
		return fields
	}
	return v.Interface()
}

// What a function gives for the rows of columns is what it gives for them in a plain loop.
func TestRowFunction(t *testing.T) {
	type place struct {
		X, Y float64
		Tag  *string
	}
	type in struct {
		ID    int64 `frame:"id"`
		Small uint8
		Ratio float32
		Open  bool
		Name  string
		Raw   []byte
		Note  *string
		Score rowcodec.Null[int32]
		Tags  []string
		Sizes []*int16
		At    place
		Last  *place
	}
	type out struct {
		Sum   int64 `frame:"sum"`
		Half  float64
		Shut  *bool
		Title string
		Raw   *[]byte
		Note  rowcodec.Null[string]
		Score *int32
		Words []string
		Sizes [][]rowcodec.Null[int16]
		Track []place
		Last  rowcodec.Null[place]
	}
	p, text, flag, raw := arrow.PrimitiveTypes, arrow.BinaryTypes.String, arrow.FixedWidthTypes.Boolean, arrow.BinaryTypes.Binary
	places := arrow.StructOf(arrow.Field{Name: "X", Type: p.Float64}, arrow.Field{Name: "Y", Type: p.Float64}, arrow.Field{Name: "Tag", Type: text, Nullable: true})
	checkMapRows(t, []arrow.Field{
		{Name: "id", Type: p.Int64}, {Name: "Small", Type: p.Uint8}, {Name: "Ratio", Type: p.Float32}, {Name: "Open", Type: flag},
		{Name: "Name", Type: text}, {Name: "Raw", Type: raw}, {Name: "Note", Type: text}, {Name: "Score", Type: p.Int32},
		{Name: "Tags", Type: arrow.ListOf(text)}, {Name: "Sizes", Type: arrow.ListOf(p.Int16)}, {Name: "At", Type: places}, {Name: "Last", Type: places},
	}, []arrow.Field{
		{Name: "sum", Type: p.Int64}, {Name: "Half", Type: p.Float64}, {Name: "Shut", Type: flag, Nullable: true},
		{Name: "Title", Type: text}, {Name: "Raw", Type: raw, Nullable: true}, {Name: "Note", Type: text, Nullable: true}, {Name: "Score", Type: p.Int32, Nullable: true},
		{Name: "Words", Type: arrow.ListOf(text)}, {Name: "Sizes", Type: arrow.ListOf(arrow.ListOf(p.Int16))}, {Name: "Track", Type: arrow.ListOf(places)}, {Name: "Last", Type: places, Nullable: true},
	}, func(i int) in {
		r := in{ID: int64(i) * 1e12, Small: uint8(i), Ratio: float32(i) / 3, Open: i%2 == 0, Name: fmt.Sprint("row ", i), Raw: []byte{byte(i), 0, 255}, At: place{X: float64(i), Y: 1 / float64(i+1)}}
		for k := range i % 4 {
			size := int16(i - k)
			r.Tags, r.Sizes = append(r.Tags, strings.Repeat("é", k)), append(r.Sizes, &size, nil)
		}
		if i%3 > 0 {
			r.Note, r.Score, r.At.Tag = &r.Name, rowcodec.Some(int32(-i)), &r.Name
		}
		if i%5 > 0 {
			r.Last = &place{Y: float64(i), Tag: r.Note}
		}
		return r
	}, func(r in) out {
		o := out{Sum: r.ID + int64(r.Small), Half: float64(r.Ratio) / 2, Title: strings.ToTitle(r.Name), Words: append(r.Tags, r.Name), Track: []place{r.At}}
		if !r.Open {
			shut := true
			o.Shut, o.Raw = &shut, &r.Raw
		}
		if r.Note != nil {
			o.Note = rowcodec.Some(*r.Note + "!")
		}
		if r.Score.Valid {
			o.Score = &r.Score.V
		}
		for i, size := range r.Sizes {
			if size == nil {
				o.Sizes = append(o.Sizes, make([]rowcodec.Null[int16], i%3))
			} else {
				o.Sizes = append(o.Sizes, []rowcodec.Null[int16]{rowcodec.Some(*size)})
			}
		}
		if r.Last != nil {
			o.Track, o.Last = append(o.Track, *r.Last), rowcodec.Some(*r.Last)
		}
		return o
	})
}

// A row type may be a scalar: it reads the only column, whatever its name, and writes a
// column without a name.
func TestScalarFunction(t *testing.T) {
	checkMapRows(t, []arrow.Field{{Name: "x", Type: arrow.PrimitiveTypes.Int32}}, []arrow.Field{{Type: arrow.BinaryTypes.String, Nullable: true}},
		func(i int) *int32 {
			x := int32(i)
			return map[bool]*int32{true: &x}[i%7 > 0]
		},
		func(x *int32) rowcodec.Null[string] {
			if x == nil || *x%5 == 0 {
				return rowcodec.Null[string]{}
			}
			return rowcodec.Some(strings.Repeat("x", int(*x%20)))
		})
	checkMapRows(t, []arrow.Field{{Name: "x", Type: arrow.PrimitiveTypes.Float64}}, []arrow.Field{{Type: arrow.PrimitiveTypes.Int64}},
		func(i int) float64 { return float64(i) / 7 }, func(x float64) int64 { return int64(x * x) })
}
