package frame

import (
	"context"
	"reflect"
	"sync/atomic"
	"unsafe"

	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/internal/engine"
	"github.com/parframe/parframe/internal/freelist"
	"github.com/parframe/parframe/internal/rowcodec"
)

// mapping runs a row function: it copies rows column by column into a block of structs,
// runs the function on them, and copies its results column by column into the buffers of
// the new columns.
type mapping[In, Out any] struct {
	fn      func(context.Context, In) (Out, error)
	flat    func(context.Context, In, *yields[Out]) error // of FlatMapRows, instead of fn
	in, out *rowcodec.Plan
	readers []*rowcodec.Reader
	table   *rowTable // if In is Row
	writers []*rowcodec.Writer
	checked []*rowcodec.Writer // writers of columns that cannot hold every value
	skip    bool               // rows with a null that In cannot hold are skipped
	leniency
	size int // rows in a block

	free freelist.List[*scratch[In, Out]]
}

// scratch is what a worker needs for a block, kept for the whole call. There is one per
// worker, so that a row costs no allocation.
type scratch[In, Out any] struct {
	rowcodec.Block
	ins    []In
	outs   []Out
	from   []rowcodec.ReadMem
	to     []rowcodec.WriteMem
	yields yields[Out]
}

func newMapping[In, Out any](fn func(context.Context, In) (Out, error)) (*mapping[In, Out], error) {
	in := &rowcodec.Plan{Type: reflect.TypeFor[In]()}
	out, err := resultOf[Out]()
	if in.Type != rowType {
		in, out, err = typesOf[In, Out]()
	}
	if err != nil {
		return nil, err
	}
	m := &mapping[In, Out]{fn: fn, in: in, out: out, size: rowcodec.BlockRows}
	// Very wide structs get shorter blocks, in whole words of the bitmaps.
	const most = 128 << 10
	for m.size > 64 && m.size*int(unsafe.Sizeof(*new(In))+unsafe.Sizeof(*new(Out))) > most {
		m.size /= 2
	}
	return m, nil
}

// run maps n rows to columns with the given names.
func (m *mapping[In, Out]) run(ctx context.Context, c *call, names []string, n int) ([]chunk.Column, error) {
	m.makeWriters(names, n)
	if err := m.each(ctx, c, n); err != nil {
		return nil, err
	}
	if c.ended != nil {
		if err := m.blank(c); err != nil {
			return nil, err
		}
	}
	mems := make([][]rowcodec.WriteMem, len(m.free.All))
	for i, s := range m.free.All {
		mems[i] = s.to
	}
	return rowcodec.Finish(c.Context(), m.writers, mems, c.inParallel)
}

func (m *mapping[In, Out]) makeWriters(names []string, n int) {
	for i := range m.out.Fields {
		w := rowcodec.NewWriter(&m.out.Fields[i], names[i], n, m.skip || m.missing && m.flat == nil)
		m.writers = append(m.writers, w)
		// Values are checked when they are returned, not when the block is written, since
		// a later row of the block may fail and the lowest row counts. Only this check
		// finds a text that is too long.
		if w.MayMisfit(m.lenient || m.flat != nil) {
			m.checked = append(m.checked, w)
		}
	}
}

// each runs the mapping over n rows.
func (m *mapping[In, Out]) each(ctx context.Context, c *call, n int) error {
	m.size = min(m.size, max(n, 1))
	return c.partly(c.Items(n, m.chunk))
}

func (m *mapping[In, Out]) scratch() *scratch[In, Out] {
	if s, ok := m.free.Take(); ok {
		return s
	}
	s := &scratch[In, Out]{
		ins:  make([]In, m.size),
		from: make([]rowcodec.ReadMem, len(m.readers)),
		to:   make([]rowcodec.WriteMem, len(m.writers)),
	}
	if m.flat != nil {
		m.makeYield(s)
	} else {
		s.outs = make([]Out, m.size)
	}
	for i, r := range m.readers {
		s.from[i].Elems = r.Elements(m.size)
	}
	return s
}

// chunk maps rows lo..hi, in blocks that end at the words of bitmaps wherever the chunk
// begins. It ends early if the engine asks for that.
func (m *mapping[In, Out]) chunk(w *engine.Worker, lo, hi int) (int, error) {
	s := m.scratch()
	if m.flat != nil {
		s.yields.begin(lo)
	}
	few := m.size // rows of the next block, few after a value that did not fit
	for lo < hi {
		to := min(w.UptoBlock(lo, hi), lo-lo%m.size+m.size, lo+few)
		if to == lo {
			break
		}
		done, err := m.rows(w, s, lo, to-lo)
		if err != nil {
			if m.marks != nil { // what was done counts
				if m.flat != nil {
					s.yields.end()
				}
				m.free.Give(s)
			}
			return lo, err
		}
		few = min(2*few, m.size)
		if lo+done < to {
			few = min(8, m.size)
		}
		lo += done
	}
	if m.flat != nil {
		s.yields.end()
	}
	m.free.Give(s)
	return lo, nil
}

// read copies n rows from lo on into the block.
func (m *mapping[In, Out]) read(s *scratch[In, Out], lo, n int) {
	s.Reset(n)
	for i, r := range m.readers {
		r.Gather(&s.Block, rowcodec.ViewOf(s.ins), lo, n, &s.from[i])
	}
	if m.table != nil {
		for k, ins := 0, any(s.ins).([]Row); k < n; k++ {
			ins[k] = Row{m.table, lo + k}
		}
	}
}

// rows maps the rows of one block and returns their number, or a smaller one if a value
// does not fit and the mapping is lenient.
func (m *mapping[In, Out]) rows(w *engine.Worker, s *scratch[In, Out], lo, n int) (int, error) {
	w.Row = lo
	m.read(s, lo, n)
	stop := s.Bad
	if m.lenient {
		var err error
		if n, err = m.attempt(w, s, lo, n); err != nil {
			return 0, err
		}
		return n, m.write(w, s, lo, n, s.Ran())
	}
	var ran []uint64
	switch {
	case !s.Nulls:
	case m.skip:
		ran = s.Valid[:]
	default:
		stop = min(stop, s.FirstNull())
	}
	var done int
	var err error
	if m.marks == nil {
		done, err = m.call(w, s, lo, 0, stop, ran)
	} else {
		done, err = returning(func() (int, error) { return m.call(w, s, lo, 0, stop, ran) }, func() { m.mark(lo, w.Row) })
	}
	switch {
	case err != nil && m.marks == nil:
		return 0, err
	case err != nil: // what is done counts, as the context may have ended
		s.yields.drop()
		if e := m.write(w, s, lo, done, ran); e != nil {
			return 0, e
		}
		m.mark(lo, lo+done)
		w.Row = lo + done
		return 0, err
	case done < stop: // asked to end early
		n = done
	case stop < n:
		w.Row = lo + stop
		return 0, s.Cause(m.readers, lo, stop, m.skip)
	}
	err = m.write(w, s, lo, n, ran)
	m.mark(lo, lo+n)
	return n, err
}

// write copies the results of the block's first n rows to the columns.
func (m *mapping[In, Out]) write(w *engine.Worker, s *scratch[In, Out], lo, n int, ran []uint64) error {
	if m.flat != nil {
		return s.yields.flush(m.writers)
	}
	for i, to := range m.writers {
		if done := to.Scatter(rowcodec.ViewOf(s.outs), lo, n, ran, &s.to[i]); done < n {
			w.Row = lo + done
			return to.Check(rowcodec.ViewOf(s.outs), done)
		}
	}
	return nil
}

// callSome is the innermost loop, with few variables so that they stay in registers.
//
//go:noinline
func callSome[In, Out any](w *engine.Worker, fn func(context.Context, In) (Out, error), lo, first int, ins []In, outs []Out) (int, error) {
	outs = outs[:len(ins)]
	for i := first; i < len(ins); i++ {
		w.Row = lo + i
		out, err := fn(w, ins[i])
		if err != nil {
			return i, err
		}
		outs[i] = out
		if atomic.LoadUint32(&w.Asked) != 0 {
			return i + 1, nil
		}
	}
	return len(ins), nil
}

// call runs the function on rows first..n of the block, except those without a bit in
// ran. It returns the row that failed, or the row before which it stopped: n, unless it
// was asked to end early.
func (m *mapping[In, Out]) call(w *engine.Worker, s *scratch[In, Out], lo, first, n int, ran []uint64) (int, error) {
	if m.flat != nil {
		return m.callFlat(w, s, lo, first, n, ran)
	}
	fn := m.fn
	ins, outs := s.ins[:n], s.outs[:n]
	if ran == nil && len(m.checked) == 0 {
		for few := w.Every + 1; first < n; {
			some := min(first+few, n)
			done, err := callSome(w, fn, lo, first, ins[:some], outs[:some])
			if first = done; err != nil || done < some || done < n && w.Ended() {
				return first, err
			}
		}
		return n, nil
	}
	for i := first; i < n; i++ {
		if ran != nil && ran[i>>6]>>(i&63)&1 == 0 {
			continue // outs[i] is from an earlier block, and not used
		}
		w.Row = lo + i
		out, err := fn(w, ins[i])
		if err != nil {
			return i, err
		}
		outs[i] = out
		for _, to := range m.checked {
			if err := to.Check(rowcodec.ViewOf(outs), i); err != nil {
				return i, err
			}
		}
		if atomic.LoadUint32(&w.Asked) != 0 || i&w.Every == 0 && w.Ended() {
			return i + 1, nil
		}
	}
	return n, nil
}
