package files

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/parframe/parframe/frame"
)

// UniqueNames gives every column of a file a name of its own: the second "a"
// becomes "a_1", the third "a_2". Names that another column has are passed over.
// An empty name becomes unnamed(i), where i is its position, and stays empty if
// unnamed is nil.
func UniqueNames(names []string, unnamed func(i int) string) []string {
	taken := make(map[string]bool, len(names)) // some column of the file has the name
	for _, name := range names {
		taken[name] = true
	}
	used := make(map[string]bool, len(names)) // a column before this one got the name
	next := make(map[string]int)
	unique := make([]string, len(names))
	for i, name := range names {
		made := name == "" && unnamed != nil
		if made {
			name = unnamed(i)
		}
		if used[name] || made && taken[name] {
			base := name
			for n := next[base] + 1; taken[name] || used[name]; n++ {
				name = base + "_" + strconv.Itoa(n)
				next[base] = n
			}
		}
		used[name] = true
		unique[i] = name
	}
	return unique
}

// Pick returns the positions of the columns that a caller asked for among the
// names of a file, all for nil. A name that the file does not have, or that was
// asked for twice, is an error.
func Pick(asked, names []string) ([]int, error) {
	if asked == nil {
		all := make([]int, len(names))
		for i := range all {
			all[i] = i
		}
		return all, nil
	}
	index := make(map[string]int, len(names))
	for i, name := range names {
		index[name] = i
	}
	picked := make([]int, len(asked))
	seen := make(map[string]bool, len(asked))
	for k, name := range asked {
		i, ok := index[name]
		if !ok {
			return nil, UnknownColumn(name, names)
		}
		if seen[name] {
			return nil, fmt.Errorf("%w: Columns: %q twice", frame.ErrName, name)
		}
		seen[name] = true
		picked[k] = i
	}
	return picked, nil
}

// UnknownColumn is the error for a column that a file does not have.
func UnknownColumn(name string, names []string) error {
	const most = 20
	more := ""
	if n := len(names) - most; n > 0 {
		names, more = names[:most], fmt.Sprintf(" and %d more", n)
	}
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = strconv.Quote(n)
	}
	return fmt.Errorf("%w: %q; the file has %s%s", frame.ErrColumn, name, strings.Join(quoted, ", "), more)
}
