package rowcodec

import (
	"fmt"
	"reflect"
	"unsafe"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/internal/errkind"
)

// Lists become slices whose elements are read into memory of the block, and
// structs are read field by field in place. Both read their values as columns
// are read, by readers of their own, which may read lists and structs in turn.

// kidMem is a worker's memory for what a list's or a struct's reader reads.
type kidMem struct {
	ReadMem
	store View // elements of slices
	all   View // what pointers among them point to
	n     int  // of them, those in use
	most  int
}

// sliceHeader is a slice of any type.
type sliceHeader struct {
	ptr      unsafe.Pointer
	len, cap int
}

// noElements is what empty slices point to.
var noElements struct{}

// kid is the memory for the i-th of n readers.
func (m *ReadMem) kid(i, n int) *kidMem {
	if m.kids == nil {
		m.kids = make([]kidMem, n)
	}
	return &m.kids[i]
}

// roomFor sees to it that n more values have room. What is in use stays where it
// is, since rows of this block point to it.
func roomFor(m *kidMem, r *Reader, n int, slices bool) {
	if m.most-m.n < n {
		m.most = max(n, 2*m.most)
		m.n = 0
		m.all = r.Elements(m.most)
		if slices {
			s := reflect.MakeSlice(reflect.SliceOf(r.Field.Type), m.most, m.most)
			m.store = stridedAt(s.UnsafePointer(), r.Field.Type.Size())
		}
	}
}

// readKids reads m values, from i on, behind those in use: as many as fit.
func readKids(m *kidMem, r *Reader, dst View, src *source, i, n int) int {
	var b Block
	b.Reset(n)
	if r.Field.Form == formPointer {
		m.Elems = m.all.from(m.n)
	}
	r.piece(&b, dst.field(r.Field.offset), 0, src, i, n, &m.ReadMem)
	return min(b.Bad, b.FirstNull())
}

// bindLists makes r read lists of the type.
func bindLists(r *Reader, typ arrow.DataType) error {
	l, width := chunk.LayoutOf(typ)
	kid, err := readerFor(&r.Field.kids[0], chunk.Column{Field: typ.(arrow.NestedType).Fields()[0]})
	if err != nil {
		return err
	}
	views := l == chunk.LayoutListView32 || l == chunk.LayoutListView64
	r.read = func(dst View, src *source, i, n int, mem *ReadMem) int {
		m := mem.kid(0, 1)
		if !views {
			return readLists(m, kid, dst, src, l, width, i, n)
		}
		for k := range n { // each may be anywhere
			if readLists(m, kid, dst.from(k), src, l, width, i+k, 1) == 0 {
				return k
			}
		}
		return n
	}
	return nil
}

// readLists reads n lists whose values lie one behind the other.
func readLists(m *kidMem, kid *Reader, dst View, src *source, l chunk.Layout, width, i, n int) int {
	if n == 0 {
		return 0
	}
	first, _ := src.ListRange(l, width, i)
	_, end := src.ListRange(l, width, i+n-1)
	base, at0 := View{}, first
	if first < end {
		roomFor(m, kid, end-first, true)
		base = m.store.from(m.n)
	}
	for at0 < end {
		k := min(end-at0, BlockRows)
		done := readKids(m, kid, base.from(at0-first), src.subs[0], at0, k)
		at0 += done
		m.n += done
		if done < k {
			break
		}
	}
	for k := range n {
		lo, hi := src.ListRange(l, width, i+k)
		if hi > at0 {
			return k
		}
		h := sliceHeader{ptr: unsafe.Pointer(&noElements)} // empty, but not nil
		if hi > lo {
			h = sliceHeader{base.from(lo - first).base, hi - lo, hi - lo}
		}
		*at[sliceHeader](dst, k) = h
	}
	return n
}

// bindStructs makes r read structs of the type.
func bindStructs(r *Reader, typ *arrow.StructType) error {
	var kids []*Reader
	var places []int
	var wrong []error
	for i := range r.Field.kids {
		f := &r.Field.kids[i]
		at, ok := typ.FieldIdx(f.Name)
		if !ok {
			wrong = append(wrong, fmt.Errorf("%s (%v): %w: %q in column %q, which is %v", f.label(), TypeName(f.Type), errkind.ErrColumn, f.Name, r.Col.Field.Name, typ))
			continue
		}
		kid, err := readerFor(f, chunk.Column{Field: typ.Field(at)})
		if err != nil {
			wrong = append(wrong, err)
			continue
		}
		kids, places = append(kids, kid), append(places, at)
	}
	if len(wrong) > 0 {
		return &problems{r.Field.elem, wrong}
	}
	r.read = func(dst View, src *source, i, n int, mem *ReadMem) int {
		for j, kid := range kids {
			m := mem.kid(j, len(kids))
			if kid.Field.Form == formPointer {
				roomFor(m, kid, n, false)
			}
			done := readKids(m, kid, dst, src.subs[places[j]], src.Off+i, n)
			m.n += n
			n = done // what the others do not fit is behind
		}
		return n
	}
	return nil
}

// zeroStruct returns the function that clears a struct of the type.
func zeroStruct(t reflect.Type) func(dst View, i int) {
	return func(dst View, i int) { reflect.NewAt(t, dst.from(i).base).Elem().SetZero() }
}

// checkScale says that a decimal column has another scale than the field. A
// scalar has no tag to say it, and takes any.
func (f *Field) checkScale(c chunk.Column) error {
	t, ok := chunk.Physical(c.Field.Type).(arrow.DecimalType)
	if !ok || t.GetScale() == f.scale || f.Path == "" {
		return nil
	}
	return fmt.Errorf("%s: %w: %v of scale %d, but column %q is %v; tag it `frame:\"%s,scale=%d\"`", f.label(), errkind.ErrType, TypeName(f.Type), f.scale, c.Field.Name, c.Field.Type, c.Field.Name, t.GetScale())
}
