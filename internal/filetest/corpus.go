package filetest

import (
	"bufio"
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Case is a file of the corpus.
type Case struct {
	Name   string // path inside the corpus
	Expect string // the outcome of reading it, as stated in MANIFEST.tsv
	Data   []byte
}

// Corpus returns the files in a folder of the corpus that PARFRAME_CORPUS names. It
// skips the test if the variable is not set.
func Corpus(t testing.TB, folder string) []Case {
	t.Helper()
	root := os.Getenv("PARFRAME_CORPUS")
	if root == "" {
		t.Skip("PARFRAME_CORPUS does not name the corpus")
	}
	manifest, err := os.ReadFile(filepath.Join(root, "MANIFEST.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	var cases []Case
	lines := bufio.NewScanner(bytes.NewReader(manifest))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		cols := strings.Split(lines.Text(), "\t")
		if len(cols) < 6 || !strings.HasPrefix(cols[0], folder+"/") {
			continue
		}
		data, err := os.ReadFile(filepath.Join(root, cols[0]))
		if err != nil {
			t.Fatal(err)
		}
		cases = append(cases, Case{cols[0], cols[5], data})
	}
	return cases
}

// Mutations returns the number of damaged forms of each file that a test tries: 20,
// or the number in PARFRAME_MUTATIONS.
func Mutations() int {
	if n, err := strconv.Atoi(os.Getenv("PARFRAME_MUTATIONS")); err == nil {
		return n
	}
	return 20
}

// Mutate returns a damaged form of data: one to five bytes changed, half of
// them near the end where files keep their metadata, and one in eight cut
// short.
func Mutate(data []byte, seed uint64) []byte {
	r := rand.New(rand.NewPCG(seed, uint64(len(data))))
	out := bytes.Clone(data)
	if len(out) == 0 {
		return out
	}
	for range 1 + r.IntN(5) {
		at := r.IntN(len(out))
		if r.IntN(2) == 0 {
			at = len(out) - 1 - r.IntN(min(len(out), 600))
		}
		switch r.IntN(3) {
		case 0:
			out[at] = byte(r.Uint32())
		case 1:
			out[at] ^= 1 << r.IntN(8)
		default:
			out[at] = []byte{0, 0xff, 0x7f, 0x80}[r.IntN(4)]
		}
	}
	if r.IntN(8) == 0 {
		out = out[:r.IntN(len(out))]
	}
	return out
}

// Bounds of memory and time for reading a file of the corpus, or a damaged form of
// it. The time is not a measure of speed: it is exceeded only by a read that hangs.
const (
	MaxBytes = 512 << 20
	MaxTime  = 20 * time.Second
)

// Bounded runs read, and fails the test if it exceeds the bounds. The memory counted
// is all that was allocated, which is more than was ever in use.
func Bounded(t *testing.T, what string, read func()) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := time.Now()
	read()
	took := time.Since(start)
	runtime.ReadMemStats(&after)
	if n := after.TotalAlloc - before.TotalAlloc; n > MaxBytes {
		t.Errorf("%s: %d MB allocated", what, n>>20)
	}
	if took > MaxTime {
		t.Errorf("%s: took %v", what, took)
	}
}
