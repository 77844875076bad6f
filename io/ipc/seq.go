package ipc

import (
	"context"
	"io"
	"iter"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/files"
	"github.com/parframe/parframe/parallel"
)

// ReadFileSeq reads the file at path, in either form, as a sequence of frames,
// one for each record batch, and holds one of them at a time.
//
//	ReadFileSeq(ctx, path, ReadOptions) seq of Frame
//
// An error ends the sequence, after the batches before it. No open file is left
// when the loop ends, early or not. MaxMemory holds for all batches together. An
// observer sees each loop over the sequence as one call.
func ReadFileSeq(ctx context.Context, path string, o ReadOptions, opts ...parallel.Option) iter.Seq2[*frame.Frame, error] {
	return sequence(ctx, "ipc.ReadFileSeq", stored(files.Path(path)), o, opts)
}

// ReadSeq is [ReadFileSeq] for the stream form from r, to its end marker. The
// sequence can be ranged over once.
func ReadSeq(ctx context.Context, r io.Reader, o ReadOptions, opts ...parallel.Option) iter.Seq2[*frame.Frame, error] {
	return sequence(ctx, "ipc.ReadSeq", streamed(r), o, opts)
}

func sequence(ctx context.Context, name string, src source, o ReadOptions, opts []parallel.Option) iter.Seq2[*frame.Frame, error] {
	return func(yield func(*frame.Frame, error) bool) {
		left := false
		err := withDecoder(ctx, name, src, o, opts, func(d *decoder) error {
			for !left {
				rec, err := d.next()
				if err != nil || rec == nil {
					return err
				}
				f, err := d.frame(rec)
				if err != nil {
					return err
				}
				left = !yield(f, nil)
			}
			return nil
		})
		if err != nil && !left {
			yield(nil, err)
		}
	}
}

// WriteFileSeq writes frames one after the other into the file at path. All
// must have the schema of the first; a sequence without frames is an error, as
// it has no schema. An error in the sequence, which is returned as it is, or one
// of writing leaves what was at path. The file form has one dictionary per column
// for all frames, so frames with other dictionaries than the first need the stream
// form. An observer sees one call, which has 0 rows at the start, and all in chunks.
func WriteFileSeq(ctx context.Context, path string, frames iter.Seq2[*frame.Frame, error], o WriteOptions, opts ...parallel.Option) error {
	return writeSeq(ctx, "ipc.WriteFileSeq", files.ToPath(path), frames, o, opts)
}

// WriteSeq is [WriteFileSeq] to a stream.
func WriteSeq(ctx context.Context, w io.Writer, frames iter.Seq2[*frame.Frame, error], o WriteOptions, opts ...parallel.Option) error {
	return writeSeq(ctx, "ipc.WriteSeq", files.To(w), frames, o, opts)
}

func writeSeq(ctx context.Context, name string, to files.Sink, frames iter.Seq2[*frame.Frame, error], o WriteOptions, opts []parallel.Option) error {
	return withEncoder(ctx, name, 0, to, o, opts, func(e *encoder) error {
		if frames == nil {
			return files.Nil("sequence")
		}
		n := 0
		for f, err := range frames {
			switch {
			case err != nil:
				return files.FromSequence(err)
			case f == nil:
				return files.NilFrame(n)
			case e.schema != nil && !f.Schema().Equal(e.schema):
				return files.Mismatch(n, f.Schema(), e.schema)
			}
			if err := e.frame(f); err != nil {
				return err
			}
			n++
		}
		if n == 0 {
			return files.NoFrames()
		}
		return e.close()
	})
}
