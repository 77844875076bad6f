package frame_test

import (
	"database/sql"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/google/go-cmp/cmp"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/chunk"
)

// all has a field of every kind and form.
type all struct {
	Bool  bool
	Int   int
	I8    int8
	I16   int16
	I32   int32
	I64   int64
	Uint  uint
	U8    uint8
	U16   uint16
	U32   uint32
	U64   uint64
	F32   float32
	F64   float64
	S     string
	B     []byte
	T     time.Time
	D     time.Duration
	PBool *bool
	PI16  *int16
	PF64  *float64
	PS    *string
	PB    *[]byte
	PT    *time.Time
	NBool frame.Null[bool]
	NI32  sql.Null[int32]
	NS    sql.NullString
	NB    frame.Null[[]byte]
	ND    sql.Null[time.Duration]
	NT    sql.NullTime
}

func allRows(n int) []all {
	rows := make([]all, n)
	for i := range rows {
		r := all{
			Bool: i%3 == 0, Int: -i, I8: int8(i), I16: int16(-i), I32: int32(i * 1000), I64: math.MinInt64 + int64(i),
			Uint: uint(i), U8: uint8(i), U16: uint16(i), U32: uint32(i), U64: math.MaxUint64 - uint64(i),
			F32: float32(i) / 3, F64: float64(i) / 7, S: strings.Repeat("ü", i%4), B: fmt.Append(nil, i),
			T: time.Unix(int64(i)*1e4, int64(i)).UTC(), D: time.Duration(i) * time.Hour,
		}
		if i%2 == 0 {
			yes, i16, f64, s, b, at := i%4 == 0, int16(i), float64(-i), fmt.Sprint("p", i), []byte{byte(i)}, time.Unix(-int64(i), 1).UTC()
			r.PBool, r.PI16, r.PF64, r.PS, r.PB, r.PT = &yes, &i16, &f64, &s, &b, &at
		}
		if i%5 != 0 {
			r.NBool = frame.Null[bool]{V: i%3 == 0, Valid: true}
			r.NI32 = sql.Null[int32]{V: int32(i), Valid: true}
			r.NS = sql.NullString{String: fmt.Sprint("n", i), Valid: true}
			r.NB = frame.Null[[]byte]{V: []byte{1, byte(i)}, Valid: true}
			r.ND = sql.Null[time.Duration]{V: time.Duration(i), Valid: true}
			r.NT = sql.NullTime{Time: r.T, Valid: true}
		}
		rows[i] = r
	}
	return rows
}

// Structs survive the round trip through a frame, with one Arrow chunk and with many.
func TestStructsRoundTrip(t *testing.T) {
	for _, n := range matrixSizes {
		if n > 5000 && testing.Short() {
			continue
		}
		rows := allRows(n)
		f, err := frame.FromStructs(t.Context(), rows)
		if err != nil {
			t.Fatal(err)
		}
		if f.NumRows() != n || f.NumCols() != reflect.TypeFor[all]().NumField() {
			t.Fatal(f.NumRows(), f.NumCols())
		}
		for i, field := range f.Schema().Fields() {
			if name := reflect.TypeFor[all]().Field(i).Name; field.Name != name || field.Nullable != (i >= 17) {
				t.Fatalf("field %d: %v, want %s", i, field, name)
			}
		}
		for _, c := range f.Columns() {
			for _, ch := range memoryOf(c).Chunks {
				if err := chunk.Validate(ch); err != nil {
					t.Fatal(c.Name(), err)
				}
			}
		}
		cut := []*frame.Frame{f}
		if n > 3 {
			cut = []*frame.Frame{must(f.Slice(0, 1)), must(f.Slice(1, n/2)), must(f.Slice(n/2, n))}
		}
		g, err := frame.Concat(cut...)
		if err != nil {
			t.Fatal(err)
		}
		back, err := frame.ToStructs[all](t.Context(), g)
		if err != nil {
			t.Fatal(err)
		}
		if n < 2000 {
			if d := cmp.Diff(rows, back); d != "" {
				t.Fatalf("n=%d: %s", n, d)
			}
		} else if !reflect.DeepEqual(rows, back) {
			t.Fatalf("n=%d: differ", n)
		}
	}
}

// A frame of structs is the same as one of columns made value by value.
func TestFromStructsSameAsNewColumn(t *testing.T) {
	rows := allRows(300)
	f, err := frame.FromStructs(t.Context(), rows)
	if err != nil {
		t.Fatal(err)
	}
	s := make([]*string, len(rows))
	d := make([]time.Duration, len(rows))
	n := make([]sql.Null[int32], len(rows))
	for i, r := range rows {
		s[i], d[i], n[i] = r.PS, r.D, r.NI32
	}
	cs, _ := frame.NewColumn("PS", s)
	cd, _ := frame.NewColumn("D", d)
	cn, _ := frame.NewColumn("NI32", n)
	want := frameOf(t, cs, cd, cn)
	got, err := f.Select("PS", "D", "NI32")
	if err != nil || !got.Equal(want) || !got.Schema().Equal(want.Schema()) {
		t.Fatal(got, err)
	}
}

// The caller owns the structs: writing to them changes neither the frame nor another row.
func TestToStructsAllocates(t *testing.T) {
	rows := allRows(600)
	f, err := frame.FromStructs(t.Context(), rows)
	if err != nil {
		t.Fatal(err)
	}
	rows[0].B[0] = 'X' // FromStructs copied
	first, err := frame.ToStructs[all](t.Context(), f)
	if err != nil {
		t.Fatal(err)
	}
	for i := range first {
		if string(first[i].B) != fmt.Sprint(i) {
			t.Fatalf("row %d: %q, overwritten by the row before", i, first[i].B)
		}
		first[i].B[0] = '?'
		first[i].B = append(first[i].B, "over the end"...)
		if first[i].PF64 != nil {
			*first[i].PF64 = -99
			(*first[i].PB)[0] = 99
		}
	}
	second, err := frame.ToStructs[all](t.Context(), f)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(allRows(600), second); d != "" {
		t.Fatal(d)
	}
}

func TestFromStructsTimeOutOfRange(t *testing.T) {
	rows := make([]struct {
		Name string
		At   time.Time
		Also *time.Time
	}, 1000)
	for i := range rows {
		rows[i].At = time.Unix(0, 0)
	}
	rows[700].At = time.Time{}
	_, err := frame.FromStructs(t.Context(), rows)
	if checkRow(t, err, 700); !errors.Is(err, frame.ErrValue) || !strings.Contains(err.Error(), "frame.FromStructs") || !strings.Contains(err.Error(), "field At") {
		t.Fatal(err)
	}
	rows[300].Also = &rows[700].At
	_, err = frame.FromStructs(t.Context(), rows)
	if checkRow(t, err, 300); !strings.Contains(err.Error(), "field Also") {
		t.Fatal(err)
	}
}

func TestToStructsPicksColumns(t *testing.T) {
	f := nullable(t)
	got, err := frame.ToStructs[struct {
		Z float64  `frame:"z"`
		X *float64 `frame:"x"`
	}](t.Context(), f)
	if err != nil || len(got) != 5 || got[4].Z != 5 || got[1].X != nil || *got[2].X != 3 {
		t.Fatal(got, err)
	}
	_, err = frame.ToStructs[struct {
		X float64 `frame:"x"`
	}](t.Context(), f)
	if checkRow(t, err, 1); !errors.Is(err, frame.ErrNull) || !strings.HasPrefix(err.Error(), "frame.ToStructs: row 1:") {
		t.Fatal(err)
	}
	none, err := frame.ToStructs[struct{}](t.Context(), f)
	if err != nil || len(none) != 5 {
		t.Fatal(none, err)
	}
}

func TestStructsBadInput(t *testing.T) {
	type bad struct {
		A []string
		B chan int
	}
	type missing struct{ P, Q int }
	for name, c := range map[string]struct {
		err  error
		is   error
		says []string
	}{
		"from scalar": {second(frame.FromStructs(t.Context(), []int{1})), frame.ErrType, []string{"frame.FromStructs", "int is not a struct", "NewColumn"}},
		"from bad":    {second(frame.FromStructs(t.Context(), []bad{})), frame.ErrType, []string{"field B: "}},
		"to scalar":   {second(frame.ToStructs[string](t.Context(), nullable(t))), frame.ErrType, []string{"frame.ToStructs", "string is not a struct", "Values"}},
		"to nil":      {second(frame.ToStructs[missing](t.Context(), nil)), frame.ErrNilFrame, []string{"frame.ToStructs: nil frame"}},
		"to missing":  {second(frame.ToStructs[missing](t.Context(), nullable(t))), frame.ErrColumn, []string{`"P"`, `"Q"`}},
		"to pointers": {second(frame.ToStructs[*missing](t.Context(), nullable(t))), frame.ErrType, []string{"*frame_test.missing"}},
	} {
		if !errors.Is(c.err, c.is) {
			t.Errorf("%s: %v", name, c.err)
			continue
		}
		for _, s := range c.says {
			if !strings.Contains(c.err.Error(), s) {
				t.Errorf("%s: %v lacks %q", name, c.err, s)
			}
		}
	}
}

func second[T any](_ T, err error) error { return err }

func TestFromStructsEmpty(t *testing.T) {
	f, err := frame.FromStructs[all](t.Context(), nil)
	if err != nil || f.NumRows() != 0 || f.Schema().Field(13).Type.ID() != arrow.STRING {
		t.Fatal(f, err)
	}
	g, err := frame.FromStructs(t.Context(), make([]struct{}, 3))
	if err != nil || g.NumRows() != 3 {
		t.Fatal(g, err)
	}
}
