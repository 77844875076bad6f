package parquet

import (
	"context"
	"math"
	"slices"
	"unicode/utf8"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/pqenc"
	"github.com/parframe/parframe/internal/pqmeta"
)

// slices decodes a page of one of the delta encodings for byte strings.
func (c *columnChunk) slices(p *page) (*pqenc.Slices, error) {
	if err := c.take(16 * p.values); err != nil {
		return nil, err
	}
	if p.enc == pqmeta.DeltaByteArray {
		return pqenc.DeltaBytes(p.values, p.body)
	}
	return pqenc.DeltaLength(p.values, p.body)
}

// maxSmall is the number of bytes of text that 32-bit offsets can address. Tests lower
// it.
var maxSmall = math.MaxInt32

// strings decodes byte strings. It goes over the pages twice: to learn the size of all
// strings, and to copy them into memory of that size.
func (c *columnChunk) strings(ctx context.Context, out *column) error {
	sized := stringPages{columnChunk: c, deltas: make([]*pqenc.Slices, len(c.pages))}
	size := 0
	for i := range c.pages {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		n, err := sized.size(i)
		if err != nil {
			return badData(err)
		}
		if size += n; size < 0 || size > 1<<46 {
			return malformed("strings without end")
		}
	}
	if err := c.budget.take(size + 8*(out.entries+1)); err != nil {
		return err
	}
	if size <= maxSmall {
		s := pqenc.Strings[int32]{Offs: make([]int32, 1, out.entries+1), Data: make([]byte, 0, size)}
		err := fill(ctx, c, &s, sized.dictionary, sized.deltas)
		out.small, out.data = s.Offs, s.Data
		return err
	}

	s := pqenc.Strings[int64]{Offs: make([]int64, 1, out.entries+1), Data: make([]byte, 0, size)}
	err := fill(ctx, c, &s, sized.dictionary, sized.deltas)
	out.offs, out.data = s.Offs, s.Data
	return err
}

// stringPages are the pages of a column of byte strings, decoded as far as their size
// requires.
type stringPages struct {
	*columnChunk
	dictionary *pqenc.Dict     // nil until a page uses it
	deltas     []*pqenc.Slices // of pages in one of the delta encodings
}

// size returns the bytes of the strings of page i, without their lengths.
func (s *stringPages) size(i int) (n int, err error) {
	p := &s.pages[i]
	switch p.enc {
	case pqmeta.Plain:
		return pqenc.PlainSize(p.values, p.body)
	case pqmeta.RLEDictionary, pqmeta.PlainDictionary:
		if err := s.readDictionary(); err != nil {
			return 0, err
		}
		if p.idx, err = s.indices(p); err != nil || p.values == 0 {
			return 0, err
		}
		return s.dictionary.Size(p.idx)
	case pqmeta.DeltaLengthByte, pqmeta.DeltaByteArray:
		if s.deltas[i], err = s.slices(p); err != nil {
			return 0, err
		}
		return s.deltas[i].Size, nil
	}
	return 0, s.badEncoding(p)
}

// readDictionary decodes the dictionary page, once, if there is one.
func (s *stringPages) readDictionary() (err error) {
	if s.dictN < 0 || s.dictionary != nil {
		return nil
	}
	data, n := s.dict, s.dictN
	if n > len(data)/4 {
		return malformed("dictionary of %d values in %d bytes", n, len(data))
	}
	if err := s.take(len(data) + 4*n); err != nil {
		return err
	}
	s.dictionary, err = pqenc.NewDict(n, data)
	return err
}

// fill copies the strings of all pages, and checks that text is UTF-8: in the
// dictionary once, in other pages for each value.
func fill[O int32 | int64](ctx context.Context, c *columnChunk, s *pqenc.Strings[O], dict *pqenc.Dict, deltas []*pqenc.Slices) error {
	text := isText(c.typ)
	if text && dict != nil {
		if err := checkUTF8(dict.Offs, dict.Data, 0); err != nil {
			return err
		}
	}
	for i := range c.pages {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		p := &c.pages[i]
		from := len(s.Offs) - 1
		switch {
		case p.enc == pqmeta.Plain:
			s.AppendPlain(p.values, p.body)
		case deltas[i] != nil:
			s.AppendSlices(deltas[i])
		default:
			for idx := range slices.Chunk(p.idx, checkEvery) {
				if ctx.Err() != nil {
					return context.Cause(ctx)
				}
				s.AppendDict(dict, idx)
			}
			continue
		}
		if text {
			if err := checkUTF8(s.Offs[from:], s.Data, from); err != nil {
				return err
			}
		}
	}
	return nil
}

func isText(t arrow.DataType) bool {
	switch t.ID() {
	case arrow.STRING, arrow.LARGE_STRING, arrow.STRING_VIEW:
		return true
	}
	return false
}

// checkUTF8 checks the strings between offs, the first of which has the number first.
// It checks all bytes at once, which is fast, and then only that no string begins in
// the middle of a character.
func checkUTF8[O int32 | int64](offs []O, data []byte, first int) error {
	bad := !utf8.Valid(data[offs[0]:offs[len(offs)-1]])
	if !bad {
		for _, o := range offs[:len(offs)-1] {
			if int(o) < len(data) && !utf8.RuneStart(data[o]) {
				bad = true
				break
			}
		}
	}
	if !bad {
		return nil
	}
	for i := range len(offs) - 1 {
		if v := data[offs[i]:offs[i+1]]; !utf8.Valid(v) {
			return malformed("value %d, %.40q, is not UTF-8", first+i, v)
		}
	}
	return nil
}
