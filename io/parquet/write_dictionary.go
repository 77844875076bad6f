package parquet

import (
	"context"
	"encoding/binary"
	"hash/maphash"
	"math/bits"
)

// Limits of dictionaries. Beyond them a column chunk is written plain: looking up
// values in a table that is larger than the cache takes longer than reading them.
const (
	maxDictBytes = 1 << 20
	// After this number of values, a dictionary with more than half as many entries
	// is abandoned: the other values would hardly repeat more often.
	dictTrial = 4096
)

// dictionary is a set of values in the order of their first appearance.
type dictionary struct {
	fixed []byte  // values of a fixed number of bytes
	offs  []int64 // byte strings
	data  []byte
	n     int
}

// table is a hash table from values to numbers, at most half full.
type table struct {
	slots []uint32 // number + 1, 0 for an empty slot
	shift int
}

func newTable() *table { return &table{slots: make([]uint32, 1<<10), shift: 64 - 10} }

// grow doubles the table. hash returns the hash of entry i.
func (t *table) grow(hash func(i int) uint64, n int) {
	t.slots = make([]uint32, 2*len(t.slots))
	t.shift--
	mask := len(t.slots) - 1
	for i := range n {
		at := int(hash(i) >> t.shift)
		for t.slots[at] != 0 {
			at = (at + 1) & mask
		}
		t.slots[at] = uint32(i) + 1
	}
}

// mix is a hash of a number. Its high bits are the best ones.
func mix(v uint64) uint64 {
	hi, lo := bits.Mul64(v^0x9e3779b97f4a7c15, 0xd6e8feb86659fd93)
	return (hi ^ lo) * 0x9e3779b97f4a7c15
}

// fixedDictionary numbers the n values of width bytes. It returns nil if a dictionary
// is not worthwhile, or if ctx has ended.
func fixedDictionary(ctx context.Context, b []byte, n, width int) (*dictionary, []uint32) {
	if width != 4 && width != 8 {
		return wideDictionary(ctx, b, n, width)
	}
	d := &dictionary{}
	idx := make([]uint32, min(n, dictTrial+1))
	t := newTable()
	mask := len(t.slots) - 1
	var vals []uint64
	for k := range n {
		if k%checkEvery == 0 && ctx.Err() != nil {
			return nil, nil
		}
		if k == len(idx) {
			idx = wholeIndex(idx, n)
		}
		v := fixedValue(b, k, width)
		at := int(mix(v) >> t.shift)
		for {
			s := t.slots[at]
			if s == 0 {
				if worthless(d.n, k) || (d.n+1)*width > maxDictBytes {
					return nil, nil
				}
				vals = append(vals, v)
				d.n++
				t.slots[at] = uint32(d.n)
				idx[k] = uint32(d.n - 1)
				if 2*d.n > len(t.slots) {
					t.grow(func(i int) uint64 { return mix(vals[i]) }, d.n)
					mask = len(t.slots) - 1
				}
				break
			}
			if vals[s-1] == v {
				idx[k] = s - 1
				break
			}
			at = (at + 1) & mask
		}
	}
	for _, v := range vals {
		d.fixed = appendFixed(d.fixed, v, width)
	}
	return d, idx
}

// fixedValue returns value k of 4 or 8 bytes.
func fixedValue(b []byte, k, width int) uint64 {
	if width == 8 {
		return binary.LittleEndian.Uint64(b[8*k:])
	}
	return uint64(binary.LittleEndian.Uint32(b[4*k:]))
}

// appendFixed appends a value of 4 or 8 bytes.
func appendFixed(b []byte, v uint64, width int) []byte {
	if width == 8 {
		return binary.LittleEndian.AppendUint64(b, v)
	}
	return binary.LittleEndian.AppendUint32(b, uint32(v))
}

// wholeIndex returns a slice of n numbers that begins with those of the trial.
func wholeIndex(trial []uint32, n int) []uint32 {
	idx := make([]uint32, n)
	copy(idx, trial)
	return idx
}

// worthless reports whether a dictionary of n entries for a number of values is not
// worthwhile.
func worthless(n, values int) bool { return values >= dictTrial && n > values/2 }

// wideDictionary is fixedDictionary for values of other widths.
func wideDictionary(ctx context.Context, b []byte, n, width int) (*dictionary, []uint32) {
	offs := make([]int64, n+1)
	for i := range offs {
		offs[i] = int64(i * width)
	}
	d, idx := textDictionary(ctx, offs, b, n)
	if d == nil {
		return nil, nil
	}
	d.fixed, d.data, d.offs = d.data, nil, nil
	return d, idx
}

// seed is for hashes. They do not affect the file, as the numbers follow from the order
// of the values alone.
var seed = maphash.MakeSeed()

// hashText hashes a byte string. Short strings, for which dictionaries are most useful,
// are hashed as one or two numbers.
func hashText(s []byte) uint64 {
	switch n := len(s); {
	case n > 16:
		return maphash.Bytes(seed, s)
	case n >= 8:
		return mix(binary.LittleEndian.Uint64(s) ^ mix(binary.LittleEndian.Uint64(s[n-8:])+uint64(n)))
	case n >= 4:
		return mix(uint64(binary.LittleEndian.Uint32(s)) | uint64(binary.LittleEndian.Uint32(s[n-4:]))<<32 + uint64(n))
	default:
		v := uint64(n) << 32
		for _, c := range s {
			v = v<<8 | uint64(c)
		}
		return mix(v)
	}
}

// textDictionary numbers n byte strings. It returns nil if a dictionary is not
// worthwhile, or if ctx has ended.
func textDictionary(ctx context.Context, offs []int64, data []byte, n int) (*dictionary, []uint32) {
	d := &dictionary{offs: []int64{0}}
	idx := make([]uint32, min(n, dictTrial+1))
	t := newTable()
	mask := len(t.slots) - 1
	for k := range n {
		if k%checkEvery == 0 && ctx.Err() != nil {
			return nil, nil
		}
		if k == len(idx) {
			idx = wholeIndex(idx, n)
		}
		v := data[offs[k]:offs[k+1]]
		at := int(hashText(v) >> t.shift)
		for {
			s := t.slots[at]
			if s == 0 {
				if worthless(d.n, k) || len(d.data)+4*d.n+len(v) > maxDictBytes {
					return nil, nil
				}
				d.data = append(d.data, v...)
				d.offs = append(d.offs, int64(len(d.data)))
				d.n++
				t.slots[at] = uint32(d.n)
				idx[k] = uint32(d.n - 1)
				if 2*d.n > len(t.slots) {
					t.grow(func(i int) uint64 { return hashText(d.data[d.offs[i]:d.offs[i+1]]) }, d.n)
					mask = len(t.slots) - 1
				}
				break
			}
			if e := d.data[d.offs[s-1]:d.offs[s]]; string(e) == string(v) {
				idx[k] = s - 1
				break
			}
			at = (at + 1) & mask
		}
	}
	return d, idx
}
