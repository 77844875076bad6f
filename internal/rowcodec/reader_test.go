package rowcodec_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/arrowtest"
	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/internal/errkind"
	"github.com/parframe/parframe/internal/rowcodec"
)

// bound is the reader of a column into a field of the type.
func bound[F any](t *testing.T, c chunk.Column) *rowcodec.Reader {
	t.Helper()
	p, err := rowcodec.PlanOf(reflect.TypeFor[struct {
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
	r := bound[rowcodec.Null[int32]](t, c)
	for lo := 0; lo < n; lo += 7 {
		for _, m := range []int{1, 2, 63, 64, 65, 200, rowcodec.BlockRows} {
			m = min(m, n-lo)
			rows := make([]struct{ F rowcodec.Null[int32] }, m+1)
			rows[m].F = rowcodec.Some(int32(-7))
			var b rowcodec.Block
			b.Reset(m)
			r.Gather(&b, rowcodec.ViewOf(rows), lo, m, &rowcodec.ReadMem{})
			if b.Nulls || b.Bad != m || rows[m].F != rowcodec.Some(int32(-7)) {
				t.Fatalf("rows %d to %d: %+v", lo, lo+m, rows[m])
			}
			for i, row := range rows[:m] {
				v, ok := cell(lo + i).(int32)
				if row.F != (rowcodec.Null[int32]{V: v, Valid: ok}) {
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
	rows := make([]struct{ F rowcodec.Null[string] }, 100)
	for _, c := range []chunk.Column{first, second} {
		var b rowcodec.Block
		b.Reset(100)
		bound[rowcodec.Null[string]](t, c).Gather(&b, rowcodec.ViewOf(rows), 0, 100, &rowcodec.ReadMem{})
	}
	for i, row := range rows {
		want := rowcodec.Some("new")
		if i%2 == 0 {
			want = rowcodec.Null[string]{}
		}
		if row.F != want {
			t.Fatalf("row %d: %+v", i, row.F)
		}
	}
}

// The memory that lists, their lists and their texts refer to is used again by each block.
func TestGatherReusesMemory(t *testing.T) {
	rows := make([]struct{ F [][][]byte }, rowcodec.BlockRows)
	for i := range rows {
		rows[i].F = [][][]byte{{[]byte("a")}, {[]byte("bc"), nil}}
	}
	ws := writers[struct{ F [][][]byte }](t, len(rows))
	mem := make([]rowcodec.WriteMem, 1)
	var cursor int
	if err := rowcodec.WriteRows(ws, rows, 0, mem, &cursor); err != nil {
		t.Fatal(err)
	}
	cols, err := rowcodec.Finish(t.Context(), ws, [][]rowcodec.WriteMem{mem}, serially)
	if err != nil {
		t.Fatal(err)
	}
	r := bound[[][][]byte](t, cols[0].Renamed("c"))
	type memory struct {
		list *[][]byte
		text *[]byte
		char *byte
	}
	var read rowcodec.ReadMem
	var once memory
	for i := range 100 {
		var b rowcodec.Block
		b.Reset(len(rows))
		r.Gather(&b, rowcodec.ViewOf(rows), 0, len(rows), &read)
		list := rows[len(rows)-1].F
		now := memory{&list[0], &list[1][0], &list[1][0][0]}
		if i == 3 {
			once = now
		}
		if i > 3 && now != once {
			t.Fatalf("block %d: memory at %v, it was at %v", i, now, once)
		}
	}
}

func TestBlockCause(t *testing.T) {
	c := build(t, arrow.PrimitiveTypes.Int64, []any{int64(1), nil, int64(1<<53 + 1)}, 1, 2)
	r := bound[float64](t, c)
	var b rowcodec.Block
	b.Reset(3)
	rows := make([]struct{ F float64 }, 3)
	r.Gather(&b, rowcodec.ViewOf(rows), 0, 3, &rowcodec.ReadMem{})
	if b.FirstNull() != 1 || b.Bad != 2 {
		t.Fatalf("%+v", b)
	}
	null, value := b.Cause([]*rowcodec.Reader{r}, 0, 1, false), b.Cause([]*rowcodec.Reader{r}, 0, 2, false)
	if !errors.Is(null, errkind.ErrNull) || !errors.Is(value, errkind.ErrValue) || !strings.Contains(value.Error(), "9007199254740993 into field F, which is float64") {
		t.Fatal(null, value)
	}
}

func TestReaderHasNulls(t *testing.T) {
	c := build(t, arrow.PrimitiveTypes.Int8, []any{int8(1), int8(3), nil, int8(2)}, 1, 3)
	if head := c.Slice(0, 2); !bound[*int8](t, c).HasNulls() || bound[*int8](t, head).HasNulls() {
		t.Error("nulls")
	}
}
