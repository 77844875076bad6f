package pipeline

import (
	"context"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/io/parquet"
	"github.com/parframe/parframe/parallel"
)

// Parframe is the whole pipeline, in memory bounded by a few row groups for
// each core.
func Parframe(ctx context.Context, in, out string) error {
	sales := parquet.ReadFileSeq(ctx, in, parquet.ReadOptions{})
	incomes := parallel.Stream(ctx, sales, func(ctx context.Context, f *frame.Frame) (*frame.Frame, error) {
		return frame.MapRows(ctx, f, parallel.Plain(IncomeOf))
	})
	return parquet.WriteFileSeq(ctx, out, incomes, parquet.WriteOptions{})
}
