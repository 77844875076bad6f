package unset

import (
	"math"
	"reflect"
	"runtime"
	"testing"
	"unsafe"
	"weak"
)

// TestPointerFree: the collector must see every pointer that there is.
func TestPointerFree(t *testing.T) {
	type plain struct {
		A int8
		B [3]struct{ X, Y float32 }
		C complex128
		D uintptr
	}
	type holding struct {
		Plain plain
		P     [2]struct{ S string }
	}
	for _, c := range []struct {
		of   any
		want bool
	}{
		{false, true}, {int(0), true}, {uint64(0), true}, {float32(0), true}, {complex64(0), true}, {uintptr(0), true},
		{[4]int{}, true}, {plain{}, true}, {struct{}{}, true}, {[0]*int{}, false},
		{"", false}, {[]int{}, false}, {map[int]int{}, false}, {(*int)(nil), false}, {func() {}, false}, {make(chan int), false},
		{unsafe.Pointer(nil), false}, {[1]error{}, false}, {holding{}, false}, {struct{ any }{}, false},
	} {
		if got := pointerFree(reflect.TypeOf(c.of)); got != c.want {
			t.Errorf("%T: %t", c.of, got)
		}
	}
}

// TestMake: the length is right, at every size all of it can be written, and
// what would not fit into memory is refused as make refuses it.
func TestMake(t *testing.T) {
	type three struct{ a, b, c byte }
	for _, n := range []int{0, 1, 1000, 64 << 10, 64<<10 + 1, 1_000_001} {
		xs := Make[three](n)
		if len(xs) != n || xs == nil {
			t.Fatalf("%d: %d", n, len(xs))
		}
		for i := range xs {
			xs[i] = three{byte(i), 2, 3}
		}
		if n > 0 && (xs[n-1] != three{byte(n - 1), 2, 3} || uintptr(unsafe.Pointer(&Make[float64](n)[0]))%8 != 0) {
			t.Error(n, xs[n-1])
		}
		if ps := Make[*int](n); len(ps) != n || n > 0 && ps[n-1] != nil {
			t.Error(n)
		}
	}
	for _, n := range []int{math.MaxInt, math.MaxInt/8 + 2, 1 << 61} {
		func() {
			defer func() {
				if v := recover(); v == nil {
					t.Errorf("%d words: no panic", n)
				}
			}()
			_ = Make[uint64](n)
		}()
	}
}

// TestPointersAreSeen: the collector keeps what a large slice of pointers alone points to.
func TestPointersAreSeen(t *testing.T) {
	ps := Make[*[64]int](least)
	p := new([64]int)
	seen := weak.Make(p)
	ps[least-1] = p
	p = nil
	runtime.GC()
	if seen.Value() == nil {
		t.Error("collected")
	}
	runtime.KeepAlive(ps)
}

// TestGarbageFillsAll: every byte is garbage, of small slices too, and another one each
// time. Pointers are nil.
func TestGarbageFillsAll(t *testing.T) {
	defer func(old bool) { garbage = old }(garbage)
	Garbage()
	var last byte
	for _, n := range []int{0, 1, 2, 3, 1000, 1025} {
		b := Make[[3]byte](n)
		if len(b) != n {
			t.Errorf("%d of %d", len(b), n)
		}
		for i, x := range b {
			if x != [3]byte{b[0][0], b[0][0], b[0][0]} || x[0] == last {
				t.Fatalf("%d: item %d is %v, after %d", n, i, x, last)
			}
		}
		if n > 0 {
			last = b[0][0]
		}
		for _, p := range Make[*int](n) {
			if p != nil {
				t.Fatalf("a pointer is %v", p)
			}
		}
	}
}
