package stats

import (
	"context"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/internal/keys"
	"github.com/parframe/parframe/internal/unset"
)

// Roll computes a statistic for the window of each row, as a column of that
// name or, if rows is not nil, as the rows of col that have the values: -1 for
// null. A row with fewer values in its window than the bounds or the statistic
// ask for is null, and if own is set, so is one without a value of its own. The
// statistic is one of Sum, Product, Mean, Var, Std, Min and Max; Product is for
// windows that begin with the first row only. If a result cannot be held, the
// row has failed.
func Roll(w Workers, s Statistic, col chunk.Column, b Bounds, name string, own bool) (_ chunk.Column, rows []int32, err error) {
	typ, err := Result(s, col.Field)
	if err != nil {
		return chunk.Column{}, nil, err
	}
	if (s == Min || s == Max) && !classOf(col.Field.Type).word() {
		rows, err = rolling{w, s, col, b, name, own, typ}.ordered()
		return chunk.Column{}, rows, err
	}
	if chunk.Physical(typ).ID() == arrow.NULL { // the least of no values
		return nulls(name, typ, b.Rows()), nil, nil
	}
	out, err := rolling{w, s, col, b, name, own, typ}.numbers()
	return out, nil, err
}

// numbers is Roll for columns that are read as numbers.
func (r rolling) numbers() (chunk.Column, error) {
	col := r.col
	switch c := classOf(col.Field.Type); {
	case c == floating:
		return r.floats(viewOf[float64](col))
	case c == decimal:
		return r.decimals(decimalsOf(col))
	case c == unsigned:
		return ints[uint64](r)
	}
	return ints[int64](r)
}

// rolling is a call of Roll.
type rolling struct {
	w    Workers
	stat Statistic
	col  chunk.Column
	b    Bounds
	name string
	own  bool
	typ  arrow.DataType
}

// rollBy computes the column with a folder and a finish.
func rollBy[F folder[T, A], T, R comparable, A any](r rolling, v *view[T], f finish[A, R], dense func(ctx context.Context, out []R, x []T, w int, s *rollMem[T, R, A]) bool) (chunk.Column, error) {
	return (&roller[T, R, A, F]{view: v, bounds: r.b, finish: f, dense: dense}).column(r.w, r.name, r.own)
}

func (r rolling) floats(v *view[float64]) (chunk.Column, error) {
	type mem = rollMem[float64, float64, floatSum]
	type spreadMem = rollMem[float64, float64, floatMoments]
	switch r.stat {
	case Sum:
		return rollBy[sumFloats](r, v, finish[floatSum, float64]{typ: r.typ, of: (*floatSum).value}, func(ctx context.Context, out, x []float64, n int, s *mem) bool {
			return slideFloats(ctx, out, x, n, 1, &s.sums)
		})
	case Mean:
		return rollBy[sumFloats](r, v, finish[floatSum, float64]{typ: r.typ, least: 1, of: (*floatSum).mean, all: runningMeans}, func(ctx context.Context, out, x []float64, n int, s *mem) bool {
			if !slideFloats(ctx, out, x, n, float64(n), &s.sums) {
				return false
			}
			if n > 2 { // (x+x)/2 is x
				ownMeans(out, x, n)
			}
			return true
		})
	case Product:
		return rollBy[productsOfFloats](r, v, identity[float64](r.typ), nil)
	case Var:
		return rollBy[momentsOfFloats](r, v, finish[floatMoments, float64]{typ: r.typ, least: 2, of: (*floatMoments).variance}, func(ctx context.Context, out, x []float64, n int, s *spreadMem) bool {
			return n > 1 && slideSpreads(ctx, out, x, n, false, &s.slider.spreads)
		})
	case Std:
		return rollBy[momentsOfFloats](r, v, finish[floatMoments, float64]{typ: r.typ, least: 2, of: (*floatMoments).deviation}, func(ctx context.Context, out, x []float64, n int, s *spreadMem) bool {
			return n > 1 && slideSpreads(ctx, out, x, n, true, &s.slider.spreads)
		})
	}
	return extremesOf(r, v)
}

func ints[T int64 | uint64](r rolling) (chunk.Column, error) {
	v, f, isNumber := viewOf[T](r.col), r.col.Field, classOf(r.col.Field.Type).number()
	switch {
	case r.stat == Sum:
		return rollBy[sumInts[T]](r, v, sumOfInts[T](f, r.typ), slideSums[T])
	case r.stat == Product:
		return rollBy[productsOfInts[T]](r, v, productOfInts[T](f, r.typ), nil)
	case r.stat == Mean && isNumber:
		return rollBy[sumInts[T]](r, v, finish[int128, float64]{typ: r.typ, least: 1, of: (*int128).mean}, slideMeans[T])
	case r.stat == Mean:
		return rollBy[sumInts[T]](r, v, finish[int128, int64]{typ: r.typ, least: 1, of: (*int128).rounded}, nil)
	case r.stat == Var:
		return rollBy[momentsOfInts[T]](r, v, finish[intMoments, float64]{typ: r.typ, least: 2, of: (*intMoments).variance}, nil)
	case r.stat == Std && isNumber:
		return rollBy[momentsOfInts[T]](r, v, finish[intMoments, float64]{typ: r.typ, least: 2, of: (*intMoments).deviation}, nil)
	case r.stat == Std:
		return rollBy[momentsOfInts[T]](r, v, stdOfTimes(f, r.typ), nil)
	}
	return extremesOf(r, v)
}

// slideSums adds integers where no sum can overflow.
func slideSums[T int64 | uint64](ctx context.Context, out, x []T, w int, _ *rollMem[T, T, int128]) bool {
	return fits(x, w) && !stops(ctx, len(x)) && slideInts(ctx, out, x, w)
}

// slideMeans is slideSums for means, of sums that a float64 can hold.
func slideMeans[T int64 | uint64](ctx context.Context, out []float64, x []T, w int, _ *rollMem[T, float64, int128]) bool {
	if !fits(x, w<<11) || stops(ctx, len(x)) { // 64-11 bits
		return false
	}
	sums := chunk.Values[T](chunk.Bytes(out)) // each until its mean takes its place
	if !slideInts(ctx, sums, x, w) {
		return false
	}
	n := float64(w)
	for i, sum := range sums {
		out[i] = float64(sum) / n
	}
	return true
}

func (r rolling) decimals(v *view[wide]) (chunk.Column, error) {
	f := r.col.Field
	switch r.stat {
	case Sum:
		return rollBy[sumDecimals](r, v, sumOfDecimals(f, r.typ, (*wideSum).total), nil)
	case Mean:
		return rollBy[sumDecimals](r, v, finish[wideSum, float64]{typ: r.typ, least: 1, of: decimalFormOf(f.Type).over}, nil)
	case Var:
		return rollBy[momentsOfDecimals](r, v, finish[wideMoments, float64]{typ: r.typ, least: 2, of: decimalFormOf(f.Type).variance}, nil)
	}
	return rollBy[momentsOfDecimals](r, v, finish[wideMoments, float64]{typ: r.typ, least: 2, of: decimalFormOf(f.Type).deviation}, nil)
}

func extremesOf[T number](r rolling, v *view[T]) (chunk.Column, error) {
	if r.stat == Min {
		return rollBy[least[T]](r, v, identity[T](r.typ), func(ctx context.Context, out, x []T, w int, s *rollMem[T, T, T]) bool {
			return slideMin(ctx, out, x, w, &s.sums)
		})
	}
	return rollBy[greatest[T]](r, v, identity[T](r.typ), func(ctx context.Context, out, x []T, w int, s *rollMem[T, T, T]) bool {
		return slideMax(ctx, out, x, w, &s.sums)
	})
}

// ordered computes Min and Max of values that are not numbers: of the places that they
// have in order, which are.
func (r rolling) ordered() ([]int32, error) {
	order, err := keys.OrderOf(r.w, r.col)
	if err != nil {
		return nil, err
	}
	n := r.col.Len
	sorted, err := keys.Sort(r.w, n, []keys.By{{Order: order}})
	if err != nil {
		return nil, err
	}
	places, valid := unset.Make[int64](n), make([]uint64, (n+63)/64)
	err = r.w.Ranges(n, func(_ context.Context, lo, hi int) error {
		for k, row := range sorted[lo:hi] {
			places[row] = int64(lo + k)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = chunk.Blocks(r.w.Context(), 0, n, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			if !order.Missing(i) {
				valid[i>>6] |= 1 << (i & 63)
			}
		}
	})
	if err != nil {
		return nil, err
	}
	col := chunk.Column{Field: arrow.Field{Name: r.col.Field.Name, Type: arrow.PrimitiveTypes.Int64, Nullable: true}}
	if n > 0 {
		col.Append(chunk.New(col.Field.Type, n, valid, chunk.Bytes(places)))
	}
	o := r
	o.col, o.typ = col, col.Field.Type
	best, err := extremesOf(o, viewOf[int64](col))
	if err != nil {
		return nil, err
	}
	rows, of := make([]int32, n), Ints(best)
	return rows, r.w.Ranges(n, func(_ context.Context, lo, hi int) error {
		for i := lo; i < hi; i++ {
			rows[i] = -1
			if !best.Chunks[0].IsNull(i) {
				rows[i] = sorted[of[i]]
			}
		}
		return nil
	})
}

// ownMeans gives windows of w equal values, two or more, this value as their mean,
// which a sum that was rounded may miss.
func ownMeans(out, x []float64, w int) {
	bits := chunk.Values[uint64](chunk.Bytes(x)) // quicker to compare
	for k := 0; k+1 < len(bits); k += w - 1 {
		// A window has one of these values, and the next one.
		if bits[k] != bits[k+1] {
			continue
		}
		lo, hi := k, k+2
		for lo > 0 && bits[lo-1] == bits[k] {
			lo--
		}
		for hi < len(bits) && bits[hi] == bits[k] {
			hi++
		}
		for i := lo; i+w <= hi; i++ {
			out[i] = x[k]
		}
		k = max(k, (hi-1)/(w-1)*(w-1)-(w-1))
	}
}
