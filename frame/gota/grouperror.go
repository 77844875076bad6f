package gota

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/parframe/parframe/parallel"
)

// groupError names the group that failed by its keys and its first row.
func groupError(call string, err error, cols []column, keys []string, groups [][]int) error {
	e, ok := errors.AsType[*parallel.RowError](err)
	if !ok {
		return err
	}
	rows := groups[e.Row]
	if len(rows) == 0 {
		return fmt.Errorf("%s: no rows: %w", call, e.Err)
	}
	names := make([]string, len(keys))
	for k, key := range keys {
		j := slices.IndexFunc(cols, func(c column) bool { return c.name == key })
		names[k] = key + "=" + cols[j].text(rows[0])
	}
	return fmt.Errorf("%s: group %s (%d rows): %w", call, strings.Join(names, ", "), len(rows),
		&parallel.RowError{Row: rows[0], Partition: -1, Err: e.Err})
}

// text returns a cell as Go would write it.
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
