package parquet

import (
	"bytes"
	"context"
	"io"
	"os"
	"testing"

	"github.com/apache/arrow/go/v15/arrow/array"
	pq "github.com/apache/arrow/go/v15/parquet"
	"github.com/apache/arrow/go/v15/parquet/compress"
	"github.com/apache/arrow/go/v15/parquet/pqarrow"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/parallel"
)

func flights(b *testing.B) *frame.Frame {
	f, err := ReadFile(context.Background(), os.Getenv("PARFRAME_DATA")+"/flights-3m.parquet", ReadOptions{})
	if err != nil {
		b.Skip("PARFRAME_DATA does not name a folder with flights-3m.parquet")
	}
	return f
}

// BenchmarkWrite writes real flights with Snappy, here and with the writer that comes
// with Arrow for Go, with its defaults and tuned.
func BenchmarkWrite(b *testing.B) {
	f := flights(b)
	recs, err := f.ToRecords()
	if err != nil {
		b.Fatal(err)
	}
	table := array.NewTableFromRecords(f.Schema(), recs)
	for _, c := range []struct {
		name string
		opts []pq.WriterProperty
	}{{"pqarrow", nil}, {"pqarrow-64k-pages", []pq.WriterProperty{pq.WithDataPageSize(64 << 10)}}} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				props := pq.NewWriterProperties(append(c.opts, pq.WithCompression(compress.Codecs.Snappy))...)
				if err := pqarrow.WriteTable(table, io.Discard, 1<<20, props, pqarrow.NewArrowWriterProperties()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	for _, c := range []struct {
		name string
		opts []parallel.Option
	}{{"serial", []parallel.Option{parallel.Serial()}}, {"parallel", nil}} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				if err := Write(context.Background(), io.Discard, f, WriteOptions{}, c.opts...); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	var buf bytes.Buffer
	if err := Write(context.Background(), &buf, f, WriteOptions{}); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(buf.Len()), "bytes")
}
