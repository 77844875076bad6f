package ipc

import (
	"context"
	"io"
	"io/fs"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/files"
	"github.com/parframe/parframe/internal/ipccheck"
)

// Info describes a file. It comes from the metadata alone.
type Info struct {
	Schema  *arrow.Schema
	NumRows int64
	Batches int
	Form    Form
}

// StatFile reads the metadata of the file at path: the index and the metadata of
// each batch.
func StatFile(path string) (*Info, error) { return stat("ipc.StatFile", files.Path(path)) }

// StatFS is [StatFile] for a file of fsys.
func StatFS(fsys fs.FS, name string) (*Info, error) { return stat("ipc.StatFS", files.In(fsys, name)) }

// Stat is [StatFile] for the size bytes of r.
func Stat(r io.ReaderAt, size int64) (*Info, error) { return stat("ipc.Stat", files.At(r, size)) }

func stat(name string, src files.Source) (info *Info, err error) {
	ctx := context.Background() // there is nothing to wait for
	err = src.With(ctx, func(r io.ReaderAt, size int64) error {
		stream, indexed, err := messages(r, size)
		if err != nil {
			return err
		}
		d := &decoder{ctx: ctx}
		defer d.close()
		if err := d.open(stream, indexed, minMemory); err != nil {
			return err
		}
		i := Info{Schema: d.r.Schema()}
		if i.NumRows, i.Batches, i.Form, err = counts(ctx, r, size); err == nil {
			info = &i
		}
		return err
	})
	return info, named(name, src.Name, err)
}

// counts returns how many rows and batches a file has, and its form.
func counts(ctx context.Context, r io.ReaderAt, size int64) (rows int64, batches int, form Form, err error) {
	var head [6]byte
	if _, err := r.ReadAt(head[:], 0); err != nil {
		return 0, 0, File, err
	}
	if string(head[:]) != ipccheck.Magic {
		rows, batches, err = ipccheck.CountStream(r, size)
		return rows, batches, Stream, err
	}
	f, err := ipccheck.File(r, size)
	if err != nil {
		return 0, 0, File, err
	}
	for _, b := range f.Records {
		if ctx.Err() != nil {
			return 0, 0, File, context.Cause(ctx)
		}
		n, err := ipccheck.RowsAt(r, b)
		if err != nil {
			return 0, 0, File, err
		}
		rows += n
	}
	return rows, len(f.Records), File, nil
}
