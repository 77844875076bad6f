package ipccheck

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/ipc"

	"github.com/parframe/parframe/internal/filetest"
)

func stream(t testing.TB, opts ...ipc.Option) []byte {
	t.Helper()
	types := append(append(filetest.Flat(), filetest.Nested()...), filetest.Dictionaries()...)
	r := rand.New(rand.NewPCG(1, 2))
	fields := make([]arrow.Field, len(types))
	cols := make([]arrow.Array, len(types))
	for i, typ := range types {
		fields[i] = arrow.Field{Name: "c", Type: typ, Nullable: true, Metadata: arrow.NewMetadata([]string{"k"}, []string{"v"})}
		cols[i] = filetest.Random(r, typ, 200, 0.3)
	}
	meta := arrow.NewMetadata([]string{"a"}, []string{"b"})
	schema := arrow.NewSchema(fields, &meta)
	var buf bytes.Buffer
	w := ipc.NewWriter(&buf, append(opts, ipc.WithSchema(schema))...)
	for range 2 {
		if err := w.Write(array.NewRecord(schema, cols, 200)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// A stream that Arrow wrote passes unchanged, and its rows are counted.
func TestStreamPasses(t *testing.T) {
	for _, opts := range [][]ipc.Option{nil, {ipc.WithLZ4()}, {ipc.WithZstd()}} {
		b := stream(t, opts...)
		s := NewStream(bytes.NewReader(append(bytes.Clone(b), "more"...)), 1<<30)
		got, err := io.ReadAll(s)
		if err != nil || !bytes.Equal(b, got) || s.Rows != 400 {
			t.Errorf("%v, %d of %d bytes, %d rows", err, len(got), len(b), s.Rows)
		}
		rows, batches, err := CountStream(bytes.NewReader(b), int64(len(b)))
		if err != nil || rows != 400 || batches != 2 {
			t.Errorf("%d rows in %d batches, %v", rows, batches, err)
		}
		if err := Schema(b); err != nil {
			t.Error(err)
		}
	}
}

// A stream that ends anywhere but at its end marker is malformed.
func TestEveryTruncation(t *testing.T) {
	b := stream(t)
	for n := 0; n < len(b); n += 1 + n/500 {
		if _, err := io.ReadAll(NewStream(bytes.NewReader(b[:n]), 1<<30)); !errors.Is(err, ErrMalformed) {
			t.Fatalf("%d of %d bytes: %v", n, len(b), err)
		}
		if _, _, err := CountStream(bytes.NewReader(b[:n]), int64(n)); !errors.Is(err, ErrMalformed) {
			t.Fatalf("CountStream, %d of %d bytes: %v", n, len(b), err)
		}
	}
}

// A limit above the size of each batch, and below that of all together, ends the
// stream at the batch that exceeds it.
func TestLimitOfAllBatches(t *testing.T) {
	for _, opts := range [][]ipc.Option{nil, {ipc.WithLZ4()}, {ipc.WithZstd()}} {
		b := stream(t, opts...) // two equal batches, and dictionaries
		sum := NewStream(bytes.NewReader(b), 1<<30)
		if _, err := io.ReadAll(sum); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			limit, rows int64
			kind        error
		}{{sum.total, 400, nil}, {sum.total - 1, 200, ErrLimit}, {sum.total * 3 / 4, 200, ErrLimit}} {
			s := NewStream(bytes.NewReader(b), c.limit)
			if _, err := io.ReadAll(s); !errors.Is(err, c.kind) || s.Rows != c.rows {
				t.Errorf("limit of %d for %d bytes: %d rows, %v; want %d rows, %v", c.limit, sum.total, s.Rows, err, c.rows, c.kind)
			}
		}
	}
}

// The limit holds for claims that cannot be true.
func TestLimits(t *testing.T) {
	for _, opts := range [][]ipc.Option{nil, {ipc.WithLZ4()}, {ipc.WithZstd()}} {
		b := stream(t, opts...)
		if _, err := io.ReadAll(NewStream(bytes.NewReader(b), 10_000)); !errors.Is(err, ErrLimit) || !strings.Contains(err.Error(), "10000") {
			t.Error(err)
		}
	}
	m := Message{BodyLen: 16, Compressed: true, Buffers: [][2]int64{{0, 16}}}
	for _, zstd := range []bool{false, true} {
		m.zstd = zstd
		for _, claim := range []int64{1 << 20, 1 << 60, -2} {
			body := binary.LittleEndian.AppendUint64(nil, uint64(claim))
			if _, err := m.Body(append(body, 1, 2, 3, 4, 5, 6, 7, 8), 1<<62); !errors.Is(err, ErrMalformed) {
				t.Errorf("zstd %v, claim of %d: %v", zstd, claim, err)
			}
		}
	}
	if _, err := m.Body(nil, 1<<30); !errors.Is(err, ErrMalformed) {
		t.Error(err)
	}
}

// Memory grows with the bytes of the source: a message that claims 2 GiB of metadata
// comes from a source of 100 bytes.
func TestClaimOfMetadata(t *testing.T) {
	b := append([]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f}, make([]byte, 100)...)
	n := testing.AllocsPerRun(1, func() {
		if _, err := io.ReadAll(NewStream(bytes.NewReader(b), 1<<30)); !errors.Is(err, ErrMalformed) {
			t.Error(err)
		}
	})
	if n > 100 {
		t.Errorf("%v allocations", n)
	}
}

// Damaged streams are refused with an error of a kind, or pass.
func TestMutations(t *testing.T) {
	b := stream(t)
	passed := 0
	for seed := range 500 {
		bad := filetest.Mutate(b, uint64(seed))
		s := NewStream(bytes.NewReader(bad), 1<<28)
		if _, err := io.ReadAll(s); err == nil {
			passed++
		} else if !errors.Is(err, ErrMalformed) && !errors.Is(err, ErrLimit) {
			t.Errorf("seed %d: %v", seed, err)
		}
		File(bytes.NewReader(bad), int64(len(bad)))
	}
	t.Logf("%d of 500 passed", passed)
}

func TestPrefix(t *testing.T) {
	for name, b := range map[string][]byte{
		"nothing":  {},
		"short":    {1, 2, 3},
		"cut":      {0xff, 0xff, 0xff, 0xff, 1},
		"tiny":     {4, 0, 0, 0, 1, 2, 3, 4},
		"negative": {0xfe, 0xff, 0xff, 0xff, 1, 2, 3, 4, 5, 6, 7, 8},
		"long":     {200, 0, 0, 0, 1, 2, 3, 4},
	} {
		if _, _, err := Prefix(b); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %v", name, err)
		}
	}
	meta, rest, err := Prefix([]byte{0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 9})
	if meta != nil || len(rest) != 1 || err != nil {
		t.Errorf("end marker: %v %v %v", meta, rest, err)
	}
	if err := Schema([]byte{0, 0, 0, 0}); !errors.Is(err, ErrMalformed) {
		t.Error(err)
	}
}

// A schema that claims a body that is not there is malformed: Arrow's reader would
// allocate it. (Found by fuzzing parquet.Read, whose files store a schema.)
func TestSchemaWithABody(t *testing.T) {
	schema := arrow.NewSchema([]arrow.Field{{Name: "a", Type: arrow.PrimitiveTypes.Int8}}, nil)
	var buf bytes.Buffer
	if err := ipc.NewWriter(&buf, ipc.WithSchema(schema)).Close(); err != nil {
		t.Fatal(err)
	}
	b := buf.Bytes()
	claims := 0
	for i := 8; i < len(b)-8; i++ { // between the prefix and the end marker
		old := b[i]
		for v := range 256 {
			b[i] = byte(v)
			meta, rest, err := Prefix(b)
			if err != nil {
				continue
			}
			if m, err := Metadata(meta); err == nil && m.Kind == SchemaMessage && m.BodyLen > int64(len(rest)) {
				claims++
				if err := Schema(b); !errors.Is(err, ErrMalformed) {
					t.Fatalf("byte %d is %#x: a body of %d bytes passes: %v", i, v, m.BodyLen, err)
				}
			}
		}
		b[i] = old
	}
	if claims == 0 {
		t.Error("no byte makes the schema claim a body")
	}
}

// Any bytes are checked without a panic and in bounded work.
func FuzzMetadata(f *testing.F) {
	meta, rest, _ := Prefix(stream(f))
	f.Add(meta)
	m, _ := Metadata(meta)
	if meta, _, err := Prefix(rest[m.BodyLen:]); err == nil {
		f.Add(meta)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if m, err := Metadata(b); err == nil && m.BodyLen < 1<<20 {
			m.Body(make([]byte, m.BodyLen), 1<<20)
		}
		File(bytes.NewReader(b), int64(len(b)))
	})
}
