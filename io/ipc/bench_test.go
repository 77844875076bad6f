package ipc

import (
	"bytes"
	"context"
	"fmt"
	"testing"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/parallel"
)

// BenchmarkRead measures the cost of the check of every value: it reads the same
// file checked and trusted, on one core and on all.
func BenchmarkRead(b *testing.B) {
	const n = 200_000
	for _, form := range []struct {
		name, city string
		o          WriteOptions
	}{
		{"plain", "New York", WriteOptions{BatchRows: 1 << 16}},
		{"plain-letters", "São Paulo", WriteOptions{BatchRows: 1 << 16}}, // slower to check than ASCII
		{"lz4-letters", "São Paulo", WriteOptions{BatchRows: 1 << 16, Compression: LZ4}},
	} {
		ids, prices, cities := make([]int64, n), make([]float64, n), make([]string, n)
		for i := range n {
			ids[i], prices[i], cities[i] = int64(i), float64(i)/7, fmt.Sprintf("%s %d", form.city, i%1000)
		}
		f, err := frame.New(column(b, "id", ids), column(b, "price", prices), column(b, "city", cities))
		if err != nil {
			b.Fatal(err)
		}
		data := write(b, f, form.o)
		for _, c := range []struct {
			name string
			o    ReadOptions
			opts []parallel.Option
		}{
			{"trusted", ReadOptions{Trusted: true}, nil},
			{"checked-1", ReadOptions{}, []parallel.Option{parallel.Workers(1)}},
			{"checked", ReadOptions{}, nil},
		} {
			b.Run(form.name+"/"+c.name, func(b *testing.B) {
				b.SetBytes(int64(len(data)))
				for b.Loop() {
					if _, err := Read(context.Background(), bytes.NewReader(data), int64(len(data)), c.o, c.opts...); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

func column[T any](tb testing.TB, name string, v []T) frame.Column {
	tb.Helper()
	c, err := frame.NewColumn(name, v)
	if err != nil {
		tb.Fatal(err)
	}
	return c
}
