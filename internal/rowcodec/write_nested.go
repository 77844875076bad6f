package rowcodec

import (
	"context"
	"fmt"
	"math"
	"slices"
	"unsafe"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/internal/errkind"
)

// Writable returns an error if values of the type cannot become a column: a scalar decimal
// has no tag for its scale.
func (p *Plan) Writable() error {
	if p.Scalar && isDecimal(p.Type) {
		return fmt.Errorf("%w: %v has no scale: use a struct with a field `frame:\"name,scale=2\"`", errkind.ErrType, TypeName(p.Type))
	}
	return nil
}

// writeDecimals copies decimals, up to the first that has more digits than the column's
// type holds.
func writeDecimals[T interface{ FitsInPrecision(prec int32) bool }](w *Writer, src View, lo, n int, valid []uint64, _ *WriteMem) int {
	dst := chunk.Values[T](w.data)[lo:][:n]
	precision := w.Out.Type.(arrow.DecimalType).GetPrecision()
	for k := range dst {
		p := present[T](src, k, w.field.Form, valid)
		if p == nil {
			continue
		}
		if !(*p).FitsInPrecision(precision) {
			return k
		}
		dst[k] = *p
	}
	return n
}

// MayMisfit reports whether the field may have values that the column cannot hold. Texts
// of 2 GiB and slices of 2³¹ elements count only if long is set.
func (w *Writer) MayMisfit(long bool) bool {
	switch w.field.Kind {
	case kindTime, kindDecimal128, kindDecimal256:
		return true
	case kindString, kindBytes:
		return long
	case kindList:
		return long || w.kids[0].MayMisfit(long)
	}
	return slices.ContainsFunc(w.kids, func(kid *Writer) bool { return kid.MayMisfit(long) })
}

// misfit finds the first value that does not fit within the k-th value, which is a slice
// or a struct. It returns the value's writer, and its view and number. The writer is w for
// a slice that is too long, and nil if everything fits.
func (w *Writer) misfit(src View, k int) (*Writer, View, int) {
	if w.field.Kind == kindStruct {
		if p := single[byte](w.field, src, k); p != nil {
			row := View{base: unsafe.Pointer(p)}
			for _, kid := range w.kids {
				if !kid.fits(row, 0) {
					return kid, row, 0
				}
			}
		}
		return nil, src, 0
	}
	p := single[sliceHeader](w.field, src, k)
	if p == nil {
		return nil, src, 0
	}
	if p.len > math.MaxInt32 {
		return w, src, k
	}
	kid := w.kids[0]
	if !kid.MayMisfit(true) {
		return nil, src, 0
	}
	elems := View{p.ptr, kid.field.Type.Size()}
	for i := range p.len {
		if !kid.fits(elems, i) {
			return kid, elems, i
		}
	}
	return nil, src, 0
}

// writeStructs writes structs field by field. Structs behind pointers are not consecutive,
// so that each is written by itself.
func writeStructs(w *Writer, src View, lo, n int, valid []uint64, mem *WriteMem) int {
	if mem.kids == nil {
		mem.kids = make([]WriteMem, len(w.kids))
	}
	done := n
	for i, kid := range w.kids {
		if w.field.Form != formPointer {
			done = min(done, kid.Scatter(src, lo, n, valid, &mem.kids[i]))
			continue
		}
		for k := range n {
			row, ran := w.blank, none[:]
			if p := present[byte](src, k, formPointer, valid); p != nil {
				row, ran = View{base: unsafe.Pointer(p)}, nil
			}
			if kid.Scatter(row, lo+k, 1, ran, &mem.kids[i]) < 1 {
				done = min(done, k)
				break
			}
		}
	}
	return done
}

// none is the bitmap without a row.
var none [BlockWords]uint64

// writeLists appends the elements of slices to the piece of the rows before, and records
// the lengths of the slices.
func writeLists(w *Writer, src View, lo, n int, valid []uint64, mem *WriteMem) int {
	k := len(mem.pieces) - 1
	if k < 0 || mem.pieces[k].hi != lo {
		mem.pieces = append(mem.pieces, piece{lo: lo, hi: lo, part: NewPart(w.kids, lo)})
		k++
	}
	p := &mem.pieces[k]
	size := w.kids[0].field.Type.Size()
	lengths := w.lengths[lo+1:][:n]
	for k := range lengths {
		s := present[sliceHeader](src, k, w.field.Form, valid)
		if s == nil || s.len == 0 {
			continue
		}
		if s.len > math.MaxInt32 {
			return k
		}
		if kid, _ := p.part.Add(View{s.ptr, size}, s.len); kid != nil {
			return k
		}
		lengths[k] = int32(s.len)
	}
	p.hi = lo + n
	return n
}

// joinLists returns the column as one Arrow chunk, and turns lengths into offsets.
func (w *Writer) joinLists(ctx context.Context, pieces []piece) ([]*chunk.Chunk, error) {
	slices.SortFunc(pieces, func(a, b piece) int { return a.lo - b.lo })
	var all []*chunk.Chunk
	for _, p := range pieces {
		chunks, err := p.part.chunks(ctx, 0)
		if err != nil {
			return nil, err
		}
		all = append(all, chunks...)
	}
	elems, err := w.one(ctx, w.kids[0].Out.Type, all)
	if err != nil {
		return nil, err
	}
	end := int32(0)
	err = chunk.Blocks(ctx, 0, w.n+1, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			end += w.lengths[i]
			w.lengths[i] = end
		}
	})
	if err != nil {
		return nil, err
	}
	c := chunk.New(w.Out.Type, w.n, w.valid, chunk.Bytes(w.lengths[:w.n+1]))
	c.Kids = []*chunk.Chunk{elems}
	return []*chunk.Chunk{c}, nil
}

// joinStructs returns the column as one Arrow chunk.
func (w *Writer) joinStructs(ctx context.Context, mems []*WriteMem, run EachFunc) ([]*chunk.Chunk, error) {
	c := chunk.New(w.Out.Type, w.n, w.valid)
	for i, kid := range w.kids {
		var kidMems []*WriteMem
		for _, mem := range mems {
			if mem.kids != nil {
				kidMems = append(kidMems, &mem.kids[i])
			}
		}
		chunks, err := kid.finish(ctx, kidMems, run)
		if err != nil {
			return nil, err
		}
		k, err := w.one(ctx, kid.Out.Type, chunks)
		if err != nil {
			return nil, err
		}
		c.Kids = append(c.Kids, k)
	}
	return []*chunk.Chunk{c}, nil
}

// one joins the values below lists or structs into one Arrow chunk, since only a column
// can have several.
func (w *Writer) one(ctx context.Context, typ arrow.DataType, all []*chunk.Chunk) (*chunk.Chunk, error) {
	n := 0
	for _, k := range all {
		n += k.Len
	}
	switch {
	case n == 0:
		return chunk.Nulls(typ, 0), nil
	case len(all) == 1 && w.field.Kind == kindStruct:
		return all[0], nil
	case n <= math.MaxInt32:
		if k, err := chunk.Pick(ctx, typ, all, chunk.WholeSpans(all)); err == nil {
			return k, nil
		}
	}
	return nil, fmt.Errorf("column %q: %w: more than 2³¹ elements, or 2 GiB of text within them: Apply the function to parts of the frame", w.Out.Name, errkind.ErrValue)
}
