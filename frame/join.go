package frame

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sort"

	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/internal/keys"
	"github.com/parframe/parframe/internal/unset"
	"github.com/parframe/parframe/parallel"
)

// JoinKind is the kind of a join: which rows of the left frame it keeps.
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

// JoinOptions are the options of [Frame.Join].
type JoinOptions struct {
	// Kind is which rows of the left frame are kept; InnerJoin by default.
	Kind JoinKind
	// Keys names the key columns of the left frame, one or more.
	Keys []string
	// RightKeys names the key columns of the right frame, in the same order. If empty,
	// they have the same names.
	RightKeys []string
	// Suffix is added to the name of a right column that the left frame also has;
	// "_right" by default.
	Suffix string
	// NullsMatch lets a null key match a null. By default, a null matches nothing.
	NullsMatch bool
}

// Join puts the rows of the right frame beside the rows of f, the left frame, that are
// equal in the keys.
//
//	Frame{K…, A…}.Join(Frame{K…, B…}, K…) Frame{K…, A…, B…}
//
// The result has the columns of the left frame and the columns of the right frame that
// are not keys. Rows are in the order of the left frame, and the matches of a row in the
// order of the right frame. A right column with the name of a left column gets a suffix.
//
// Keys are compared as in [Frame.GroupBy]: NaN equals NaN, and dictionaries are compared
// by value. Two key columns fit if they have the same type, or if both are integers, text
// or binary; otherwise the error is an [ErrType] that names both. Signed integers and
// uint64 do not fit.
//
// The right frame should be the small one: its keys are put into one table, in which all
// cores then look up the left rows, at about 10 ns per row and key. Columns of the left
// frame are shared, not copied, if every row appears once.
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
	if err := j.match(); err != nil {
		return nil, c.plainly(err)
	}
	out, err := j.result(ctx, rest)
	if err != nil {
		return nil, c.plainly(err)
	}
	return out, nil
}

// join is a running call of [Frame.Join].
type join struct {
	*call
	JoinOptions
	left, right *Frame
	sources     [][2]*keys.Source // the key columns of the left and the right frame

	codes  []int32 // for each left row, the number of its key among the right keys; -1 for none
	rows   []int32 // right rows, grouped by key …
	starts []int   // … and where each group begins
}

// bind finds the key columns. Its error lists all that do not fit.
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
		s, errA := keys.NewSource(x)
		t, errB := keys.NewSource(y)
		if err := errors.Join(errA, errB); err != nil {
			wrong = append(wrong, err)
			continue
		}
		if !keys.Fit(x.Field.Type, y.Field.Type) {
			wrong = append(wrong, fmt.Errorf("%w: left column %q is %v, right column %q is %v: want one type, or both integers, text or binary", ErrType, x.Field.Name, x.Field.Type, y.Field.Name, y.Field.Type))
			continue
		}
		s.DropNulls, t.DropNulls = !j.NullsMatch, !j.NullsMatch
		j.sources = append(j.sources, [2]*keys.Source{s, t})
	}
	return errors.Join(wrong...)
}

// rest returns the columns of the right frame that the result has, under their own names.
func (j *join) rest() ([]chunk.Column, error) {
	if j.Kind == SemiJoin || j.Kind == AntiJoin {
		return nil, nil
	}
	suffix := cmp.Or(j.Suffix, "_right")
	names := j.left.Names()
	var cols []chunk.Column
	for _, col := range j.right.cols {
		name := col.Field.Name
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
		cols = append(cols, col.Renamed(name))
	}
	return cols, nil
}

// match numbers the keys of both frames' rows.
func (j *join) match() error {
	left, right, groups, err := keys.Match(j, j.sources)
	if err != nil {
		return err
	}
	j.codes = left
	j.rows, j.starts, err = keys.Group(j, right, groups)
	return err
}

// matches returns the number of right rows that match a left row.
func (j *join) matches(code int32) int {
	if code < 0 {
		return 0
	}
	return j.starts[code+1] - j.starts[code]
}

// result gathers the rows.
func (j *join) result(ctx context.Context, rest []chunk.Column) (*Frame, error) {
	left, right, err := j.pairs(ctx)
	if err != nil {
		return nil, err
	}
	out, same := j.left, len(left) == j.left.rows
	if same {
		if same, err = j.isIota(left); err != nil {
			return nil, err
		}
	}
	if !same {
		if out, err = gatherFrame(j.call, j.left, left); err != nil {
			return nil, err
		}
	}
	cols := make([]chunk.Column, len(rest))
	for k, col := range rest {
		if cols[k], err = j.gather(col, right); err != nil {
			return nil, err
		}
	}
	return out.like(slices.Concat(out.cols, cols)), nil
}

// pairs returns the left and right rows that make the rows of the result, with -1 for
// none. Each piece of the left frame counts its result rows; then the rows of the result
// are written, a few at a time, as a single left row may make most of them.
func (j *join) pairs(ctx context.Context) (left, right []int32, err error) {
	pieces := (len(j.codes) + joinPiece - 1) / joinPiece
	starts := make([]int, pieces+1)
	err = j.Ranges(pieces, func(_ context.Context, lo, hi int) error {
		for k := lo; k < hi; k++ {
			n := 0
			for _, code := range j.codes[k*joinPiece : min((k+1)*joinPiece, len(j.codes))] {
				n += j.copies(code)
			}
			starts[k] = n
		}
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	total := 0
	for k, n := range starts {
		starts[k], total = total, total+n
	}
	if total > math.MaxInt32 {
		return nil, nil, fmt.Errorf("%w: the join has %d rows, at most %d can be made", ErrLength, total, math.MaxInt32)
	}
	left = unset.Make[int32](total)
	if j.Kind == InnerJoin || j.Kind == LeftJoin {
		right = unset.Make[int32](total)
	}
	err = j.Ranges(total, func(_ context.Context, lo, hi int) error {
		j.write(left, right, lo, hi, starts)
		return nil
	})
	return left, right, err
}

// joinPiece is the number of left rows whose result rows are counted together.
const joinPiece = 1 << 12

// copies returns how often a left row with that code appears in the result.
func (j *join) copies(code int32) int {
	n := j.matches(code)
	switch j.Kind {
	case LeftJoin:
		return max(n, 1)
	case SemiJoin:
		return min(n, 1)
	case AntiJoin:
		return 1 - min(n, 1)
	}
	return n
}

// write writes rows lo..hi of the result. Piece k of the left frame produces the rows
// from starts[k] on.
func (j *join) write(left, right []int32, lo, hi int, starts []int) {
	k := sort.SearchInts(starts, lo+1) - 1
	for row, at := k*joinPiece, starts[k]; at < hi; row++ {
		code := j.codes[row]
		n := j.copies(code)
		from, to := max(at, lo), min(at+n, hi)
		for i := from; i < to; i++ {
			left[i] = int32(row)
		}
		switch {
		case right == nil || from >= to:
		case j.matches(code) == 0:
			right[from] = -1
		default:
			copy(right[from:to], j.rows[j.starts[code]+from-at:])
		}
		at += n
	}
}
