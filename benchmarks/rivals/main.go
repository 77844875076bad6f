// Rivals is parframe's side of rivals.mjs, which measures it beside DuckDB and
// Polars. Each measurement is a process of its own:
//
//	rivals make DIR [-csv N] [-sales N] [-groups N] [-floats N]
//	rivals run CANDIDATE DIR
//
// make makes the input files in DIR, of N rows (0: not that one); run runs once
// and prints a line of JSON. What is measured begins when the program has
// started, or the table stands in memory where the task is one in memory, and
// ends when the result stands in memory or the file is on disk.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"log"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/benchmarks/pipeline"
	"github.com/parframe/parframe/internal/mixedcsv"
	"github.com/parframe/parframe/io/csv"
	"github.com/parframe/parframe/parallel"
)

// The files in DIR; rivals.mjs and candidates.mjs have the same names.
const (
	csvFile   = "mixed.csv"
	salesFile = "sales.parquet"
)

func main() {
	log.SetFlags(0)
	args := os.Args[1:]
	var err error
	switch {
	case len(args) >= 2 && args[0] == "make":
		err = makeFiles(args[1], args[2:])
	case len(args) == 3 && args[0] == "run":
		err = run(os.Stdout, args[1], args[2])
	default:
		err = errors.New("usage: rivals make DIR [-csv N] [-sales N] [-groups N] [-floats N] | rivals run CANDIDATE DIR")
	}
	if err != nil {
		log.Fatal(err)
	}
}

func makeFiles(dir string, args []string) error {
	flags := flag.NewFlagSet("make", flag.ExitOnError)
	csvRows := flags.Int("csv", mixedcsv.FullRows, "rows of the CSV file")
	salesRows := flags.Int("sales", pipeline.FullRows, "rows of the Parquet file")
	groups := flags.Int("groups", groupsRows, "rows of the table that is grouped")
	floats := flags.Int("floats", floatsRows, "rows of the table for rolling windows")
	flags.Parse(args)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, f := range []struct {
		name string
		rows int
		make func(path string, n int) error
	}{
		{csvFile, *csvRows, writeMixed},
		{salesFile, *salesRows, func(path string, n int) error { return pipeline.WriteInput(context.Background(), path, n) }},
		{groupsFile, *groups, writeGroups},
		{floatsFile, *floats, writeFloats},
	} {
		if f.rows == 0 {
			continue
		}
		if err := f.make(filepath.Join(dir, f.name), f.rows); err != nil {
			return fmt.Errorf("%s: %w", f.name, err)
		}
	}
	return nil
}

func writeMixed(path string, n int) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(mixedcsv.Write(f, n, 1), f.Close())
}

// mixedTypes are the types of mixedcsv.Header's columns.
var mixedTypes = map[string]arrow.DataType{
	"id": arrow.PrimitiveTypes.Int64, "units": arrow.PrimitiveTypes.Int64,
	"price": arrow.PrimitiveTypes.Float64, "ratio": arrow.PrimitiveTypes.Float64,
	"day": arrow.FixedWidthTypes.Date32, "paid": arrow.FixedWidthTypes.Boolean,
	"city": arrow.BinaryTypes.String, "code": arrow.BinaryTypes.String,
	"name": arrow.BinaryTypes.String, "note": arrow.BinaryTypes.String,
}

// result is the line that rivals.mjs reads.
type result struct {
	Wall float64 `json:"wall"` // ms
	CPU  float64 `json:"cpu"`  // ms, user and system
	Note string  `json:"note"`
	// Figures are what all candidates of a task must agree in.
	Figures []float64 `json:"figures,omitempty"`
}

// candidate is one of the programs that are compared.
type candidate struct {
	load    func() error           // before the clock starts; may be nil
	run     func() (string, error) // says what it made
	figures func() []float64       // after the clock; may be nil
}

// candidates are the runs by name.
func candidates(dir string) map[string]candidate {
	readCSV := func(o csv.ReadOptions, opts ...parallel.Option) candidate {
		return candidate{run: func() (string, error) {
			f, err := csv.ReadFile(context.Background(), filepath.Join(dir, csvFile), o, opts...)
			if err != nil {
				return "", err
			}
			return fmt.Sprintf("%d rows", f.NumRows()), nil
		}}
	}
	through := func(name string, fn func(ctx context.Context, in, out string) error) candidate {
		return candidate{run: func() (string, error) {
			out := "out-" + name + ".parquet"
			return out, fn(context.Background(), filepath.Join(dir, salesFile), filepath.Join(dir, out))
		}}
	}
	typed := csv.ReadOptions{Types: mixedTypes}
	all := map[string]candidate{
		"csv-parframe":          readCSV(typed),
		"csv-parframe-1":        readCSV(typed, parallel.Workers(1)),
		"csv-parframe-inferred": readCSV(csv.ReadOptions{}),
		"parquet-parframe":      through("parquet-parframe", pipeline.Parframe),
		"parquet-pqarrow":       through("parquet-pqarrow", pipeline.PqarrowDefaults),
		"parquet-pqarrow-64k":   through("parquet-pqarrow-64k", pipeline.PqarrowSmallPages),
	}
	maps.Copy(all, memoryCandidates(dir))
	return all
}

func run(w io.Writer, name, dir string) error {
	c, ok := candidates(dir)[name]
	if !ok {
		return fmt.Errorf("there is no candidate %q", name)
	}
	// Who truncates a large file pays for it: all begin without one.
	if err := os.Remove(filepath.Join(dir, "out-"+name+".parquet")); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if c.load != nil {
		if err := c.load(); err != nil {
			return err
		}
	}
	cpu, start := cpuTime(), time.Now()
	note, err := c.run()
	wall := time.Since(start)
	cpu = cpuTime() - cpu
	if err != nil {
		return err
	}
	r := result{Wall: wall.Seconds() * 1000, CPU: cpu.Seconds() * 1000, Note: note + " " + runtime.Version()}
	if c.figures != nil {
		r.Figures = c.figures()
	}
	return json.NewEncoder(w).Encode(r)
}
