package frame_test

import (
	"bufio"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/google/go-cmp/cmp"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/chunk"
)

// Values do not change: each pair of columns is joined, and every value of both is found
// again by its number.
func TestConcatConverts(t *testing.T) {
	cols := []frame.Column{
		must(frame.NewColumn("x", []int8{1, -128, 127})), must(frame.NewColumn("x", []int16{2, -1 << 15})), must(frame.NewColumn("x", []int32{3, math.MinInt32, math.MaxInt32})),
		must(frame.NewColumn("x", []int64{4, -1 << 53, 1 << 53})), must(frame.NewColumn("x", []uint8{5, 255})), must(frame.NewColumn("x", []uint16{6, math.MaxUint16})),
		must(frame.NewColumn("x", []uint32{7, math.MaxUint32})), must(frame.NewColumn("x", []uint64{8, 1 << 63})), must(frame.NewColumn("x", []float32{9.5, math.MaxFloat32})),
		must(frame.NewColumn("x", []*int64{nil, new(int64(1 << 60))})), must(frame.NewColumn("x", []float64{10.5, math.MaxFloat64, math.Copysign(0, -1)})),
	}
	for _, a := range cols {
		for _, b := range cols {
			f, err := frame.Concat(must(frame.New(a)), must(frame.New(b)))
			if chunk.Unify(a.Type(), b.Type()) == nil {
				if err == nil {
					t.Errorf("%s and %s make %s", a.Type(), b.Type(), f.Columns()[0].Type())
				}
				continue
			}
			if err != nil {
				t.Errorf("%s and %s: %v", a.Type(), b.Type(), err)
				continue
			}
			want := append(floatFrame(t, a), floatFrame(t, b)...)
			if diff := cmp.Diff(want, floatFrame(t, f.Columns()[0])); diff != "" {
				t.Errorf("%s and %s: %s", a.Type(), b.Type(), diff)
			}
		}
	}
}

func floatFrame(t *testing.T, c frame.Column) []frame.Null[float64] {
	t.Helper()
	v, err := frame.Nulls[float64](c)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// Pairs of 17 types have the same common type as in pandas, except where this package
// differs on purpose: integers never become floats among themselves, nothing becomes an
// object, and a column without rows keeps its type.
func TestConcatLikePandas(t *testing.T) {
	dir := os.Getenv("PARFRAME_CORPUS")
	if dir == "" {
		t.Skip("PARFRAME_CORPUS does not say where the corpus is")
	}
	file, err := os.Open(filepath.Join(dir, "apply", "concat_dtypes.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	day := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	cols := map[string]frame.Column{
		"int64": must(frame.NewColumn("x", []int64{1, 2})), "int8": must(frame.NewColumn("x", []int8{1, 2})), "uint64": must(frame.NewColumn("x", []uint64{1, 1 << 63})),
		"float64": must(frame.NewColumn("x", []float64{1.5, 2.5})), "float32": must(frame.NewColumn("x", []float32{1.5, 2.5})), "bool": must(frame.NewColumn("x", []bool{true, false})),
		"str": must(frame.NewColumn("x", []string{"x", "y"})), "ts_tz": must(frame.NewColumn("x", []time.Time{day})), "td": must(frame.NewColumn("x", []time.Duration{time.Second})),
		"Int64": must(frame.NewColumn("x", []*int64{new(int64(1)), nil})), "allnan": must(frame.NewColumn("x", []float64{math.NaN(), math.NaN()})),
		"allnull": must(frame.ColumnOf("x", array.NewNull(2))),
	}
	checked := 0
	for lines := bufio.NewScanner(file); lines.Scan(); {
		row := strings.Split(lines.Text(), "\t")
		a, ok := cols[row[0]]
		b, ok2 := cols[row[1]]
		if !ok || !ok2 {
			continue
		}
		f, err := frame.Concat(must(frame.New(a)), must(frame.New(b)))
		got := "an error"
		if err == nil {
			got = f.Columns()[0].Type().String()
		}
		want := ""
		switch pandas := strings.ToLower(row[2]); {
		case row[0] == row[1] || row[1] == "allnull":
			want = a.Type().String()
		case row[0] == "allnull": // pandas: object
			want = b.Type().String()
		case row[0] == "bool" || row[1] == "bool": // pandas counts bool as 0 and 1
			want = "an error"
		case pandas == "float64" && isInt(a) && isInt(b): // uint64 and a signed type
			want = "an error"
		case pandas == "object":
			want = "an error"
		default:
			want = pandas // Int64 and Float64 are int64 and float64
		}
		if got != want {
			t.Errorf("%s and %s make %s, expected %s (pandas: %s; %v)", row[0], row[1], got, want, row[2], err)
		}
		checked++
	}
	if checked < 100 {
		t.Errorf("only %d pairs found", checked)
	}
}

func isInt(c frame.Column) bool { return arrow.IsInteger(c.Type().ID()) }
