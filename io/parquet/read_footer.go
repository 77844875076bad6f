package parquet

import (
	"context"
	"encoding/binary"
	"io"

	"github.com/parframe/parframe/internal/engine"
	"github.com/parframe/parframe/internal/pqmeta"
)

// footer is the metadata of a file, checked as far as possible without the data.
type footer struct {
	*pqmeta.File
	size int64 // of the file
}

const (
	magic          = "PAR1"
	magicEncrypted = "PARE"
)

// readFooter reads and checks the metadata at the end of r.
func readFooter(ctx context.Context, r io.ReaderAt, size int64) (*footer, error) {
	if size == 0 {
		return nil, malformed("the file is empty")
	}
	if size < 12 {
		return nil, malformed("%d bytes are too few", size)
	}
	var head [4]byte
	var tail [8]byte
	if err := readAt(r, head[:], 0); err != nil {
		return nil, err
	}
	if err := readAt(r, tail[:], size-8); err != nil {
		return nil, err
	}
	switch {
	case string(tail[4:]) == magicEncrypted:
		return nil, unsupported("encrypted file")
	case string(tail[4:]) != magic && string(head[:]) == magic:
		return nil, malformed("no %s at the end: the file is cut short", magic)
	case string(tail[4:]) != magic || string(head[:]) != magic:
		return nil, malformed("no %s at both ends", magic)
	}
	n := int64(binary.LittleEndian.Uint32(tail[:]))
	if n > size-12 {
		return nil, malformed("footer of %d bytes in a file of %d", n, size)
	}
	b := make([]byte, n)
	if err := readAt(r, b, size-8-n); err != nil {
		return nil, err
	}
	meta, err := pqmeta.ParseFile(b, func() error { return context.Cause(ctx) })
	if err != nil {
		return nil, malformed("footer: %w", err)
	}
	if meta.Encrypted {
		return nil, unsupported("encrypted file")
	}
	return &footer{File: meta, size: size}, nil
}

// readAt fills b. If the file ends before, it is malformed, as all offsets were
// checked against its size.
func readAt(r io.ReaderAt, b []byte, off int64) error {
	n, err := r.ReadAt(b, off)
	if n == len(b) {
		return nil
	}
	if engine.Is(err, io.EOF) || err == nil {
		return malformed("the file ends at byte %d, where %d were expected", off+int64(n), off+int64(len(b)))
	}
	return err
}

// check checks the row groups against the schema and the size of the file. It skips
// columns that are not read.
func (f *footer) check(ctx context.Context, leaves []*leaf) error {
	if f.NumRows < 0 {
		return malformed("%d rows", f.NumRows)
	}
	sum := int64(0)
	for g := range f.RowGroups {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		rg := &f.RowGroups[g]
		if rg.NumRows < 0 || rg.NumRows > 1<<48 {
			return withPlace(malformed("%d rows", rg.NumRows), g, "")
		}
		if sum += rg.NumRows; sum > 1<<48 {
			return malformed("more than %d rows", int64(1<<48))
		}
		if len(rg.Columns) != len(leaves) {
			return withPlace(malformed("%d columns where the schema has %d", len(rg.Columns), len(leaves)), g, "")
		}
		for i := range rg.Columns {
			if leaves[i].skip {
				continue
			}
			if err := f.checkChunk(rg, &rg.Columns[i], leaves[i]); err != nil {
				return withPlace(err, g, leaves[i].path)
			}
		}
	}
	// Early versions of parquet-mr wrote 0 for the file.
	if sum != f.NumRows && f.NumRows != 0 {
		return malformed("row groups hold %d rows, the footer says %d", sum, f.NumRows)
	}
	return nil
}

func (f *footer) checkChunk(rg *pqmeta.RowGroup, c *pqmeta.Chunk, l *leaf) error {
	switch {
	case c.Encrypted:
		return unsupported("encrypted column")
	case !c.HasMeta:
		return malformed("no metadata")
	case c.FilePath != "":
		return unsupported("data in another file, %q", c.FilePath)
	case c.Type != l.el.Type:
		return malformed("type %v where the schema says %v", c.Type, l.el.Type)
	case c.NumValues < 0 || c.NumValues > 1<<40:
		return malformed("%d values", c.NumValues)
	case l.maxRep == 0 && c.NumValues != rg.NumRows:
		return malformed("%d values for %d rows", c.NumValues, rg.NumRows)
	case l.maxRep > 0 && c.NumValues < rg.NumRows:
		return malformed("%d values for %d rows", c.NumValues, rg.NumRows)
	}
	if c.NumValues == 0 {
		return nil // the offsets have no meaning
	}
	start := chunkStart(c)
	if start < 4 || c.Compressed < 0 || start > f.size || c.Compressed > f.size-start {
		return malformed("bytes %d to %d of a file of %d", start, start+c.Compressed, f.size)
	}
	return nil
}

// chunkStart returns the offset of the first page. Without a dictionary, some writers
// write 0 as its offset, others an offset after the data.
func chunkStart(c *pqmeta.Chunk) int64 {
	if c.DictOffset > 0 && c.DictOffset < c.DataOffset {
		return c.DictOffset
	}
	return c.DataOffset
}

// rows returns the number of rows of all row groups.
func (f *footer) rows() (n int64) {
	for i := range f.RowGroups {
		n += f.RowGroups[i].NumRows
	}
	return n
}
