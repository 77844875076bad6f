package stats

import (
	"context"
	"unsafe"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/internal/freelist"
)

// Bounds gives each row its window: the rows lo to hi. Neither bound ever
// decreases from one row to the next.
type Bounds interface {
	// Rows is the number of rows, and Least how many values a window must have.
	Rows() int
	Least() int
	// FromFirst reports whether all windows begin with the first row.
	FromFirst() bool
	// At returns the window of a row. Fill stores the windows of row from and the
	// rows after it, with off subtracted.
	At(i int) (lo, hi int)
	Fill(lo, hi []int, from, off int)
	// Longest estimates how many rows the longest window has.
	Longest() int
	// Full returns the rows of lo..hi whose windows are not cut by the ends of the
	// frame, where windows are a number of rows, and this number. There may be
	// none: from == to. The first window begins with row first.
	Full(lo, hi int) (from, to, rows, first int)
}

// roller computes a statistic over windows. The rows are cut into cells, whose
// borders follow from length and windows alone; every cell begins anew, so that
// no result depends on who computes it.
type roller[T, R comparable, A any, F folder[T, A]] struct {
	view   *view[T]
	bounds Bounds
	fold   F
	pivot  func(x T) F                                                                   // nil if F has no pivot
	fast   func(ctx context.Context, s *slider[T, A], out []A, x []T, lo, hi []int) bool // nil if F is no fastSlider
	finish finish[A, R]
	// dense computes the results of windows of w values each, of which none is null:
	// out[i] from x[i:i+w]. It reports false if it cannot, as for a NaN, or if the
	// context has ended. It may be nil.
	dense func(ctx context.Context, out []R, x []T, w int, s *rollMem[T, R, A]) bool

	n     int
	least int
	same  bool // the column is made of R
	data  []byte
	valid []uint64
	free  freelist.List[*rollMem[T, R, A]]
}

// rollMem is what a worker needs for a cell.
type rollMem[T, R, A any] struct {
	x, packed, sums []T
	res             []R
	acc             []A
	slider          slider[T, A]
	lo, hi          []int
	words           []uint64
	places          []int
}

// rollCell is the least number of rows of a cell. To begin anew costs as much as a
// window has rows, so cells are no shorter than windows. What a worker needs for
// a cell of rollCell rows stays in its second-level cache.
const rollCell = 1 << 14

// stops reports whether the context has ended, for a loop over n rows that looks
// once for every rollCell of them: cells are as long as windows are, and most
// have no more than that.
func stops(ctx context.Context, n int) bool { return n > rollCell && ctx.Err() != nil }

// column computes the results. If own is set, only rows with a value of their own
// have one.
func (r *roller[T, R, A, F]) column(w Workers, name string, own bool) (chunk.Column, error) {
	r.n, r.least, r.pivot = r.bounds.Rows(), r.bounds.Least(), pivotOf[T](r.fold)
	if f, ok := any(r.fold).(fastSlider[T, A]); ok {
		r.fast = f.slide
	}
	width := bitsOf(r.finish.typ) / 8
	r.valid = make([]uint64, (r.n+63)/64)
	r.data = chunk.NewBytes(r.n * width)
	r.same = width == int(unsafe.Sizeof(*new(R)))
	var err error
	if r.bounds.FromFirst() {
		err = r.prefix(w, own)
	} else {
		size := (max(r.bounds.Longest(), rollCell) + 63) &^ 63
		err = w.RowRanges(r.n, size, func(ctx context.Context, lo, hi int) (int, error) {
			s := r.mem()
			row, err := r.cell(ctx, s, lo, hi)
			r.free.Give(s)
			return row, err
		})
	}
	if err != nil {
		return chunk.Column{}, err
	}
	col := chunk.Column{Field: arrow.Field{Name: name, Type: r.finish.typ, Nullable: true}, Len: r.n}
	if r.n > 0 {
		col.Chunks = []*chunk.Chunk{chunk.New(r.finish.typ, r.n, r.valid, r.data)}
	}
	return col, nil
}

// cell computes rows lo..hi; lo is a multiple of 64.
func (r *roller[T, R, A, F]) cell(ctx context.Context, s *rollMem[T, R, A], lo, hi int) (row int, err error) {
	first, _ := r.bounds.At(lo)
	_, last := r.bounds.At(hi - 1)
	n := hi - lo
	var dst []R
	if r.same {
		dst = chunk.Values[R](r.data)[lo:hi]
	} else {
		dst = sized(&s.res, n)
	}
	valid := r.valid[lo>>6:][:(n+63)/64]
	x := r.view.rows(first, last, &s.x)
	words := sized(&s.words, (last-first+63)/64+1)
	done := false
	if r.dense != nil && r.view.present(first, last, words) {
		done, err = r.whole(ctx, s, dst, valid, x, lo, hi, first)
	}
	row = lo
	if err == nil && stops(ctx, max(n, len(x))) {
		return row, context.Cause(ctx)
	}
	if !done {
		clear(dst)
		if r.view.observed(first, last, words, x) {
			row, err = r.some(ctx, s, dst, valid, 0, x, lo, first)
		} else {
			row, err = r.gaps(ctx, s, dst, valid, x, lo, hi, first, last)
		}
	}
	if err == nil && !r.same {
		storeAny(r.finish.typ, r.data, lo, dst)
	}
	return row, err
}

// whole computes a cell without nulls by dense: x has the values of rows first
// on. It reports false if dense cannot do it.
func (r *roller[T, R, A, F]) whole(ctx context.Context, s *rollMem[T, R, A], dst []R, valid []uint64, x []T, lo, hi, first int) (bool, error) {
	from, to, w, at := r.bounds.Full(lo, hi)
	if from == to || w < r.least {
		return false, nil
	}
	// These values are all that are in any window of the cell: the windows
	// that the frame's ends cut are parts of the first and last full one.
	start := at - first
	if !r.dense(ctx, dst[from-lo:to-lo], x[start:start+to-from+w-1], w, s) {
		return false, nil
	}
	setRun(valid, from-lo, to-lo)
	clear(dst[:from-lo])
	clear(dst[to-lo:])
	if _, err := r.some(ctx, s, dst[:from-lo], valid, 0, x, lo, first); err != nil {
		return true, err
	}
	_, err := r.some(ctx, s, dst[to-lo:], valid, to-lo, x, to, first)
	return true, err
}

// some computes the rows from row on one by one; their bits begin at bit at.
func (r *roller[T, R, A, F]) some(ctx context.Context, s *rollMem[T, R, A], dst []R, valid []uint64, at int, x []T, row, first int) (int, error) {
	n := len(dst)
	los, his := sized(&s.lo, n), sized(&s.hi, n)
	if err := r.windows(ctx, los, his, row, first); err != nil {
		return row, err
	}
	return r.fill(ctx, s, dst, valid, at, x, los, his, row)
}

// windows stores the bounds of rows from and following, less off.
func (r *roller[T, R, A, F]) windows(ctx context.Context, lo, hi []int, from, off int) error {
	return chunk.Blocks(ctx, 0, len(lo), func(i, j int) { r.bounds.Fill(lo[i:j], hi[i:j], from+i, off) })
}

// gaps is a cell with missing values: those that there are move together, and
// the windows with them.
func (r *roller[T, R, A, F]) gaps(ctx context.Context, s *rollMem[T, R, A], dst []R, valid []uint64, x []T, lo, hi, first, last int) (int, error) {
	packed := sized(&s.packed, len(x))[:0]
	places := sized(&s.places, len(x)+1)
	for i, v := range x {
		if i&(rollCell-1) == 0 && stops(ctx, len(x)) {
			return lo, context.Cause(ctx)
		}
		places[i] = len(packed)
		if s.words[i>>6]>>(i&63)&1 != 0 {
			packed = append(packed, v)
		}
	}
	places[len(x)] = len(packed)
	n := hi - lo
	los, his := sized(&s.lo, n), sized(&s.hi, n)
	if err := r.windows(ctx, los, his, lo, first); err != nil {
		return lo, err
	}
	for i := range los {
		if i&(rollCell-1) == 0 && stops(ctx, n) {
			return lo, context.Cause(ctx)
		}
		los[i], his[i] = places[los[i]], places[his[i]]
	}
	return r.fill(ctx, s, dst, valid, 0, packed, los, his, lo)
}

// fill folds windows and makes results of them, for rows from row on.
func (r *roller[T, R, A, F]) fill(ctx context.Context, s *rollMem[T, R, A], dst []R, valid []uint64, at int, x []T, lo, hi []int, row int) (int, error) {
	acc := sized(&s.acc, min(len(dst), slideBlock))
	s.slider = slider[T, A]{front: s.slider.front, spreads: s.slider.spreads}
	fast := r.fast != nil
	for from := 0; from < len(dst); from += slideBlock {
		to := min(from+slideBlock, len(dst))
		if fast && !r.fast(ctx, &s.slider, acc, x, lo[from:to], hi[from:to]) {
			fast, s.slider.mid = false, 0 // begin anew
		}
		if !fast {
			slide(ctx, r.fold, r.pivot, &s.slider, acc, x, lo[from:to], hi[from:to])
		}
		if stops(ctx, max(len(dst), len(x))) {
			return row, context.Cause(ctx)
		}
		for i := from; i < to; i++ {
			n := hi[i] - lo[i]
			if n < max(r.least, r.finish.least) {
				continue
			}
			if n > 0 && !r.result(&dst[i], &acc[i-from], n) {
				return row + i, r.finish.err(&acc[i-from])
			}
			valid[(at+i)>>6] |= 1 << ((at + i) & 63)
		}
	}
	return row, nil
}

// result makes the result of what n values were folded to. It reports false if there
// is none that fits.
func (r *roller[T, R, A, F]) result(dst *R, acc *A, n int) bool {
	if r.finish.fits != nil && !r.finish.fits(acc, n) {
		return false
	}
	*dst = r.finish.of(acc, n)
	return true
}

// setRun sets the bits from..to.
func setRun(words []uint64, from, to int) {
	for from < to {
		n := min(64-from&63, to-from)
		words[from>>6] |= chunk.LowBits(n) << (from & 63)
		from += n
	}
}
