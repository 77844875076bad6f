package csv

import (
	"context"
	"fmt"
	"io"
	"iter"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/files"
	"github.com/parframe/parframe/parallel"
)

// WriteFileSeq writes frames one after the other into the file at path, in bounded
// memory. All must have the same columns. After an error, the file at path is as it
// was; an error in the sequence is returned unchanged. An observer sees one call, which
// has 0 rows at the start, and all of them in chunks. See [WriteFile].
func WriteFileSeq(ctx context.Context, path string, frames iter.Seq2[*frame.Frame, error], o WriteOptions, opts ...parallel.Option) error {
	return writeSeq(ctx, "csv.WriteFileSeq", files.ToPath(path), frames, o, opts)
}

// WriteSeq is [WriteFileSeq] to a writer.
func WriteSeq(ctx context.Context, out io.Writer, frames iter.Seq2[*frame.Frame, error], o WriteOptions, opts ...parallel.Option) error {
	return writeSeq(ctx, "csv.WriteSeq", files.To(out), frames, o, opts)
}

func writeSeq(ctx context.Context, name string, to files.Sink, frames iter.Seq2[*frame.Frame, error], o WriteOptions, opts []parallel.Option) error {
	return withWriter(ctx, name, 0, to, o, opts, func(w *writer) error {
		return files.EachFrame(frames, files.SameSchema, func(n int, f *frame.Frame) error {
			if err := w.frame(f); err != nil {
				return fmt.Errorf("frame %d: %w", n, err)
			}
			return nil
		})
	})
}
