package frame

import (
	"testing"

	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
)

func TestQuick(t *testing.T) {
	a, err := NewColumn("a", []int64{1, 2, 3, 4, 5})
	if err != nil {
		t.Fatal(err)
	}
	x := "x"
	b, err := NewColumn("b", []*string{&x, nil, &x, nil, &x})
	if err != nil {
		t.Fatal(err)
	}
	f, err := New(a, b)
	if err != nil {
		t.Fatal(err)
	}
	recs, _ := f.ToRecords()
	t.Log(recs[0])
	g, err := FromRecords(nil, recs...)
	if err != nil || !g.Equal(f) {
		t.Fatal(err)
	}
	h, err := Concat(f.Head(2), f.slice(2, 3), f.Tail(2))
	if err != nil || !h.Equal(f) {
		t.Fatal(err)
	}
	if h.Equal(f.Head(4)) {
		t.Fatal("equal")
	}
	mem := memory.NewCheckedAllocator(memory.NewGoAllocator())
	bb := array.NewStringBuilder(mem)
	bb.AppendValues([]string{"a", "b"}, nil)
	arr := bb.NewArray()
	bb.Release()
	c, err := ColumnOf("c", arr)
	if err != nil {
		t.Fatal(err)
	}
	arr.Release()
	mem.AssertSize(t, 0)
	if c.Chunks()[0].ValueStr(1) != "b" {
		t.Fatal(c)
	}
	tb := f.ToTable()
	if tb.NumRows() != 5 {
		t.Fatal()
	}
}
