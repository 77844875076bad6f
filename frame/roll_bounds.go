package frame

import (
	"context"
	"fmt"
	"slices"
	"sort"
	"time"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/internal/stats"
	"github.com/parframe/parframe/parallel"
)

// bounds gives each row the first row of its window, and the row behind its
// last. Neither ever decreases from one row to the next.
type bounds struct {
	kind   windowKind
	n      int
	least  int   // observations that a window must have
	starts []int // where each group begins, and the end; nil without groups

	// Of a number of rows: row i sees rows i-before to i+after, the latter not
	// included, as far as they exist.
	before, after int

	// Of a duration: row i sees the rows whose time is at most back before its
	// own, or at most ahead after it.
	times       []int64
	back, ahead int64
	center      bool
	right       bool // the row itself belongs to its window
}

func (w Windows) bounds(c *call, starts []int) (*bounds, error) {
	b := &bounds{kind: w.kind, starts: starts, n: w.f.rows, least: w.minimum(), center: w.center, right: w.closed.right()}
	switch w.kind {
	case windowRows:
		b.after = 1
		if w.center {
			b.after += (w.n - 1) / 2
		}
		b.before = w.n - b.after
		if w.closed.left() {
			b.before++
		}
		if !w.closed.right() {
			b.after--
		}
		b.before = min(b.before, b.n) // so that before+after does not overflow
	case windowTime:
		i, err := w.f.index(w.col)
		if err != nil {
			return nil, err
		}
		var tick time.Duration
		if b.times, tick, err = timesOf(c, w.f.cols[i], starts); err != nil {
			return nil, err
		}
		// In ticks of the column: at most q where that end is closed, else
		// less than d, which for whole ticks is at most the one before.
		d := int64(tick)
		if w.center {
			d *= 2 // half of the duration
		}
		closed, open := int64(w.span)/d, (int64(w.span)-1)/d
		b.back, b.ahead = open, open
		if w.closed.left() {
			b.back = closed
		}
		if w.closed.right() {
			b.ahead = closed
		}
	}
	return b, nil
}

// timesOf returns the column's times in ticks, and how long a tick is.
func timesOf(k *call, c chunk.Column, starts []int) ([]int64, time.Duration, error) {
	tick, ok := tickOf(c.Field.Type)
	if !ok {
		return nil, 0, fmt.Errorf("column %q: %w: %v; RollingTime takes a timestamp, date, duration or time of day", c.Field.Name, ErrType, c.Field.Type)
	}
	if c.NullN() > 0 {
		row := 0
		for !c.IsNull(row) {
			row++
		}
		return nil, 0, &parallel.RowError{Row: row, Partition: -1, Err: fmt.Errorf("column %q: %w: a row of RollingTime needs a time", c.Field.Name, ErrNull)}
	}
	times := stats.Ints(c)
	err := k.Ranges(c.Len, func(ctx context.Context, lo, hi int) error {
		for i := max(lo, 1); i < hi; i++ {
			if times[i] < times[i-1] && !isStart(starts, i) {
				*rowCell(ctx) = i
				return fmt.Errorf("column %q: %w: %v after %v: sort the frame first", c.Field.Name, ErrOrder, c.Value(i), c.Value(i-1))
			}
		}
		return nil
	})
	return times, tick, err
}

func isStart(starts []int, row int) bool {
	_, found := slices.BinarySearch(starts, row)
	return found
}

// tickOf returns what one step of a column of times is.
func tickOf(t arrow.DataType) (time.Duration, bool) {
	switch t := chunk.Physical(t).(type) {
	case arrow.TemporalWithUnit:
		return t.TimeUnit().Multiplier(), true
	case *arrow.Date32Type:
		return 24 * time.Hour, true
	case *arrow.Date64Type:
		return time.Millisecond, true
	}
	return 0, false
}

// At returns the bounds of one row's window.
func (b *bounds) At(i int) (lo, hi int) {
	first, end := b.groupOf(i)
	switch b.kind {
	case windowAll:
		return first, i + 1
	case windowRows:
		return b.clip(i, first, end)
	}
	t := b.times[i]
	lo = first + sort.Search(i-first, func(j int) bool { return !farther(t, b.times[first+j], b.back) })
	switch {
	case b.center:
		hi = i + sort.Search(end-i, func(j int) bool { return farther(b.times[i+j], t, b.ahead) })
	case b.right:
		hi = i + 1
	default:
		hi = lo + sort.Search(i-lo, func(j int) bool { return b.times[lo+j] == t })
	}
	return lo, hi
}

// clip cuts the window of a number of rows to those from first to end.
func (b *bounds) clip(i, first, end int) (lo, hi int) {
	return max(i-b.before, first), max(min(i+b.after, end), first)
}

// farther reports whether a is more than d after b; a is not before b.
func farther(a, b, d int64) bool { return uint64(a)-uint64(b) > uint64(d) }

// Fill stores the bounds of rows from and following, less off.
func (b *bounds) Fill(lo, hi []int, from, off int) {
	for len(lo) > 0 {
		first, end := b.groupOf(from)
		n := min(len(lo), end-from)
		b.fillGroup(lo[:n], hi[:n], from, off, first, end)
		lo, hi, from = lo[n:], hi[n:], from+n
	}
}

// fillGroup is Fill for rows of one group, which has the rows first to end.
func (b *bounds) fillGroup(lo, hi []int, from, off, first, end int) {
	switch b.kind {
	case windowRows:
		for k := range lo {
			l, h := b.clip(from+k, first, end)
			lo[k], hi[k] = l-off, h-off
		}
		return
	case windowAll:
		for k := range lo {
			lo[k], hi[k] = first-off, from+k+1-off
		}
		return
	}
	l, h := b.At(from)
	lo[0], hi[0] = l-off, h-off
	for k := 1; k < len(lo); k++ {
		i := from + k
		t := b.times[i]
		for farther(t, b.times[l], b.back) {
			l++
		}
		switch {
		case b.center:
			for h < end && (h < i || !farther(b.times[h], t, b.ahead)) {
				h++
			}
		case b.right:
			h = i + 1
		case t != b.times[i-1]:
			h = i // and the end of the row above where the time is the same
		}
		lo[k], hi[k] = l-off, h-off
	}
}

// Longest is about how many rows a window has: exactly where it is a number
// of rows, else the most among some rows that follow from the length.
func (b *bounds) Longest() int {
	switch {
	case b.kind == windowRows:
		return min(b.before+b.after, b.n)
	case b.FromFirst():
		return b.n
	}
	most, step := 1, max(b.n/64, 1)
	for i := 0; i < b.n; i += step {
		lo, hi := b.At(i)
		most = max(most, hi-lo)
	}
	return most
}

// FromFirst reports whether all windows begin with the first row.
func (b *bounds) FromFirst() bool { return b.kind == windowAll && b.starts == nil }

// Rows is the number of rows, and Least how many observations a window must have.
func (b *bounds) Rows() int  { return b.n }
func (b *bounds) Least() int { return b.least }

// Full returns the rows of lo..hi whose windows are not cut by the ends of
// the frame, where windows are a number of rows, this number, and where the
// first of these windows begins. It may be none: from == to.
func (b *bounds) Full(lo, hi int) (from, to, rows, first int) {
	rows = b.before + b.after
	if b.kind != windowRows || rows < 1 || b.starts != nil {
		return hi, hi, 0, 0
	}
	from, to = max(lo, b.before), min(hi, b.n-b.after+1)
	if from >= to {
		return hi, hi, 0, 0
	}
	return from, to, rows, from - b.before
}
