package frame_test

import (
	"database/sql"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/google/go-cmp/cmp"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/arrowtest"
	"github.com/parframe/parframe/parallel"
)

type (
	kelvin   float64
	icao     string
	switched bool
)

// Values of every Go type survive the round trip, with Arrow types as documented.
func TestNewColumnAndValues(t *testing.T) {
	day := time.Date(2024, 2, 29, 12, 30, 0, 123456789, time.UTC)
	thereAndBack(t, "int64", []int{1, -2, 1 << 62})
	thereAndBack(t, "int8", []int8{1, -128})
	thereAndBack(t, "int16", []int16{1, -1 << 15})
	thereAndBack(t, "int32", []int32{1, -1 << 31})
	thereAndBack(t, "int64", []int64{1, -1 << 63})
	thereAndBack(t, "uint64", []uint{1, 1 << 63})
	thereAndBack(t, "uint8", []uint8{1, 255})
	thereAndBack(t, "uint16", []uint16{1, 65535})
	thereAndBack(t, "uint32", []uint32{1, 1<<32 - 1})
	thereAndBack(t, "uint64", []uint64{1, 1<<64 - 1})
	thereAndBack(t, "float32", []float32{1.5, -2.5})
	thereAndBack(t, "float64", []float64{1.5, -2.5})
	thereAndBack(t, "bool", []bool{true, false, true, true, false, true, false, false, true})
	thereAndBack(t, "utf8", []string{"", "é", "世界"})
	thereAndBack(t, "binary", [][]byte{{7}, {0, 255}})
	thereAndBack(t, "timestamp[ns, tz=UTC]", []time.Time{day, time.Unix(0, 0).UTC()})
	thereAndBack(t, "duration[ns]", []time.Duration{time.Hour, -1})
	thereAndBack(t, "float64", []kelvin{36.6})
	thereAndBack(t, "utf8", []icao{"EDDF"})
	thereAndBack(t, "bool", []switched{true, false})
	thereAndBack(t, "int64", []*int{new(1), nil})
	thereAndBack(t, "utf8", []*string{nil, new("x")})
	thereAndBack(t, "utf8", []frame.Null[string]{{V: "x", Valid: true}, {}})
	thereAndBack(t, "utf8", []sql.NullString{{String: "x", Valid: true}, {}})
	thereAndBack(t, "float64", []sql.Null[kelvin]{{V: 3, Valid: true}, {}})
	thereAndBack(t, "timestamp[ns, tz=UTC]", []*time.Time{nil, &day})
	thereAndBack(t, "int64", []int64{})
	thereAndBack(t, "int64", make([]int64, 3<<16))
}

func thereAndBack[T any](t *testing.T, typ string, v []T) {
	t.Helper()
	c, err := frame.NewColumn("x", v)
	if err != nil {
		t.Errorf("%T: %v", v, err)
		return
	}
	if got := c.Type().String(); got != typ || c.Len() != len(v) || c.Name() != "x" {
		t.Errorf("%T: %s %s of %d rows, expected %s of %d", v, c.Name(), got, c.Len(), typ, len(v))
	}
	if err := must(frame.New(c)).Validate(); err != nil {
		t.Errorf("%T: %v", v, err)
	}
	got, err := frame.Values[T](c)
	if err != nil || !cmp.Equal(got, v) {
		t.Errorf("%T: %v, expected %v (%v)", v, got, v, err)
	}
}

func TestNewColumnCopies(t *testing.T) {
	v, b := []int64{1, 2}, [][]byte{[]byte("ab")}
	c, d := must(frame.NewColumn("x", v)), must(frame.NewColumn("y", b))
	v[0], b[0][0] = 9, 'z'
	if c.Value(0) != int64(1) || string(d.Value(0).([]byte)) != "ab" {
		t.Error("the column changed with the slice")
	}
	got := must(frame.Values[int64](c))
	got[0] = 9
	if c.Value(0) != int64(1) {
		t.Error("the column changed with what Values returned")
	}
}

func TestColumnErrors(t *testing.T) {
	x := must(frame.NewColumn("x", []*int64{new(int64(1)), nil}))
	for name, c := range map[string]struct {
		err  error
		kind error
		text string
	}{
		"channel":    {failure(frame.NewColumn("x", []chan int{})), frame.ErrType, "wrong type: chan int: no column"},
		"struct":     {failure(frame.NewColumn("x", []struct{ A int }{})), frame.ErrType, "frame.NewColumn"},
		"old time":   {failure(frame.NewColumn("x", []time.Time{time.Unix(0, 0), {}})), frame.ErrValue, "row 1: "},
		"old column": {failure(frame.NewColumn("born", []time.Time{{}})), frame.ErrValue, `(column "born")`},
		"null":       {failure(frame.Values[int64](x)), frame.ErrNull, "frame.Values: row 1: "},
		"text":       {failure(frame.Values[string](x)), frame.ErrType, `column "x" is int64; fitting: int64, float64`},
		"narrow":     {failure(frame.Nulls[int32](x)), frame.ErrType, `column "x" is int64`},
		"zero":       {failure(frame.Values[int64](frame.Column{})), frame.ErrType, "the zero Column"},
		"all text":   {failure(frame.All[string](x)), frame.ErrType, `column "x" is int64`},
		"all zero":   {failure(frame.All[int64](frame.Column{})), frame.ErrType, "the zero Column"},
		"inexact":    {failure(frame.All[float64](must(frame.NewColumn("x", []int64{1, 1<<53 + 1})))), frame.ErrValue, "row 1: "},
	} {
		if c.err == nil || !errors.Is(c.err, c.kind) || !strings.Contains(c.err.Error(), c.text) {
			t.Errorf("%s: %v, expected %q", name, c.err, c.text)
		}
	}
	if _, err := frame.Values[int64](x); true {
		if row, ok := errors.AsType[*parallel.RowError](err); !ok || row.Row != 1 {
			t.Errorf("%v is not a RowError of row 1", err)
		}
	}
}

func TestNullsAndAll(t *testing.T) {
	g := arrowtest.Rand(1)
	for _, n := range []int{0, 1, 1023, 1024, 1025, 3000} {
		c := randomColumn(t, g, "x", arrow.PrimitiveTypes.Int64, n)
		want := must(frame.Nulls[int64](c))
		for i, v := range want {
			if v.Valid == c.IsNull(i) || v.Valid && c.Value(i) != v.V {
				t.Fatalf("row %d: %v, and Value is %v", i, v, c.Value(i))
			}
		}
		all := must(frame.All[int64](c))
		for range 2 { // it can be ranged over again
			row := 0
			for i, v := range all {
				if i != row || v != want[i] {
					t.Fatalf("%d rows: row %d is %v at %d, expected %v", n, row, v, i, want[row])
				}
				row++
			}
			if row != n {
				t.Fatalf("%d of %d rows", row, n)
			}
		}
		for i := range all {
			if i == 5 {
				break
			}
		}
		floats := 0
		for range must(frame.All[float64](must(frame.NewColumn("y", make([]int64, n))))) {
			floats++
		}
		if floats != n {
			t.Fatalf("%d of %d rows as floats", floats, n)
		}
	}
}

func TestColumn(t *testing.T) {
	c := must(frame.NewColumn("x", []*string{new("a"), nil, new("c")}))
	if c.Name() != "x" || c.Len() != 3 || c.NullN() != 1 || !c.IsNull(1) || c.IsNull(2) || !c.Field().Nullable {
		t.Error("the column is not what it was made of")
	}
	s := must(c.Slice(1, 3))
	if s.Len() != 2 || !s.IsNull(0) || s.Value(1) != "c" || s.NullN() != 1 {
		t.Error("the slice is not rows 1 and 2")
	}
	if r := c.Rename("y"); r.Name() != "y" || c.Name() != "x" {
		t.Error("Rename changed the column")
	}
	if got := rowsOf(c); !slices.Equal(got, []string{`"a"`, "null", `"c"`}) {
		t.Error(got)
	}
	for _, i := range []int{-1, 3} {
		func() {
			defer func() {
				if r, _ := recover().(string); !strings.Contains(r, `of column "x", which has 3 rows`) {
					t.Errorf("row %d: %v", i, r)
				}
			}()
			c.Value(i)
		}()
	}
}

// A null is null wherever Arrow keeps it.
func TestNullsAreNullsAllTypes(t *testing.T) {
	arrowtest.EachType(t, func(t *testing.T, typ arrow.DataType, g *arrowtest.Gen) {
		c := randomColumn(t, g, "x", typ, 100)
		n := 0
		for i, text := range rowsOf(c) {
			null := text == "null" || strings.HasSuffix(text, "=null")
			if null {
				n++
			}
			if c.IsNull(i) != null || (c.Value(i) == nil) != null {
				t.Fatalf("row %d is %s: IsNull %t, Value %v", i, text, c.IsNull(i), c.Value(i))
			}
		}
		if c.NullN() != n {
			t.Errorf("%d nulls, expected %d", c.NullN(), n)
		}
	})
}
