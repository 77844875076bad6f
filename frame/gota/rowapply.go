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

// RowApply calls fn with each row as a series, in parallel, and returns the data frame of
// the results. It is gota's Rapply.
//
//	RowApply(DataFrame, func(ctx, Series) Series) DataFrame
//
// A row has one type: string if any column is string, else float, else int, else bool. fn
// may change and keep its series. [parallel.Index] of ctx is the number of the row. If a row
// is float, an int that has no exact float is an error of its row; select the columns first
// to avoid that. As text, a float has as many digits as it needs, and NA stays NA.
//
// Results may have any number of elements, but all must have the same number: else the error
// is an [ErrColumns] that names two rows. If results differ in type, the columns get the
// first of string, float, int and bool that occurs. If results have as many elements as the
// data frame has columns, the columns keep their names, and a column gets its old type again
// if that holds all its values. Otherwise the columns are named X0, X1 and so on.
//
// Without rows fn is not called, and the result is an empty data frame with the same
// columns. The error of a result (its Err) is a [parallel.RowError]. With [parallel.Retry]
// each attempt receives the row as the data frame has it.
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

// rowType returns the type of rows, by the rule in gota's documentation.
func rowType(cols []column) series.Type {
	has := map[series.Type]bool{}
	for _, c := range cols {
		has[c.typ] = true
	}
	return widest(has)
}

// widest returns the type of the set that holds the values of the others.
func widest(has map[series.Type]bool) series.Type {
	for _, t := range []series.Type{series.String, series.Float, series.Int} {
		if has[t] {
			return t
		}
	}
	return series.Bool
}

// rowBlock is the number of rows that are laid out at once, with one allocation of cells
// and one of slice headers.
const rowBlock = 128

// A reader copies rows lo to hi of a column into every step-th cell of dst. With an error it
// returns the first row whose value T cannot hold.
type reader[T value] func(c *column, lo, hi int, dst []cell[T], step int) (int, error)

// rowRun is a running RowApply, with rows of type T.
type rowRun[T value] struct {
	cols  []column
	out   *collector
	fn    func(ctx context.Context, row series.Series) series.Series
	read  reader[T]
	empty series.Series
}

// runRows calls fn with all rows and puts the results into out.
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
		if engine.Attempt(ctx) > 1 { // an earlier attempt may have kept or changed the row
			cells := make([]cell[T], len(r.cols))
			i := engine.Index(ctx)
			for j := range r.cols {
				// There is no error: the row was read before.
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

// chunk runs the function on rows lo to hi; it is an [engine.Body]. It lays out rows in
// blocks, which may be longer than the runs of rows between two looks at the context.
func (r *rowRun[T]) chunk(w *engine.Worker, lo, hi int) (int, error) {
	b := rowBlocks[T]{rowRun: r, fast: shortcut(), reused: rowSeries[T]{r.empty}, end: lo, bad: hi}
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

// rowBlocks lays out the rows of a chunk, for one worker.
type rowBlocks[T value] struct {
	*rowRun[T]
	fast   bool
	reused rowSeries[T]
	into   [][]cell[T] // the table's columns, if they have the row's type

	from, end int // the rows that are laid out
	rows      [][]cell[T]
	bad       int   // the first of them that cannot be read
	cause     error // why it cannot
}

// layOut lays out rows lo to hi in new memory, since the function may keep them.
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
	result := b.fn(w, b.reused.with(row))
	if got, ok := b.reused.cells(&result); ok && len(got) == len(b.into) && len(got) > 0 && result.Err == nil {
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
