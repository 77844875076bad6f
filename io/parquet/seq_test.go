package parquet

import (
	"bytes"
	"encoding/json"
	"errors"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/parallel"
)

func slices2(f *frame.Frame, size int) iter.Seq2[*frame.Frame, error] {
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
	f := frameOf(t, 6, allTypes(), 0.2, 300, 77)
	path := filepath.Join(t.TempDir(), "a")
	for _, size := range []int{377, 100, 9} {
		if err := WriteFileSeq(t.Context(), path, slices2(f, size), WriteOptions{RowGroupRows: 50}); err != nil {
			t.Fatal(err)
		}
		whole, err := ReadFile(t.Context(), path, ReadOptions{})
		if err != nil {
			t.Fatal(err)
		}
		equal(t, f, whole)
		var parts []*frame.Frame
		for p, err := range ReadFileSeq(t.Context(), path, ReadOptions{}) {
			if err != nil {
				t.Fatal(err)
			}
			if p.NumRows() > 50 {
				t.Errorf("a part of %d rows", p.NumRows())
			}
			parts = append(parts, p)
		}
		joined, err := frame.Concat(parts...)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, f, joined)

		splits, err := Splits(path, 120, ReadOptions{})
		if err != nil {
			t.Fatal(err)
		}
		parts = nil
		for _, s := range splits {
			text, err := json.Marshal(s)
			if err != nil {
				t.Fatal(err)
			}
			var again Split
			if err := json.Unmarshal(text, &again); err != nil {
				t.Fatal(err)
			}
			p, err := again.Read(t.Context(), ReadOptions{})
			if err != nil {
				t.Fatal(err)
			}
			if int64(p.NumRows()) != s.NumRows {
				t.Errorf("%d rows in a split of %d", p.NumRows(), s.NumRows)
			}
			parts = append(parts, p)
		}
		if joined, err = frame.Concat(parts...); err != nil {
			t.Fatal(err)
		}
		equal(t, f, joined)
	}
}

func TestSeqStopsEarly(t *testing.T) {
	f := sample(t)
	b := write(t, f, WriteOptions{RowGroupRows: 1})
	n := 0
	for _, err := range ReadSeq(t.Context(), bytes.NewReader(b), int64(len(b)), ReadOptions{}) {
		if err != nil {
			t.Fatal(err)
		}
		if n++; n == 2 {
			break
		}
	}
	n = 0
	for p, err := range ReadSeq(t.Context(), bytes.NewReader(b), int64(len(b)), ReadOptions{Limit: 3, Where: []Condition{Where("n", Between(2, nil))}}) {
		if err != nil {
			t.Fatal(err)
		}
		n += p.NumRows()
	}
	if n != 3 {
		t.Errorf("%d rows, limit 3", n)
	}
}

func TestSeqErrors(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a")
	os.WriteFile(path, []byte("old"), 0o644)
	boom := errors.New("boom")
	f := sample(t)
	other, err := f.Select("n")
	if err != nil {
		t.Fatal(err)
	}
	seq := func(frames ...*frame.Frame) iter.Seq2[*frame.Frame, error] {
		return func(yield func(*frame.Frame, error) bool) {
			for _, f := range frames {
				if !yield(f, nil) {
					return
				}
			}
		}
	}
	failing := func(yield func(*frame.Frame, error) bool) {
		if yield(f, nil) {
			yield(nil, boom)
		}
	}
	for _, c := range []struct {
		seq  iter.Seq2[*frame.Frame, error]
		kind error
		want string
	}{
		{seq(f, other), frame.ErrColumn, "frame 1 has"},
		{seq(), parallel.ErrOption, "without frames"},
		{seq(f, nil), frame.ErrNilFrame, "frame 1"},
	} {
		err := WriteFileSeq(t.Context(), path, c.seq, WriteOptions{})
		if !errors.Is(err, c.kind) || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "parquet.WriteFileSeq: "+path) {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
	if err := WriteFileSeq(t.Context(), path, failing, WriteOptions{}); err != boom {
		t.Errorf("got %v, want the error of the sequence as it is", err)
	}
	if b, _ := os.ReadFile(path); string(b) != "old" {
		t.Error("the old file is gone")
	}
	if files, _ := os.ReadDir(dir); len(files) != 1 {
		t.Errorf("files: %v", files)
	}
	for _, err := range ReadFileSeq(t.Context(), path, ReadOptions{}) {
		if !errors.Is(err, ErrMalformed) || !strings.Contains(err.Error(), path) {
			t.Errorf("%v", err)
		}
	}
	if _, err := Splits(path, 0, ReadOptions{}); !errors.Is(err, ErrMalformed) {
		t.Errorf("%v", err)
	}
	if _, err := (Split{Path: path, Size: 1}).Read(t.Context(), ReadOptions{}); !errors.Is(err, parallel.ErrOption) {
		t.Errorf("%v", err)
	}
}
