package chunk_test

import (
	"testing"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/arrowtest"
	"github.com/parframe/parframe/internal/chunk"
)

// Types are the same whatever is declared nullable, whatever metadata they carry, and
// whatever lists call their elements; the names of a struct's fields count.
func TestSameType(t *testing.T) {
	i64 := arrow.PrimitiveTypes.Int64
	field := func(name string, nullable bool) arrow.Field {
		return arrow.Field{Name: name, Type: i64, Nullable: nullable, Metadata: arrow.NewMetadata([]string{name}, []string{name})}
	}
	zone := &arrow.TimestampType{Unit: arrow.Second, TimeZone: "Europe/Berlin"}
	if _, err := zone.GetZone(); err != nil {
		t.Fatal(err)
	}
	fresh := &arrow.TimestampType{Unit: arrow.Second, TimeZone: "Europe/Berlin"}
	for _, c := range []struct {
		a, b arrow.DataType
		want bool
	}{
		{arrow.ListOfField(field("item", true)), arrow.ListOfField(field("element", false)), true},
		{arrow.LargeListOfField(field("item", true)), arrow.LargeListOfField(field("element", false)), true},
		{arrow.ListViewOfField(field("item", true)), arrow.ListViewOfField(field("element", false)), true},
		{arrow.FixedSizeListOfField(2, field("item", true)), arrow.FixedSizeListOfField(2, field("element", false)), true},
		{arrow.FixedSizeListOfField(2, field("item", true)), arrow.FixedSizeListOfField(3, field("item", true)), false},
		{arrow.StructOf(field("a", true)), arrow.StructOf(field("a", false)), true},
		{arrow.StructOf(field("a", true)), arrow.StructOf(field("b", true)), false},
		{arrow.ListOf(i64), arrow.LargeListOf(i64), false},
		{zone, fresh, true},
		{&arrow.DictionaryType{IndexType: i64, ValueType: zone}, &arrow.DictionaryType{IndexType: i64, ValueType: fresh}, true},
		{arrow.SparseUnionOf([]arrow.Field{field("a", true)}, []arrow.UnionTypeCode{1}), arrow.SparseUnionOf([]arrow.Field{field("a", true)}, []arrow.UnionTypeCode{2}), false},
		{arrow.SparseUnionOf([]arrow.Field{field("a", true)}, []arrow.UnionTypeCode{1}), arrow.DenseUnionOf([]arrow.Field{field("a", true)}, []arrow.UnionTypeCode{1}), false},
		{arrow.RunEndEncodedOf(arrow.PrimitiveTypes.Int16, i64), arrow.RunEndEncodedOf(arrow.PrimitiveTypes.Int32, i64), false},
		{arrowtest.NewTagged(i64), arrowtest.NewTagged(i64), true},
		{arrowtest.NewTagged(i64), arrowtest.NewTagged(zone), false},
		{arrowtest.NewTagged(i64), i64, false},
		{&arrow.Decimal128Type{Precision: 5, Scale: 2}, &arrow.Decimal128Type{Precision: 5, Scale: 3}, false},
		{i64, nil, false},
	} {
		if got := chunk.SameType(c.a, c.b); got != c.want {
			t.Errorf("%v and %v: %t", c.a, c.b, got)
		}
	}
}
