package csv

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"

	"github.com/parframe/parframe/internal/engine"
)

// source reads the text of a file range by range.
type source interface {
	// fetch returns range k. The source may use the memory of buf. Calls for
	// ascending k may run at once. The error is errEnd if the file ends before k.
	fetch(ctx context.Context, k int, buf []byte) (textRange, error)
	// again returns a range that fetch has returned before.
	again(r textRange, buf []byte) (textRange, error)
	// ranges returns the number of ranges, or -1 if it is not known.
	ranges() int
}

var errEnd = errors.New("the end of a stream")

// textRange is the text of the records that begin in a range. It ends with a line end,
// and pad more bytes follow it.
type textRange struct {
	text []byte // nil if again must be called first
	buf  []byte // memory that text is part of
	off  int64  // of the text, in bytes from the first record
	n    int
	line int  // line ends in the file before it, with the header
	kept bool // the text stays valid
	bare bool // the last line end is not in the file
}

// tail returns the number of bytes that are read at a time to find the end of the last
// record of a range.
func tail() int {
	if rangeSize > 0 {
		return 16
	}
	return 64 << 10
}

// finish appends the pad to the text, and before it a line end if the last record of
// the file has none.
func (d *dialect) finish(r *textRange, buf []byte, lo, hi int) {
	if r.bare = hi > lo && buf[hi-1] != d.nl; r.bare {
		buf = append(buf[:hi], d.nl)
		hi++
	}
	r.n = hi - lo
	buf = append(buf[:hi], make([]byte, pad)...)
	r.buf, r.text = buf, buf[lo:]
}

// fileSource reads ranges in any order. Only the state at their start depends on the
// ranges before.
type fileSource struct {
	file   io.ReaderAt
	base   int64 // of the first record
	size   int64 // of the records
	d      *dialect
	limit  int // bytes of a record
	states *rangeStates
	grid   grid
	lines  int // line ends before base
}

func (s *fileSource) ranges() int { return s.grid.ranges(s.size) }

// readAt appends up to n bytes at off to buf.
func (s *fileSource) readAt(buf []byte, off int64, n int) ([]byte, error) {
	n = int(min(int64(n), s.size-off))
	at := len(buf)
	if cap(buf) < at+n+pad+1 {
		buf = grow(buf, at+n)
	}
	buf = buf[:at+n]
	got, err := s.file.ReadAt(buf[at:], s.base+off)
	if got < n {
		if err == nil || engine.Is(err, io.EOF) {
			err = fmt.Errorf("the file became shorter while it was read: %w", io.ErrUnexpectedEOF)
		}
		return buf, err
	}
	return buf, nil
}

// grow returns buf with capacity for n bytes and the pad. If there is text to copy, it
// adds more, so that text that grows in small steps is not copied each time.
func grow(buf []byte, n int) []byte {
	n += pad + 1 + tail()
	if len(buf) > 0 {
		n = max(n, 2*len(buf))
	}
	return append(make([]byte, 0, n), buf...)
}

func (s *fileSource) fetch(ctx context.Context, k int, buf []byte) (r textRange, err error) {
	lo, hi := s.grid.border(k), min(s.grid.border(k+1), s.size)
	if buf, err = s.readAt(buf[:0], lo, int(hi-lo)); err != nil {
		return r, err
	}
	odd, lines := s.d.oddQuotes(buf), bytes.Count(buf, []byte{s.d.nl})
	st, err := s.stateAt(ctx, k)
	if err != nil {
		return r, err
	}
	next := state{inside: st.inside != odd, line: st.line + lines}
	s.states.enter(k+1, next)
	start := 0
	if k > 0 {
		// The text begins with the end of a record of a range before.
		if start = s.d.endOfRecord(buf, st.inside); start < 0 {
			return textRange{off: lo, buf: buf}, nil
		}
	}
	r.off = lo + int64(start)
	r.line = s.lines + st.line + bytes.Count(buf[:start], []byte{s.d.nl})
	end := len(buf)
	inside := next.inside
	for hi < s.size {
		at := len(buf)
		if buf, err = s.readAt(buf, hi, tail()); err != nil {
			return r, err
		}
		hi += int64(len(buf) - at)
		n := s.d.endOfRecord(buf[at:], inside)
		if n >= 0 {
			end = at + n
			break
		}
		inside = inside != s.d.oddQuotes(buf[at:])
		if end = len(buf); end-start > s.limit {
			return r, s.tooLong(buf[start:end], r.line)
		}
		if ctx.Err() != nil {
			return r, context.Cause(ctx)
		}
	}
	s.d.finish(&r, buf, start, end)
	return r, nil
}

// stateAt returns the state at the start of range k. The ranges before are claimed and
// will soon enter their states, but the system may have suspended one of the workers.
// Instead of waiting, stateAt then counts the text of these ranges itself, which takes
// a tenth of the time of parsing it.
func (s *fileSource) stateAt(ctx context.Context, k int) (state, error) {
	for range 20 {
		if at, st := s.states.last(k); at == k {
			return st, nil
		}
		runtime.Gosched()
	}
	var buf []byte
	for {
		at, st := s.states.last(k)
		if at == k {
			return st, nil
		}
		if ctx.Err() != nil {
			return st, context.Cause(ctx)
		}
		lo, hi := s.grid.border(at), s.grid.border(at+1)
		var err error
		if buf, err = s.readAt(buf[:0], lo, int(hi-lo)); err != nil {
			return st, err
		}
		s.states.enter(at+1, state{inside: st.inside != s.d.oddQuotes(buf), line: st.line + bytes.Count(buf, []byte{s.d.nl})})
	}
}

func (s *fileSource) again(r textRange, buf []byte) (textRange, error) {
	n := int(min(int64(r.n), s.size-r.off))
	buf, err := s.readAt(buf[:0], r.off, n)
	if err != nil {
		return r, err
	}
	s.d.finish(&r, buf, 0, n)
	return r, nil
}

// tooLong returns the error for a record beyond the limit. text begins with a record at
// the given line, and ends with the record that is too long.
func (s *fileSource) tooLong(text []byte, line int) error {
	return recordTooLong(s.d, text, line, s.limit)
}

// recordTooLong returns the error for the last record that begins in text.
func recordTooLong(d *dialect, text []byte, line, limit int) error {
	at := 0
	for {
		n := d.endOfRecord(text[at:], false)
		if n < 0 {
			break
		}
		at += n
	}
	line += 1 + bytes.Count(text[:at], []byte{d.nl})
	t := tokenizer{d: *d, text: text[at:]}
	if _, fl := t.next(); fl != nil && !fl.open {
		return &Error{Line: line, Column: fl.field + 1, Why: fl.why, Text: clip(text[at:]), Err: fl.kind}
	}
	why := fmt.Sprintf("the record is longer than %d bytes; accepted: up to the option MaxRecord", limit)
	if d.oddQuotes(text[at:]) {
		why += "; it has a quote that is not closed"
	}
	return &Error{Line: line, Why: why, Text: clip(text[at:]), Err: ErrLimit}
}
