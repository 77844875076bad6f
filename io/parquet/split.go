package parquet

import (
	"context"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/parallel"
)

// Split is a part of a file that can be read on its own, also in another
// process: a value to be sent as JSON or gob.
type Split struct {
	Path      string
	Size      int64 // of the file; a file of another size is not read
	RowGroups []int
	NumRows   int64 // before conditions
}

// Splits cuts a file into parts of one or more row groups, each of which has
// rows of at least the number wanted, but for the last; 0 makes every row group
// a part of its own. Row groups that o.Where rules out are left out. Borders
// depend on the file and the arguments only.
func Splits(path string, rows int64, o ReadOptions) ([]Split, error) {
	f, err := openRegular(path)
	if err != nil {
		return nil, inFile(err, path)
	}
	defer f.Close()
	r, size, err := randomAccess(f)
	if err != nil {
		return nil, inFile(err, path)
	}
	rd, err := open(r, size, o)
	if err != nil {
		return nil, inFile(err, path)
	}
	var out []Split
	for _, g := range rd.groups {
		if len(out) == 0 || out[len(out)-1].NumRows >= max(rows, 1) || rows == 0 {
			out = append(out, Split{Path: path, Size: size})
		}
		last := &out[len(out)-1]
		last.RowGroups = append(last.RowGroups, g)
		last.NumRows += rd.RowGroups[g].NumRows
	}
	return out, nil
}

// Read reads the part. o is what [Splits] was called with; its RowGroups are
// replaced by those of the part. A file that has changed its size since is an
// error.
func (s Split) Read(ctx context.Context, o ReadOptions, opts ...parallel.Option) (*frame.Frame, error) {
	f, err := openRegular(s.Path)
	if err != nil {
		return nil, inFile(err, s.Path)
	}
	defer f.Close()
	r, size, err := randomAccess(f)
	if err == nil && size != s.Size {
		err = malformed("the file had %d bytes when it was split, and has %d", s.Size, size)
	}
	if err != nil {
		return nil, inFile(err, s.Path)
	}
	if o.RowGroups = s.RowGroups; o.RowGroups == nil {
		o.RowGroups = []int{}
	}
	out, err := Read(ctx, r, size, o, opts...)
	return out, inFile(err, s.Path)
}
