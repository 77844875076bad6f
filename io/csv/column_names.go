package csv

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/parframe/parframe/frame"
)

// uniqueNames gives every column a name of its own: an empty one becomes
// column_3, where 3 is its position, a second "a" becomes a_1, a third a_2;
// names that the header already has are passed over.
func uniqueNames(header []string) (names []string, renamed []Rename) {
	taken := make(map[string]bool, len(header))
	for _, h := range header {
		taken[h] = true
	}
	used := make(map[string]bool, len(header))
	next := make(map[string]int)
	for i, h := range header {
		name := h
		if h == "" {
			name = "column_" + strconv.Itoa(i+1)
		}
		if used[name] || h == "" && taken[name] {
			base := name
			for n := next[base] + 1; ; n++ {
				name = base + "_" + strconv.Itoa(n)
				if !taken[name] && !used[name] {
					next[base] = n
					break
				}
			}
		}
		used[name] = true
		if name != h {
			renamed = append(renamed, Rename{Column: i + 1, From: h, To: name})
		}
		names = append(names, name)
	}
	return names, renamed
}

// unknownColumn is the error for a name that is not among names.
func unknownColumn(option, name string, names []string) error {
	const most = 20
	list := names
	more := ""
	if len(list) > most {
		more = fmt.Sprintf(" and %d more", len(list)-most)
		list = list[:most]
	}
	quoted := make([]string, len(list))
	for i, n := range list {
		quoted[i] = strconv.Quote(n)
	}
	return fmt.Errorf("%w: %s names %q; the file has %s%s", frame.ErrColumn, option, name, strings.Join(quoted, ", "), more)
}

func fieldCount(got, want int) string {
	return fmt.Sprintf("the record has %s, the file %s", plural(got, "field"), plural(want, "column"))
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return strconv.Itoa(n) + " " + what + "s"
}
