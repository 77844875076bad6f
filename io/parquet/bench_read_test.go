package parquet

import (
	"bytes"
	"context"
	"os"
	"testing"

	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/apache/arrow/go/v15/parquet/file"
	"github.com/apache/arrow/go/v15/parquet/pqarrow"

	"github.com/parframe/parframe/parallel"
)

// BenchmarkRead reads real flights, here and with the reader that comes with Arrow for
// Go. PARFRAME_DATA must name the folder with flights-3m.parquet.
func BenchmarkRead(b *testing.B) {
	dir := os.Getenv("PARFRAME_DATA")
	data, err := os.ReadFile(dir + "/flights-3m.parquet")
	if err != nil {
		b.Skip("PARFRAME_DATA does not name a folder with flights-3m.parquet")
	}
	b.Run("pqarrow", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			r, err := file.NewParquetReader(bytes.NewReader(data))
			if err != nil {
				b.Fatal(err)
			}
			fr, err := pqarrow.NewFileReader(r, pqarrow.ArrowReadProperties{}, memory.DefaultAllocator)
			if err != nil {
				b.Fatal(err)
			}
			t, err := fr.ReadTable(context.Background())
			if err != nil {
				b.Fatal(err)
			}
			t.Release()
		}
	})
	for _, c := range []struct {
		name string
		opts []parallel.Option
	}{{"serial", []parallel.Option{parallel.Serial()}}, {"parallel", nil}} {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				if _, err := Read(context.Background(), bytes.NewReader(data), int64(len(data)), ReadOptions{}, c.opts...); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
