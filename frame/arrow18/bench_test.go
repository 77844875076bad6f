package arrow18_test

import (
	"fmt"
	"testing"

	a18 "github.com/apache/arrow-go/v18/arrow"
	arr18 "github.com/apache/arrow-go/v18/arrow/array"
	a15 "github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/frame/arrow18"
	"github.com/parframe/parframe/internal/arrowtest"
)

const benchCols, benchChunks = 8, 4

// BenchmarkBorder reports ns per column and Arrow chunk, for 8 columns in 4
// Arrow chunks: of simple types, or all of one that has children or a
// dictionary.
func BenchmarkBorder(b *testing.B) {
	words := &a15.DictionaryType{IndexType: a15.PrimitiveTypes.Int8, ValueType: a15.BinaryTypes.String}
	for _, c := range []struct {
		name  string
		types []a15.DataType
	}{
		{"simple", []a15.DataType{
			a15.PrimitiveTypes.Int64, a15.PrimitiveTypes.Float64, a15.FixedWidthTypes.Boolean, a15.BinaryTypes.String,
			&a15.TimestampType{Unit: a15.Nanosecond, TimeZone: "UTC"}, a15.PrimitiveTypes.Int32, words, a15.BinaryTypes.LargeString,
		}},
		{"int", []a15.DataType{a15.PrimitiveTypes.Int64}},
		{"text", []a15.DataType{a15.BinaryTypes.String}},
		{"dictionary", []a15.DataType{words}},
		{"list", []a15.DataType{a15.ListOf(a15.PrimitiveTypes.Int64)}},
		{"struct", []a15.DataType{a15.StructOf(
			a15.Field{Name: "a", Type: a15.PrimitiveTypes.Int64, Nullable: true},
			a15.Field{Name: "b", Type: a15.BinaryTypes.String, Nullable: true})}},
	} {
		for _, n := range []int{100, 1_000_000} {
			border(b, fmt.Sprintf("%s/rows=%d", c.name, n), benchFrame(b, c.types, n))
		}
	}
}

func benchFrame(b *testing.B, types []a15.DataType, n int) *frame.Frame {
	g := arrowtest.Rand(1)
	cols := make([]frame.Column, benchCols)
	for i := range cols {
		typ := types[i%len(types)]
		if i >= len(types) {
			cols[i] = cols[i-len(types)].Rename(fmt.Sprint(i))
			continue
		}
		c, err := frame.ColumnOf(fmt.Sprint(i), g.Array(typ, n/benchChunks))
		if err != nil {
			b.Fatal(err)
		}
		cols[i] = c
	}
	part, err := frame.New(cols...)
	if err != nil {
		b.Fatal(err)
	}
	parts := make([]*frame.Frame, benchChunks)
	for k := range parts {
		parts[k] = part
	}
	f, err := frame.Concat(parts...)
	if err != nil {
		b.Fatal(err)
	}
	return f
}

// border runs both directions, at once and batch by batch.
func border(b *testing.B, name string, f *frame.Frame) {
	recs, err := arrow18.ToRecordBatches(f)
	if err != nil {
		b.Fatal(err)
	}
	table := arr18.NewTableFromRecords(recs[0].Schema(), recs)
	parts := make([]*frame.Frame, len(recs))
	for k, rec := range recs {
		if parts[k], err = arrow18.FromRecordBatch(rec); err != nil {
			b.Fatal(err)
		}
	}
	for _, way := range []struct {
		name string
		run  func() error
	}{
		{"ToRecordBatches", func() error { _, err := arrow18.ToRecordBatches(f); return err }},
		{"ToRecordBatches1", func() error {
			return each(parts, func(f *frame.Frame) error { _, err := arrow18.ToRecordBatches(f); return err })
		}},
		{"ToTable", func() error { _, err := arrow18.ToTable(f); return err }},
		{"FromTable", func() error { _, err := arrow18.FromTable(table); return err }},
		{"FromRecordBatches", func() error { _, err := arrow18.FromRecordBatches(nil, recs...); return err }},
		{"FromRecordBatch", func() error {
			return each(recs, func(rec a18.RecordBatch) error { _, err := arrow18.FromRecordBatch(rec); return err })
		}},
	} {
		b.Run(name+"/"+way.name, func(b *testing.B) {
			for b.Loop() {
				if err := way.run(); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benchCols/benchChunks, "ns/chunk")
		})
	}
}

func each[T any](all []T, run func(T) error) error {
	for _, v := range all {
		if err := run(v); err != nil {
			return err
		}
	}
	return nil
}
