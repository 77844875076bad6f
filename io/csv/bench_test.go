package csv

import (
	"bytes"
	"context"
	"encoding/csv"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	arrowcsv "github.com/apache/arrow/go/v15/arrow/csv"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/mixedcsv"
	"github.com/parframe/parframe/parallel"
)

// The file of the published figures has mixedcsv.FullRows rows, 345 MB:
//
//	PARFRAME_CSV_ROWS=3000000 go test -bench . -benchtime 5x -cpu 1 ./io/csv
//
// Without the variable it is small, so that running all benchmarks once is quick.
// PARFRAME_CSV_DIR names a folder in which the file is kept for the next run.
func benchRows(b *testing.B) int {
	n, err := strconv.Atoi(os.Getenv("PARFRAME_CSV_ROWS"))
	if err != nil {
		return 20_000
	}
	return n
}

var mixedTypes = map[string]arrow.DataType{
	"id": i64, "units": i64, "price": f64, "ratio": f64, "day": arrow.FixedWidthTypes.Date32,
	"paid": arrow.FixedWidthTypes.Boolean, "city": str, "code": str, "name": str, "note": str,
}

var mixedNames = []string{"id", "units", "price", "ratio", "day", "paid", "city", "code", "name", "note"}

func mixedFile(b *testing.B) (path string, size int64) {
	b.Helper()
	n := benchRows(b)
	dir := os.Getenv("PARFRAME_CSV_DIR")
	if dir == "" {
		dir = b.TempDir()
	}
	path = filepath.Join(dir, "mixed-"+strconv.Itoa(n)+".csv")
	if info, err := os.Stat(path); err == nil {
		return path, info.Size()
	}
	f, err := os.CreateTemp(dir, "mixed-*")
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	if err := mixedcsv.Write(f, n, 1); err != nil {
		b.Fatal(err)
	}
	if err := os.Rename(f.Name(), path); err != nil {
		b.Fatal(err)
	}
	info, err := f.Stat()
	if err != nil {
		b.Fatal(err)
	}
	return path, info.Size()
}

// BenchmarkRead reads with given and inferred types, on one core and on two, two columns
// of ten, and with other readers. benchmarks/paired compares them on a machine that is
// not quiet.
func BenchmarkRead(b *testing.B) {
	path, size := mixedFile(b)
	ctx := context.Background()
	ours := func(o ReadOptions, run ...parallel.Option) func(b *testing.B) {
		return func(b *testing.B) {
			f, err := ReadFile(ctx, path, o, run...)
			if err != nil || f.NumRows() != benchRows(b) {
				b.Fatal(err)
			}
		}
	}
	typed := ReadOptions{Types: mixedTypes}
	for _, c := range []struct {
		name string
		run  func(b *testing.B)
	}{
		{"typed-1", ours(typed, parallel.Workers(1))},
		{"typed-2", ours(typed, parallel.Workers(2))},
		{"inferred-1", ours(ReadOptions{}, parallel.Workers(1))},
		{"inferred-2", ours(ReadOptions{}, parallel.Workers(2))},
		{"columns-1", ours(ReadOptions{Columns: []string{"id", "price"}, Types: mixedTypes}, parallel.Workers(1))},
		{"arrow", func(b *testing.B) { readArrow(b, path) }},
		{"encoding", func(b *testing.B) { readEncoding(b, path) }},
	} {
		b.Run(c.name, func(b *testing.B) {
			runtime.GC()
			b.SetBytes(size)
			before := cpuTime()
			for b.Loop() {
				c.run(b)
			}
			b.ReportMetric((cpuTime()-before).Seconds()*1000/float64(b.N), "cpu-ms/op")
		})
	}
}

// readArrow reads with arrow/csv v15 and the same types.
func readArrow(b *testing.B, path string) {
	f, err := os.Open(path)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	var fields []arrow.Field
	for _, n := range mixedNames {
		fields = append(fields, arrow.Field{Name: n, Type: mixedTypes[n], Nullable: true})
	}
	r := arrowcsv.NewReader(f, arrow.NewSchema(fields, nil), arrowcsv.WithHeader(true), arrowcsv.WithChunk(65536), arrowcsv.WithNullReader(false, ""))
	defer r.Release()
	n := 0
	for r.Next() {
		rec := r.Record()
		rec.Retain()
		n += int(rec.NumRows())
	}
	if r.Err() != nil || n != benchRows(b) {
		b.Fatal(r.Err(), n)
	}
}

// readEncoding only cuts the text into fields, with encoding/csv.
func readEncoding(b *testing.B, path string) {
	f, err := os.Open(path)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.ReuseRecord = true
	for {
		if _, err := r.Read(); err == io.EOF {
			return
		} else if err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkWrite(b *testing.B) {
	path, size := mixedFile(b)
	f, err := ReadFile(context.Background(), path, ReadOptions{Types: mixedTypes})
	if err != nil {
		b.Fatal(err)
	}
	ours := func(run ...parallel.Option) func(b *testing.B) {
		return func(b *testing.B) {
			if err := Write(context.Background(), io.Discard, f, WriteOptions{}, run...); err != nil {
				b.Fatal(err)
			}
		}
	}
	for _, c := range []struct {
		name string
		run  func(b *testing.B)
	}{
		{"workers-1", ours(parallel.Workers(1))},
		{"workers-2", ours(parallel.Workers(2))},
		{"encoding", func(b *testing.B) { writeEncoding(b, f) }},
	} {
		b.Run(c.name, func(b *testing.B) {
			runtime.GC()
			b.SetBytes(size)
			before := cpuTime()
			for b.Loop() {
				c.run(b)
			}
			b.ReportMetric((cpuTime()-before).Seconds()*1000/float64(b.N), "cpu-ms/op")
		})
	}
}

// writeEncoding writes a table with encoding/csv as programs usually do.
func writeEncoding(b *testing.B, f *frame.Frame) {
	recs, err := f.ToRecords()
	if err != nil {
		b.Fatal(err)
	}
	w := csv.NewWriter(io.Discard)
	w.Write(mixedNames)
	line := make([]string, len(mixedNames))
	for _, rec := range recs {
		cols := rec.Columns()
		for row := range int(rec.NumRows()) {
			for i, c := range cols {
				if c.IsNull(row) {
					line[i] = ""
					continue
				}
				switch c := c.(type) {
				case *array.Int64:
					line[i] = strconv.FormatInt(c.Value(row), 10)
				case *array.Float64:
					line[i] = strconv.FormatFloat(c.Value(row), 'g', -1, 64)
				case *array.Boolean:
					line[i] = strconv.FormatBool(c.Value(row))
				case *array.String:
					line[i] = c.Value(row)
				case *array.Date32:
					line[i] = c.Value(row).ToTime().Format("2006-01-02")
				}
			}
			w.Write(line)
		}
	}
	w.Flush()
}

// BenchmarkScan measures the first of the two steps of parsing.
func BenchmarkScan(b *testing.B) {
	var text bytes.Buffer
	if err := mixedcsv.Write(&text, 2000, 1); err != nil {
		b.Fatal(err)
	}
	n := text.Len()
	text.Write(make([]byte, pad))
	d := dialect{delim: ',', quote: '"', nl: '\n'}
	var ix index
	b.SetBytes(int64(n))
	for b.Loop() {
		d.scan(text.Bytes(), n, &ix)
	}
}
