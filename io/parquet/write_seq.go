package parquet

import (
	"context"
	"io"
	"iter"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/engine"
	"github.com/parframe/parframe/internal/files"
	"github.com/parframe/parframe/parallel"
)

// WriteFileSeq writes frames one after the other into the file at path, in bounded
// memory. All must have the schema of the first. A sequence without frames is an
// error, as it has no schema. After an error, the file at path is as it was; an error
// in the sequence is returned unchanged. Each frame begins a new row group: frames of
// a thousand rows make a file that is slow to read. An observer sees one call, which
// has 0 rows at the start, and all of them in chunks.
func WriteFileSeq(ctx context.Context, path string, frames iter.Seq2[*frame.Frame, error], o WriteOptions, opts ...parallel.Option) error {
	return writeSeq(ctx, "parquet.WriteFileSeq", files.ToPath(path), frames, o, opts)
}

// WriteSeq is [WriteFileSeq] for a writer.
func WriteSeq(ctx context.Context, w io.Writer, frames iter.Seq2[*frame.Frame, error], o WriteOptions, opts ...parallel.Option) error {
	return writeSeq(ctx, "parquet.WriteSeq", files.To(w), frames, o, opts)
}

func writeSeq(ctx context.Context, name string, to files.Sink, frames iter.Seq2[*frame.Frame, error], o WriteOptions, opts []parallel.Option) error {
	return withWriter(ctx, name, 0, to, o, opts, func(c *engine.Call, w io.Writer, o WriteOptions) error {
		var fw *fileWriter
		err := files.EachFrame(frames, sameSchema, func(_ int, f *frame.Frame) (err error) {
			if fw == nil {
				if fw, err = newWriter(c, w, f.Schema(), o); err != nil {
					return err
				}
			}
			return fw.write(f)
		})
		if err != nil {
			return err
		}
		return fw.close()
	})
}
