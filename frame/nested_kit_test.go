package frame_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow/decimal128"
	"github.com/apache/arrow/go/v15/arrow/decimal256"
	"github.com/google/go-cmp/cmp"

	"github.com/parframe/parframe/frame"
)

type leg struct {
	From  string              `frame:"from"`
	Km    *float64            `frame:"km"`
	At    time.Time           `frame:"at"`
	Tags  []string            `frame:"tags"`
	Price decimal128.Num      `frame:"price,scale=2"`
	Code  []byte              `frame:"code"`
	Seats frame.Null[[]int16] `frame:"seats"`
	More  []frame.Null[bool]  `frame:"more"`
	Costs []decimal256.Num    `frame:"costs,scale=4"`
}

type point3 struct{ X, Y float32 }

// trip has a field of every kind within every other kind.
type trip struct {
	ID     int64           `frame:"id"`
	Legs   []leg           `frame:"legs"`
	First  *leg            `frame:"first"`
	Last   frame.Null[leg] `frame:"last"`
	Where  point3          `frame:"where"`
	Path   [][]point3      `frame:"path"`
	Maybe  *[]*string      `frame:"maybe"`
	Points []*point3       `frame:"points"`
	Sum    decimal256.Num  `frame:"sum"`
}

// randomTrips returns random rows. No slice is nil, since it would be read back as empty.
func randomTrips(n int, r *rand.Rand) []trip {
	text := func() string { return strings.Repeat("ü", r.IntN(4)) + fmt.Sprint(r.IntN(100)) }
	point := func() point3 { return point3{r.Float32(), float32(r.IntN(5))} }
	makeLeg := func() leg {
		l := leg{From: text(), At: time.Unix(r.Int64N(1e9), 7).UTC(), Tags: []string{}, Price: decimal128.FromI64(r.Int64N(1e9) - 5e8), Code: []byte(text()),
			More: []frame.Null[bool]{}, Costs: []decimal256.Num{}}
		if r.IntN(3) > 0 {
			km := r.Float64()
			l.Km = &km
		}
		for range r.IntN(4) {
			l.Tags = append(l.Tags, text())
			l.More = append(l.More, frame.Null[bool]{V: true, Valid: r.IntN(2) == 0})
			l.Costs = append(l.Costs, decimal256.FromI64(r.Int64()))
		}
		for i, m := range l.More {
			l.More[i].V = m.Valid
		}
		if r.IntN(2) == 0 {
			l.Seats = frame.Null[[]int16]{V: []int16{int16(r.IntN(9))}, Valid: true}
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
			t.Last = frame.Null[leg]{V: makeLeg(), Valid: true}
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
	if n > 100 { // one list longer than a block
		for range 1000 {
			rows[n/2].Legs = append(rows[n/2].Legs, makeLeg())
		}
	}
	return rows
}

// plainValue returns what Column.Value returns for a Go value, by reflection: the oracle
// for writing.
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
	case v.Kind() == reflect.Struct && v.NumField() == 2 && v.Type().Field(1).Name == "Valid":
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
			name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("frame"), ",")
			if name == "" {
				name = v.Type().Field(i).Name
			}
			fields[name] = plainValue(v.Field(i))
		}
		return fields
	}
	return v.Interface()
}

func checkTrips(t *testing.T, f *frame.Frame, rows []trip) {
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
