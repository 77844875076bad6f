package keys

import (
	"cmp"
	"context"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/internal/unset"
)

// keyValueType is the type of the values that a key stands for.
func keyValueType(t arrow.DataType) arrow.DataType {
	for {
		switch u := chunk.Physical(t).(type) {
		case *arrow.DictionaryType:
			t = u.ValueType
		case *arrow.RunEndEncodedType:
			t = u.Encoded()
		default:
			return u
		}
	}
}

// textKeys reports whether the keys are kept as texts.
func textKeys(t arrow.DataType) bool { return shapeOf(keyValueType(t)).isText() }

// Fit reports whether keys of the two types can be compared: equal values
// are equal words, or equal bytes.
func Fit(a, b arrow.DataType) bool {
	a, b = keyValueType(a), keyValueType(b)
	if chunk.SameType(a, b) || a.ID() == arrow.NULL || b.ID() == arrow.NULL {
		return true
	}
	x, y := keyFamily(a), keyFamily(b)
	return x == y && x != familyNone || x+y == familySigned+familySmall || x+y == familySmall+familyWide
}

type family uint8

const (
	familyNone   family = 0
	familySigned family = 1  // signed integers
	familySmall  family = 2  // unsigned ones that an int64 holds
	familyWide   family = 4  // uint64
	familyText   family = 16 // text of any layout
	familyBinary family = 32
)

func keyFamily(t arrow.DataType) family {
	switch t.ID() {
	case arrow.INT8, arrow.INT16, arrow.INT32, arrow.INT64:
		return familySigned
	case arrow.UINT8, arrow.UINT16, arrow.UINT32:
		return familySmall
	case arrow.UINT64:
		return familyWide
	case arrow.STRING, arrow.LARGE_STRING, arrow.STRING_VIEW:
		return familyText
	case arrow.BINARY, arrow.LARGE_BINARY, arrow.BINARY_VIEW:
		return familyBinary
	}
	return familyNone
}

// Match gives the rows of two tables, whose key columns the sources are, the
// numbers of their keys among the keys of the right one; -1 for a left row whose key
// is not there. groups is how many numbers there are.
func Match(w Workers, sources [][2]*Source) (left, right []int32, groups int, err error) {
	for k, s := range sources {
		t := newTable(w.Context(), textKeys(s[1].typ))
		b, err := keyCodes(w, s[1], t, true)
		if err != nil {
			return nil, nil, 0, err
		}
		a, err := keyCodes(w, s[0], t, false)
		if err != nil {
			return nil, nil, 0, err
		}
		if k > 0 {
			t = newTable(w.Context(), false)
			if b, err = keyCodes(w, pairSource(right, b), t, true); err != nil {
				return nil, nil, 0, err
			}
			if a, err = keyCodes(w, pairSource(left, a), t, false); err != nil {
				return nil, nil, 0, err
			}
		}
		left, right, groups = a, b, len(t.firsts)
	}
	return left, right, groups, nil
}

// keyCodes gives the rows of a source the numbers of their keys in the table:
// put adds those that it lacks, and without it they get -1.
func keyCodes(w Workers, s *Source, t *table, put bool) ([]int32, error) {
	codes := unset.Make[int32](s.n)
	if s.shape == shapeDict {
		all, at := s.dictValues()
		inner, err := NewSource(all)
		if err != nil {
			return nil, err
		}
		inner.DropNulls = s.DropNulls
		dict, err := keyCodes(w, inner, t, put)
		if err != nil {
			return nil, err
		}
		s.splitDicts(dict, at)
		for k, c := range s.chunks {
			code, numbers := chunk.Codes(c), s.dicts[k]
			err := chunk.Blocks(w.Context(), 0, c.Len, func(lo, hi int) {
				for i := lo; i < hi; i++ {
					if row := s.starts[k] + i; c.IsNull(i) {
						codes[row] = s.null(t, row, put)
					} else {
						codes[row] = numbers[code(i)]
					}
				}
			})
			if err != nil {
				return nil, err
			}
		}
		return codes, nil
	}
	if put {
		err := chunk.Blocks(w.Context(), 0, s.n, func(lo, hi int) { s.code(t, codes[lo:hi], lo, hi, true) })
		return codes, cmp.Or(err, t.cut)
	}
	err := w.Ranges(s.n, func(_ context.Context, lo, hi int) error {
		s.code(t, codes[lo:hi], lo, hi, false)
		return nil
	})
	return codes, err
}
