package parquet

import (
	"encoding/binary"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/filetest"
	"github.com/parframe/parframe/internal/pqmeta"
	"github.com/parframe/parframe/internal/thrift"
)

// withFooter returns the file with a footer that edit has changed.
func withFooter(t *testing.T, b []byte, edit func(*pqmeta.File)) []byte {
	t.Helper()
	n := int(binary.LittleEndian.Uint32(b[len(b)-8:]))
	start := len(b) - 8 - n
	meta, err := pqmeta.ParseFile(b[start:len(b)-8], func() error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	edit(meta)
	var w thrift.Writer
	pqmeta.AppendFile(&w, meta)
	out := append(append([]byte(nil), b[:start]...), w.Bytes()...)
	return append(binary.LittleEndian.AppendUint32(out, uint32(len(w.Bytes()))), magic...)
}

// A column that is not supported, as listed in the doc of the package, is an error
// that names it, and the other columns can be read.
func TestUnsupportedColumns(t *testing.T) {
	whole := write(t, sample(t), WriteOptions{}) // n int64, s string, x float64
	kind := func(k pqmeta.Kind) func(*pqmeta.File) {
		return func(f *pqmeta.File) {
			f.Schema[2].Logical, f.Schema[2].Converted = pqmeta.Logical{Kind: k}, pqmeta.NoConverted
		}
	}
	for name, edit := range map[string]func(*pqmeta.File){
		"VARIANT":   kind(pqmeta.VariantKind),
		"GEOMETRY":  kind(pqmeta.GeometryKind),
		"GEOGRAPHY": kind(pqmeta.GeographyKind),
		"19":        kind(19),
		"LZO":       func(f *pqmeta.File) { f.RowGroups[0].Columns[1].Codec = pqmeta.LZO },
		"codec 9":   func(f *pqmeta.File) { f.RowGroups[0].Columns[1].Codec = 9 },
	} {
		b := withFooter(t, whole, edit)
		_, err := readBytes(b, ReadOptions{})
		if !errors.Is(err, ErrUnsupported) || !strings.Contains(err.Error(), `column "s"`) || !strings.Contains(err.Error(), strings.TrimPrefix(name, "codec ")) {
			t.Errorf("%s: %v", name, err)
		}
		got, err := readBytes(b, ReadOptions{Columns: []string{"x", "n"}})
		if err != nil || got.NumRows() != 7 {
			t.Errorf("%s: the other columns: %v", name, err)
		}
	}
}

// Files of the corpus that need what is not supported are refused as such.
func TestUnsupportedFilesOfTheCorpus(t *testing.T) {
	seen := 0
	for _, c := range filetest.Corpus(t, "parquet") {
		want := ""
		switch {
		case strings.Contains(c.Name, "encrypt") && !strings.Contains(c.Expect, "rows"):
			want = "encrypted"
		case strings.Contains(c.Expect, "unsupported logical type"):
			want = "VARIANT"
		case strings.Contains(c.Name, "geospatial/crs-"):
			want = "GEO"
		default:
			continue
		}
		seen++
		if _, err := readBytes(c.Data, ReadOptions{}); !errors.Is(err, ErrUnsupported) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want ErrUnsupported with %s", c.Name, err, want)
		}
	}
	if seen < 80 {
		t.Errorf("%d files, want at least 80", seen)
	}
}

// Only the encodings that the format has for a type are decoded: bytes in another one
// could pass for values.
func TestEncodingsOfFixedTypes(t *testing.T) {
	delta := []pqmeta.Type{pqmeta.Int32, pqmeta.Int64}
	all := append(delta, pqmeta.Float, pqmeta.Double, pqmeta.Int96, pqmeta.FixedLenByteArray)
	types := map[pqmeta.Encoding][]pqmeta.Type{
		pqmeta.Plain: all, pqmeta.PlainDictionary: all, pqmeta.RLEDictionary: all, pqmeta.DeltaBinaryPacked: delta,
		pqmeta.ByteStreamSplit: slices.DeleteFunc(slices.Clone(all), func(t pqmeta.Type) bool { return t == pqmeta.Int96 }),
		pqmeta.DeltaByteArray:  {pqmeta.FixedLenByteArray},
	}
	for enc := range pqmeta.Encoding(12) {
		for _, typ := range all {
			l := &leaf{el: &pqmeta.Element{Type: typ}, conv: converter{in: 4, out: 4}}
			c := &columnChunk{leaf: l, budget: newBudget(0, 0), dictN: -1}
			err := c.fixedPage(make([]byte, 4), &page{entries: 1, values: 1, enc: enc, body: make([]byte, 64)})
			if want := !slices.Contains(types[enc], typ); errors.Is(err, ErrUnsupported) != want {
				t.Errorf("%v in %v: %v", typ, enc, err)
			}
		}
	}
}

// An INT96 beyond the years of nanoseconds is a value that does not fit.
func TestInt96OutOfRange(t *testing.T) {
	for _, c := range []struct {
		at   time.Time
		fits bool
	}{
		{time.Date(3000, 1, 1, 0, 0, 0, 0, time.UTC), false},
		{time.Date(1600, 1, 1, 0, 0, 0, 0, time.UTC), false},
		{time.Unix(0, math.MaxInt64), true},
		{time.Unix(0, math.MaxInt64).Add(1), false},
		{time.Unix(0, math.MinInt64), true},
		{time.Unix(0, math.MinInt64).Add(-1), false},
		{time.Date(2262, 4, 12, 0, 0, 0, 0, time.UTC), false},
		{time.Date(1677, 9, 21, 0, 0, 0, 0, time.UTC), false},
		{time.Date(1677, 9, 22, 0, 0, 0, 0, time.UTC), true},
		{time.Unix(0, 0), true}, {time.Unix(0, -1), true}, {time.Unix(86400, 0), true},
	} {
		sec, nano := c.at.Unix(), int64(c.at.Nanosecond())
		day := sec / 86400
		if sec%86400 < 0 {
			day--
		}
		in, nanos := day, (sec-day*86400)*1e9+nano
		for range 3 { // the nanoseconds may be of the day before, or after
			src, dst := make([]byte, 12), make([]byte, 8)
			binary.LittleEndian.PutUint64(src, uint64(nanos))
			binary.LittleEndian.PutUint32(src[8:], uint32(in+julianUnixEpoch))
			err := fromInt96(dst, src, 1)
			if got := int64(binary.LittleEndian.Uint64(dst)); c.fits && (err != nil || got != c.at.UnixNano()) || !c.fits && !errors.Is(err, frame.ErrValue) {
				t.Errorf("%v as day %d and %d ns: %d, %v", c.at.UTC(), in, nanos, got, err)
			}
			if in == day {
				in, nanos = day+1, nanos-nanosPerDay
			} else {
				in, nanos = day-1, nanos+2*nanosPerDay
			}
			if nanos > nanosPerDay {
				break
			}
		}
	}
	for _, nanos := range []int64{nanosPerDay + 1, -nanosPerDay - 1, math.MaxInt64, math.MinInt64} {
		src := make([]byte, 12)
		binary.LittleEndian.PutUint64(src, uint64(nanos))
		binary.LittleEndian.PutUint32(src[8:], julianUnixEpoch)
		if err := fromInt96(make([]byte, 8), src, 1); !errors.Is(err, frame.ErrValue) {
			t.Errorf("%d ns in a day: %v", nanos, err)
		}
	}
}
