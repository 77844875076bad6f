package frame_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/google/go-cmp/cmp"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/arrowtest"
	"github.com/parframe/parframe/internal/chunk"
)

// Cutting anywhere and joining again returns the whole; so do Rechunk, Clone and a round
// trip through bytes.
func TestCutAndJoinAllTypes(t *testing.T) {
	defer arrowtest.Register()()
	arrowtest.EachType(t, func(t *testing.T, typ arrow.DataType, g *arrowtest.Gen) {
		for range 12 {
			f := randomFrame(t, g, typ, g.IntN(200))
			want := rowsOf(f.Columns()[0])
			var parts []*frame.Frame
			for i := 0; ; {
				j := i + g.IntN(f.NumRows()-i+1)
				part := must(f.Slice(i, j))
				checkColumn(t, part.Columns()[0], want[i:j])
				parts = append(parts, part)
				if i = j; j == f.NumRows() {
					break
				}
			}
			whole := must(frame.Concat(parts...))
			checkColumn(t, whole.Columns()[0], want)
			checkColumn(t, f.Clone().Columns()[0], want)
			if err := whole.Validate(); err != nil {
				t.Fatal(err)
			}
			var back frame.Frame
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
			if n := len(memoryOf(one.Columns()[0]).Chunks); n > 1 {
				t.Fatalf("%d chunks", n)
			}
		}
	})
}

func TestConcatSharesMemory(t *testing.T) {
	a, b := must(frame.NewColumn("x", []int64{1, 2})), must(frame.NewColumn("x", []int64{3}))
	f := must(frame.Concat(must(frame.New(a)), must(frame.New(b))))
	if memoryOf(f.Columns()[0]).Chunks[0] != memoryOf(a).Chunks[0] || memoryOf(f.Columns()[0]).Chunks[1] != memoryOf(b).Chunks[0] {
		t.Error("frames that agree were copied")
	}
	g := must(frame.New(a))
	if h := must(frame.Concat(g)); h != g {
		t.Error("one frame is not itself")
	}
}

// Columns are matched by name; a missing column is null, whatever its type.
func TestConcatMissingAllTypes(t *testing.T) {
	arrowtest.EachType(t, func(t *testing.T, typ arrow.DataType, g *arrowtest.Gen) {
		n := 1 + g.IntN(50)
		schema := arrow.NewSchema([]arrow.Field{{Name: "x", Type: typ}}, nil)
		x := must(frame.FromRecord(array.NewRecord(schema, []arrow.Array{g.Array(typ, n)}, int64(n)))).Columns()[0]
		left := must(frame.New(must(frame.NewColumn("a", make([]int, n))), x))
		right := must(frame.New(must(frame.NewColumn("b", []string{"p", "q", "r"})), must(frame.NewColumn("a", []int{7, 8, 9}))))
		f := must(frame.Concat(left, right, left.Head(0)))
		if diff := cmp.Diff([]string{"a", "x", "b"}, f.Names()); diff != "" {
			t.Fatal(diff)
		}
		if err := f.Validate(); err != nil {
			t.Fatal(err)
		}
		if got := f.Columns()[1]; !got.Field().Nullable || got.NullN() != x.NullN()+3 {
			t.Fatalf("%d nulls, expected %d; nullable %t", got.NullN(), x.NullN()+3, got.Field().Nullable)
		}
		want := rowsOf(x)
		for range 3 {
			want = append(want, arrowtest.Rows(chunk.Nulls(typ, 1).Array())...)
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
		null := must(frame.New(must(frame.ColumnOf("x", array.NewNull(4)))))
		for _, parts := range [][]*frame.Frame{{f, null}, {null, f}} {
			got := must(frame.Concat(parts...))
			if !chunk.SameType(got.Columns()[0].Type(), typ) || !got.Columns()[0].Field().Nullable {
				t.Fatalf("null and %s make %s", typ, got.Columns()[0].Type())
			}
			if n := f.Columns()[0].NullN(); got.Columns()[0].NullN() != n+4 {
				t.Fatalf("%d nulls, expected %d", got.Columns()[0].NullN(), n+4)
			}
		}
	})
}

func TestConcatErrors(t *testing.T) {
	x := func(v ...int64) *frame.Frame { return must(frame.New(must(frame.NewColumn("x", v)))) }
	s := must(frame.New(must(frame.NewColumn("x", []string{"a"}))))
	u := must(frame.New(must(frame.NewColumn("x", []uint64{1}))))
	fl := must(frame.New(must(frame.NewColumn("x", []float64{0.5}))))
	for name, c := range map[string]struct {
		err  error
		kind error
		text string
	}{
		"none":          {failure(frame.Concat()), frame.ErrLength, "frame.Concat: wrong length: no frames"},
		"nil":           {failure(frame.Concat(x(1), nil)), frame.ErrNilFrame, "nil frame: partition 1"},
		"text":          {failure(frame.Concat(x(1), x(2), s)), frame.ErrType, `frame.Concat: partition 2, column "x": wrong type: utf8 does not go with int64 (partition 0)`},
		"uint64":        {failure(frame.Concat(x(1), u)), frame.ErrType, `partition 1, column "x": wrong type: uint64 does not go with int64 (partition 0)`},
		"inexact":       {failure(frame.Concat(x(1), fl, x(3, 1<<53+1))), frame.ErrType, `partition 2, column "x": wrong type: int64 does not go with float64 (partition 1): row 1 is 9007199254740993, which float64 cannot hold`},
		"inexact first": {failure(frame.Concat(x(1, -1<<53-1), fl)), frame.ErrType, `partition 0, column "x": wrong type: int64 does not go with float64 (partition 1): row 1 is -9007199254740993`},
	} {
		if !errors.Is(c.err, c.kind) || !strings.Contains(c.err.Error(), c.text) {
			t.Errorf("%s: %v, expected %q", name, c.err, c.text)
		}
	}
}
