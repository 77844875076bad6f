//go:build unix

package atomicfile

import (
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

func modeOf(t *testing.T, path string) fs.FileMode {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Mode().Perm()
}

func TestModeOfReplacedFileIsKept(t *testing.T) {
	for _, mode := range []fs.FileMode{0o600, 0o640, 0o644, 0o666, 0o755} {
		path := filepath.Join(t.TempDir(), "a")
		os.WriteFile(path, nil, 0o600)
		os.Chmod(path, mode)
		if err := Write(path, put("x")); err != nil {
			t.Fatal(err)
		}
		if got := modeOf(t, path); got != mode {
			t.Errorf("mode %v became %v", mode, got)
		}
	}
}

func TestModeOfNewFileFollowsUmask(t *testing.T) {
	for _, mask := range []int{0, 0o022, 0o027, 0o077} {
		path := filepath.Join(t.TempDir(), "a")
		old := syscall.Umask(mask)
		err := Write(path, put("x"))
		syscall.Umask(old)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := modeOf(t, path), fs.FileMode(0o666&^mask); got != want {
			t.Errorf("umask %03o: mode %v, want %v", mask, got, want)
		}
	}
}

func TestTempFileIsPrivate(t *testing.T) {
	dir := t.TempDir()
	err := Write(filepath.Join(dir, "a"), func(w io.Writer) error {
		w.Write(make([]byte, 2*bufferSize))
		entries, err := os.ReadDir(dir)
		if len(entries) != 1 {
			t.Fatalf("%d files in the folder, want the temporary one", len(entries))
		}
		if got := modeOf(t, filepath.Join(dir, entries[0].Name())); got != 0o600 {
			t.Errorf("mode %v while writing, want 0600", got)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestReadOnlyFileIsNotReplaced(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may write to read-only files")
	}
	path := filepath.Join(t.TempDir(), "a")
	os.WriteFile(path, []byte("old"), 0o444)
	if err := Write(path, put("new")); !os.IsPermission(err) {
		t.Errorf("got %v, want permission denied", err)
	}
	if content(t, path) != "old" {
		t.Error("file changed")
	}
}

func TestNamedPipeIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Skip(err)
	}
	if err := Write(path, put("x")); err == nil {
		t.Error("a named pipe was replaced")
	}
}
