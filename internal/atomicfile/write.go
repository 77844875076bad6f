// Package atomicfile writes a file whole or not at all.
//
// os.WriteFile truncates first, so a crash in the middle leaves half a file
// under the name that others read. [Write] fills a temporary file in the same
// folder and renames it when everything is on disk. A reader that opens the
// name finds the old file or the new one, also after a power cut.
package atomicfile

import (
	"bufio"
	"crypto/rand"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// ErrNotRegular marks a path that holds a directory, a symbolic link, a device
// or anything else that is not a plain file, which Write does not replace.
var ErrNotRegular = errors.New("not a regular file, and not replaced")

// bufferSize spares system calls for writers that write a few bytes at a time.
const bufferSize = 256 << 10

// Write calls write once with a buffered writer and puts what it wrote at
// path.
//
//	Write(path, func(w) error) error
//
// If write returns an error, panics or ends its goroutine, or if the disk
// fails, what was at path stays as it was and the temporary file is removed.
// The temporary file has a random name in path's folder, and mode 0600 while it
// is written. It then gets the mode of the file that it replaces, or 0666 before umask
// if there is none. A file that may not be opened for writing, a
// directory, a symbolic link and a device are not replaced.
//
// A process that is killed in the middle, or a machine that goes down, leaves
// the temporary file behind. Nothing removes it later, as it might be another
// process's that still writes. Its name is that of the file (the first 200
// bytes of it) between a dot and a random part, ".sales.csv.1234567890.tmp",
// so that ".sales.csv.*.tmp" finds what killed writes of sales.csv left.
//
// An error of write is returned as it is; all others are *fs.PathError with
// path in them. Only a failure of the very last step, the sync of the folder,
// comes when the new file is already in place.
func Write(path string, write func(io.Writer) error) error {
	return system.write(path, write)
}

// disk is what Write does to open files. Tests put one that fails, or that
// notes what it is asked for, in its place.
type disk struct {
	to   func(f *os.File) io.Writer // returns what writes the bytes of f
	sync func(f *os.File) error     // makes a file or a folder durable
}

// system is the operating system's disk.
var system = disk{to: func(f *os.File) io.Writer { return f }, sync: (*os.File).Sync}

// write is [Write] on this disk.
func (d disk) write(path string, write func(io.Writer) error) (err error) {
	fail := func(err error) error {
		if pe, ok := errors.AsType[*fs.PathError](err); ok {
			err = pe.Err // its path is that of the temporary file
		}
		if le, ok := errors.AsType[*os.LinkError](err); ok {
			err = le.Err
		}
		return &fs.PathError{Op: "write", Path: path, Err: err}
	}

	mode, err := finalMode(path)
	if err != nil {
		return fail(err)
	}
	dir, base := filepath.Split(path)
	if dir == "" {
		dir = "."
	}
	f, err := os.CreateTemp(dir, tempPattern(base))
	if err != nil {
		return fail(err)
	}
	done := false
	defer func() { // also when write panics or calls runtime.Goexit
		if !done {
			f.Close()
			os.Remove(f.Name())
		}
	}()

	sink := &sinkWriter{w: d.to(f)}
	buf := bufio.NewWriterSize(sink, bufferSize)
	err = write(buf)
	if sink.err != nil { // the disk's own error, not what write made of it
		return fail(sink.err)
	}
	if err != nil {
		return err
	}
	if err := buf.Flush(); err != nil {
		return fail(err)
	}
	if err := f.Chmod(mode); err != nil && runtime.GOOS != "windows" {
		return fail(err)
	}
	// Before the rename: a name must not point to bytes that are not on disk.
	if err := d.sync(f); err != nil {
		return fail(err)
	}
	if err := f.Close(); err != nil {
		return fail(err)
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return fail(err)
	}
	done = true
	if err := d.syncDir(dir); err != nil {
		return fail(err)
	}
	return nil
}

// sinkWriter keeps the first error of the disk.
type sinkWriter struct {
	w   io.Writer
	err error
}

func (s *sinkWriter) Write(p []byte) (int, error) {
	n, err := s.w.Write(p)
	if err == nil && n < len(p) {
		err = io.ErrShortWrite
	}
	if err != nil && s.err == nil {
		s.err = err
	}
	return n, err
}

// tempPattern returns the pattern of a hidden name that begins with base. File
// systems allow 255 bytes, so a long name is cut.
func tempPattern(base string) string {
	base = strings.ReplaceAll(base, "*", "_") // CreateTemp puts its random part at a star
	return "." + base[:min(len(base), 200)] + ".*.tmp"
}

// finalMode returns the permissions of the finished file, or the reason why no
// file can be written at path.
func finalMode(path string) (fs.FileMode, error) {
	if path == "" || os.IsPathSeparator(path[len(path)-1]) {
		return 0, errors.New("want the name of a file")
	}
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return newMode(path)
	}
	if err != nil {
		return 0, err
	}
	if !info.Mode().IsRegular() {
		return 0, notRegular{info.Mode().Type()}
	}
	// A rename needs no permission on the file itself, but a file that is
	// protected from writing must not be replaced either.
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return 0, err
	}
	f.Close()
	return info.Mode().Perm(), nil
}

// newMode returns the permissions of a new file in path's folder. It makes an
// empty file to see them, and removes it at once: umask(2) can only be read by
// setting it for the whole process, and folders may have default permissions.
func newMode(path string) (fs.FileMode, error) {
	pattern := tempPattern(filepath.Base(path))
	name := filepath.Join(filepath.Dir(path), strings.Replace(pattern, "*", rand.Text(), 1))
	f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o666)
	if err != nil {
		return 0, err
	}
	info, err := f.Stat()
	f.Close()
	if err := errors.Join(err, os.Remove(name)); err != nil {
		return 0, err
	}
	return info.Mode().Perm(), nil
}

// syncDir makes the rename durable. Windows cannot sync a folder and does not
// need to.
func (d disk) syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	return d.sync(f)
}

// notRegular is ErrNotRegular with what was found instead.
type notRegular struct{ mode fs.FileMode }

func (e notRegular) Error() string {
	what := "a special file"
	switch {
	case e.mode.IsDir():
		what = "a directory"
	case e.mode&fs.ModeSymlink != 0:
		what = "a symbolic link"
	case e.mode&fs.ModeDevice != 0:
		what = "a device"
	case e.mode&fs.ModeNamedPipe != 0:
		what = "a named pipe"
	case e.mode&fs.ModeSocket != 0:
		what = "a socket"
	}
	return what + ": " + ErrNotRegular.Error()
}

func (e notRegular) Unwrap() error { return ErrNotRegular }
