package pqmeta

import "strconv"

// name returns names[i], or the number itself if this package does not know it, as a
// file may hold any number.
func name(i int, names []string, none string) string {
	switch {
	case i < 0:
		return none
	case i < len(names):
		return names[i]
	}
	return strconv.Itoa(i)
}
