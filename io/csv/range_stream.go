package csv

import (
	"bytes"
	"context"
	"io"
)

// streamSource reads ranges of text that can only be read once, from the start:
// compressed files, pipes, and serial dialects. One range is read at a time, in order,
// but all cores parse them. The ranges are those of fileSource.
type streamSource struct {
	in     io.Reader
	readIn func(context.Context) // sets the context of the worker that reads in
	d      *dialect
	limit  int
	states *rangeStates
	grid   grid
	keep   bool // texts must be kept, for columns that are widened later

	// The position of the stream, owned by the worker whose turn it is.
	rest []byte // read already, but of a later range; begins with a record
	off  int64  // of rest
	line int    // line ends before rest
	done bool   // nothing more to read
}

func (s *streamSource) ranges() int { return -1 }

func (s *streamSource) fetch(ctx context.Context, k int, buf []byte) (r textRange, err error) {
	if _, err := s.states.wait(ctx, k); err != nil {
		return r, err
	}
	if s.keep {
		buf = nil
	}
	text := append(buf[:0], s.rest...)
	border := s.grid.border(k + 1)
	r.off, r.line = s.off, s.line
	if s.done && len(text) == 0 {
		return r, errEnd
	}
	end := 0
	if s.off <= border {
		if text, end, err = s.upTo(ctx, text, int(border-s.off)); err != nil {
			return r, err
		}
	}
	s.rest = append(s.rest[:0], text[end:]...)
	s.off += int64(end)
	s.line += bytes.Count(text[:end], []byte{s.d.nl})
	s.states.enter(k+1, state{})
	if end == 0 {
		return textRange{off: r.off, buf: text}, nil
	}
	s.d.finish(&r, text, 0, end)
	r.kept = s.keep
	return r, nil
}

// upTo reads until text, which begins with a record, contains the end of the first
// record that ends beyond want bytes, and returns that end.
func (s *streamSource) upTo(ctx context.Context, text []byte, want int) (_ []byte, end int, err error) {
	if text, err = s.fill(ctx, text, want+tail()); err != nil {
		return text, 0, err
	}
	if s.d.serial() {
		return s.upToSerial(ctx, text, want)
	}
	from := min(want, len(text))
	inside := s.d.oddQuotes(text[:from])
	for {
		if n := s.d.endOfRecord(text[from:], inside); n >= 0 {
			return text, from + n, nil
		}
		if s.done {
			return text, len(text), nil
		}
		if len(text)-want > s.limit {
			return text, 0, recordTooLong(s.d, text, s.line, s.limit)
		}
		inside = inside != s.d.oddQuotes(text[from:])
		from = len(text)
		if text, err = s.fill(ctx, text, len(text)+tail()); err != nil {
			return text, 0, err
		}
	}
}

// upToSerial is upTo for serial dialects.
func (s *streamSource) upToSerial(ctx context.Context, text []byte, want int) (_ []byte, end int, err error) {
	for {
		t := tokenizer{d: *s.d, text: text, pos: end}
		for n := 0; ; n++ {
			if n%rowsAtOnce == 0 && ctx.Err() != nil {
				return text, 0, context.Cause(ctx)
			}
			ok, fl := t.next()
			if fl != nil && !fl.open {
				// The parser returns the error. It needs the text up to there.
				if n := bytes.IndexByte(text[fl.at:], s.d.nl); n >= 0 {
					return text, fl.at + n + 1, nil
				}
			}
			if fl != nil || !ok || t.partial() {
				break // more text may follow
			}
			if end = t.pos; end > want {
				return text, end, nil
			}
		}
		if s.done {
			return text, len(text), nil
		}
		if len(text)-max(end, want) > s.limit {
			return text, 0, recordTooLong(s.d, text[end:], s.line+bytes.Count(text[:end], []byte{s.d.nl}), s.limit)
		}
		if text, err = s.fill(ctx, text, 2*len(text)); err != nil {
			return text, 0, err
		}
	}
}

// fill reads until text has n bytes or the stream ends.
func (s *streamSource) fill(ctx context.Context, text []byte, n int) ([]byte, error) {
	if cap(text) < n+pad+1 {
		text = grow(text, n)
	}
	s.readIn(ctx)
	for len(text) < n && !s.done {
		if ctx.Err() != nil {
			return text, context.Cause(ctx)
		}
		got, err := s.in.Read(text[len(text):n])
		text = text[:len(text)+got]
		if err == io.EOF {
			s.done = true
		} else if err != nil {
			return text, err
		}
	}
	return text, nil
}

func (s *streamSource) again(r textRange, _ []byte) (textRange, error) { return r, nil }
