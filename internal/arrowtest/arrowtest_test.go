package arrowtest

import (
	"slices"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
)

// Every type of Arrow v15 is among the types, by itself or inside another.
func TestTypesAreAll(t *testing.T) {
	seen := map[arrow.Type]bool{}
	for _, c := range Types() {
		seen[c.Type.ID()] = true
	}
	for id := arrow.NULL; id <= arrow.LARGE_LIST_VIEW; id++ {
		if !seen[id] {
			t.Errorf("no case for %s", id)
		}
	}
}

// Arrow itself finds the arrays sound, and Rows sees through slices.
func TestArray(t *testing.T) {
	for _, c := range Types() {
		t.Run(c.Name, func(t *testing.T) {
			g := Rand(7)
			for range 20 {
				a := g.Array(c.Type, g.IntN(40))
				if u, ok := a.(array.Union); ok {
					if err := u.Validate(); err != nil {
						t.Fatal(err)
					}
				}
				rows := Rows(a)
				i := g.IntN(a.Len() + 1)
				j := i + g.IntN(a.Len()-i+1)
				if got := Rows(array.NewSlice(a, int64(i), int64(j))); !slices.Equal(got, rows[i:j]) {
					t.Fatalf("rows %d to %d:\n got %v\nwant %v", i, j, got, rows[i:j])
				}
			}
		})
	}
}

// The same seed makes the same arrays, another seed others, and nulls are where
// they are wanted.
func TestRand(t *testing.T) {
	make := func(seed uint64) []string { return Rows(Rand(seed).Array(arrow.BinaryTypes.String, 100)) }
	if !slices.Equal(make(1), make(1)) || slices.Equal(make(1), make(2)) {
		t.Error("the seed does not decide")
	}
	g := Rand(1)
	g.Nulls = 0
	if a := g.Array(arrow.BinaryTypes.String, 1000); a.NullN() > 0 {
		t.Errorf("%d nulls, expected none", a.NullN())
	}
}

func TestRegister(t *testing.T) {
	unregister := Register()
	if arrow.GetExtensionType("parframe.tagged") == nil {
		t.Error("not registered")
	}
	unregister()
	if arrow.GetExtensionType("parframe.tagged") != nil {
		t.Error("still registered")
	}
}
