package rowcodec_test

import (
	"database/sql"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/internal/errkind"
	"github.com/parframe/parframe/internal/rowcodec"
)

// planned lists a type's fields: "column:path kind form".
func planned(t *testing.T, typ reflect.Type) []string {
	t.Helper()
	p, err := rowcodec.PlanOf(typ)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, f := range p.Fields {
		out = append(out, fmt.Sprintf("%s:%s %v %d", f.Name, f.Path, f.Kind, f.Form))
	}
	return out
}

func checkPlan[T any](t *testing.T, want ...string) {
	t.Helper()
	if got := planned(t, reflect.TypeFor[T]()); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%v:\n%s\nwant\n%s", reflect.TypeFor[T](), strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestTags(t *testing.T) {
	checkPlan[struct {
		Plain   int8
		Own     int8 `frame:"own" csv:"not this"`
		Arrow   int8 `arrow:"a" parquet:"not this"`
		Parquet int8 `parquet:"p,optional"`
		Pairs   int8 `parquet:"name=pairs, type=INT32"`
		CSV     int8 `csv:"c,omitempty"`
		Gota    int8 `dataframe:"g,string"`
		Empty   int8 `frame:""`
		Skipped int8 `frame:"-"`
		Dash    int8 `frame:"-,"`
		Spaced  int8 `frame:" two words "`
		JSON    int8 `json:"no"`
		hidden  int8
		_       int8
	}](t,
		"Plain:Plain int8 0", "own:Own int8 0", "a:Arrow int8 0", "p:Parquet int8 0", "pairs:Pairs int8 0", "c:CSV int8 0",
		"g:Gota int8 0", "Empty:Empty int8 0", "-:Dash int8 0", "two words:Spaced int8 0", "JSON:JSON int8 0")
}

type celsius float64

type point2 struct{ X, Y float32 }

type Base struct {
	ID    int64 `frame:"id"`
	Shade string
}

type nothingToSee struct{ Seen bool }

func TestKinds(t *testing.T) {
	checkPlan[struct {
		A bool
		B int
		C uint
		D uint8
		E float32
		F celsius
		G string
		H []byte
		I time.Time
		J time.Duration
		K time.Weekday
	}](t, "A:A bool 0", "B:B int64 0", "C:C uint64 0", "D:D uint8 0", "E:E float32 0", "F:F float64 0", "G:G string 0",
		"H:H []byte 0", "I:I time.Time 0", "J:J time.Duration 0", "K:K int64 0")
	checkPlan[struct {
		A *bool
		B *[]byte
		C sql.Null[time.Time]
		D rowcodec.Null[celsius]
		E sql.NullString
		F sql.NullInt16
		G *time.Duration
	}](t, "A:A bool 1", "B:B []byte 1", "C:C time.Time 2", "D:D float64 2", "E:E string 2", "F:F int16 2", "G:G time.Duration 1")
	checkPlan[float64](t, ": float64 0")
	checkPlan[*string](t, ": string 1")
	checkPlan[time.Time](t, ": time.Time 0")
	checkPlan[rowcodec.Null[int]](t, ": int64 2")
}

func TestEmbedded(t *testing.T) {
	checkPlan[struct {
		point2
		Base
		nothingToSee
		time.Time
		Shade int8 // hides Base.Shade
		rowcodec.Null[string]
	}](t, "X:point2.X float32 0", "Y:point2.Y float32 0", "id:Base.ID int64 0", "Seen:nothingToSee.Seen bool 0",
		"Time:Time time.Time 0", "Shade:Shade int8 0", "Null:Null string 2")
	checkPlan[struct {
		point2 `frame:"-"`
		A      int8
	}](t, "A:A int8 0")
}

func TestPlanProblems(t *testing.T) {
	type loop struct{ V []loop }
	_, err := rowcodec.PlanOf(reflect.TypeFor[struct {
		*Base
		Loop   []loop
		Tree   map[int]loop
		Map    map[string]int
		Any    any
		Func   func()
		Deep   **int
		Twice  int    `frame:"a"`
		Again  int    `frame:"a"`
		Option int    `frame:"b,inline"`
		secret int    `frame:"c"`
		In     point2 `frame:"in"`
		Good   int
	}]())
	if !errors.Is(err, errkind.ErrType) || !errors.Is(err, errkind.ErrName) {
		t.Fatal(err)
	}
	for _, s := range []string{
		"field Base: wrong type: embedded pointer", "field Map: ", "field Deep: ", "field Any: ", "field Func: ", "field Deep: ",
		`fields Twice and Again: duplicate column name: "a"`, `field Option: wrong type: tag frame:"b,inline": unknown option "inline"`,
		"field secret: wrong type: has a frame tag, but is not exported", "field Loop[].V: wrong type: []rowcodec_test.loop: contains itself", "field Tree: ",
	} {
		if !strings.Contains(err.Error(), s) {
			t.Errorf("%v\nlacks %s", err, s)
		}
	}
	if strings.Contains(err.Error(), "Good") {
		t.Error(err)
	}
	for typ, want := range map[reflect.Type]string{
		reflect.TypeFor[any]():                        "no column has values of this type",
		reflect.TypeFor[[2]int]():                     "use a slice",
		reflect.TypeFor[**int]():                      "no column has values of this type",
		reflect.TypeFor[struct{ a int }]():            "no exported field is a column",
		reflect.TypeFor[*Base]():                      "which cannot be missing",
		reflect.TypeFor[rowcodec.Null[map[int]int]](): "use a slice",
		reflect.TypeFor[struct{ A chan int }]():       "chan int",
	} {
		if _, err := rowcodec.PlanOf(typ); !errors.Is(err, errkind.ErrType) || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v, want %q", typ, err, want)
		}
	}
}

// A field that cannot hold its column names the kinds of field that can.
func TestBindMisfits(t *testing.T) {
	for _, c := range []struct {
		field reflect.Type
		typ   arrow.DataType
		want  string
	}{
		{reflect.TypeFor[int64](), arrow.BinaryTypes.String, `the value: wrong type: int64, but column "c" is utf8; fitting: string, []byte, and *T`},
		{reflect.TypeFor[struct{ C int8 }](), arrow.PrimitiveTypes.Uint8, "fitting: uint8, "},
		{reflect.TypeFor[string](), arrow.FixedWidthTypes.MonthInterval, `column "c" is month_interval, which row functions cannot read yet`},
		{reflect.TypeFor[time.Duration](), arrow.FixedWidthTypes.DayTimeInterval, `column "c" is day_time_interval, which row functions cannot read yet`},
	} {
		p, err := rowcodec.PlanOf(c.field)
		if err != nil {
			t.Fatal(err)
		}
		name := "c"
		if !p.Scalar {
			name = "C"
		}
		readers, err := p.Bind([]chunk.Column{{Field: arrow.Field{Name: name, Type: c.typ}}})
		if !errors.Is(err, errkind.ErrType) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v from %v: %v, %v; want %s", c.field, c.typ, readers, err, c.want)
		}
	}
}

// The error for a field without a column suggests a tag for a column whose name is the same
// apart from case and separators.
func TestBindSuggestsTag(t *testing.T) {
	for _, c := range []struct {
		column, field string
		want          bool
	}{
		{"DepDelay", "dep_delay", true}, {"dep delay", "Dep-Delay", true}, {"a.b", "AB", true}, {"lat", "lon", false}, {"", "x", false},
	} {
		p, err := rowcodec.PlanOf(reflect.StructOf([]reflect.StructField{{Name: "F", Type: reflect.TypeFor[int](), Tag: reflect.StructTag(fmt.Sprintf("frame:%q", c.field))}}))
		if err != nil {
			t.Fatal(err)
		}
		_, err = p.Bind([]chunk.Column{{Field: arrow.Field{Name: c.column, Type: arrow.PrimitiveTypes.Int64}}})
		if !errors.Is(err, errkind.ErrColumn) || strings.Contains(err.Error(), fmt.Sprintf("tag it `frame:%q`", c.column)) != c.want {
			t.Errorf("%q, %q: %v", c.column, c.field, err)
		}
	}
}

// The column that is made of the values of a Go type reads best into that type.
func TestOwnColumnFitsBest(t *testing.T) {
	for _, typ := range append(goTypes, goTypeOf[[]int]("a slice"), goTypeOf[struct{ A int }]("a struct")) {
		p, err := rowcodec.PlanOf(reflect.StructOf([]reflect.StructField{{Name: "F", Type: typ.typ}}))
		if err != nil {
			t.Fatal(err)
		}
		c := chunk.Column{Field: p.Fields[0].ArrowField("F")}
		if _, err := p.Bind([]chunk.Column{c}); err != nil {
			t.Error(err)
		}
		if names := fitting(t, c); len(names) == 0 || names[0] != typ.name {
			t.Errorf("%s: a column of %v reads best into %q", typ.name, c.Field.Type, names)
		}
	}
}
