package files

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/parframe/parframe/internal/engine"
)

// Source is a file to be read.
type Source struct {
	Name string // "" for a reader
	open func(ctx context.Context) (r io.ReaderAt, size int64, done io.Closer, err error)
}

// Path returns the file at path.
func Path(path string) Source {
	return Source{path, func(ctx context.Context) (io.ReaderAt, int64, io.Closer, error) {
		f, err := Open(path)
		if err != nil {
			return nil, 0, nil, err
		}
		r, size, err := randomAccess(ctx, f, path)
		return r, size, f, err
	}}
}

// In returns the file of that name in fsys.
func In(fsys fs.FS, name string) Source {
	return Source{name, func(ctx context.Context) (io.ReaderAt, int64, io.Closer, error) {
		f, err := OpenFS(fsys, name)
		if err != nil {
			return nil, 0, nil, err
		}
		r, size, err := randomAccess(ctx, f, name)
		return r, size, f, err
	}}
}

// At returns the size bytes of r as a file.
func At(r io.ReaderAt, size int64) Source {
	return Source{"", func(context.Context) (io.ReaderAt, int64, io.Closer, error) {
		if r == nil {
			return nil, 0, nil, Nil("io.ReaderAt")
		}
		return r, size, nil, nil
	}}
}

// Sized returns the source with a check that its size is the given one.
func (src Source) Sized(want int64) Source {
	return Source{src.Name, func(ctx context.Context) (io.ReaderAt, int64, io.Closer, error) {
		r, size, done, err := src.open(ctx)
		if err == nil && size != want {
			err = fmt.Errorf("%w: the split is of a file of %d bytes, and this one has %d: it is not the one that was cut", engine.ErrOption, want, size)
		}
		return r, size, done, err
	}}
}

// With opens the file, calls use, and closes the file.
func (src Source) With(ctx context.Context, use func(r io.ReaderAt, size int64) error) error {
	if err := context.Cause(ctx); err != nil {
		return err
	}
	r, size, done, err := src.open(ctx)
	if done != nil {
		defer done.Close()
	}
	if err != nil {
		return err
	}
	return use(r, size)
}

// Open opens a regular file. It checks the kind first, as opening a pipe would wait
// for a writer.
func Open(path string) (*os.File, error) {
	info, err := os.Stat(path)
	if err == nil {
		err = regular(path, info)
	}
	if err != nil {
		return nil, err
	}
	return os.Open(path)
}

// OpenFS opens a file of fsys.
func OpenFS(fsys fs.FS, name string) (fs.File, error) {
	if fsys == nil {
		return nil, Nil("fs.FS")
	}
	return fsys.Open(name)
}

func regular(name string, info fs.FileInfo) error {
	if info.Mode().IsRegular() {
		return nil
	}
	return &fs.PathError{Op: "read", Path: name, Err: fmt.Errorf("%w: not a regular file (%v)", fs.ErrInvalid, info.Mode().Type())}
}

// randomAccess returns a ReaderAt for an open file, and its size. A file that can
// only be read from front to back is read into memory, unless ctx ends first.
func randomAccess(ctx context.Context, f fs.File, name string) (io.ReaderAt, int64, error) {
	info, err := f.Stat()
	if err == nil {
		err = regular(name, info)
	}
	if err != nil {
		return nil, 0, err
	}
	if r, ok := f.(io.ReaderAt); ok {
		return r, info.Size(), nil
	}
	b, err := io.ReadAll(&untilEnd{ctx, f})
	return bytes.NewReader(b), int64(len(b)), err
}

// untilEnd is a reader that fails when ctx has ended.
type untilEnd struct {
	ctx context.Context
	r   io.Reader
}

func (u *untilEnd) Read(p []byte) (int, error) {
	if u.ctx.Err() != nil {
		return 0, context.Cause(u.ctx)
	}
	return u.r.Read(p)
}
