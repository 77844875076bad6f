package parquet

import (
	"errors"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/filetest"
)

// tag is an extension type over any storage.
type tag struct{ arrow.ExtensionBase }

func newTag(t arrow.DataType) *tag { return &tag{arrow.ExtensionBase{Storage: t}} }

func (*tag) ArrayType() reflect.Type { return reflect.TypeFor[tagArray]() }
func (*tag) ExtensionName() string   { return "parframe.test.tag" }
func (t *tag) Serialize() string     { return "" }
func (t *tag) Deserialize(s arrow.DataType, _ string) (arrow.ExtensionType, error) {
	return newTag(s), nil
}
func (t *tag) ExtensionEquals(o arrow.ExtensionType) bool {
	return o.ExtensionName() == t.ExtensionName() && arrow.TypeEqual(t.Storage, o.StorageType())
}

type tagArray struct{ array.ExtensionArrayBase }

// Extension types that are registered are read as they were, over every kind of
// storage.
func TestExtensionTypes(t *testing.T) {
	if err := arrow.RegisterExtensionType(newTag(arrow.Null)); err != nil {
		t.Fatal(err)
	}
	defer arrow.UnregisterExtensionType("parframe.test.tag")
	r := rand.New(rand.NewPCG(1, 1))
	for _, s := range []arrow.DataType{
		arrow.PrimitiveTypes.Int64, arrow.BinaryTypes.String, &arrow.FixedSizeBinaryType{ByteWidth: 16},
		arrow.ListOf(arrow.PrimitiveTypes.Int32), arrow.FixedSizeListOf(2, arrow.PrimitiveTypes.Int32),
		arrow.StructOf(arrow.Field{Name: "x", Type: arrow.PrimitiveTypes.Float64}),
	} {
		typ := newTag(s)
		a := array.NewExtensionArrayWithStorage(typ, filetest.Random(r, s, 50, 0.2))
		schema := arrow.NewSchema([]arrow.Field{{Name: "e", Type: typ, Nullable: true}}, nil)
		f, err := frame.FromRecord(array.NewRecord(schema, []arrow.Array{a}, 50))
		if err != nil {
			t.Fatal(err)
		}
		got, err := readBytes(write(t, f, WriteOptions{RowGroupRows: 20}), ReadOptions{})
		if err != nil {
			t.Fatalf("%v: %v", s, err)
		}
		equal(t, f, got)
	}
}

// A type without a Parquet form is an error that names column and type, before a byte
// is written.
func TestUnsupportedTypes(t *testing.T) {
	p := arrow.PrimitiveTypes
	for _, typ := range []arrow.DataType{
		arrow.StructOf(),
		arrow.RunEndEncodedOf(p.Int32, p.Int64),
		arrow.DenseUnionOf([]arrow.Field{{Name: "a", Type: p.Int64}}, []arrow.UnionTypeCode{0}),
		arrow.ListViewOf(p.Int64),
		&arrow.FixedSizeBinaryType{ByteWidth: 0},
		&arrow.Decimal128Type{Precision: 5, Scale: -2},
		&arrow.DictionaryType{IndexType: p.Int8, ValueType: arrow.ListOf(p.Int8)},
		arrow.ListOf(arrow.StructOf()),
	} {
		_, err := newFileSchema(arrow.NewSchema([]arrow.Field{{Name: "fine", Type: p.Int64}, {Name: "bad", Type: typ}}, nil))
		if !errors.Is(err, ErrUnsupported) || !strings.Contains(err.Error(), `"bad"`) {
			t.Errorf("%v: %v", typ, err)
		}
	}
}

// A null in a field that is not nullable is an error that names the column.
func TestNullInRequiredField(t *testing.T) {
	for _, typ := range []arrow.DataType{arrow.PrimitiveTypes.Int64, arrow.BinaryTypes.String, arrow.ListOf(arrow.PrimitiveTypes.Int64)} {
		for _, nulls := range []int{0, 1, 2} {
			b := array.NewBuilder(memory.DefaultAllocator, typ)
			for range 5 {
				b.AppendEmptyValue()
			}
			for range nulls {
				b.AppendNull()
			}
			schema := arrow.NewSchema([]arrow.Field{{Name: "x", Type: typ, Nullable: false}}, nil)
			f, err := frame.FromRecord(array.NewRecord(schema, []arrow.Array{b.NewArray()}, int64(5+nulls)))
			if err != nil {
				t.Fatal(err)
			}
			err = WriteFile(t.Context(), t.TempDir()+"/a", f, WriteOptions{})
			if nulls == 0 && err != nil || nulls > 0 && (!errors.Is(err, frame.ErrNull) || !strings.Contains(err.Error(), `"x`)) {
				t.Errorf("%v, %d nulls: %v", typ, nulls, err)
			}
		}
	}
}
