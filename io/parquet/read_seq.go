package parquet

import (
	"context"
	"io"
	"iter"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/files"
	"github.com/parframe/parframe/parallel"
)

// ReadFileSeq reads the Parquet file at path as a sequence of frames, in
// bounded memory.
//
//	ReadFileSeq(ctx, path, ReadOptions) seq of Frame
//
// Each frame is a row group without the rows that Where excludes. Row groups without
// rows are skipped. A few row groups are decoded at once. Nothing runs while the body
// of the loop does, and no goroutine and no open file is left when the loop ends,
// early or not. An error ends the sequence, after the frames of the row groups before
// it. MaxMemory bounds the data that is decoded at once. An observer sees each loop
// over the sequence as one call. See [ReadFile] for everything else.
func ReadFileSeq(ctx context.Context, path string, o ReadOptions, opts ...parallel.Option) iter.Seq2[*frame.Frame, error] {
	return readSeq(ctx, "parquet.ReadFileSeq", files.Path(path), o, opts)
}

// ReadSeq is [ReadFileSeq] for the size bytes of r.
func ReadSeq(ctx context.Context, r io.ReaderAt, size int64, o ReadOptions, opts ...parallel.Option) iter.Seq2[*frame.Frame, error] {
	return readSeq(ctx, "parquet.ReadSeq", files.At(r, size), o, opts)
}

func readSeq(ctx context.Context, name string, src files.Source, o ReadOptions, opts []parallel.Option) iter.Seq2[*frame.Frame, error] {
	return files.Sequence(func(yield func(*frame.Frame) bool) error {
		return withReader(ctx, name, src, o, opts, func(rd *reader) error {
			return rd.each(func(f *frame.Frame) bool {
				rd.budget.left.Store(rd.budget.max)
				return yield(f)
			})
		})
	})
}
