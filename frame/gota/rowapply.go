package gota

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/go-gota/gota/dataframe"
	"github.com/go-gota/gota/series"

	"github.com/parframe/parframe/internal/engine"
)

// RowApply calls fn with each row as a series, in parallel, and returns the
// data frame of the results. It is gota's Rapply.
//
//	RowApply(DataFrame, func(ctx, Series) Series) DataFrame
//
// A row has one type: string if a column is, else float, else int, else bool.
// Its series is fn's own to change and to keep, and [parallel.Index] of ctx is
// its number. An int that has no exact float is an error of its row where there
// is a float column beside it; select the columns first. As text, a float has as
// many digits as it needs, and NA stays NA.
//
// Results have as many elements as columns, or any other number, but all the
// same: else the error is an [ErrColumns] that names two rows. Their type
// is that of the results (of several, the first of string, float, int, bool).
// With as many elements as columns, the columns keep their names, and those
// whose values all are of the column's own type have that type again; with
// another number they are called X0, X1 and so on.
//
// Without rows fn is not called, and the result is an empty frame of the same
// columns. The error of a result (its Err) is a [parallel.RowError]. With
// [parallel.Retry] each attempt gets the row as the data frame has it.
func RowApply(ctx context.Context, df dataframe.DataFrame, fn func(ctx context.Context, row series.Series) series.Series, opts ...Option) (out dataframe.DataFrame, err error) {
	var nothing dataframe.DataFrame
	c, err := prepareOn("gota.RowApply", df, fn == nil, opts, callOptions, []string{"Partitions"})
	if err != nil {
		return nothing, err
	}
	n := df.Nrow()
	if err = c.Begin(ctx, n); err != nil {
		return nothing, err
	}
	defer c.End(&err)
	cols := columnsOf(df)
	rows := newCollector(n)
	switch rowType(cols) {
	case series.String:
		err = runRows(c, cols, rows, fn, textReader)
	case series.Float:
		err = runRows(c, cols, rows, fn, floatReader)
	case series.Int:
		err = runRows(c, cols, rows, fn, intReader)
	default:
		err = runRows(c, cols, rows, fn, boolReader)
	}
	if err != nil {
		return nothing, err
	}
	if n == 0 {
		return part(cols, 0, 0), nil
	}
	columns, err := rows.columns(c)
	if err != nil {
		return nothing, err
	}
	final := make([]series.Series, len(columns))
	for j := range columns {
		if len(columns) == len(cols) {
			columns[j].name = cols[j].name
			if columns[j], err = columns[j].narrowed(c, cols[j].typ); err != nil {
				return nothing, err
			}
		} else {
			columns[j].name = fmt.Sprintf("X%d", j)
		}
		final[j] = columns[j].whole()
	}
	return frameOf(final, n), nil
}

// rowType is gota's rule, as its documentation has it.
func rowType(cols []column) series.Type {
	has := map[series.Type]bool{}
	for _, c := range cols {
		has[c.typ] = true
	}
	return widest(has)
}

func widest(has map[series.Type]bool) series.Type {
	for _, t := range []series.Type{series.String, series.Float, series.Int} {
		if has[t] {
			return t
		}
	}
	return series.Bool
}

// rowBlock is how many rows are laid out at once, for one allocation of cells
// and one of headers.
const rowBlock = 128

// reader copies a column's rows lo to hi into every step-th cell. It returns
// the first row that has no value of T, with the reason.
type reader[T value] func(c *column, lo, hi int, dst []cell[T], step int) (int, error)

// rowRun is a RowApply at work on rows of type T.
type rowRun[T value] struct {
	cols  []column
	out   *collector
	fn    func(ctx context.Context, row series.Series) series.Series
	read  reader[T]
	empty series.Series
}

func runRows[T value](c *call, cols []column, out *collector, fn func(ctx context.Context, row series.Series) series.Series, read reader[T]) error {
	r := &rowRun[T]{cols, out, fn, read, template[T]()}
	if !c.Unpoliced() {
		r.fn = r.policed(c)
	}
	return c.Items(out.n, r.chunk)
}

// policed returns the function with the policies of the call.
func (r *rowRun[T]) policed(c *call) func(ctx context.Context, row series.Series) series.Series {
	once := r.fn
	policed := engine.Policed(c.Call, func(ctx context.Context, row series.Series) (series.Series, error) {
		if engine.Attempt(ctx) > 1 { // the one before may have kept the row, or changed it
			cells := make([]cell[T], len(r.cols))
			i := engine.Index(ctx)
			for j := range r.cols {
				// The row could be read before.
				_, _ = r.read(&r.cols[j], i, i+1, cells[j:], len(cells))
			}
			row = write("", r.empty.Type(), cells, false)
		}
		s := once(ctx, row)
		return s, s.Err
	})
	return func(ctx context.Context, row series.Series) series.Series {
		s, err := policed(ctx, row)
		s.Err = err
		return s
	}
}

// chunk runs the function on rows lo to hi, as far as the worker may go. Rows
// are laid out in blocks that are longer than what it runs between two looks at
// its context.
func (r *rowRun[T]) chunk(w *engine.Worker, lo, hi int) (int, error) {
	b := rowBlocks[T]{rowRun: r, fast: shortcut(), own: rowSeries[T]{r.empty}, end: lo, bad: hi}
	for {
		to := w.UptoBlock(lo, hi)
		if to == lo {
			return lo, nil
		}
		if lo == b.end {
			b.layOut(lo, min(lo+rowBlock, hi))
		}
		for to = min(to, b.end); lo < to; lo++ {
			w.Row = lo
			if lo == b.bad {
				return lo, b.cause
			}
			if err := b.row(w, lo); err != nil {
				return lo, err
			}
			if atomic.LoadUint32(&w.Asked) != 0 || lo&w.Every == 0 && w.Ended() {
				return lo + 1, nil
			}
		}
	}
}

// rowBlocks is one worker's rows of a chunk.
type rowBlocks[T value] struct {
	*rowRun[T]
	fast bool
	own  rowSeries[T]
	into [][]cell[T] // the table's columns, if they are of the row's type

	from, end int // the rows that are laid out
	rows      [][]cell[T]
	bad       int // the first of them that cannot be read
	cause     error
}

// layOut lays out rows lo to hi. They are the function's to keep.
func (b *rowBlocks[T]) layOut(lo, hi int) {
	k := len(b.cols)
	cells := make([]cell[T], k*(hi-lo))
	b.from, b.end, b.bad, b.cause = lo, hi, hi, nil
	for j := range b.cols {
		if row, err := b.read(&b.cols[j], lo, hi, cells[j:], k); err != nil && row < b.bad {
			b.bad, b.cause = row, fmt.Errorf("column %q: %w", b.cols[j].name, err)
		}
	}
	b.rows = make([][]cell[T], hi-lo)
	for i := range b.rows {
		b.rows[i] = cells[i*k : i*k+k : i*k+k]
	}
}

// row runs the function on row i.
func (b *rowBlocks[T]) row(w *engine.Worker, i int) error {
	row := &b.rows[i-b.from]
	if !b.fast {
		return b.out.put(i, b.fn(w, write("", b.empty.Type(), *row, false)))
	}
	result := b.fn(w, b.own.with(row))
	if got, ok := b.own.cells(&result); ok && len(got) == len(b.into) && len(got) > 0 && result.Err == nil {
		for j, v := range got {
			b.into[j][i] = v
		}
		return nil
	}
	if err := b.out.put(i, result); err != nil {
		return err
	}
	b.into = tableOf[T](b.out, b.empty.Type())
	return nil
}

var errZeroSeries = errors.New("the function returned the zero Series")
