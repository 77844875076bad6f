package ipc

import (
	"context"
	"io"
	"iter"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/files"
	"github.com/parframe/parframe/parallel"
)

// WriteFileSeq writes frames one after the other into the file at path. All must
// have the schema of the first. A sequence without frames is an error, as it has no
// schema. After an error, the file at path is as it was; an error in the sequence is
// returned unchanged. The file form has one dictionary per column for all frames, so
// frames with other dictionaries than the first need the stream form. An observer
// sees one call, which has 0 rows at the start, and all of them in chunks.
func WriteFileSeq(ctx context.Context, path string, frames iter.Seq2[*frame.Frame, error], o WriteOptions, opts ...parallel.Option) error {
	return writeSeq(ctx, "ipc.WriteFileSeq", files.ToPath(path), frames, o, opts)
}

// WriteSeq is [WriteFileSeq] for a writer.
func WriteSeq(ctx context.Context, w io.Writer, frames iter.Seq2[*frame.Frame, error], o WriteOptions, opts ...parallel.Option) error {
	return writeSeq(ctx, "ipc.WriteSeq", files.To(w), frames, o, opts)
}

func writeSeq(ctx context.Context, name string, to files.Sink, frames iter.Seq2[*frame.Frame, error], o WriteOptions, opts []parallel.Option) error {
	return withEncoder(ctx, name, 0, to, o, opts, func(e *encoder) error {
		err := files.EachFrame(frames, files.SameSchema, func(_ int, f *frame.Frame) error { return e.frame(f) })
		if err != nil {
			return err
		}
		return e.close()
	})
}
