package parquet

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	pq "github.com/apache/arrow/go/v15/parquet"
	"github.com/apache/arrow/go/v15/parquet/compress"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/filetest"
	"github.com/parframe/parframe/parallel"
)

// fuzzMemory is far below what filetest.Bounded lets a read allocate.
const fuzzMemory = 32 << 20

// fuzzSeeds makes small files: every type, with a few in each file, as a short run of
// the fuzzer must get through all seeds first; every compression of ours; and the
// encodings and page versions that only pqarrow writes. Its pages have no
// checksums, so that damage reaches the decoders.
func fuzzSeeds(f *testing.F) (seeds [][]byte) {
	f.Helper()
	small := func(seed uint64, types ...arrow.DataType) *frame.Frame { return frameOf(f, seed, types, 0.3, 9) }
	i := 0
	for types := range slices.Chunk(allTypes(), 5) {
		i++
		seeds = append(seeds, write(f, small(uint64(i), types...), WriteOptions{Compression: Uncompressed, NoDictionary: i%2 == 0}))
	}
	text, list := arrow.BinaryTypes.String, arrow.ListOf(arrow.PrimitiveTypes.Int64)
	for c := range codecs {
		seeds = append(seeds, write(f, frameOf(f, 1, []arrow.DataType{text, list}, 0.3, 12), WriteOptions{Compression: c, RowGroupRows: 7}))
	}
	p := arrow.PrimitiveTypes
	for _, c := range []struct {
		typ  arrow.DataType
		opts []pq.WriterProperty
	}{
		{p.Int64, []pq.WriterProperty{pq.WithDictionaryDefault(false), pq.WithEncoding(pq.Encodings.DeltaBinaryPacked)}},
		{p.Int32, []pq.WriterProperty{pq.WithDictionaryDefault(false), pq.WithEncoding(pq.Encodings.DeltaBinaryPacked), pq.WithDataPageVersion(pq.DataPageV2)}},
		{text, []pq.WriterProperty{pq.WithDictionaryDefault(false), pq.WithEncoding(pq.Encodings.DeltaLengthByteArray)}},
		{text, []pq.WriterProperty{pq.WithDictionaryDefault(false), pq.WithEncoding(pq.Encodings.DeltaByteArray)}},
		{text, []pq.WriterProperty{pq.WithDataPageVersion(pq.DataPageV2), pq.WithCompression(compress.Codecs.Snappy)}},
		{list, []pq.WriterProperty{pq.WithDataPageVersion(pq.DataPageV2), pq.WithDataPageSize(20)}},
		{arrow.FixedWidthTypes.Boolean, nil},
		{p.Float64, []pq.WriterProperty{pq.WithCompression(compress.Codecs.Zstd)}},
		{&arrow.Decimal128Type{Precision: 30, Scale: 3}, nil},
		{arrow.MapOf(text, list), []pq.WriterProperty{pq.WithMaxRowGroupLength(5)}},
		{arrow.StructOf(arrow.Field{Name: "a", Type: list, Nullable: true}, arrow.Field{Name: "b", Type: text, Nullable: true}), nil},
	} {
		if b, err := writePqarrow(small(7, c.typ), c.opts); err == nil {
			seeds = append(seeds, b)
		} else {
			f.Logf("pqarrow cannot write %v: %v", c.typ, err)
		}
	}
	return seeds
}

// FuzzRead reads any bytes, within bounds of memory and time. They are refused with an
// error of a kind, or they are a frame that passes Validate and agrees with the
// metadata, a sequence, and a read with a condition.
func FuzzRead(f *testing.F) {
	for _, b := range fuzzSeeds(f) {
		f.Add(b)
	}
	o := ReadOptions{MaxMemory: fuzzMemory}
	f.Fuzz(func(t *testing.T, b []byte) {
		filetest.Bounded(t, "read", func() {
			got, err := readBytes(b, o, parallel.Serial())
			if err != nil {
				checkRefused(t, err)
			} else if err := got.Validate(); err != nil {
				t.Fatal(err)
			}
			info, err := Stat(bytes.NewReader(b), int64(len(b)))
			if got == nil {
				return // the metadata may be sound although the data is not
			}
			if err != nil || info.NumRows != int64(got.NumRows()) {
				t.Fatalf("%d rows, and Stat says %+v, %v", got.NumRows(), info, err)
			}
			checkOtherReads(t, b, got)
		})
	})
}

// checkRefused fails for an error of no kind, and for a panic that the reader
// turned into an error: a check is then missing.
func checkRefused(t *testing.T, err error) {
	t.Helper()
	if !refused(err) {
		t.Fatalf("an error of no kind: %v", err)
	}
	if strings.Contains(err.Error(), "runtime error") || strings.Contains(err.Error(), "arrow/array") {
		t.Fatalf("a panic: %v", err)
	}
}

// checkOtherReads reads a file as a sequence, and the rows of a condition.
func checkOtherReads(t *testing.T, b []byte, whole *frame.Frame) {
	t.Helper()
	rows := 0
	for part, err := range ReadSeq(t.Context(), bytes.NewReader(b), int64(len(b)), ReadOptions{MaxMemory: fuzzMemory}, parallel.Serial()) {
		if err != nil {
			t.Fatalf("the whole file can be read, and as a sequence: %v", err)
		}
		rows += part.NumRows()
	}
	if rows != whole.NumRows() {
		t.Fatalf("%d rows, and %d in a sequence", whole.NumRows(), rows)
	}
	for _, c := range whole.Columns() {
		if !arrow.IsInteger(c.Type().ID()) {
			continue
		}
		some, err := readBytes(b, ReadOptions{MaxMemory: fuzzMemory, Where: []Condition{Where(c.Name(), Between(-3, 3))}}, parallel.Serial())
		if err != nil {
			checkRefused(t, err) // there is memory for the column once, and not twice
		} else if some.NumRows() > whole.NumRows() {
			t.Fatalf("%d rows, of which %d satisfy a condition", whole.NumRows(), some.NumRows())
		}
		return
	}
}
