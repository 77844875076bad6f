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

// ReadFileSeq reads the Parquet file at path as a sequence of frames, in
// bounded memory.
//
//	ReadFileSeq(ctx, path, ReadOptions) seq of Frame
//
// Each frame is a row group, less the rows that Where leaves out; one without
// rows is passed over. A few row groups are decoded at once, and nothing
// happens between them and the loop's next turn: no goroutine and no open file
// is left when the loop ends, early or not. An error ends the sequence, after
// the frames of the row groups before. MaxMemory holds for what is decoded at
// once. An observer sees each loop over the sequence as one call. See [ReadFile]
// for everything else.
func ReadFileSeq(ctx context.Context, path string, o ReadOptions, opts ...parallel.Option) iter.Seq2[*frame.Frame, error] {
	return readSeq(ctx, "parquet.ReadFileSeq", files.Path(path), o, opts)
}

// ReadSeq is [ReadFileSeq] for the size bytes of r.
func ReadSeq(ctx context.Context, r io.ReaderAt, size int64, o ReadOptions, opts ...parallel.Option) iter.Seq2[*frame.Frame, error] {
	return readSeq(ctx, "parquet.ReadSeq", files.At(r, size), o, opts)
}

func readSeq(ctx context.Context, name string, src files.Source, o ReadOptions, opts []parallel.Option) iter.Seq2[*frame.Frame, error] {
	return func(yield func(*frame.Frame, error) bool) {
		left := false
		err := withReader(ctx, name, src, o, opts, func(rd *reader) error {
			return rd.each(func(f *frame.Frame) bool {
				rd.budget.left.Store(rd.budget.max)
				left = !yield(f, nil)
				return !left
			})
		})
		if err != nil && !left {
			yield(nil, err)
		}
	}
}

// WriteFileSeq writes frames one after the other into the file at path, in
// bounded memory. All must have the schema of the first; a sequence without
// frames is an error, as it has no schema. An error in the sequence, which is
// returned as it is, or one of writing leaves what was at path. Each frame begins
// a row group of its own: frames of a thousand rows make a file that is slow to
// read. An observer sees one call, which has 0 rows at the start, and all in chunks.
func WriteFileSeq(ctx context.Context, path string, frames iter.Seq2[*frame.Frame, error], o WriteOptions, opts ...parallel.Option) error {
	return writeSeq(ctx, "parquet.WriteFileSeq", files.ToPath(path), frames, o, opts)
}

// WriteSeq is [WriteFileSeq] to a stream.
func WriteSeq(ctx context.Context, w io.Writer, frames iter.Seq2[*frame.Frame, error], o WriteOptions, opts ...parallel.Option) error {
	return writeSeq(ctx, "parquet.WriteSeq", files.To(w), frames, o, opts)
}

func writeSeq(ctx context.Context, name string, to files.Sink, frames iter.Seq2[*frame.Frame, error], o WriteOptions, opts []parallel.Option) error {
	return withWriter(ctx, name, 0, to, o, opts, func(c *engine.Call, w io.Writer, o WriteOptions) error {
		if frames == nil {
			return files.Nil("sequence")
		}
		var fw *fileWriter
		n := 0
		for f, err := range frames {
			switch {
			case err != nil:
				return files.FromSequence(err)
			case f == nil:
				return files.NilFrame(n)
			case fw == nil:
				if fw, err = newWriter(c, w, f.Schema(), o); err != nil {
					return err
				}
			case !sameSchema(fw.schema.arrow, f.Schema()):
				return files.Mismatch(n, f.Schema(), fw.schema.arrow)
			}
			if err := fw.write(f); err != nil {
				return err
			}
			n++
		}
		if fw == nil {
			return files.NoFrames()
		}
		return fw.close()
	})
}
