package parquet

import (
	"bytes"
	"encoding/base64"
	"strconv"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/ipc"

	"github.com/parframe/parframe/internal/files"
	"github.com/parframe/parframe/internal/pqmeta"
)

// leafWriter is a leaf of a file to be written: its position in the schema, and the
// path from a top-level array to its values.
type leafWriter struct {
	el     pqmeta.Element
	path   []string
	maxDef int
	maxRep int
	steps  []step // from the top-level field down; the last is the leaf
	enc    encoder
}

// step is a node on the path to a leaf.
type step struct {
	kind     nodeKind
	nullable bool
	kid      int // of a struct: number of the field that the path continues with
}

// fileSchema is the schema of a file to be written.
type fileSchema struct {
	arrow *arrow.Schema
	els   []pqmeta.Element
	outs  []*leafWriter
	first []int // first leaf of each top-level field, and then the number of leaves
}

// newFileSchema returns the Parquet form of a schema. A type that Parquet cannot hold
// is an ErrUnsupported that names column and type.
func newFileSchema(s *arrow.Schema) (*fileSchema, error) {
	ws := &fileSchema{arrow: s}
	ws.els = append(ws.els, pqmeta.Element{Name: "schema", Type: pqmeta.None, Repetition: pqmeta.NoRepetition,
		NumChildren: int32(s.NumFields()), Converted: pqmeta.NoConverted, FieldID: -1})
	for i := range s.NumFields() {
		ws.first = append(ws.first, len(ws.outs))
		f := s.Field(i)
		if err := ws.add(f.Name, f, fieldPath{}); err != nil {
			return nil, withPlace(err, -1, f.Name)
		}
	}
	ws.first = append(ws.first, len(ws.outs))
	return ws, nil
}

// fieldPath is the path from the root to the parent of a field.
type fieldPath struct {
	path  []string
	steps []step
	def   int
	rep   int
}

func (w fieldPath) down(name string, s step) fieldPath {
	w.path = append(w.path[:len(w.path):len(w.path)], name)
	w.steps = append(w.steps[:len(w.steps):len(w.steps)], s)
	if s.nullable {
		w.def++
	}
	return w
}

func (ws *fileSchema) group(name string, rep pqmeta.Repetition, kids int, kind pqmeta.Kind, conv pqmeta.Converted, id int32) {
	ws.els = append(ws.els, pqmeta.Element{Name: name, Type: pqmeta.None, Repetition: rep, NumChildren: int32(kids),
		Converted: conv, FieldID: id, Logical: pqmeta.Logical{Kind: kind}})
}

func repetition(nullable bool) pqmeta.Repetition {
	if nullable {
		return pqmeta.Optional
	}
	return pqmeta.Required
}

// add appends a field and all fields below it.
func (ws *fileSchema) add(name string, f arrow.Field, w fieldPath) error {
	if len(w.path) >= maxDepth {
		return unsupported("more than %d levels of nesting", maxDepth)
	}
	typ := f.Type
	if ext, ok := typ.(arrow.ExtensionType); ok {
		typ = ext.StorageType()
	}
	rep, id := repetition(f.Nullable), fieldID(f.Metadata)
	switch t := typ.(type) {
	case *arrow.StructType:
		if t.NumFields() == 0 {
			return unsupported("a struct without fields")
		}
		ws.group(name, rep, t.NumFields(), pqmeta.NoKind, pqmeta.NoConverted, id)
		for i := range t.NumFields() {
			k := t.Field(i)
			if err := ws.add(k.Name, k, w.down(name, step{structNode, f.Nullable, i})); err != nil {
				return err
			}
		}
		return nil
	case *arrow.MapType:
		ws.group(name, rep, 1, pqmeta.MapKind, pqmeta.ConvMap, id)
		ws.group("key_value", pqmeta.Repeated, 2, pqmeta.NoKind, pqmeta.NoConverted, -1)
		w = w.down(name, step{kind: listNode, nullable: f.Nullable})
		w.def, w.rep = w.def+1, w.rep+1
		key, item := t.KeyField(), t.ItemField()
		key.Nullable = false
		w.path = append(w.path, "key_value")
		for i, k := range []arrow.Field{key, item} {
			sub := w
			sub.steps = append(w.steps[:len(w.steps):len(w.steps)], step{kind: structNode, kid: i})
			if err := ws.add([]string{"key", "value"}[i], k, sub); err != nil {
				return err
			}
		}
		return nil
	case *arrow.ListType:
		return ws.list(name, f, t.ElemField(), w)
	case *arrow.LargeListType:
		return ws.list(name, f, t.ElemField(), w)
	case *arrow.FixedSizeListType:
		return ws.list(name, f, t.ElemField(), w)
	}
	return ws.leaf(name, f, w)
}

func (ws *fileSchema) list(name string, f, elem arrow.Field, w fieldPath) error {
	ws.group(name, repetition(f.Nullable), 1, pqmeta.ListKind, pqmeta.ConvList, fieldID(f.Metadata))
	ws.group("list", pqmeta.Repeated, 1, pqmeta.NoKind, pqmeta.NoConverted, -1)
	w = w.down(name, step{kind: listNode, nullable: f.Nullable})
	w.def, w.rep = w.def+1, w.rep+1
	w.path = append(w.path, "list")
	return ws.add("element", elem, w)
}

func (ws *fileSchema) leaf(name string, f arrow.Field, w fieldPath) error {
	el, enc, err := leafEncoding(f.Type)
	if err != nil {
		return err
	}
	if f.Type.ID() == arrow.NULL {
		f.Nullable = true
	}
	el.Name, el.Repetition, el.FieldID = name, repetition(f.Nullable), fieldID(f.Metadata)
	w = w.down(name, step{kind: leafNode, nullable: f.Nullable})
	ws.els = append(ws.els, el)
	ws.outs = append(ws.outs, &leafWriter{el: el, path: w.path, maxDef: w.def, maxRep: w.rep, steps: w.steps, enc: enc})
	return nil
}

// fieldID returns the id that a field had in the file it was read from, or -1.
func fieldID(m arrow.Metadata) int32 {
	if i := m.FindKey(fieldIDKey); i >= 0 {
		if id, err := strconv.ParseInt(m.Values()[i], 10, 32); err == nil && id >= 0 {
			return int32(id)
		}
	}
	return -1
}

// keyValue returns the entries of the file's metadata: those of the frame, those of
// the caller, which take precedence, and the Arrow schema.
func (ws *fileSchema) keyValue(extra map[string]string) ([]pqmeta.KeyValue, error) {
	var kvs []pqmeta.KeyValue
	m := ws.arrow.Metadata()
	for i, k := range m.Keys() {
		if _, ok := extra[k]; !ok && k != arrowKey {
			kvs = append(kvs, pqmeta.KeyValue{Key: k, Value: m.Values()[i]})
		}
	}
	for _, k := range sortedKeys(extra) {
		if k == arrowKey {
			return nil, files.BadOption("Metadata: the key %s is taken", arrowKey)
		}
		kvs = append(kvs, pqmeta.KeyValue{Key: k, Value: extra[k]})
	}
	var buf bytes.Buffer
	w := ipc.NewWriter(&buf, ipc.WithSchema(ws.arrow))
	if err := w.Close(); err != nil {
		return nil, err
	}
	return append(kvs, pqmeta.KeyValue{Key: arrowKey, Value: base64.StdEncoding.EncodeToString(buf.Bytes())}), nil
}

// sameSchema reports whether names, types and nullability are equal, from which the
// schema of the file is made.
func sameSchema(a, b *arrow.Schema) bool {
	if a.NumFields() != b.NumFields() {
		return false
	}
	for i := range a.NumFields() {
		f, g := a.Field(i), b.Field(i)
		if f.Name != g.Name || f.Nullable != g.Nullable || !arrow.TypeEqual(f.Type, g.Type) {
			return false
		}
	}
	return true
}
