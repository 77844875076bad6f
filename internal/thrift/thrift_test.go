package thrift

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// sample writes one of everything.
func sample(w *Writer, n int64, s string, list int) {
	w.Begin()
	w.Int32(1, int32(n))
	w.Int64(2, n)
	w.Bool(3, n%2 == 0)
	w.String(4, s)
	w.Struct(40) // a jump over more than 15 ids
	w.Int8(1, int8(n))
	w.Bool(2, true)
	w.End()
	w.List(41, I32, list)
	for i := range list {
		w.Elem32(int32(i) - 3)
	}
	w.List(42, Struct, 2)
	for range 2 {
		w.Begin()
		w.Binary(7, []byte(s))
		w.End()
	}
	w.List(43, Binary, 1)
	w.ElemString(s)
	w.End()
}

func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64().Draw(t, "n")
		s := rapid.String().Draw(t, "s")
		list := rapid.SampledFrom([]int{0, 1, 14, 15, 16, 300}).Draw(t, "list")
		var w Writer
		sample(&w, n, s, list)
		r := NewReader(w.Bytes())
		seen := 0
		r.Struct(Struct, func(id int16, ty Type) {
			seen++
			switch id {
			case 1:
				if got := r.Int32(ty); got != int32(n) {
					t.Errorf("field 1: %d", got)
				}
			case 2:
				if got := r.Int64(ty); got != n {
					t.Errorf("field 2: %d", got)
				}
			case 3:
				if r.Bool(ty) != (n%2 == 0) {
					t.Error("field 3")
				}
			case 4:
				if r.String(ty) != s {
					t.Error("field 4")
				}
			case 40:
				r.Struct(ty, func(id int16, ty Type) {
					if id == 1 && r.Int8(ty) != int8(n) {
						t.Error("field 40.1")
					} else if id == 2 && !r.Bool(ty) {
						t.Error("field 40.2")
					}
				})
			case 41:
				r.List(ty, func(k int, ty Type) {
					for i := range k {
						if r.Int32(ty) != int32(i)-3 {
							t.Error("field 41")
						}
					}
					if k != list {
						t.Errorf("field 41: %d elements", k)
					}
				})
			default:
				r.Skip(ty)
			}
		})
		if r.Err() != nil || seen != 8 || r.Pos() != len(w.Bytes()) {
			t.Errorf("err %v, %d fields, at %d of %d", r.Err(), seen, r.Pos(), len(w.Bytes()))
		}
	})
}

func skipAll(b []byte) error {
	r := NewReader(b)
	r.Skip(Struct)
	return r.Err()
}

func TestEveryTruncationIsAnError(t *testing.T) {
	var w Writer
	sample(&w, math.MinInt64, "text", 16)
	for n := range len(w.Bytes()) {
		if err := skipAll(w.Bytes()[:n]); !errors.Is(err, ErrMalformed) {
			t.Errorf("%d of %d bytes: %v", n, len(w.Bytes()), err)
		}
	}
}

func TestMalformed(t *testing.T) {
	deep := bytes.Repeat([]byte{0x1c}, 10_000)
	deepList := append([]byte{0x19}, bytes.Repeat([]byte{0x19}, 10_000)...)
	for name, b := range map[string][]byte{
		"empty":            {},
		"unknown type":     {0x1d},
		"huge string":      {0x18, 0xff, 0xff, 0xff, 0xff, 0x0f},
		"huge list":        {0x19, 0xf5, 0xff, 0xff, 0xff, 0xff, 0x0f},
		"huge map":         {0x1b, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x55},
		"number too long":  {0x16, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
		"double cut short": {0x17, 1, 2, 3},
		"deep structs":     deep,
		"deep lists":       deepList,
	} {
		if err := skipAll(b); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWrongTypesAreErrors(t *testing.T) {
	for name, read := range map[string]func(r *Reader){
		"Int32":  func(r *Reader) { r.Int32(I64) },
		"Int64":  func(r *Reader) { r.Int64(Binary) },
		"Int8":   func(r *Reader) { r.Int8(I32) },
		"Bool":   func(r *Reader) { r.Bool(I32) },
		"Bytes":  func(r *Reader) { r.Bytes(List) },
		"List":   func(r *Reader) { r.List(Struct, func(int, Type) { t.Error("called") }) },
		"Struct": func(r *Reader) { r.Struct(List, func(int16, Type) { t.Error("called") }) },
		"narrow": func(r *Reader) {
			*r = *NewReader([]byte{0xff, 0xff, 0xff, 0xff, 0x7f})
			r.Int32(I32)
		},
	} {
		r := NewReader([]byte{1, 2, 3, 4})
		read(r)
		if !errors.Is(r.Err(), ErrMalformed) {
			t.Errorf("%s: %v", name, r.Err())
		}
	}
}

// TestFieldHeaders: a field up to 15 ids after the one before takes one byte for its
// header, and others have their id after it.
func TestFieldHeaders(t *testing.T) {
	var w Writer
	w.Begin()
	for _, id := range []int16{0, 1, 2, 17, 33, 32} {
		w.Int8(id, 9)
	}
	w.Struct(34)
	w.Int8(4, 9)
	w.End()
	w.Int8(37, 9) // three after the struct, whatever is in it
	w.End()
	want := []byte{0x03, 0, 9, 0x13, 9, 0x13, 9, 0xf3, 9, 0x03, 66, 9, 0x03, 64, 9, 0x2c, 0x43, 9, 0, 0x33, 9, 0}
	if !bytes.Equal(w.Bytes(), want) {
		t.Errorf("got % x, want % x", w.Bytes(), want)
	}
	if w.Reset(); len(w.Bytes()) != 0 {
		t.Errorf("% x after Reset", w.Bytes())
	}
}

// TestMapsAreSkipped: keys and values of a map are consumed, and nothing after them.
func TestMapsAreSkipped(t *testing.T) {
	for name, b := range map[string][]byte{
		"empty":             {0},
		"bytes to bools":    {2, 0x31, 7, 1, 8, 2},
		"numbers to text":   {2, 0x58, 1, 3, 'a', 'b', 'c', 2, 0},
		"text to maps":      {1, 0x8b, 1, 'k', 1, 0x33, 5, 6},
		"lists to a struct": {1, 0x9c, 0x23, 1, 2, 0x13, 9, 0},
	} {
		r := NewReader(append(bytes.Clone(b), 0xff, 0xff))
		if r.Skip(Map); r.Err() != nil || r.Pos() != len(b) {
			t.Errorf("%s: at %d of %d, %v", name, r.Pos(), len(b), r.Err())
		}
	}
}

// TestFieldsAreSkipped: a field is consumed, and nothing after it.
func TestFieldsAreSkipped(t *testing.T) {
	r := NewReader([]byte{1, 2, 3, 4, 5, 6, 7, 8, 9})
	if r.Skip(Double); r.Err() != nil || r.Pos() != 8 {
		t.Errorf("at %d, %v", r.Pos(), r.Err())
	}
	if r.Skip(Double); !errors.Is(r.Err(), ErrMalformed) || r.Pos() != 8 {
		t.Errorf("at %d of a second double of one byte, %v", r.Pos(), r.Err())
	}
	// Lists and maps beside each other are not nested.
	for _, ty := range []Type{List, Map, Struct} {
		one := map[Type][]byte{List: {0x13, 9}, Map: {1, 0x33, 9, 9}, Struct: {0}}[ty]
		r := NewReader(bytes.Repeat(one, 100))
		for range 100 {
			r.Skip(ty)
		}
		if r.Err() != nil || r.Pos() != 100*len(one) {
			t.Errorf("type %d: at %d, %v", ty, r.Pos(), r.Err())
		}
	}
}

// TestSizesAreOfWhatIsLeft: a list or map must fit into the bytes after its size.
func TestSizesAreOfWhatIsLeft(t *testing.T) {
	for ty, b := range map[Type][]byte{List: {9, 9, 9, 0x43, 1, 2}, Map: {9, 9, 9, 4, 0x33, 1, 2}} {
		r := NewReader(b)
		for range 3 {
			r.Int8(Byte)
		}
		if ty == Map {
			r.Skip(ty)
		} else {
			r.List(ty, func(int, Type) { t.Error("called") })
		}
		if r.Err() == nil || !strings.Contains(r.Err().Error(), " of 4 e") || !strings.Contains(r.Err().Error(), fmt.Sprintf(" in %d bytes", len(b)-4)) {
			t.Errorf("type %d: %v", ty, r.Err())
		}
	}
}

// TestNothingIsReadAfterAnError: every read gives a zero, from the failed one on.
func TestNothingIsReadAfterAnError(t *testing.T) {
	for name, r := range map[string]*Reader{"cut short": NewReader(nil), "failed": NewReader([]byte{1, 1, 1})} {
		if name == "failed" {
			r.Fail(errors.New("failed"))
		}
		for range 2 {
			if v := r.Int8(Byte); v != 0 {
				t.Errorf("%s: Int8 is %d", name, v)
			}
			if v := r.Int64(I64); v != 0 {
				t.Errorf("%s: Int64 is %d", name, v)
			}
			if v := r.Bytes(Binary); len(v) != 0 {
				t.Errorf("%s: Bytes is %q", name, v)
			}
		}
		if r.Err() == nil || r.Pos() != 0 {
			t.Errorf("%s: at %d, %v", name, r.Pos(), r.Err())
		}
	}
	large := []byte{0xff, 0xff, 0xff, 0xff, 0x7f}
	if r := NewReader(large); r.Int32(I32) != 0 || r.Err() == nil {
		t.Errorf("a number of more than 32 bits: %v", r.Err())
	}
	for _, b := range [][]byte{{}, {0x80}} {
		if r := NewReader(b); r.Int64(I64) != 0 || r.Err() == nil {
			t.Errorf("% x is not a number: %v", b, r.Err())
		}
	}
}

// Skip consumes any bytes without a panic, and the first error sticks.
func FuzzSkip(f *testing.F) {
	var w Writer
	sample(&w, 7, "seed", 20)
	f.Add(w.Bytes())
	f.Fuzz(func(t *testing.T, b []byte) {
		r := NewReader(b)
		r.Skip(Struct)
		if err := r.Err(); err != nil {
			r.Fail(errors.New("later"))
			if r.Err() != err {
				t.Error("a later error replaced the first")
			}
		}
		if r.Pos() > len(b) {
			t.Errorf("at %d of %d", r.Pos(), len(b))
		}
	})
}
