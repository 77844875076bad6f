package gota

import (
	"math"
	"os"
	"strconv"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/go-gota/gota/dataframe"
	"github.com/go-gota/gota/series"

	"github.com/parframe/parframe/frame"
)

// benchRows is how many rows the benchmarks have: PARFRAME_ROWS, or few.
func benchRows(stated int) int {
	if n, err := strconv.Atoi(os.Getenv("PARFRAME_ROWS")); err == nil && n > 0 {
		return n
	}
	return stated / 20
}

func floats5(n int) dataframe.DataFrame {
	cols := make([]series.Series, 5)
	for j := range cols {
		v := make([]float64, n)
		for i := range v {
			if v[i] = float64(i*j%1000) / 3; i%10 == j {
				v[i] = math.NaN()
			}
		}
		cols[j] = series.New(v, series.Float, string(rune('a'+j)))
	}
	return dataframe.New(cols...)
}

var sink any

// BenchmarkRow: the stated figure is for 200,000 rows.
func BenchmarkRow(b *testing.B) {
	df := floats5(benchRows(200_000))
	for name, fn := range map[string]func(series.Series) series.Series{
		"identity": same,
		"sum":      func(row series.Series) series.Series { return series.Floats([]float64{row.Sum()}) },
		"scale": func(row series.Series) series.Series {
			for i := range row.Len() {
				e := row.Elem(i)
				e.Set(2 * e.Float())
			}
			return row
		},
	} {
		b.Run(name+"/Rapply", func(b *testing.B) {
			for b.Loop() {
				sink = df.Rapply(fn)
			}
		})
		b.Run(name+"/RowApply", func(b *testing.B) {
			for b.Loop() {
				out, err := RowApply(b.Context(), df, lifted(fn))
				if err != nil {
					b.Fatal(err)
				}
				sink = out
			}
		})
	}
}

// BenchmarkApply: a function that costs the same for every row, a second or so
// for the 200,000 of the stated figure, and shares nothing.
func BenchmarkApply(b *testing.B) {
	df := floats5(benchRows(200_000))
	work := func(p dataframe.DataFrame) dataframe.DataFrame {
		for j := range p.Ncol() {
			for i := range p.Nrow() {
				e := p.Elem(i, j)
				v := e.Float()
				for range 100 {
					v = math.Sin(v)
				}
				e.Set(v)
			}
		}
		return p
	}
	b.Run("serial", func(b *testing.B) {
		for b.Loop() {
			sink = work(df.Copy())
		}
	})
	b.Run("Apply", func(b *testing.B) {
		for b.Loop() {
			out, err := Apply(b.Context(), df, lifted(work))
			if err != nil {
				b.Fatal(err)
			}
			sink = out
		}
	})
}

// BenchmarkConvert: the stated figure is for 1,000,000 rows.
func BenchmarkConvert(b *testing.B) {
	df := floats5(benchRows(1_000_000))
	f, err := ToFrame(b.Context(), df)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("to/hand", func(b *testing.B) {
		for b.Loop() {
			sink = toByHand(df)
		}
	})
	b.Run("to/ToFrame", func(b *testing.B) {
		for b.Loop() {
			out, err := ToFrame(b.Context(), df)
			if err != nil {
				b.Fatal(err)
			}
			sink = out
		}
	})
	b.Run("from/hand", func(b *testing.B) {
		for b.Loop() {
			sink = fromByHand(f)
		}
	})
	b.Run("from/FromFrame", func(b *testing.B) {
		for b.Loop() {
			out, err := FromFrame(b.Context(), f)
			if err != nil {
				b.Fatal(err)
			}
			sink = out
		}
	})
}

// toByHand is what one writes with Arrow's builders.
func toByHand(df dataframe.DataFrame) []arrow.Array {
	var out []arrow.Array
	for j := range df.Ncol() {
		b := array.NewFloat64Builder(memory.DefaultAllocator)
		b.Reserve(df.Nrow())
		for i := range df.Nrow() {
			if e := df.Elem(i, j); e.IsNA() {
				b.UnsafeAppendBoolToBitmap(false)
			} else {
				b.UnsafeAppend(e.Float())
			}
		}
		out = append(out, b.NewArray())
	}
	return out
}

// fromByHand is what one writes with gota's constructors.
func fromByHand(f *frame.Frame) dataframe.DataFrame {
	var cols []series.Series
	for _, c := range f.Columns() {
		a := c.Chunks()[0].(*array.Float64)
		s := series.New(a.Float64Values(), series.Float, c.Name())
		for i := range a.Len() {
			if a.IsNull(i) {
				s.Elem(i).Set(nil)
			}
		}
		cols = append(cols, s)
	}
	return dataframe.New(cols...)
}
