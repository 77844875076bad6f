package frame

import (
	"bytes"
	"math"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/float16"
)

// pairwise calls same for the stretches of rows in which neither column begins
// a new chunk, until it says false.
func pairwise(as, bs []*chunk, same func(a *chunk, i int, b *chunk, j, n int) bool) bool {
	var p, q position
	for p.chunk < len(as) {
		a, b := as[p.chunk], bs[q.chunk]
		n := min(p.left(as), q.left(bs))
		if !same(a, p.row, b, q.row, n) {
			return false
		}
		p.skip(as, n)
		q.skip(bs, n)
	}
	return true
}

// equalRows says whether rows i to i+n of a are rows j to j+n of b. The types
// are the same.
func equalRows(a *chunk, i int, b *chunk, j, n int) bool { return exactly.rows(a, i, b, j, n) }

// tolerance is how much floats may differ; exactly compares their bits.
type tolerance float64

const exactly tolerance = -1

func (tol tolerance) rows(a *chunk, i int, b *chunk, j, n int) bool {
	if n == 0 || a == b && i == j {
		return true
	}
	l, width := layoutOf(a.typ)
	if l == layoutDict {
		return tol.dicts(a, i, b, j, n)
	}
	if a.bufs[0] == nil && b.bufs[0] == nil {
		return tol.values(l, width, a, i, b, j, n)
	}
	if !equalBits(a.bufs[0], a.off+i, b.bufs[0], b.off+j, n) {
		return false
	}
	return a.validRuns(i, n, func(lo, m int) bool {
		return tol.values(l, width, a, lo, b, j+lo-i, m)
	})
}

// values is rows for rows without nulls.
func (tol tolerance) values(l layout, width int, a *chunk, i int, b *chunk, j, n int) bool {
	x, y := a.off+i, b.off+j
	switch l {
	case layoutNull:
		return true
	case layoutBits:
		return equalBits(a.bufs[1], x, b.bufs[1], y, n)
	case layoutFixed:
		if tol >= 0 && isFloat(a.typ) {
			return tol.floats(a, x, b, y, n)
		}
		return bytes.Equal(a.bufs[1][x*width:(x+n)*width], b.bufs[1][y*width:(y+n)*width])
	case layoutBytes32:
		return equalBytes[int32](a, x, b, y, n)
	case layoutBytes64:
		return equalBytes[int64](a, x, b, y, n)
	case layoutView:
		for k := range n {
			if !bytes.Equal(a.viewBytes(i+k), b.viewBytes(j+k)) {
				return false
			}
		}
		return true
	case layoutList32:
		return equalLists[int32](tol, a, x, b, y, n)
	case layoutList64:
		return equalLists[int64](tol, a, x, b, y, n)
	case layoutListView32:
		return equalListViews[int32](tol, a, x, b, y, n)
	case layoutListView64:
		return equalListViews[int64](tol, a, x, b, y, n)
	case layoutFixedList:
		return tol.rows(a.kids[0], x*width, b.kids[0], y*width, n*width)
	case layoutStruct:
		for k, kid := range a.kids {
			if !tol.rows(kid, x, b.kids[k], y, n) {
				return false
			}
		}
		return true
	case layoutSparse, layoutDense:
		return tol.unions(l, a, x, b, y, n)
	case layoutRuns:
		return tol.runEnds(a, i, b, j, n)
	}
	return false
}

// equalLengths says whether n consecutive values or lists have the same
// lengths, and where they lie in both.
func equalLengths[O int32 | int64](a, b []O) bool {
	b = b[:len(a)]
	delta := b[0] - a[0]
	for k, o := range a {
		if b[k]-o != delta {
			return false
		}
	}
	return true
}

func equalBytes[O int32 | int64](a *chunk, x int, b *chunk, y, n int) bool {
	p, q := values[O](a.bufs[1])[x:x+n+1], values[O](b.bufs[1])[y:y+n+1]
	return equalLengths(p, q) && bytes.Equal(a.bufs[2][p[0]:p[n]], b.bufs[2][q[0]:q[n]])
}

func equalLists[O int32 | int64](tol tolerance, a *chunk, x int, b *chunk, y, n int) bool {
	p, q := values[O](a.bufs[1])[x:x+n+1], values[O](b.bufs[1])[y:y+n+1]
	return equalLengths(p, q) && tol.rows(a.kids[0], int(p[0]), b.kids[0], int(q[0]), int(p[n]-p[0]))
}

func equalListViews[O int32 | int64](tol tolerance, a *chunk, x int, b *chunk, y, n int) bool {
	p, q := values[O](a.bufs[1])[x:x+n], values[O](b.bufs[1])[y:y+n]
	sizes, other := values[O](a.bufs[2])[x:x+n], values[O](b.bufs[2])[y:y+n]
	for k := range n {
		if sizes[k] != other[k] || !tol.rows(a.kids[0], int(p[k]), b.kids[0], int(q[k]), int(sizes[k])) {
			return false
		}
	}
	return true
}

func (tol tolerance) unions(l layout, a *chunk, x int, b *chunk, y, n int) bool {
	codes, other := a.bufs[1][x:x+n], b.bufs[1][y:y+n]
	if !bytes.Equal(codes, other) {
		return false
	}
	ids := physical(a.typ).(arrow.UnionType).ChildIDs()
	for k := range n {
		p, q := x+k, y+k
		if l == layoutDense {
			p, q = int(values[int32](a.bufs[2])[p]), int(values[int32](b.bufs[2])[q])
		}
		id := ids[codes[k]]
		if !tol.rows(a.kids[id], p, b.kids[id], q, 1) {
			return false
		}
	}
	return true
}

// dicts compares what the codes stand for, which may be null as well as a
// row may. Pairs of codes come again and again, so the last code that was found
// to equal one of a's is kept.
func (tol tolerance) dicts(a *chunk, i int, b *chunk, j, n int) bool {
	if n >= a.dict.n && tol.sameCodes(a, i, b, j, n) {
		return true
	}
	ai, bi := indexes(a), indexes(b)
	var known []int
	if a.dict.n <= n {
		known = make([]int, a.dict.n)
	}
	for k := range n {
		if a.isNull(i+k) || b.isNull(j+k) {
			if !a.missing(i+k) || !b.missing(j+k) {
				return false
			}
			continue
		}
		p, q := ai(i+k), bi(j+k)
		if a.dict == b.dict && p == q || known != nil && known[p] == q+1 {
			continue
		}
		if !tol.rows(a.dict, p, b.dict, q, 1) {
			return false
		}
		if known != nil {
			known[p] = q + 1
		}
	}
	return true
}

// sameCodes says that the dictionaries are the same, and so are the codes. If
// not, the rows may be equal all the same.
func (tol tolerance) sameCodes(a *chunk, i int, b *chunk, j, n int) bool {
	if a.dict.n != b.dict.n || !tol.rows(a.dict, 0, b.dict, 0, a.dict.n) || !equalBits(a.bufs[0], a.off+i, b.bufs[0], b.off+j, n) {
		return false
	}
	_, width := layoutOf(a.typ)
	x, y := a.off*width, (b.off+j-i)*width
	return a.validRuns(i, n, func(lo, m int) bool {
		lo, m = lo*width, m*width
		return bytes.Equal(a.bufs[1][x+lo:x+lo+m], b.bufs[1][y+lo:y+lo+m])
	})
}

func (tol tolerance) runEnds(a *chunk, i int, b *chunk, j, n int) bool {
	ends, other := runEnds(a.kids[0]), runEnds(b.kids[0])
	p, q := a.runAt(i), b.runAt(j)
	for n > 0 {
		if !tol.rows(a.kids[1], p, b.kids[1], q, 1) {
			return false
		}
		left, left2 := ends(p)-a.off-i, other(q)-b.off-j
		m := min(left, left2, n)
		i, j, n = i+m, j+m, n-m
		if m == left {
			p++
		}
		if m == left2 {
			q++
		}
	}
	return true
}

// floats compares n floats from x in the buffers of a and from y in those of b.
func (tol tolerance) floats(a *chunk, x int, b *chunk, y, n int) bool {
	p, q := floatAt(a), floatAt(b)
	for k := range n {
		if !tol.near(p(x+k), q(y+k)) {
			return false
		}
	}
	return true
}

func (tol tolerance) near(a, b float64) bool {
	switch {
	case a == b, math.IsNaN(a) && math.IsNaN(b):
		return true
	case math.IsInf(a, 0) || math.IsInf(b, 0):
		return false // the difference is infinite, and so is the bound
	}
	return math.Abs(a-b) <= float64(tol)*max(1, math.Abs(a), math.Abs(b))
}

func floatAt(c *chunk) func(i int) float64 {
	switch physical(c.typ).ID() {
	case arrow.FLOAT16:
		v := values[float16.Num](c.bufs[1])
		return func(i int) float64 { return float64(v[i].Float32()) }
	case arrow.FLOAT32:
		v := values[float32](c.bufs[1])
		return func(i int) float64 { return float64(v[i]) }
	}
	v := values[float64](c.bufs[1])
	return func(i int) float64 { return v[i] }
}
