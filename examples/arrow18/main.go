// A program that holds record batches of arrow-go v18, before and after: a
// function per row as a loop over arrays and builders, and as a function.
//
//	go run ./examples/arrow18
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"math"
	"os"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/csv"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/frame/arrow18"
)

func main() {
	if err := run(context.Background(), os.Stdout, 100_000); err != nil {
		log.Fatal(err)
	}
}

var schema = arrow.NewSchema([]arrow.Field{
	{Name: "name", Type: arrow.BinaryTypes.String},
	{Name: "x", Type: arrow.PrimitiveTypes.Float64, Nullable: true},
	{Name: "y", Type: arrow.PrimitiveTypes.Float64, Nullable: true},
}, nil)

func run(ctx context.Context, w io.Writer, n int) error {
	batches, err := read(strings.NewReader(points(n)))
	if err != nil {
		return err
	}
	var old, now []arrow.Array
	for _, rec := range batches {
		b := before(rec)
		a, err := after(ctx, rec)
		if err != nil {
			return err
		}
		old, now = append(old, b), append(now, a...)
	}
	was, err := array.Concatenate(old, memory.DefaultAllocator)
	if err != nil {
		return err
	}
	is, err := array.Concatenate(now, memory.DefaultAllocator)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "%d batches, %d rows, %d without a value\n", len(batches), is.Len(), is.NullN())
	fmt.Fprintf(w, "first: %v\n", array.NewSlice(is, 0, 5))
	fmt.Fprintf(w, "same as before: %t\n\n", array.Equal(was, is))

	f, err := arrow18.FromRecordBatches(schema, batches...)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(w, f.Head(3))
	return err
}

// before is the loop over the arrays of v18.
func before(rec arrow.RecordBatch) arrow.Array {
	x, y := rec.Column(1).(*array.Float64), rec.Column(2).(*array.Float64)
	b := array.NewFloat64Builder(memory.DefaultAllocator)
	defer b.Release()
	for i := range int(rec.NumRows()) {
		if x.IsNull(i) || y.IsNull(i) {
			b.AppendNull()
			continue
		}
		b.Append(math.Hypot(x.Value(i), y.Value(i)))
	}
	return b.NewArray()
}

// after is the function, on every core, over the same memory.
func after(ctx context.Context, rec arrow.RecordBatch) ([]arrow.Array, error) {
	f, err := arrow18.FromRecordBatch(rec)
	if err != nil {
		return nil, err
	}
	f, err = frame.MapColumn2(ctx, f, "x", "y", func(_ context.Context, x, y float64) (float64, error) {
		return math.Hypot(x, y), nil
	}, frame.As("distance"))
	if err != nil {
		return nil, err
	}
	out, err := arrow18.ToTable(f)
	if err != nil {
		return nil, err
	}
	return out.Column(3).Data().Chunks(), nil
}

// read reads CSV with arrow-go v18.
func read(r io.Reader) ([]arrow.RecordBatch, error) {
	in := csv.NewReader(r, schema, csv.WithHeader(true), csv.WithChunk(4096), csv.WithNullReader(false, ""))
	defer in.Release()
	var batches []arrow.RecordBatch
	for in.Next() {
		rec := in.RecordBatch()
		rec.Retain()
		batches = append(batches, rec)
	}
	return batches, in.Err()
}

// points makes n lines of CSV, the same at every run.
func points(n int) string {
	var b strings.Builder
	b.WriteString("name,x,y\n")
	for i := range n {
		y := fmt.Sprint(float64(i%100) * 4)
		if i%10 == 9 {
			y = ""
		}
		fmt.Fprintf(&b, "p%d,%d,%s\n", i, i%100*3, y)
	}
	return b.String()
}
