package parquet

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/pqmeta"
	"github.com/parframe/parframe/parallel"
)

// The bytes of a file, and the frame that is read, do not depend on how many
// goroutines made them.
func TestSameForAnyWorkers(t *testing.T) {
	f := frameOf(t, 8, allTypes(), 0.2, 100, 333, 70)
	for _, o := range []WriteOptions{{}, {RowGroupRows: 50}, {Compression: Zstd, RowGroupRows: 200}} {
		want := write(t, f, o, parallel.Serial())
		serial, err := readBytes(want, ReadOptions{}, parallel.Serial())
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range []int{1, 2, 3, 8, 64} {
			if got := write(t, f, o, parallel.Workers(n)); !bytes.Equal(want, got) {
				t.Errorf("%d workers write other bytes", n)
			}
			got, err := readBytes(want, ReadOptions{}, parallel.Workers(n))
			if err != nil {
				t.Fatal(err)
			}
			equal(t, serial, got)
			for i, c := range serial.Columns() {
				a, b := c.Chunks(), got.Columns()[i].Chunks()
				if len(a) != len(b) {
					t.Fatalf("%d workers: %d chunks, serial %d", n, len(b), len(a))
				}
				for k := range a {
					if a[k].Len() != b[k].Len() {
						t.Errorf("%d workers: chunk %d has %d rows, serial %d", n, k, b[k].Len(), a[k].Len())
					}
				}
			}
		}
	}
}

// The levels of a page come after their length in four bytes.
func TestLengthOfLevels(t *testing.T) {
	for _, n := range []int{0, 1, 300, 1<<16 + 2, 1<<24 + 3} {
		w := &chunkWriter{page: []byte("page")}
		w.levels(func(b []byte) []byte { return append(b, make([]byte, n)...) })
		if got := int(binary.LittleEndian.Uint32(w.page[4:])); got != n || len(w.page) != 8+n {
			t.Errorf("%d, want %d", got, n)
		}
	}
}

// Pages have about a mebibyte of values.
func TestPerPage(t *testing.T) {
	for _, c := range []struct {
		kind        convKind
		width       int // of a value, in bytes
		values      int
		text        int64
		code, codes int // bits of a dictionary's code, and codes of a page
	}{
		{fixedConv, 8, pageBytes / 8, math.MaxInt64, 8, pageBytes / 4}, {fixedConv, 3 << 20, 1, math.MaxInt64, 1, 2 * pageBytes},
		{bitsConv, 0, pageBytes, math.MaxInt64, 0, 2 * pageBytes}, {stringConv, 0, pageBytes / 4, pageBytes, 16, pageBytes / 8},
	} {
		w := &chunkWriter{leafWriter: &leafWriter{enc: encoder{kind: c.kind, out: c.width}}}
		if values, text := w.perPage(false, 0); values != c.values || text != c.text {
			t.Errorf("kind %d: %d values, %d bytes of text", c.kind, values, text)
		}
		if values, text := w.perPage(true, c.code); values != c.codes || text != math.MaxInt64 {
			t.Errorf("codes of %d bits: %d, %d bytes of text", c.code, values, text)
		}
	}
}

// A decimal whose bytes do not fit is refused, and no other.
func TestDecimalsThatDoNotFit(t *testing.T) {
	for _, in := range []int{16, 32} {
		for precision := 1; precision <= map[int]int{16: 38, 32: 76}[in]; precision++ {
			_, e, err := decimalEncoding(pqmeta.Element{}, int32(precision), 0, in)
			if err != nil {
				t.Fatal(err)
			}
			if e.out >= in {
				continue
			}
			limit := new(big.Int).Lsh(big.NewInt(1), uint(8*e.out-1))
			for _, beyond := range []int64{0, 1, -1} {
				v := new(big.Int).Sub(limit, big.NewInt(beyond))
				for _, neg := range []bool{false, true} {
					x := new(big.Int).Set(v)
					fits := beyond > 0
					if neg {
						x.Neg(x)
						fits = beyond >= 0
					}
					if err := e.fn(make([]byte, e.out), littleEndian(x, in), 1); (err == nil) != fits || err != nil && !errors.Is(err, frame.ErrValue) {
						t.Errorf("%d digits in %d of %d bytes: %v: %v", precision, e.out, in, x, err)
					}
				}
			}
		}
	}
}

// littleEndian is the two's complement of x.
func littleEndian(x *big.Int, size int) []byte {
	if x.Sign() < 0 {
		x = new(big.Int).Add(x, new(big.Int).Lsh(big.NewInt(1), uint(8*size)))
	}
	b := x.FillBytes(make([]byte, size))
	slices.Reverse(b)
	return b
}

// Each compression gives the frame back.
func TestCompressions(t *testing.T) {
	f := frameOf(t, 8, allTypes(), 0.2, 500)
	for c := range codecs {
		got, err := readBytes(write(t, f, WriteOptions{Compression: c}), ReadOptions{})
		if err != nil {
			t.Errorf("%v: %v", c, err)
			continue
		}
		equal(t, f, got)
	}
}

type fullDisk struct{ left int }

var errFull = errors.New("disk full")

func (d *fullDisk) Write(p []byte) (int, error) {
	if d.left -= len(p); d.left < 0 {
		return 0, errFull
	}
	return len(p), nil
}

// A disk that is full after any number of bytes is an error.
func TestWriteDiskFull(t *testing.T) {
	f := sample(t)
	size := len(write(t, f, WriteOptions{RowGroupRows: 3}))
	for n := range size {
		if err := Write(t.Context(), &fullDisk{n}, f, WriteOptions{RowGroupRows: 3}); !errors.Is(err, errFull) {
			t.Fatalf("after %d of %d bytes: %v", n, size, err)
		}
	}
}

func TestWriteFileRefuses(t *testing.T) {
	dir := t.TempDir()
	link := filepath.Join(dir, "link")
	if err := os.Symlink(filepath.Join(dir, "x"), link); err != nil {
		t.Skip(err)
	}
	for _, path := range []string{dir, link, filepath.Join(dir, "none", "a")} {
		if err := WriteFile(t.Context(), path, sample(t), WriteOptions{}); err == nil {
			t.Errorf("%s was written", path)
		}
	}
}

func TestMetadata(t *testing.T) {
	b := write(t, sample(t), WriteOptions{Metadata: map[string]string{"b": "2", "a": "1", "": "empty"}})
	got, err := readBytes(b, ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	m := got.Schema().Metadata()
	if fmt.Sprint(m.Keys(), m.Values()) != "[ a b] [empty 1 2]" {
		t.Errorf("%q %q", m.Keys(), m.Values())
	}
	again, err := readBytes(write(t, got, WriteOptions{Metadata: map[string]string{"a": "new"}}), ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if i := again.Schema().Metadata().FindKey("a"); i < 0 || again.Schema().Metadata().Values()[i] != "new" {
		t.Errorf("%v", again.Schema().Metadata())
	}
}

// Dictionaries are those that a map makes, for values that repeat often and rarely.
func TestDictionaries(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		distinct := rapid.SampledFrom([]int{1, 3, 200, 3000, 10_000}).Draw(t, "distinct")
		n := rapid.SampledFrom([]int{1, 2, 100, 5000, 9000}).Draw(t, "n")
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		var fixed8, fixed4, fixed12, data []byte
		offs := []int64{0}
		var values []string
		for range n {
			x := uint32(r.IntN(distinct)) * 2654435761
			b := []byte{byte(x), byte(x >> 8), byte(x >> 16), byte(x >> 24)}
			fixed4 = append(fixed4, b...)
			fixed8 = append(append(fixed8, b...), b...)
			fixed12 = append(append(append(fixed12, b...), b...), b...)
			s := fmt.Sprint(x)[:1+int(x%uint32(len(fmt.Sprint(x))))]
			if x%7 == 0 {
				s += "a long tail that is past sixteen bytes"
			}
			data = append(data, s...)
			offs = append(offs, int64(len(data)))
			values = append(values, s)
		}
		check := func(name string, d *dictionary, idx []uint32, entry func(i int) string, value func(k int) string) {
			if d == nil {
				if n < dictTrial {
					t.Fatalf("%s: no dictionary for %d values", name, n)
				}
				return
			}
			first := make(map[string]int)
			for k := range n {
				v := value(k)
				want, ok := first[v]
				if !ok {
					want = len(first)
					first[v] = want
				}
				if int(idx[k]) != want || entry(want) != v {
					t.Fatalf("%s: value %d is entry %d %q, want %d %q", name, k, idx[k], entry(int(idx[k])), want, v)
				}
			}
			if d.n != len(first) {
				t.Fatalf("%s: %d entries, want %d", name, d.n, len(first))
			}
		}
		for width, b := range map[int][]byte{4: fixed4, 8: fixed8, 12: fixed12} {
			d, idx := fixedDictionary(t.Context(), b, n, width)
			at := func(b []byte) func(int) string {
				return func(i int) string { return string(b[i*width : (i+1)*width]) }
			}
			if d == nil {
				check(fmt.Sprint(width), nil, nil, nil, nil)
				continue
			}
			check(fmt.Sprint(width), d, idx, at(d.fixed), at(b))
		}
		d, idx := textDictionary(t.Context(), offs, data, n)
		if d == nil {
			check("text", nil, nil, nil, nil)
			return
		}
		check("text", d, idx, func(i int) string { return string(d.data[d.offs[i]:d.offs[i+1]]) }, func(k int) string { return values[k] })
	})
}
