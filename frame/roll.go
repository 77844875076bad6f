package frame

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/internal/engine"
)

// Windows describes which rows a window function sees for each row of a frame.
// [Frame.Rolling], [Frame.RollingTime] and [Frame.Expanding] make one, its
// methods refine it, and it can be used any number of times:
//
//	f.Rolling(7).MinPeriods(1).Mean(ctx, "price")
//
// The rules are pandas': a window is labeled by its right edge, and
// holds rows of the frame only, so that it is shorter at the ends. A mistake
// in it is reported by the call that uses it.
//
// The built-in functions return the frame with the results in the column's place, or
// beside it: As("name"). Nulls and NaNs are left out, as in pandas. A row whose window has
// too few other values is null, see [Windows.MinPeriods]. A type that does not have the
// statistic is an [ErrType]. The time for a row does not depend on the length of its
// window, and a value that has left the window has no effect on later results.
//
// Types and results are the same as in [Groups.Agg], to the last bit, for any number of
// workers and Arrow chunks. Only sums and means of floats over a number of rows
// are different, see [Windows.Sum]: their last digits depend on the place of the
// window, too. A window with an infinity has the sum and mean that IEEE 754 gives it.
type Windows struct {
	f      *Frame
	groups *Groups // nil: windows may reach over all of f
	kind   windowKind
	n      int
	col    string
	span   time.Duration
	least  int // of observations; -1: the default
	center bool
	closed Closed
}

type windowKind uint8

const (
	windowRows windowKind = iota
	windowTime
	windowAll
)

// Closed is which ends of a window belong to it.
type Closed uint8

// For a window of n rows that ends at row i these are the rows i-n+1 to i,
// i-n to i-1, i-n to i, and i-n+1 to i-1; for one of a duration d the times
// (t-d, t], [t-d, t), [t-d, t] and (t-d, t).
const (
	ClosedRight Closed = iota
	ClosedLeft
	ClosedBoth
	ClosedNeither
)

func (c Closed) left() bool  { return c == ClosedLeft || c == ClosedBoth }
func (c Closed) right() bool { return c == ClosedRight || c == ClosedBoth }

// Rolling gives each row the window of n rows that ends with it. The result
// for a row is null where the window has fewer than n observations, as at the
// first n-1 rows; see [Windows.MinPeriods]. n must be 1 or more, and may be
// greater than the number of rows.
func (f *Frame) Rolling(n int) Windows { return Windows{f: f, kind: windowRows, n: n, least: -1} }

// RollingTime gives each row the window of the rows whose time is at most d before its
// own, d not included. The times are in a column of timestamps, dates, durations or times
// of day. They must not decrease from row to row, or the error is an [ErrOrder]. A null
// among them is an [ErrNull] with its row. The result is null where the window has no observation; see
// [Windows.MinPeriods].
//
// Of the rows with the same time, a row sees itself and those above it, but not those
// below. It sees none of them where the right end is open, and all of them with
// [Windows.Center].
func (f *Frame) RollingTime(col string, d time.Duration) Windows {
	return Windows{f: f, kind: windowTime, col: col, span: d, least: -1}
}

// Expanding gives each row the window of all rows from the first to itself.
func (f *Frame) Expanding() Windows { return Windows{f: f, kind: windowAll, least: -1} }

// MinPeriods sets how many observations a window must have: values that are
// neither null nor, as in pandas, NaN. A row whose window has fewer is null.
// The default is n for a window of n rows, and 1 for all others.
func (w Windows) MinPeriods(n int) Windows {
	w.least = n
	if n < 0 {
		w.least = -2
	}
	return w
}

// Center labels a window by its middle: of n rows, (n-1)/2 come after the
// row, and of a duration one half.
func (w Windows) Center() Windows {
	w.center = true
	return w
}

// Closed sets which ends of the window belong to it. The default is
// [ClosedRight].
func (w Windows) Closed(c Closed) Windows {
	w.closed = c
	return w
}

var (
	// ErrWindow marks a window that makes no sense.
	ErrWindow = errors.New("bad window")
	// ErrOrder marks a row that should not come after the one above it.
	ErrOrder = errors.New("not in order")
)

// check returns what is wrong with the windows, if anything is.
func (w Windows) check() error {
	switch {
	case w.kind == windowRows && w.n < 1:
		return fmt.Errorf("%w: Rolling(%d): want 1 row or more", ErrWindow, w.n)
	case w.kind == windowTime && w.span <= 0:
		return fmt.Errorf("%w: RollingTime(%q, %v): want a duration above 0", ErrWindow, w.col, w.span)
	case w.least < -1:
		return fmt.Errorf("%w: MinPeriods: want 0 or more", ErrWindow)
	case w.kind == windowRows && w.least > w.n:
		return fmt.Errorf("%w: MinPeriods(%d) for windows of %d rows", ErrWindow, w.least, w.n)
	case w.closed > ClosedNeither:
		return fmt.Errorf("%w: Closed(%d): want ClosedRight, ClosedLeft, ClosedBoth or ClosedNeither", ErrWindow, w.closed)
	case w.kind == windowAll && (w.center || w.closed != ClosedRight):
		return fmt.Errorf("%w: Center and Closed have no meaning for Expanding", ErrWindow)
	}
	return nil
}

// minimum is how many observations a window must have.
func (w Windows) minimum() int {
	switch {
	case w.least >= 0:
		return w.least
	case w.kind == windowRows:
		return w.n
	}
	return 1
}

// rollJob is a call on windows with everything checked.
type rollJob struct {
	c      *call
	f      *Frame
	groups *Groups
	at     *grouping    // nil without groups
	rows   []int32      // in the order of the groups; nil if that is the frame's own
	col    chunk.Column // with groups: their rows as neighbors
	bounds *bounds
}

// job checks a call and finds the column and the bounds of its windows.
func (w Windows) job(ctx context.Context, name, col string, nilFunc bool, opts []RowOption, accepted ...[]string) (_ *rollJob, err error) {
	given := engine.Collect(opts, RowOption.ForRows)
	if w.groups != nil {
		if w.groups.f == nil {
			return nil, fmt.Errorf("%s: %w", name, errNilGroups)
		}
		given = append(slices.Clip(w.groups.given), given...)
	}
	c, err := begin(ctx, name, w.f, nilFunc, given, append(accepted, []string{optionAs})...)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			c.End(&err)
		}
	}()
	j := &rollJob{c: c, f: w.f, groups: w.groups}
	if err := w.check(); err != nil {
		return nil, c.wrap(err)
	}
	i, err := w.f.index(col)
	if err != nil {
		return nil, c.wrap(err)
	}
	if j.col = w.f.cols[i]; w.kind == windowTime {
		if _, err := w.f.index(w.col); err != nil {
			return nil, c.wrap(err)
		}
	}
	var starts []int
	if w.groups != nil {
		if w, j.at, j.rows, err = w.together(c, col); err != nil {
			return nil, err
		}
		j.col, starts = w.f.cols[0], j.at.starts
	}
	if j.bounds, err = w.bounds(c, starts); err != nil {
		return nil, c.wrapRow(j.explain(err))
	}
	return j, nil
}
