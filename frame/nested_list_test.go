package frame_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/arrowtest"
)

// Every layout of lists, made by Arrow's own builders.
func TestListLayouts(t *testing.T) {
	i16 := arrow.PrimitiveTypes.Int16
	const n = 600
	for _, typ := range []arrow.DataType{arrow.ListOf(i16), arrow.LargeListOf(i16), arrow.FixedSizeListOf(2, i16), arrow.ListViewOf(i16), arrow.LargeListViewOf(i16)} {
		texts := arrowtest.Made(n, arrowtest.Every(4, func(i int) any {
			if typ.ID() == arrow.FIXED_SIZE_LIST || i%3 == 0 {
				return fmt.Sprintf("[%d,%d]", i, i+1)
			}
			if i%3 == 1 {
				return "[]"
			}
			return fmt.Sprintf("[%d,7,8]", i)
		}))
		c := build(t, "c", typ, texts, 3, 100, 101, 400)
		f := frameOf(t, c)
		g, err := frame.MapRows(t.Context(), f, func(_ context.Context, l *[]int32) (string, error) {
			if l == nil {
				return "null", nil
			}
			return strings.ReplaceAll(fmt.Sprint(*l), " ", ","), nil
		})
		if err != nil {
			t.Fatal(typ, err)
		}
		checkCells(t, g, "result", arrowtest.Made(n, func(i int) any {
			if texts[i] == nil {
				return "null"
			}
			return texts[i]
		}))
	}
}

// A map is a slice of its entries.
func TestMapsAreSlicesOfEntries(t *testing.T) {
	b := array.NewMapBuilder(memory.DefaultAllocator, arrow.BinaryTypes.String, arrow.PrimitiveTypes.Int32, false)
	for i := range 5 {
		b.Append(i != 3)
		for k := range i {
			if i != 3 {
				b.KeyBuilder().(*array.StringBuilder).Append(fmt.Sprint("k", k))
				b.ItemBuilder().(*array.Int32Builder).Append(int32(i * k))
			}
		}
	}
	c, err := frame.ColumnOf("m", b.NewArray())
	if err != nil {
		t.Fatal(err)
	}
	type entry struct {
		Key   string `frame:"key"`
		Value *int64 `frame:"value"`
	}
	g, err := frame.MapColumn(t.Context(), frameOf(t, c), "m", func(_ context.Context, m []entry) (string, error) {
		var s strings.Builder
		for _, e := range m {
			s.WriteString(fmt.Sprint(e.Key, "=", *e.Value, " "))
		}
		return s.String(), nil
	})
	if err != nil {
		t.Fatal(err)
	}
	checkCells(t, g, "m", []any{"", "k0=0 ", "k0=0 k1=2 ", nil, "k0=0 k1=4 k2=8 k3=12 "})
}
