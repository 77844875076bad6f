package frame

import (
	"context"
	"sync/atomic"

	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/internal/engine"
	"github.com/parframe/parframe/internal/freelist"
	"github.com/parframe/parframe/internal/rowcodec"
	"github.com/parframe/parframe/internal/stats"
)

// RollRows calls fn with the values of a column in each row's window and
// returns f with the results in that column's place, or beside it: As("name").
//
//	RollRows(Windows of Frame{col T, …}, func([]T) R) Frame{col R, …}
//
// T and R are as for [MapColumn]: T a scalar, R a scalar or a struct. fn is
// called for each window with enough observations, see [Windows.MinPeriods];
// the result of any other is null. A plain T gets the values that there are:
// nulls are left out of the slice. *T, [Null] and the null types of
// database/sql get a nil or invalid element for each null. A NaN is an element
// like others for fn, but no observation.
//
// The slice is a view, not a copy: of the frame itself where the column is one
// Arrow chunk of that type without nulls, and else of a copy of the column
// that all windows share. fn must not change it, nor keep it: to sort a window,
// copy it first.
//
// Errors and panics in fn are those of MapRows: a [parallel.RowError] for the
// row, the lowest one. Under [parallel.CollectAll] and [parallel.Partial] the result is
// null for rows that failed or are not done. There is no allocation per row.
func RollRows[T, R any](ctx context.Context, w Windows, col string, fn func(ctx context.Context, window []T) (R, error), opts ...RowOption) (_ *Frame, err error) {
	j, err := w.job(ctx, "frame.RollRows", col, fn == nil, opts, rowOptions)
	if err != nil {
		return nil, err
	}
	defer j.c.End(&err)
	c := j.c
	in, out, err := typesOf[T, R]()
	if err == nil && !in.Scalar {
		err = notScalar(in.Type, nil)
	}
	if err != nil {
		return nil, c.wrap(err)
	}
	names, err := namesOf(c, out, col)
	if err != nil {
		return nil, err
	}
	c.newMarks(w.f.rows)
	r := &rolling[T, R]{leniency: c.leniency, fn: contained(c, engine.Policed(c.Call, fn)), bounds: j.bounds, rows: j.moved()}
	if err := r.read(ctx, c, in, j.col); err != nil {
		return nil, j.explain(err)
	}
	for i := range out.Fields {
		wr := rowcodec.NewWriter(&out.Fields[i], names[i], w.f.rows, true)
		r.writers = append(r.writers, wr)
		if wr.MayMisfit(false) {
			r.checked = append(r.checked, wr)
		}
	}
	r.writeDirectly()
	if err := c.partly(c.Items(w.f.rows, r.chunk)); err != nil {
		return nil, j.explain(err)
	}
	if c.ended != nil {
		if err := r.blank(c); err != nil {
			return nil, err
		}
	}
	mems := make([][]rowcodec.WriteMem, len(r.free.All))
	for i, s := range r.free.All {
		mems[i] = s.to
	}
	cols, err := rowcodec.Finish(c.Context(), r.writers, mems, c.inParallel)
	if err != nil {
		return nil, err
	}
	g, err := j.place(ctx, cols...)
	if err != nil {
		return nil, err
	}
	return g, c.outcome(w.f.rows)
}

// rolling is a call of RollRows at work.
type rolling[T, R any] struct {
	leniency
	fn      func(context.Context, []T) (R, error)
	bounds  *bounds
	rows    []int32 // of the frame, where groups moved them; nil if they did not
	values  []T
	places  *chunk.Ranks // rows that have an element in values
	seen    *chunk.Ranks // rows that are observations
	writers []*rowcodec.Writer
	checked []*rowcodec.Writer // those whose column does not hold every value
	direct  []R                // the result's own buffer, where it holds R as it is
	free    freelist.List[*rollScratch[R]]
}

type rollScratch[R any] struct {
	index  *int // what parallel.Index tells the function, where rows moved
	lo, hi [rowcodec.BlockRows]int
	ran    [rowcodec.BlockWords]uint64
	outs   [rowcodec.BlockRows]R
	to     []rowcodec.WriteMem
}

// read makes the column a slice, and counts what is missing in it.
func (r *rolling[T, R]) read(ctx context.Context, c *call, in *rowcodec.Plan, col chunk.Column) error {
	var err error
	if r.values, r.places, err = presentValues[T](ctx, c, in, col); err != nil {
		return err
	}
	r.seen, err = stats.Observed(c, col)
	return err
}

// writeDirectly has results written where they stay, if they are numbers that
// the column holds as Go does.
func (r *rolling[T, R]) writeDirectly() {
	if len(r.writers) == 1 {
		r.direct = rowcodec.Direct[R](r.writers[0])
	}
}

func (r *rolling[T, R]) chunk(w *engine.Worker, lo, hi int) (int, error) {
	cursor := &w.Row
	s := r.scratch()
	if r.rows != nil {
		// The function is told the row of the frame. Whichever way it ends, the
		// engine is told where that row lies in its group.
		index, at := cursor, new(int)
		s.index, cursor = index, at
		defer func() { *index = *at }()
	}
	for lo < hi {
		to := min(w.UptoBlock(lo, hi), lo-lo%rowcodec.BlockRows+rowcodec.BlockRows)
		if to == lo {
			break
		}
		n, err := r.block(w, s, cursor, lo, to-lo)
		if err != nil {
			if r.marks != nil { // what was done counts
				r.free.Give(s)
			}
			return lo, err
		}
		lo += n
	}
	r.free.Give(s)
	return lo, nil
}

// block calls the function for n rows from lo on, and stores its results.
func (r *rolling[T, R]) block(w *engine.Worker, s *rollScratch[R], cursor *int, lo, n int) (int, error) {
	var ran []uint64
	if from, to, _, _ := r.bounds.Full(lo, lo+n); from == lo && to == lo+n && r.simple() {
		outs := s.outs[:n]
		if r.direct != nil {
			outs = r.direct[lo:][:n]
		}
		var err error
		if n, err = r.callFull(w, outs, cursor, lo); err != nil {
			return 0, err
		}
		if r.direct != nil {
			r.writers[0].Wrote(lo, n)
			return n, nil
		}
	} else {
		ran = s.ran[:]
		clear(ran)
		var done int
		var err error
		if r.marks == nil {
			done, err = r.call(w, s, cursor, lo, n)
		} else {
			done, err = returning(func() (int, error) { return r.call(w, s, cursor, lo, n) }, func() { r.mark(lo, *cursor) })
		}
		if err != nil {
			if r.marks == nil {
				return 0, err
			}
			// What is done counts, should it be the context that has ended.
			if e := r.write(s, cursor, lo, done, ran); e != nil {
				return 0, e
			}
			r.mark(lo, lo+done)
			*cursor = lo + done
			return 0, err
		}
		n = done
	}
	err := r.write(s, cursor, lo, n, ran)
	r.mark(lo, lo+n)
	return n, err
}

// write copies the results of the block's first n rows to the columns.
func (r *rolling[T, R]) write(s *rollScratch[R], cursor *int, lo, n int, ran []uint64) error {
	for i, to := range r.writers {
		*cursor = lo
		if done := to.Scatter(rowcodec.ViewOf(s.outs[:]), lo, n, ran, &s.to[i]); done < n {
			*cursor = lo + done
			return to.Check(rowcodec.ViewOf(s.outs[:]), done)
		}
	}
	return nil
}

// mark says that rows lo..hi are done.
func (r *rolling[T, R]) mark(lo, hi int) {
	if r.marks != nil {
		for i := lo; i < hi; i++ {
			r.marks[r.row(i)] = true
		}
	}
}

// row returns which row of the frame row i is.
func (r *rolling[T, R]) row(i int) int {
	if r.rows == nil {
		return i
	}
	return int(r.rows[i])
}

// blank writes nothing as the results of the rows that are not done.
func (r *rolling[T, R]) blank(c *call) error {
	return c.Own(len(r.marks), 0, func(w *engine.Worker, lo, hi int) error {
		s := r.scratch()
		clear(s.ran[:])
		for ; lo < hi; lo++ {
			if r.marks[r.row(lo)] {
				continue
			}
			if err := r.write(s, &w.Row, lo, 1, s.ran[:]); err != nil {
				return err
			}
		}
		r.free.Give(s)
		return nil
	})
}

func (r *rolling[T, R]) scratch() *rollScratch[R] {
	if s, ok := r.free.Take(); ok {
		return s
	}
	return &rollScratch[R]{to: make([]rowcodec.WriteMem, len(r.writers))}
}

// check says what keeps the i-th result of the block from having a place in a column.
func (r *rolling[T, R]) check(s *rollScratch[R], i int) error {
	for _, to := range r.checked {
		if err := to.Check(rowcodec.ViewOf(s.outs[:]), i); err != nil {
			return err
		}
	}
	return nil
}

// simple says that every full window is to be called, with all of its values.
func (r *rolling[T, R]) simple() bool {
	b := r.bounds
	return !r.missing && r.seen == nil && r.places == nil && len(r.checked) == 0 && b.before+b.after >= b.least
}

// callFull calls the function for rows whose windows are all full.
func (r *rolling[T, R]) callFull(w *engine.Worker, outs []R, cursor *int, lo int) (int, error) {
	fn, n := r.fn, r.bounds.before+r.bounds.after
	vals := r.values[lo-r.bounds.before:][:len(outs)+n-1]
	for i := range outs {
		*cursor = lo + i
		out, err := fn(w, vals[i:i+n:i+n])
		if err != nil {
			return i, err
		}
		outs[i] = out
		if atomic.LoadUint32(&w.Asked) != 0 || i&w.Every == 0 && w.Ended() {
			return i + 1, nil
		}
	}
	return len(outs), nil
}

// call calls the function for the windows with enough observations.
func (r *rolling[T, R]) call(w *engine.Worker, s *rollScratch[R], cursor *int, lo, n int) (int, error) {
	r.bounds.Fill(s.lo[:n], s.hi[:n], lo, 0)
	fn, vals, least := r.fn, r.values, r.bounds.least
	for i := range n {
		from, to := s.lo[i], s.hi[i]
		count := to - from
		if r.seen != nil {
			count = r.seen.Above(to) - r.seen.Above(from)
		}
		if count < least {
			continue
		}
		if r.places != nil {
			from, to = r.places.Above(from), r.places.Above(to)
		}
		*cursor = lo + i
		if r.rows != nil {
			*s.index = int(r.rows[lo+i])
		}
		out, err := fn(w, vals[from:to:to])
		if err == nil {
			s.outs[i] = out
			err = r.check(s, i)
		}
		switch {
		case err == nil:
			s.ran[i>>6] |= 1 << (i & 63)
		case !r.lenient || !w.Failed(rowError(r.row(lo+i), err)):
			return i, err
		}
		if atomic.LoadUint32(&w.Asked) != 0 || i&w.Every == 0 && w.Ended() {
			return i + 1, nil
		}
	}
	return n, nil
}
