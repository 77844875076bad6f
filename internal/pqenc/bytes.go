package pqenc

import "encoding/binary"

// Strings collects byte strings: the i-th is Data[Offs[i]:Offs[i+1]]. Offs begins
// with one entry.
type Strings[O int32 | int64] struct {
	Offs []O
	Data []byte
}

// PlainSize returns the number of bytes of n PLAIN byte strings, without their
// lengths, after a check that all are there.
func PlainSize(n int, b []byte) (int, error) {
	size := 0
	for range n {
		if len(b) < 4 {
			return 0, corrupt("strings end too early")
		}
		k := binary.LittleEndian.Uint32(b)
		if uint64(k) > uint64(len(b)-4) {
			return 0, corrupt("string of %d bytes where %d are left", k, len(b)-4)
		}
		size += int(k)
		b = b[4+k:]
	}
	return size, nil
}

// AppendPlain appends n PLAIN byte strings, which [PlainSize] has checked.
func (s *Strings[O]) AppendPlain(n int, b []byte) {
	data, offs := s.Data, s.Offs
	for range n {
		k := binary.LittleEndian.Uint32(b)
		data = append(data, b[4:4+k]...)
		offs = append(offs, O(len(data)))
		b = b[4+k:]
	}
	s.Data, s.Offs = data, offs
}

// Dict is a dictionary of byte strings.
type Dict struct {
	Offs []int32
	Data []byte
}

// NewDict decodes a dictionary page of n PLAIN byte strings.
func NewDict(n int, b []byte) (*Dict, error) {
	size, err := PlainSize(n, b)
	if err != nil {
		return nil, err
	}
	s := Strings[int32]{Offs: make([]int32, 1, n+1), Data: make([]byte, 0, size+word)}
	s.AppendPlain(n, b)
	return &Dict{s.Offs, s.Data}, nil
}

// Len returns the number of entries.
func (d *Dict) Len() int { return len(d.Offs) - 1 }

// Size returns the number of bytes of the strings that idx selects, after a check
// that every index is in the dictionary.
func (d *Dict) Size(idx []uint32) (int, error) {
	size := 0
	for _, i := range idx {
		if int64(i) >= int64(len(d.Offs)-1) {
			return 0, corrupt("index %d in a dictionary of %d", i, d.Len())
		}
		size += int(d.Offs[i+1] - d.Offs[i])
	}
	return size, nil
}

// AppendDict appends the strings that idx selects, which [Dict.Size] has
// checked.
func (s *Strings[O]) AppendDict(d *Dict, idx []uint32) {
	data, offs := s.Data, s.Offs
	for _, i := range idx {
		v, n := d.Data[d.Offs[i]:d.Offs[i+1]], len(data)
		if len(v) <= word && cap(v) >= word && cap(data)-n >= word {
			// One move of fixed length, beyond the end of the string: the next
			// string overwrites the surplus.
			*(*[word]byte)(data[n : n+word]) = *(*[word]byte)(v[:word])
			data = data[:n+len(v)]
		} else {
			data = append(data, v...)
		}
		offs = append(offs, O(len(data)))
	}
	s.Data, s.Offs = data, offs
}

// word is the number of bytes that are moved at once, more than most strings in
// dictionaries have.
const word = 16

// A Slices holds decoded byte strings of the two delta encodings, which share
// their bytes with the page or with each other.
type Slices struct {
	lens []int64
	pre  []int64 // bytes shared with the string before; nil for DELTA_LENGTH
	b    []byte
	Size int // of all strings
}

// DeltaLength decodes DELTA_LENGTH_BYTE_ARRAY.
func DeltaLength(n int, b []byte) (*Slices, error) {
	lens, rest, err := lengths(n, b, len(b))
	if err != nil {
		return nil, err
	}
	s := &Slices{lens: lens, b: rest}
	for _, k := range lens {
		s.Size += int(k)
	}
	if s.Size > len(rest) {
		return nil, corrupt("strings of %d bytes where %d are left", s.Size, len(rest))
	}
	return s, nil
}

// DeltaBytes decodes DELTA_BYTE_ARRAY. Its strings can be far longer than the
// page: check Size before allocating memory for them.
func DeltaBytes(n int, b []byte) (*Slices, error) {
	pre := make([]int64, n)
	rest, err := Delta(pre, b)
	if err != nil {
		return nil, err
	}
	s, err := DeltaLength(n, rest)
	if err != nil {
		return nil, err
	}
	s.pre = pre
	s.Size = 0
	last := int64(0)
	for i, p := range pre {
		if p < 0 || p > last {
			return nil, corrupt("string shares %d bytes with one of %d", p, last)
		}
		last = p + s.lens[i]
		s.Size += int(last)
		if s.Size < 0 || s.Size > 1<<46 {
			return nil, corrupt("strings without end")
		}
	}
	return s, nil
}

// AppendSlices appends decoded strings.
func (s *Strings[O]) AppendSlices(v *Slices) {
	b, last := v.b, len(s.Data)
	for i, k := range v.lens {
		start := len(s.Data)
		if v.pre != nil {
			s.Data = append(s.Data, s.Data[last:last+int(v.pre[i])]...)
		}
		s.Data = append(s.Data, b[:k]...)
		s.Offs = append(s.Offs, O(len(s.Data)))
		b, last = b[k:], start
	}
}
