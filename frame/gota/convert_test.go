package gota

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/go-gota/gota/dataframe"
	"github.com/go-gota/gota/series"
	"github.com/google/go-cmp/cmp"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/arrowtest"
)

func column1[T any](name string, values ...T) frame.Column {
	return must(frame.NewColumn(name, values))
}

// There and back, with NA in each column, over sizes on both sides of where
// copies go parallel.
func TestThereAndBack(t *testing.T) {
	both(t, func(t *testing.T) {
		for _, n := range []int{0, 1, 2, 63, 64, 65, 1025, 70_001} {
			if n > 2000 && safely {
				continue
			}
			df := sample(n)
			f := must(ToFrame(t.Context(), df))
			if err := f.Validate(); err != nil {
				t.Fatal(err)
			}
			want := []arrow.Type{arrow.INT64, arrow.FLOAT64, arrow.STRING, arrow.BOOL, arrow.INT64}
			for j, id := range want {
				if field := f.Schema().Field(j); field.Type.ID() != id || n > 7 && field.Nullable != (j < 4) {
					t.Errorf("%d rows: %v", n, field)
				}
			}
			back := must(FromFrame(t.Context(), f))
			if diff := cmp.Diff(cells(df), cells(back)); diff != "" {
				t.Fatalf("%d rows:\n%.2000s", n, diff)
			}
		}
	})
}

func TestNotNullableWithoutNA(t *testing.T) {
	f := must(ToFrame(t.Context(), numbers(10)))
	if f.Schema().Field(0).Nullable {
		t.Error(f.Schema())
	}
}

// NaN is NA to gota, so null; or NaN, if one says so.
func TestToFrameNaN(t *testing.T) {
	df := dataframe.New(col("f", series.Float, 1.5, math.NaN(), na{}), col("n", series.Int, 1, na{}, 3))
	f := must(ToFrame(t.Context(), df))
	if n := f.Columns()[0].NullN(); n != 2 {
		t.Errorf("%d nulls", n)
	}
	g := must(ToFrame(t.Context(), df, KeepNaN()))
	v, err := frame.Values[float64](g.Columns()[0])
	if err != nil || v[0] != 1.5 || !math.IsNaN(v[1]) || !math.IsNaN(v[2]) || g.Columns()[1].NullN() != 1 {
		t.Error(v, err)
	}
}

// Conversion does not share memory: what either side does later stays there.
func TestConversionsCopy(t *testing.T) {
	df := numbers(5)
	f := must(ToFrame(t.Context(), df))
	df.Elem(0, 0).Set(100)
	back := must(FromFrame(t.Context(), f))
	back.Elem(1, 0).Set(100)
	v := must(frame.Values[int64](f.Columns()[0]))
	if diff := cmp.Diff([]int64{0, 1, 2, 3, 4}, v); diff != "" {
		t.Error(diff)
	}
}

// What gota cannot hold is an error that names the column; the option that it
// names makes it pass.
func TestFromFramePolicy(t *testing.T) {
	day := time.Date(2024, 2, 29, 12, 0, 0, 5, time.UTC)
	type null = frame.Null[float64]
	some := func(v float64) null { return null{V: v, Valid: true} }
	g := arrowtest.Rand(3)
	for _, c := range []struct {
		col  frame.Column
		opt  Option
		want string
		cell string // of row 0, with the option
	}{
		{column1("u", 7, uint64(math.MaxInt64)+1), AsText(), `column "u": unsupported: 9223372036854775808 in row 1, beyond int (accepted with AsText)`, `"7"`},
		{column1("t", day), AsText(), `column "t": unsupported: the type timestamp[ns, tz=UTC] (accepted with AsText)`, `"2024-02-29`},
		{column1("d", time.Second), AsText(), `the type duration[ns]`, `"1`},
		{column1("b", []byte("x")), AsText(), `the type binary`, `"`},
		{must(frame.ColumnOf("l", g.Array(arrow.ListOf(arrow.PrimitiveTypes.Int64), 5))), AsText(), `column "l": unsupported: the type list`, ""},
		{must(frame.ColumnOf("z", g.Array(arrow.Null, 2))), AsText(), `the type null`, "NA"},
		{must(frame.ColumnOf("h", g.Array(arrow.FixedWidthTypes.Float16, 2))), AsText(), `the type float16`, ""},
		{column1("f", some(1), some(math.NaN()), null{}), MergeNaN(), `column "f": unsupported: NaN in row 1, beside nulls (accepted with MergeNaN)`, "3ff0000000000000"},
	} {
		both(t, func(t *testing.T) {
			f := must(frame.New(c.col))
			_, err := FromFrame(t.Context(), f)
			if !errors.Is(err, ErrUnsupported) || !strings.HasPrefix(err.Error(), "gota.FromFrame: column ") || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v\nwant %s", err, c.want)
			}
			df, err := FromFrame(t.Context(), f, c.opt)
			if err != nil || df.Nrow() != f.NumRows() || !strings.HasPrefix(cells(df)[0][2], c.cell) {
				t.Errorf("%v: %v", err, df)
			}
		})
	}
	// NaN without nulls is what gota has.
	df := must(FromFrame(t.Context(), must(frame.New(column1("f", 1, math.NaN())))))
	if !df.Elem(1, 0).IsNA() || !math.IsNaN(df.Elem(1, 0).Float()) {
		t.Error(df)
	}
}

func TestFromFrameTypes(t *testing.T) {
	g := arrowtest.Rand(5)
	for _, typ := range []arrow.DataType{
		arrow.BinaryTypes.LargeString, arrow.BinaryTypes.StringView,
		&arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: arrow.BinaryTypes.String},
	} {
		c := must(frame.ColumnOf("s", g.Array(typ, 100)))
		df := must(FromFrame(t.Context(), must(frame.New(c))))
		want := must(frame.Nulls[string](c))
		for i, w := range want {
			e := df.Elem(i, 0)
			if e.Type() != series.String || e.IsNA() == w.Valid || w.Valid && e.String() != w.V {
				t.Fatalf("%v, row %d: %v, want %v", typ, i, e, w)
			}
		}
	}
	if _, err := FromFrame(t.Context(), nil); !errors.Is(err, frame.ErrNilFrame) {
		t.Error(err)
	}
	if _, err := FromFrame(t.Context(), must(frame.New())); !errors.Is(err, ErrNoColumns) {
		t.Error(err)
	}
}
