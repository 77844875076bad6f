package ipc

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
)

// isMapped reports whether the file is mapped into the memory of the process.
func isMapped(t *testing.T, path string) bool {
	t.Helper()
	maps, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		t.Skip(err)
	}
	return strings.Contains(string(maps), path)
}

// A file is mapped until Close, and not at all if it is refused.
func TestMappingEnds(t *testing.T) {
	path := filepath.Join(t.TempDir(), "mapped")
	b := write(t, frameOf(t, 1, []arrow.DataType{arrow.PrimitiveTypes.Int64}, 0, 1000), WriteOptions{})
	if err := os.WriteFile(path, b, 0o666); err != nil {
		t.Fatal(err)
	}
	m, err := OpenMapped(path)
	if err != nil {
		t.Fatal(err)
	}
	if !isMapped(t, path) {
		t.Error("the file is not mapped")
	}
	if err := m.Close(); err != nil || isMapped(t, path) {
		t.Errorf("mapped after Close: %v", err)
	}
	if err := os.WriteFile(path, b[:len(b)-1], 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenMapped(path); err == nil || isMapped(t, path) {
		t.Errorf("mapped after an error: %v", err)
	}
}
