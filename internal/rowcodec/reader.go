package rowcodec

import (
	"fmt"
	"math/bits"
	"reflect"
	"slices"
	"sort"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/chunk"
)

// BlockRows is the maximum number of rows that are copied at once, and BlockWords the
// number of words in their bitmap. A block is long enough to make the calls for each block
// and column negligible, and short enough to stay in the first-level cache. By
// BenchmarkMapRowsCopy 128 to 512 rows cost the same, 64 rows 5 % more and 1,024 rows a
// quarter more. BlockRows is a multiple of 64, so that the bitmap of a full block has no
// bits to spare.
const (
	BlockRows  = 256
	BlockWords = BlockRows / 64
)

// A Reader copies rows of a column into one field of consecutive structs. Workers share
// it: a call changes only its [Block] and its [ReadMem].
type Reader struct {
	Field  *Field
	Col    chunk.Column
	starts []int // first row of each chunk, and the number of rows at the end
	parts  []*source
	read   readFunc
	// total reports whether read accepts any bytes at a null.
	total bool
	// usesMem reports whether read copies values into ReadMem.
	usesMem bool
	zero    func(dst View, i int) // clears the i-th value
	// SkipNulls makes every null exclude its row, even if the field can hold it.
	SkipNulls bool
}

// A source is an Arrow chunk, prepared for reading.
type source struct {
	*chunk.Chunk
	valid []byte          // validity bitmap, or nil if no row is null
	index func(i int) int // dictionary code of row i, in a chunk of codes
	words *source         // the dictionary
	subs  []*source       // values of lists, fields of structs
}

// A readFunc copies rows i to i+n of src to dst, whose values have the field's type
// without its nullable form. It returns how many rows it copied: fewer than n if the value
// of the next row does not fit.
type readFunc func(dst View, src *source, i, n int, mem *ReadMem) int

// ReadMem is the memory that the values of one field refer to. It belongs to one worker.
type ReadMem struct {
	Elems View     // targets of pointers, from [Reader.Elements]
	bytes []byte   // contents of []byte fields
	kids  []kidMem // of the readers below a list or a struct
}

// reset makes the memory available to the next block.
func (m *ReadMem) reset() {
	m.bytes = m.bytes[:0]
	for i := range m.kids {
		m.kids[i].n = 0
		m.kids[i].reset()
	}
}

// NewReader returns a reader of the column for the field. If the field cannot hold the
// column's type, the error lists the types that fit.
func NewReader(f *Field, c chunk.Column) (*Reader, error) {
	r, err := readerFor(f, c)
	if err != nil {
		return nil, err
	}
	r.starts = make([]int, 1, len(c.Chunks)+1)
	for _, ch := range c.Chunks {
		r.parts = append(r.parts, newSource(ch))
		r.starts = append(r.starts, r.starts[len(r.starts)-1]+ch.Len)
	}
	return r, nil
}

// readerFor returns a reader for the type of the column, without rows to read.
func readerFor(f *Field, c chunk.Column) (*Reader, error) {
	if !slices.Contains(fitting(c.Field.Type), f.Kind) {
		return nil, f.misfit(c)
	}
	r := &Reader{Field: f, Col: c, zero: zeroOf(f.Kind), usesMem: f.Kind == kindBytes || f.Kind == kindList || f.Kind == kindStruct}
	typ := chunk.Physical(c.Field.Type)
	var err error
	switch {
	case typ.ID() == arrow.NULL:
		r.read = readNothing
	case f.Kind == kindList:
		err = bindLists(r, typ)
	case f.Kind == kindStruct:
		err = bindStructs(r, typ.(*arrow.StructType))
	default:
		if err = f.checkScale(c); err != nil {
			return nil, err
		}
		if r.read, r.total, err = readerOf(typ, f.Kind); err != nil {
			err = fmt.Errorf("column %q: %w", c.Field.Name, err)
		}
	}
	if f.Kind == kindStruct {
		r.zero = zeroStruct(f.elem)
	}
	return r, err
}

// newSource prepares a chunk for reading. The chunk remembers its null count, so that its
// bitmap is counted once and not in each call.
func newSource(c *chunk.Chunk) *source {
	s := &source{Chunk: c}
	if c.NullN() == 0 {
		s.valid = nil
	} else if s.valid = c.Bufs[0]; s.valid == nil { // the null type
		s.valid = make([]byte, (c.Off+c.Len+7)/8)
	}
	if c.Dict != nil {
		s.index, s.words = chunk.Codes(c), newSource(c.Dict)
		s.hideNulls()
	}
	switch l, _ := chunk.LayoutOf(c.Type); l {
	case chunk.LayoutList32, chunk.LayoutList64, chunk.LayoutListView32, chunk.LayoutListView64, chunk.LayoutFixedList, chunk.LayoutStruct:
		for _, kid := range c.Kids {
			s.subs = append(s.subs, newSource(kid))
		}
	}
	return s
}

// Gather copies rows lo to lo+n of the column into the field of n <= [BlockRows] structs,
// of which dst is the first. It records in b nulls that exclude their row, and the first
// value that does not fit. Excluded rows, and rows from b.Bad on, may have any value.
//
// Pointers, slices and []byte of the field refer to mem until the next Gather with it. For
// a field that is a pointer, mem.Elems must have n values.
func (r *Reader) Gather(b *Block, dst View, lo, n int, mem *ReadMem) {
	if r.usesMem {
		mem.reset()
	}
	dst = dst.field(r.Field.offset)
	k := sort.SearchInts(r.starts, lo+1) - 1 // the chunk that has row lo
	for done := 0; done < n; k++ {
		i := lo + done - r.starts[k]
		m := min(n-done, r.parts[k].Len-i)
		r.gatherPart(b, dst, done, r.parts[k], i, m, mem)
		done += m
	}
}

// gatherPart does the part of Gather that lies in one Arrow chunk: it copies m rows from
// row i of src on into the structs from number done on.
func (r *Reader) gatherPart(b *Block, dst View, done int, src *source, i, m int, mem *ReadMem) {
	if m == 0 {
		return
	}
	fields := dst.from(done)
	values := fields
	if r.Field.Form == formPointer {
		values = mem.Elems.from(done)
	}
	words := allSet
	if src.valid == nil {
		if k := r.read(values, src, i, m, mem); k < m {
			b.misfit(done+k, r)
		}
	} else {
		chunk.LoadBits(words[:], src.valid, src.Off+i, m)
		r.readValid(b, values, done, src, i, m, &words, mem)
	}
	switch r.Field.Form {
	case formPointer:
		point(fields, values, words[:], m)
	case formPair:
		flag(dst.field(r.Field.valid-r.Field.offset).from(done), words[:], m)
	}
	if src.valid != nil && (r.SkipNulls || r.Field.Form == FormPlain) {
		b.exclude(done, words[:], m)
	}
}

// readValid reads the rows that have a bit in words. It clears the values of the others if
// the function can see them.
func (r *Reader) readValid(b *Block, values View, done int, src *source, i, m int, words *[BlockWords]uint64, mem *ReadMem) {
	if r.total {
		if k := r.read(values, src, i, m, mem); k < m {
			b.misfit(done+k, r)
		}
	} else {
		for from, to := chunk.NextRun(words[:], 0, m); from < m; from, to = chunk.NextRun(words[:], to, m) {
			if k := r.read(values.from(from), src, i+from, to-from, mem); k < to-from {
				b.misfit(done+from+k, r)
				break
			}
		}
	}
	if r.Field.Form != formPair {
		return // the row is excluded, or the pointer is nil
	}
	for w := 0; w<<6 < m; w++ {
		for nulls := ^words[w] & chunk.LowBits(m-w<<6); nulls != 0; nulls &= nulls - 1 {
			r.zero(values, w<<6+bits.TrailingZeros64(nulls))
		}
	}
}

// HasNulls reports whether the column has a null row. Nulls below the rows of a list or a
// struct do not count.
func (r *Reader) HasNulls() bool {
	return slices.ContainsFunc(r.parts, func(s *source) bool { return s.valid != nil })
}

// isNull reports whether a row of the column is null.
func (r *Reader) isNull(row int) bool {
	k := sort.SearchInts(r.starts, row+1) - 1
	src := r.parts[k]
	return src.valid != nil && !chunk.Bit(src.valid, src.Off+row-r.starts[k])
}

// Elements returns new memory for the targets of n pointers, or the zero View if the field
// is not a pointer.
func (r *Reader) Elements(n int) View {
	if r.Field.Form != formPointer {
		return View{}
	}
	s := reflect.MakeSlice(reflect.SliceOf(r.Field.elem), n, n)
	return viewAt(s.UnsafePointer(), r.Field.elem.Size())
}

// value returns the value of a row as text, for an error.
func (r *Reader) value(row int) string {
	k := sort.SearchInts(r.starts, row+1) - 1
	return r.parts[k].Array().ValueStr(row - r.starts[k])
}
