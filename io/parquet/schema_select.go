package parquet

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/frame"
)

// columns is the part of a file's schema that is read.
type columns struct {
	schema *arrow.Schema
	nodes  []*node
	leaves []*leaf // all of the file
}

// selectColumns gives the Arrow schema of the named top-level columns, all for
// nil, in the order asked for.
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
		hint = nil // of another frame
	}
	unique := uniqueNames(root.kids)
	pick := make([]int, 0, len(root.kids))
	if names == nil {
		for i := range root.kids {
			pick = append(pick, i)
		}
	}
	for k, name := range names {
		i := indexOf(unique, name)
		if i < 0 {
			return nil, unknownColumn(name, unique)
		}
		if indexOf(names[:k], name) >= 0 {
			return nil, fmt.Errorf("%w: Columns: %q twice", frame.ErrName, name)
		}
		pick = append(pick, i)
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
			return nil, at(err, -1, unique[i])
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

// uniqueNames gives each column a name of its own: the second "a" is "a_1".
func uniqueNames(kids []*fileNode) []string {
	names := make([]string, len(kids))
	taken := make(map[string]bool, len(kids))
	for _, k := range kids {
		taken[k.el.Name] = true
	}
	seen := make(map[string]int, len(kids))
	for i, k := range kids {
		name := k.el.Name
		if seen[name] > 0 {
			for c := seen[name]; ; c++ {
				if name = k.el.Name + "_" + strconv.Itoa(c); !taken[name] {
					break
				}
			}
			taken[name] = true
		}
		seen[k.el.Name]++
		names[i] = name
	}
	return names
}

func indexOf(names []string, name string) int {
	for i, s := range names {
		if s == name {
			return i
		}
	}
	return -1
}

func unknownColumn(name string, names []string) error {
	const most = 20
	list := strings.Join(names[:min(len(names), most)], ", ")
	if len(names) > most {
		list += ", …"
	}
	return fmt.Errorf("%w: %q; the file has %s", frame.ErrColumn, name, list)
}
