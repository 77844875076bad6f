package chunk

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/parframe/parframe/internal/errkind"
)

// NoColumn returns an error of kind [errkind.ErrColumn] for a name that is not
// among the names of columns. It lists these, the most similar first, and sorts names.
func NoColumn(name string, names []string) error {
	if len(names) == 0 {
		return fmt.Errorf("%w: %q; the frame has no columns", errkind.ErrColumn, name)
	}
	slices.SortStableFunc(names, func(a, b string) int { return distance(name, a) - distance(name, b) })
	more := ""
	if most := 8; len(names) > most {
		more = " and " + strconv.Itoa(len(names)-most) + " more"
		names = names[:most]
	}
	for i, s := range names {
		names[i] = strconv.Quote(s)
	}
	return fmt.Errorf("%w: %q; there are %s%s", errkind.ErrColumn, name, strings.Join(names, ", "), more)
}

// distance returns the number of letters to insert, delete or change to get from a to
// b. Case does not count.
func distance(a, b string) int {
	x, y := []rune(strings.ToLower(a)), []rune(strings.ToLower(b))
	row := make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i := range x {
		corner := row[0]
		row[0] = i + 1
		for j := range y {
			cost := corner
			if x[i] != y[j] {
				cost++
			}
			corner = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(y)]
}
