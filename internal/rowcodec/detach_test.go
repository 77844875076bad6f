package rowcodec_test

import (
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/parframe/parframe/internal/rowcodec"
)

// A detached row shares no memory that can be written with the one it was.
func TestDetachCopiesAllTheWayDown(t *testing.T) {
	type inner struct {
		B []byte
		P *int
	}
	type row struct {
		Bytes  []byte
		Ptr    *[]byte
		Pair   rowcodec.Null[[]byte]
		List   []int
		Lists  [][]int
		Struct inner
		Ptrs   []*int
		Many   []inner
		Target *inner
		Pairs  []rowcodec.Null[inner]
		None   []int
		Nil    *inner
	}
	number := func(x int) *int { return &x }
	fresh := func() row {
		text := []byte("pointer")
		return row{
			Bytes: []byte("bytes"), Ptr: &text, Pair: rowcodec.Some([]byte("pair")), List: []int{1, 2}, Lists: [][]int{{1}, nil, {2, 3}},
			Struct: inner{[]byte("inner"), number(4)}, Ptrs: []*int{number(5), nil}, Many: []inner{{[]byte("many"), number(6)}},
			Target: &inner{[]byte("target"), number(7)}, Pairs: []rowcodec.Null[inner]{rowcodec.Some(inner{[]byte("in a pair"), number(8)}), {}},
		}
	}
	p, err := rowcodec.PlanOf(reflect.TypeFor[row]())
	if err != nil {
		t.Fatal(err)
	}
	rows := []row{fresh()}
	old := rows[0]
	rowcodec.Detach(p, rowcodec.ViewOf(rows))
	// The memory of the row is used again.
	copy(old.Bytes, "xxxxx")
	copy(*old.Ptr, "xxxxx")
	copy(old.Pair.V, "xxxx")
	old.List[0], old.Lists[0][0], *old.Struct.P, *old.Ptrs[0], *old.Many[0].P, *old.Target.P, *old.Pairs[0].V.P = 9, 9, 9, 9, 9, 9, 9
	old.Lists[2], old.Ptrs[1], old.Target.P = nil, number(9), nil
	for _, b := range [][]byte{old.Struct.B, old.Many[0].B, old.Target.B, old.Pairs[0].V.B} {
		copy(b, "xxxxx")
	}
	if diff := cmp.Diff(fresh(), rows[0]); diff != "" {
		t.Error(diff)
	}
}
