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

// BlockRows is the most rows that are copied at once: enough that the calls
// per block and column are noise, and few enough that the blocks stay in the
// first-level cache. By BenchmarkMapRowsCopy 128 to 512 rows cost the same,
// 64 rows 5 % more and 1,024 rows a quarter more. A multiple of 64, so that
// bitmaps of neighbouring blocks share no word.
const (
	BlockRows  = 256
	BlockWords = BlockRows / 64
)

// Reader copies rows of a column into one field of consecutive structs.
type Reader struct {
	Field  *Field
	Col    chunk.Column
	starts []int // first row of each chunk, and the number of rows at the end
	parts  []*source
	read   readFunc
	// total: read copes with whatever bytes stand in the place of a null.
	total bool
	// own: read copies bytes into memory of the block.
	own  bool
	zero func(dst View, i int) // clears an element
	// skip: a null takes its row out of the block, whatever the field can hold.
	SkipNulls bool
}

// source is an Arrow chunk as readers see it.
type source struct {
	*chunk.Chunk
	valid []byte          // validity bitmap; nil if there is no null
	index func(i int) int // dictionary code of row i, in a chunk of codes
	words *source         // the dictionary
	subs  []*source       // of lists and structs: their values
}

// readFunc copies rows i..i+n of src to dst, whose elements have the field's
// type without its nullable form. It returns how many it copied: fewer than n
// if the value of the next row does not fit.
type readFunc func(dst View, src *source, i, n int, mem *ReadMem) int

// ReadMem is a worker's memory behind one field's values.
type ReadMem struct {
	Elems View   // what pointers point to
	bytes []byte // what []byte fields point to
	kids  []kidMem
}

// reset makes the memory free for the next block.
func (m *ReadMem) reset() {
	m.bytes = m.bytes[:0]
	for i := range m.kids {
		m.kids[i].n = 0
		m.kids[i].reset()
	}
}

// NewReader prepares reading the column into the field, or says what would fit.
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

// readerFor is NewReader without the rows.
func readerFor(f *Field, c chunk.Column) (*Reader, error) {
	if !slices.Contains(fitting(c.Field.Type), f.Kind) {
		return nil, f.misfit(c)
	}
	r := &Reader{Field: f, Col: c, zero: zeroOf(f.Kind), own: f.Kind == kindBytes || f.Kind == kindList || f.Kind == kindStruct}
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

// newSource prepares a chunk. Its null count is kept in the chunk, so that
// the bitmap is counted once for a column and not once for a call.
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

// Gather copies rows lo..lo+n of the column into the field of n structs, of
// which dst is the first. Nulls that the field cannot hold are noted in b.
func (r *Reader) Gather(b *Block, dst View, lo, n int, mem *ReadMem) {
	if r.own {
		mem.reset()
	}
	dst = dst.field(r.Field.offset)
	k := sort.SearchInts(r.starts, lo+1) - 1 // the chunk that has row lo
	for done := 0; done < n; k++ {
		i := lo + done - r.starts[k]
		m := min(n-done, r.parts[k].Len-i)
		r.piece(b, dst, done, r.parts[k], i, m, mem)
		done += m
	}
}

// piece does the part of gather that lies in one Arrow chunk: m rows from row
// i of src go to the structs from done on.
func (r *Reader) piece(b *Block, dst View, done int, src *source, i, m int, mem *ReadMem) {
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

// readValid reads the rows that words has a bit for, and clears the others
// where they could be seen.
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
		return // nobody looks at the value of a null
	}
	for w := 0; w<<6 < m; w++ {
		for nulls := ^words[w] & chunk.LowBits(m-w<<6); nulls != 0; nulls &= nulls - 1 {
			r.zero(values, w<<6+bits.TrailingZeros64(nulls))
		}
	}
}

// HasNulls reports whether any row is null.
func (r *Reader) HasNulls() bool {
	return slices.ContainsFunc(r.parts, func(s *source) bool { return s.valid != nil })
}

// isNull reports whether the row of the column is null.
func (r *Reader) isNull(row int) bool {
	k := sort.SearchInts(r.starts, row+1) - 1
	src := r.parts[k]
	return src.valid != nil && !chunk.Bit(src.valid, src.Off+row-r.starts[k])
}

// Elements allocates what the pointers of n fields point to.
func (r *Reader) Elements(n int) View {
	if r.Field.Form != formPointer {
		return View{}
	}
	s := reflect.MakeSlice(reflect.SliceOf(r.Field.elem), n, n)
	return stridedAt(s.UnsafePointer(), r.Field.elem.Size())
}

// value gives the row's value in words, for an error.
func (r *Reader) value(row int) string {
	k := sort.SearchInts(r.starts, row+1) - 1
	return r.parts[k].Array().ValueStr(row - r.starts[k])
}
