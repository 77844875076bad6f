package parquet

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/filetest"
	"github.com/parframe/parframe/parallel"
)

// naive filters row by row, comparing Go values.
func naive(t *testing.T, f *frame.Frame, column string, in func(v any) bool) *frame.Frame {
	t.Helper()
	c, err := f.Column(column)
	if err != nil {
		t.Fatal(err)
	}
	var mask []bool
	for _, a := range c.Chunks() {
		for i := range a.Len() {
			mask = append(mask, a.IsValid(i) && in(valueOf(a, i)))
		}
	}
	out, err := f.Filter(mask)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func valueOf(a arrow.Array, i int) any {
	switch a := a.(type) {
	case *array.Int8:
		return float64(a.Value(i))
	case *array.Uint16:
		return float64(a.Value(i))
	case *array.Int64:
		return float64(a.Value(i))
	case *array.Uint64:
		return float64(a.Value(i))
	case *array.Float32:
		return float64(a.Value(i))
	case *array.Float64:
		return a.Value(i)
	case *array.String:
		return a.Value(i)
	case *array.LargeString:
		return a.Value(i)
	case *array.Timestamp:
		return a.Value(i).ToTime(a.DataType().(*arrow.TimestampType).Unit)
	case *array.Date32:
		return a.Value(i).ToTime()
	case *array.Date64:
		return a.Value(i).ToTime()
	case *array.Duration:
		return time.Duration(a.Value(i)) * a.DataType().(*arrow.DurationType).Unit.Multiplier()
	case *array.Time32:
		return time.Duration(a.Value(i)) * a.DataType().(*arrow.Time32Type).Unit.Multiplier()
	}
	panic(fmt.Sprintf("%T", a))
}

// Conditions select the rows that a loop over the whole frame selects, with small and
// large row groups.
func TestWhere(t *testing.T) {
	p, ft := arrow.PrimitiveTypes, arrow.FixedWidthTypes
	types := []arrow.DataType{p.Int8, p.Uint16, p.Int64, p.Uint64, p.Float32, p.Float64, arrow.BinaryTypes.String, arrow.BinaryTypes.LargeString,
		ft.Timestamp_s, ft.Timestamp_ms, ft.Timestamp_ns, ft.Date32, ft.Date64, ft.Duration_ns, ft.Time32s, arrow.ListOf(p.Int64)}
	f := frameOf(t, 11, types, 0.1, 300, 200)
	number := func(lo, hi float64) func(any) bool {
		return func(v any) bool { return v.(float64) >= lo && v.(float64) <= hi }
	}
	text := func(lo, hi string) func(any) bool {
		return func(v any) bool { return v.(string) >= lo && v.(string) <= hi }
	}
	when := func(lo, hi time.Time) func(any) bool {
		return func(v any) bool { return !v.(time.Time).Before(lo) && !v.(time.Time).After(hi) }
	}
	long := func(lo, hi time.Duration) func(any) bool {
		return func(v any) bool { return v.(time.Duration) >= lo && v.(time.Duration) <= hi }
	}
	inf := math.Inf(1)
	epoch := time.Unix(0, 0)
	day := time.Date(1970, 1, 8, 12, 0, 0, 5, time.UTC)
	for _, b := range [][]byte{write(t, f, WriteOptions{RowGroupRows: 13}), write(t, f, WriteOptions{NoDictionary: true})} {
		for _, c := range []struct {
			col  int
			in   Interval
			want func(any) bool
		}{
			{0, Between(-3, 5), number(-3, 5)}, {0, Between(nil, int8(-1)), number(-inf, -1)}, {0, Between(-1000, 1000), number(-inf, inf)},
			{0, Between(1000, nil), number(1000, inf)}, {0, Between(0.5, 3.5), number(0.5, 3.5)}, {0, Between(5, 3), number(5, 3)},
			{1, Between(-5, 7), number(-5, 7)}, {1, Between(nil, -1), number(1, 0)}, {1, Between(uint8(3), nil), number(3, inf)},
			{2, Between(-10.5, 1e30), number(-10.5, inf)}, {2, Between(uint64(math.MaxUint64), nil), number(1, 0)}, {2, Between(nil, -1e30), number(1, 0)},
			{3, Between(1, uint64(math.MaxUint64)), number(1, inf)}, {3, Between(uint64(1)<<63+4096, nil), number(1<<63+4096, inf)}, {3, Between(1e19, 1e30), number(1e19, inf)},
			{4, Between(0, 2), number(0, 2)}, {5, Between(-0.5, 1.5), number(-0.5, 1.5)}, {5, Between(nil, math.Inf(-1)), number(-inf, -inf)},
			{5, Between(math.Copysign(0, -1), 0), number(0, 0)},
			{6, Between("a", "m"), text("a", "m")}, {6, Between("", ""), text("", "")}, {6, Between([]byte("JFK"), nil), text("JFK", "\xff\xff")},
			{7, Between(nil, "b"), text("", "b")},
			{8, Between(epoch, nil), when(epoch, day.AddDate(1e6, 0, 0))}, {8, Between(nil, day), when(day.AddDate(-1e6, 0, 0), day)},
			{9, Between(epoch, day), when(epoch, day)}, {10, Between(epoch.Add(-5), epoch.Add(5)), when(epoch.Add(-5), epoch.Add(5))},
			{10, Between(time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)), when(day.AddDate(-300, 0, 0), day.AddDate(300, 0, 0))},
			{11, Between(epoch, day), when(epoch, day)}, {11, Between(nil, epoch.Add(-1)), when(day.AddDate(-8e6, 0, 0), epoch.Add(-1))},
			{12, Between(epoch.AddDate(0, 0, -3), day), when(epoch.AddDate(0, 0, -3), day)},
			{13, Between(time.Duration(-3), time.Duration(5)), long(-3, 5)},
			{14, Between(time.Hour, 20*time.Hour), long(time.Hour, 20*time.Hour)},
		} {
			if c.col == 8 || c.col == 11 && c.in.lo == nil {
				continue // beyond the range of the oracle's times
			}
			name := fmt.Sprintf("c%d", c.col)
			want := naive(t, f, name, c.want)
			got, err := readBytes(b, ReadOptions{Where: []Condition{Where(name, c.in)}})
			if err != nil {
				t.Errorf("%v: %v", Where(name, c.in), err)
				continue
			}
			if d := want.Diff(got); d != "" {
				t.Errorf("%v: %s", Where(name, c.in), d)
			}
			if want.NumRows() < 5 {
				continue
			}
			got, err = readBytes(b, ReadOptions{Columns: []string{"c15", "c2"}, Where: []Condition{Where(name, c.in)}, Limit: 5})
			if err != nil {
				t.Fatal(err)
			}
			few, err := want.Head(5).Select("c15", "c2")
			if err != nil {
				t.Fatal(err)
			}
			if d := few.Diff(got); d != "" {
				t.Errorf("%v, limit 5: %s", Where(name, c.in), d)
			}
		}
	}
}

// Bounds between two ticks are rounded to the inside of the interval.
func TestTicksOfBounds(t *testing.T) {
	for _, c := range []struct {
		at       time.Time
		tick     time.Duration
		down, up int64
	}{
		{time.Unix(5, 0), time.Second, 5, 5}, {time.Unix(5, 1), time.Second, 5, 6}, {time.Unix(-5, 1), time.Second, -5, -4}, {time.Unix(-5, 0), time.Second, -5, -5},
		{time.Unix(5, 1), time.Millisecond, 5000, 5001}, {time.Unix(5, 1_000_000), time.Millisecond, 5001, 5001}, {time.Unix(-1, 999_999_999), time.Millisecond, -1, 0},
		{time.Unix(86400, 0), 24 * time.Hour, 1, 1}, {time.Unix(86400, 1), 24 * time.Hour, 1, 2}, {time.Unix(-1, 0), 24 * time.Hour, -1, 0},
		{time.Unix(1<<40, 0), time.Nanosecond, math.MaxInt64, math.MaxInt64}, {time.Unix(-1<<40, 0), time.Nanosecond, math.MinInt64, math.MinInt64},
	} {
		if down, up := ticks(c.at, c.tick, true), ticks(c.at, c.tick, false); down != c.down || up != c.up {
			t.Errorf("%v in ticks of %v: %d and %d, want %d and %d", c.at.UTC(), c.tick, down, up, c.down, c.up)
		}
	}
}

func TestWhereAnd(t *testing.T) {
	f := frameOf(t, 12, []arrow.DataType{arrow.PrimitiveTypes.Int8, arrow.PrimitiveTypes.Float64}, 0.1, 500)
	got, err := readBytes(write(t, f, WriteOptions{RowGroupRows: 50}), ReadOptions{Where: []Condition{
		Where("c0", Between(-5, nil)), Where("c1", Between(0, 1)), Where("c0", Between(nil, 5)),
	}})
	if err != nil {
		t.Fatal(err)
	}
	want := naive(t, naive(t, f, "c0", func(v any) bool { return v.(float64) >= -5 && v.(float64) <= 5 }), "c1", func(v any) bool { return v.(float64) >= 0 && v.(float64) <= 1 })
	equal(t, want, got)
}

// Conditions on a dictionary column compare its values.
func TestWhereDictionary(t *testing.T) {
	dt := &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int16, ValueType: arrow.BinaryTypes.String}
	f := frameOf(t, 12, []arrow.DataType{dt}, 0.1, 500)
	c := f.Columns()[0]
	var mask []bool
	for _, a := range c.Chunks() {
		d := a.(*array.Dictionary)
		for i := range d.Len() {
			mask = append(mask, d.IsValid(i) && d.ValueStr(i) >= "a" && d.ValueStr(i) <= "q")
		}
	}
	want, err := f.Filter(mask)
	if err != nil {
		t.Fatal(err)
	}
	got, err := readBytes(write(t, f, WriteOptions{RowGroupRows: 60}), ReadOptions{Where: []Condition{Where("c0", Between("a", "q"))}})
	if err != nil {
		t.Fatal(err)
	}
	if want.NumRows() == 0 {
		t.Fatal("nothing to find")
	}
	equal(t, want, got)
}

func TestWhereErrors(t *testing.T) {
	p := arrow.PrimitiveTypes
	f := frameOf(t, 12, []arrow.DataType{p.Int8, arrow.BinaryTypes.String, arrow.FixedWidthTypes.Timestamp_ms, arrow.ListOf(p.Int8), p.Float64}, 0, 5)
	b := write(t, f, WriteOptions{})
	for _, c := range []struct {
		where Condition
		kind  error
		want  string
	}{
		{Where("x", Between(1, 2)), frame.ErrColumn, `no such column: "x"`},
		{Where("c0", Between(nil, nil)), parallel.ErrOption, "Between(nil, nil)"},
		{Where("c0", Between("a", nil)), frame.ErrType, "type string is not a number"},
		{Where("c1", Between(1, nil)), frame.ErrType, "type int is not a string"},
		{Where("c2", Between(nil, 5)), frame.ErrType, "type int is not a time.Time"},
		{Where("c3", Between(1, 2)), ErrUnsupported, "is list"},
		{Where("c4", Between(math.NaN(), 2)), parallel.ErrOption, "a bound is NaN"},
	} {
		_, err := readBytes(b, ReadOptions{Where: []Condition{c.where}})
		if !errors.Is(err, c.kind) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: %v, want %s", c.where, err, c.want)
		}
	}
	if _, err := readBytes(b, ReadOptions{Limit: -1}); !errors.Is(err, parallel.ErrOption) {
		t.Error(err)
	}
}

// Row groups that the statistics rule out are not read: their bytes may be anything.
func TestWherePrunes(t *testing.T) {
	n := make([]int64, 1000)
	s := make([]string, 1000)
	for i := range n {
		n[i], s[i] = int64(i), fmt.Sprintf("%04d", i)
	}
	cn, _ := frame.NewColumn("n", n)
	cs, _ := frame.NewColumn("s", s)
	f, err := frame.New(cn, cs)
	if err != nil {
		t.Fatal(err)
	}
	b := write(t, f, WriteOptions{RowGroupRows: 100})
	for _, c := range []Condition{Where("n", Between(450, 455)), Where("s", Between("0450", "0455"))} {
		r := &countingReader{r: bytes.NewReader(b)}
		got, err := Read(t.Context(), r, int64(len(b)), ReadOptions{Where: []Condition{c}}, parallel.Serial())
		if err != nil {
			t.Fatal(err)
		}
		want, _ := f.Slice(450, 456)
		equal(t, want, got)
		if r.n > 3+3 { // head, tail, footer; the condition's column, then both
			t.Errorf("%v: %d reads", c, r.n)
		}
	}
	r := &countingReader{r: bytes.NewReader(b)}
	if got, err := Read(t.Context(), r, int64(len(b)), ReadOptions{Limit: 150}, parallel.Serial()); err != nil || got.NumRows() != 150 || r.n > 3+4 {
		t.Errorf("Limit: %v, %d reads", err, r.n)
	}
}

// prunes writes the numbers 0 to 999 as values of type T, and checks that of their ten row
// groups only that with 450 to 455 is read.
func prunes[T int16 | int32 | int64 | uint16 | uint32 | uint64 | float32 | float64](t *testing.T) {
	n := make([]T, 1000)
	for i := range n {
		n[i] = T(i)
	}
	c, _ := frame.NewColumn("n", n)
	f, err := frame.New(c)
	if err != nil {
		t.Fatal(err)
	}
	b := write(t, f, WriteOptions{RowGroupRows: 100})
	r := &countingReader{r: bytes.NewReader(b)}
	got, err := Read(t.Context(), r, int64(len(b)), ReadOptions{Where: []Condition{Where("n", Between(450, 455))}}, parallel.Serial())
	if err != nil {
		t.Fatal(err)
	}
	want, _ := f.Slice(450, 456)
	equal(t, want, got)
	if r.n > 3+2 { // head, tail, footer; the row group
		t.Errorf("%T: %d reads", n, r.n)
	}
}

func TestWherePrunesByNumbers(t *testing.T) {
	prunes[int16](t)
	prunes[int32](t)
	prunes[int64](t)
	prunes[uint16](t)
	prunes[uint32](t)
	prunes[uint64](t)
	prunes[float32](t)
	prunes[float64](t)
}

// Statistics are true of every value of every type: no row that satisfies a condition
// is pruned.
func TestStatisticsAreTrue(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	for _, typ := range []arrow.DataType{arrow.PrimitiveTypes.Int8, arrow.PrimitiveTypes.Uint32, arrow.PrimitiveTypes.Uint64, arrow.PrimitiveTypes.Int64, arrow.PrimitiveTypes.Float32, arrow.PrimitiveTypes.Float64} {
		for range 20 {
			a := filetest.Random(r, typ, 30, 0.2)
			f, err := frame.FromRecord(array.NewRecord(arrow.NewSchema([]arrow.Field{{Name: "x", Type: typ, Nullable: true}}, nil), []arrow.Array{a}, 30))
			if err != nil {
				t.Fatal(err)
			}
			b := write(t, f, WriteOptions{RowGroupRows: 3})
			for i := range 30 {
				if a.IsNull(i) || a.ValueStr(i) == "NaN" {
					continue
				}
				var v any
				switch a := a.(type) {
				case *array.Int8:
					v = a.Value(i)
				case *array.Uint32:
					v = a.Value(i)
				case *array.Uint64:
					v = a.Value(i)
				case *array.Int64:
					v = a.Value(i)
				case *array.Float32:
					v = a.Value(i)
				case *array.Float64:
					v = a.Value(i)
				}
				got, err := readBytes(b, ReadOptions{Where: []Condition{Where("x", Between(v, v))}})
				if err != nil || got.NumRows() == 0 {
					t.Fatalf("%v: value %v of row %d is not found: %v", typ, v, i, err)
				}
			}
		}
	}
}
