package keys

import (
	"context"
	"math/bits"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/zeebo/xxh3"

	"github.com/parframe/parframe/internal/chunk"
)

// hashText returns a hash of a text: XXH3, whose seed is 0 where the hash must be the same
// in every process.
func hashText(b []byte, seed uint64) uint64 { return xxh3.HashSeed(b, seed) }

// hashWord returns a hash of a word, as the finalizer of MurmurHash3 does.
func hashWord(w uint64) uint64 {
	w ^= w >> 33
	w *= 0xff51afd7ed558ccd
	w ^= w >> 33
	w *= 0xc4ceb9fe1a85ec53
	return w ^ w>>33
}

// hashOfNull is the hash of null, which is like no other value's but by chance.
const hashOfNull = 0x9ae16a3b2f90404f

// Hash returns a hash for the key of each row that the columns make together. Rows with
// equal keys have equal hashes, in every process and on every machine: rows can be
// distributed by it, and spilled to files that another process reads. Columns of different
// types whose keys can be compared, see [Fit], have the same hashes for equal keys.
func Hash(w Workers, cols []chunk.Column) ([]uint64, error) {
	var sources []*Source
	for _, c := range cols {
		s, err := NewSource(c)
		if err != nil {
			return nil, err
		}
		sources = append(sources, s)
	}
	if len(cols) == 0 {
		return nil, nil
	}
	out := make([]uint64, cols[0].Len)
	dicts := make([]map[*chunk.Chunk][]uint64, len(sources))
	for k, s := range sources {
		var err error
		if dicts[k], err = hashDicts(w, s); err != nil {
			return nil, err
		}
	}
	return out, w.Ranges(len(out), func(ctx context.Context, lo, hi int) error {
		for k, s := range sources {
			err := chunk.Blocks(ctx, lo, hi, func(lo, hi int) { s.hash(out[lo:hi], lo, hi, dicts[k], k > 0) })
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// hashDicts returns the hashes of the values of the dictionaries.
func hashDicts(w Workers, s *Source) (map[*chunk.Chunk][]uint64, error) {
	if s.shape != shapeDict {
		return nil, nil
	}
	out := map[*chunk.Chunk][]uint64{}
	for _, c := range s.chunks {
		if d := c.Dict; out[d] == nil && d.Len > 0 {
			hashes, err := Hash(w, []chunk.Column{{Field: arrow.Field{Type: d.Type}, Chunks: []*chunk.Chunk{d}, Len: d.Len}})
			if err != nil {
				return nil, err
			}
			out[d] = hashes
		}
	}
	return out, nil
}

// hash stores the hashes of rows lo..hi, or joins them to the ones that are there.
func (s *Source) hash(dst []uint64, lo, hi int, dicts map[*chunk.Chunk][]uint64, join bool) {
	if s.shape == shapeNull {
		for j := range dst {
			putHash(dst, j, hashOfNull, join)
		}
		return
	}
	k := chunk.FindStart(s.starts, lo)
	for row := lo; row < hi; k++ {
		i := row - s.starts[k]
		n := min(hi-row, s.chunks[k].Len-i)
		hash := s.hasher(k, dicts)
		c, valid := s.chunks[k], s.valid[k]
		for j := range n {
			h := uint64(hashOfNull)
			if valid == nil || chunk.Bit(valid, c.Off+i+j) {
				h = hash(i + j)
			}
			putHash(dst, row-lo+j, h, join)
		}
		row += n
	}
}

// putHash stores a hash, or joins it to the one of the columns before.
func putHash(dst []uint64, j int, h uint64, join bool) {
	if join {
		h ^= bits.RotateLeft64(dst[j]*golden, 23)
	}
	dst[j] = h
}

// hasher returns the hash of a row of chunk k that is not null.
func (s *Source) hasher(k int, dicts map[*chunk.Chunk][]uint64) func(i int) uint64 {
	c := s.chunks[k]
	l, width := chunk.LayoutOf(s.typ)
	switch s.shape {
	case shapeDict:
		code, hashes := chunk.Codes(c), dicts[c.Dict]
		return func(i int) uint64 {
			if x := code(i); x >= 0 && x < len(hashes) {
				return hashes[x]
			}
			return hashOfNull
		}
	case shapeWord:
		var word [1]uint64
		return func(i int) uint64 {
			loadWords(word[:], s.typ, c, i)
			return hashWord(word[0])
		}
	}
	if l == chunk.LayoutFixed {
		return func(i int) uint64 { return hashText(c.Bufs[1][(c.Off+i)*width:][:width], 0) }
	}
	return func(i int) uint64 { return hashText(c.RowBytes(l, i), 0) }
}
