package atomicfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var errBoom = errors.New("boom")

func put(s string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, s)
		return err
	}
}

// onlyFiles fails if the folder has other files than those named, such as a temporary
// file.
func onlyFiles(t *testing.T, dir string, names ...string) {
	t.Helper()
	got, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var have []string
	for _, e := range got {
		have = append(have, e.Name())
	}
	if fmt.Sprint(have) != fmt.Sprint(names) {
		t.Errorf("folder holds %v, want %v", have, names)
	}
}

func content(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestWriteNewAndReplace(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a")
	for _, s := range []string{"first", "", strings.Repeat("x", 3*bufferSize+1)} {
		if err := Write(path, put(s)); err != nil {
			t.Fatal(err)
		}
		if got := content(t, path); got != s {
			t.Errorf("got %d bytes, want %d", len(got), len(s))
		}
		onlyFiles(t, dir, "a")
	}
}

func TestWriteRelativePath(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := Write("a*b", put("x")); err != nil {
		t.Fatal(err)
	}
	onlyFiles(t, ".", "a*b")
}

func TestWriteLongName(t *testing.T) {
	dir := t.TempDir()
	name := strings.Repeat("n", 255)
	if err := Write(filepath.Join(dir, name), put("x")); err != nil {
		t.Fatal(err)
	}
	onlyFiles(t, dir, name)
}

// sizes are numbers of bytes on both sides of what fits in the buffer.
var sizes = []int{0, 1, 300, bufferSize - 1, bufferSize, bufferSize + 1, 3*bufferSize + 7}

// An error of the function is returned unchanged, and the old file stays.
func TestWriteErrorOfFunction(t *testing.T) {
	for _, size := range sizes {
		for _, old := range []bool{false, true} {
			dir := t.TempDir()
			path := filepath.Join(dir, "a")
			if old {
				os.WriteFile(path, []byte("old"), 0o644)
			}
			err := Write(path, func(w io.Writer) error {
				w.Write(make([]byte, size))
				return errBoom
			})
			if err != errBoom {
				t.Fatalf("after %d bytes: got %v, want the error of the function itself", size, err)
			}
			if !old {
				onlyFiles(t, dir)
				continue
			}
			onlyFiles(t, dir, "a")
			if got := content(t, path); got != "old" {
				t.Fatalf("after %d bytes: old file became %q", size, got)
			}
		}
	}
}

// fullDisk is full after n bytes.
type fullDisk struct {
	f *os.File
	n int
}

func (d *fullDisk) Write(p []byte) (int, error) {
	if len(p) <= d.n {
		d.n -= len(p)
		return d.f.Write(p)
	}
	n, _ := d.f.Write(p[:d.n])
	d.n = 0
	return n, &fs.PathError{Op: "write", Path: d.f.Name(), Err: errBoom}
}

// The disk fails after any number of bytes, whether the function looks at the
// errors of its writes or not.
func TestWriteDiskFull(t *testing.T) {
	const total, piece = 4 * bufferSize, 1000
	for _, size := range sizes {
		for _, careless := range []bool{false, true} {
			dir := t.TempDir()
			path := filepath.Join(dir, "a")
			os.WriteFile(path, []byte("old"), 0o644)
			d := system
			d.to = func(f *os.File) io.Writer { return &fullDisk{f, size} }
			err := d.write(path, func(w io.Writer) error {
				for range total / piece {
					if _, err := w.Write(make([]byte, piece)); err != nil && !careless {
						return fmt.Errorf("wrapped: %w", err)
					}
				}
				return nil
			})
			pe, ok := errors.AsType[*fs.PathError](err)
			if !errors.Is(err, errBoom) || !ok || pe.Path != path {
				t.Fatalf("full after %d bytes: got %v, want boom at %s", size, err, path)
			}
			if content(t, path) != "old" {
				t.Fatalf("full after %d bytes: old file changed", size)
			}
			onlyFiles(t, dir, "a")
		}
	}
}

// The temporary file is synced when all bytes are in it and before it has the
// name; the folder is synced when it has.
func TestWriteSyncsFileThenFolder(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("folders are not synced")
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "a")
	os.WriteFile(path, []byte("old"), 0o644)
	text := strings.Repeat("x", bufferSize+1)
	var synced []string
	d := system
	d.sync = func(f *os.File) error {
		what := filepath.Base(f.Name())
		switch info, err := f.Stat(); {
		case err != nil:
			t.Error(err)
		case info.IsDir():
			what = "folder, file " + map[bool]string{true: "new", false: "old"}[content(t, path) == text]
		case content(t, f.Name()) == text && content(t, path) == "old":
			what = "whole temporary file"
		}
		synced = append(synced, what)
		return system.sync(f)
	}
	if err := d.write(path, put(text)); err != nil {
		t.Fatal(err)
	}
	if got, want := strings.Join(synced, "; "), "whole temporary file; folder, file new"; got != want {
		t.Errorf("synced %s, want %s", got, want)
	}
	// A sync leaves no trace but its error.
	closed, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	if err := system.sync(closed); !errors.Is(err, os.ErrClosed) {
		t.Errorf("sync of a closed file: %v", err)
	}
}

// The call returns the error of a failed sync. If the file's sync fails, nothing is
// renamed. The folder's sync comes after the rename.
func TestWriteSyncErrors(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("folders are not synced")
	}
	for n, want := range []string{"old", "new"} {
		dir := t.TempDir()
		path := filepath.Join(dir, "a")
		os.WriteFile(path, []byte("old"), 0o644)
		calls := 0
		d := system
		d.sync = func(f *os.File) error {
			if calls++; calls > n {
				return &fs.PathError{Op: "sync", Path: f.Name(), Err: errBoom}
			}
			return system.sync(f)
		}
		err := d.write(path, put("new"))
		if pe, ok := errors.AsType[*fs.PathError](err); !ok || !errors.Is(err, errBoom) || pe.Path != path {
			t.Errorf("sync %d fails: got %v, want boom at %s", n, err, path)
		}
		if got := content(t, path); got != want {
			t.Errorf("sync %d fails: the file is %q, want %q", n, got, want)
		}
		onlyFiles(t, dir, "a")
	}
}

type shortWriter struct{}

func (shortWriter) Write(p []byte) (int, error) { return len(p) / 2, nil }

func TestWriteShort(t *testing.T) {
	dir := t.TempDir()
	d := system
	d.to = func(*os.File) io.Writer { return shortWriter{} }
	err := d.write(filepath.Join(dir, "a"), put("hello"))
	if !errors.Is(err, io.ErrShortWrite) {
		t.Errorf("got %v", err)
	}
	onlyFiles(t, dir)
}

func TestWritePanic(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a")
	os.WriteFile(path, []byte("old"), 0o644)
	func() {
		defer func() {
			if p := recover(); p != errBoom {
				t.Errorf("recovered %v, want boom", p)
			}
		}()
		Write(path, func(w io.Writer) error {
			w.Write(bytes.Repeat([]byte("x"), 2*bufferSize))
			panic(errBoom)
		})
	}()
	if content(t, path) != "old" {
		t.Error("old file changed")
	}
	onlyFiles(t, dir, "a")
}

// t.FailNow in the function ends the goroutine; the temporary file goes too.
func TestWriteGoexit(t *testing.T) {
	dir := t.TempDir()
	t.Run("inner", func(t *testing.T) {
		Write(filepath.Join(dir, "a"), func(w io.Writer) error {
			w.Write(make([]byte, 2*bufferSize))
			t.SkipNow()
			return nil
		})
	})
	onlyFiles(t, dir)
}

func TestWriteRefuses(t *testing.T) {
	dir := t.TempDir()
	sub := filepath.Join(dir, "sub")
	os.Mkdir(sub, 0o755)
	target := filepath.Join(dir, "target")
	os.WriteFile(target, []byte("old"), 0o644)
	link := filepath.Join(dir, "link")
	if err := os.Symlink(target, link); err != nil {
		t.Skip(err)
	}
	dangling := filepath.Join(dir, "dangling")
	os.Symlink(filepath.Join(dir, "nowhere"), dangling)

	for _, c := range []struct{ path, want string }{
		{sub, "a directory: not a regular file"},
		{link, "a symbolic link: not a regular file"},
		{dangling, "a symbolic link: not a regular file"},
		{"/dev/null", "a device: not a regular file"},
		{sub + "/", "want the name of a file"},
		{"", "want the name of a file"},
		{filepath.Join(dir, "missing", "a"), "no such file or directory"},
		{filepath.Join(target, "a"), "not a directory"},
	} {
		called := false
		err := Write(c.path, func(io.Writer) error { called = true; return nil })
		pe, ok := errors.AsType[*fs.PathError](err)
		if !ok || pe.Path != c.path || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: got %v, want %q", c.path, err, c.want)
		}
		if called {
			t.Errorf("%q: function called although the path is refused", c.path)
		}
		if strings.Contains(c.want, "regular") != errors.Is(err, ErrNotRegular) {
			t.Errorf("%q: errors.Is(err, ErrNotRegular) is wrong", c.path)
		}
	}
	if content(t, target) != "old" {
		t.Error("target of the link changed")
	}
	onlyFiles(t, dir, "dangling", "link", "sub", "target")
}
