package rowcodec

import (
	"context"
	"slices"

	"github.com/parframe/parframe/internal/chunk"
)

// Where nobody knows how many rows there will be, each chunk of the engine has
// writers of its own, which grow. What they wrote is joined at the end.

// grow gives the column n rows, of which those that it has stay as they are.
// Nobody else may be writing.
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

func extended[T any](s []T, n int) []T {
	long := make([]T, n)
	copy(long, s)
	return long
}

// Part is a number of consecutive output rows and their columns: what one
// chunk of the engine made.
type Part struct {
	Lo      int // of the input
	Len     int
	Writers []*Writer
	mem     []WriteMem
}

// NewPart returns a part with columns as the writers'.
func NewPart(like []*Writer, lo int) *Part {
	p := &Part{Lo: lo, mem: make([]WriteMem, len(like))}
	for _, w := range like {
		p.Writers = append(p.Writers, NewWriter(w.field, w.Out.Name, 0, w.Out.Nullable))
	}
	return p
}

// Add writes n structs, of which src is the first, behind what is there. It
// returns the writer that has no place for one, nil as a rule, and which.
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

// chunks returns the i-th column of the part.
func (p *Part) chunks(ctx context.Context, i int) ([]*chunk.Chunk, error) {
	return p.Writers[i].finish(ctx, []*WriteMem{&p.mem[i]}, func(n int, fn func(i int)) error {
		for i := range n {
			fn(i)
		}
		return nil
	})
}

// JoinParts returns the rows of the parts as columns like the writers', and
// how many rows there are.
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
