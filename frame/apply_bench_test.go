package frame_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/parallel"
)

// BenchmarkApply measures the cost of Apply itself: the function returns its argument.
// "allowed-µs" is 50 µs plus 2 µs per partition and column.
func BenchmarkApply(b *testing.B) {
	for _, rows := range []int{1000, 1_000_000} {
		for _, cols := range []int{1, 20} {
			columns := make([]frame.Column, cols)
			for i := range columns {
				c, err := frame.NewColumn(fmt.Sprint("c", i), make([]float64, rows))
				if err != nil {
					b.Fatal(err)
				}
				columns[i] = c
			}
			f, err := frame.New(columns...)
			if err != nil {
				b.Fatal(err)
			}
			for _, parts := range []int{2, 16, 100} {
				b.Run(fmt.Sprintf("rows=%d/cols=%d/parts=%d", rows, cols, parts), func(b *testing.B) {
					for b.Loop() {
						if _, err := frame.Apply(b.Context(), f, func(_ context.Context, g *frame.Frame) (*frame.Frame, error) { return g, nil }, parallel.Partitions(parts)); err != nil {
							b.Fatal(err)
						}
					}
					b.ReportMetric(float64(50+2*parts*cols), "allowed-µs")
				})
			}
		}
	}
}
