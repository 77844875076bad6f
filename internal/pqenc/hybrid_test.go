package pqenc

import (
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

var sizes = []int{0, 1, 2, 3, 7, 8, 9, 63, 64, 65, 255, 256, 257, 1023, 1025, 4097}

// numbers draws runs and noise of numbers with so many bits.
func numbers(t *rapid.T, width int) []uint32 {
	var v []uint32
	n := rapid.SampledFrom(sizes).Draw(t, "n")
	mask := uint32(1<<width - 1)
	for len(v) < n {
		x := rapid.Uint32().Draw(t, "x") & mask
		for range rapid.SampledFrom([]int{1, 1, 1, 5, 8, 20, 300}).Draw(t, "run") {
			v = append(v, x)
		}
	}
	return v[:n]
}

func TestHybridRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		width := rapid.IntRange(0, 32).Draw(t, "width")
		v := numbers(t, width)
		b := AppendHybrid(nil, v, width)
		got := make([]uint32, len(v))
		h := NewHybrid(b, width)
		cut := rapid.IntRange(0, len(v)).Draw(t, "cut") // read in two goes
		if err := errors.Join(h.Read(got[:cut]), h.Read(got[cut:])); err != nil || !slices.Equal(v, got) {
			t.Fatalf("width %d: %v\n%v\n%v", width, err, v, got)
		}
		if len(v) > 0 && width > 0 {
			if err := NewHybrid(b[:len(b)/2], width).Read(got); err == nil && !slices.Equal(v, got) {
				t.Fatalf("half of the bytes were accepted with other numbers")
			}
		}
	})
}

func TestHybridLevels(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		width := rapid.IntRange(1, 8).Draw(t, "width")
		wide := numbers(t, width)
		v := make([]uint8, len(wide))
		for i, x := range wide {
			v[i] = uint8(x)
		}
		got := make([]uint8, len(v))
		if err := NewHybrid(AppendHybrid(nil, v, width), width).ReadLevels(got); err != nil || !slices.Equal(v, got) {
			t.Fatalf("%v", err)
		}
	})
}

func TestHybridBits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := numbers(t, 1)
		off := rapid.IntRange(0, 20).Draw(t, "off")
		dst := make([]byte, (off+len(v))/8+1)
		for name, b := range map[string][]byte{"runs": AppendHybrid(nil, v, 1), "packed": AppendBits(nil, bitmap(v), 0, len(v))} {
			clear(dst)
			ones, err := NewHybrid(b, 1).ReadBits(dst, off, len(v))
			if err != nil {
				t.Fatal(name, err)
			}
			want := 0
			for i, x := range v {
				want += int(x)
				if uint32(dst[(off+i)/8]>>((off+i)%8)&1) != x {
					t.Fatalf("%s: bit %d", name, i)
				}
			}
			if ones != want || CountOnes(bitmap(v), len(v)) != want {
				t.Fatalf("%s: %d ones, want %d", name, ones, want)
			}
		}
	})
}

func bitmap(v []uint32) []byte {
	b := make([]byte, len(v)/8+1)
	for i, x := range v {
		b[i/8] |= byte(x) << (i % 8)
	}
	return b
}

func TestHybridDamage(t *testing.T) {
	for name, c := range map[string]struct {
		b     []byte
		width int
	}{
		"empty":             {nil, 3},
		"cut head":          {[]byte{0x80}, 3},
		"run without value": {[]byte{0x10}, 3},
		"value too wide":    {[]byte{0x10, 0x09}, 3},
		"packed cut":        {[]byte{0x03}, 3},
		"empty runs":        {[]byte{0, 0, 0, 0, 0, 0}, 3},
	} {
		if err := NewHybrid(c.b, c.width).Read(make([]uint32, 8)); !errors.Is(err, ErrCorrupt) {
			t.Errorf("%s: %v", name, err)
		}
	}
	// A run may promise 2^60 numbers; only what is asked for is made.
	b := append(binary.AppendUvarint(nil, 1<<61), 5)
	got := make([]uint32, 10)
	if err := NewHybrid(b, 3).Read(got); err != nil || got[9] != 5 {
		t.Errorf("%v %v", err, got)
	}
}

func TestBitPacked(t *testing.T) {
	// the example of Encodings.md: 0..7 in three bits, most significant first
	got := make([]uint8, 8)
	n, err := BitPacked(got, []byte{0b00000101, 0b00111001, 0b01110111}, 3)
	if err != nil || n != 3 || !slices.Equal(got, []uint8{0, 1, 2, 3, 4, 5, 6, 7}) {
		t.Errorf("%d %v %v", n, err, got)
	}
	if _, err := BitPacked(got, []byte{0, 0}, 3); !errors.Is(err, ErrCorrupt) {
		t.Error(err)
	}
}

func TestWidth(t *testing.T) {
	for max, want := range map[int]int{0: 0, 1: 1, 2: 2, 3: 2, 4: 3, 255: 8, 256: 9} {
		if Width(max) != want {
			t.Errorf("Width(%d) = %d, want %d", max, Width(max), want)
		}
	}
}

// Any bytes are read without a panic and without more work than asked for.
func FuzzHybrid(f *testing.F) {
	f.Add([]byte{3, 0x88, 0xc6, 0xfa}, 3)
	f.Fuzz(func(t *testing.T, b []byte, width int) {
		width &= 31
		NewHybrid(b, width).Read(make([]uint32, 1000))
		NewHybrid(b, 1).ReadBits(make([]byte, 200), 3, 1000)
		NewHybrid(b, width%9).ReadLevels(make([]uint8, 1000))
	})
}

func BenchmarkHybrid(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	v := make([]uint32, 1<<16)
	for i := range v {
		v[i] = r.Uint32() & 1023
	}
	enc := AppendHybrid(nil, v, 10)
	b.SetBytes(int64(4 * len(v)))
	for b.Loop() {
		if err := NewHybrid(enc, 10).Read(v); err != nil {
			b.Fatal(err)
		}
	}
}
