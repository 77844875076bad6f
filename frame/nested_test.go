package frame

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/decimal128"
	"github.com/apache/arrow/go/v15/arrow/decimal256"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/google/go-cmp/cmp"
	"github.com/parframe/parframe/parallel"
)

type leg struct {
	From  string           `frame:"from"`
	Km    *float64         `frame:"km"`
	At    time.Time        `frame:"at"`
	Tags  []string         `frame:"tags"`
	Price decimal128.Num   `frame:"price,scale=2"`
	Code  []byte           `frame:"code"`
	Seats Null[[]int16]    `frame:"seats"`
	More  []Null[bool]     `frame:"more"`
	Costs []decimal256.Num `frame:"costs,scale=4"`
}

type point3 struct{ X, Y float32 }

// trip has a field of every kind within every other.
type trip struct {
	ID     int64          `frame:"id"`
	Legs   []leg          `frame:"legs"`
	First  *leg           `frame:"first"`
	Last   Null[leg]      `frame:"last"`
	Where  point3         `frame:"where"`
	Path   [][]point3     `frame:"path"`
	Maybe  *[]*string     `frame:"maybe"`
	Points []*point3      `frame:"points"`
	Sum    decimal256.Num `frame:"sum"`
}

// trips makes random rows. No slice is nil, since that reads back as empty.
func trips(n int, r *rand.Rand) []trip {
	text := func() string { return strings.Repeat("ü", r.IntN(4)) + fmt.Sprint(r.IntN(100)) }
	point := func() point3 { return point3{r.Float32(), float32(r.IntN(5))} }
	makeLeg := func() leg {
		l := leg{From: text(), At: time.Unix(r.Int64N(1e9), 7).UTC(), Tags: []string{}, Price: decimal128.FromI64(r.Int64N(1e9) - 5e8), Code: []byte(text()),
			More: []Null[bool]{}, Costs: []decimal256.Num{}}
		if r.IntN(3) > 0 {
			km := r.Float64()
			l.Km = &km
		}
		for range r.IntN(4) {
			l.Tags = append(l.Tags, text())
			l.More = append(l.More, Null[bool]{true, r.IntN(2) == 0})
			l.Costs = append(l.Costs, decimal256.FromI64(r.Int64()))
		}
		for i, m := range l.More {
			l.More[i].V = m.Valid
		}
		if r.IntN(2) == 0 {
			l.Seats = Null[[]int16]{[]int16{int16(r.IntN(9))}, true}
		}
		return l
	}
	rows := make([]trip, n)
	for i := range rows {
		t := trip{ID: int64(i), Legs: []leg{}, Where: point(), Path: [][]point3{}, Points: []*point3{}, Sum: decimal256.FromI64(-r.Int64())}
		for range r.IntN(3) {
			t.Legs = append(t.Legs, makeLeg())
			t.Path = append(t.Path, []point3{})
		}
		for k := range t.Path {
			for range r.IntN(3) {
				t.Path[k] = append(t.Path[k], point())
			}
		}
		if r.IntN(2) == 0 {
			l := makeLeg()
			t.First = &l
		}
		if r.IntN(2) == 0 {
			t.Last = Null[leg]{makeLeg(), true}
		}
		if r.IntN(2) == 0 {
			s := []*string{}
			for range r.IntN(3) {
				if r.IntN(3) == 0 {
					s = append(s, nil)
				} else {
					x := text()
					s = append(s, &x)
				}
			}
			t.Maybe = &s
		}
		for range r.IntN(3) {
			if p := point(); r.IntN(4) == 0 {
				t.Points = append(t.Points, nil)
			} else {
				t.Points = append(t.Points, &p)
			}
		}
		rows[i] = t
	}
	if n > 100 { // one long list, of more than a block
		for range 1000 {
			rows[n/2].Legs = append(rows[n/2].Legs, makeLeg())
		}
	}
	return rows
}

// plainValue is what Column.Value gives for a Go value, by reflection: the
// oracle of writing.
func plainValue(v reflect.Value) any {
	switch x := v.Interface().(type) {
	case time.Time, decimal128.Num, decimal256.Num, []byte:
		return x
	}
	switch {
	case v.Kind() == reflect.Pointer:
		if v.IsNil() {
			return nil
		}
		return plainValue(v.Elem())
	case isPair(v.Type()):
		if !v.Field(1).Bool() {
			return nil
		}
		return plainValue(v.Field(0))
	case v.Kind() == reflect.Slice:
		list := []any{}
		for i := range v.Len() {
			list = append(list, plainValue(v.Index(i)))
		}
		return list
	case v.Kind() == reflect.Struct:
		fields := map[string]any{}
		for i := range v.NumField() {
			name, _, _, _ := tagName(v.Type().Field(i))
			fields[name] = plainValue(v.Field(i))
		}
		return fields
	}
	return v.Interface()
}

func checkTrips(t *testing.T, f *Frame, rows []trip) {
	t.Helper()
	if err := f.Validate(); err != nil {
		t.Fatal(err)
	}
	if f.NumRows() != len(rows) {
		t.Fatal(f.NumRows(), len(rows))
	}
	for i, r := range rows {
		want := plainValue(reflect.ValueOf(r)).(map[string]any)
		for _, c := range f.Columns() {
			if d := cmp.Diff(want[c.Name()], c.Value(i), cmp.AllowUnexported(decimal128.Num{}, decimal256.Num{})); d != "" {
				t.Fatalf("row %d, column %s: %s", i, c.Name(), d)
			}
		}
	}
}

var numbersToo = cmp.AllowUnexported(decimal128.Num{}, decimal256.Num{})

func TestNestedFields(t *testing.T) {
	for _, n := range []int{0, 1, 2, 63, 256, 700} {
		rows := trips(n, rand.New(rand.NewPCG(uint64(n), 1)))
		f, err := FromStructs(rows)
		if err != nil {
			t.Fatal(err)
		}
		checkTrips(t, f, rows)
		got, err := ToStructs[trip](f)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(rows, got, numbersToo); n > 0 && d != "" {
			t.Fatal(d)
		}
		// The same frame in Arrow chunks with offsets.
		var parts []*Frame
		for lo, hi := 0, 0; lo < n; lo = hi {
			hi = min(n, lo+1+lo/2)
			parts = append(parts, f.slice(lo, hi))
		}
		g := f
		if len(parts) > 0 {
			if g, err = Concat(parts...); err != nil {
				t.Fatal(err)
			}
		}
		seen, err := Rows[trip](g)
		if err != nil {
			t.Fatal(err)
		}
		var kept []trip
		for i, r := range seen {
			if i != len(kept) {
				t.Fatal(i)
			}
			kept = append(kept, r)
		}
		if d := cmp.Diff(got, kept, numbersToo); n > 0 && d != "" {
			t.Fatal(d)
		}
		for _, opts := range [][]parallel.Option{{parallel.Serial()}, {parallel.Workers(3)}, {parallel.ChunkSize(7), parallel.Workers(8)}, {parallel.ChunkSize(1)}, {parallel.Partitions(5)}} {
			for name, run := range map[string]func() (*Frame, error){
				"MapRows": func() (*Frame, error) {
					return MapRows(t.Context(), g, func(r trip) (trip, error) { return r, nil }, opts...)
				},
				"FlatMapRows": func() (*Frame, error) {
					return FlatMapRows(t.Context(), g, func(r trip, yield func(trip)) error { yield(r); return nil }, opts...)
				},
			} {
				same, err := run()
				if err != nil {
					t.Fatal(err)
				}
				if d := f.Diff(same); d != "" {
					t.Fatalf("%s %v: %s", name, opts, d)
				}
				if err := same.Validate(); err != nil {
					t.Fatal(name, err)
				}
			}
		}
	}
}

// Rows that fail take nothing of their lists along.
func TestNestedQuarantine(t *testing.T) {
	rows := trips(700, rand.New(rand.NewPCG(5, 5)))
	f, err := FromStructs(rows)
	if err != nil {
		t.Fatal(err)
	}
	var good, bad []trip
	for i, r := range rows {
		if i%5 == 2 {
			bad = append(bad, r)
		} else {
			good = append(good, r)
		}
	}
	for _, opts := range configs()[4:10] {
		var lost *Frame
		g, err := MapRows(t.Context(), f, func(r trip) (trip, error) {
			switch r.ID % 10 {
			case 2:
				return r, errOdd
			case 7: // a time within a list that no column holds
				r.Legs = append(r.Legs, leg{})
			}
			return r, nil
		}, append(opts, Quarantine(&lost))...)
		if err != nil {
			t.Fatal(err)
		}
		checkTrips(t, g, good)
		if lost, err = lost.Drop("_row", "_error"); err != nil {
			t.Fatal(err)
		}
		checkTrips(t, lost, bad)
	}
}

// Every layout of lists, as Arrow's own builders make them.
func TestListLayouts(t *testing.T) {
	i16 := arrow.PrimitiveTypes.Int16
	const n = 600
	for _, typ := range []arrow.DataType{arrow.ListOf(i16), arrow.LargeListOf(i16), arrow.FixedSizeListOf(2, i16), arrow.ListViewOf(i16), arrow.LargeListViewOf(i16)} {
		texts := made(n, every(4, func(i int) any {
			if typ.ID() == arrow.FIXED_SIZE_LIST || i%3 == 0 {
				return fmt.Sprintf("[%d,%d]", i, i+1)
			}
			if i%3 == 1 {
				return "[]"
			}
			return fmt.Sprintf("[%d,7,8]", i)
		}))
		c := build(t, "c", typ, texts, 3, 100, 101, 400)
		f := frameOf(t, c)
		g, err := MapRows(t.Context(), f, func(l *[]int32) (string, error) {
			if l == nil {
				return "null", nil
			}
			return strings.ReplaceAll(fmt.Sprint(*l), " ", ","), nil
		})
		if err != nil {
			t.Fatal(typ, err)
		}
		checkCells(t, g, "result", made(n, func(i int) any {
			if texts[i] == nil {
				return "null"
			}
			return texts[i]
		}))
	}
}

// A map is a slice of its entries.
func TestMapsAreSlicesOfEntries(t *testing.T) {
	b := array.NewMapBuilder(memory.DefaultAllocator, arrow.BinaryTypes.String, arrow.PrimitiveTypes.Int32, false)
	for i := range 5 {
		b.Append(i != 3)
		for k := range i {
			if i != 3 {
				b.KeyBuilder().(*array.StringBuilder).Append(fmt.Sprint("k", k))
				b.ItemBuilder().(*array.Int32Builder).Append(int32(i * k))
			}
		}
	}
	c, err := ColumnOf("m", b.NewArray())
	if err != nil {
		t.Fatal(err)
	}
	type entry struct {
		Key   string `frame:"key"`
		Value *int64 `frame:"value"`
	}
	g, err := MapColumn(t.Context(), frameOf(t, c), "m", func(m []entry) (string, error) {
		var s strings.Builder
		for _, e := range m {
			s.WriteString(fmt.Sprint(e.Key, "=", *e.Value, " "))
		}
		return s.String(), nil
	})
	if err != nil {
		t.Fatal(err)
	}
	checkCells(t, g, "m", []any{"", "k0=0 ", "k0=0 k1=2 ", nil, "k0=0 k1=4 k2=8 k3=12 "})
}

func TestNestedMisfits(t *testing.T) {
	f := frameOf(t,
		build(t, "l", arrow.ListOf(arrow.PrimitiveTypes.Int64), made(300, func(i int) any {
			if i == 290 {
				return "[1,null]"
			}
			return fmt.Sprintf("[%d]", i)
		}), 10),
		build(t, "s", arrow.StructOf(arrow.Field{Name: "x", Type: arrow.PrimitiveTypes.Int64, Nullable: true}), made(300, func(i int) any {
			if i == 270 {
				return `{"x":null}`
			}
			return `{"x":9007199254740993}`
		}), 10))
	_, err := MapRows(t.Context(), f, func(r struct {
		L []int64 `frame:"l"`
	}) (int, error) {
		return len(r.L), nil
	})
	if checkRow(t, err, 290); !errors.Is(err, ErrValue) || !strings.Contains(err.Error(), "a null or a value within") {
		t.Error(err)
	}
	type x64 struct {
		X int64 `frame:"x"`
	}
	_, err = ToStructs[struct {
		S x64 `frame:"s"`
	}](f)
	if checkRow(t, err, 270); !errors.Is(err, ErrValue) {
		t.Error(err)
	}
	type xf struct {
		X *float64 `frame:"x"`
		Y string
	}
	_, err = ToStructs[struct {
		S xf       `frame:"s"`
		L []string `frame:"l"`
	}](f)
	for _, s := range []string{`field S.Y (string): no such column: "Y" in column "s"`, "field L[]: wrong type: string, but column", "fitting: int64, float64"} {
		if !errors.Is(err, ErrType) || !strings.Contains(err.Error(), s) {
			t.Errorf("%v\nlacks %s", err, s)
		}
	}
}

func TestDecimals(t *testing.T) {
	type price struct {
		P decimal128.Num `frame:"p,scale=2"`
	}
	typ := &arrow.Decimal128Type{Precision: 12, Scale: 2}
	f := frameOf(t, build(t, "p", typ, []any{"1.25", "-3.50"}))
	g, err := MapRows(t.Context(), f, func(r price) (price, error) { return price{r.P.Add(r.P)}, nil })
	if err != nil {
		t.Fatal(err)
	}
	if got := g.cols[0].Value(1); got != decimal128.FromI64(-700) || g.Schema().Field(0).Type.(*arrow.Decimal128Type).Scale != 2 {
		t.Error(got, g.Schema())
	}
	if v, err := Values[decimal128.Num](f.cols[0]); err != nil || v[1] != decimal128.FromI64(-350) {
		t.Error(v, err)
	}
	_, err = ToStructs[struct {
		P decimal128.Num `frame:"p"`
	}](f)
	if !errors.Is(err, ErrType) || !strings.Contains(err.Error(), `tag it `+"`"+`frame:"p,scale=2"`) {
		t.Error(err)
	}
	num := func(price) (decimal128.Num, error) { return decimal128.Num{}, nil }
	if _, err := MapRows(t.Context(), f, num); !errors.Is(err, ErrType) || !strings.Contains(err.Error(), "has no scale") {
		t.Error(err)
	}
	if _, err := NewColumn("p", []decimal128.Num{{}}); !errors.Is(err, ErrType) {
		t.Error(err)
	}
	_, err = FromStructs([]price{{}, {decimal128.MaxDecimal128}})
	if err != nil {
		t.Error(err)
	}
	_, err = FromStructs([]price{{}, {decimal128.New(1<<63-1, 0)}})
	if checkRow(t, err, 1); !errors.Is(err, ErrValue) {
		t.Error(err)
	}
	for _, bad := range []any{struct {
		X int `frame:"x,scale=2"`
	}{}, struct {
		P decimal128.Num `frame:"p,scale=x"`
	}{}, struct {
		P decimal128.Num `frame:"p,scale=39"`
	}{}} {
		if _, err := planOf(reflect.TypeOf(bad)); !errors.Is(err, ErrType) {
			t.Error(err)
		}
	}
}

// No allocation per row, of lists and structs neither: their memory is the
// block's.
func TestNestedAllocateNothing(t *testing.T) {
	const n = 50_000
	type in struct {
		L []int64 `frame:"l"`
		S point3  `frame:"s"`
		T []string
		P *point3 `frame:"p"`
	}
	rows := make([]struct {
		L []int64 `frame:"l"`
		S point3  `frame:"s"`
		P point3  `frame:"p"`
		T []string
	}, n)
	for i := range rows {
		rows[i].L = []int64{1, 2, int64(i)}[:i%4]
		rows[i].T = []string{"a", "b"}[:i%3]
	}
	f, err := FromStructs(rows)
	if err != nil {
		t.Fatal(err)
	}
	run := func() {
		_, err = MapRows(context.Background(), f, func(r in) (struct {
			L []int64
			P *point3
			S point3
		}, error) {
			return struct {
				L []int64
				P *point3
				S point3
			}{r.L, r.P, r.S}, nil
		})
	}
	if got := testing.AllocsPerRun(2, run) / n; err != nil || got > 0.05 {
		t.Error(got, err)
	}
}
