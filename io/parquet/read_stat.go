package parquet

import (
	"context"
	"io"
	"io/fs"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/files"
)

// Info describes a file. It comes from the metadata alone.
type Info struct {
	Schema    *arrow.Schema // of a frame that is read from the file
	NumRows   int64
	RowGroups []RowGroupInfo
	CreatedBy string // program and version that wrote the file
}

// RowGroupInfo describes a row group.
type RowGroupInfo struct {
	NumRows int64
	Bytes   int64 // in the file, compressed
}

// StatFile reads the metadata of the file at path: a few kilobytes at its end, for a
// file of any size. Errors are those of [ReadFile].
func StatFile(path string) (*Info, error) { return stat("parquet.StatFile", files.Path(path)) }

// StatFS is [StatFile] for a file of fsys.
func StatFS(fsys fs.FS, name string) (*Info, error) {
	return stat("parquet.StatFS", files.In(fsys, name))
}

// Stat is [StatFile] for the size bytes of r.
func Stat(r io.ReaderAt, size int64) (*Info, error) { return stat("parquet.Stat", files.At(r, size)) }

func stat(name string, src files.Source) (info *Info, err error) {
	ctx := context.Background() // there is nothing to wait for
	err = src.With(ctx, func(r io.ReaderAt, size int64) error {
		rd, err := open(ctx, r, size, ReadOptions{})
		if err != nil {
			return err
		}
		info = &Info{Schema: rd.schema, NumRows: rd.rows(), CreatedBy: rd.CreatedBy}
		for i := range rd.RowGroups {
			g := RowGroupInfo{NumRows: rd.RowGroups[i].NumRows}
			for c := range rd.RowGroups[i].Columns {
				g.Bytes += rd.RowGroups[i].Columns[c].Compressed
			}
			info.RowGroups = append(info.RowGroups, g)
		}
		return nil
	})
	return info, named(name, src.Name, err)
}
