package csv

import (
	"bytes"
	"context"
)

// plainText is the text of a range, rewritten for the fast path: RFC 4180, the right
// number of fields in every record, no blank lines and no comments. It records what
// was left out.
type plainText struct {
	text       []byte // with pad more bytes after it
	n          int
	rows       int
	lines      []int // of each row, counted from the first line of the range, from 0
	ragged     []RaggedLine
	rejections []rejection // records set aside
	flaw       *flaw       // in the record after the last row, which ended the reading
	line       int         // of the flaw
	near       string      // the text around it
}

// rejection is a record that was set aside, and why.
type rejection struct {
	line, column int
	name         string
	text         []byte
	why          string
}

// rewrite reads the text record by record and writes it in the canonical dialect. drop
// are the rows to leave out, numbered as without drop.
func (d *dialect) rewrite(ctx context.Context, text []byte, nc int, o *ReadOptions, drop map[int]rejection) (*plainText, error) {
	t := tokenizer{d: *d, text: text}
	p := &plainText{text: make([]byte, 0, len(text)+len(text)/8+256)}
	plain := d.canonical()
	line, counted := 0, 0
	emitted := 0
	for n := 0; ; n++ {
		if n%rowsAtOnce == 0 && ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		ok, fl := t.next()
		if fl != nil {
			line += bytes.Count(text[counted:t.start], []byte{d.nl})
			p.flaw, p.line = fl, line
			break
		}
		if !ok {
			break
		}
		line += bytes.Count(text[counted:t.start], []byte{d.nl})
		counted = t.start
		if nc > 1 && t.blank() {
			continue
		}
		if len(t.fields) != nc {
			keep := p.raggedRecord(&t, line, nc, o)
			if p.flaw != nil {
				break
			}
			if !keep {
				continue
			}
		}
		row := emitted
		emitted++
		if c, bad := drop[row]; bad {
			c.line, c.text = line, trimLine(text[t.start:t.pos])
			p.rejections = append(p.rejections, c)
			continue
		}
		for i := range nc {
			if i > 0 {
				p.text = append(p.text, d.delim)
			}
			if i < len(t.fields) {
				p.text = plain.appendField(p.text, t.bytes(i), t.fields[i].quoted)
			}
		}
		p.text = append(p.text, plain.nl)
		p.lines = append(p.lines, line)
		p.rows++
	}
	if p.flaw != nil {
		p.near = near(text, p.flaw.at, d.nl)
	}
	p.n = len(p.text)
	p.text = append(p.text, make([]byte, pad)...)
	return p, nil
}

// raggedRecord handles a record that does not have nc fields as the options select. It
// reports whether the record is a row. If the record is an error, it sets p.flaw.
func (p *plainText) raggedRecord(t *tokenizer, line, nc int, o *ReadOptions) (keep bool) {
	n := len(t.fields)
	switch {
	case o.Ragged != RaggedError:
		p.ragged = append(p.ragged, RaggedLine{Line: line, Fields: n})
	case o.Reject:
		p.rejections = append(p.rejections, rejection{line: line, text: trimLine(t.text[t.start:t.pos]), why: fieldCount(n, nc)})
	default:
		p.flaw = &flaw{t.start, -1, fieldCount(n, nc) + "; accepted: as many as there are columns, or the options Ragged and Reject", ErrFieldCount, false}
		p.line = line
	}
	return o.Ragged == RaggedPad
}

// appendField appends a field, in quotes if it was quoted or needs quotes.
func (d *dialect) appendField(dst, text []byte, quoted bool) []byte {
	if !quoted && !d.needsQuotes(text) {
		return append(dst, text...)
	}
	dst = append(dst, d.quote)
	for {
		i := bytes.IndexByte(text, d.quote)
		if i < 0 {
			break
		}
		dst = append(dst, text[:i+1]...)
		dst = append(dst, d.quote)
		text = text[i+1:]
	}
	dst = append(dst, text...)
	return append(dst, d.quote)
}

func (d *dialect) needsQuotes(text []byte) bool {
	for _, c := range text {
		if c == d.delim || c == d.quote || c == '\n' || c == '\r' {
			return true
		}
	}
	return false
}

func trimLine(b []byte) []byte {
	return bytes.Clone(bytes.TrimRight(b, "\r\n"))
}
