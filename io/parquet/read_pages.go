package parquet

import (
	"context"
	"encoding/binary"
	"hash/crc32"
	"io"

	"github.com/parframe/parframe/internal/codec"
	"github.com/parframe/parframe/internal/pqenc"
	"github.com/parframe/parframe/internal/pqmeta"
)

// page is a data page, decompressed, with its levels and values apart.
type page struct {
	entries int // levels: one for each value, null and empty list
	values  int // values that are not null
	enc     pqmeta.Encoding
	rep     []byte // levels in run-length encoding, nil if the leaf has none
	def     []byte
	oldRep  bool // the repetition levels are in the old bit-packed encoding
	oldDef  bool
	body    []byte
	idx     []uint32 // indices into the dictionary, once decoded
}

// columnChunk is a column chunk of a row group, read and decompressed.
type columnChunk struct {
	*leaf
	pages   []page
	dict    []byte // values of the dictionary page, PLAIN
	dictN   int    // number of the values; -1 if there is no dictionary
	budget  *budget
	charged int // bytes of the budget that the pages hold

	pool        *bufferPool // where these come from:
	data, arena []byte      // the bytes of the file, and decompressed
}

// release makes the memory of the pages available to other chunks. Nothing that was
// decoded points into it.
func (c *columnChunk) release() {
	c.budget.give(c.charged)
	c.charged = 0
	c.pool.give(c.data)
	c.pool.give(c.arena)
	c.data, c.arena, c.pages, c.dict = nil, nil, nil, nil
}

// rawPage is a page as it is in the file.
type rawPage struct {
	pqmeta.Page
	data []byte // compressed
}

// slack is the number of bytes that pages may extend beyond the end that the metadata
// states, as old versions of parquet-mr did not count the header of the dictionary
// page.
const slack = 1024

// readChunk reads, checks and decompresses all pages of a column chunk.
func readChunk(ctx context.Context, r io.ReaderAt, f *footer, meta *pqmeta.Chunk, l *leaf, b *budget, pool *bufferPool) (*columnChunk, error) {
	c := &columnChunk{leaf: l, dictN: -1, budget: b, pool: pool}
	if meta.NumValues == 0 {
		return c, nil
	}
	start := chunkStart(meta)
	n := int(min(meta.Compressed+slack, f.size-start))
	if err := c.take(n); err != nil {
		return nil, err
	}
	c.data = pool.sized(n)
	if err := readAt(r, c.data, start); err != nil {
		return nil, err
	}
	raws, size, err := splitPages(c.data, meta.NumValues, start)
	if err != nil {
		return nil, err
	}
	var arena []byte
	if meta.Codec != pqmeta.Uncompressed {
		if err := c.take(size); err != nil {
			return nil, err
		}
		c.arena = pool.sized(size)
		arena = c.arena
	}
	for i := range raws {
		if err := context.Cause(ctx); err != nil {
			return nil, err
		}
		p := &raws[i]
		body := p.data
		if meta.Codec != pqmeta.Uncompressed {
			body, arena = arena[:p.Uncompressed:p.Uncompressed], arena[p.Uncompressed:]
			if err := p.decompress(meta.Codec, body); err != nil {
				return nil, badData(err)
			}
		} else if int(p.Uncompressed) != len(p.data) {
			return nil, malformed("page of %d bytes says it has %d", len(p.data), p.Uncompressed)
		}
		if err := c.add(&p.Page, body); err != nil {
			return nil, err
		}
	}
	return c, nil
}

func (c *columnChunk) take(n int) error {
	if err := c.budget.take(n); err != nil {
		return err
	}
	c.charged += n
	return nil
}

// splitPages finds the pages in a column chunk that starts at offset off of the file,
// and returns the number of bytes that they decompress to.
func splitPages(data []byte, values, off int64) (pages []rawPage, size int, err error) {
	at, seen := 0, int64(0)
	for seen < values {
		if at == len(data) {
			return nil, 0, malformed("pages hold %d values where the metadata says %d", seen, values)
		}
		p, n, err := pqmeta.ParsePage(data[at:])
		if err != nil {
			return nil, 0, malformed("page header at byte %d: %w", off+int64(at), err)
		}
		bad := func(format string, args ...any) error {
			return malformed("page at byte %d: %w", off+int64(at), malformed(format, args...))
		}
		body := data[at+n:]
		levels := int64(p.DefBytes) + int64(p.RepBytes)
		switch {
		case p.Compressed < 0 || p.Uncompressed < 0 || p.NumValues < 0 || p.DefBytes < 0 || p.RepBytes < 0:
			return nil, 0, bad("negative or missing size")
		case p.Uncompressed > maxPage:
			return nil, 0, bad("%d bytes: %w", p.Uncompressed, errPage)
		case int(p.Compressed) > len(body):
			return nil, 0, bad("%d bytes run past the column chunk", p.Compressed)
		case p.Type == pqmeta.DataPageV2 && (levels > int64(p.Uncompressed) || levels > int64(p.Compressed)):
			return nil, 0, bad("levels of %d bytes", levels)
		case p.Type != pqmeta.IndexPage && !p.HasHeader:
			return nil, 0, bad("type %d without its header", p.Type)
		}
		body = body[:p.Compressed]
		if p.HasCRC && p.CRC != crc32.ChecksumIEEE(body) {
			return nil, 0, bad("the checksum does not match")
		}
		at += n + int(p.Compressed)
		if p.Type == pqmeta.IndexPage {
			continue
		}
		if p.Type != pqmeta.DictionaryPage {
			seen += int64(p.NumValues)
		}
		size += int(p.Uncompressed)
		pages = append(pages, rawPage{p, body})
	}
	if seen != values {
		return nil, 0, malformed("pages hold %d values where the metadata says %d", seen, values)
	}
	return pages, size, nil
}

// decompress fills dst with the page. The levels of version 2 are not compressed.
func (p *rawPage) decompress(c pqmeta.Codec, dst []byte) error {
	if p.Type == pqmeta.DataPageV2 {
		levels := p.DefBytes + p.RepBytes
		copy(dst, p.data[:levels])
		if !p.Compressed2 {
			c = pqmeta.Uncompressed
		}
		if len(dst) == int(levels) { // no values, and maybe nothing compressed
			return nil
		}
		return codec.Decompress(c, dst[levels:], p.data[levels:])
	}
	return codec.Decompress(c, dst, p.data)
}

// add splits a decompressed page into levels and values, and adds it to the chunk.
func (c *columnChunk) add(h *pqmeta.Page, b []byte) error {
	switch h.Type {
	case pqmeta.DictionaryPage:
		if h.Encoding != pqmeta.Plain && h.Encoding != pqmeta.PlainDictionary {
			return unsupported("dictionary in %v", h.Encoding)
		}
		if c.dictN >= 0 || len(c.pages) > 0 {
			return malformed("a dictionary that does not come first")
		}
		c.dict, c.dictN = b, int(h.NumValues)
		return nil
	case pqmeta.DataPageV2:
		p := page{entries: int(h.NumValues), enc: h.Encoding}
		p.rep, b = b[:h.RepBytes], b[h.RepBytes:]
		p.def, p.body = b[:h.DefBytes], b[h.DefBytes:]
		c.pages = append(c.pages, p)
		return nil
	case pqmeta.DataPage:
		p := page{entries: int(h.NumValues), enc: h.Encoding}
		p.oldRep, p.oldDef = h.RepEncoding == pqmeta.BitPacked, h.DefEncoding == pqmeta.BitPacked
		var err error
		if c.maxRep > 0 {
			if p.rep, b, err = cutLevels(b, h.RepEncoding, p.entries, c.maxRep); err != nil {
				return err
			}
		}
		if c.maxDef > 0 {
			if p.def, b, err = cutLevels(b, h.DefEncoding, p.entries, c.maxDef); err != nil {
				return err
			}
		}
		p.body = b
		c.pages = append(c.pages, p)
		return nil
	}
	return malformed("page of type %d", h.Type)
}

// cutLevels cuts the levels off the front of a page of version 1.
func cutLevels(b []byte, enc pqmeta.Encoding, n, maxLevel int) (levels, rest []byte, err error) {
	size := 0
	switch enc {
	case pqmeta.RLE:
		if len(b) < 4 {
			return nil, nil, malformed("page of %d bytes without levels", len(b))
		}
		k := binary.LittleEndian.Uint32(b)
		b = b[4:]
		if uint64(k) > uint64(len(b)) {
			return nil, nil, malformed("levels of %d bytes in a page with %d", k, len(b))
		}
		size = int(k)
	case pqmeta.BitPacked:
		size = (n*pqenc.Width(maxLevel) + 7) / 8
		if size > len(b) {
			return nil, nil, malformed("levels of %d bytes in a page with %d", size, len(b))
		}
	default:
		return nil, nil, unsupported("levels in %v", enc)
	}
	return b[:size], b[size:], nil
}
