package rowcodec

import (
	"fmt"
	"reflect"
	"unsafe"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/internal/errkind"
)

// A list becomes a slice whose elements are read into memory of the block. A struct is
// read field by field into the row. Both have readers for their values, which read them
// as a column is read, and may be readers of lists and structs in turn.

// kidMem is a worker's memory for the values of one reader below a list or a struct.
type kidMem struct {
	ReadMem
	store View // elements of slices
	all   View // targets of pointers
	n     int  // number of values in use, of each
	most  int  // number of values allocated
}

// sliceHeader is the memory layout of a slice of any type.
type sliceHeader struct {
	ptr      unsafe.Pointer
	len, cap int
}

// noElements is where empty slices point, which are not nil.
var noElements struct{}

// kid returns the memory for the i-th of n readers.
func (m *ReadMem) kid(i, n int) *kidMem {
	if m.kids == nil {
		m.kids = make([]kidMem, n)
	}
	return &m.kids[i]
}

// reserve makes sure that n more values can be read into m, and allocates new memory if
// they cannot. Values in use are not moved, since rows of this block point to them.
func reserve(m *kidMem, r *Reader, n int, slices bool) {
	if m.most-m.n < n {
		m.most = max(n, 2*m.most)
		m.n = 0
		m.all = r.Elements(m.most)
		if slices {
			s := reflect.MakeSlice(reflect.SliceOf(r.Field.Type), m.most, m.most)
			m.store = viewAt(s.UnsafePointer(), r.Field.Type.Size())
		}
	}
}

// readKids reads values i to i+n of src into fields from dst on, with memory of m after
// the values in use. It returns how many it read: fewer than n if the next does not fit.
func readKids(m *kidMem, r *Reader, dst View, src *source, i, n int) int {
	var b Block
	b.Reset(n)
	if r.Field.Form == formPointer {
		m.Elems = m.all.from(m.n)
	}
	r.gatherPart(&b, dst.field(r.Field.offset), 0, src, i, n, &m.ReadMem)
	return min(b.Bad, b.FirstNull())
}

// bindLists makes r a reader of lists of the type.
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
		for k := range n { // the values of each may be anywhere
			if readLists(m, kid, dst.from(k), src, l, width, i+k, 1) == 0 {
				return k
			}
		}
		return n
	}
	return nil
}

// readLists reads lists i to i+n of src, whose values are consecutive. It returns how many
// it read: fewer than n if a value of the next does not fit.
func readLists(m *kidMem, kid *Reader, dst View, src *source, l chunk.Layout, width, i, n int) int {
	if n == 0 {
		return 0
	}
	first, _ := src.ListRange(l, width, i)
	_, end := src.ListRange(l, width, i+n-1)
	base, next := View{}, first
	if first < end {
		reserve(m, kid, end-first, true)
		base = m.store.from(m.n)
	}
	for next < end {
		k := min(end-next, BlockRows)
		done := readKids(m, kid, base.from(next-first), src.subs[0], next, k)
		next += done
		m.n += done
		if done < k {
			break
		}
	}
	for k := range n {
		lo, hi := src.ListRange(l, width, i+k)
		if hi > next {
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

// bindStructs makes r a reader of structs of the type. The struct must have a child for
// each field; other children are ignored.
func bindStructs(r *Reader, typ *arrow.StructType) error {
	var kids []*Reader
	var children []int // of each reader
	var wrong []error
	for i := range r.Field.kids {
		f := &r.Field.kids[i]
		child, ok := typ.FieldIdx(f.Name)
		if !ok {
			wrong = append(wrong, fmt.Errorf("%s (%v): %w: %q in column %q, which is %v", f.label(), TypeName(f.Type), errkind.ErrColumn, f.Name, r.Col.Field.Name, typ))
			continue
		}
		kid, err := readerFor(f, chunk.Column{Field: typ.Field(child)})
		if err != nil {
			wrong = append(wrong, err)
			continue
		}
		kids, children = append(kids, kid), append(children, child)
	}
	if len(wrong) > 0 {
		return &problems{r.Field.elem, wrong}
	}
	r.read = func(dst View, src *source, i, n int, mem *ReadMem) int {
		for j, kid := range kids {
			m := mem.kid(j, len(kids))
			if kid.Field.Form == formPointer {
				reserve(m, kid, n, false)
			}
			done := readKids(m, kid, dst, src.subs[children[j]], src.Off+i, n)
			m.n += n
			n = done // the other fields need not be read beyond a row that does not fit
		}
		return n
	}
	return nil
}

// zeroStruct returns the function that clears the i-th struct, which is of type t.
func zeroStruct(t reflect.Type) func(dst View, i int) {
	return func(dst View, i int) { reflect.NewAt(t, dst.from(i).base).Elem().SetZero() }
}

// checkScale returns an error if the column is of decimals with another scale than the
// field has. A scalar has no tag for a scale, and takes any.
func (f *Field) checkScale(c chunk.Column) error {
	t, ok := chunk.Physical(c.Field.Type).(arrow.DecimalType)
	if !ok || t.GetScale() == f.scale || f.Path == "" {
		return nil
	}
	return fmt.Errorf("%s: %w: %v of scale %d, but column %q is %v; tag it `frame:\"%s,scale=%d\"`", f.label(), errkind.ErrType, TypeName(f.Type), f.scale, c.Field.Name, c.Field.Type, c.Field.Name, t.GetScale())
}
