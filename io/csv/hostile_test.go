package csv

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"github.com/parframe/parframe/parallel"
)

// mutate changes one to five bytes, or cuts the end off.
func mutate(r *rand.Rand, data []byte) []byte {
	data = bytes.Clone(data)
	if len(data) == 0 {
		return data
	}
	for range 1 + r.IntN(5) {
		i := r.IntN(len(data))
		switch r.IntN(4) {
		case 0:
			data[i] = byte(r.IntN(256))
		case 1:
			data[i] = "\",\n\r\\#;' "[r.IntN(9)]
		case 2:
			data[i] ^= 1 << r.IntN(8)
		case 3:
			if r.IntN(4) == 0 {
				data = data[:i+1]
			}
		}
	}
	return data
}

// No mutation of a file of the corpus causes a panic, or another result with tiny ranges
// and three workers than with one range.
func TestCorpusMutations(t *testing.T) {
	dir := corpus(t)
	seeds := 20
	if n, err := strconv.Atoi(os.Getenv("PARFRAME_MUTATIONS")); err == nil {
		seeds = n
	}
	defer func() { rangeSize = usualRange }()
	n := 0
	for _, e := range manifest(t, dir) {
		data, err := os.ReadFile(filepath.Join(dir, e.path))
		if err != nil || len(data) > 100_000 || strings.HasSuffix(e.path, ".json") {
			continue
		}
		r := rand.New(rand.NewPCG(uint64(len(data)), 7))
		for range seeds {
			text := mutate(r, data)
			o := ReadOptions{MaxBytes: 10 << 20}
			switch r.IntN(6) {
			case 0:
				o.LazyQuotes = true
			case 1:
				o.Escape, o.Comment = '\\', '#'
			case 2:
				o.Ragged, o.InvalidUTF8 = RaggedPad, UTF8Replace
			case 3:
				o.NoHeader, o.Ragged = true, RaggedSkip
			}
			rangeSize = 0
			f, err := Read(t.Context(), bytes.NewReader(text), o)
			rangeSize = int64(1 + r.IntN(200))
			g, gerr := Read(t.Context(), bytes.NewReader(text), o, parallel.Workers(3))
			if _, ok := errors.AsType[*parallel.PanicError](err); ok {
				t.Fatalf("%s: %v\n%q", e.path, err, text)
			}
			if !sameError(err, gerr) {
				t.Fatalf("%s: at once %v\nranges of %d bytes: %v\n%+v %q", e.path, err, rangeSize, gerr, o, text)
			}
			if err == nil && !reflect.DeepEqual(show(t, f), show(t, g)) {
				t.Fatalf("%s: ranges of %d bytes give another frame\n%+v %q", e.path, rangeSize, o, text)
			}
			n++
		}
	}
	t.Log(n, "mutations")
}

// repeat is a reader that repeats a text.
type repeat struct {
	text string
	left int64
	at   int
}

func (r *repeat) Read(p []byte) (n int, err error) {
	for n < len(p) && r.left > 0 {
		k := copy(p[n:min(int64(len(p)), int64(n)+r.left)], r.text[r.at:])
		r.at = (r.at + k) % len(r.text)
		r.left -= int64(k)
		n += k
	}
	if n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

// An endless line costs memory for one record, not for the file.
func TestEndlessLine(t *testing.T) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for _, text := range []string{"x", "x,", "\"\n", "1,\"x\n"} {
		_, err := Read(t.Context(), io.MultiReader(strings.NewReader("a,b\n\""), &repeat{text: text, left: 1 << 30}), ReadOptions{MaxRecord: 1 << 20})
		if !errors.Is(err, ErrLimit) && !errors.Is(err, ErrQuote) && !errors.Is(err, ErrFieldCount) {
			t.Errorf("%q: %v", text, err)
		}
	}
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; used > 400<<20 {
		t.Errorf("%d MiB for four endless lines", used>>20)
	}
}

// A string column of more than 2 GiB has several Arrow chunks, each with
// offsets in 32 bits. It takes 3 GiB of memory: PARFRAME_LARGE=1 runs it.
func TestStringsBeyond2GiB(t *testing.T) {
	if os.Getenv("PARFRAME_LARGE") == "" {
		t.Skip("PARFRAME_LARGE is not set: the test takes 3 GiB of memory")
	}
	line := strings.Repeat("x", 1<<20-3) + ",1\n"
	const n = 2200
	f, err := Read(t.Context(), io.MultiReader(strings.NewReader("a,b\n"), &repeat{text: line, left: n << 20}),
		ReadOptions{Types: map[string]arrow.DataType{"a": str, "b": i64}})
	if err != nil || f.NumRows() != n {
		t.Fatal(f, err)
	}
	recs, err := f.ToRecords()
	if err != nil {
		t.Fatal(err)
	}
	total := 0
	for _, rec := range recs {
		c := rec.Column(0).(*array.String)
		for i := range c.Len() {
			total += len(c.Value(i))
		}
	}
	if want := n * (1<<20 - 3); total != want || total < 1<<31 {
		t.Error(fmt.Sprint(total, " bytes, want ", want))
	}
}
