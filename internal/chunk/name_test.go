package chunk_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/internal/errkind"
)

// The names are listed by how many letters have to be inserted, deleted or changed, of any
// case, and names with equally many in the order in which they are given.
func TestNoColumnListsTheMostSimilarFirst(t *testing.T) {
	for _, c := range []struct{ name, names, want string }{
		{"abc", "xyz ab ABC abcd", `"ABC", "ab", "abcd", "xyz"`},
		{"kitten", "sitting written kitchen mitten", `"mitten", "written", "kitchen", "sitting"`},
		{"ABC", "xyz abc", `"abc", "xyz"`},
		{"", "abc ab a", `"a", "ab", "abc"`},
		{"e", "xyz é ee", `"é", "ee", "xyz"`},
		{"x", "a b c d e f g h i x", `"x", "a", "b", "c", "d", "e", "f", "g" and 2 more`},
		{"x", "", "the frame has no columns"},
	} {
		err := chunk.NoColumn(c.name, strings.Fields(c.names))
		if !errors.Is(err, errkind.ErrColumn) || !strings.HasSuffix(err.Error(), c.want) {
			t.Errorf("%q: %v, expected %s", c.name, err, c.want)
		}
	}
}
