//go:build unix

package parquet

import (
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// A named pipe is refused: it has no end to read the footer from, and opening it would
// wait for a writer.
func TestReadPipe(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadFile(t.Context(), pipe, ReadOptions{}); err == nil || !strings.Contains(err.Error(), "not a regular file") {
		t.Error(err)
	}
}
