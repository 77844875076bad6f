package ipc

import (
	"context"
	"io"
	"io/fs"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/ipccheck"
)

// Info is what a file says about itself without its data being read.
type Info struct {
	Schema  *arrow.Schema
	NumRows int64
	Batches int
	Form    Form
}

// StatFile reads the metadata of the file at path: of the file form the index
// and the head of each batch, of a stream the heads that it has to walk over.
func StatFile(path string) (*Info, error) {
	f, err := openRegular(path)
	if err != nil {
		return nil, inFile(err, path)
	}
	defer f.Close()
	info, err := statOpen(f)
	return info, inFile(err, path)
}

// StatFS is [StatFile] for a file of fsys.
func StatFS(fsys fs.FS, name string) (*Info, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, inFile(err, name)
	}
	defer f.Close()
	info, err := statOpen(f)
	return info, inFile(err, name)
}

func statOpen(f fs.File) (*Info, error) {
	r, size, err := randomAccess(f)
	if err != nil {
		return nil, err
	}
	return Stat(r, size)
}

// Stat is [StatFile] for the size bytes of r.
func Stat(r io.ReaderAt, size int64) (*Info, error) {
	info, err := stat(r, size)
	return info, inFile(err, "")
}

func stat(r io.ReaderAt, size int64) (*Info, error) {
	stream, err := messages(r, size)
	if err != nil {
		return nil, err
	}
	d, err := newDecoder(context.Background(), stream, ReadOptions{}, nil, minMemory)
	if err != nil {
		return nil, err
	}
	defer d.close()
	info := &Info{Schema: d.r.Schema()}
	var head [6]byte
	if _, err := r.ReadAt(head[:], 0); err != nil {
		return nil, err
	}
	if string(head[:]) != ipccheck.Magic {
		info.Form = Stream
		info.NumRows, info.Batches, err = ipccheck.CountStream(r, size)
		return info, err
	}
	f, err := ipccheck.File(r, size)
	if err != nil {
		return nil, err
	}
	for _, b := range f.Records {
		n, err := ipccheck.RowsAt(r, b)
		if err != nil {
			return nil, err
		}
		info.NumRows += n
		info.Batches++
	}
	return info, nil
}
