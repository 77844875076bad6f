package frame

import (
	"fmt"
	"iter"

	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/internal/rowcodec"
)

// Values returns the column's values as a new slice.
//
//	Values[T](Column) []T
//
// T may be any type that holds every value of the column: the type of its numbers or a
// wider one (the integers of an int64 column fit float64 if each of them does), bool,
// string or []byte for text and binary data, time.Time for timestamps and dates,
// time.Duration for durations and times of day, and the same for dictionaries of text. A
// T that does not fit is an [ErrType] that names the column, its type and what would fit.
//
// A null is an [ErrNull] in a [parallel.RowError], unless T is a pointer, a [Null] or one
// of the null types of database/sql. Strings share the column's memory; everything else
// is copied.
func Values[T any](c Column) ([]T, error) {
	call, p, err := scalarCall[T]("frame.Values")
	if err != nil {
		return nil, err
	}
	return valuesOf[T](call, p, c.col)
}

// Nulls is [Values] for columns that may have nulls.
//
//	Nulls[T](Column) []Null[T]
func Nulls[T any](c Column) ([]Null[T], error) {
	call, p, err := scalarCall[Null[T]]("frame.Nulls")
	if err != nil {
		return nil, err
	}
	return valuesOf[Null[T]](call, p, c.col)
}

func valuesOf[T any](call *call, p *rowcodec.Plan, c chunk.Column) ([]T, error) {
	if c.Field.Type == nil {
		return nil, call.wrap(fmt.Errorf("%w: the zero Column", ErrType))
	}
	return readRows[T](call, p, newFrame([]chunk.Column{c}, c.Len))
}

// All iterates over the row numbers and values of the column. It copies a block at a
// time, and may be ranged over more than once.
//
//	All[T](Column) (row, Null[T])...
//
// T and errors are as for [Nulls]; all errors come before the first row. If they depend
// on the values (int64 as float64, durations in seconds), the whole column is copied to
// find them.
func All[T any](c Column) (iter.Seq2[int, Null[T]], error) {
	_, p, err := scalarCall[Null[T]]("frame.All")
	if err != nil {
		return nil, err
	}
	block := 1024
	if c.col.Field.Type == nil || rowcodec.MayMisfit(c.col.Field.Type, p.Fields[0].Kind) {
		block = c.col.Len
	}
	first, err := Nulls[T](Column{c.col.Slice(0, min(block, c.col.Len))})
	if err != nil {
		return nil, err
	}
	return func(yield func(int, Null[T]) bool) {
		for lo, values := 0, first; len(values) > 0; {
			for i, v := range values {
				if !yield(lo+i, v) {
					return
				}
			}
			lo += len(values)
			next, err := Nulls[T](Column{c.col.Slice(lo, min(lo+block, c.col.Len))})
			if values = next; err != nil {
				panic(err) // of types, which the first block had too
			}
		}
	}, nil
}
