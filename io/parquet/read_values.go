package parquet

import (
	"context"
	"encoding/binary"
	"math"

	"github.com/parframe/parframe/internal/pqenc"
	"github.com/parframe/parframe/internal/pqmeta"
)

// column is a decoded column chunk: levels, and the values without gaps for
// nulls.
type column struct {
	*leaf
	entries int
	values  int
	rows    int

	// Levels of every entry, nil if the leaf has none above 0. A leaf outside of
	// lists and structs that is nullable has valid instead of def.
	def, rep []uint8
	valid    []byte

	fixed []byte // values of l.conv.out bytes, in memory for all entries; or bits
	offs  []int64
	small []int32 // the offsets, if all bytes together are below 2 GiB
	data  []byte
}

// flat reports whether every entry is a row.
func (l *leaf) flat() bool { return l.maxRep == 0 && l.maxDef <= 1 }

// checkEvery is the number of values that are handled between two checks of the
// context.
const checkEvery = 1 << 13

// decode returns the column of a chunk. It checks the context before every page.
func (c *columnChunk) decode(ctx context.Context) (*column, error) {
	out := &column{leaf: c.leaf}
	for i := range c.pages {
		out.entries += c.pages[i].entries
	}
	if err := c.levels(ctx, out); err != nil {
		return nil, err
	}
	for i := range c.pages {
		out.values += c.pages[i].values
	}
	switch c.conv.kind {
	case nullConv:
		if out.values > 0 {
			return nil, malformed("%d values in a column of nothing but nulls", out.values)
		}
		return out, nil
	case bitsConv:
		return out, c.bits(ctx, out)
	case stringConv, decimalConv:
		return out, c.strings(ctx, out)
	}
	return out, c.fixedWidth(ctx, out)
}

// levels decodes the levels of all pages, and counts rows and values.
func (c *columnChunk) levels(ctx context.Context, out *column) error {
	if c.maxDef == 0 { // required from the root on
		out.rows = out.entries
		for i := range c.pages {
			c.pages[i].values = c.pages[i].entries
		}
		return nil
	}
	if err := c.makeLevels(out); err != nil {
		return err
	}
	entry := 0
	for i := range c.pages {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		p := &c.pages[i]
		if err := c.pageLevels(out, p, entry); err != nil {
			return err
		}
		entry += p.entries
	}
	return out.countRows()
}

// makeLevels allocates memory for the levels of all entries.
func (c *columnChunk) makeLevels(out *column) (err error) {
	if c.flat() {
		out.valid, err = c.budget.bytes((out.entries + 7) / 8)
		return err
	}
	n := out.entries
	if c.maxRep > 0 {
		n *= 2
	}
	if err := c.budget.take(n); err != nil {
		return err
	}
	out.def = make([]uint8, out.entries)
	if c.maxRep > 0 {
		out.rep = make([]uint8, out.entries)
	}
	return nil
}

// pageLevels decodes the levels of a page, which begins with the given entry of
// the column, and counts the page's values.
func (c *columnChunk) pageLevels(out *column, p *page, entry int) error {
	flat := c.flat()
	if flat && !p.oldDef {
		ones, err := pqenc.NewHybrid(p.def, 1).ReadBits(out.valid, entry, p.entries)
		if err != nil {
			return badData(err)
		}
		p.values = ones
		return nil
	}
	var def []uint8
	if flat {
		def = make([]uint8, p.entries)
	} else {
		def = out.def[entry : entry+p.entries]
	}
	if err := readLevels(def, p.def, p.oldDef, c.maxDef); err != nil {
		return err
	}
	for k, d := range def {
		if int(d) == c.maxDef {
			p.values++
			if flat {
				out.valid[(entry+k)>>3] |= 1 << ((entry + k) & 7)
			}
		}
	}
	if c.maxRep == 0 {
		return nil
	}
	return readLevels(out.rep[entry:entry+p.entries], p.rep, p.oldRep, c.maxRep)
}

// countRows counts the entries that begin a row.
func (c *column) countRows() error {
	if c.maxRep == 0 {
		c.rows = c.entries
		return nil
	}
	for _, r := range c.rep {
		if r == 0 {
			c.rows++
		}
	}
	if c.entries > 0 && c.rep[0] != 0 {
		return malformed("the first value continues a row")
	}
	return nil
}

func readLevels(dst []uint8, b []byte, old bool, maxLevel int) error {
	width := pqenc.Width(maxLevel)
	var err error
	if old {
		_, err = pqenc.BitPacked(dst, b, width)
	} else {
		err = pqenc.NewHybrid(b, width).ReadLevels(dst)
	}
	if err != nil {
		return badData(err)
	}
	for _, d := range dst {
		if int(d) > maxLevel {
			return malformed("level %d above %d", d, maxLevel)
		}
	}
	return nil
}

// indices decodes a page's dictionary indices.
func (c *columnChunk) indices(p *page) ([]uint32, error) {
	if p.values == 0 { // a column of nulls needs no dictionary
		return nil, nil
	}
	if c.dictN < 0 {
		return nil, malformed("values in a dictionary that is not there")
	}
	if len(p.body) == 0 || p.body[0] > 32 {
		return nil, malformed("dictionary indices without a sound width")
	}
	if err := c.take(4 * p.values); err != nil {
		return nil, err
	}
	idx := make([]uint32, p.values)
	if err := pqenc.NewHybrid(p.body[1:], int(p.body[0])).Read(idx); err != nil {
		return nil, badData(err)
	}
	return idx, nil
}

func (c *columnChunk) badEncoding(p *page) error {
	return unsupported("%v values in %v", c.el.Type, p.enc)
}

// fixedWidth decodes values of a fixed number of bytes.
func (c *columnChunk) fixedWidth(ctx context.Context, out *column) (err error) {
	in, width := c.conv.in, c.conv.out
	if out.entries > math.MaxInt/max(width, 1) || c.dictN > maxPage || in*max(c.dictN, 0) > len(c.dict) {
		return malformed("dictionary of %d values in %d bytes", c.dictN, len(c.dict))
	}
	if out.fixed, err = c.budget.bytes(out.entries * width); err != nil {
		return err
	}
	at := 0
	for i := range c.pages {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		p := &c.pages[i]
		if p.values == 0 {
			continue
		}
		dst := out.fixed[at*width : (at+p.values)*width]
		if c.conv.fn == nil {
			err = c.fixedPage(dst, p)
		} else {
			var tmp []byte
			if tmp, err = c.budget.bytes(p.values * in); err == nil {
				if err = c.fixedPage(tmp, p); err == nil {
					err = c.conv.fn(dst, tmp, p.values)
				}
				c.budget.give(len(tmp))
			}
		}
		if err != nil {
			return badData(err)
		}
		at += p.values
	}
	return nil
}

// fixedPage decodes the values of a page.
func (c *columnChunk) fixedPage(dst []byte, p *page) error {
	in, n := c.conv.in, p.values
	switch {
	case p.enc == pqmeta.Plain:
		return pqenc.PlainFixed(dst, n, in, p.body)
	case p.enc == pqmeta.RLEDictionary || p.enc == pqmeta.PlainDictionary:
		idx, err := c.indices(p)
		if err != nil {
			return err
		}
		if err := pqenc.CheckIndexes(idx, c.dictN); err != nil {
			return err
		}
		pqenc.GatherFixed(dst, c.dict, idx, in)
		return nil
	case p.enc == pqmeta.ByteStreamSplit && c.el.Type != pqmeta.Int96:
		return pqenc.SplitStreams(dst, n, in, p.body)
	case p.enc == pqmeta.DeltaBinaryPacked && (c.el.Type == pqmeta.Int32 || c.el.Type == pqmeta.Int64):
		if err := c.take(8 * n); err != nil {
			return err
		}
		return pqenc.DeltaFixed(dst, n, in, p.body)
	case p.enc == pqmeta.DeltaByteArray && c.el.Type == pqmeta.FixedLenByteArray:
		s, err := c.slices(p)
		if err != nil {
			return err
		}
		v := pqenc.Strings[int64]{Offs: []int64{0}, Data: dst[:0]}
		if s.Size != n*in {
			return malformed("%d values of %d bytes take %d", n, in, s.Size)
		}
		v.AppendSlices(s)
		for i, end := range v.Offs {
			if end != int64(i*in) {
				return malformed("a value that does not have %d bytes", in)
			}
		}
		return nil
	}
	return c.badEncoding(p)
}

// bits decodes booleans.
func (c *columnChunk) bits(ctx context.Context, out *column) (err error) {
	if out.fixed, err = c.budget.bytes((out.entries + 7) / 8); err != nil {
		return err
	}
	at := 0
	for i := range c.pages {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		p := &c.pages[i]
		switch p.enc {
		case pqmeta.Plain:
			err = pqenc.PlainBits(out.fixed, at, p.values, p.body)
		case pqmeta.RLE:
			if p.values == 0 {
				break
			}
			if len(p.body) < 4 || uint64(binary.LittleEndian.Uint32(p.body)) > uint64(len(p.body)-4) {
				return malformed("booleans end too early")
			}
			_, err = pqenc.NewHybrid(p.body[4:4+binary.LittleEndian.Uint32(p.body)], 1).ReadBits(out.fixed, at, p.values)
		default:
			err = c.badEncoding(p)
		}
		if err != nil {
			return badData(err)
		}
		at += p.values
	}
	return nil
}
