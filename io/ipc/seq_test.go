package ipc

import (
	"bytes"
	"errors"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/filetest"
	"github.com/parframe/parframe/parallel"
)

func pieces(f *frame.Frame, size int) iter.Seq2[*frame.Frame, error] {
	return func(yield func(*frame.Frame, error) bool) {
		for lo := 0; lo < f.NumRows(); lo += size {
			part, err := f.Slice(lo, min(lo+size, f.NumRows()))
			if !yield(part, err) {
				return
			}
		}
	}
}

// A frame written as a sequence and read as a sequence is the same frame.
func TestSeq(t *testing.T) {
	types := append(filetest.Flat(), filetest.Nested()...)
	for _, o := range []WriteOptions{{}, {Form: Stream}, {Form: Stream, Compression: LZ4}} {
		f := frameOf(t, 6, types, 0.2, 300, 77)
		if o.Form == Stream { // where dictionaries may change
			f = frameOf(t, 6, allTypes(), 0.2, 300, 77)
		}
		path := filepath.Join(t.TempDir(), "a")
		if err := WriteFileSeq(t.Context(), path, pieces(f, 50), o); err != nil {
			t.Fatal(err)
		}
		var parts []*frame.Frame
		for p, err := range ReadFileSeq(t.Context(), path, ReadOptions{}) {
			if err != nil {
				t.Fatal(err)
			}
			parts = append(parts, p)
		}
		joined, err := frame.Concat(parts...)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, f, joined)
		if len(parts) < 8 {
			t.Errorf("%d parts", len(parts))
		}
		for _, err := range ReadFileSeq(t.Context(), path, ReadOptions{}) {
			if err != nil {
				t.Error(err)
			}
			break
		}
	}
}

func TestSeqOfStream(t *testing.T) {
	f := frameOf(t, 6, allTypes()[:8], 0.2, 30)
	b := write(t, f, WriteOptions{Form: Stream, BatchRows: 10})
	n := 0
	for p, err := range ReadSeq(t.Context(), bytes.NewReader(b), ReadOptions{}) {
		if err != nil {
			t.Fatal(err)
		}
		n += p.NumRows()
	}
	if n != 30 {
		t.Errorf("%d rows", n)
	}
	n = 0
	var last error
	for p, err := range ReadSeq(t.Context(), bytes.NewReader(b[:len(b)-8]), ReadOptions{}) {
		if last = err; err == nil {
			n += p.NumRows()
		}
	}
	if n != 30 || !errors.Is(last, ErrMalformed) {
		t.Errorf("cut short: %d rows, %v", n, last)
	}
}

func TestSeqErrors(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a")
	os.WriteFile(path, []byte("old"), 0o644)
	boom := errors.New("boom")
	f := frameOf(t, 6, allTypes()[:8], 0.2, 30)
	other := frameOf(t, 6, []arrow.DataType{arrow.PrimitiveTypes.Int64}, 0, 3)
	seq := func(last error, frames ...*frame.Frame) iter.Seq2[*frame.Frame, error] {
		return func(yield func(*frame.Frame, error) bool) {
			for _, f := range frames {
				if !yield(f, nil) {
					return
				}
			}
			if last != nil {
				yield(nil, last)
			}
		}
	}
	for _, c := range []struct {
		seq  iter.Seq2[*frame.Frame, error]
		kind error
		want string
	}{
		{seq(nil, f, other), frame.ErrColumn, "frame 1 has"},
		{seq(nil), parallel.ErrOption, "without frames"},
		{seq(nil, nil), frame.ErrNilFrame, "frame 0"},
	} {
		err := WriteFileSeq(t.Context(), path, c.seq, WriteOptions{})
		if !errors.Is(err, c.kind) || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "ipc.WriteFileSeq: "+path) {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
	if err := WriteFileSeq(t.Context(), path, seq(boom, f), WriteOptions{}); err != boom {
		t.Errorf("got %v, want the error of the sequence as it is", err)
	}
	if b, _ := os.ReadFile(path); string(b) != "old" {
		t.Error("the old file is gone")
	}
	for _, err := range ReadFileSeq(t.Context(), path, ReadOptions{}) {
		if !errors.Is(err, ErrMalformed) || !strings.Contains(err.Error(), path) {
			t.Error(err)
		}
	}
}
