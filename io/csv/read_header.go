package csv

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"unicode/utf8"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/engine"
	"github.com/parframe/parframe/internal/files"
	"github.com/parframe/parframe/parallel"
)

// head is what the first bytes of a file determine.
type head struct {
	names   []string
	renamed []Rename
	base    int64  // of the first record of data
	lines   int    // line ends before it
	sample  []byte // whole records from base on
	text    []byte // everything read, from base on
	ended   bool   // text goes to the end of the file
}

// readHead reads the names and the sample, and sets the line end of d.
func readHead(ctx context.Context, in *input, d *dialect, o *ReadOptions) (*head, error) {
	in.readIn(ctx)
	first := 64 << 10
	if in.at != nil {
		first = int(min(in.size, int64(o.SampleBytes))) + 1
	}
	buf := make([]byte, 0, min(first, o.SampleBytes))
	ended := false
	for {
		for len(buf) < cap(buf) && !ended {
			if ctx.Err() != nil {
				return nil, context.Cause(ctx)
			}
			n, err := in.stream.Read(buf[len(buf):cap(buf)])
			buf = buf[:len(buf)+n]
			if err == io.EOF {
				ended = true
			} else if err != nil {
				return nil, inFile(in.name, err)
			}
		}
		if ended || len(buf) >= o.SampleBytes {
			h, err := parseHead(buf, ended, d, o)
			if h != nil || err != nil {
				if e, ok := engine.As[*Error](err); ok {
					e.File = in.name
				}
				return h, err
			}
			if len(buf) > o.MaxRecord {
				return nil, &Error{File: in.name, Line: 1, Why: fmt.Sprintf("the header is longer than %d bytes; accepted: up to the option MaxRecord", o.MaxRecord), Err: ErrLimit}
			}
		}
		size := 2 * cap(buf)
		if cap(buf) < o.SampleBytes {
			size = min(size, o.SampleBytes)
		}
		buf = append(make([]byte, 0, size), buf...)
	}
}

// parseHead returns nil if the header is not complete.
func parseHead(buf []byte, ended bool, d *dialect, o *ReadOptions) (*head, error) {
	h := &head{ended: ended}
	p, err := h.skip(buf, o.SkipLines)
	if p < 0 || err != nil {
		return nil, err
	}
	d.nl = d.lineEnd(buf[p:])
	t := tokenizer{d: *d, text: buf[p:]}
	switch found, err := h.firstRecord(&t, o.NoHeader); {
	case err != nil:
		return nil, err
	case found == recordCut:
		return nil, nil
	case found == recordNone:
		return h, h.noRecord(buf, o)
	}
	h.base = int64(p + t.pos)
	if o.NoHeader {
		h.base = int64(p)
	}
	if err := h.setNames(&t, 1+h.lines+bytes.Count(t.text[:t.start], []byte{d.nl}), o); err != nil {
		return nil, err
	}
	if !o.NoHeader {
		h.lines += bytes.Count(t.text[:t.pos], []byte{d.nl})
	}
	h.text = buf[h.base:]
	h.sample = h.text[:d.wholeRecords(h.text, ended)]
	return h, nil
}

// skip returns where the text begins after a byte order mark and the given number of
// lines, or -1 if that needs more of the file.
func (h *head) skip(buf []byte, lines int) (int, error) {
	p := 0
	if bytes.HasPrefix(buf, []byte("\xef\xbb\xbf")) {
		p = 3
	}
	if bytes.HasPrefix(buf, []byte{0xff, 0xfe}) || bytes.HasPrefix(buf, []byte{0xfe, 0xff}) {
		return 0, &Error{Line: 1, Why: "the text is UTF-16; accepted: UTF-8", Err: ErrUTF8}
	}
	for range lines {
		n := bytes.IndexAny(buf[p:], "\r\n")
		if n < 0 && !h.ended {
			return -1, nil
		}
		if n < 0 {
			return len(buf), nil
		}
		p += n + 1
		if buf[p-1] == '\r' && p < len(buf) && buf[p] == '\n' {
			p++
		}
		h.lines++
	}
	return p, nil
}

// The results of firstRecord.
const (
	recordWhole = iota
	recordCut   // it may continue in bytes that have not been read
	recordNone  // the file has none
)

// firstRecord reads the first record that is not an empty line. In a file without
// a header that has nothing but empty lines, these are rows of one column.
func (h *head) firstRecord(t *tokenizer, noHeader bool) (found int, err error) {
	blank := false
	for {
		ok, fl := t.next()
		if !h.ended && (fl != nil && fl.open || fl == nil && (!ok || t.pos == len(t.text) || t.open)) {
			return recordCut, nil
		}
		switch {
		case fl != nil:
			line := 1 + h.lines + bytes.Count(t.text[:t.start], []byte{t.d.nl})
			return 0, &Error{Line: line, Column: fl.field + 1, Why: fl.why, Err: fl.kind}
		case !ok && blank:
			t.fields = make([]field, 1) // nothing but empty lines: a column of nulls
			return recordWhole, nil
		case !ok:
			return recordNone, nil
		case !t.blank():
			return recordWhole, nil
		}
		blank = noHeader
	}
}

// noRecord is called for files without a record, which are valid if the options name
// the columns.
func (h *head) noRecord(buf []byte, o *ReadOptions) error {
	if !o.NoHeader || len(o.Names) == 0 {
		return &Error{Why: "the file has no header line; accepted: a file with one, or NoHeader with Names", Err: ErrEmpty}
	}
	h.names = o.Names
	h.base, h.ended = int64(len(buf)), true
	return nil
}

// setNames sets the names from the record in t, or from the options.
func (h *head) setNames(t *tokenizer, line int, o *ReadOptions) error {
	if len(t.fields) > o.MaxColumns {
		return &Error{Line: line, Why: fmt.Sprintf("the record has %d fields; accepted: up to the option MaxColumns, %d", len(t.fields), o.MaxColumns), Err: ErrLimit}
	}
	header := make([]string, len(t.fields))
	for i := range header {
		b := t.bytes(i)
		switch {
		case o.NoHeader:
			b = []byte(columnName(i))
		case !utf8.Valid(b) && o.InvalidUTF8 == UTF8Replace:
			b = bytes.ToValidUTF8(b, []byte("\uFFFD"))
		case !utf8.Valid(b) && o.Names == nil:
			return &Error{Line: line, Column: i + 1, Text: clip(b), Why: fmt.Sprintf("the column name %q is not UTF-8; accepted: UTF-8, or the options InvalidUTF8 and Names", clip(b)), Err: ErrUTF8}
		}
		header[i] = string(b)
	}
	if o.Names != nil {
		if len(o.Names) != len(header) {
			return &Error{Line: line, Why: fmt.Sprintf("Names has %s, the record %s", plural(len(o.Names), "name"), plural(len(header), "field")), Err: ErrFieldCount}
		}
		header = o.Names
	}
	h.names, h.renamed = uniqueNames(header)
	return nil
}

// wholeRecords returns the end of the last record that is whole in text.
func (d *dialect) wholeRecords(text []byte, ended bool) int {
	if ended {
		return len(text)
	}
	at := 0
	if d.serial() {
		t := tokenizer{d: *d, text: text}
		for {
			ok, fl := t.next()
			if !ok || fl != nil || t.partial() {
				return at
			}
			at = t.pos
		}
	}
	for {
		n := d.endOfRecord(text[at:], false)
		if n < 0 {
			return at
		}
		at += n
	}
}

// resolve returns the columns that the options select, with their types.
func (h *head) resolve(o *ReadOptions, f format) ([]*columnPlan, error) {
	known := make(map[string]bool, len(h.names))
	for _, n := range h.names {
		known[n] = true
	}
	for _, n := range slices.Sorted(maps.Keys(o.Types)) {
		if !known[n] {
			return nil, fmt.Errorf("Types: %w", files.UnknownColumn(n, h.names))
		}
	}
	picked, err := files.Pick(o.Columns, h.names)
	if err != nil {
		return nil, err
	}
	var plans []*columnPlan
	for _, i := range picked {
		n := h.names[i]
		p := &columnPlan{src: i, name: n}
		if t, ok := o.Types[n]; ok {
			if t == nil {
				return nil, fmt.Errorf("%w: Types has nil for %q; accepted: an arrow.DataType", parallel.ErrOption, n)
			}
			if _, err := newColumn(t, f, false); err != nil {
				return nil, fmt.Errorf("column %d (%s): %w", i+1, n, err)
			}
			p.given = t
		}
		plans = append(plans, p)
	}
	return plans, nil
}

// columnPlan is one column of the result.
type columnPlan struct {
	src   int // field in the record, from 0
	name  string
	given arrow.DataType // nil if it is inferred
	fixed arrow.DataType // inferred, and not to be widened
	seen  kindSet        // of an inferred column
}
