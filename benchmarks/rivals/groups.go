package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"runtime"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/io/parquet"
)

// The tables of groups and rolling windows: everybody reads them into memory
// before the clock starts.
const (
	groupsFile = "groups.parquet" // k string, x float64
	groupsRows = 2_000_000
	groupsKeys = 1_000
	floatsFile = "floats.parquet" // x float64
	floatsRows = 5_000_000
	window     = 100
)

func writeGroups(path string, n int) error {
	r := rand.New(rand.NewPCG(7, 7))
	keys, vals := make([]string, n), make([]float64, n)
	for i := range n {
		keys[i], vals[i] = fmt.Sprintf("id%03d", r.IntN(groupsKeys)), r.NormFloat64()
	}
	k, err := frame.NewColumn("k", keys)
	return errors.Join(err, writeColumns(path, k, vals))
}

func writeFloats(path string, n int) error {
	r := rand.New(rand.NewPCG(3, 4))
	vals := make([]float64, n)
	for i := range vals {
		vals[i] = r.NormFloat64() * 100
	}
	return writeColumns(path, frame.Column{}, vals)
}

// writeColumns writes a column of keys, if there is one, and the values.
func writeColumns(path string, keys frame.Column, vals []float64) error {
	x, err := frame.NewColumn("x", vals)
	if err != nil {
		return err
	}
	cols := []frame.Column{x}
	if keys.Len() > 0 {
		cols = []frame.Column{keys, x}
	}
	f, err := frame.New(cols...)
	if err != nil {
		return err
	}
	return parquet.WriteFile(context.Background(), path, f, parquet.WriteOptions{})
}

// loaded is a candidate on a table in memory: run is measured, and what it
// returns is summed up in figures, in which all candidates must agree.
func loaded(path string, run func(f *frame.Frame) (*frame.Frame, error), figures func(f *frame.Frame) []float64) candidate {
	var in, out *frame.Frame
	return candidate{
		load: func() (err error) {
			if in, err = parquet.ReadFile(context.Background(), path, parquet.ReadOptions{}); err != nil {
				return err
			}
			if in, err = in.Rechunk(); err != nil {
				return err
			}
			runtime.GC() // what reading left is not collected on this clock
			return nil
		},
		run: func() (note string, err error) {
			if out, err = run(in); err != nil {
				return "", err
			}
			return fmt.Sprintf("%d rows to %d", in.NumRows(), out.NumRows()), nil
		},
		figures: func() []float64 { return figures(out) },
	}
}

func aggregated(aggs ...frame.Agg) func(f *frame.Frame) (*frame.Frame, error) {
	return func(f *frame.Frame) (*frame.Frame, error) {
		g, err := f.GroupBy("k")
		if err != nil {
			return nil, err
		}
		return g.Agg(context.Background(), aggs...)
	}
}

// logSumExp is a user's aggregate: four functions in Go.
func logSumExp() frame.Agg {
	return frame.NewAgg("lse", "x", func() float64 { return 0 },
		func(_ context.Context, a, x float64) (float64, error) { return a + math.Exp(x), nil },
		func(a, b float64) float64 { return a + b },
		func(_ context.Context, a float64) (float64, error) { return math.Log(a), nil })
}

// groupFigures are the number of groups, and of each column the sum over the
// groups of value times the number in the key.
func groupFigures(f *frame.Frame) []float64 {
	cols := f.Columns()
	out := append(make([]float64, 0, len(cols)), float64(f.NumRows()))
	for _, c := range cols[1:] {
		sum := 0.0
		for i := range f.NumRows() {
			var number float64
			fmt.Sscanf(cols[0].Value(i).(string), "id%f", &number)
			sum += c.Value(i).(float64) * number
		}
		out = append(out, sum)
	}
	return out
}

// rollFigures are the number of means, their sum, and that of their squares.
func rollFigures(f *frame.Frame) []float64 {
	n, sum, squares := 0.0, 0.0, 0.0
	c := f.Columns()[0]
	for i := range f.NumRows() {
		if v, ok := c.Value(i).(float64); ok {
			n, sum, squares = n+1, sum+v, squares+v*v
		}
	}
	return []float64{n, sum, squares}
}

func memoryCandidates(dir string) map[string]candidate {
	groups, floats := filepath.Join(dir, groupsFile), filepath.Join(dir, floatsFile)
	measures := []frame.Agg{frame.Mean("x"), frame.Std("x"), frame.Quantile("x", 0.9)}
	return map[string]candidate{
		"groups-parframe": loaded(groups, aggregated(measures...), groupFigures),
		"user-parframe":   loaded(groups, aggregated(logSumExp()), groupFigures),
		"rolling-parframe": loaded(floats, func(f *frame.Frame) (*frame.Frame, error) {
			return f.Rolling(window).Mean(context.Background(), "x")
		}, rollFigures),
	}
}
