package pqenc

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// encodeDelta is DELTA_BINARY_PACKED written as the format tells it, one bit
// after the other.
func encodeDelta(v []int64, blockSize, minis int) []byte {
	zigzag := func(b []byte, x int64) []byte { return binary.AppendUvarint(b, uint64(x<<1)^uint64(x>>63)) }
	b := binary.AppendUvarint(nil, uint64(blockSize))
	b = binary.AppendUvarint(b, uint64(minis))
	b = binary.AppendUvarint(b, uint64(len(v)))
	if len(v) == 0 {
		return zigzag(b, 0)
	}
	b = zigzag(b, v[0])
	per := blockSize / minis
	for at := 1; at < len(v); at += blockSize {
		block := v[at:min(at+blockSize, len(v))]
		deltas := make([]int64, blockSize)
		least := int64(math.MaxInt64)
		for i := range block {
			deltas[i] = block[i] - v[at+i-1]
			least = min(least, deltas[i])
		}
		b = zigzag(b, least)
		var widths []byte
		var body []byte
		for m := range minis {
			w := 0
			for i := m * per; i < (m+1)*per && i < len(block); i++ {
				w = max(w, 64-leadingZeros(uint64(deltas[i]-least)))
			}
			widths = append(widths, byte(w))
			if m*per >= len(block) {
				continue // unused parts have no bytes
			}
			bits := make([]byte, per*w/8)
			for i := range per {
				if m*per+i >= len(block) {
					break
				}
				x := uint64(deltas[m*per+i] - least)
				for k := range w {
					bits[(i*w+k)/8] |= byte(x>>k&1) << ((i*w + k) % 8)
				}
			}
			body = append(body, bits...)
		}
		b = append(append(b, widths...), body...)
	}
	return b
}

func leadingZeros(x uint64) int {
	n := 64
	for ; x != 0; x >>= 1 {
		n--
	}
	return n
}

func TestDeltaRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.SampledFrom(sizes).Draw(t, "n")
		bound := rapid.SampledFrom([]int64{0, 1, 1000, 1 << 40, math.MaxInt64}).Draw(t, "bound")
		v := rapid.SliceOfN(rapid.Int64Range(-bound, bound), n, n).Draw(t, "v")
		block := rapid.SampledFrom([][2]int{{128, 4}, {128, 1}, {256, 8}}).Draw(t, "block")
		b := encodeDelta(v, block[0], block[1])
		got := make([]int64, n)
		rest, err := Delta(got, append(b, 1, 2, 3))
		if err != nil || !slices.Equal(v, got) || !bytes.Equal(rest, []byte{1, 2, 3}) {
			t.Fatalf("%v, rest %v\n%v\n%v", err, rest, v, got)
		}
		if _, err := Delta(make([]int64, n+1), b); !errors.Is(err, ErrCorrupt) {
			t.Fatal("another number of values was accepted")
		}
	})
}

func plain(v []string) (b []byte) {
	for _, s := range v {
		b = AppendPlainString(b, []byte(s))
	}
	return b
}

func (s *Strings[O]) all() []string {
	var out []string
	for i := range len(s.Offs) - 1 {
		out = append(out, string(s.Data[s.Offs[i]:s.Offs[i+1]]))
	}
	return out
}

func TestStrings(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.SliceOfN(rapid.StringN(-1, 20, -1), 1, 300).Draw(t, "v")
		var want []string
		s := Strings[int32]{Offs: []int32{0}}

		b := plain(v)
		n, err := PlainSize(len(v), b)
		if err != nil {
			t.Fatal(err)
		}
		s.AppendPlain(len(v), b)
		want = append(want, v...)
		if n != len(s.Data) {
			t.Fatalf("PlainSize says %d, data has %d bytes", n, len(s.Data))
		}

		d, err := NewDict(len(v), b)
		if err != nil {
			t.Fatal(err)
		}
		idx := []uint32{0, uint32(len(v) - 1), 0, 0}
		n, err = d.Size(idx)
		if err != nil {
			t.Fatal(err)
		}
		before := len(s.Data)
		s.AppendDict(d, idx)
		for _, i := range idx {
			want = append(want, v[i])
		}
		if n != len(s.Data)-before {
			t.Fatalf("Dict.Size says %d, data has %d bytes", n, len(s.Data)-before)
		}
		if _, err := d.Size([]uint32{uint32(len(v))}); !errors.Is(err, ErrCorrupt) {
			t.Fatal("an index past the dictionary was accepted")
		}

		var lens, pre, suf []int64
		var data, tails []byte
		last := ""
		for _, x := range v {
			lens, data = append(lens, int64(len(x))), append(data, x...)
			p := 0
			for p < len(x) && p < len(last) && x[p] == last[p] {
				p++
			}
			pre, suf, tails = append(pre, int64(p)), append(suf, int64(len(x)-p)), append(tails, x[p:]...)
			last = x
		}
		dl, err := DeltaLength(len(v), append(encodeDelta(lens, 128, 4), data...))
		if err != nil || dl.Size != len(data) {
			t.Fatal(err)
		}
		s.AppendSlices(dl)
		db, err := DeltaBytes(len(v), append(append(encodeDelta(pre, 128, 4), encodeDelta(suf, 128, 4)...), tails...))
		if err != nil || db.Size != len(data) {
			t.Fatal(err)
		}
		s.AppendSlices(db)
		want = append(append(want, v...), v...)
		if !slices.Equal(want, s.all()) {
			t.Fatalf("want %q\ngot %q", want, s.all())
		}
	})
}

func TestStringsDamage(t *testing.T) {
	for name, err := range map[string]error{
		"plain cut":       second(PlainSize(2, plain([]string{"abc"}))),
		"plain too long":  second(PlainSize(1, []byte{255, 255, 255, 255, 1})),
		"dictionary cut":  second(NewDict(3, plain([]string{"a"}))),
		"lengths cut":     second(DeltaLength(3, []byte{128})),
		"length negative": second(DeltaLength(2, encodeDelta([]int64{1, -1}, 128, 4))),
		"length too long": second(DeltaLength(1, encodeDelta([]int64{1 << 40}, 128, 4))),
		"prefix too long": second(DeltaBytes(1, append(encodeDelta([]int64{1}, 128, 4), encodeDelta([]int64{0}, 128, 4)...))),
		"bits":            PlainBits(make([]byte, 2), 0, 9, []byte{1}),
		"fixed":           PlainFixed(make([]byte, 80), 10, 8, make([]byte, 79)),
		"split":           SplitStreams(make([]byte, 80), 10, 8, make([]byte, 79)),
		"index":           CheckIndexes([]uint32{1, 2, 3}, 3),
	} {
		if !errors.Is(err, ErrCorrupt) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

// A page of a hundred bytes can hold DELTA_BYTE_ARRAY strings of gigabytes;
// the size is known before anything is made.
func TestDeltaBytesBomb(t *testing.T) {
	n := 20_000
	pre, suf := make([]int64, n), make([]int64, n)
	suf[0] = 50_000
	for i := 1; i < n; i++ {
		pre[i] = 50_000
	}
	b := append(append(encodeDelta(pre, 128, 4), encodeDelta(suf, 128, 4)...), make([]byte, 50_000)...)
	s, err := DeltaBytes(n, b)
	if err != nil || s.Size != n*50_000 {
		t.Errorf("%v", err)
	}
}

func TestFixedWidths(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		width := rapid.SampledFrom([]int{1, 2, 4, 8, 12, 16}).Draw(t, "width")
		n := rapid.SampledFrom(sizes).Draw(t, "n")
		v := rapid.SliceOfN(rapid.Byte(), n*width, n*width).Draw(t, "v")
		got := make([]byte, n*width)
		if err := PlainFixed(got, n, width, v); err != nil || !bytes.Equal(v, got) {
			t.Fatal(err)
		}
		split := make([]byte, n*width)
		for i := range n {
			for k := range width {
				split[k*n+i] = v[i*width+k]
			}
		}
		if err := SplitStreams(got, n, width, split); err != nil || !bytes.Equal(v, got) {
			t.Fatal(err)
		}
		if n == 0 {
			return
		}
		idx := rapid.SliceOf(rapid.Uint32Range(0, uint32(n-1))).Draw(t, "idx")
		out := make([]byte, len(idx)*width)
		if err := CheckIndexes(idx, n); err != nil {
			t.Fatal(err)
		}
		GatherFixed(out, v, idx, width)
		for i, x := range idx {
			if !bytes.Equal(out[i*width:(i+1)*width], v[int(x)*width:(int(x)+1)*width]) {
				t.Fatalf("value %d", i)
			}
		}
	})
}

func TestDeltaFixed(t *testing.T) {
	v := []int64{5, -3, math.MinInt32, math.MaxInt32}
	got := make([]byte, 32)
	if err := DeltaFixed(got, 4, 4, encodeDelta(v, 128, 4)); err != nil {
		t.Fatal(err)
	}
	for i, x := range v {
		if int32(binary.LittleEndian.Uint32(got[4*i:])) != int32(x) {
			t.Errorf("value %d of 4 bytes", i)
		}
	}
	if err := DeltaFixed(got, 4, 8, encodeDelta(v, 128, 4)); err != nil {
		t.Fatal(err)
	}
	for i, x := range v {
		if int64(binary.LittleEndian.Uint64(got[8*i:])) != x {
			t.Errorf("value %d of 8 bytes", i)
		}
	}
}

// All forms of Spread against the loop that reads one slice and writes
// another.
func TestSpread(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.SampledFrom(sizes).Draw(t, "n")
		flags := rapid.SliceOfN(rapid.Uint32Range(0, 1), n, n).Draw(t, "valid")
		valid := bitmap(flags)
		values := CountOnes(valid, n)
		for _, width := range []int{1, 4, 8, 16} {
			b := make([]byte, n*width)
			for i := range values * width {
				b[i] = byte(i%251 + 1)
			}
			want := make([]byte, n*width)
			for i, from := 0, 0; i < n; i++ {
				if flags[i] == 1 {
					copy(want[i*width:(i+1)*width], b[from*width:])
					from++
				}
			}
			Spread(b, width, valid, n, values)
			if !bytes.Equal(b, want) {
				t.Fatalf("width %d", width)
			}
		}
		offs := make([]int32, n+1)
		for i := range values {
			offs[i+1] = offs[i] + int32(i%7)
		}
		dense := slices.Clone(offs)
		SpreadOffsets(offs, valid, n, values)
		for i, from := 0, 0; i < n; i++ {
			length := int32(0)
			if flags[i] == 1 {
				length = dense[from+1] - dense[from]
				from++
			}
			if offs[i+1]-offs[i] != length {
				t.Fatalf("offset %d", i)
			}
		}
		packed := make([]byte, n/8+1)
		for i := range values {
			packed[i/8] |= byte(i%3/2) << (i % 8)
		}
		src := slices.Clone(packed)
		SpreadBits(packed, valid, n, values)
		for i, from := 0, 0; i < n; i++ {
			want := byte(0)
			if flags[i] == 1 {
				want = src[from/8] >> (from % 8) & 1
				from++
			}
			if packed[i/8]>>(i%8)&1 != want {
				t.Fatalf("bit %d", i)
			}
		}
	})
}

func FuzzDelta(f *testing.F) {
	f.Add(encodeDelta([]int64{1, 5, 3}, 128, 4), uint16(3))
	f.Fuzz(func(t *testing.T, b []byte, n uint16) {
		Delta(make([]int64, n), b)
		if s, err := DeltaBytes(int(n), b); err == nil && s.Size < 1<<20 {
			out := Strings[int64]{Offs: []int64{0}}
			out.AppendSlices(s)
			if len(out.Data) != s.Size {
				t.Errorf("%d bytes where Size says %d", len(out.Data), s.Size)
			}
		}
	})
}
