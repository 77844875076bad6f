package parquet

import (
	"context"
	"hash/crc32"
	"math"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/codec"
	"github.com/parframe/parframe/internal/pqenc"
	"github.com/parframe/parframe/internal/pqmeta"
	"github.com/parframe/parframe/internal/thrift"
)

// pageBytes is the intended size of pages before compression. Most writers use this
// size: large enough to compress well, and small enough for the cache of a reader.
const pageBytes = 1 << 20

// encoded is a column chunk that is ready to be written. Offsets in its metadata count
// from the start of the chunk.
type encoded struct {
	bytes []byte
	meta  pqmeta.Chunk
	dict  bool // the first page is a dictionary
}

// chunkWriter lays out one column chunk.
type chunkWriter struct {
	*leafWriter
	codec pqmeta.Codec
	dst   []byte
	w     thrift.Writer
	meta  pqmeta.Chunk
	dict  bool
	page  []byte // the current page, uncompressed
	pack  []byte // the current page, compressed
}

// encode encodes the rows of a row group as a column chunk of the leaf.
func (o *leafWriter) encode(ctx context.Context, arrays []arrow.Array, c pqmeta.Codec, useDict bool, mem *writeMem) (*encoded, error) {
	s, err := o.shred(ctx, arrays)
	if err != nil {
		return nil, err
	}
	w := &chunkWriter{leafWriter: o, codec: c, dst: mem.chunks.take(), page: mem.pages.take(), pack: mem.pages.take()}
	defer func() { mem.pages.give(w.page); mem.pages.give(w.pack) }()
	w.meta = pqmeta.Chunk{HasMeta: true, Type: o.el.Type, Path: o.path, Codec: c, NumValues: int64(s.entries)}
	w.meta.Stats = pqmeta.Stats{NullCount: int64(s.entries - s.values)}

	var d *dictionary
	var idx []uint32
	if useDict && s.values > 0 {
		switch o.enc.kind {
		case stringConv:
			d, idx = textDictionary(ctx, s.offs, s.data, s.values)
		case fixedConv:
			d, idx = fixedDictionary(ctx, s.fixed, s.values, o.enc.out)
		}
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	w.stats(s, d)
	if d != nil {
		w.meta.Encodings = []pqmeta.Encoding{pqmeta.Plain, pqmeta.RLE, pqmeta.RLEDictionary}
		if err := w.dictionaryPage(d); err != nil {
			return nil, err
		}
	} else {
		w.meta.Encodings = []pqmeta.Encoding{pqmeta.Plain, pqmeta.RLE}
	}
	w.meta.DataOffset = int64(len(w.dst))
	width := 0
	if d != nil {
		width = pqenc.Width(max(d.n-1, 0))
	}
	for lo, v := 0, 0; lo < s.entries; {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		most, text := w.perPage(d != nil, width)
		hi, next := s.cut(lo, v, most, text)
		if err := w.dataPage(s, lo, hi, v, next, idx, width); err != nil {
			return nil, err
		}
		lo, v = hi, next
	}
	w.meta.Compressed = int64(len(w.dst))
	return &encoded{bytes: w.dst, meta: w.meta, dict: w.dict}, nil
}

// perPage returns the number of values, or of bytes of text, of a page.
func (w *chunkWriter) perPage(dict bool, width int) (values int, text int64) {
	switch {
	case dict:
		return pageBytes * 8 / max(width, 1) / 4, math.MaxInt64 // smaller pages, as their values take more memory once decoded
	case w.enc.kind == stringConv:
		return pageBytes / 4, pageBytes
	case w.enc.kind == bitsConv:
		return pageBytes, math.MaxInt64
	}
	return max(pageBytes/max(w.enc.out, 1), 1), math.MaxInt64
}

// cut returns the end of the page that begins with entry lo and value v, and the first
// value after it. Pages begin with a row.
func (s *shredded) cut(lo, v, most int, text int64) (hi, next int) {
	if s.def == nil && text == math.MaxInt64 { // every entry is a row
		hi = min(lo+most, s.entries)
		if s.valid == nil {
			return hi, v + min(hi-lo, s.values-v)
		}
		if lo&7 == 0 {
			return hi, v + pqenc.CountOnes(s.valid[lo>>3:], hi-lo)
		}
	}
	for hi, next = lo, v; hi < s.entries; hi++ {
		newRow := s.rep == nil || s.rep[hi] == 0
		if newRow && hi > lo && (hi-lo >= most || text != math.MaxInt64 && s.offs[next]-s.offs[v] >= text) {
			break
		}
		if s.has(hi) {
			next++
		}
	}
	return hi, next
}

// has reports whether an entry is a value that is not null.
func (s *shredded) has(i int) bool {
	switch {
	case s.def != nil:
		return s.def[i] == s.top
	case s.valid != nil:
		return s.valid[i>>3]>>(i&7)&1 != 0
	}
	return s.values == s.entries
}

// dictionaryPage writes the dictionary as PLAIN.
func (w *chunkWriter) dictionaryPage(d *dictionary) error {
	w.page = w.page[:0]
	if w.enc.kind == stringConv {
		for i := range d.n {
			w.page = pqenc.AppendPlainString(w.page, d.data[d.offs[i]:d.offs[i+1]])
		}
	} else {
		w.page = append(w.page, d.fixed...)
	}
	w.dict = true
	return w.flush(pqmeta.Page{Type: pqmeta.DictionaryPage, NumValues: int32(d.n), Encoding: pqmeta.Plain}, w.page)
}

// dataPage writes entries lo to hi, with the values from to to.
func (w *chunkWriter) dataPage(s *shredded, lo, hi, from, to int, idx []uint32, width int) error {
	p := pqmeta.Page{Type: pqmeta.DataPage, NumValues: int32(hi - lo), Encoding: pqmeta.Plain, DefEncoding: pqmeta.RLE, RepEncoding: pqmeta.RLE}
	if w.enc.kind == fixedConv && idx == nil && w.maxDef == 0 {
		return w.flush(p, s.fixed[from*w.enc.out:to*w.enc.out])
	}
	w.page = w.page[:0]
	if w.maxRep > 0 {
		w.levels(func(b []byte) []byte { return pqenc.AppendHybrid(b, s.rep[lo:hi], pqenc.Width(w.maxRep)) })
	}
	if w.maxDef > 0 {
		w.levels(func(b []byte) []byte {
			switch {
			case s.def != nil:
				return pqenc.AppendHybrid(b, s.def[lo:hi], pqenc.Width(w.maxDef))
			case to-from == hi-lo:
				return pqenc.AppendRun(b, 1, hi-lo)
			case to == from:
				return pqenc.AppendRun(b, 0, hi-lo)
			}
			return pqenc.AppendBits(b, s.valid, lo, hi-lo)
		})
	}
	switch {
	case idx != nil:
		p.Encoding = pqmeta.RLEDictionary
		w.page = append(w.page, byte(width))
		w.page = pqenc.AppendHybrid(w.page, idx[from:to], width)
	case w.enc.kind == stringConv:
		for i := from; i < to; i++ {
			v := s.data[s.offs[i]:s.offs[i+1]]
			if len(v) > maxPage/2 {
				return unsupported("a value of %d bytes", len(v))
			}
			w.page = pqenc.AppendPlainString(w.page, v)
		}
	case w.enc.kind == bitsConv:
		w.page = pqenc.AppendPlainBits(w.page, s.fixed, from, to-from)
	case w.enc.kind == fixedConv:
		w.page = append(w.page, s.fixed[from*w.enc.out:to*w.enc.out]...)
	}
	return w.flush(p, w.page)
}

// levels appends levels after their length.
func (w *chunkWriter) levels(add func([]byte) []byte) {
	at := len(w.page)
	w.page = add(append(w.page, 0, 0, 0, 0))
	n := len(w.page) - at - 4
	w.page[at], w.page[at+1], w.page[at+2], w.page[at+3] = byte(n), byte(n>>8), byte(n>>16), byte(n>>24)
}

// flush compresses a page and writes it with its header.
func (w *chunkWriter) flush(p pqmeta.Page, page []byte) (err error) {
	if len(page) > maxPage {
		return unsupported("a row that takes %d bytes in one column", len(page))
	}
	body := page
	if w.codec != pqmeta.Uncompressed {
		if w.pack, err = codec.Compress(w.codec, w.pack[:0], page); err != nil {
			return err
		}
		body = w.pack
	}
	p.Uncompressed, p.Compressed = int32(len(page)), int32(len(body))
	p.CRC, p.HasCRC = crc32.ChecksumIEEE(body), true
	w.w.Reset()
	pqmeta.AppendPage(&w.w, &p)
	w.dst = append(append(w.dst, w.w.Bytes()...), body...)
	w.meta.Uncompressed += int64(len(w.w.Bytes()) + len(page))
	return nil
}
