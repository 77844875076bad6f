package atomicfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
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

type shortWriter struct{}

func (shortWriter) Write(p []byte) (int, error) { return len(p) / 2, nil }

// Whatever fails, after any number of bytes, the old file stays, and no other.
func TestWriteFails(t *testing.T) {
	const total, piece = 4 * bufferSize, 1000
	fill := func(size int) func(w io.Writer) error {
		return func(w io.Writer) error {
			for range size / piece {
				if _, err := w.Write(make([]byte, piece)); err != nil {
					return fmt.Errorf("wrapped: %w", err)
				}
			}
			w.Write(make([]byte, size%piece))
			return nil
		}
	}
	then := func(fill func(io.Writer) error, end func() error) func(io.Writer) error {
		return func(w io.Writer) error { fill(w); return end() }
	}
	none := func() error { return nil }
	unsynced := func(f *os.File) error { return &fs.PathError{Op: "sync", Path: f.Name(), Err: errBoom} }
	for _, size := range []int{0, 1, 300, bufferSize - 1, bufferSize, bufferSize + 1, 3*bufferSize + 7} {
		full := disk{func(f *os.File) io.Writer { return &fullDisk{f, size} }, system.sync}
		short := disk{func(*os.File) io.Writer { return shortWriter{} }, system.sync}
		for _, c := range []struct {
			name  string
			disk  disk
			write func(io.Writer) error
			want  error // what is in the *fs.PathError, or, if own is set, the error itself
			own   bool
		}{
			{"function", system, then(fill(size), func() error { return errBoom }), errBoom, true},
			{"panic", system, then(fill(size), func() error { panic(errBoom) }), errBoom, true},
			{"Goexit", system, then(fill(size), func() error { runtime.Goexit(); return nil }), nil, true},
			{"full disk", full, fill(total), errBoom, false},
			{"full disk, careless function", full, then(fill(total), none), errBoom, false},
			{"short write", short, fill(size + 1), io.ErrShortWrite, false},
			{"sync", disk{system.to, unsynced}, fill(size), errBoom, false},
		} {
			for _, old := range []bool{false, true} {
				dir := t.TempDir()
				path := filepath.Join(dir, "a")
				if old {
					os.WriteFile(path, []byte("old"), 0o644)
				}
				var err error
				var wg sync.WaitGroup
				wg.Go(func() {
					defer func() {
						if p := recover(); p != nil {
							err = p.(error)
						}
					}()
					err = c.disk.write(path, c.write)
				})
				wg.Wait()
				pe, ok := errors.AsType[*fs.PathError](err)
				if c.own && err != c.want || !c.own && (!errors.Is(err, c.want) || !ok || pe.Path != path) {
					t.Fatalf("%s, %d bytes: got %v, want %v", c.name, size, err, c.want)
				}
				if !old {
					onlyFiles(t, dir)
					continue
				}
				onlyFiles(t, dir, "a")
				if got := content(t, path); got != "old" {
					t.Fatalf("%s, %d bytes: the old file became %.20q", c.name, size, got)
				}
			}
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

// The folder's sync comes after the rename.
func TestWriteFolderSyncFails(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("folders are not synced")
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "a")
	d, calls := system, 0
	d.sync = func(f *os.File) error {
		if calls++; calls > 1 {
			return &fs.PathError{Op: "sync", Path: f.Name(), Err: errBoom}
		}
		return system.sync(f)
	}
	err := d.write(path, put("new"))
	if pe, ok := errors.AsType[*fs.PathError](err); !ok || !errors.Is(err, errBoom) || pe.Path != path {
		t.Errorf("got %v, want boom at %s", err, path)
	}
	if got := content(t, path); got != "new" {
		t.Errorf("the file is %q", got)
	}
	onlyFiles(t, dir, "a")
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
