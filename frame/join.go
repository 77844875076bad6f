package frame

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/parframe/parframe/parallel"
)

// JoinKind says which rows of the left frame a join keeps.
type JoinKind uint8

const (
	// InnerJoin keeps the left rows that have a match, once for each match.
	InnerJoin JoinKind = iota
	// LeftJoin keeps all left rows, with nulls where there is no match.
	LeftJoin
	// SemiJoin keeps the left rows that have a match, once, and adds no columns.
	SemiJoin
	// AntiJoin keeps the left rows that have no match, and adds no columns.
	AntiJoin
)

// JoinOptions says what [Frame.Join] joins.
type JoinOptions struct {
	// Kind says which rows of the left frame stay; InnerJoin if not set.
	Kind JoinKind
	// Keys names the key columns of the left frame, one or more.
	Keys []string
	// RightKeys names those of the right frame, in the same order. Empty means
	// that they have the same names.
	RightKeys []string
	// Suffix is added to the name of a right column that the left frame has as
	// well: "_right" if empty.
	Suffix string
	// NullsMatch lets a null in a key match a null. Without it a null matches
	// nothing.
	NullsMatch bool
}

// Join puts beside each row of f, the left frame, the rows of the right one
// that are equal in the keys.
//
//	Frame{K…, A…}.Join(Frame{K…, B…}, K…) Frame{K…, A…, B…}
//
// The result has the columns of the left frame and those of the right one
// that are not keys. Rows are in the order of the left frame, the matches of
// one row in that of the right frame. A right column that has the name of one
// of the left gets a suffix.
//
// Keys are exact, as those of [Frame.GroupBy]: NaN equals NaN, dictionaries
// count by value. Two key
// columns fit if they are of one type, or both integers, text or binary; else
// it is an [ErrType] that names both. Signed and uint64 do not fit.
//
// The right frame should be the small one: its keys are put into one table,
// which all cores then ask for the rows of the left, some 10 ns per row and
// key. Columns of the left are shared, not copied, where every row comes once.
// A result of more than a million rows has several Arrow chunks.
func (f *Frame) Join(ctx context.Context, right *Frame, how JoinOptions, opts ...parallel.Option) (_ *Frame, err error) {
	c, err := ownCall(ctx, "frame.Join", f, opts)
	if err != nil {
		return nil, err
	}
	defer c.End(&err)
	switch {
	case right == nil:
		return nil, c.wrap(ErrNilFrame)
	case how.Kind > AntiJoin:
		return nil, c.wrap(fmt.Errorf("%w: JoinKind %d: want InnerJoin, LeftJoin, SemiJoin or AntiJoin", parallel.ErrOption, how.Kind))
	}
	j := &join{call: c, left: f, right: right, JoinOptions: how}
	if err := j.bind(); err != nil {
		return nil, c.wrap(err)
	}
	rest, err := j.rest()
	if err != nil {
		return nil, c.wrap(err)
	}
	if err := j.match(ctx); err != nil {
		return nil, c.plainly(err)
	}
	out, err := j.result(ctx, rest)
	if err != nil {
		return nil, c.plainly(err)
	}
	return out, nil
}

// join is a call of [Frame.Join] at work.
type join struct {
	*call
	JoinOptions
	left, right *Frame
	sources     [][2]*keySource // the key columns of the left and the right frame

	codes  []int32 // of each left row's key among those of the right; -1 for none
	rows   []int32 // right rows, those of one key together …
	starts []int   // … and where these begin
}

// bind finds the key columns. An error lists all that do not fit.
func (j *join) bind() error {
	hint := ""
	if len(j.RightKeys) == 0 {
		j.RightKeys = j.Keys
		hint = "; if its keys have other names there: JoinOptions.RightKeys"
	}
	if len(j.Keys) == 0 || len(j.Keys) != len(j.RightKeys) {
		return fmt.Errorf("%w: %d key columns on the left and %d on the right: want as many, one or more", ErrColumn, len(j.Keys), len(j.RightKeys))
	}
	var wrong []error
	for k, name := range j.Keys {
		a, errA := j.left.index(name)
		b, errB := j.right.index(j.RightKeys[k])
		if errA != nil {
			wrong = append(wrong, fmt.Errorf("left: %w", errA))
		}
		if errB != nil {
			wrong = append(wrong, fmt.Errorf("right: %w%s", errB, hint))
		}
		if errA != nil || errB != nil {
			continue
		}
		if slices.Contains(j.Keys[:k], name) && slices.Contains(j.RightKeys[:k], j.RightKeys[k]) {
			wrong = append(wrong, fmt.Errorf("%w: key %q", ErrName, name))
			continue
		}
		x, y := j.left.cols[a], j.right.cols[b]
		s, errA := newKeySource(x)
		t, errB := newKeySource(y)
		if err := errors.Join(errA, errB); err != nil {
			wrong = append(wrong, err)
			continue
		}
		if !keysFit(x.field.Type, y.field.Type) {
			wrong = append(wrong, fmt.Errorf("%w: left column %q is %v, right column %q is %v: want one type, or both integers, text or binary", ErrType, x.field.Name, x.field.Type, y.field.Name, y.field.Type))
			continue
		}
		s.drop, t.drop = !j.NullsMatch, !j.NullsMatch
		j.sources = append(j.sources, [2]*keySource{s, t})
	}
	return errors.Join(wrong...)
}

// rest returns the columns of the right frame that the result has, under the
// names that they have there.
func (j *join) rest() ([]Column, error) {
	if j.Kind == SemiJoin || j.Kind == AntiJoin {
		return nil, nil
	}
	suffix := cmp.Or(j.Suffix, "_right")
	names := j.left.Names()
	var cols []Column
	for _, col := range j.right.cols {
		name := col.field.Name
		if slices.Contains(j.RightKeys, name) {
			continue
		}
		if slices.Contains(names, name) {
			name += suffix
		}
		if slices.Contains(names, name) {
			return nil, fmt.Errorf("%w: %q, for a column of the right frame: use another JoinOptions.Suffix", ErrName, name)
		}
		names = append(names, name)
		cols = append(cols, col.Rename(name))
	}
	return cols, nil
}

// match gives the rows of both frames the numbers of their keys.
func (j *join) match(ctx context.Context) error {
	var left, right []int32
	groups := 0
	for k, s := range j.sources {
		t := newKeyTable(textKeys(s[1].typ))
		b, err := j.keyCodes(ctx, s[1], t, true)
		if err != nil {
			return err
		}
		a, err := j.keyCodes(ctx, s[0], t, false)
		if err != nil {
			return err
		}
		if k > 0 {
			t = newKeyTable(false)
			if b, err = j.keyCodes(ctx, pairSource(right, b), t, true); err != nil {
				return err
			}
			if a, err = j.keyCodes(ctx, pairSource(left, a), t, false); err != nil {
				return err
			}
		}
		left, right, groups = a, b, len(t.firsts)
	}
	var err error
	j.codes = left
	j.rows, j.starts, err = j.sortRows(ctx, right, groups)
	return err
}

// keyCodes gives the rows of a source the numbers of their keys in the table:
// put adds those that it lacks, and without it they get -1.
func (j *join) keyCodes(ctx context.Context, s *keySource, t *keyTable, put bool) ([]int32, error) {
	codes := make([]int32, s.n)
	if s.shape == keyDict {
		all, at := s.dictValues()
		inner, err := newKeySource(all)
		if err != nil {
			return nil, err
		}
		inner.drop = s.drop
		dict, err := j.keyCodes(ctx, inner, t, put)
		if err != nil {
			return nil, err
		}
		s.splitDicts(dict, at)
		for k, c := range s.chunks {
			code, numbers := indexes(c), s.dicts[k]
			err := inBlocks(ctx, 0, c.n, func(lo, hi int) {
				for i := lo; i < hi; i++ {
					if row := s.starts[k] + i; c.isNull(i) {
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
		err := inBlocks(ctx, 0, s.n, func(lo, hi int) { s.code(t, codes[lo:hi], lo, hi, true) })
		return codes, err
	}
	err := j.own(s.n, func(_ context.Context, lo, hi int) error {
		s.code(t, codes[lo:hi], lo, hi, false)
		return nil
	})
	return codes, err
}
