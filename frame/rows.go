package frame

import (
	"context"
	"iter"

	"github.com/parframe/parframe/internal/engine"
	"github.com/parframe/parframe/internal/freelist"
	"github.com/parframe/parframe/internal/rowcodec"
)

// Rows iterates over the row numbers and rows of a frame. Rows are structs, or scalars if
// the frame has one column.
//
//	Rows[T](Frame{T…, …}) (row, T)...
//
// T finds its columns as in [MapRows], and columns that it does not name are not read.
// All errors come before the first row: types that do not fit, as one error that lists
// all fields, and the lowest row with a null or a value that T cannot hold, as a
// [parallel.RowError]. Unless the schema excludes such values, the columns are read
// twice.
//
// The sequence copies one block of rows at a time, and may be ranged over more than once.
// Strings share the frame's memory; what pointers and slices in T refer to is newly
// allocated for each block, and the caller may keep it. There is no other allocation per
// row.
func Rows[T any](f *Frame) (iter.Seq2[int, T], error) {
	c, p, err := planCall[T]("frame.Rows", []engine.Setting{serially})
	if err != nil {
		return nil, err
	}
	if f == nil {
		return nil, c.wrap(ErrNilFrame)
	}
	readers, err := p.Bind(f.cols)
	if err != nil {
		return nil, c.wrap(err)
	}
	if err := c.Begin(context.Background(), f.rows); err != nil {
		return nil, err
	}
	if err := readable[T](c, readers, f.rows); err != nil {
		return nil, c.wrap(err)
	}
	return func(yield func(int, T) bool) {
		rows := make([]T, min(rowcodec.BlockRows, f.rows))
		for lo := 0; lo < f.rows; lo += len(rows) {
			rows = rows[:min(len(rows), f.rows-lo)]
			if err := rowcodec.ReadRows(readers, rows, lo, new(int)); err != nil {
				panic(err) // readable has seen every value
			}
			for i, row := range rows {
				if !yield(lo+i, row) {
					return
				}
			}
		}
	}, nil
}

// readable finds the lowest row that T cannot hold, if there can be one.
func readable[T any](c *call, readers []*rowcodec.Reader, n int) error {
	var doubtful []*rowcodec.Reader
	for _, r := range readers {
		if r.Field.Form == rowcodec.FormPlain && r.HasNulls() || rowcodec.MayMisfit(r.Col.Field.Type, r.Field.Kind) {
			doubtful = append(doubtful, r)
		}
	}
	if len(doubtful) == 0 {
		return nil
	}
	var free freelist.List[[]T]
	return c.Ranges(n, func(ctx context.Context, lo, hi int) error {
		rows, ok := free.Take()
		if !ok {
			rows = make([]T, rowcodec.BlockRows)
		}
		for cursor := rowCell(ctx); lo < hi; lo += rowcodec.BlockRows {
			if err := rowcodec.ReadRows(doubtful, rows[:min(rowcodec.BlockRows, hi-lo)], lo, cursor); err != nil {
				return err
			}
		}
		free.Give(rows)
		return nil
	})
}
