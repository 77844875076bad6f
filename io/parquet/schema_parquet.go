package parquet

import (
	"strings"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/pqmeta"
)

// fileNode is a node of the schema of the file.
type fileNode struct {
	el   *pqmeta.Element
	kids []*fileNode
	leaf *leaf // nil for a group
}

// leaf is a column of the file, of which each row group has a column chunk.
type leaf struct {
	el     *pqmeta.Element
	index  int
	path   string // names from the root down, joined by dots
	maxDef int    // definition level of a value that is not null
	maxRep int
	skip   bool // not selected

	typ  arrow.DataType // of the values in memory, without an extension
	conv converter      // to that type
}

// maxDepth bounds the depth of schemas, as levels are stored in bytes and functions
// on the tree are recursive. The deepest known schemas have about ten levels.
const maxDepth = 64

// buildTree returns the tree for the flat list of nodes of a schema, and its leaves.
func buildTree(els []pqmeta.Element) (root *fileNode, leaves []*leaf, err error) {
	if len(els) == 0 {
		return nil, nil, malformed("no schema")
	}
	b := &treeBuilder{rest: els[1:]}
	if root, err = b.group(&els[0], nil, 0, 0); err != nil {
		return nil, nil, err
	}
	if len(b.rest) > 0 {
		return nil, nil, malformed("schema: %d nodes that belong to nothing", len(b.rest))
	}
	return root, b.leaves, nil
}

// treeBuilder builds a tree from the nodes at the front of a list.
type treeBuilder struct {
	rest   []pqmeta.Element
	leaves []*leaf
}

// node builds the next node and all below it. path, def and rep are those of its
// parent.
func (b *treeBuilder) node(path []string, def, rep int) (*fileNode, error) {
	if len(b.rest) == 0 {
		return nil, malformed("schema ends too early")
	}
	el := &b.rest[0]
	b.rest = b.rest[1:]
	if len(path) > maxDepth {
		return nil, unsupported("schema of more than %d levels", maxDepth)
	}
	path = append(path[:len(path):len(path)], el.Name)
	switch el.Repetition {
	case pqmeta.Required:
	case pqmeta.Optional:
		def++
	case pqmeta.Repeated:
		def++
		rep++
	default:
		return nil, malformed("schema: %q has repetition %d", el.Name, el.Repetition)
	}
	if el.Type == pqmeta.None {
		return b.group(el, path, def, rep)
	}
	switch {
	case el.NumChildren != 0:
		return nil, malformed("schema: %q has both a type and children", el.Name)
	case el.Type < 0 || el.Type > pqmeta.FixedLenByteArray:
		return nil, malformed("schema: %q has physical type %d", el.Name, el.Type)
	case el.Type == pqmeta.FixedLenByteArray && (el.TypeLength <= 0 || el.TypeLength > maxPage):
		return nil, malformed("schema: %q has values of %d bytes", el.Name, el.TypeLength)
	}
	l := &leaf{el: el, index: len(b.leaves), path: strings.Join(path, "."), maxDef: def, maxRep: rep}
	b.leaves = append(b.leaves, l)
	return &fileNode{el: el, leaf: l}, nil
}

// group builds the node of el and its children. path, def and rep are those of el.
func (b *treeBuilder) group(el *pqmeta.Element, path []string, def, rep int) (*fileNode, error) {
	if el.NumChildren < 0 || int(el.NumChildren) > len(b.rest) {
		return nil, malformed("schema: %q has %d children where %d nodes are left", el.Name, el.NumChildren, len(b.rest))
	}
	n := &fileNode{el: el}
	for range el.NumChildren {
		kid, err := b.node(path, def, rep)
		if err != nil {
			return nil, err
		}
		n.kids = append(n.kids, kid)
	}
	return n, nil
}

// leavesOf appends the leaves below n.
func (n *fileNode) leavesOf(out []*leaf) []*leaf {
	if n.leaf != nil {
		return append(out, n.leaf)
	}
	for _, k := range n.kids {
		out = k.leavesOf(out)
	}
	return out
}

func (n *fileNode) optional() bool { return n.el.Repetition == pqmeta.Optional }
func (n *fileNode) repeated() bool { return n.el.Repetition == pqmeta.Repeated }

func (n *fileNode) isList() bool {
	return n.el.Logical.Kind == pqmeta.ListKind || n.el.Converted == pqmeta.ConvList
}

func (n *fileNode) isMap() bool {
	return n.el.Logical.Kind == pqmeta.MapKind || n.el.Converted == pqmeta.ConvMap || n.el.Converted == pqmeta.ConvMapKeyValue
}
