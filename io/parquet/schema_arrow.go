package parquet

import (
	"strconv"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/pqmeta"
)

// node is a node of the Arrow schema, with the levels that its arrays are built from.
type node struct {
	field arrow.Field
	kind  nodeKind
	def   int // definition level at which the node is not null
	kids  []*node
	leaf  *leaf // the leaf; of other nodes the first leaf below, for its levels

	// Of a list: definition and repetition level of an element.
	elemDef int
	elemRep int
}

type nodeKind int8

const (
	leafNode nodeKind = iota
	structNode
	listNode // lists, large lists, fixed-size lists and maps
)

// fieldIDKey is the metadata key under which Arrow's libraries store the id that a
// Parquet schema may give to a field.
const fieldIDKey = "PARQUET:field_id"

// buildNode returns the Arrow form of n. def and rep are the definition and repetition
// level of its parent. The field in the stored Arrow schema is a hint, which is used
// if it fits.
func buildNode(n *fileNode, hint *arrow.Field, def, rep int) (*node, error) {
	if n.repeated() && !n.isList() && !n.isMap() {
		// A repeated node outside of LIST and MAP is a list of its own.
		out := &node{kind: listNode, def: def, elemDef: def + 1, elemRep: rep + 1}
		elem, err := buildPresent(n, elemHint(hint), def+1, rep+1)
		if err != nil {
			return nil, err
		}
		elem.field.Nullable = false
		return out.finishList(n, hint, elem), nil
	}
	if n.optional() {
		def++
	}
	out, err := buildPresent(n, hint, def, rep)
	if err != nil {
		return nil, err
	}
	out.field.Nullable = n.optional()
	return out, nil
}

// buildPresent is buildNode for a node whose own repetition is included in the
// levels.
func buildPresent(n *fileNode, hint *arrow.Field, def, rep int) (out *node, err error) {
	switch {
	case n.leaf != nil:
		out = &node{kind: leafNode, def: def, leaf: n.leaf}
		out.field.Type, err = leafType(n.leaf, hint)
	case n.isMap():
		return buildMap(n, hint, def, rep)
	case n.isList():
		return buildList(n, hint, def, rep)
	case n.el.Logical.Kind > pqmeta.Float16Kind:
		err = unsupported("logical type %v", n.el.Logical.Kind)
	case len(n.kids) == 0:
		err = unsupported("a group without fields")
	default:
		return buildStruct(n, hint, def, rep)
	}
	if err != nil {
		return nil, err
	}
	out.finish(n, hint)
	return out, nil
}

// finish sets the name and the metadata of the field, and the extension of its type.
func (out *node) finish(n *fileNode, hint *arrow.Field) {
	out.field.Name = n.el.Name
	var keys, values []string
	if hint != nil {
		for i, k := range hint.Metadata.Keys() {
			if k != fieldIDKey {
				keys, values = append(keys, k), append(values, hint.Metadata.Values()[i])
			}
		}
		// Arrow panics on extensions over dictionaries, so these are read as their
		// storage type.
		if ext, ok := hint.Type.(arrow.ExtensionType); ok && ext.StorageType().ID() != arrow.DICTIONARY &&
			arrow.TypeEqual(ext.StorageType(), out.field.Type) {
			out.field.Type = ext
		}
	}
	if n.el.FieldID >= 0 {
		keys, values = append(keys, fieldIDKey), append(values, strconv.Itoa(int(n.el.FieldID)))
	}
	if len(keys) > 0 {
		out.field.Metadata = arrow.NewMetadata(keys, values)
	}
}

func buildStruct(n *fileNode, hint *arrow.Field, def, rep int) (*node, error) {
	out := &node{kind: structNode, def: def}
	var hints []arrow.Field
	if st, ok := storageOf(hint).(*arrow.StructType); ok && st.NumFields() == len(n.kids) {
		hints = st.Fields()
	}
	fields := make([]arrow.Field, len(n.kids))
	for i, k := range n.kids {
		var h *arrow.Field
		if hints != nil {
			h = &hints[i]
		}
		kid, err := buildNode(k, h, def, rep)
		if err != nil {
			return nil, err
		}
		out.kids = append(out.kids, kid)
		fields[i] = kid.field
	}
	out.leaf = out.kids[0].leaf
	out.field.Type = arrow.StructOf(fields...)
	out.finish(n, hint)
	return out, nil
}

// buildList returns the node of a LIST. It follows the "Backward-compatibility rules"
// of LogicalTypes.md for the meaning of the repeated node.
func buildList(n *fileNode, hint *arrow.Field, def, rep int) (*node, error) {
	if n.repeated() {
		return nil, unsupported("a repeated LIST")
	}
	if len(n.kids) != 1 || !n.kids[0].repeated() {
		return nil, unsupported("a LIST that is not one repeated field")
	}
	r := n.kids[0]
	out := &node{kind: listNode, def: def, elemDef: def + 1, elemRep: rep + 1}
	var elem *node
	var err error
	if r.leaf == nil && !r.isList() && !r.isMap() && len(r.kids) == 1 && !r.kids[0].repeated() &&
		r.el.Name != "array" && r.el.Name != n.el.Name+"_tuple" {
		elem, err = buildNode(r.kids[0], elemHint(hint), def+1, rep+1)
	} else {
		if elem, err = buildPresent(r.unrepeated(), elemHint(hint), def+1, rep+1); err == nil {
			elem.field.Nullable = false
		}
	}
	if err != nil {
		return nil, err
	}
	return out.finishList(n, hint, elem), nil
}

// unrepeated returns the node as a required one.
func (n *fileNode) unrepeated() *fileNode {
	el := *n.el
	el.Repetition = pqmeta.Required
	return &fileNode{el: &el, kids: n.kids, leaf: n.leaf}
}

// finishList sets the list type, which the hint selects.
func (out *node) finishList(n *fileNode, hint *arrow.Field, elem *node) *node {
	out.kids, out.leaf = []*node{elem}, elem.leaf
	item := elem.field
	switch t := storageOf(hint).(type) {
	case *arrow.LargeListType:
		item.Name = t.ElemField().Name
		out.field.Type = arrow.LargeListOfField(item)
	case *arrow.FixedSizeListType:
		item.Name = t.ElemField().Name
		out.field.Type = arrow.FixedSizeListOfField(t.Len(), item)
	case *arrow.ListType:
		item.Name = t.ElemField().Name
		out.field.Type = arrow.ListOfField(item)
	default:
		out.field.Type = arrow.ListOfField(item)
	}
	elem.field.Name = item.Name
	out.finish(n, hint)
	return out
}

func buildMap(n *fileNode, hint *arrow.Field, def, rep int) (*node, error) {
	if n.repeated() {
		return nil, unsupported("a repeated MAP")
	}
	if len(n.kids) != 1 || !n.kids[0].repeated() || n.kids[0].leaf != nil {
		return nil, unsupported("a MAP that is not one repeated group")
	}
	kv := n.kids[0]
	if len(kv.kids) == 1 { // a set
		return buildList(n, hint, def, rep)
	}
	if len(kv.kids) != 2 {
		return nil, unsupported("a MAP with %d fields", len(kv.kids))
	}
	var keyHint, itemHint *arrow.Field
	mt, ok := storageOf(hint).(*arrow.MapType)
	if ok {
		k, i := mt.KeyField(), mt.ItemField()
		keyHint, itemHint = &k, &i
	}
	key, err := buildNode(kv.kids[0], keyHint, def+1, rep+1)
	if err != nil {
		return nil, err
	}
	item, err := buildNode(kv.kids[1], itemHint, def+1, rep+1)
	if err != nil {
		return nil, err
	}
	// Arrow's maps have no null keys. Reading one is an error.
	key.field.Nullable = false
	key.field.Name, item.field.Name = "key", "value"
	typ := arrow.MapOf(key.field.Type, item.field.Type)
	typ.SetItemNullable(item.field.Nullable)
	if ok {
		typ.KeysSorted = mt.KeysSorted
	}
	entry := &node{kind: structNode, def: def + 1, kids: []*node{key, item}, leaf: key.leaf}
	entry.field = arrow.Field{Name: "entries", Type: typ.Elem()}
	out := &node{kind: listNode, def: def, elemDef: def + 1, elemRep: rep + 1, kids: []*node{entry}, leaf: key.leaf}
	out.field.Type = typ
	out.finish(n, hint)
	return out, nil
}

// storageOf returns the type of the hint without its extension, nil without a hint.
func storageOf(hint *arrow.Field) arrow.DataType {
	if hint == nil {
		return nil
	}
	if ext, ok := hint.Type.(arrow.ExtensionType); ok {
		return ext.StorageType()
	}
	return hint.Type
}

// elemHint returns the hint for the elements of a list.
func elemHint(hint *arrow.Field) *arrow.Field {
	var f arrow.Field
	switch t := storageOf(hint).(type) {
	case *arrow.ListType:
		f = t.ElemField()
	case *arrow.LargeListType:
		f = t.ElemField()
	case *arrow.FixedSizeListType:
		f = t.ElemField()
	default:
		return nil
	}
	return &f
}
