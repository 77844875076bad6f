package csv

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/decimal128"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/google/go-cmp/cmp"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/parallel"
)

// frameOf builds a frame with one column from JSON values, as Arrow reads them.
func frameOf(t testing.TB, typ arrow.DataType, values string) *frame.Frame {
	t.Helper()
	a, _, err := array.FromJSON(memory.DefaultAllocator, typ, strings.NewReader(values))
	if err != nil {
		t.Fatal(err)
	}
	return frameOfArrays(t, a)
}

func frameOfArrays(t testing.TB, arrays ...arrow.Array) *frame.Frame {
	t.Helper()
	var fields []arrow.Field
	for i, a := range arrays {
		fields = append(fields, arrow.Field{Name: string(rune('a' + i)), Type: a.DataType(), Nullable: true})
	}
	schema := arrow.NewSchema(fields, nil)
	f, err := frame.FromRecords(schema, array.NewRecord(schema, arrays, int64(arrays[0].Len())))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestWriteText(t *testing.T) {
	zoned := func(z string) arrow.DataType { return &arrow.TimestampType{Unit: arrow.Millisecond, TimeZone: z} }
	for _, c := range []struct {
		name   string
		typ    arrow.DataType
		values string
		o      WriteOptions
		want   string
	}{
		{"ints", arrow.PrimitiveTypes.Int64, `[1, -9223372036854775808, 9007199254740992]`, WriteOptions{}, "a\n1\n-9223372036854775808\n9007199254740992\n"},
		{"uint8", arrow.PrimitiveTypes.Uint8, `[0, 255]`, WriteOptions{}, "a\n0\n255\n"},
		{"int8", arrow.PrimitiveTypes.Int8, `[-128, 127]`, WriteOptions{NoHeader: true}, "-128\n127\n"},
		{"a lone null", arrow.PrimitiveTypes.Int64, `[1, null, 3]`, WriteOptions{}, "a\n1\n\"\"\n3\n"},
		{"null string", arrow.PrimitiveTypes.Int64, `[1, null]`, WriteOptions{NullString: "NA"}, "a\n1\nNA\n"},
		{"null text is a value", arrow.PrimitiveTypes.Int64, `[1, null, -1]`, WriteOptions{NullString: "-1"}, "a\n1\n-1\n\"-1\"\n"},
		{"bools", arrow.FixedWidthTypes.Boolean, `[true, false]`, WriteOptions{}, "a\ntrue\nfalse\n"},
		{"strings", arrow.BinaryTypes.String, `["x", "", "a,b", "q\"q", "l\nl", "c\rc", " ", null]`, WriteOptions{}, "a\nx\n\"\"\n\"a,b\"\n\"q\"\"q\"\n\"l\nl\"\n\"c\rc\"\n \n\n"},
		{"a string like null", arrow.BinaryTypes.String, `["NA", null, ""]`, WriteOptions{NullString: "NA"}, "a\n\"NA\"\nNA\n\"\"\n"},
		{"byte order mark", arrow.BinaryTypes.String, `["\ufeffx"]`, WriteOptions{NoHeader: true}, "\"\ufeffx\"\n"},
		{"all strings in quotes", arrow.BinaryTypes.String, `["x", null]`, WriteOptions{Quoting: QuoteStrings}, "\"a\"\n\"x\"\n\n"},
		{"all in quotes", arrow.PrimitiveTypes.Int64, `[1]`, WriteOptions{Quoting: QuoteAll}, "\"a\"\n\"1\"\n"},
		{"quoted strings leave ints", arrow.PrimitiveTypes.Int64, `[1]`, WriteOptions{Quoting: QuoteStrings}, "\"a\"\n1\n"},
		{"formulas", arrow.BinaryTypes.String, `["=1+1", "+x", "-x", "@x", "\tx", "x=", "\u0000"]`, WriteOptions{EscapeFormulas: true}, "a\n'=1+1\n'+x\n'-x\n'@x\n'\tx\nx=\n'\x00\n"},
		{"numbers are no formulas", arrow.PrimitiveTypes.Int64, `[-5]`, WriteOptions{EscapeFormulas: true}, "a\n-5\n"},
		{"CRLF", arrow.PrimitiveTypes.Int64, `[1]`, WriteOptions{CRLF: true}, "a\r\n1\r\n"},
		{"a delimiter in numbers", arrow.PrimitiveTypes.Float64, `[1.5, 2]`, WriteOptions{Delimiter: '.'}, "a\n\"1.5\"\n\"2.0\"\n"},
		{"another quote", arrow.BinaryTypes.String, `["it's", "\""]`, WriteOptions{Quote: '\''}, "a\n'it''s'\n\"\n"},
		{"floats", arrow.PrimitiveTypes.Float64, `[0, -0.0, 1, 1.5, -2.25, 0.1, 100000, 1e15, 1e16, 1e21, 1e-5, 1e-7, 123456.789, 5e-324]`, WriteOptions{},
			"a\n0.0\n-0.0\n1.0\n1.5\n-2.25\n0.1\n100000.0\n1000000000000000.0\n1e+16\n1e+21\n0.00001\n1e-07\n123456.789\n5e-324\n"},
		{"float32", arrow.PrimitiveTypes.Float32, `[0.1, 16777216, 1e-10]`, WriteOptions{}, "a\n0.1\n16777216.0\n1e-10\n"},
		{"date32", arrow.FixedWidthTypes.Date32, `["1969-12-31", "2024-02-29", "0000-01-01"]`, WriteOptions{}, "a\n1969-12-31\n2024-02-29\n0000-01-01\n"},
		{"date64", arrow.FixedWidthTypes.Date64, `["1969-12-31", "2024-02-29"]`, WriteOptions{}, "a\n1969-12-31\n2024-02-29\n"},
		{"time32", arrow.FixedWidthTypes.Time32ms, `["23:59:59.5", "00:00:00"]`, WriteOptions{}, "a\n23:59:59.5\n00:00:00\n"},
		{"time64", arrow.FixedWidthTypes.Time64ns, `["23:59:59.000000001"]`, WriteOptions{}, "a\n23:59:59.000000001\n"},
		{"local timestamp", &arrow.TimestampType{Unit: arrow.Microsecond}, `["2020-01-02 03:04:05.000001", "1969-12-31 23:59:59.5"]`, WriteOptions{}, "a\n2020-01-02 03:04:05.000001\n1969-12-31 23:59:59.5\n"},
		{"UTC", zoned("UTC"), `["2020-01-02 03:04:05"]`, WriteOptions{}, "a\n2020-01-02 03:04:05Z\n"},
		{"a zone", zoned("Europe/Berlin"), `["2020-07-02 03:04:05", "2020-01-02 03:04:05"]`, WriteOptions{}, "a\n2020-07-02 05:04:05+02:00\n2020-01-02 04:04:05+01:00\n"},
		{"a zone in the west", zoned("-05:30"), `["2020-07-02 03:04:05"]`, WriteOptions{}, "a\n2020-07-01 21:34:05-05:30\n"},
		{"decimal", &arrow.Decimal128Type{Precision: 10, Scale: 2}, `["1.50", "-0.05"]`, WriteOptions{}, "a\n1.50\n-0.05\n"},
		{"null column", arrow.Null, `[null]`, WriteOptions{NullString: "-"}, "a\n-\n"},
		{"dictionary", &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: arrow.BinaryTypes.String}, `["x", null, "", "x"]`, WriteOptions{}, "a\nx\n\n\"\"\nx\n"},
		{"binary", arrow.BinaryTypes.Binary, `["eA==", "LA=="]`, WriteOptions{}, "a\nx\n\",\"\n"},
		{"large string", arrow.BinaryTypes.LargeString, `["x", ""]`, WriteOptions{}, "a\nx\n\"\"\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := frameOf(t, c.typ, c.values)
			for _, run := range [][]parallel.Option{nil, {parallel.Serial()}, {parallel.Workers(3)}} {
				if got := written(t, f, c.o, run...); got != c.want {
					t.Errorf("got  %q\nwant %q", got, c.want)
				}
			}
		})
	}
}

// A frame that is written is read back as the same frame, given the types, and so is a
// slice of it.
func TestWriteReadRoundTrip(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	tiny(t, func(t *testing.T) {
		for range 60 {
			n := r.IntN(40)
			f := randomFrame(t, r, n)
			if n > 2 && r.IntN(2) == 0 {
				var err error
				if f, err = f.Slice(1, n-1); err != nil {
					t.Fatal(err)
				}
			}
			null := []string{"", "NA", "0"}[r.IntN(3)]
			wo := WriteOptions{NullString: null, CRLF: r.IntN(2) == 0, Quoting: Quoting(r.IntN(3)), Delimiter: []rune{0, ';', '|', '.', '5', 'e'}[r.IntN(6)]}
			ro := ReadOptions{Types: Types(f.Schema()), Delimiter: wo.Delimiter, NullStrings: []string{null}}
			text := written(t, f, wo)
			if want, got := show(t, f), show(t, mustRead(t, text, ro)); !reflect.DeepEqual(want, got) {
				t.Fatalf("%+v: %.300q\n%s", wo, text, cmp.Diff(want, got))
			}
		}
	})
}

func randomFrame(t testing.TB, r *rand.Rand, n int) *frame.Frame {
	var arrays []arrow.Array
	null := func() bool { return r.IntN(5) == 0 }
	add := func(b array.Builder, one func()) {
		for range n {
			if null() {
				b.AppendNull()
			} else {
				one()
			}
		}
		arrays = append(arrays, b.NewArray())
	}
	mem := memory.DefaultAllocator
	words := []string{"", "x", "NA", "0", "a,b;c|d", "\"", "\r\n", "\r", "\n", " ", "ü", "5", "=1", "\ufeff", "long enough to be beyond sixteen bytes"}
	sb := array.NewStringBuilder(mem)
	add(sb, func() { sb.Append(words[r.IntN(len(words))]) })
	if r.IntN(5) == 0 {
		return frameOfArrays(t, arrays...)
	}
	ib := array.NewInt64Builder(mem)
	add(ib, func() { ib.Append(int64(r.Uint64()) >> r.IntN(64)) })
	fb := array.NewFloat64Builder(mem)
	add(fb, func() { fb.Append(randomFloat(r)) })
	f32 := array.NewFloat32Builder(mem)
	add(f32, func() { f32.Append(float32(randomFloat(r))) })
	bb := array.NewBooleanBuilder(mem)
	add(bb, func() { bb.Append(r.IntN(2) == 0) })
	ts := array.NewTimestampBuilder(mem, &arrow.TimestampType{Unit: arrow.Nanosecond})
	add(ts, func() { ts.Append(arrow.Timestamp(r.Uint64())) })
	tz := array.NewTimestampBuilder(mem, &arrow.TimestampType{Unit: arrow.Second, TimeZone: "America/New_York"})
	add(tz, func() { tz.Append(arrow.Timestamp(r.Int64N(4e9) - 2e9)) })
	d := array.NewDate32Builder(mem)
	add(d, func() { d.Append(arrow.Date32(r.Int32N(2_000_000) - 700_000)) })
	dec := array.NewDecimal128Builder(mem, &arrow.Decimal128Type{Precision: 38, Scale: 3})
	add(dec, func() { dec.Append(decimal128.New(r.Int64()>>r.IntN(63)/1e3, r.Uint64())) })
	u := array.NewUint64Builder(mem)
	add(u, func() { u.Append(r.Uint64() >> r.IntN(64)) })
	return frameOfArrays(t, arrays...)
}

func randomFloat(r *rand.Rand) float64 {
	switch r.IntN(6) {
	case 0:
		return math.Float64frombits(r.Uint64() & 0x7fefffffffffffff)
	case 1:
		return float64(r.Int64N(2e9)-1e9) / 100
	case 2:
		return float64(r.Int64N(200) - 100)
	case 3:
		return []float64{math.Inf(1), math.Inf(-1), 0, math.Copysign(0, -1), 5e-324, math.MaxFloat64}[r.IntN(6)]
	case 4:
		return r.Float64()
	}
	return r.NormFloat64() * math.Pow(10, float64(r.IntN(40)-20))
}

func TestAppendFloatIsTheShortest(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 300_000 {
		v := randomFloat(r)
		got := string(appendFloat(nil, v))
		back, ok := parseFloat([]byte(got), '.', 64)
		if !ok || math.Float64bits(back) != math.Float64bits(v) {
			t.Fatalf("%x is written as %s, which is %x", math.Float64bits(v), got, math.Float64bits(back))
		}
		if want := string(appendFloatBits(nil, v, 64)); got != want {
			t.Fatalf("%s; the slow way gives %s", got, want)
		}
	}
}

// encoding/csv reads the text that is written, except for what it does not distinguish.
func TestEncodingCSVReadsIt(t *testing.T) {
	f := frameOfArrays(t, jsonArray(t, arrow.BinaryTypes.String, `["x", "a,b", "q\"q", "l\nl", " y"]`), jsonArray(t, arrow.PrimitiveTypes.Int64, `[1,2,3,null,5]`))
	got, err := csv.NewReader(strings.NewReader(written(t, f, WriteOptions{}))).ReadAll()
	want := [][]string{{"a", "b"}, {"x", "1"}, {"a,b", "2"}, {"q\"q", "3"}, {"l\nl", ""}, {" y", "5"}}
	if err != nil || !cmp.Equal(got, want) {
		t.Error(err, cmp.Diff(want, got))
	}
}

func jsonArray(t testing.TB, typ arrow.DataType, values string) arrow.Array {
	a, _, err := array.FromJSON(memory.DefaultAllocator, typ, strings.NewReader(values))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestWriteErrors(t *testing.T) {
	ints := frameOf(t, arrow.PrimitiveTypes.Int64, `[1]`)
	for _, c := range []struct {
		f    *frame.Frame
		o    WriteOptions
		kind error
		want string
	}{
		{new(frame.Frame), WriteOptions{}, ErrUnsupported, "without columns"},
		{frameOf(t, arrow.ListOf(arrow.PrimitiveTypes.Int64), `[[1]]`), WriteOptions{}, ErrUnsupported, "column 1 (a): unsupported: list<item: int64, nullable>; accepted: bool"},
		{ints, WriteOptions{Quote: NoQuote}, parallel.ErrOption, "Quote"},
		{ints, WriteOptions{Delimiter: '"'}, parallel.ErrOption, `Quote '"' is also Delimiter`},
		{ints, WriteOptions{Delimiter: 'é'}, parallel.ErrOption, "Delimiter 'é'; accepted: one ASCII character"},
		{ints, WriteOptions{NullString: "a,b"}, parallel.ErrOption, "NullString"},
		{ints, WriteOptions{Quoting: 9}, parallel.ErrOption, "Quoting 9"},
		{ints, WriteOptions{Compression: 9}, parallel.ErrOption, "Compression 9"},
		{frameOf(t, &arrow.TimestampType{Unit: arrow.Second}, `[400000000000]`), WriteOptions{}, frame.ErrValue, "column 1 (a): value does not fit: row 0: a year beyond"},
		{frameOf(t, arrow.FixedWidthTypes.Time32s, `[86400]`), WriteOptions{}, frame.ErrValue, "no time of day"},
	} {
		err := Write(t.Context(), new(bytes.Buffer), c.f, c.o)
		if !errors.Is(err, c.kind) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v\nwant %v with %q", err, c.kind, c.want)
		}
	}
	if err := Write(t.Context(), new(bytes.Buffer), ints, WriteOptions{}, parallel.Workers(0)); !errors.Is(err, parallel.ErrOption) {
		t.Error(err)
	}
}

func TestWriteFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.csv")
	f := frameOf(t, arrow.PrimitiveTypes.Int64, `[1, 2]`)
	for c, magic := range []string{"a\n", "\x1f\x8b", "\x28\xb5\x2f\xfd"} {
		if err := WriteFile(t.Context(), path, f, WriteOptions{Compression: Compression(c)}); err != nil {
			t.Fatal(err)
		}
		if b, _ := os.ReadFile(path); !strings.HasPrefix(string(b), magic) {
			t.Errorf("%q, want it to begin with %q", b, magic)
		}
		g, err := ReadFile(t.Context(), path, ReadOptions{})
		if err != nil || !cmp.Equal(show(t, f), show(t, g)) {
			t.Errorf("%v, %v", err, g)
		}
	}
	bad := frameOf(t, arrow.FixedWidthTypes.Time32s, `[86400]`)
	if err := WriteFile(t.Context(), path, bad, WriteOptions{}); err == nil || !strings.Contains(err.Error(), path) {
		t.Error(err)
	}
	if _, err := ReadFile(t.Context(), path, ReadOptions{}); err != nil {
		t.Error("a failed write harmed the file:", err)
	}
	err := WriteFile(t.Context(), t.TempDir(), f, WriteOptions{})
	if _, ok := errors.AsType[*fs.PathError](err); !ok {
		t.Error("a directory was replaced:", err)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("enough"))
	if err := WriteFile(ctx, path, f, WriteOptions{}); err == nil || err.Error() != "enough" {
		t.Error(err)
	}
	if entries, _ := os.ReadDir(filepath.Dir(path)); len(entries) != 1 {
		t.Errorf("%d files in the folder, want 1", len(entries))
	}
}

// failing is a writer that fails after n bytes.
type failing struct{ n int }

var errDisk = errors.New("disk full")

func (w *failing) Write(p []byte) (int, error) {
	if w.n -= len(p); w.n < 0 {
		return 0, errDisk
	}
	return len(p), nil
}

// A writer that fails at any byte fails the call. A compressor writes its last bytes when
// it is closed, so for small frames the only error is that of its Close.
func TestWriteToAFailingWriter(t *testing.T) {
	for _, rows := range []int{1, 20_000} {
		f := frameOfArrays(t, jsonArray(t, arrow.PrimitiveTypes.Int64, "["+strings.Repeat("1,", rows)+"1]"))
		for _, c := range []Compression{Uncompressed, Gzip, Zstd} {
			var all bytes.Buffer
			if err := Write(t.Context(), &all, f, WriteOptions{Compression: c}); err != nil {
				t.Fatal(err)
			}
			for n := 0; n < all.Len(); n += 1 + all.Len()/100 {
				if err := Write(t.Context(), &failing{n}, f, WriteOptions{Compression: c}); !errors.Is(err, errDisk) {
					t.Errorf("compression %d, %d rows, after %d of %d bytes: %v", c, rows, n, all.Len(), err)
				}
			}
			if err := Write(t.Context(), &failing{all.Len() - 1}, f, WriteOptions{Compression: c}); !errors.Is(err, errDisk) {
				t.Errorf("compression %d, %d rows, without the last byte: %v", c, rows, err)
			}
		}
	}
}
