package parquet

import (
	"bytes"
	"context"
	"fmt"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	pq "github.com/apache/arrow/go/v15/parquet"
	"github.com/apache/arrow/go/v15/parquet/compress"
	"github.com/apache/arrow/go/v15/parquet/file"
	"github.com/apache/arrow/go/v15/parquet/pqarrow"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/filetest"
)

// readPqarrow reads a top-level column with the reader that comes with Arrow
// for Go, as text.
func readPqarrow(b []byte, col int) (out []string, typ arrow.DataType, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	r, err := file.NewParquetReader(bytes.NewReader(b))
	if err != nil {
		return nil, nil, err
	}
	fr, err := pqarrow.NewFileReader(r, pqarrow.ArrowReadProperties{}, memory.DefaultAllocator)
	if err != nil {
		return nil, nil, err
	}
	for g := range r.NumRowGroups() {
		ch, err := fr.RowGroup(g).Column(col).Read(context.Background())
		if err != nil {
			return nil, nil, err
		}
		typ = ch.DataType()
		for _, a := range ch.Chunks() {
			for i := range a.Len() {
				out = append(out, a.ValueStr(i))
			}
		}
	}
	return out, typ, nil
}

// pqarrow reads our files as the same values, for all types that it has.
func TestPqarrowReadsOurFiles(t *testing.T) {
	types := append(filetest.Flat(), filetest.Nested()...)
	for _, nulls := range []float64{0, 0.3} {
		for _, o := range []WriteOptions{{RowGroupRows: 100}, {NoDictionary: true, Compression: Zstd}} {
			f := frameOf(t, 2, types, nulls, 150, 83)
			b := write(t, f, o)
			read := 0
			for i, c := range f.Columns() {
				switch c.Type().ID() {
				case arrow.DURATION, arrow.INTERVAL_MONTHS, arrow.INTERVAL_DAY_TIME, arrow.INTERVAL_MONTH_DAY_NANO,
					arrow.STRING_VIEW, arrow.BINARY_VIEW, arrow.DATE64, arrow.LARGE_LIST, arrow.FIXED_SIZE_LIST:
					continue // a type that pqarrow does not have, or reads as another
				}
				if hasFixedSizeList(c.Type()) { // wrong if one is null
					continue
				}
				got, typ, err := readPqarrow(b, i)
				if err != nil {
					t.Errorf("%v: %v", c.Type(), err)
					continue
				}
				if typ.ID() != c.Type().ID() {
					t.Errorf("%v is read as %v", c.Type(), typ)
				}
				if ts, ok := c.Type().(*arrow.TimestampType); ok && ts.Unit == arrow.Second || c.Type().ID() == arrow.TIME32 {
					continue // read in milliseconds, so the text differs
				}
				want := text(c)
				for k := range want {
					if got[k] != want[k] {
						t.Errorf("%v row %d: %q is read as %q", c.Type(), k, want[k], got[k])
						break
					}
				}
				read++
			}
			if read < 40 {
				t.Errorf("only %d columns were compared", read)
			}
		}
	}
}

func hasFixedSizeList(t arrow.DataType) bool {
	if t.ID() == arrow.FIXED_SIZE_LIST {
		return true
	}
	if n, ok := t.(arrow.NestedType); ok {
		for _, f := range n.Fields() {
			if hasFixedSizeList(f.Type) {
				return true
			}
		}
	}
	return false
}

// Files of pqarrow, in all of its encodings, are read as the same values.
func TestWeReadPqarrowFiles(t *testing.T) {
	p, ft := arrow.PrimitiveTypes, arrow.FixedWidthTypes
	types := []arrow.DataType{
		ft.Boolean, p.Int8, p.Uint16, p.Int32, p.Uint32, p.Int64, p.Uint64, p.Float32, p.Float64,
		arrow.BinaryTypes.String, arrow.BinaryTypes.LargeString, arrow.BinaryTypes.Binary, &arrow.FixedSizeBinaryType{ByteWidth: 7},
		ft.Date32, ft.Time32ms, ft.Time64ns, ft.Timestamp_ms, ft.Timestamp_us, &arrow.TimestampType{Unit: arrow.Nanosecond},
		&arrow.TimestampType{Unit: arrow.Second, TimeZone: "Europe/Berlin"}, &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "Asia/Tokyo"},
		&arrow.Decimal128Type{Precision: 30, Scale: 3}, &arrow.Decimal256Type{Precision: 60, Scale: 3}, ft.Float16,
		arrow.ListOf(p.Int64), arrow.StructOf(arrow.Field{Name: "a", Type: p.Int64, Nullable: true}, arrow.Field{Name: "b", Type: arrow.ListOf(arrow.BinaryTypes.String), Nullable: true}),
		arrow.MapOf(arrow.BinaryTypes.String, p.Float64),
	}
	for name, opts := range map[string][]pq.WriterProperty{
		"default":   nil,
		"plain, v2": {pq.WithDictionaryDefault(false), pq.WithDataPageVersion(pq.DataPageV2), pq.WithVersion(pq.V2_LATEST)},
		"delta":     {pq.WithDictionaryDefault(false), pq.WithEncoding(pq.Encodings.DeltaBinaryPacked)},
		"small":     {pq.WithDataPageSize(200), pq.WithDictionaryPageSizeLimit(100), pq.WithMaxRowGroupLength(97)},
		"zstd":      {pq.WithCompression(compress.Codecs.Zstd)},
		"gzip":      {pq.WithCompression(compress.Codecs.Gzip)},
		"brotli":    {pq.WithCompression(compress.Codecs.Brotli)},
		"snappy":    {pq.WithCompression(compress.Codecs.Snappy), pq.WithDataPageVersion(pq.DataPageV2)},
	} {
		for _, nulls := range []float64{0, 0.3} {
			f := frameOf(t, 3, types, nulls, 400)
			for i, c := range f.Columns() {
				typ := c.Type()
				if name == "delta" {
					switch typ.ID() {
					case arrow.INT32, arrow.INT64:
					default:
						continue
					}
				}
				one, err := f.Select(c.Name())
				if err != nil {
					t.Fatal(err)
				}
				b, err := writePqarrow(one, opts)
				if err != nil {
					t.Logf("%s: pqarrow cannot write %v: %v", name, typ, err)
					continue
				}
				got, err := readBytes(b, ReadOptions{})
				if err != nil {
					t.Errorf("%s: column %d, %v: %v", name, i, typ, err)
					continue
				}
				gotCol := got.Columns()[0]
				if gotCol.Type().ID() != typ.ID() {
					t.Errorf("%s: %v is read as %v", name, typ, gotCol.Type())
				}
				want, have := text(c), text(gotCol)
				for k := range want {
					if want[k] != have[k] {
						t.Errorf("%s: %v row %d: %q is read as %q", name, typ, k, want[k], have[k])
						break
					}
				}
			}
		}
	}
}

func writePqarrow(f *frame.Frame, opts []pq.WriterProperty) (b []byte, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	var buf bytes.Buffer
	recs, err := f.ToRecords()
	if err != nil {
		return nil, err
	}
	tab := array.NewTableFromRecords(f.Schema(), recs)
	err = pqarrow.WriteTable(tab, &buf, 150, pq.NewWriterProperties(opts...), pqarrow.NewArrowWriterProperties(pqarrow.WithStoreSchema()))
	return buf.Bytes(), err
}
