package gota

import (
	"context"
	"errors"
	"fmt"

	"github.com/go-gota/gota/dataframe"
	"github.com/go-gota/gota/series"

	"github.com/parframe/parframe/parallel"
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
// columns. The error of a result (its Err) is a [parallel.RowError]. Options:
// Workers, ChunkSize, Partitions, Serial, On, Seed, Observe.
func RowApply(ctx context.Context, df dataframe.DataFrame, fn func(ctx context.Context, row series.Series) series.Series, opts ...parallel.Option) (dataframe.DataFrame, error) {
	const call = "gota.RowApply"
	var nothing dataframe.DataFrame
	plan, err := prepare(call, df, fn == nil, opts, "ChunkSize", "ChunkBy", "Partitions")
	if err != nil {
		return nothing, err
	}
	cols := columnsOf(df)
	if df.Nrow() == 0 {
		return part(cols, 0, 0), nil
	}
	out := newCollector(df.Nrow())
	switch rowType(cols) {
	case series.String:
		err = runRows(ctx, plan, cols, out, fn, textReader)
	case series.Float:
		err = runRows(ctx, plan, cols, out, fn, floatReader)
	case series.Int:
		err = runRows(ctx, plan, cols, out, fn, intReader)
	default:
		err = runRows(ctx, plan, cols, out, fn, boolReader)
	}
	if err != nil {
		return nothing, err
	}
	columns, err := out.columns()
	if err != nil {
		return nothing, fmt.Errorf("%s: %w", call, err)
	}
	final := make([]series.Series, len(columns))
	for j := range columns {
		if len(columns) == len(cols) {
			columns[j].name = cols[j].name
			columns[j] = columns[j].narrowed(cols[j].typ)
		} else {
			columns[j].name = fmt.Sprintf("X%d", j)
		}
		final[j] = columns[j].whole()
	}
	return frameOf(final, df.Nrow()), nil
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

func runRows[T value](ctx context.Context, plan *parallel.Plan, cols []column, out *collector, fn func(ctx context.Context, row series.Series) series.Series, read reader[T]) error {
	empty := template[T]()
	return plan.Range(ctx, out.n, func(ctx context.Context, lo, hi int) error {
		at := parallel.Cursor(ctx)
		fast, own := shortcut(), rowSeries[T]{empty}
		var into [][]cell[T] // the table's columns, if they are of the row's type
		for lo < hi {
			end := min(lo+rowBlock, hi)
			k := len(cols)
			cells := make([]cell[T], k*(end-lo))
			bad, cause := end, error(nil)
			for j := range cols {
				if row, err := read(&cols[j], lo, end, cells[j:], k); err != nil && row < bad {
					bad, cause = row, fmt.Errorf("column %q: %w", cols[j].name, err)
				}
			}
			rows := make([][]cell[T], end-lo)
			for i := lo; i < end; i++ {
				*at = i
				if i == bad {
					return cause
				}
				from := (i - lo) * k
				row := &rows[i-lo]
				*row = cells[from : from+k : from+k]
				if !fast {
					if err := out.put(i, fn(ctx, write("", empty.Type(), *row, false))); err != nil {
						return err
					}
					continue
				}
				result := fn(ctx, own.with(row))
				if got, ok := own.cells(&result); ok && len(got) == len(into) && len(got) > 0 && result.Err == nil {
					for j, v := range got {
						into[j][i] = v
					}
					continue
				}
				if err := out.put(i, result); err != nil {
					return err
				}
				into = tableOf[T](out, empty.Type())
			}
			lo = end
		}
		return nil
	})
}

var errZeroSeries = errors.New("the function returned the zero Series")
