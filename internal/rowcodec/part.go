package rowcodec

import (
	"context"
	"slices"

	"github.com/parframe/parframe/internal/chunk"
)

// If the number of output rows is not known, each chunk of the work has writers of its
// own, which grow. Their columns are joined at the end.

// grow sets the number of rows to n. Rows that the column has keep their values. No other
// goroutine may use the writer.
func (w *Writer) grow(n int) {
	if n > w.most {
		w.most = max(n, 2*w.most, 64)
		words := (w.most + 63) / 64
		if w.valid != nil {
			w.valid = extended(w.valid, words)
		}
		switch {
		case w.bits != nil:
			w.bits = extended(w.bits, words)
		case w.lengths != nil:
			w.lengths = extended(w.lengths, w.most+1)
		case w.size > 0:
			data := chunk.NewBytes(w.size * w.most)
			copy(data, w.data)
			w.data = data
		}
	}
	w.n = n
	if w.field.Kind == kindStruct {
		for _, kid := range w.kids {
			kid.grow(n)
		}
	}
}

// extended returns a copy of s with n items, the new ones zero.
func extended[T any](s []T, n int) []T {
	long := make([]T, n)
	copy(long, s)
	return long
}

// A Part is the output of one chunk of the work: consecutive rows, as columns. It belongs
// to one worker.
type Part struct {
	Lo      int // first input row of the chunk
	Len     int // output rows
	Writers []*Writer
	mem     []WriteMem // of each writer
}

// NewPart returns an empty part that has a writer like each of the given ones. lo is the
// first input row of its chunk.
func NewPart(like []*Writer, lo int) *Part {
	p := &Part{Lo: lo, mem: make([]WriteMem, len(like))}
	for _, w := range like {
		p.Writers = append(p.Writers, NewWriter(w.field, w.Out.Name, 0, w.Out.Nullable))
	}
	return p
}

// Add appends n structs, of which src is the first. If a value does not fit, Add returns
// its writer and the number of its struct, from which [Writer.Check] makes the error; the
// part must not be used after that. If all values fit, it returns a nil Writer.
func (p *Part) Add(src View, n int) (*Writer, int) {
	for i, w := range p.Writers {
		w.grow(p.Len + n)
		for k := 0; k < n; k += BlockRows {
			m := min(BlockRows, n-k)
			if done := w.Scatter(src.from(k), p.Len+k, m, nil, &p.mem[i]); done < m {
				return w, k + done
			}
		}
	}
	p.Len += n
	return nil, 0
}

// chunks returns the Arrow chunks of the i-th column.
func (p *Part) chunks(ctx context.Context, i int) ([]*chunk.Chunk, error) {
	return p.Writers[i].finish(ctx, []*WriteMem{&p.mem[i]}, func(n int, fn func(i int)) error {
		for i := range n {
			fn(i)
		}
		return nil
	})
}

// JoinParts returns the rows of the parts as columns with the fields of like, and the
// number of rows. The rows are in the order of the parts' Lo, by which JoinParts sorts
// parts. each runs a function for each column. If ctx ends, the error is its cause.
func JoinParts(ctx context.Context, like []*Writer, parts []*Part, each EachFunc) ([]chunk.Column, int, error) {
	slices.SortFunc(parts, func(a, b *Part) int { return a.Lo - b.Lo })
	n := 0
	for _, p := range parts {
		n += p.Len
	}
	cols := make([]chunk.Column, len(like))
	errs := make([]error, len(like))
	err := each(len(like), func(i int) {
		var all []*chunk.Chunk
		for _, p := range parts {
			chunks, err := p.chunks(ctx, i)
			if err != nil {
				errs[i] = err
				return
			}
			all = append(all, chunks...)
		}
		cols[i] = chunk.Column{Field: like[i].Out, Len: n, Chunks: chunk.PickAll(ctx, like[i].Out.Type, all, chunk.WholeSpans(all))}
		errs[i] = context.Cause(ctx)
	})
	for _, e := range errs {
		if err == nil {
			err = e
		}
	}
	return cols, n, err
}
