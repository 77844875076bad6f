package rowcodec_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"
	"unsafe"

	"github.com/google/go-cmp/cmp"

	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/internal/errkind"
	"github.com/parframe/parframe/internal/rowcodec"
)

// writers returns writers of n rows for the fields of T.
func writers[T any](t *testing.T, n int) []*rowcodec.Writer {
	t.Helper()
	p, err := rowcodec.PlanOf(reflect.TypeFor[T]())
	if err != nil {
		t.Fatal(err)
	}
	var ws []*rowcodec.Writer
	for i := range p.Fields {
		ws = append(ws, rowcodec.NewWriter(&p.Fields[i], p.Fields[i].Name, n, false))
	}
	return ws
}

// random sets v, of any type that a field may have, to a random value. A slice has up to
// longest elements, and the slices within it have up to 3.
func random(v reflect.Value, r *rand.Rand, longest int) {
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(r.IntN(2) == 0)
	case reflect.Int16, reflect.Int64:
		v.SetInt(int64(int16(r.Int())))
	case reflect.Float64:
		v.SetFloat(r.NormFloat64())
	case reflect.String:
		v.SetString(strings.Repeat(string(rune('a'+r.IntN(26))), r.IntN(12)))
	case reflect.Pointer:
		if r.IntN(4) > 0 {
			v.Set(reflect.New(v.Type().Elem()))
			random(v.Elem(), r, longest)
		}
	case reflect.Slice:
		n := r.IntN(max(longest, 0) + 1)
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		for i := range n {
			random(v.Index(i), r, min(longest, 4)-1)
		}
	case reflect.Uint8:
		v.SetUint(r.Uint64N(256))
	case reflect.Struct:
		switch {
		case v.Type() == reflect.TypeFor[time.Time]():
			v.Set(reflect.ValueOf(time.Unix(r.Int64N(1<<32), r.Int64N(1e9)).UTC()))
		case isPair(v.Type()) && r.IntN(4) == 0: // missing
		default:
			for _, field := range v.Fields() {
				random(field, r, longest)
			}
			if isPair(v.Type()) {
				v.Field(1).SetBool(true)
			}
		}
	default:
		panic(v.Type())
	}
}

// Rows that several workers write are the same when they are read: fields of all kinds,
// with missing values, and lists and structs in one another.
func TestWriteThereAndBack(t *testing.T) {
	type inner struct {
		Flag  bool
		Text  *string
		Flags []bool
		Times []rowcodec.Null[time.Time]
	}
	type row struct {
		Flag     bool
		FlagPtr  *bool
		FlagPair rowcodec.Null[bool]
		Int      int16
		IntPtr   *int16
		Float    rowcodec.Null[float64]
		Text     string
		Bytes    *[]byte
		Time     time.Time
		TimePtr  *time.Time
		List     []int16
		Pairs    []rowcodec.Null[int64]
		Ptrs     []*int64
		Texts    []string
		Lists    [][]bool
		ListPtr  *[]float64
		In       inner
		InPtr    *inner
		InPair   rowcodec.Null[inner]
		Many     []inner
		ManyPtrs []*inner
		ManyList [][]rowcodec.Null[inner]
	}
	r := rand.New(rand.NewPCG(8, 8))
	for _, n := range []int{1, 63, 64, 65, 300, 513} {
		rows := make([]row, n)
		for i := range rows {
			random(reflect.ValueOf(&rows[i]).Elem(), r, 5)
		}
		random(reflect.ValueOf(&rows[n/2]).Elem(), r, 700)
		ws := writers[row](t, n)
		mems := [][]rowcodec.WriteMem{make([]rowcodec.WriteMem, len(ws)), make([]rowcodec.WriteMem, len(ws)), make([]rowcodec.WriteMem, len(ws))}
		for lo := 0; lo < n; {
			hi := min(n, lo+1+r.IntN(rowcodec.BlockRows))
			var cursor int
			if err := rowcodec.WriteRows(ws, rows[lo:hi], lo, mems[r.IntN(len(mems))], &cursor); err != nil || cursor != hi {
				t.Fatal(cursor, err)
			}
			lo = hi
		}
		cols, err := rowcodec.Finish(t.Context(), ws, mems, func(n int, fn func(i int)) error {
			for _, i := range r.Perm(n) {
				fn(i)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range cols {
			for _, k := range c.Chunks {
				if err := chunk.Validate(k); err != nil {
					t.Fatalf("column %s: %v", c.Field.Name, err)
				}
			}
		}
		p, err := rowcodec.PlanOf(reflect.TypeFor[row]())
		if err != nil {
			t.Fatal(err)
		}
		readers, err := p.Bind(cols)
		if err != nil {
			t.Fatal(err)
		}
		for lo := 0; lo < n; {
			got := make([]row, min(n-lo, 1+r.IntN(rowcodec.BlockRows)))
			var cursor int
			if err := rowcodec.ReadRows(readers, got, lo, &cursor); err != nil {
				t.Fatal(cursor, err)
			}
			if want := rows[lo : lo+len(got)]; !reflect.DeepEqual(want, got) {
				t.Fatalf("%d rows, from row %d on: %s", n, lo, cmp.Diff(want, got))
			}
			lo += len(got)
		}
	}
}

// Times and decimals may not fit their columns. Texts and slices count only where they may
// be too long for theirs.
func TestMayMisfit(t *testing.T) {
	type row struct {
		Int    int64
		Time   *time.Time
		Text   string
		Bytes  []byte
		Ints   []int64
		Times  []time.Time
		Struct struct{ A, B int64 }
		Nested struct{ A []string }
	}
	want := map[string][2]bool{"Time": {true, true}, "Text": {false, true}, "Bytes": {false, true}, "Ints": {false, true}, "Times": {true, true}, "Nested": {false, true}}
	for _, w := range writers[row](t, 1) {
		if got := [2]bool{w.MayMisfit(false), w.MayMisfit(true)}; got != want[w.Out.Name] {
			t.Errorf("%s: %v, expected %v", w.Out.Name, got, want[w.Out.Name])
		}
	}
}

// A value that its column cannot hold ends the writing at its row, wherever it is in the
// row. Values that are missing, or fit, are no reason.
func TestWriteEndsAtMisfit(t *testing.T) {
	type inner struct{ When *time.Time }
	type row struct {
		Text    string
		TextPtr *string
		Bytes   []byte
		List    []int8
		In      inner
		InPtr   *inner
		Many    []inner
	}
	huge := struct { // the header of a slice, whose bytes nobody reads
		ptr      unsafe.Pointer
		len, cap int
	}{unsafe.Pointer(new(byte)), 1 << 31, 1 << 31}
	text, early := *(*string)(unsafe.Pointer(&huge)), time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)
	fine := row{Text: "a", Bytes: []byte("b"), List: []int8{1}, Many: []inner{{}}}
	for name, misfit := range map[string]func(*row){
		"field Text: 2 GiB or more":              func(r *row) { r.Text = text },
		"field TextPtr: 2 GiB or more":           func(r *row) { r.TextPtr = &text },
		"field Bytes: 2 GiB or more":             func(r *row) { r.Bytes = *(*[]byte)(unsafe.Pointer(&huge)) },
		"field List: 2³¹ elements":               func(r *row) { r.List = *(*[]int8)(unsafe.Pointer(&huge)) },
		`field In.When: 0001-01-01`:              func(r *row) { r.In.When = &early },
		`field InPtr.When: 0001-01-01`:           func(r *row) { r.InPtr = &inner{&early} },
		`field Many[].When: 0001-01-01 00:00:00`: func(r *row) { r.Many = []inner{{}, {}, {&early}} },
	} {
		t.Run(name, func(t *testing.T) {
			rows := []row{fine, fine, fine, fine}
			misfit(&rows[2])
			ws := writers[row](t, len(rows))
			var cursor int
			err := rowcodec.WriteRows(ws, rows, 0, make([]rowcodec.WriteMem, len(ws)), &cursor)
			if cursor != 2 || !errors.Is(err, errkind.ErrValue) || !strings.Contains(fmt.Sprint(err), name) {
				t.Errorf("row %d: %v", cursor, err)
			}
			for _, w := range ws {
				if err := w.Check(rowcodec.ViewOf(rows), 1); err != nil {
					t.Errorf("row 1: %v", err)
				}
			}
		})
	}
}
