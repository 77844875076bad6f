package keys

import (
	"cmp"
	"context"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/internal/unset"
)

// keyValueType returns the type of the values that keys of a column stand for: it strips
// extensions, dictionaries and runs.
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

// textKeys reports whether keys of the type are texts.
func textKeys(t arrow.DataType) bool { return shapeOf(keyValueType(t)).isText() }

// Fit reports whether keys of the two types can be matched: equal values have equal words,
// or equal bytes. The null type fits any other.
func Fit(a, b arrow.DataType) bool {
	a, b = keyValueType(a), keyValueType(b)
	if chunk.SameType(a, b) || a.ID() == arrow.NULL || b.ID() == arrow.NULL {
		return true
	}
	x, y := keyFamily(a), keyFamily(b)
	return x == y && x != familyNone || x+y == familySigned+familySmall || x+y == familySmall+familyWide
}

// A family is a set of types whose keys can be matched. Small integers also fit signed and
// wide ones. Signed integers do not fit wide ones: one word would be two values.
type family uint8

const (
	familyNone   family = 0
	familySigned family = 1  // signed integers
	familySmall  family = 2  // unsigned integers that int64 holds
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

// Match numbers the keys of two tables alike. sources has the left and the right column of
// each key, of types that [Fit]; there must be at least one.
//
// Rows get the number of their key among the keys of the right table, which is below
// groups. A left row whose key the right table does not have gets -1, and so does a null
// if [Source.DropNulls] is set. With dictionaries there may be numbers without rows.
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

// keyCodes returns the number of each row's key in the table. If put is set, it adds keys
// that the table does not have; else their rows get -1.
func keyCodes(w Workers, s *Source, t *table, put bool) ([]int32, error) {
	codes := unset.Make[int32](s.n)
	if s.shape == shapeDict {
		all, begins := s.dictValues()
		inner, err := NewSource(all)
		if err != nil {
			return nil, err
		}
		inner.DropNulls = s.DropNulls
		dict, err := keyCodes(w, inner, t, put)
		if err != nil {
			return nil, err
		}
		s.splitDicts(dict, begins)
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
