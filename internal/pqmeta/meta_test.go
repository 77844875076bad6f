package pqmeta

import (
	"bytes"
	"testing"

	"github.com/apache/arrow/go/v15/parquet/metadata"
	"github.com/google/go-cmp/cmp"

	"github.com/parframe/parframe/internal/thrift"
)

func sampleFile() *File {
	leaf := func(name string, t Type, rep Repetition, l Logical, c Converted) Element {
		e := Element{Name: name, Type: t, Repetition: rep, Logical: l, Converted: c, FieldID: -1}
		if t == FixedLenByteArray {
			e.TypeLength = 16
		}
		return e
	}
	f := &File{
		Version: 2, NumRows: 12, CreatedBy: "test", TypeOrders: 3,
		KeyValue: []KeyValue{{"a", "b"}, {"empty", ""}},
		Schema: []Element{
			{Name: "schema", Type: None, Repetition: NoRepetition, NumChildren: 5, Converted: NoConverted, FieldID: -1},
			leaf("x", Int64, Required, Logical{Kind: TimestampKind, Unit: Nanos}, NoConverted),
			leaf("s", ByteArray, Optional, Logical{Kind: StringKind}, ConvUTF8),
			leaf("u", FixedLenByteArray, Optional, Logical{Kind: UUIDKind}, NoConverted),
			leaf("i", Int32, Optional, Logical{Kind: IntegerKind, Bits: 8, Signed: true}, ConvInt8),
			leaf("t", Int64, Optional, Logical{Kind: TimeKind, Unit: Micros, UTC: true}, ConvTimeMicros),
		},
	}
	d := leaf("d", Int32, Optional, Logical{Kind: DecimalKind, Precision: 9, Scale: 2}, ConvDecimal)
	d.Precision, d.Scale, d.FieldID = 9, 2, 77
	f.Schema = append(f.Schema, d)
	f.Schema[0].NumChildren = 6
	for range 2 {
		g := RowGroup{TotalSize: 1000, NumRows: 6}
		for i, e := range f.Schema[1:] {
			g.Columns = append(g.Columns, Chunk{
				HasMeta: true, Type: e.Type, Encodings: []Encoding{Plain, RLE, RLEDictionary}, Path: []string{e.Name},
				Codec: Zstd, NumValues: 6, Uncompressed: 100, Compressed: 50, DataOffset: 40, DictOffset: int64(4 * (i % 2)),
				Stats: Stats{NullCount: int64(i) - 1, Min: []byte{1}, Max: []byte{2}, MinExact: true, MaxExact: i%2 == 0},
			})
		}
		f.RowGroups = append(f.RowGroups, g)
	}
	return f
}

func TestFileRoundTrip(t *testing.T) {
	f := sampleFile()
	var w thrift.Writer
	AppendFile(&w, f)
	got, err := ParseFile(w.Bytes(), goOn)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(f, got); d != "" {
		t.Error(d)
	}
	for n := range len(w.Bytes()) {
		if _, err := ParseFile(w.Bytes()[:n], goOn); err == nil {
			t.Errorf("%d of %d bytes accepted", n, len(w.Bytes()))
		}
	}
}

// Arrow's own library reads the same numbers.
func TestFileAgainstArrow(t *testing.T) {
	f := sampleFile()
	var w thrift.Writer
	AppendFile(&w, f)
	m, err := metadata.NewFileMetaData(w.Bytes(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if m.NumRows != f.NumRows || len(m.RowGroups) != 2 || m.Schema.NumColumns() != 6 {
		t.Errorf("rows %d, row groups %d, columns %d", m.NumRows, len(m.RowGroups), m.Schema.NumColumns())
	}
	c := m.RowGroups[1].Columns[1].MetaData
	want := f.RowGroups[1].Columns[1]
	if c.NumValues != want.NumValues || c.TotalCompressedSize != want.Compressed || *c.DictionaryPageOffset != want.DictOffset ||
		!bytes.Equal(c.Statistics.MaxValue, want.Stats.Max) || c.PathInSchema[0] != "s" {
		t.Errorf("column chunk: %v", c)
	}
	if got := m.Schema.Column(5).LogicalType().String(); got != "Decimal(precision=9, scale=2)" {
		t.Error(got)
	}
}

func TestPageRoundTrip(t *testing.T) {
	for _, p := range []Page{
		{Type: DataPage, Uncompressed: 100, Compressed: 50, HasHeader: true, NumValues: 10, Encoding: RLEDictionary, DefEncoding: RLE, RepEncoding: RLE, Compressed2: true},
		{Type: DictionaryPage, Uncompressed: 100, Compressed: 50, HasCRC: true, CRC: 0xfffffff0, HasHeader: true, NumValues: 10, Encoding: Plain, Compressed2: true},
		{Type: DataPageV2, Uncompressed: 100, Compressed: 50, HasHeader: true, NumValues: 10, NumNulls: 3, NumRows: 9, Encoding: DeltaByteArray, DefBytes: 4, RepBytes: 5},
		{Type: IndexPage, Uncompressed: 1, Compressed: 1, Compressed2: true},
	} {
		var w thrift.Writer
		AppendPage(&w, &p)
		got, n, err := ParsePage(append(w.Bytes(), 1, 2, 3))
		if err != nil || n != len(w.Bytes()) {
			t.Fatalf("%v: %v after %d bytes", p, err, n)
		}
		if d := cmp.Diff(p, got); d != "" {
			t.Error(d)
		}
	}
}

func TestNames(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{Int96.String(), "INT96"}, {None.String(), "group"}, {Type(50).String(), "50"},
		{VariantKind.String(), "VARIANT"}, {LZ4Raw.String(), "LZ4_RAW"}, {ByteStreamSplit.String(), "BYTE_STREAM_SPLIT"}, {Codec(9).String(), "9"},
	} {
		if c.got != c.want {
			t.Errorf("got %s, want %s", c.got, c.want)
		}
	}
}

func TestMalformed(t *testing.T) {
	var w thrift.Writer
	w.Begin()
	w.Int32(1, 1)
	w.End()
	if _, err := ParseFile(w.Bytes(), goOn); err == nil {
		t.Error("a footer without schema was accepted")
	}
	w.Reset()
	w.Begin()
	w.List(2, thrift.Struct, 1)
	w.Begin()
	w.Int32(1, -7)
	w.End()
	w.End()
	if _, err := ParseFile(w.Bytes(), goOn); err == nil {
		t.Error("physical type -7 was accepted")
	}
}

func goOn() error { return nil }
