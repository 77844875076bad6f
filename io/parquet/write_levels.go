package parquet

import (
	"context"
	"fmt"
	"math"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"github.com/parframe/parframe/frame"
)

// shredded is a leaf column of a row group as levels and values, without gaps for
// nulls.
type shredded struct {
	entries int
	values  int

	// As in column: levels for a leaf in lists or below nullable structs, a bitmap
	// for another leaf that is nullable, and neither for one without nulls.
	def, rep []uint8
	top      uint8 // definition level of a value
	valid    []byte

	fixed []byte  // physical values; or bits of booleans
	offs  []int64 // of byte strings
	data  []byte
}

// shred converts the leaf to levels and values. The arrays are those of the top-level
// column, in order.
func (o *leafWriter) shred(ctx context.Context, arrays []arrow.Array) (*shredded, error) {
	s := &shredded{top: uint8(o.maxDef)}
	if o.enc.kind == stringConv {
		s.offs = []int64{0}
	}
	flat := len(o.steps) == 1
	var picks [][]int32 // rows of each leaf array that are not null, nil for all
	var leaves []arrow.Array
	for _, a := range arrays {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if flat {
			leaf, pick, err := o.flat(ctx, s, a)
			if err != nil {
				return nil, err
			}
			leaves, picks = append(leaves, leaf), append(picks, pick)
			continue
		}
		w := &walker{leafWriter: o, s: s, pick: []int32{}}
		if err := w.open(a); err != nil {
			return nil, err
		}
		for i := range a.Len() {
			if i%checkEvery == 0 && ctx.Err() != nil {
				return nil, context.Cause(ctx)
			}
			if err := w.walk(0, i, 0, 0); err != nil {
				return nil, err
			}
		}
		leaves, picks = append(leaves, w.leaf), append(picks, w.pick)
	}
	for i, leaf := range leaves {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if err := o.append(ctx, s, leaf, picks[i]); err != nil {
			return nil, err
		}
	}
	if flat && s.values == s.entries {
		s.valid = nil
	}
	return s, nil
}

// storage returns the storage of an extension array, or the array itself.
func storage(a arrow.Array) arrow.Array {
	if e, ok := a.(array.ExtensionArray); ok {
		return e.Storage()
	}
	return a
}

// flat records the nulls of a top-level leaf.
func (o *leafWriter) flat(ctx context.Context, s *shredded, a arrow.Array) (leaf arrow.Array, pick []int32, err error) {
	leaf = storage(a)
	n := leaf.Len()
	at := s.entries
	s.entries += n
	if o.maxDef == 0 {
		if nulls(leaf) > 0 {
			return nil, nil, errNullInRequired
		}
		return leaf, nil, nil
	}
	for len(s.valid) < (s.entries+7)/8 {
		s.valid = append(s.valid, 0)
	}
	if o.enc.kind == nullConv {
		return leaf, []int32{}, nil
	}
	isNull := nullTest(leaf)
	if isNull == nil {
		setBits(s.valid, at, n)
		return leaf, nil, nil
	}
	pick = make([]int32, 0, n)
	for i := range n {
		if i%checkEvery == 0 && ctx.Err() != nil {
			return nil, nil, context.Cause(ctx)
		}
		if !isNull(i) {
			s.valid[(at+i)>>3] |= 1 << ((at + i) & 7)
			pick = append(pick, int32(i))
		}
	}
	return leaf, pick, nil
}

var errNullInRequired = fmt.Errorf("%w: in a column whose field is not nullable", frame.ErrNull)

func setBits(b []byte, from, n int) {
	for ; n > 0 && from&7 != 0; from, n = from+1, n-1 {
		b[from>>3] |= 1 << (from & 7)
	}
	for ; n >= 8; from, n = from+8, n-8 {
		b[from>>3] = 0xff
	}
	for ; n > 0; from, n = from+1, n-1 {
		b[from>>3] |= 1 << (from & 7)
	}
}

// nulls counts the null rows.
func nulls(a arrow.Array) (n int) {
	if isNull := nullTest(a); isNull != nil {
		for i := range a.Len() {
			if isNull(i) {
				n++
			}
		}
	}
	return n
}

// nullTest returns the function that reports whether a row is null, nil if none is. A
// dictionary may also have a null as a value.
func nullTest(a arrow.Array) func(i int) bool {
	if a.DataType().ID() == arrow.NULL {
		return func(int) bool { return true }
	}
	if d, ok := a.(*array.Dictionary); ok && d.Dictionary().NullN() > 0 {
		values := d.Dictionary()
		return func(i int) bool { return d.IsNull(i) || values.IsNull(d.GetValueIndex(i)) }
	}
	if a.NullN() == 0 {
		return nil
	}
	bits, off := a.NullBitmapBytes(), a.Data().Offset()
	return func(i int) bool { return bits[(off+i)>>3]>>((off+i)&7)&1 == 0 }
}

// walker follows the path to one leaf through a nested array, row by row.
type walker struct {
	*leafWriter
	s    *shredded
	at   []level
	leaf arrow.Array
	pick []int32 // rows of leaf that are not null
}

// level is the array at a step of the path.
type level struct {
	isNull func(i int) bool
	list   array.ListLike
	rep    uint8 // repetition level of an element that is not the first
}

// open finds the arrays along the path.
func (w *walker) open(a arrow.Array) error {
	rep := uint8(0)
	for _, s := range w.steps {
		a = storage(a)
		l := level{isNull: nullTest(a)}
		switch s.kind {
		case structNode:
			st := a.(*array.Struct)
			a = st.Field(s.kid)
		case listNode:
			rep++
			l.list, l.rep = a.(array.ListLike), rep
			a = l.list.ListValues()
		default:
			w.leaf = a
		}
		w.at = append(w.at, l)
	}
	return nil
}

func (w *walker) entry(def, rep uint8) {
	w.s.entries++
	w.s.def = append(w.s.def, def)
	if w.maxRep > 0 {
		w.s.rep = append(w.s.rep, rep)
	}
}

// walk appends the entries of row i of step k. rep is the repetition level of the
// first of them, and def is the definition level of the steps above.
func (w *walker) walk(k, i int, def, rep uint8) error {
	step, l := &w.steps[k], &w.at[k]
	if l.isNull != nil && l.isNull(i) {
		if !step.nullable {
			return errNullInRequired
		}
		w.entry(def, rep)
		return nil
	}
	if step.nullable {
		def++
	}
	switch step.kind {
	case structNode:
		return w.walk(k+1, i, def, rep)
	case listNode:
		lo, hi := l.list.ValueOffsets(i)
		if lo == hi {
			w.entry(def, rep)
			return nil
		}
		for j := lo; j < hi; j++ {
			if err := w.walk(k+1, int(j), def+1, rep); err != nil {
				return err
			}
			rep = l.rep
		}
		return nil
	}
	if i > math.MaxInt32 {
		return unsupported("more than %d values in a nested column", math.MaxInt32)
	}
	w.entry(def, rep)
	w.pick = append(w.pick, int32(i))
	return nil
}
