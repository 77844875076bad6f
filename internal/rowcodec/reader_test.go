package rowcodec

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/arrowtest"
	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/internal/errkind"
)

// bound is the reader of a column into a field of the type.
func bound[F any](t *testing.T, c chunk.Column) *Reader {
	t.Helper()
	p, err := PlanOf(reflect.TypeFor[struct {
		F F `frame:"c"`
	}]())
	if err != nil {
		t.Fatal(err)
	}
	rs, err := p.Bind([]chunk.Column{c})
	if err != nil {
		t.Fatal(err)
	}
	return rs[0]
}

// Any range of rows, across Arrow chunks, is read into its place in the block
// and nowhere else.
func TestGatherRanges(t *testing.T) {
	n := 300
	cell := arrowtest.Every(5, func(i int) any { return int32(i) })
	c := build(t, arrow.PrimitiveTypes.Int32, arrowtest.Made(n, cell), 3, 64, 65, 130, 200)
	r := bound[Null[int32]](t, c)
	for lo := 0; lo < n; lo += 7 {
		for _, m := range []int{1, 2, 63, 64, 65, 200, BlockRows} {
			m = min(m, n-lo)
			rows := make([]struct{ F Null[int32] }, m+1)
			rows[m].F = Null[int32]{-7, true}
			var b Block
			b.Reset(m)
			r.Gather(&b, ViewOf(rows), lo, m, &ReadMem{})
			if b.Nulls || b.Bad != m || rows[m].F != (Null[int32]{-7, true}) {
				t.Fatalf("rows %d to %d: %+v", lo, lo+m, rows[m])
			}
			for i, row := range rows[:m] {
				v, ok := cell(lo + i).(int32)
				if row.F != (Null[int32]{v, ok}) {
					t.Fatalf("rows %d to %d: row %d is %v", lo, lo+m, i, row.F)
				}
			}
		}
	}
}

// A block is read over what the block before it left.
func TestGatherOverOld(t *testing.T) {
	first := build(t, arrow.BinaryTypes.String, arrowtest.Made(100, func(int) any { return "old" }))
	second := build(t, arrow.BinaryTypes.String, arrowtest.Made(100, arrowtest.Every(2, func(int) any { return "new" })))
	rows := make([]struct{ F Null[string] }, 100)
	for _, c := range []chunk.Column{first, second} {
		var b Block
		b.Reset(100)
		bound[Null[string]](t, c).Gather(&b, ViewOf(rows), 0, 100, &ReadMem{})
	}
	for i, row := range rows {
		want := Null[string]{"new", true}
		if i%2 == 0 {
			want = Null[string]{}
		}
		if row.F != want {
			t.Fatalf("row %d: %+v", i, row.F)
		}
	}
}

// The memory that lists, their lists and their texts refer to is used again by each block.
func TestGatherReusesMemory(t *testing.T) {
	rows := make([]struct{ F [][][]byte }, BlockRows)
	for i := range rows {
		rows[i].F = [][][]byte{{[]byte("a")}, {[]byte("bc"), nil}}
	}
	ws := writers[struct{ F [][][]byte }](t, len(rows))
	mems := [][]WriteMem{make([]WriteMem, 1)}
	var cursor int
	if err := WriteRows(ws, rows, 0, mems[0], &cursor); err != nil {
		t.Fatal(err)
	}
	cols, err := Finish(t.Context(), ws, mems, func(n int, fn func(i int)) error {
		for i := range n {
			fn(i)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	c := cols[0].Renamed("c")
	r := bound[[][][]byte](t, c)
	var mem ReadMem
	var once int
	for i := range 100 {
		var b Block
		b.Reset(len(rows))
		r.Gather(&b, ViewOf(rows), 0, len(rows), &mem)
		lists := &mem.kids[0].kids[0]
		now := lists.most + cap(lists.bytes)
		if i == 3 {
			once = now
		}
		if i > 3 && now != once {
			t.Fatalf("block %d: memory for %d, it was %d", i, now, once)
		}
	}
}

func TestBlockCause(t *testing.T) {
	c := build(t, arrow.PrimitiveTypes.Int64, []any{int64(1), nil, int64(1<<53 + 1)})
	r := bound[float64](t, c)
	var b Block
	b.Reset(3)
	rows := make([]struct{ F float64 }, 3)
	r.Gather(&b, ViewOf(rows), 0, 3, &ReadMem{})
	if b.FirstNull() != 1 || b.Bad != 2 {
		t.Fatalf("%+v", b)
	}
	null, value := b.Cause([]*Reader{r}, 0, 1, false), b.Cause([]*Reader{r}, 0, 2, false)
	if !errors.Is(null, errkind.ErrNull) || !errors.Is(value, errkind.ErrValue) || !strings.Contains(value.Error(), "9007199254740993 into field F, which is float64") {
		t.Fatal(null, value)
	}
}

func TestReaderKnowsNulls(t *testing.T) {
	c := build(t, arrow.PrimitiveTypes.Int8, []any{int8(1), nil, int8(2), nil}, 1, 3)
	r := bound[*int8](t, c)
	for i, want := range []bool{false, true, false, true} {
		if r.isNull(i) != want {
			t.Errorf("row %d", i)
		}
	}
	whole := c.Slice(0, 1)
	if !r.HasNulls() || bound[*int8](t, whole).HasNulls() {
		t.Error("nulls")
	}
}
