package frame_test

import (
	"bytes"
	"encoding/gob"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/ipc"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/arrowtest"
)

// All types in one stream, each with its own chunk borders.
func TestMarshalAllTypesAtOnce(t *testing.T) {
	defer arrowtest.Register()()
	g := arrowtest.Rand(5)
	var cols []frame.Column
	for _, c := range arrowtest.Types() {
		cols = append(cols, randomColumn(t, g, c.Name, c.Type, 100))
	}
	f := withMetadata(must(frame.New(cols...)), "k", "v")
	var back frame.Frame
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
		Frame *frame.Frame
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
	for _, f := range []*frame.Frame{must(frame.New()), rowsAlone(3), must(frame.New(must(frame.NewColumn("x", []string{})))), dictFrame().Head(0)} {
		var back frame.Frame
		if err := back.UnmarshalBinary(must(f.MarshalBinary())); err != nil {
			t.Fatal(err)
		}
		if !back.Equal(f) {
			t.Error(f.Diff(&back))
		}
	}
}

func dictFrame() *frame.Frame {
	return must(frame.New(dictColumn(arrow.PrimitiveTypes.Int8, false, []string{"a", "b"}, []string{"c"})))
}

// The name of an extension type that the reader does not know is kept.
func TestUnknownExtension(t *testing.T) {
	g := arrowtest.Rand(2)
	f := randomFrame(t, g, arrowtest.NewTagged(arrow.PrimitiveTypes.Int64), 10)
	var back frame.Frame
	if err := back.UnmarshalBinary(must(f.MarshalBinary())); err != nil {
		t.Fatal(err)
	}
	field := back.Schema().Field(0)
	if name, _ := field.Metadata.GetValue("ARROW:extension:name"); field.Type.ID() != arrow.INT64 || name != "parframe.tagged" {
		t.Error(field)
	}
}

// Arrow's reader accepts a stream that is cut between two messages; here every cut is an
// error, and the frame does not change.
func TestUnmarshalCutShort(t *testing.T) {
	data := must(dictFrame().MarshalBinary())
	for n := range data {
		f := abc()
		if err := f.UnmarshalBinary(data[:n]); !errors.Is(err, frame.ErrInvalid) {
			t.Fatalf("%d of %d bytes: %v", n, len(data), err)
		}
		if !f.Equal(abc()) {
			t.Fatalf("%d of %d bytes changed the frame", n, len(data))
		}
	}
	var f frame.Frame
	if err := f.UnmarshalBinary(append(data, 0)); err == nil || !strings.Contains(err.Error(), "1 bytes after the end") {
		t.Error(err)
	}
	if err := f.UnmarshalBinary([]byte("PAR1 is something else")); err == nil || !strings.Contains(err.Error(), "byte 0: ") {
		t.Error(err)
	}
}

// Broken streams are errors, or frames that Validate can check: they cause no panic, and
// use no more memory than their size justifies.
func TestUnmarshalBroken(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for _, f := range []*frame.Frame{abc(), dictFrame(), randomFrame(t, arrowtest.Rand(1), arrow.ListOf(arrow.BinaryTypes.StringView), 30)} {
		data := must(f.MarshalBinary())
		for range 3000 {
			broken := bytes.Clone(data)
			for range 1 + rng.IntN(4) {
				broken[rng.IntN(len(broken))] = byte(rng.Uint32())
			}
			var g frame.Frame
			if err := g.UnmarshalBinary(broken); err == nil && g.Validate() == nil {
				all := must(g.Take(upTo(g.NumRows()))) // a valid frame breaks nothing
				if !all.Equal(&g) {
					t.Fatal(g.Diff(all))
				}
			}
		}
	}
}

// The writer's shortcut for nearly equal dictionaries must not be used: near floats stay
// different, or are refused.
func TestMarshalNearFloats(t *testing.T) {
	typ := &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: arrow.PrimitiveTypes.Float64}
	near := func(typ *arrow.DictionaryType) *frame.Frame {
		var recs []arrow.Record
		schema := arrow.NewSchema([]arrow.Field{{Name: "x", Type: typ}}, nil)
		for _, v := range []float64{1, 1 + 1e-12} {
			codes, dict := must(frame.NewColumn("c", []int8{0})).Chunks()[0], must(frame.NewColumn("d", []float64{v})).Chunks()[0]
			recs = append(recs, array.NewRecord(schema, []arrow.Array{array.NewDictionaryArray(typ, codes, dict)}, 1))
		}
		return must(frame.FromRecords(nil, recs...))
	}
	var back frame.Frame
	if err := back.UnmarshalBinary(must(near(typ).MarshalBinary())); err != nil || !back.Equal(near(typ)) {
		t.Error(err, near(typ).Diff(&back))
	}
	ordered := &arrow.DictionaryType{IndexType: typ.IndexType, ValueType: typ.ValueType, Ordered: true}
	if _, err := near(ordered).MarshalBinary(); !errors.Is(err, frame.ErrType) || !strings.Contains(err.Error(), `column "x"`) {
		t.Error(err)
	}
}

// Streams of other writers are read too: compressed, even where a stream is far shorter
// than its rows, and in several records.
func TestUnmarshalCompressed(t *testing.T) {
	zeros := must(frame.New(must(frame.NewColumn("x", make([]int64, 4<<20)))))
	for name, f := range map[string]*frame.Frame{"two records": must(frame.Concat(abc(), abc())), "zeros": zeros} {
		var buf bytes.Buffer
		w := ipc.NewWriter(&buf, ipc.WithSchema(f.Schema()), ipc.WithZstd())
		for _, rec := range must(f.ToRecords()) {
			if err := w.Write(rec); err != nil {
				t.Fatal(err)
			}
		}
		w.Close()
		var back frame.Frame
		if err := back.UnmarshalBinary(buf.Bytes()); err != nil || !back.Equal(f) {
			t.Errorf("%s, in %d bytes: %v, %s", name, buf.Len(), err, f.Diff(&back))
		}
	}
}
