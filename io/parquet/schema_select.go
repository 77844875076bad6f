package parquet

import (
	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/files"
)

// columns is the selected part of the schema of a file.
type columns struct {
	schema *arrow.Schema
	nodes  []*node
	leaves []*leaf // all leaves of the file
}

// selectColumns returns the named top-level columns, in the order of the names. nil
// selects all.
func (f *footer) selectColumns(names []string) (*columns, error) {
	root, leaves, err := buildTree(f.Schema)
	if err != nil {
		return nil, err
	}
	hint, err := f.arrowSchema()
	if err != nil {
		return nil, err
	}
	if hint != nil && hint.NumFields() != len(root.kids) {
		hint = nil // of other data
	}
	stored := make([]string, len(root.kids))
	for i, k := range root.kids {
		stored[i] = k.el.Name
	}
	unique := files.UniqueNames(stored, nil)
	pick, err := files.Pick(names, unique)
	if err != nil {
		return nil, err
	}

	out := &columns{leaves: leaves}
	for _, l := range leaves {
		l.skip = true
	}
	fields := make([]arrow.Field, 0, len(pick))
	for _, i := range pick {
		var h *arrow.Field
		if hint != nil {
			hf := hint.Field(i)
			h = &hf
		}
		n, err := buildNode(root.kids[i], h, 0, 0)
		if err != nil {
			return nil, withPlace(err, -1, unique[i])
		}
		n.field.Name = unique[i]
		for _, l := range root.kids[i].leavesOf(nil) {
			l.skip = false
		}
		out.nodes = append(out.nodes, n)
		fields = append(fields, n.field)
	}
	meta := f.metadata(hint)
	out.schema = arrow.NewSchema(fields, &meta)
	return out, nil
}

func indexOf(names []string, name string) int {
	for i, s := range names {
		if s == name {
			return i
		}
	}
	return -1
}
