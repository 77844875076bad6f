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

// BenchmarkBorder reports ns per column and Arrow chunk, for 8 columns in 4
// Arrow chunks.
func BenchmarkBorder(b *testing.B) {
	for _, n := range []int{100, 1_000_000} {
		g := arrowtest.Rand(1)
		types := []a15.DataType{
			a15.PrimitiveTypes.Int64, a15.PrimitiveTypes.Float64, a15.FixedWidthTypes.Boolean, a15.BinaryTypes.String,
			&a15.TimestampType{Unit: a15.Nanosecond, TimeZone: "UTC"}, a15.PrimitiveTypes.Int32,
			&a15.DictionaryType{IndexType: a15.PrimitiveTypes.Int8, ValueType: a15.BinaryTypes.String}, a15.BinaryTypes.LargeString,
		}
		var cols []frame.Column
		for i, typ := range types {
			c, err := frame.ColumnOf(fmt.Sprint(i), g.Array(typ, n/4))
			if err != nil {
				b.Fatal(err)
			}
			cols = append(cols, c)
		}
		part, err := frame.New(cols...)
		if err != nil {
			b.Fatal(err)
		}
		f, err := frame.Concat(part, part, part, part)
		if err != nil {
			b.Fatal(err)
		}
		recs, err := arrow18.ToRecordBatches(f)
		if err != nil {
			b.Fatal(err)
		}
		table := arr18.NewTableFromRecords(recs[0].Schema(), recs)
		for _, way := range []struct {
			name string
			run  func() error
		}{
			{"ToRecordBatches", func() error { _, err := arrow18.ToRecordBatches(f); return err }},
			{"ToTable", func() error { _, err := arrow18.ToTable(f); return err }},
			{"FromTable", func() error { _, err := arrow18.FromTable(table); return err }},
			{"FromRecordBatches", func() error { _, err := arrow18.FromRecordBatches(nil, recs...); return err }},
			{"FromRecordBatch", func() error { return each(recs) }},
		} {
			b.Run(fmt.Sprintf("%s/rows=%d", way.name, n), func(b *testing.B) {
				for b.Loop() {
					if err := way.run(); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/8/4, "ns/chunk")
			})
		}
	}
}

func each(recs []a18.RecordBatch) error {
	for _, rec := range recs {
		if _, err := arrow18.FromRecordBatch(rec); err != nil {
			return err
		}
	}
	return nil
}
