package parquet

import (
	"context"
	"io"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/files"
	"github.com/parframe/parframe/parallel"
)

// Split is a part of a file that can be read on its own, also in another process. It
// can be encoded as JSON or gob.
type Split struct {
	Path      string
	Size      int64 // of the file; Read refuses a file of another size
	RowGroups []int
	NumRows   int64 // before conditions
}

// Splits cuts a file into parts of one or more row groups. Each part but the last has
// at least the given number of rows; with 0, every row group is a part. Row groups
// that o.Where rules out are left out. The parts depend only on the file and the
// arguments.
func Splits(path string, rows int64, o ReadOptions) (out []Split, err error) {
	ctx := context.Background() // there is nothing to wait for
	err = files.Path(path).With(ctx, func(r io.ReaderAt, size int64) error {
		rd, err := open(ctx, r, size, o)
		if err != nil {
			return err
		}
		for _, g := range rd.groups {
			if len(out) == 0 || out[len(out)-1].NumRows >= max(rows, 1) || rows == 0 {
				out = append(out, Split{Path: path, Size: size})
			}
			last := &out[len(out)-1]
			last.RowGroups = append(last.RowGroups, g)
			last.NumRows += rd.RowGroups[g].NumRows
		}
		return nil
	})
	return out, named("parquet.Splits", path, err)
}

// Read reads the part. o should be the options given to [Splits]; its RowGroups are
// replaced by those of the part. A file whose size has changed is a
// [parallel.ErrOption].
func (s Split) Read(ctx context.Context, o ReadOptions, opts ...parallel.Option) (*frame.Frame, error) {
	if o.RowGroups = s.RowGroups; o.RowGroups == nil {
		o.RowGroups = []int{}
	}
	return read(ctx, "parquet.Split.Read", files.Path(s.Path).Sized(s.Size), o, opts)
}
