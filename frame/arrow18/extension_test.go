package arrow18_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	a18 "github.com/apache/arrow-go/v18/arrow"
	arr18 "github.com/apache/arrow-go/v18/arrow/array"
	mem18 "github.com/apache/arrow-go/v18/arrow/memory"
	a15 "github.com/apache/arrow/go/v15/arrow"
	arr15 "github.com/apache/arrow/go/v15/arrow/array"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/frame/arrow18"
	"github.com/parframe/parframe/internal/arrowtest"
)

// label is an extension type of v18 with the name and the parameter of
// arrowtest's type of v15.
type label struct{ a18.ExtensionBase }

type labelArray struct{ arr18.ExtensionArrayBase }

func newLabel(storage a18.DataType) *label { return &label{a18.ExtensionBase{Storage: storage}} }

func (*label) ArrayType() reflect.Type { return reflect.TypeFor[labelArray]() }
func (*label) ExtensionName() string   { return "parframe.tagged" }
func (*label) Serialize() string       { return "tag" }
func (l *label) String() string        { return fmt.Sprintf("label<%v>", l.Storage) }

func (l *label) ExtensionEquals(o a18.ExtensionType) bool {
	p, ok := o.(*label)
	return ok && a18.TypeEqual(l.Storage, p.Storage)
}

func (*label) Deserialize(storage a18.DataType, data string) (a18.ExtensionType, error) {
	if data != "tag" || storage.ID() == a18.BOOL {
		return nil, errors.New("no label")
	}
	return newLabel(storage), nil
}

func labelled(t testing.TB, storage a18.DataType, json string) a18.Array {
	return arr18.NewExtensionArrayWithStorage(newLabel(storage), array18(t, storage, json))
}

// Nobody registered anything: v15 has a type of that name and storage, and
// v18 gets its own type back, also after frame has cut and joined the column.
func TestExtensionIsCarried(t *testing.T) {
	rec := batchOf("x", labelled(t, a18.BinaryTypes.String, `["a", null, "c"]`))
	f := fromBatch(t, rec)
	typ, ok := f.Schema().Field(0).Type.(a15.ExtensionType)
	if !ok || typ.ExtensionName() != "parframe.tagged" || typ.Serialize() != "tag" || typ.StorageType().ID() != a15.STRING {
		t.Fatalf("in the frame: %v", f.Schema())
	}
	if typ.String() != "extension<parframe.tagged[utf8]>" {
		t.Error(typ)
	}
	got, err := frame.Nulls[string](f.Columns()[0])
	if err != nil || !slices.Equal(got, []frame.Null[string]{{V: "a", Valid: true}, {}, {V: "c", Valid: true}}) {
		t.Error(got, err)
	}
	tail, err := f.Slice(1, 3)
	if err != nil {
		t.Fatal(err)
	}
	both, err := frame.Concat(f, tail, fromBatch(t, rec))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range toBatches(t, both) {
		if _, ok := r.Column(0).(*labelArray); !ok || r.Schema().Field(0).Type.(*label) == nil {
			t.Fatalf("came out as %T of %v", r.Column(0), r.Schema())
		}
	}
	if f.Columns()[0].Chunks()[0].ValueStr(2) != "c" {
		t.Error("no text")
	}
	if same, err := typ.Deserialize(a15.BinaryTypes.String, "tag"); err != nil || !typ.ExtensionEquals(same) {
		t.Error(same, err)
	}
	if _, err := typ.Deserialize(a15.BinaryTypes.String, "other"); err == nil {
		t.Error("other parameters are accepted")
	}
}

// The same from v15's side.
func TestExtensionOfV15IsCarried(t *testing.T) {
	c, err := frame.ColumnOf("x", arrowtest.Rand(1).Array(a15.ListOf(arrowtest.NewTagged(a15.PrimitiveTypes.Int64)), 20))
	if err != nil {
		t.Fatal(err)
	}
	f, err := frame.New(c)
	if err != nil {
		t.Fatal(err)
	}
	rec := toBatches(t, f)[0]
	typ, ok := rec.Schema().Field(0).Type.(*a18.ListType).Elem().(a18.ExtensionType)
	if !ok || typ.ExtensionName() != "parframe.tagged" || typ.Serialize() != "tag" || typ.StorageType().ID() != a18.INT64 {
		t.Fatalf("in v18: %v", rec.Schema())
	}
	values := rec.Column(0).(*arr18.List).ListValues()
	if values.ValueStr(0) != values.(arr18.ExtensionArray).Storage().ValueStr(0) {
		t.Error("no text")
	}
	if typ.String() != "extension<parframe.tagged[int64]>" {
		t.Error(typ)
	}
	back := fromBatch(t, rec)
	if _, ok := back.Schema().Field(0).Type.(*a15.ListType).Elem().(*arrowtest.Tagged); !ok || !back.Equal(f) {
		t.Errorf("came back as %v", back.Schema())
	}
	if same, err := typ.Deserialize(a18.PrimitiveTypes.Int64, "tag"); err != nil || !typ.ExtensionEquals(same) {
		t.Error(same, err)
	}
	if _, err := typ.Deserialize(a18.PrimitiveTypes.Int64, "other"); err == nil {
		t.Error("other parameters are accepted")
	}
}

// Registered on both sides under one name: each side has its own type.
func TestExtensionIsRegistered(t *testing.T) {
	defer arrowtest.Register()()
	if err := a18.RegisterExtensionType(newLabel(a18.Null)); err != nil {
		t.Fatal(err)
	}
	defer a18.UnregisterExtensionType("parframe.tagged")

	f := fromBatch(t, batchOf("x", labelled(t, a18.PrimitiveTypes.Int32, `[1, 2]`)))
	if _, ok := f.Columns()[0].Chunks()[0].(*arrowtest.TaggedArray); !ok {
		t.Errorf("from v18: %v", f.Schema())
	}
	if rec := toBatches(t, f)[0]; reflect.TypeOf(rec.Column(0)) != reflect.TypeFor[*labelArray]() {
		t.Errorf("to v18: %v", rec.Schema())
	}

	// A registered type that refuses the storage is an error that says why.
	c, err := frame.ColumnOf("yes", arr15.NewExtensionArrayWithStorage(
		arrowtest.NewTagged(a15.FixedWidthTypes.Boolean), arrowtest.Rand(1).Array(a15.FixedWidthTypes.Boolean, 3)))
	if err != nil {
		t.Fatal(err)
	}
	f, err = frame.New(c)
	if err != nil {
		t.Fatal(err)
	}
	for _, call := range []func() error{
		func() error { _, err := arrow18.ToRecordBatches(f); return err },
		func() error { _, err := arrow18.ToTable(f); return err },
	} {
		if err := call(); !errors.Is(err, arrow18.ErrUnsupported) || !strings.Contains(err.Error(), `column "yes"`) || !strings.HasSuffix(err.Error(), "no label") {
			t.Error(err)
		}
	}
}

// A schema is converted once for all batches of a reader, but not where the
// result depends on what is registered meanwhile.
func TestSchemaOfManyBatches(t *testing.T) {
	plain := batchOf("x", array18(t, a18.ListOf(a18.PrimitiveTypes.Int32), `[[1]]`))
	if one, two := fromBatch(t, plain), fromBatch(t, plain); one.Schema() != two.Schema() {
		t.Error("converted twice")
	}
	f := fromBatch(t, plain)
	if one, two := toBatches(t, f)[0], toBatches(t, f)[0]; one.Schema() != two.Schema() {
		t.Error("converted back twice")
	}
	label := labelled(t, a18.PrimitiveTypes.Int32, `[1, 2]`)
	inside := a18.StructOf(a18.Field{Name: "l", Type: label.DataType()})
	rec := batchOf("x", arr18.MakeFromData(arr18.NewData(inside, 2, []*mem18.Buffer{nil}, []a18.ArrayData{label.Data()}, 0, 0)))
	registered := func() bool {
		_, ok := fromBatch(t, rec).Schema().Field(0).Type.(*a15.StructType).Field(0).Type.(*arrowtest.Tagged)
		return ok
	}
	before := registered()
	unregister := arrowtest.Register()
	meanwhile := registered()
	unregister()
	if before || !meanwhile || registered() {
		t.Errorf("registered: %t before, %t meanwhile", before, meanwhile)
	}
}
