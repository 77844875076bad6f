package frame

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/google/go-cmp/cmp"

	"github.com/parframe/parframe/internal/arrowtest"
	"github.com/parframe/parframe/internal/chunk"
)

// Cutting anywhere and joining again is the whole; so is one chunk of it, a
// copy, and what comes back from its bytes.
func TestCutAndJoinAllTypes(t *testing.T) {
	defer arrowtest.Register()()
	arrowtest.EachType(t, func(t *testing.T, typ arrow.DataType, g *arrowtest.Gen) {
		for range 12 {
			f := randomFrame(t, g, typ, g.IntN(200))
			want := rowsOf(f.Columns()[0])
			var parts []*Frame
			for i := 0; ; {
				j := i + g.IntN(f.rows-i+1)
				part := f.slice(i, j)
				checkColumn(t, part.Columns()[0], want[i:j])
				parts = append(parts, part)
				if i = j; j == f.rows {
					break
				}
			}
			whole := must(Concat(parts...))
			checkColumn(t, whole.Columns()[0], want)
			checkColumn(t, f.Clone().Columns()[0], want)
			if err := whole.Validate(); err != nil {
				t.Fatal(err)
			}
			var back Frame
			if err := back.UnmarshalBinary(must(whole.MarshalBinary())); err != nil {
				t.Fatal(err)
			}
			if !back.Equal(whole) {
				t.Fatalf("came back as %s: %s", back.Schema(), whole.Diff(&back))
			}
			checkColumn(t, back.Columns()[0], want)
			if d, ok := chunk.Physical(typ).(*arrow.DictionaryType); ok && d.Ordered {
				continue // these do not always fit one chunk
			}
			one := must(f.Rechunk())
			checkColumn(t, one.Columns()[0], want)
			if n := len(one.Columns()[0].col.Chunks); n > 1 {
				t.Fatalf("%d chunks", n)
			}
		}
	})
}

func TestConcatSharesMemory(t *testing.T) {
	a, b := must(NewColumn("x", []int64{1, 2})), must(NewColumn("x", []int64{3}))
	f := must(Concat(must(New(a)), must(New(b))))
	if f.Columns()[0].col.Chunks[0] != a.col.Chunks[0] || f.Columns()[0].col.Chunks[1] != b.col.Chunks[0] {
		t.Error("frames that agree were copied")
	}
	g := must(New(a))
	if h := must(Concat(g)); h != g {
		t.Error("one frame is not itself")
	}
}

// Columns are matched by name; a missing one is null, whatever its type.
func TestConcatMissingAllTypes(t *testing.T) {
	arrowtest.EachType(t, func(t *testing.T, typ arrow.DataType, g *arrowtest.Gen) {
		n := 1 + g.IntN(50)
		x := randomColumn(t, g, "x", typ, n)
		x.col.Field.Nullable = false
		left := must(New(must(NewColumn("a", make([]int, n))), x))
		right := must(New(must(NewColumn("b", []string{"p", "q", "r"})), must(NewColumn("a", []int{7, 8, 9}))))
		f := must(Concat(left, right, left.Head(0)))
		if diff := cmp.Diff([]string{"a", "x", "b"}, f.Names()); diff != "" {
			t.Fatal(diff)
		}
		if err := f.Validate(); err != nil {
			t.Fatal(err)
		}
		if got := f.Columns()[1]; !got.col.Field.Nullable || got.NullN() != x.NullN()+3 {
			t.Fatalf("%d nulls, expected %d; nullable %t", got.NullN(), x.NullN()+3, got.col.Field.Nullable)
		}
		want := rowsOf(x)
		for range 3 {
			want = append(want, rowsOf(Column{chunk.Column{Field: x.col.Field, Chunks: chunk.NullChunks(typ, 1), Len: 1}})...)
		}
		checkColumn(t, f.Columns()[1], want)
		if got := f.Columns()[2].NullN(); got != n {
			t.Fatalf("%d nulls in b, expected %d", got, n)
		}
	})
}

// Null and T make T, on either side.
func TestConcatNullAllTypes(t *testing.T) {
	arrowtest.EachType(t, func(t *testing.T, typ arrow.DataType, g *arrowtest.Gen) {
		f := randomFrame(t, g, typ, 20)
		null := must(New(Column{chunk.Column{Field: arrow.Field{Name: "x", Type: arrow.Null}, Chunks: []*chunk.Chunk{chunk.Nulls(arrow.Null, 4)}, Len: 4}}))
		for _, parts := range [][]*Frame{{f, null}, {null, f}} {
			got := must(Concat(parts...))
			if !chunk.SameType(got.Columns()[0].col.Field.Type, typ) || !got.Columns()[0].col.Field.Nullable {
				t.Fatalf("null and %s make %s", typ, got.Columns()[0].col.Field.Type)
			}
			if n := f.Columns()[0].NullN(); got.Columns()[0].NullN() != n+4 {
				t.Fatalf("%d nulls, expected %d", got.Columns()[0].NullN(), n+4)
			}
		}
	})
}

func TestConcatErrors(t *testing.T) {
	x := func(v ...int64) *Frame { return must(New(must(NewColumn("x", v)))) }
	s := must(New(must(NewColumn("x", []string{"a"}))))
	u := must(New(must(NewColumn("x", []uint64{1}))))
	fl := must(New(must(NewColumn("x", []float64{0.5}))))
	for name, c := range map[string]struct {
		err  error
		kind error
		text string
	}{
		"none":          {failure(Concat()), ErrLength, "frame.Concat: wrong length: no frames"},
		"nil":           {failure(Concat(x(1), nil)), ErrNilFrame, "nil frame: partition 1"},
		"text":          {failure(Concat(x(1), x(2), s)), ErrType, `frame.Concat: partition 2, column "x": wrong type: utf8 does not go with int64 (partition 0)`},
		"uint64":        {failure(Concat(x(1), u)), ErrType, `partition 1, column "x": wrong type: uint64 does not go with int64 (partition 0)`},
		"inexact":       {failure(Concat(x(1), fl, x(3, 1<<53+1))), ErrType, `partition 2, column "x": wrong type: int64 does not go with float64 (partition 1): row 1 is 9007199254740993, which float64 cannot hold`},
		"inexact first": {failure(Concat(x(1, -1<<53-1), fl)), ErrType, `partition 0, column "x": wrong type: int64 does not go with float64 (partition 1): row 1 is -9007199254740993`},
	} {
		if !errors.Is(c.err, c.kind) || !strings.Contains(c.err.Error(), c.text) {
			t.Errorf("%s: %v, expected %q", name, c.err, c.text)
		}
	}
}

// endsAt is a context that ends after a number of looks at it.
type endsAt struct {
	context.Context
	looks int
}

func (c *endsAt) Err() error {
	if c.looks--; c.looks < 0 {
		return context.Canceled
	}
	return nil
}

// Many frames are put together only until the context ends, whichever look says so.
func TestConcatEndsWithItsContext(t *testing.T) {
	x, y := must(New(col(t, "x", []int32{1}))), must(New(col(t, "y", []int8{1}), col(t, "x", []int8{2})))
	for name, f := range map[string]*Frame{"one schema": x, "two schemas": y} {
		frames := append(slices.Repeat([]*Frame{x}, 999), f)
		looks := 0
		for ; ; looks++ {
			g, err := concat(&endsAt{context.Background(), looks}, frames)
			if err == nil {
				break
			}
			if g != nil || err != context.Canceled {
				t.Fatalf("%s, %d looks: %v", name, looks, err)
			}
		}
		if looks < 3*len(frames)/256 {
			t.Errorf("%s: %d looks at the context", name, looks)
		}
	}
}
