package frame

import (
	"context"
	"sync/atomic"

	"github.com/parframe/parframe/internal/engine"
	"github.com/parframe/parframe/internal/rowcodec"
)

// FlatMapRows calls fn once for every row, and returns the rows that fn yields, any
// number for each, as a frame: in the order of the input, and for one row in the order of
// the calls to yield.
//
//	FlatMapRows(Frame{In…}, func(In, yield func(Out))) Frame{Out…}
//
// In, Out, names, errors and options are as for [MapRows]. Nothing is added for a row
// that fails under [Quarantine] or [parallel.CollectAll], even if it has yielded before,
// for a row that is not done under [parallel.Partial], or for an attempt that failed
// under [parallel.Retry]. Yielded values are copied by the time fn returns.
// yield is only for fn's own goroutine, and panics once fn has returned.
//
// There is no allocation per row. Results are in memory twice while each column is joined
// into one Arrow chunk, or into several if 32-bit offsets are too small.
func FlatMapRows[In, Out any](ctx context.Context, f *Frame, fn func(ctx context.Context, row In, yield func(Out)) error, opts ...RowOption) (out *Frame, err error) {
	c, err := rowCall(ctx, "frame.FlatMapRows", f, fn == nil, opts, optionAs, optionQuarantine)
	if err != nil {
		return nil, err
	}
	defer c.End(&err)
	m, err := newMapping[In, Out](nil)
	if err != nil {
		return nil, c.wrap(err)
	}
	type row struct {
		in     In
		yields *yields[Out]
	}
	flat := engine.Policed(c.Call, func(ctx context.Context, r row) (struct{}, error) {
		r.yields.again()
		return struct{}{}, fn(ctx, r.in, r.yields.fn)
	})
	m.flat = func(ctx context.Context, in In, y *yields[Out]) error {
		_, err := flat(ctx, row{in, y})
		return err
	}
	if err := m.bind(c, f); err != nil {
		return nil, err
	}
	names, err := namesOf(c, m.out, defaultName)
	if err != nil {
		return nil, err
	}
	m.makeWriters(names, 0)
	if err := m.each(ctx, c, f.rows); err != nil {
		return nil, err
	}
	var parts []*rowcodec.Part
	for _, s := range m.free.All {
		parts = append(parts, s.yields.parts...)
	}
	cols, n, err := rowcodec.JoinParts(c.Context(), m.writers, parts, c.inParallel)
	if err != nil {
		return nil, c.wrap(err)
	}
	return settle(c, ctx, f, newFrame(cols, n), false)
}

// yields holds what the function has yielded to a worker of FlatMapRows.
type yields[Out any] struct {
	all   []Out
	mark  int // rows from here on belong to the current row
	open  bool
	wrong error // why a column cannot hold one of them
	fn    func(Out)
	part  *rowcodec.Part
	parts []*rowcodec.Part
}

// makeYield makes the function that is passed to fn, one for all rows.
func (m *mapping[In, Out]) makeYield(s *scratch[In, Out]) {
	y := &s.yields
	y.fn = func(out Out) {
		if !y.open {
			panic("frame.FlatMapRows: yield was called after the function had returned")
		}
		y.all = append(y.all, out)
		for _, w := range m.checked {
			if y.wrong == nil {
				y.wrong = w.Check(rowcodec.ViewOf(y.all), len(y.all)-1)
			}
		}
	}
}

// callFlat is call for a function that yields.
func (m *mapping[In, Out]) callFlat(w *engine.Worker, s *scratch[In, Out], lo, first, n int, ran []uint64) (int, error) {
	y := &s.yields
	for i := first; i < n; i++ {
		if ran != nil && ran[i>>6]>>(i&63)&1 == 0 {
			continue
		}
		w.Row = lo + i
		y.mark, y.open = len(y.all), true
		err := m.flat(w, s.ins[i], y)
		y.open = false
		if y.wrong != nil {
			err = y.wrong // came first
		}
		if err != nil {
			return i, err
		}
		y.mark = len(y.all)
		if len(y.all) >= rowcodec.BlockRows {
			if err := y.flush(m.writers); err != nil {
				return i, err
			}
		}
		if atomic.LoadUint32(&w.Asked) != 0 || i&w.Every == 0 && w.Ended() {
			return i + 1, nil
		}
	}
	return n, nil
}

// begin starts a chunk at a row of the input, and end finishes it.
func (y *yields[Out]) begin(lo int) { y.part = &rowcodec.Part{Lo: lo} }

func (y *yields[Out]) end() {
	if y.part.Len > 0 {
		y.parts = append(y.parts, y.part)
	}
	y.part = nil
}

// again forgets what an attempt at the row yielded before.
func (y *yields[Out]) again() {
	if y.open {
		y.all, y.wrong = y.all[:y.mark], nil
	}
}

// drop forgets what a failed row yielded.
func (y *yields[Out]) drop() {
	y.all, y.open, y.wrong = y.all[:y.mark], false, nil
}

// flush writes the yielded rows to the columns of the chunk.
func (y *yields[Out]) flush(like []*rowcodec.Writer) error {
	if len(y.all) == 0 {
		return nil
	}
	if y.part.Writers == nil {
		y.part = rowcodec.NewPart(like, y.part.Lo)
	}
	w, k := y.part.Add(rowcodec.ViewOf(y.all), len(y.all))
	if w != nil {
		return w.Check(rowcodec.ViewOf(y.all), k)
	}
	y.all, y.mark = y.all[:0], 0
	return nil
}
