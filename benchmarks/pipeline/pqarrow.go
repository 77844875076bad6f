package pipeline

import (
	"context"
	"io"
	"os"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	pq "github.com/apache/arrow/go/v15/parquet"
	"github.com/apache/arrow/go/v15/parquet/compress"
	"github.com/apache/arrow/go/v15/parquet/file"
	"github.com/apache/arrow/go/v15/parquet/pqarrow"

	"github.com/parframe/parframe/frame"
)

// PqarrowDefaults is pqarrow v15 with the properties that it comes with, snappy
// apart.
func PqarrowDefaults(ctx context.Context, in, out string) error {
	return throughPqarrow(ctx, in, out)
}

// PqarrowSmallPages has pages of 64 KiB, which spare it copies of what it buffers.
func PqarrowSmallPages(ctx context.Context, in, out string) error {
	return throughPqarrow(ctx, in, out, pq.WithDataPageSize(64<<10))
}

var incomeSchema = arrow.NewSchema([]arrow.Field{
	{Name: "id", Type: arrow.PrimitiveTypes.Int64},
	{Name: "amount", Type: arrow.PrimitiveTypes.Float64, Nullable: true},
	{Name: "net", Type: arrow.PrimitiveTypes.Float64},
	{Name: "city", Type: arrow.BinaryTypes.String},
	{Name: "band", Type: arrow.BinaryTypes.String},
}, nil)

func throughPqarrow(ctx context.Context, in, out string, props ...pq.WriterProperty) error {
	rf, err := file.OpenParquetFile(in, false)
	if err != nil {
		return err
	}
	defer rf.Close()
	fr, err := pqarrow.NewFileReader(rf, pqarrow.ArrowReadProperties{Parallel: true, BatchSize: 1 << 18}, memory.DefaultAllocator)
	if err != nil {
		return err
	}
	recs, err := fr.GetRecordReader(ctx, nil, nil)
	if err != nil {
		return err
	}
	defer recs.Release()

	f, err := os.Create(out)
	if err != nil {
		return err
	}
	defer f.Close()
	props = append(props, pq.WithCompression(compress.Codecs.Snappy))
	w, err := pqarrow.NewFileWriter(incomeSchema, f, pq.NewWriterProperties(props...), pqarrow.NewArrowWriterProperties())
	if err != nil {
		return err
	}
	b := array.NewRecordBuilder(memory.DefaultAllocator, incomeSchema)
	defer b.Release()
	for recs.Next() {
		if err := eachRow(b, recs.Record()); err != nil {
			return err
		}
		rec := b.NewRecord()
		if err := w.Write(rec); err != nil {
			return err
		}
		rec.Release()
	}
	if err := recs.Err(); err != nil && err != io.EOF {
		return err
	}
	return w.Close()
}

// eachRow is the loop that one writes over the arrays of a record.
func eachRow(b *array.RecordBuilder, rec arrow.Record) error {
	n := int(rec.NumRows())
	b.Reserve(n)
	id, units := rec.Column(0).(*array.Int64), rec.Column(1).(*array.Int64)
	price, city := rec.Column(2).(*array.Float64), rec.Column(3).(*array.String)
	outID, outAmount := b.Field(0).(*array.Int64Builder), b.Field(1).(*array.Float64Builder)
	outNet, outCity, outBand := b.Field(2).(*array.Float64Builder), b.Field(3).(*array.StringBuilder), b.Field(4).(*array.StringBuilder)
	for i := range n {
		s := Sale{ID: id.Value(i), Price: price.Value(i), City: city.Value(i)}
		if units.IsValid(i) {
			s.Units = frame.Some(units.Value(i))
		}
		in, err := IncomeOf(s)
		if err != nil {
			return err
		}
		outID.Append(in.ID)
		if in.Amount.Valid {
			outAmount.Append(in.Amount.V)
		} else {
			outAmount.AppendNull()
		}
		outNet.Append(in.Net)
		outCity.Append(in.City)
		outBand.Append(in.Band)
	}
	return nil
}
