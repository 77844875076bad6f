package stats

import (
	"context"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/chunk"
)

// only returns the function that has the type F, of several that differ in the
// type that they work on.
func only[F any](fs ...any) (f F) {
	for _, x := range fs {
		if f, ok := x.(F); ok {
			return f
		}
	}
	return f
}

// want adds what collects the results of a statistic, and returns its results.
// totals makes it where the results are made of accumulators.
func (p *numbers[T, A, F]) want(w *want, field arrow.Field, totals func(*want, arrow.Field) finishedBy[A]) func(name string) chunk.Column {
	switch w.Statistic {
	case Min, Max:
		o := &extremes[T]{values: values[T]{typ: w.typ}}
		if w.Statistic == Min {
			o.of = only[func([]T) T](least[int64]{}.many, least[uint64]{}.many, least[float64]{}.many)
		} else {
			o.of = only[func([]T) T](greatest[int64]{}.many, greatest[uint64]{}.many, greatest[float64]{}.many)
		}
		p.extremes = append(p.extremes, o)
		return o.column
	case Quantile:
		p.words = only[func([]uint64, []T)](putWords[int64], putWords[uint64], putWords[float64])
		o := p.quantile(w, field)
		p.quantiles = append(p.quantiles, o)
		return o.column
	}
	o := totals(w, field)
	if w.Statistic == Count {
		o = finishedAs(finish[A, int64]{typ: w.typ, of: func(_ *A, n int) int64 { return int64(n) }})
	}
	p.finished = append(p.finished, o)
	return o.column
}

func (p *numbers[T, A, F]) quantile(w *want, field arrow.Field) selectedBy {
	if !classOf(field.Type).number() {
		return &quantiles[int64]{values: values[int64]{typ: w.typ}, q: w.Q, between: betweenTimes}
	}
	o := &quantiles[float64]{values: values[float64]{typ: w.typ}, q: w.Q}
	switch any(*new(T)).(type) {
	case int64:
		o.between = between[int64]
	case uint64:
		o.between = between[uint64]
	case float64:
		o.between = between[float64]
	}
	return o
}

// The following make the results of accumulators.

func floatSums(w *want, _ arrow.Field) finishedBy[floatSum] {
	if w.Statistic == Sum {
		return finishedAs(finish[floatSum, float64]{typ: w.typ, of: (*floatSum).value})
	}
	return finishedAs(finish[floatSum, float64]{typ: w.typ, least: 1, of: (*floatSum).mean})
}

func floatSpreads(w *want, _ arrow.Field) finishedBy[floatMoments] {
	switch w.Statistic {
	case Sum:
		return finishedAs(finish[floatMoments, float64]{typ: w.typ, of: (*floatMoments).value})
	case Mean:
		return finishedAs(finish[floatMoments, float64]{typ: w.typ, least: 1, of: (*floatMoments).mean})
	case Var:
		return finishedAs(finish[floatMoments, float64]{typ: w.typ, least: 2, of: (*floatMoments).variance})
	}
	return finishedAs(finish[floatMoments, float64]{typ: w.typ, least: 2, of: (*floatMoments).deviation})
}

func intSums[T int64 | uint64](w *want, f arrow.Field) finishedBy[int128] {
	switch {
	case w.Statistic == Sum:
		return finishedAs(sumOfInts[T](f, w.typ))
	case classOf(f.Type).number():
		return finishedAs(finish[int128, float64]{typ: w.typ, least: 1, of: (*int128).mean})
	}
	return finishedAs(finish[int128, int64]{typ: w.typ, least: 1, of: (*int128).rounded})
}

func intSpreads[T int64 | uint64](w *want, f arrow.Field) finishedBy[intMoments] {
	isNumber := classOf(f.Type).number()
	switch {
	case w.Statistic == Sum:
		return finishedAs(sumOfMoments[T](f, w.typ))
	case w.Statistic == Mean && isNumber:
		return finishedAs(finish[intMoments, float64]{typ: w.typ, least: 1, of: (*intMoments).mean})
	case w.Statistic == Mean:
		return finishedAs(finish[intMoments, int64]{typ: w.typ, least: 1, of: (*intMoments).rounded})
	case w.Statistic == Var:
		return finishedAs(finish[intMoments, float64]{typ: w.typ, least: 2, of: (*intMoments).variance})
	case isNumber:
		return finishedAs(finish[intMoments, float64]{typ: w.typ, least: 2, of: (*intMoments).deviation})
	}
	return finishedAs(stdOfTimes(f, w.typ))
}

func decimalSums(w *want, f arrow.Field) finishedBy[wideSum] {
	if w.Statistic == Sum {
		return finishedAs(sumOfDecimals(f, w.typ, (*wideSum).total))
	}
	return finishedAs(finish[wideSum, float64]{typ: w.typ, least: 1, of: decimalFormOf(f.Type).over})
}

func decimalSpreads(w *want, f arrow.Field) finishedBy[wideMoments] {
	form := decimalFormOf(f.Type)
	switch w.Statistic {
	case Sum:
		return finishedAs(sumOfDecimals(f, w.typ, (*wideMoments).total))
	case Mean:
		return finishedAs(finish[wideMoments, float64]{typ: w.typ, least: 1, of: func(a *wideMoments, n int) float64 { return form.over(&a.sum, n) }})
	case Var:
		return finishedAs(finish[wideMoments, float64]{typ: w.typ, least: 2, of: form.variance})
	}
	return finishedAs(finish[wideMoments, float64]{typ: w.typ, least: 2, of: form.deviation})
}

// values are results of a type, one for each range.
type values[R comparable] struct {
	typ  arrow.DataType
	vals []R
	none []bool // nil if every range has a result
}

func (v *values[R]) begin(ranges int) { v.vals, v.none = make([]R, ranges), make([]bool, ranges) }

// column returns the results as a column. One that may have nulls is given a
// bitmap, whether there are some or not.
func (v *values[R]) column(name string) chunk.Column {
	if chunk.Physical(v.typ).ID() == arrow.NULL {
		return nulls(name, v.typ, len(v.vals))
	}
	c := chunk.Column{Field: arrow.Field{Name: name, Type: v.typ, Nullable: v.none != nil}, Len: len(v.vals)}
	if len(v.vals) == 0 {
		return c
	}
	var valid []uint64
	if v.none != nil {
		valid = make([]uint64, (len(v.vals)+63)/64)
		for i, is := range v.none {
			if !is {
				valid[i>>6] |= 1 << (i & 63)
			}
		}
	}
	data := chunk.Bytes(v.vals)
	if bits := bitsOf(v.typ); bits != 8*len(data)/len(v.vals) {
		data = chunk.NewBytes(len(v.vals) * bits / 8)
		storeAny(v.typ, data, 0, v.vals)
	}
	c.Chunks = []*chunk.Chunk{chunk.New(v.typ, len(v.vals), valid, data)}
	return c
}

// nulls are n results of the null type, which has neither values nor a bitmap.
func nulls(name string, typ arrow.DataType, n int) chunk.Column {
	return chunk.Column{Field: arrow.Field{Name: name, Type: typ, Nullable: true}, Chunks: chunk.NullChunks(typ, n), Len: n}
}

// finished has the results that a finish makes of accumulators.
type finished[A any, R comparable] struct {
	finish[A, R]
	values[R]
}

func finishedAs[A any, R comparable](f finish[A, R]) finishedBy[A] {
	return &finished[A, R]{f, values[R]{typ: f.typ}}
}

func (o *finished[A, R]) begin(ranges int) {
	o.vals = make([]R, ranges)
	if o.least > 0 {
		o.none = make([]bool, ranges)
	}
}

func (o *finished[A, R]) put(g int, acc *A, n int) error {
	switch {
	case n < o.least:
		o.none[g] = true
	case n > 0:
		if o.fits != nil && !o.fits(acc, n) {
			return o.err(acc)
		}
		o.vals[g] = o.of(acc, n)
	}
	return nil
}

// extremes has the least values, or the greatest.
type extremes[T comparable] struct {
	values[T]
	of    func([]T) T
	cells []T
}

type quantiles[R comparable] struct {
	values[R]
	q       float64
	between func(a, b uint64, share float64) R
}

func (o *quantiles[R]) put(ctx context.Context, g int, words []uint64) {
	if o.none[g] = len(words) == 0; !o.none[g] {
		o.vals[g] = o.between(quantileOf(ctx, words, o.q))
	}
}

func (o *quantiles[R]) putParts(g int, parts [][]uint64) {
	n := 0
	for _, p := range parts {
		n += len(p)
	}
	if o.none[g] = n == 0; n > 0 {
		o.vals[g] = o.between(quantileOfParts(parts, n, o.q))
	}
}
