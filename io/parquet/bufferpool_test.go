package parquet

import "testing"

func TestBufferPool(t *testing.T) {
	var r bufferPool
	if b := r.take(); len(b) != 0 {
		t.Errorf("%d bytes from an empty pool", len(b))
	}
	if b := r.sized(10); len(b) != 10 {
		t.Errorf("%d bytes, want 10", len(b))
	}
	first := make([]byte, 100)
	r.give(first[:3])
	r.give(nil)
	if b := r.sized(100); len(b) != 100 || &b[0] != &first[0] {
		t.Errorf("%d bytes, which are not those that were given back", len(b))
	}
	r.give(first)
	if b := r.sized(101); len(b) != 101 {
		t.Errorf("%d bytes, want 101", len(b))
	}
	r.give(make([]byte, maxPooled+1))
	if b := r.take(); cap(b) > maxPooled {
		t.Errorf("a slice of %d bytes was kept", cap(b))
	}
}
