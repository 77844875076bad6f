package frame

import (
	"context"
	"slices"

	"github.com/parframe/parframe/internal/chunk"
)

// Where nobody knows how many rows there will be, each chunk of the engine has
// writers of its own, which grow. What they wrote is joined at the end.

// grow gives the column n rows, of which those that it has stay as they are.
// Nobody else may be writing.
func (w *writer) grow(n int) {
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
	if w.field.kind == kindStruct {
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

// part is a number of consecutive output rows and their columns: what one
// chunk of the engine made.
type part struct {
	lo      int // of the input
	n       int
	writers []*writer
	mem     []writeMem
}

// newPart returns a part with columns as the writers'.
func newPart(like []*writer, lo int) *part {
	p := &part{lo: lo, mem: make([]writeMem, len(like))}
	for _, w := range like {
		p.writers = append(p.writers, newWriter(w.field, w.out.Name, 0, w.out.Nullable))
	}
	return p
}

// add writes n structs, of which src is the first, behind what is there. It
// returns the writer that has no place for one, nil as a rule, and which.
func (p *part) add(src strided, n int) (*writer, int) {
	for i, w := range p.writers {
		w.grow(p.n + n)
		for k := 0; k < n; k += blockRows {
			m := min(blockRows, n-k)
			if done := w.scatter(src.from(k), p.n+k, m, nil, &p.mem[i]); done < m {
				return w, k + done
			}
		}
	}
	p.n += n
	return nil, 0
}

// chunks returns the i-th column of the part.
func (p *part) chunks(ctx context.Context, i int) ([]*chunk.Chunk, error) {
	return p.writers[i].finish(ctx, []*writeMem{&p.mem[i]}, func(n int, fn func(i int)) error {
		for i := range n {
			fn(i)
		}
		return nil
	})
}

// joinParts returns the rows of the parts as columns like the writers', and
// how many rows there are.
func joinParts(ctx context.Context, like []*writer, parts []*part, each eachFunc) ([]chunk.Column, int, error) {
	slices.SortFunc(parts, func(a, b *part) int { return a.lo - b.lo })
	n := 0
	for _, p := range parts {
		n += p.n
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
		cols[i] = chunk.Column{Field: like[i].out, Len: n, Chunks: chunk.PickAll(ctx, like[i].out.Type, all, chunk.WholeSpans(all))}
		errs[i] = context.Cause(ctx)
	})
	for _, e := range errs {
		if err == nil {
			err = e
		}
	}
	return cols, n, err
}
