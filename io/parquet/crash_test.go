//go:build unix

package parquet

import (
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/parframe/parframe/frame"
)

// TestWriteUntilKilled is the process that the next test kills.
func TestWriteUntilKilled(t *testing.T) {
	path := os.Getenv("PARFRAME_TEST_WRITE")
	if path == "" {
		t.Skip("only as the child of TestKill")
	}
	for n := 1; ; n++ {
		if err := WriteFile(t.Context(), path, stamped(t, int64(n)), WriteOptions{RowGroupRows: 5000, Compression: Zstd}); err != nil {
			t.Fatal(err)
		}
	}
}

// stamped makes a frame whose every value is n.
func stamped(t *testing.T, n int64) *frame.Frame {
	v := make([]int64, 20_000)
	for i := range v {
		v[i] = n
	}
	c, err := frame.NewColumn("n", v)
	if err != nil {
		t.Fatal(err)
	}
	f, err := frame.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// A process that is killed at any moment of a write leaves the old file or the
// new one, whole.
func TestKill(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	path := filepath.Join(t.TempDir(), "a.parquet")
	if err := WriteFile(t.Context(), path, stamped(t, 0), WriteOptions{}); err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	kills := 10
	if os.Getenv("PARFRAME_MUTATIONS") != "" {
		kills = 100
	}
	for range kills {
		cmd := exec.Command(os.Args[0], "-test.run=^TestWriteUntilKilled$")
		cmd.Env = append(os.Environ(), "PARFRAME_TEST_WRITE="+path)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(20*time.Millisecond + time.Duration(r.Int64N(int64(60*time.Millisecond))))
		cmd.Process.Kill()
		cmd.Wait()
		f, err := ReadFile(t.Context(), path, ReadOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if f.NumRows() != 20_000 {
			t.Fatalf("%d rows", f.NumRows())
		}
		v, err := frame.Values[int64](f.Columns()[0])
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range v {
			if x != v[0] {
				t.Fatalf("values of two writes in one file: %d and %d", v[0], x)
			}
		}
	}
}
