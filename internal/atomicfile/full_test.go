//go:build linux || darwin

package atomicfile_test

import (
	"errors"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// The kernel refuses to write beyond a number of bytes (RLIMIT_FSIZE), as on a
// full disk: at some bytes of a small file, at every byte of it in the nightly
// run, and around each piece in which a larger file reaches the disk. The limit
// holds for a whole process, so the test runs in one of its own.
func TestDiskFull(t *testing.T) {
	args := childArgs("TestDiskFullChild")
	if testing.Short() {
		args = append(args, "-test.short")
	}
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), "PARFRAME_TEST_FULL="+t.TempDir())
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestDiskFullChild(t *testing.T) {
	dir := os.Getenv("PARFRAME_TEST_FULL")
	if dir == "" {
		t.Skip("only as the child of TestDiskFull")
	}
	signal.Ignore(syscall.SIGXFSZ)
	const small, large, piece = 20, 40_000, 256 << 10
	for _, c := range formats {
		size := fileSize(t, dir, c, small)
		step := size / 7
		if os.Getenv("PARFRAME_NIGHTLY") == "1" {
			step = 1
		}
		for n := 0; n < size; n += step {
			fillsUpAt(t, dir, c, small, n, false)
			fillsUpAt(t, dir, c, small, n, true)
		}
		fillsUpAt(t, dir, c, small, size-1, true)

		if testing.Short() {
			continue
		}
		size = fileSize(t, dir, c, large)
		for end := piece; end < size+piece; end += piece {
			for _, n := range []int{end - 1, end, end + 1, end - 100_000} {
				fillsUpAt(t, dir, c, large, min(n, size-1), true)
			}
		}
	}
}

func fileSize(t *testing.T, dir string, c format, rows int) int {
	t.Helper()
	path := pathOf(dir, c)
	if err := c.writeFile(t.Context(), path, stamped(t, 2, rows)); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	return int(info.Size())
}

// fillsUpAt writes a file with space for n bytes.
func fillsUpAt(t *testing.T, dir string, c format, rows, n int, old bool) {
	t.Helper()
	path := pathOf(dir, c)
	if old {
		if err := os.WriteFile(path, []byte("old"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	f := stamped(t, 3, rows)
	var usual syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &usual); err != nil {
		t.Fatal(err)
	}
	limit := usual
	limit.Cur = uint64(n)
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		t.Fatal(err)
	}
	err := c.writeFile(t.Context(), path, f)
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &usual); err != nil {
		t.Fatal(err)
	}

	if !errors.Is(err, syscall.EFBIG) || !strings.Contains(err.Error(), path) {
		t.Fatalf("%s, %d rows, space for %d bytes: got %v, want EFBIG at %s", c.name, rows, n, err, path)
	}
	switch names := folder(t, dir); {
	case !old && len(names) != 0:
		t.Fatalf("%s, space for %d bytes: left behind %q", c.name, n, names)
	case old && (len(names) != 1 || names[0] != filepath.Base(path)):
		t.Fatalf("%s, space for %d bytes: folder holds %q", c.name, n, names)
	case old:
		if b, err := os.ReadFile(path); err != nil || string(b) != "old" {
			t.Fatalf("%s, space for %d bytes: the old file is %.20q (%v)", c.name, n, b, err)
		}
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
}
