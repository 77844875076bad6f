package frame

import (
	"bytes"
	"encoding/gob"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/ipc"

	"github.com/parframe/parframe/internal/arrowtest"
	"github.com/parframe/parframe/internal/chunk"
)

// All types in one stream, with chunk borders of their own.
func TestMarshalAllTypesAtOnce(t *testing.T) {
	defer arrowtest.Register()()
	g := arrowtest.Rand(5)
	var cols []Column
	for _, c := range arrowtest.Types() {
		cols = append(cols, randomColumn(t, g, c.Name, c.Type, 100))
	}
	f := must(New(cols...)).withMetadata(arrow.NewMetadata([]string{"k"}, []string{"v"}))
	var back Frame
	if err := back.UnmarshalBinary(must(f.MarshalBinary())); err != nil {
		t.Fatal(err)
	}
	if !back.Equal(f) {
		t.Error(f.Diff(&back))
	}
	if v, _ := back.Schema().Metadata().GetValue("k"); v != "v" {
		t.Error("the metadata is lost")
	}
	if err := back.Validate(); err != nil {
		t.Error(err)
	}
}

func TestGob(t *testing.T) {
	type message struct {
		ID    int
		Frame *Frame
	}
	var buf bytes.Buffer
	if err := gob.NewEncoder(&buf).Encode(message{7, abc()}); err != nil {
		t.Fatal(err)
	}
	var got message
	if err := gob.NewDecoder(&buf).Decode(&got); err != nil {
		t.Fatal(err)
	}
	if got.ID != 7 || !got.Frame.Equal(abc()) {
		t.Error(got.Frame.Diff(abc()))
	}
}

func TestMarshalOfNothing(t *testing.T) {
	for _, f := range []*Frame{must(New()), rowsAlone(3), must(New(must(NewColumn("x", []string{})))), dictFrame().Head(0)} {
		var back Frame
		if err := back.UnmarshalBinary(must(f.MarshalBinary())); err != nil {
			t.Fatal(err)
		}
		if !back.Equal(f) {
			t.Error(f.Diff(&back))
		}
	}
}

func dictFrame() *Frame {
	return must(New(dictColumn(arrow.PrimitiveTypes.Int8, false, []string{"a", "b"}, []string{"c"})))
}

// The names of an extension type that the reader does not know are kept.
func TestUnknownExtension(t *testing.T) {
	g := arrowtest.Rand(2)
	f := randomFrame(t, g, arrowtest.NewTagged(arrow.PrimitiveTypes.Int64), 10)
	var back Frame
	if err := back.UnmarshalBinary(must(f.MarshalBinary())); err != nil {
		t.Fatal(err)
	}
	field := back.Schema().Field(0)
	if name, _ := field.Metadata.GetValue("ARROW:extension:name"); field.Type.ID() != arrow.INT64 || name != "parframe.tagged" {
		t.Error(field)
	}
}

// Arrow's reader takes a stream that is cut between two messages for a whole
// one; here every cut is an error, and the frame stays as it was.
func TestUnmarshalCutShort(t *testing.T) {
	data := must(dictFrame().MarshalBinary())
	for n := range data {
		f := abc()
		if err := f.UnmarshalBinary(data[:n]); !errors.Is(err, ErrInvalid) {
			t.Fatalf("%d of %d bytes: %v", n, len(data), err)
		}
		if !f.Equal(abc()) {
			t.Fatalf("%d of %d bytes changed the frame", n, len(data))
		}
	}
	var f Frame
	if err := f.UnmarshalBinary(append(data, 0)); err == nil || !strings.Contains(err.Error(), "1 bytes after the end") {
		t.Error(err)
	}
	if err := f.UnmarshalBinary([]byte("PAR1 is something else")); err == nil || !strings.Contains(err.Error(), "byte 0: ") {
		t.Error(err)
	}
}

// Broken streams are errors, or frames that Validate can look at: never a
// panic, and never memory out of all proportion.
func TestUnmarshalBroken(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for _, f := range []*Frame{abc(), dictFrame(), randomFrame(t, arrowtest.Rand(1), arrow.ListOf(arrow.BinaryTypes.StringView), 30)} {
		data := must(f.MarshalBinary())
		for range 3000 {
			broken := bytes.Clone(data)
			for range 1 + rng.IntN(4) {
				broken[rng.IntN(len(broken))] = byte(rng.Uint32())
			}
			var g Frame
			if err := g.UnmarshalBinary(broken); err == nil && g.Validate() == nil {
				all := must(g.Take(upTo(g.rows))) // what is valid breaks nothing
				if !all.Equal(&g) {
					t.Fatal(g.Diff(all))
				}
			}
		}
	}
}

// The writer's shortcut for dictionaries that are nearly the same must not be
// taken: near floats stay apart, or are refused.
func TestMarshalNearFloats(t *testing.T) {
	typ := &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: arrow.PrimitiveTypes.Float64}
	near := func(typ *arrow.DictionaryType) *Frame {
		var chunks []*chunk.Chunk
		for _, v := range []float64{1, 1 + 1e-12} {
			chunks = append(chunks, &chunk.Chunk{Type: typ, Len: 1, Bufs: [][]byte{nil, {0}}, Dict: must(NewColumn("d", []float64{v})).col.Chunks[0]})
		}
		return must(New(Column{chunk.Column{Field: arrow.Field{Name: "x", Type: typ}, Chunks: chunks, Len: 2}}))
	}
	var back Frame
	if err := back.UnmarshalBinary(must(near(typ).MarshalBinary())); err != nil || !back.Equal(near(typ)) {
		t.Error(err, near(typ).Diff(&back))
	}
	ordered := &arrow.DictionaryType{IndexType: typ.IndexType, ValueType: typ.ValueType, Ordered: true}
	if _, err := near(ordered).MarshalBinary(); !errors.Is(err, ErrType) || !strings.Contains(err.Error(), `column "x"`) {
		t.Error(err)
	}
}

func TestBudget(t *testing.T) {
	mem := &budget{left: 100}
	if b := mem.Reallocate(50, mem.Allocate(40)); len(b) != 50 || mem.left != 10 {
		t.Errorf("%d bytes, %d left", len(b), mem.left)
	}
	defer func() {
		if recover() == nil {
			t.Error("more than the budget was given")
		}
	}()
	mem.Allocate(20)
}

// What other writers of the format make is read too: compressed, and in
// several records.
func TestUnmarshalCompressed(t *testing.T) {
	f := must(Concat(abc(), abc()))
	var buf bytes.Buffer
	w := ipc.NewWriter(&buf, ipc.WithSchema(f.Schema()), ipc.WithZstd())
	for _, rec := range must(f.ToRecords()) {
		if err := w.Write(rec); err != nil {
			t.Fatal(err)
		}
	}
	w.Close()
	var back Frame
	if err := back.UnmarshalBinary(buf.Bytes()); err != nil || !back.Equal(f) {
		t.Error(err, f.Diff(&back))
	}
}
