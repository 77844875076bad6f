package parquet

import (
	"fmt"

	"github.com/apache/arrow/go/v15/arrow"
)

// Condition chooses rows by the value of one column.
type Condition struct {
	column string
	in     Interval
}

// Where returns the condition that the value of a column lies in the interval. Null
// and NaN lie in no interval.
func Where(column string, in Interval) Condition { return Condition{column, in} }

// Interval is a range of values.
type Interval struct{ lo, hi any }

// Between returns the interval from lo to hi, both included. A nil is no bound on its
// side. Bounds are numbers of any Go type for columns of integers and floats, strings
// or []byte for text and binary, time.Time for timestamps and dates, and
// time.Duration for durations and times of day.
func Between(lo, hi any) Interval { return Interval{lo, hi} }

// String returns the condition as text: "delay between 10 and 20".
func (c Condition) String() string {
	end := func(v any) string {
		if v == nil {
			return "…"
		}
		return fmt.Sprint(v)
	}
	return fmt.Sprintf("%s between %s and %s", c.column, end(c.in.lo), end(c.in.hi))
}

// filter is the conditions of a call, resolved to the columns of a file.
type filter struct {
	nodes  []*node // of the conditions, in their order
	bounds []bounds
	names  []string
}

// newFilter resolves conditions to the columns of the file.
func (f *footer) newFilter(where []Condition) (*filter, []*leaf, error) {
	if len(where) == 0 {
		return nil, nil, nil
	}
	out := &filter{}
	var names []string
	for _, c := range where {
		if indexOf(names, c.column) < 0 {
			names = append(names, c.column)
		}
	}
	cols, err := f.selectColumns(names)
	if err != nil {
		return nil, nil, fmt.Errorf("Where: %w", err)
	}
	for _, c := range where {
		n := cols.nodes[indexOf(names, c.column)]
		t := n.field.Type
		if ext, ok := t.(arrow.ExtensionType); ok {
			t = ext.StorageType()
		}
		if d, ok := t.(*arrow.DictionaryType); ok {
			t = d.ValueType
		}
		b, err := c.boundsFor(t)
		if err != nil {
			return nil, nil, err
		}
		out.nodes, out.bounds, out.names = append(out.nodes, n), append(out.bounds, b), append(out.names, c.column)
	}
	return out, cols.leaves, nil
}

// mayHold reports whether row group g can have a row that satisfies all conditions,
// according to its statistics.
func (w *filter) mayHold(f *footer, g int) bool {
	for i, n := range w.nodes {
		if n.kind == leafNode && n.leaf.flat() && !w.bounds[i].mayHold(&f.RowGroups[g].Columns[n.leaf.index], n.leaf) {
			return false
		}
	}
	return true
}
