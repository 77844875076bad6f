package matrix

import (
	"context"
	"fmt"
	"runtime"

	"github.com/parframe/parframe/parallel"
)

// Apply cuts the rows into equal consecutive partitions, calls fn with each of
// them, and returns the results below each other.
//
//	Apply(Dense[T] r×c, func(ctx, Dense[T] p×c) Dense[R] q×k) Dense[R] Σq×k
//
// It is numpy.array_split, a map over the parts, and numpy.concatenate. There
// are as many partitions as cores, or as many as parallel.Partitions says:
// name a number if fn is not row by row, for a result that is the same on
// every machine. Without rows fn is called once, with the empty matrix.
//
// fn receives a copy of its rows, and may keep and change it;
// [parallel.Index] of its context is the first of them. What it returns
// may have any number of rows, but must have as many columns as the others:
// else the error is an [ErrShape] that names the partition. Other options:
// Workers, Serial, On, Seed, Observe.
func Apply[T, R Number](ctx context.Context, m *Dense[T], fn func(ctx context.Context, part *Dense[T]) (*Dense[R], error), opts ...parallel.Option) (*Dense[R], error) {
	plan, err := prepare("matrix.Apply", m, fn == nil, opts, "Partitions")
	if err != nil {
		return nil, err
	}
	// Without rows there is one partition: the engine must see one unit.
	parts, units := max(plan.Partitions(runtime.GOMAXPROCS(0), m.rows), 1), max(m.rows, 1)
	results := make([]*Dense[R], parts)
	err = plan.Parts(ctx, units, parts, func(ctx context.Context, k, lo, hi int) error {
		r, err := fn(ctx, m.slice(min(lo, m.rows), min(hi, m.rows)).Clone())
		if err == nil && r == nil {
			err = fmt.Errorf("the function returned a %w matrix", ErrNil)
		}
		results[k] = r
		return err
	})
	if err != nil {
		return nil, err
	}
	return stack(results)
}

// stack puts the matrices below each other.
func stack[R Number](parts []*Dense[R]) (*Dense[R], error) {
	rows := 0
	for k, p := range parts {
		if p.cols != parts[0].cols {
			return nil, fmt.Errorf("matrix.Apply: %w: partition %d gave %d columns, partition 0 gave %d", ErrShape, k, p.cols, parts[0].cols)
		}
		rows += p.rows
	}
	if len(parts) == 1 {
		return parts[0], nil
	}
	out := zeros[R](rows, parts[0].cols)
	at := 0
	for _, p := range parts {
		p.read(out.data[at:], 0, p.rows)
		at += p.rows * p.cols
	}
	return out, nil
}
