package csv

import (
	"fmt"
	"strconv"

	"github.com/parframe/parframe/internal/files"
)

// uniqueNames gives every column a name of its own, and reports those that could
// not keep the one in the header. An empty name becomes column_3, where 3 is its
// position.
func uniqueNames(header []string) (names []string, renamed []Rename) {
	names = files.UniqueNames(header, columnName)
	for i, name := range names {
		if name != header[i] {
			renamed = append(renamed, Rename{Column: i + 1, From: header[i], To: name})
		}
	}
	return names, renamed
}

// columnName is the name of a column that has none.
func columnName(i int) string { return "column_" + strconv.Itoa(i+1) }

func fieldCount(got, want int) string {
	return fmt.Sprintf("the record has %s, the file %s", plural(got, "field"), plural(want, "column"))
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return strconv.Itoa(n) + " " + what + "s"
}
