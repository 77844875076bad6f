package bufowner

import (
	"testing"

	mem18 "github.com/apache/arrow-go/v18/arrow/memory"
	mem15 "github.com/apache/arrow/go/v15/arrow/memory"
)

type foreign15 struct{ mem15.GoAllocator }

type foreign18 struct{ mem18.GoAllocator }

func TestCollected(t *testing.T) {
	v15 := Of[mem15.Buffer, mem15.GoAllocator, mem15.CheckedAllocator]()
	v18 := Of[mem18.Buffer, mem18.GoAllocator, mem18.CheckedAllocator]()
	part15 := func(b *mem15.Buffer) *mem15.Buffer { b.Resize(64); return mem15.SliceBuffer(b, 8, 8) }
	part18 := func(b *mem18.Buffer) *mem18.Buffer { b.Resize(64); return mem18.SliceBuffer(b, 8, 8) }
	for name, c := range map[string]struct{ got15, got18, want bool }{
		"wrapped": {v15.Collected(mem15.NewBufferBytes(nil)), v18.Collected(mem18.NewBufferBytes(nil)), true},
		"Go's":    {v15.Collected(mem15.NewResizableBuffer(mem15.NewGoAllocator())), v18.Collected(mem18.NewResizableBuffer(mem18.NewGoAllocator())), true},
		"checked": {v15.Collected(mem15.NewResizableBuffer(mem15.NewCheckedAllocator(mem15.NewGoAllocator()))),
			v18.Collected(mem18.NewResizableBuffer(mem18.NewCheckedAllocator(mem18.NewGoAllocator()))), true},
		"foreign": {v15.Collected(mem15.NewResizableBuffer(&foreign15{})), v18.Collected(mem18.NewResizableBuffer(&foreign18{})), false},
		"foreign and checked": {v15.Collected(mem15.NewResizableBuffer(mem15.NewCheckedAllocator(&foreign15{}))),
			v18.Collected(mem18.NewResizableBuffer(mem18.NewCheckedAllocator(&foreign18{}))), false},
		"part of foreign": {v15.Collected(part15(mem15.NewResizableBuffer(&foreign15{}))), v18.Collected(part18(mem18.NewResizableBuffer(&foreign18{}))), false},
		"part of Go's": {v15.Collected(part15(mem15.NewResizableBuffer(mem15.NewGoAllocator()))),
			v18.Collected(part18(mem18.NewResizableBuffer(mem18.NewGoAllocator()))), true},
	} {
		if c.got15 != c.want || c.got18 != c.want {
			t.Errorf("%s: %t and %t, want %t", name, c.got15, c.got18, c.want)
		}
	}
}

// A struct without the field, or with it deeper down.
func TestUnknownBuffer(t *testing.T) {
	if Of[other, mem15.GoAllocator, mem15.CheckedAllocator]().Collected(&other{inner{mem: 1}}) {
		t.Error("what is not known is taken for Go's")
	}
}

type other struct{ inner }

type inner struct{ mem any }

func (*other) Parent() *other { return nil }
