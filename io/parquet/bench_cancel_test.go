package parquet

import (
	"bytes"
	"context"
	"io"
	"testing"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/calltest"
)

// BenchmarkCancel measures how long reading and writing go on after the end of the
// context: see [calltest.Cancel].
func BenchmarkCancel(b *testing.B) {
	const n = 1_000_000
	f, err := frame.FromStructs(b.Context(), calltest.Rows(n))
	if err != nil {
		b.Fatal(err)
	}
	for _, c := range []struct {
		name string
		o    WriteOptions
	}{
		{"plain", WriteOptions{NoDictionary: true, Compression: Uncompressed}},
		{"snappy", WriteOptions{}},
		{"zstd-of-one-group", WriteOptions{Compression: Zstd, RowGroupRows: n}},
	} {
		var data bytes.Buffer
		if err := Write(b.Context(), &data, f, c.o); err != nil {
			b.Fatal(err)
		}
		b.Run("Write/"+c.name, func(b *testing.B) {
			calltest.Cancel(b, func(ctx context.Context) error { return Write(ctx, io.Discard, f, c.o) })
		})
		b.Run("Read/"+c.name, func(b *testing.B) {
			calltest.Cancel(b, func(ctx context.Context) error {
				_, err := Read(ctx, bytes.NewReader(data.Bytes()), int64(data.Len()), ReadOptions{})
				return err
			})
		})
	}
}
