package rowcodec

import (
	"fmt"
	"math"
	"reflect"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/decimal128"
	"github.com/apache/arrow/go/v15/arrow/decimal256"

	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/internal/errkind"
)

// A Writer is an output column that is being filled. It has buffers for all rows, and each
// worker fills its own rows. Values of fixed width are written to the column's final
// buffer, so that they need no joining.
type Writer struct {
	field   *Field
	Out     arrow.Field
	n       int       // rows
	most    int       // rows that are allocated, in a column that grows
	valid   []uint64  // validity bitmap, or nil if no value can be missing
	data    []byte    // values of fixed width
	size    int       // bytes of a value in data
	bits    []uint64  // values of bool
	lengths []int32   // of strings and lists: row i at i+1, where its offset will be
	kids    []*Writer // fields of a struct, or the model for elements of a list
	blank   View      // a zero struct, written in place of one that is missing
	write   writeFunc
}

// A writeFunc writes the values of n <= BlockRows rows as rows lo to lo+n of the column:
// the values that have a bit in valid, or all if valid is nil. It returns how many rows it
// wrote: fewer than n if the column cannot hold the next value.
type writeFunc func(w *Writer, src View, lo, n int, valid []uint64, mem *WriteMem) int

// NewWriter returns a writer of a column of n rows, for values of the field, under the
// given name. missing makes the column nullable even if the field is not: rows that are
// not written are null.
func NewWriter(f *Field, name string, n int, missing bool) *Writer {
	w := &Writer{field: f, Out: f.ArrowField(name), n: n}
	w.Out.Nullable = w.Out.Nullable || missing
	if w.Out.Nullable {
		return initWriter(w, chunk.NewBytes)
	}
	return initWriter(w, chunk.UnsetBytes) // every row is written
}

// initWriter allocates the buffers of w, with alloc for values of fixed width.
func initWriter(w *Writer, alloc func(n int) []byte) *Writer {
	f, n := w.field, w.n
	if w.Out.Nullable {
		w.valid = make([]uint64, (n+63)/64)
	}
	switch f.Kind {
	case kindBool:
		w.write, w.bits = writeBools, make([]uint64, (n+63)/64)
	case kindString:
		w.write, w.lengths = writeBytes[string], make([]int32, n+1)
	case kindBytes:
		w.write, w.lengths = writeBytes[[]byte], make([]int32, n+1)
	case kindTime:
		w.write, w.data, w.size = writeTimes, alloc(8*n), 8
	case kindList:
		w.write, w.lengths = writeLists, make([]int32, n+1)
		w.kids = []*Writer{NewWriter(&f.kids[0], w.Out.Name+"[]", 0, false)}
	case kindStruct:
		w.write, w.blank = writeStructs, View{reflect.New(f.elem).UnsafePointer(), f.elem.Size()}
		for i := range f.kids {
			kid := &f.kids[i]
			kw := &Writer{field: kid, Out: kid.ArrowField(w.Out.Name + "." + kid.Name), n: n}
			w.kids = append(w.kids, initWriter(kw, chunk.NewBytes)) // rows below a null are not written
		}
	default:
		w.size = int(f.elem.Size())
		w.write, w.data = fixedWriter(w.size), alloc(w.size*n)
	}
	return w
}

// Scatter writes the field of n <= [BlockRows] structs, of which src is the first, as rows
// lo to lo+n of the column. ran has a bit for each row that has a value; nil means all
// rows. Scatter returns how many rows it wrote: fewer than n if the column cannot hold the
// next value, for which see [Writer.Check].
//
// Goroutines may write different rows at the same time, each with a mem of its own. A row
// must be written only once.
func (w *Writer) Scatter(src View, lo, n int, ran []uint64, mem *WriteMem) int {
	if n == 0 {
		return 0 // two pieces would begin at lo
	}
	valid := ran
	if w.field.Form != FormPlain {
		// A local array would be allocated, since w.write is a function value.
		valid = mem.words[:]
		clear(valid)
		if w.field.Form == formPair {
			flags(valid, src.field(w.field.valid), n)
		} else {
			filled(valid, src.field(w.field.offset), n)
		}
		for i := range ran {
			valid[i] &= ran[i]
		}
	}
	done := w.write(w, src.field(w.field.offset), lo, n, valid, mem)
	switch {
	case w.valid == nil:
	case valid == nil:
		putBits(w.valid, lo, allSet[:], done)
	default:
		putBits(w.valid, lo, valid, done)
	}
	return done
}

// present returns the k-th value, or nil if it is missing.
func present[T any](src View, k int, f form, valid []uint64) *T {
	switch {
	case valid != nil && valid[k>>6]>>(k&63)&1 == 0:
		return nil
	case f == formPointer:
		return pointee[T](src, k)
	}
	return at[T](src, k)
}

// fixedWriter returns the function that copies values of size bytes. It copies numbers as
// bits, whatever their type; only decimals are checked.
func fixedWriter(size int) writeFunc {
	switch size {
	case 1:
		return writeFixed[uint8]
	case 2:
		return writeFixed[uint16]
	case 4:
		return writeFixed[uint32]
	case 16:
		return writeDecimals[decimal128.Num]
	case 32:
		return writeDecimals[decimal256.Num]
	}
	return writeFixed[uint64]
}

// writeFixed copies values that are present.
func writeFixed[T chunk.Number](w *Writer, src View, lo, n int, valid []uint64, _ *WriteMem) int {
	dst := chunk.Values[T](w.data)[lo:][:n]
	if valid == nil {
		for k := range dst {
			dst[k] = *at[T](src, k)
		}
		return n
	}
	for k := range dst {
		if p := present[T](src, k, w.field.Form, valid); p != nil {
			dst[k] = *p
		}
	}
	return n
}

// writeBools copies bools as bits.
func writeBools(w *Writer, src View, lo, n int, valid []uint64, _ *WriteMem) int {
	var words [BlockWords]uint64
	if valid == nil {
		flags(words[:], src, n)
	} else {
		for k := range n {
			if p := present[bool](src, k, w.field.Form, valid); p != nil && *p {
				words[k>>6] |= 1 << (k & 63)
			}
		}
	}
	putBits(w.bits, lo, words[:], n)
	return n
}

// Nanoseconds since 1970 range from 1677-09-21 to 2262-04-11.
var (
	firstTime = time.Unix(0, -1<<63)
	lastTime  = time.Unix(0, 1<<63-1)
)

// writeTimes writes times as nanoseconds since 1970, up to the first out of range.
func writeTimes(w *Writer, src View, lo, n int, valid []uint64, _ *WriteMem) int {
	dst := chunk.Values[int64](w.data)[lo:][:n]
	for k := range dst {
		p := present[time.Time](src, k, w.field.Form, valid)
		if p == nil {
			continue
		}
		if p.Before(firstTime) || p.After(lastTime) {
			return k
		}
		dst[k] = p.UnixNano()
	}
	return n
}

// fits reports whether the column can hold the field's value in the k-th struct of src.
func (w *Writer) fits(src View, k int) bool {
	switch w.field.Kind {
	case kindTime:
		p := single[time.Time](w.field, src, k)
		return p == nil || !p.Before(firstTime) && !p.After(lastTime)
	case kindString:
		p := single[string](w.field, src, k)
		return p == nil || len(*p) <= math.MaxInt32
	case kindBytes:
		p := single[[]byte](w.field, src, k)
		return p == nil || len(*p) <= math.MaxInt32
	case kindDecimal128:
		p := single[decimal128.Num](w.field, src, k)
		return p == nil || p.FitsInPrecision(38)
	case kindDecimal256:
		p := single[decimal256.Num](w.field, src, k)
		return p == nil || p.FitsInPrecision(76)
	case kindList, kindStruct:
		kid, _, _ := w.misfit(src, k)
		return kid == nil
	}
	return true
}

// single returns the field's value in the k-th struct of src, or nil if it is missing.
func single[T any](f *Field, src View, k int) *T {
	fields := src.field(f.offset)
	switch f.Form {
	case formPointer:
		return pointee[T](fields, k)
	case formPair:
		if !*at[bool](src.field(f.valid), k) {
			return nil
		}
	}
	return at[T](fields, k)
}

// Check returns an error if the column cannot hold the field's value in the k-th struct of
// src.
func (w *Writer) Check(src View, k int) error {
	if w.fits(src, k) {
		return nil
	}
	switch w.field.Kind {
	case kindList, kindStruct:
		if kid, src, k := w.misfit(src, k); kid != w {
			return kid.Check(src, k)
		}
		return fmt.Errorf("%w: %s: 2³¹ elements or more: too long for a column of %v", errkind.ErrValue, w.field.label(), w.Out.Type)
	case kindDecimal128, kindDecimal256:
		return fmt.Errorf("%w: %s: more digits than column %q holds, which is %v", errkind.ErrValue, w.field.label(), w.Out.Name, w.Out.Type)
	case kindString, kindBytes:
		return fmt.Errorf("%w: %s: 2 GiB or more: too long for a column of %v", errkind.ErrValue, w.field.label(), w.Out.Type)
	}
	v := *single[time.Time](w.field, src, k)
	msg := fmt.Sprintf("%s: %v: column %q is %v, which holds the years 1678 to 2261", w.field.label(), v, w.Out.Name, w.Out.Type)
	if v.IsZero() && w.field.Form == FormPlain {
		msg += "; for a missing time use *time.Time, sql.Null[time.Time] or frame.Null[time.Time]"
	}
	return fmt.Errorf("%w: %s", errkind.ErrValue, msg)
}

// chunk returns the finished column, for values that need no joining.
func (w *Writer) chunk() *chunk.Chunk {
	if w.bits != nil {
		return chunk.New(w.Out.Type, w.n, w.valid, chunk.BitmapBytes(w.bits, w.n))
	}
	return chunk.New(w.Out.Type, w.n, w.valid, w.data)
}
