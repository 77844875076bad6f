package csv

import (
	"bytes"
	"context"
	"unicode/utf8"
)

// table is the text of a range with its index.
type table struct {
	batch
	rows  int
	plain *plainText // nil if the text did not need to be rewritten
}

// index finds the fields of a range, in its own text if that is regular, and otherwise
// in rewritten text. drop are rows to leave out.
func (j *job) index(ctx context.Context, r textRange, sc *scratch, drop map[int]rejection) (*table, error) {
	text, n, nc := r.text, r.n, len(j.head.names)
	t := &table{batch: batch{nc: nc, quote: j.d.quote, cr: j.d.nl == '\n', nulls: j.nulls, tmp: sc.tmp}}
	t.valid = utf8.Valid(text[:n])
	if !t.valid && j.o.InvalidUTF8 == UTF8Replace {
		text = bytes.ToValidUTF8(text[:n], []byte("\uFFFD"))
		n = len(text)
		text = append(text, make([]byte, pad)...)
		t.valid = true
	}
	t.text = text
	odd := j.d.serial() || j.d.trim || drop != nil || j.d.nl == '\r' && bytes.IndexByte(text[:n], '\n') >= 0
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if !odd {
		j.d.scan(text, n, &sc.ix)
		if t.ends, t.rows = sc.ix.ends, sc.ix.lines; j.regular(t, &sc.ix) {
			return t, nil
		}
	}
	if r.bare {
		n-- // with lazy quotes it could be data
	}
	var err error
	if t.plain, err = j.d.rewrite(ctx, text[:n], nc, &j.o, drop); err != nil {
		return nil, err
	}
	d := j.d.canonical()
	d.scan(t.plain.text, t.plain.n, &sc.ix)
	t.text, t.ends, t.rows, t.quote = t.plain.text, sc.ix.ends, t.plain.rows, d.quote
	t.cr = false
	return t, nil
}

// regular reports whether every record in the index has the right number of fields,
// and every quote is allowed.
func (j *job) regular(t *table, ix *index) bool {
	if ix.open || ix.odd || len(ix.ends)-1 != ix.lines*t.nc {
		return false
	}
	if t.nc > 1 {
		for i := t.nc; i < len(ix.ends); i += t.nc {
			if t.text[ix.ends[i]] != j.d.nl {
				return false
			}
		}
	}
	return true
}

// line returns the line of the file where a row begins.
func (j *job) line(r textRange, t *table, row int) int {
	if t.plain != nil {
		return r.line + t.plain.lines[row] + 1
	}
	return r.line + bytes.Count(r.text[:t.ends[row*t.nc]+1], []byte{j.d.nl}) + 1
}
