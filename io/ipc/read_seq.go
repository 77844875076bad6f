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
// one for each record batch, and keeps one of them in memory at a time.
//
//	ReadFileSeq(ctx, path, ReadOptions) seq of Frame
//
// An error ends the sequence, after the batches before it. The file is closed when
// the loop ends, early or not. MaxMemory bounds all batches together. An observer
// sees each loop over the sequence as one call.
func ReadFileSeq(ctx context.Context, path string, o ReadOptions, opts ...parallel.Option) iter.Seq2[*frame.Frame, error] {
	return sequence(ctx, "ipc.ReadFileSeq", stored(files.Path(path)), o, opts)
}

// ReadSeq is [ReadFileSeq] for the stream form from r, to its end marker. The
// sequence can be ranged over once.
func ReadSeq(ctx context.Context, r io.Reader, o ReadOptions, opts ...parallel.Option) iter.Seq2[*frame.Frame, error] {
	return sequence(ctx, "ipc.ReadSeq", streamed(r), o, opts)
}

func sequence(ctx context.Context, name string, src source, o ReadOptions, opts []parallel.Option) iter.Seq2[*frame.Frame, error] {
	return files.Sequence(func(yield func(*frame.Frame) bool) error {
		return withDecoder(ctx, name, src, o, opts, func(d *decoder) error {
			for {
				rec, err := d.next()
				if err != nil || rec == nil {
					return err
				}
				f, err := d.frame(rec)
				if err != nil || !yield(f) {
					return err
				}
			}
		})
	})
}
