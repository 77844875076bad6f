package csv

import (
	"context"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"github.com/parframe/parframe/internal/engine"
)

// settle gives every inferred column one type: the one that follows from all
// its cells. Pieces that were parsed as something narrower are parsed again
// from the text, those columns only. That may show cells that only the wider
// type minds (2^53+1 once there are fractions), so it goes on until nothing
// changes; each round adds to a kindSet, so there are few.
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

// types returns the type of every column as far as it is known.
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

// differs returns which columns of the piece have another type, nil if none.
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

// redo parses the columns that differ again, with types at least as wide as
// those given.
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
		// A column that is a string because nothing better came must not be
		// tried as something else once more.
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
