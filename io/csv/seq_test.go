package csv

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/google/go-cmp/cmp"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/parallel"
)

// collect joins a sequence of frames again.
func collect(t testing.TB, seq iter.Seq2[*frame.Frame, error]) (r *result, n int, err error) {
	t.Helper()
	for f, err := range seq {
		if err != nil {
			return r, n, err
		}
		one := show(t, f)
		if r == nil {
			r = one
		} else {
			if !reflect.DeepEqual(r.Types, one.Types) || !reflect.DeepEqual(r.Names, one.Names) {
				t.Fatalf("frame %d has %v %v, the first %v %v", n, one.Names, one.Types, r.Names, r.Types)
			}
			r.Rows = append(r.Rows, one.Rows...)
		}
		n++
	}
	return r, n, nil
}

func fileOf(t testing.TB, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// The frames of a sequence, joined, are the frame of a whole read with the same types.
func TestReadSeqIsReadInParts(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	tiny(t, func(t *testing.T) {
		for range 60 {
			text := randomCSV(r)
			f, err := readText(t, text, ReadOptions{})
			path := fileOf(t, text)
			for _, seq := range []iter.Seq2[*frame.Frame, error]{
				ReadFileSeq(t.Context(), path, ReadOptions{}),
				ReadSeq(t.Context(), strings.NewReader(text), ReadOptions{}, parallel.Workers(3)),
				ReadSeq(t.Context(), drip{strings.NewReader(text)}, ReadOptions{}, parallel.Serial()),
			} {
				got, n, gerr := collect(t, seq)
				if (err != nil) != (gerr != nil) {
					t.Fatalf("%q: %v; read whole: %v", text, gerr, err)
				}
				if err != nil {
					continue
				}
				if want := show(t, f); n == 0 || !reflect.DeepEqual(want, got) {
					t.Fatalf("%q: %d frames\n%s", text, n, cmp.Diff(want, got))
				}
			}
		}
	})
}

func TestReadSeqFixesTypes(t *testing.T) {
	text := "a,b\n" + strings.Repeat("1,2.5\n", 100_000) + "x,3\n" + strings.Repeat("1,2\n", 10)
	o := ReadOptions{SampleBytes: 1000}
	rows := 0
	var last error
	for f, err := range ReadSeq(t.Context(), strings.NewReader(text), o) {
		if err != nil {
			last = err
			continue
		}
		rows += f.NumRows()
	}
	e, ok := errors.AsType[*Error](last)
	if !ok || e.Line != 100_002 || e.Column != 1 || e.Text != "x" || !strings.Contains(e.Why, "which the first 1000 bytes of the file suggest; accepted: ") || !strings.Contains(e.Why, "Types, or more SampleBytes") {
		t.Errorf("%v", last)
	}
	if rows == 0 || rows > 100_000 {
		t.Errorf("%d rows before the error", rows)
	}
	o.Types = map[string]arrow.DataType{"a": str}
	if r, _, err := collect(t, ReadSeq(t.Context(), strings.NewReader(text), o)); err != nil || len(r.Rows) != 100_011 {
		t.Error(err)
	}
	o.Types, o.Reject, o.Report = nil, true, new(Report)
	if r, _, err := collect(t, ReadSeq(t.Context(), strings.NewReader(text), o)); err != nil || len(r.Rows) != 100_010 || o.Report.Rows != 100_010 || o.Report.Rejected.NumRows() != 1 {
		t.Error(err, o.Report)
	}
}

func TestReadSeqEndsEarly(t *testing.T) {
	tiny(t, func(t *testing.T) {
		n := 0
		for range ReadSeq(t.Context(), strings.NewReader("a\n"+strings.Repeat("1\n", 50)), ReadOptions{}) {
			n++
			break
		}
		if n != 1 {
			t.Error(n)
		}
	})
	// No rows: one frame with the columns.
	r, n, err := collect(t, ReadSeq(t.Context(), strings.NewReader("a,b\n"), ReadOptions{}))
	if err != nil || n != 1 || len(r.Names) != 2 {
		t.Error(r, n, err)
	}
	for _, seq := range []iter.Seq2[*frame.Frame, error]{
		ReadFileSeq(t.Context(), filepath.Join(t.TempDir(), "none"), ReadOptions{}),
		ReadSeq(t.Context(), strings.NewReader(""), ReadOptions{}),
		ReadSeq(t.Context(), strings.NewReader("a\n"), ReadOptions{}, parallel.Workers(0)),
		ReadSeq(t.Context(), strings.NewReader("a\n"), ReadOptions{Ragged: 9}),
	} {
		if _, n, err := collect(t, seq); n != 0 || err == nil {
			t.Error(n, err)
		}
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil)
	n = 0
	var last error
	rangeSize = 10
	defer func() { rangeSize = usualRange }()
	for _, err := range ReadSeq(ctx, strings.NewReader("a\n"+strings.Repeat("1\n", 5000)), ReadOptions{}) {
		if n++; n == 3 {
			cancel(errDisk)
		}
		last = err
	}
	if !errors.Is(last, errDisk) || n > 100 {
		t.Errorf("%d frames, %v", n, last)
	}
}

// Splits, read one by one, are the file, for every size.
func TestSplitsJoinedAreTheFile(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 5))
	for range 60 {
		text := randomCSV(r)
		f, err := readText(t, text, ReadOptions{})
		if err != nil {
			continue
		}
		want := show(t, f)
		path := fileOf(t, text)
		for _, size := range []int64{1, 5, 16, 100, 1 << 20} {
			splits, err := Splits(t.Context(), path, size, ReadOptions{})
			if err != nil {
				t.Fatal(err)
			}
			got := &result{}
			for _, s := range splits {
				if s.Length == 0 && len(splits) > 1 {
					t.Fatalf("an empty part of %q", text)
				}
				f, err := s.Read(t.Context(), ReadOptions{})
				if err != nil {
					t.Fatal(err)
				}
				one := show(t, f)
				got.Names, got.Types = one.Names, one.Types
				got.Rows = append(got.Rows, one.Rows...)
			}
			if !reflect.DeepEqual(want, got) {
				t.Fatalf("%q in %d parts\n%s", text, len(splits), cmp.Diff(want, got))
			}
		}
	}
}

// A part that ends within a record is as long as the record, which MaxRecord bounds,
// wherever it lies in the file.
func TestSplitsLimitRecords(t *testing.T) {
	tiny(t, func(t *testing.T) {
		record := strings.Repeat("x", 80) + "\n"
		path := fileOf(t, "a\n"+strings.Repeat(record, 50))
		if splits, err := Splits(t.Context(), path, 200, ReadOptions{MaxRecord: 100}); err != nil || len(splits) < 15 {
			t.Errorf("%d parts, %v", len(splits), err)
		}
		path = fileOf(t, "a\n"+strings.Repeat(record, 50)+strings.Repeat("y", 200_000)+"\n"+record)
		if _, err := Splits(t.Context(), path, 200, ReadOptions{MaxRecord: 100, SampleBytes: 500}); !errors.Is(err, ErrLimit) || !strings.Contains(err.Error(), "a record of more than 100 bytes around byte 4202") {
			t.Error(err)
		}
	})
}

func TestSplitErrorsNameTheLine(t *testing.T) {
	path := fileOf(t, "a,b\n"+strings.Repeat("1,\"2\n\"\n", 10)+"1,2\n"+strings.Repeat("1,3\n", 10)+"x,4\n")
	splits, err := Splits(t.Context(), path, 20, ReadOptions{SampleBytes: 30}, parallel.Workers(2))
	if err != nil || len(splits) < 4 {
		t.Fatal(splits, err)
	}
	for i, s := range splits {
		_, err := s.Read(t.Context(), ReadOptions{SampleBytes: 30})
		if i < len(splits)-1 && err != nil {
			t.Error(err)
		}
		if i == len(splits)-1 {
			if e, ok := errors.AsType[*Error](err); !ok || e.Line != 33 || e.File != path || e.Text != "x" {
				t.Error(err)
			}
		}
	}
}

func TestSplitsOfOnePiece(t *testing.T) {
	text := "# x\na,b\n1,2\n3,4\n"
	o := ReadOptions{Comment: '#'}
	path := fileOf(t, text)
	splits, err := Splits(t.Context(), path, 1, o)
	if err != nil || len(splits) != 1 || !splits[0].Whole {
		t.Fatal(splits, err)
	}
	f, err := splits[0].Read(t.Context(), o)
	if err != nil || rows(t, show(t, f)) != "a b | int64 int64 | 1 2 | 3 4" {
		t.Error(err)
	}
	o.Columns = []string{"b"}
	if f, err = splits[0].Read(t.Context(), o); err != nil || rows(t, show(t, f)) != "b | int64 | 2 | 4" {
		t.Error(err)
	}
	path = fileOf(t, "a\r1\r2\r")
	splits, err = Splits(t.Context(), path, 1, ReadOptions{})
	if err != nil || len(splits) != 2 || !splits[0].CR {
		t.Fatal(splits, err)
	}
	if f, err = splits[1].Read(t.Context(), ReadOptions{}); err != nil || rows(t, show(t, f)) != "a | int64 | 2" {
		t.Error(err)
	}
	empty, err := Splits(t.Context(), fileOf(t, "a\n"), 10, ReadOptions{})
	if err != nil || len(empty) != 1 || empty[0].Length != 0 {
		t.Error(empty, err)
	}
	if f, err = empty[0].Read(t.Context(), ReadOptions{}); err != nil || f.NumRows() != 0 {
		t.Error(err)
	}
	for _, s := range []Split{
		{Path: path, Offset: 0, Length: 1000, Names: []string{"a"}, Types: []string{"utf8"}},
		{Path: path, Offset: -1, Length: 2, Names: []string{"a"}, Types: []string{"utf8"}},
		{Path: path, Offset: 2, Length: 2, Names: []string{"a"}, Types: []string{"list"}},
		{Path: path, Offset: 2, Length: 2, Names: []string{"a"}},
		{Path: path + "x"},
	} {
		if _, err := s.Read(t.Context(), ReadOptions{}); err == nil {
			t.Errorf("%+v was read", s)
		}
	}
	if _, err := Splits(t.Context(), path, 0, ReadOptions{}); !errors.Is(err, parallel.ErrOption) {
		t.Error(err)
	}
	long := fileOf(t, "a\n1\n\""+strings.Repeat("x", 300_000)+"\"\n2\n")
	if _, err := Splits(t.Context(), long, 1000, ReadOptions{MaxRecord: 1000, SampleBytes: 4}); !errors.Is(err, ErrLimit) {
		t.Error(err)
	}
}

func TestSchemaAndCount(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 5))
	for range 60 {
		text := randomCSV(r)
		f, err := readText(t, text, ReadOptions{})
		path := fileOf(t, text)
		n, nerr := Count(t.Context(), path, ReadOptions{})
		if (err != nil) != (nerr != nil) {
			t.Fatalf("%q: %v, %v", text, err, nerr)
		}
		if err != nil {
			continue
		}
		s, serr := Schema(t.Context(), path, ReadOptions{})
		if serr != nil || n != f.NumRows() || !s.Equal(f.Schema()) {
			t.Fatalf("%q: %d rows, %v, %v; want %d, %v", text, n, s, serr, f.NumRows(), f.Schema())
		}
	}
	if _, err := Schema(t.Context(), "nowhere", ReadOptions{}); err == nil {
		t.Error("no error")
	}
	if _, err := Count(t.Context(), "nowhere", ReadOptions{}); err == nil {
		t.Error("no error")
	}
}

func frames(fs ...*frame.Frame) iter.Seq2[*frame.Frame, error] {
	return func(yield func(*frame.Frame, error) bool) {
		for _, f := range fs {
			if f == nil {
				yield(nil, errDisk)
				return
			}
			if !yield(f, nil) {
				return
			}
		}
	}
}

func TestWriteSeq(t *testing.T) {
	a, b := frameOf(t, i64, `[1, 2]`), frameOf(t, i64, `[3]`)
	for c := range Compression(3) {
		var out bytes.Buffer
		if err := WriteSeq(t.Context(), &out, frames(a, b, a), WriteOptions{Compression: c}); err != nil {
			t.Fatal(err)
		}
		if f := mustRead(t, out.String(), ReadOptions{}); rows(t, show(t, f)) != "a | int64 | 1 | 2 | 3 | 1 | 2" {
			t.Error(show(t, f))
		}
	}
	path := fileOf(t, "old")
	if err := WriteFileSeq(t.Context(), path, frames(a, b), WriteOptions{}); err != nil {
		t.Fatal(err)
	}
	for i, c := range []struct {
		seq  iter.Seq2[*frame.Frame, error]
		kind error
	}{
		{frames(a, nil), errDisk}, {frames(), parallel.ErrOption}, {frames(a, frameOf(t, str, `["x"]`)), frame.ErrType},
		{frames(a, frameOf(t, arrow.ListOf(i64), `[[1]]`)), frame.ErrType}, {frames(a, frameOfArrays(t, jsonArray(t, i64, `[1]`), jsonArray(t, i64, `[1]`))), frame.ErrColumn},
	} {
		if err := WriteFileSeq(t.Context(), path, c.seq, WriteOptions{}); !errors.Is(err, c.kind) {
			t.Errorf("%d: %v, want %v", i, err, c.kind)
		}
	}
	if err := WriteFileSeq(t.Context(), path, frames(a), WriteOptions{Quoting: 9}); !errors.Is(err, parallel.ErrOption) {
		t.Error(err)
	}
	if err := WriteFileSeq(t.Context(), t.TempDir(), frames(a), WriteOptions{}); err == nil {
		t.Error("a directory was replaced")
	}
	if err := WriteSeq(t.Context(), &failing{3}, frames(a), WriteOptions{}); !errors.Is(err, errDisk) {
		t.Error(err)
	}
	if b, _ := os.ReadFile(path); string(b) != "a\n1\n2\n3\n" {
		t.Errorf("%q", b)
	}
}

// A file of many ranges passes through a sequence of reads and writes.
func TestSeqRoundTripOfManyRanges(t *testing.T) {
	var text strings.Builder
	text.WriteString("a,b\n")
	for i := range 200_000 {
		fmt.Fprintf(&text, "%d,\"x\n%d\"\n", i, i%7)
	}
	var out strings.Builder
	if err := WriteSeq(t.Context(), &out, ReadSeq(t.Context(), io.MultiReader(strings.NewReader(text.String())), ReadOptions{}), WriteOptions{}); err != nil {
		t.Fatal(err)
	}
	if out.String() != text.String() {
		t.Error("the text came back changed")
	}
}
