package gota

import (
	"context"
	"fmt"
	"math"
	"testing"

	"github.com/go-gota/gota/dataframe"
	"github.com/go-gota/gota/series"

	"github.com/parframe/parframe/internal/calltest"
	"github.com/parframe/parframe/parallel"
)

func TestMain(m *testing.M) { calltest.Main(m) }

// both runs the test with and without the shortcuts into gota's memory.
func both(t *testing.T, run func(t *testing.T)) {
	t.Helper()
	if !known {
		t.Fatal("gota's memory is not as expected: everything works, but slowly")
	}
	for _, s := range []bool{false, true} {
		t.Run(map[bool]string{false: "shortcuts", true: "safely"}[s], func(t *testing.T) {
			safely = s
			defer func() { safely = false }()
			run(t)
		})
	}
}

// na is a missing value.
type na struct{}

// col makes a series; values of na{} are NA, and texts are taken as they are.
func col(name string, t series.Type, values ...any) series.Series {
	s := series.New(make([]struct{}, len(values)), t, name)
	for i, v := range values {
		switch v := v.(type) {
		case na:
		case string:
			s.Elem(i).Set(literal{s: v})
		default:
			s.Elem(i).Set(v)
		}
	}
	return s
}

// sample has all types and NA in each, in n rows.
func sample(n int) dataframe.DataFrame {
	ints, floats, texts, bools, keys := make([]any, n), make([]any, n), make([]any, n), make([]any, n), make([]any, n)
	for i := range n {
		ints[i], floats[i], texts[i], bools[i], keys[i] = i*7919-500, float64(i)/3-100, fmt.Sprint("t", i%17), i%3 == 0, (i*i)%5
		switch i % 11 {
		case 3:
			ints[i] = na{}
		case 4:
			floats[i] = na{}
		case 5:
			texts[i] = na{}
		case 6:
			bools[i] = na{}
		case 7:
			texts[i] = "NaN" // a text, not NA
		}
	}
	return dataframe.New(col("i", series.Int, ints...), col("f", series.Float, floats...),
		col("s", series.String, texts...), col("b", series.Bool, bools...), col("k", series.Int, keys...))
}

// cells returns what is in a data frame: names, types, and all cells exactly.
func cells(df dataframe.DataFrame) (out [][]string) {
	if df.Err != nil {
		return [][]string{{df.Err.Error()}}
	}
	for j, name := range df.Names() {
		c := []string{name, string(df.Types()[j])}
		for i := range df.Nrow() {
			e := df.Elem(i, j)
			switch {
			case e.IsNA():
				c = append(c, "NA")
			case e.Type() == series.Float:
				c = append(c, fmt.Sprintf("%x", math.Float64bits(e.Float())))
			default:
				c = append(c, fmt.Sprintf("%q", e.String()))
			}
		}
		out = append(out, c)
	}
	return out
}

// lifted gives a function that gota calls too the shape of ours.
func lifted[X any](fn func(X) X) func(context.Context, X) X {
	return func(_ context.Context, x X) X { return fn(x) }
}

// settings are the ways to run a call that must not change its result.
func settings(cuts bool) map[string][]Option {
	all := map[string][]Option{"default": nil, "serial": {parallel.Serial()}}
	for _, w := range []int{1, 3, 64} {
		all[fmt.Sprint("workers ", w)] = []Option{parallel.Workers(w)}
		for _, c := range []int{1, 64} {
			if cuts {
				all[fmt.Sprint("workers ", w, " partitions ", c)] = []Option{parallel.Workers(w), parallel.Partitions(c)}
			}
		}
	}
	return all
}

// panics reports whether fn does.
func panics(fn func()) (did bool) {
	defer func() { did = recover() != nil }()
	fn()
	return false
}
