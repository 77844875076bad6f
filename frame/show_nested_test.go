package frame

import (
	"reflect"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
)

func TestCellTextNested(t *testing.T) {
	int8s, str := arrow.PrimitiveTypes.Int8, arrow.BinaryTypes.String
	point := arrow.StructOf(arrow.Field{Name: "x", Type: int8s, Nullable: true}, arrow.Field{Name: "s", Type: str, Nullable: true})
	for _, c := range []struct {
		typ        arrow.DataType
		json, want string
	}{
		{arrow.ListOf(int8s), `[[1, null, 3], [], null]`, "[1, null, 3] | [] | null"},
		{arrow.LargeListOf(str), `[["a, b", "c\"d\\"], ["null", null]]`, `["a, b", "c\"d\\"] | ["null", null]`},
		{arrow.FixedSizeListOf(2, int8s), `[[1, 2], null]`, "[1, 2] | null"},
		{arrow.ListViewOf(int8s), `[[1, 2], [3]]`, "[1, 2] | [3]"},
		{arrow.LargeListViewOf(int8s), `[[], [3]]`, "[] | [3]"},
		{arrow.ListOf(arrow.ListOf(str)), `[[["\n"], null]]`, `[["\n"], null]`},
		{point, `[{"x": 1, "s": "a"}, {"x": null, "s": null}, null]`, `{x: 1, s: "a"} | {x: null, s: null} | null`},
		{arrow.StructOf(), `[{}, null]`, "{} | null"},
		{arrow.ListOf(point), `[[{"x": 1, "s": "👩‍🚀"}]]`, `[{x: 1, s: "👩‍🚀"}]`},
		{arrow.MapOf(str, int8s), `[[{"key": "a", "value": 1}, {"key": "b", "value": null}], []]`, `{"a" → 1, "b" → null} | {}`},
		{&arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Uint8, ValueType: str}, `["x", "y", "x", null, "null"]`, `x | y | x | null | "null"`},
		{arrow.RunEndEncodedOf(arrow.PrimitiveTypes.Int32, str), `["a", "a", null, "b"]`, "a | a | null | b"},
	} {
		a := fromJSON(t, c.typ, c.json)
		checkTexts(t, a, c.want)
		// A slice shows the same values: offsets are where nested types go wrong.
		for lo := range a.Len() {
			s := array.NewSlice(a, int64(lo), int64(a.Len()))
			for i, got := range texts(s) {
				if want := cellText(a, lo+i, 1000); got != want {
					t.Errorf("%v, row %d of the slice from %d: got %s, want %s", c.typ, i, lo, got, want)
				}
			}
		}
	}
}

func TestCellTextUnions(t *testing.T) {
	fields := []arrow.Field{{Name: "n", Type: arrow.PrimitiveTypes.Int8, Nullable: true}, {Name: "s", Type: arrow.BinaryTypes.String, Nullable: true}}
	codes := []arrow.UnionTypeCode{5, 9}
	for _, typ := range []arrow.DataType{arrow.SparseUnionOf(fields, codes), arrow.DenseUnionOf(fields, codes)} {
		a := fromJSON(t, typ, `[[5, 1], [9, "a"], [5, 2], [9, "b"]]`)
		checkTexts(t, a, "1 | a | 2 | b")
		checkTexts(t, array.NewSlice(a, 1, 4), "a | 2 | b")
		checkTexts(t, array.NewSlice(array.NewSlice(a, 1, 4), 1, 2), "2")
	}
}

// mail is an extension type without a ValueStr method of its own, like many.
type mail struct{ arrow.ExtensionBase }
type mailArray struct{ array.ExtensionArrayBase }

func (*mail) ArrayType() reflect.Type { return reflect.TypeFor[mailArray]() }

func TestCellTextExtension(t *testing.T) {
	storage := fromJSON(t, arrow.BinaryTypes.String, `["a@b", null]`)
	a := array.NewExtensionArrayWithStorage(&mail{arrow.ExtensionBase{Storage: arrow.BinaryTypes.String}}, storage)
	checkTexts(t, a, "a@b | null")
	list := array.NewListBuilder(memory.DefaultAllocator, arrow.PrimitiveTypes.Int8)
	list.AppendNull()
	checkTexts(t, list.NewArray(), "null")
}

func (*mail) ExtensionName() string { return "test.mail" }
func (*mail) Serialize() string     { return "" }
func (*mail) ExtensionEquals(o arrow.ExtensionType) bool {
	return o.ExtensionName() == "test.mail"
}

func (*mail) Deserialize(storage arrow.DataType, _ string) (arrow.ExtensionType, error) {
	return &mail{arrow.ExtensionBase{Storage: storage}}, nil
}
