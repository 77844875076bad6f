package parquet

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"github.com/parframe/parframe/frame"
)

// More text than 32-bit offsets can address becomes several Arrow chunks of the same
// type. Large types have one chunk.
func TestLargeText(t *testing.T) {
	defer func(n int) { maxSmall = n }(maxSmall)
	types := []arrow.DataType{arrow.BinaryTypes.String, arrow.BinaryTypes.Binary, arrow.BinaryTypes.LargeString, arrow.BinaryTypes.StringView,
		&arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int32, ValueType: arrow.BinaryTypes.String}}
	for _, nulls := range []float64{0, 0.4} {
		for _, o := range []WriteOptions{{}, {NoDictionary: true}} {
			f := frameOf(t, 4, types, nulls, 1000)
			b := write(t, f, o)
			maxSmall = 500
			got, err := readBytes(b, ReadOptions{})
			maxSmall = math.MaxInt32
			if err != nil {
				t.Fatal(err)
			}
			equal(t, f, got)
			for i, c := range got.Columns() {
				if n := len(c.Chunks()); (n > 1) != (i != 2) {
					t.Errorf("%v: %d chunks", c.Type(), n)
				}
			}
		}
	}
	lists := frameOf(t, 4, []arrow.DataType{arrow.ListOf(arrow.BinaryTypes.String)}, 0, 1000)
	b := write(t, lists, WriteOptions{})
	maxSmall = 500
	if _, err := readBytes(b, ReadOptions{}); !errors.Is(err, ErrUnsupported) || !strings.Contains(err.Error(), `"c0"`) {
		t.Errorf("in lists: %v", err)
	}
}

// Indices of eight bits number 128 values. A row group with more becomes several Arrow
// chunks.
func TestManyDictionaryValues(t *testing.T) {
	dt := &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: arrow.PrimitiveTypes.Int64}
	var chunks []arrow.Array
	for k := range 3 {
		b := array.NewDictionaryBuilder(memory.DefaultAllocator, dt).(*array.Int64DictionaryBuilder)
		for i := range 100 {
			b.Append(int64(1000*k + i))
		}
		chunks = append(chunks, b.NewArray())
	}
	schema := arrow.NewSchema([]arrow.Field{{Name: "d", Type: dt}}, nil)
	f, err := frame.FromTable(array.NewTable(schema, []arrow.Column{*arrow.NewColumn(schema.Field(0), arrow.NewChunked(dt, chunks))}, 300))
	if err != nil {
		t.Fatal(err)
	}
	got, err := readBytes(write(t, f, WriteOptions{}), ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	equal(t, f, got)
}

// The second column of a name gets another one.
func TestDuplicateNames(t *testing.T) {
	p := arrow.PrimitiveTypes
	var fields []arrow.Field
	for _, n := range []string{"a", "b", "a", "a_1", "a"} {
		fields = append(fields, arrow.Field{Name: n, Type: p.Int64})
	}
	var buf bytes.Buffer
	fw, err := newWriter(nil, &buf, arrow.NewSchema(fields, nil), WriteOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if err := fw.close(); err != nil {
		t.Fatal(err)
	}
	got, err := readBytes(buf.Bytes(), ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if names := strings.Join(got.Names(), " "); names != "a b a_2 a_1 a_3" && names != "a b a_1 a_1_1 a_2" {
		t.Errorf("names: %s", names)
	}
}

// A small file that claims much memory is refused at the limit, before memory is
// allocated.
func TestMemoryLimit(t *testing.T) {
	zeros, err := frame.NewColumn("z", make([]int64, 3_000_000))
	if err != nil {
		t.Fatal(err)
	}
	f, err := frame.New(zeros)
	if err != nil {
		t.Fatal(err)
	}
	b := write(t, f, WriteOptions{RowGroupRows: 3_000_000})
	if len(b) > 5000 {
		t.Fatalf("the file has %d bytes", len(b))
	}
	if _, err := readBytes(b, ReadOptions{MaxMemory: 10 << 20}); !errors.Is(err, ErrLimit) || !strings.Contains(err.Error(), "ReadOptions.MaxMemory") || !strings.Contains(err.Error(), `"z"`) {
		t.Errorf("%v", err)
	}
	got, err := readBytes(b, ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	equal(t, f, got)

	// Eight bytes a value, and four for its number in the dictionary.
	const need = 12 * 3_000_000
	if _, err := readBytes(b, ReadOptions{MaxMemory: need - 1}); !errors.Is(err, ErrLimit) {
		t.Errorf("%v", err)
	}
	if _, err := readBytes(b, ReadOptions{MaxMemory: need + 4096}); err != nil {
		t.Error(err)
	}
}

// Invalid text is an error that names the value, also in a dictionary.
func TestInvalidUTF8(t *testing.T) {
	for _, o := range []WriteOptions{{}, {NoDictionary: true}} {
		c, err := frame.NewColumn("s", []string{"fine", "b\xffd"})
		if err != nil {
			t.Fatal(err)
		}
		f, err := frame.New(c)
		if err != nil {
			t.Fatal(err)
		}
		var buf bytes.Buffer
		if err := Write(t.Context(), &buf, f, o); err != nil {
			t.Fatal(err)
		}
		_, err = readBytes(buf.Bytes(), ReadOptions{})
		if !errors.Is(err, ErrMalformed) || !strings.Contains(err.Error(), `value 1, "b\xffd", is not UTF-8`) {
			t.Errorf("%v", err)
		}
	}
}

// A corrupt footer cannot make the reader ask for more than the file has.
func TestHostileFooter(t *testing.T) {
	b := append([]byte("PAR1"), 0x15, 0x02, 0x19, 0xfc, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x00)
	b = binary.LittleEndian.AppendUint32(b, 10)
	b = append(b, magic...)
	if _, err := readBytes(b, ReadOptions{}); !errors.Is(err, ErrMalformed) {
		t.Error(err)
	}
}

// A value of fixed size may fill a page of 256 MiB, and no more.
func TestLargestFixedSize(t *testing.T) {
	for size, want := range map[int]error{256 << 20: nil, 256<<20 + 1: ErrMalformed} {
		f := frameOf(t, 4, []arrow.DataType{&arrow.FixedSizeBinaryType{ByteWidth: size}}, 0)
		got, err := readBytes(write(t, f, WriteOptions{}), ReadOptions{})
		if !errors.Is(err, want) {
			t.Errorf("%d bytes: %v", size, err)
		}
		if err == nil {
			equal(t, f, got)
		}
	}
}
