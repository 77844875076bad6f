package gota

import (
	"fmt"
	"slices"
	"strings"

	"github.com/parframe/parframe/internal/engine"
)

// groupError returns an error that names the group that failed by its keys and first row.
func groupError(c *call, err error, cols []column, keys []string, groups [][]int) error {
	e, ok := err.(*engine.RowError)
	if !ok {
		return err
	}
	rows := groups[e.Row]
	if len(rows) == 0 {
		return c.Wrap(fmt.Errorf("no rows: %w", e.Err))
	}
	names := make([]string, len(keys))
	for k, key := range keys {
		j := slices.IndexFunc(cols, func(c column) bool { return c.name == key })
		names[k] = key + "=" + cols[j].text(rows[0])
	}
	return c.Wrap(fmt.Errorf("group %s (%d rows): %w", strings.Join(names, ", "), len(rows),
		&engine.RowError{Row: rows[0], Partition: -1, Err: e.Err}))
}

// text returns a cell as Go syntax, or "NA".
func (c *column) text(i int) string {
	switch {
	case c.ints != nil && !c.ints[i].na:
		return fmt.Sprint(c.ints[i].v)
	case c.floats != nil && !c.floats[i].na:
		return fmt.Sprint(c.floats[i].v)
	case c.strings != nil && !c.strings[i].na:
		return fmt.Sprintf("%q", c.strings[i].v)
	case c.bools != nil && !c.bools[i].na:
		return fmt.Sprint(c.bools[i].v)
	}
	return "NA"
}
