package csv

import (
	"context"
	"io"
	"iter"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/files"
	"github.com/parframe/parframe/parallel"
)

// ReadFileSeq reads a CSV file as a sequence of frames, in bounded memory.
//
//	ReadFileSeq(path) seq of frames
//
// Each frame is 256 KiB to 4 MiB of the text; its borders depend on the bytes of the
// file alone. All frames have the same types: those in Types, and for other columns
// those that the first SampleBytes suggest. A later cell that does not fit is an
// [*Error] that names the line and the options. There is at least one frame, which may
// have no rows. An error ends the sequence, after the frames before it.
//
// A few frames for each core are parsed at once. Nothing runs while the body of the
// loop does, and no goroutine and no open file is left when the loop ends, early or
// not. The report is complete when the loop ends. An observer sees each loop over the
// sequence as one call; see [ReadFile] for its rows.
func ReadFileSeq(ctx context.Context, path string, o ReadOptions, opts ...parallel.Option) iter.Seq2[*frame.Frame, error] {
	return readSeq(ctx, "csv.ReadFileSeq", o, opts, ofPath(path))
}

// ReadSeq is [ReadFileSeq] for text from r. The sequence can be ranged over
// once.
func ReadSeq(ctx context.Context, r io.Reader, o ReadOptions, opts ...parallel.Option) iter.Seq2[*frame.Frame, error] {
	return readSeq(ctx, "csv.ReadSeq", o, opts, ofReader(r))
}

func readSeq(ctx context.Context, call string, o ReadOptions, opts []parallel.Option, open opener) iter.Seq2[*frame.Frame, error] {
	return files.Sequence(func(yield func(*frame.Frame) bool) error {
		return withJob(ctx, call, o, opts, open, func(j *job) error {
			j.fix()
			return j.frames(yield)
		})
	})
}

// frames yields one frame for each range that has rows, until yield returns false.
func (j *job) frames(yield func(*frame.Frame) bool) error {
	left := j.src.ranges()
	some := false
	for left != 0 && !j.ended {
		n := 2 * j.call.Width()
		if left > 0 {
			n = min(n, left)
			left -= n
		}
		good, err := j.readRanges(n)
		for k, p := range j.pieces {
			if err != nil && k >= good {
				break
			}
			if p == nil {
				continue
			}
			j.note(p)
			if p.rows == 0 {
				continue
			}
			f, ferr := j.frame(p)
			if ferr != nil {
				return ferr
			}
			j.pieces[k] = nil // only the caller holds the frame
			some = true
			if !yield(f) {
				return nil
			}
		}
		if err != nil {
			return err
		}
		j.first += n
		j.pieces, j.told = j.pieces[:0], 0
	}
	if err := j.endReport(); err != nil || some {
		return err
	}
	f, err := j.frame()
	if err == nil {
		yield(f)
	}
	return err
}
