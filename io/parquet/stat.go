package parquet

import (
	"fmt"
	"io"
	"io/fs"

	"github.com/apache/arrow/go/v15/arrow"
)

// Info is what a file says about itself without its data being read.
type Info struct {
	Schema    *arrow.Schema // as a frame read from the file has it
	NumRows   int64
	RowGroups []RowGroupInfo
	CreatedBy string // program and version that wrote the file
}

// RowGroupInfo describes a row group.
type RowGroupInfo struct {
	NumRows int64
	Bytes   int64 // in the file, compressed
}

// StatFile reads the metadata of the file at path: some kilobytes at its end,
// whatever its size. Errors are those of [ReadFile].
func StatFile(path string) (*Info, error) {
	f, err := openRegular(path)
	if err != nil {
		return nil, inFile(err, path)
	}
	defer f.Close()
	return statOpen(f, path)
}

// StatFS is [StatFile] for a file of fsys.
func StatFS(fsys fs.FS, name string) (*Info, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, fmt.Errorf("parquet: %w", err)
	}
	defer f.Close()
	return statOpen(f, name)
}

func statOpen(f fs.File, name string) (*Info, error) {
	r, size, err := randomAccess(f)
	if err != nil {
		return nil, inFile(err, name)
	}
	info, err := Stat(r, size)
	return info, inFile(err, name)
}

// Stat is [StatFile] for the size bytes of r.
func Stat(r io.ReaderAt, size int64) (*Info, error) {
	rd, err := open(r, size, ReadOptions{})
	if err != nil {
		return nil, inFile(err, "")
	}
	info := &Info{Schema: rd.schema, NumRows: rd.rows(), CreatedBy: rd.CreatedBy}
	for i := range rd.RowGroups {
		g := RowGroupInfo{NumRows: rd.RowGroups[i].NumRows}
		for c := range rd.RowGroups[i].Columns {
			g.Bytes += rd.RowGroups[i].Columns[c].Compressed
		}
		info.RowGroups = append(info.RowGroups, g)
	}
	return info, nil
}
