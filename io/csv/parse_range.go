package csv

import (
	"bytes"
	"context"
	"strconv"

	"github.com/apache/arrow/go/v15/arrow"
)

// rowsAtOnce is the number of rows that the columns parse one after the other: few
// enough that their text stays in the cache of a core, and enough that the work per
// column does not matter. (128 to 4096 measure the same.)
const rowsAtOnce = 1024

// parse parses the columns of a range, or only those in only if it is not nil. bad are
// the rows that are set aside.
func (j *job) parse(ctx context.Context, r textRange, sc *scratch, only []bool, bad map[int]rejection) (*piece, error) {
	p := &piece{textRange: r, cols: make([]arrow.Array, len(j.cols)), texts: make([]bool, len(j.cols))}
	if r.n == 0 {
		return p, nil
	}
	if j.o.MaxRecord < r.n {
		if err := j.checkLengths(ctx, r); err != nil {
			return nil, err
		}
	}
	for {
		t, err := j.index(ctx, r, sc, bad)
		if err != nil {
			return nil, err
		}
		w := &work{job: j, ctx: ctx, r: r, t: t, only: only, types: make([]arrow.DataType, len(j.cols)), cols: make([]column, len(j.cols))}
		if err := w.run(); err != nil {
			return nil, err
		}
		sc.tmp = t.tmp
		if t.plain != nil {
			if fl := t.plain.flaw; fl != nil {
				return nil, j.flawError(r, t.plain)
			}
			p.ragged, p.rejections = t.plain.ragged, t.plain.rejections
			for i := range p.ragged {
				p.ragged[i].Line += r.line + 1
			}
			for i := range p.rejections {
				p.rejections[i].line += r.line + 1
			}
		}
		if len(w.bad) > 0 {
			bad = w.bad
			continue
		}
		p.rows, p.bad = t.rows, bad
		for i, c := range w.cols {
			if c != nil {
				p.cols[i] = c.array()
			}
			if n, ok := c.(*nullColumn); ok {
				p.texts[i] = n.texts
			}
		}
		return p, nil
	}
}

// flawError returns the error for a record that cannot be read at all.
func (j *job) flawError(r textRange, p *plainText) error {
	fl := p.flaw
	why := fl.why + "; at " + strconv.Quote(p.near)
	return &Error{Line: r.line + p.line + 1, Column: fl.field + 1, Text: p.near, Why: why, Err: fl.kind}
}

// near returns the text of the line around a position, for a message.
func near(text []byte, at int, nl byte) string {
	at = min(at, len(text))
	from := max(bytes.LastIndexByte(text[:at], nl)+1, at-30)
	line := text[from:]
	if n := bytes.IndexByte(line, nl); n >= 0 {
		line = line[:n]
	}
	return clip(bytes.TrimRight(line, "\r"))
}

// checkLengths returns an error for a record beyond the limit.
func (j *job) checkLengths(ctx context.Context, r textRange) error {
	if j.d.serial() {
		t := tokenizer{d: j.d, text: r.text[:r.n]}
		for n := 0; ; n++ {
			if n%rowsAtOnce == 0 && ctx.Err() != nil {
				return context.Cause(ctx)
			}
			if ok, fl := t.next(); !ok || fl != nil {
				return nil
			}
			if t.pos-t.start > j.o.MaxRecord {
				line := r.line + bytes.Count(r.text[:t.start], []byte{j.d.nl})
				return recordTooLong(&j.d, r.text[t.start:t.pos-1], line, j.o.MaxRecord)
			}
		}
	}
	at := 0
	for k := 0; at < r.n; k++ {
		if k%rowsAtOnce == 0 && ctx.Err() != nil {
			return context.Cause(ctx)
		}
		n := j.d.endOfRecord(r.text[at:r.n], false)
		if n < 0 {
			n = r.n - at
		}
		if n > j.o.MaxRecord {
			return recordTooLong(&j.d, r.text[:at+n-1], r.line, j.o.MaxRecord)
		}
		at += n
	}
	return nil
}

// work parses one range.
type work struct {
	*job
	ctx   context.Context // of the worker
	r     textRange
	t     *table
	only  []bool
	types []arrow.DataType
	cols  []column
	bad   map[int]rejection // rows to set aside
}

func (w *work) run() error {
	for i := range w.job.cols {
		if w.only == nil || w.only[i] {
			if err := w.start(i); err != nil {
				return err
			}
		}
	}
	for lo := 0; lo < w.t.rows; lo += rowsAtOnce {
		hi := min(lo+rowsAtOnce, w.t.rows)
		var first *Error
		for i, c := range w.cols {
			if c == nil {
				continue
			}
			if w.ctx.Err() != nil {
				return context.Cause(w.ctx)
			}
			row, err := w.rows(i, lo, hi)
			if err != nil {
				return err
			}
			if row < hi {
				// Parse the other columns only up to this row: the error is that
				// of the first bad record, and of the first bad field in it.
				e := w.valueError(w.r, w.t, row, w.job.cols[i], w.types[i])
				if first == nil || row+1 < hi || e.Column < first.Column {
					first = e
				}
				hi = row + 1
			}
		}
		if first != nil {
			return first
		}
	}
	return nil
}

// start makes the column, with the type that is known so far.
func (w *work) start(i int) error {
	c := w.job.cols[i]
	t := c.given
	if t == nil {
		t = c.fixed
	}
	if t == nil {
		t = tried(c.seen.get())
	}
	col, err := newColumn(t, w.format, c.given == nil)
	if err != nil {
		return err
	}
	col.start(w.t.rows)
	w.types[i], w.cols[i] = t, col
	return nil
}

// rows parses rows of a column, and returns hi or the first row that does not fit. An
// inferred type is widened by all cells of the range, and the column starts again. A
// row to be set aside is recorded.
func (w *work) rows(i, lo, hi int) (int, error) {
	c := w.job.cols[i]
	for {
		row := w.cols[i].parse(&w.t.batch, c.src, lo, hi)
		if f, ok := w.cols[i].(*floatColumn); ok && f.digits && c.given == nil {
			c.seen.add(kindFloat)
		}
		switch {
		case row == hi:
			return hi, nil
		case c.given == nil && c.fixed == nil:
			before := w.types[i]
			if err := c.see(w.ctx, w.t, row, w.format.point); err != nil {
				return row, err
			}
			if err := w.start(i); err != nil {
				return row, err
			}
			if arrow.TypeEqual(before, w.types[i]) {
				return row, nil
			}
			lo = 0
		case w.o.Reject:
			e := w.valueError(w.r, w.t, row, c, w.types[i])
			if old, ok := w.bad[row]; !ok || e.Column < old.column {
				if w.bad == nil {
					w.bad = make(map[int]rejection)
				}
				w.bad[row] = rejection{column: e.Column, name: c.name, why: e.Why}
			}
			w.cols[i].null(row)
			lo = row + 1
		default:
			return row, nil
		}
	}
}
