package csv

import (
	"context"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"github.com/parframe/parframe/internal/engine"
)

// settle gives every inferred column the type that follows from all its cells. In
// pieces that were parsed with a narrower type, it parses those columns again. That may
// find cells that only the wider type refuses (2^53+1 in a column with fractions), so it
// repeats until nothing changes. Each round adds to a kindSet, so there are few.
func (j *job) settle() error {
	for {
		types := j.types()
		var todo []int
		for k, p := range j.pieces {
			if j.differs(p, types) != nil {
				todo = append(todo, k)
			}
		}
		if len(todo) == 0 {
			return nil
		}
		err := j.call.Own(len(todo), 1, func(w *engine.Worker, i, _ int) error {
			return j.redo(w, j.pieces[todo[i]], types)
		})
		if err != nil {
			return j.cause(err)
		}
	}
}

// types returns the type of every column, as far as it is known.
func (j *job) types() []arrow.DataType {
	types := make([]arrow.DataType, len(j.cols))
	for i, c := range j.cols {
		switch {
		case c.given != nil:
			types[i] = c.given
		case c.fixed != nil:
			types[i] = c.fixed
		default:
			types[i] = inferred(c.seen.get())
		}
	}
	return types
}

// differs returns which columns of the piece have another type, nil if none has.
func (j *job) differs(p *piece, types []arrow.DataType) (which []bool) {
	if p == nil || p.rows == 0 {
		return nil
	}
	for i, c := range p.cols {
		if arrow.TypeEqual(c.DataType(), types[i]) {
			continue
		}
		if c.DataType().ID() == arrow.NULL && !p.texts[i] {
			p.cols[i] = array.MakeArrayOfNull(memory.DefaultAllocator, types[i], p.rows)
			continue
		}
		if which == nil {
			which = make([]bool, len(p.cols))
		}
		which[i] = true
	}
	return which
}

// redo parses the columns that differ again, with types at least as wide as the given
// ones.
func (j *job) redo(ctx context.Context, p *piece, types []arrow.DataType) error {
	sc := j.take()
	defer j.give(sc)
	r, err := j.src.again(p.textRange, sc.buf)
	if err != nil {
		return err
	}
	if !r.kept {
		sc.buf = r.buf
	}
	which := j.differs(p, types)
	for i, c := range j.cols {
		// A column that is a string because it has no other kind of cells must not be
		// tried as another type again.
		if c.given == nil && which[i] && types[i].ID() == arrow.STRING {
			c.seen.add(kindText)
		}
	}
	q, err := j.parse(ctx, r, sc, which, p.bad)
	if err != nil {
		return err
	}
	for i, redone := range which {
		if redone {
			p.cols[i], p.texts[i] = q.cols[i], q.texts[i]
		}
	}
	return nil
}
