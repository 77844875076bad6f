// Rivals is parframe's side of rivals.mjs, which measures it beside DuckDB and
// Polars. Each measurement is a process of its own:
//
//	rivals make DIR [-csv N] [-sales N]   make the input files in DIR
//	rivals run CANDIDATE DIR              run once and print a line of JSON
//
// What is measured begins when the program has started and ends when the frame
// stands in memory or the file is on disk.
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
		err = errors.New("usage: rivals make DIR [-csv N] [-sales N] | rivals run CANDIDATE DIR")
	}
	if err != nil {
		log.Fatal(err)
	}
}

func makeFiles(dir string, args []string) error {
	flags := flag.NewFlagSet("make", flag.ExitOnError)
	csvRows := flags.Int("csv", mixedcsv.FullRows, "rows of the CSV file")
	salesRows := flags.Int("sales", pipeline.FullRows, "rows of the Parquet file")
	flags.Parse(args)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	f, err := os.Create(filepath.Join(dir, csvFile))
	if err != nil {
		return err
	}
	if err := errors.Join(mixedcsv.Write(f, *csvRows, 1), f.Close()); err != nil {
		return err
	}
	return pipeline.WriteInput(context.Background(), filepath.Join(dir, salesFile), *salesRows)
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
}

// candidates are the runs by name, each of which says what it made.
func candidates(dir string) map[string]func() (string, error) {
	readCSV := func(o csv.ReadOptions, opts ...parallel.Option) func() (string, error) {
		return func() (string, error) {
			f, err := csv.ReadFile(context.Background(), filepath.Join(dir, csvFile), o, opts...)
			if err != nil {
				return "", err
			}
			return fmt.Sprintf("%d rows", f.NumRows()), nil
		}
	}
	through := func(name string, fn func(ctx context.Context, in, out string) error) func() (string, error) {
		return func() (string, error) {
			out := "out-" + name + ".parquet"
			return out, fn(context.Background(), filepath.Join(dir, salesFile), filepath.Join(dir, out))
		}
	}
	typed := csv.ReadOptions{Types: mixedTypes}
	return map[string]func() (string, error){
		"csv-parframe":          readCSV(typed),
		"csv-parframe-1":        readCSV(typed, parallel.Workers(1)),
		"csv-parframe-inferred": readCSV(csv.ReadOptions{}),
		"parquet-parframe":      through("parquet-parframe", pipeline.Parframe),
		"parquet-pqarrow":       through("parquet-pqarrow", pipeline.PqarrowDefaults),
		"parquet-pqarrow-64k":   through("parquet-pqarrow-64k", pipeline.PqarrowSmallPages),
	}
}

func run(w io.Writer, name, dir string) error {
	fn, ok := candidates(dir)[name]
	if !ok {
		return fmt.Errorf("there is no candidate %q", name)
	}
	// Who truncates a large file pays for it: all begin without one.
	if err := os.Remove(filepath.Join(dir, "out-"+name+".parquet")); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	cpu, start := cpuTime(), time.Now()
	note, err := fn()
	wall := time.Since(start)
	cpu = cpuTime() - cpu
	if err != nil {
		return err
	}
	return json.NewEncoder(w).Encode(result{wall.Seconds() * 1000, cpu.Seconds() * 1000, note + " " + runtime.Version()})
}
