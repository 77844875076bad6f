package ipc

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/parallel"
)

// The bytes that are written, and the frame that is read, are the same for any
// number of workers.
func TestWorkers(t *testing.T) {
	f := frameOf(t, 3, allTypes(), 0.2, 70, 0, 41, 13)
	for _, form := range []Form{File, Stream} {
		var want []byte
		for _, workers := range []int{1, 2, 8} {
			var b bytes.Buffer
			if err := Write(t.Context(), &b, f, WriteOptions{Form: form, BatchRows: 3}, parallel.Workers(workers)); err != nil {
				t.Fatal(err)
			}
			if want == nil {
				want = b.Bytes()
			}
			if !bytes.Equal(b.Bytes(), want) {
				t.Errorf("form %d: %d workers write other bytes than one", form, workers)
			}
			got, err := Read(t.Context(), bytes.NewReader(want), int64(len(want)), ReadOptions{}, parallel.Workers(workers))
			if err != nil {
				t.Fatal(err)
			}
			if d := f.Diff(got); d != "" {
				t.Errorf("form %d, %d workers: %s", form, workers, d)
			}
		}
	}
}

// Of several columns that are not valid, the error is that of the first.
func TestErrorOfTheFirstColumn(t *testing.T) {
	const mark = "markmark"
	texts := []string{mark, "b", mark}
	var cols []frame.Column
	for i := range 9 {
		c, err := frame.NewColumn(fmt.Sprintf("c%d", i), texts)
		if err != nil {
			t.Fatal(err)
		}
		cols = append(cols, c)
	}
	f, err := frame.New(cols...)
	if err != nil {
		t.Fatal(err)
	}
	b := write(t, f, WriteOptions{})
	first := bytes.Index(b, []byte(mark)) // column c0's
	second := first + len(mark) + bytes.Index(b[first+len(mark):], []byte(mark))
	for at := second; at >= 0 && at < len(b); {
		b[at] = 0xff // row 2 of c0, and every row of all others
		n := bytes.Index(b[at+1:], []byte(mark))
		if n < 0 {
			break
		}
		at += 1 + n
	}
	for _, workers := range []int{1, 2, 8} {
		_, err := Read(t.Context(), bytes.NewReader(b), int64(len(b)), ReadOptions{}, parallel.Workers(workers))
		if !errors.Is(err, ErrMalformed) || !strings.Contains(err.Error(), `"c0"`) || !strings.Contains(err.Error(), "row 2") {
			t.Errorf("%d workers: %v; want the error of c0, row 2", workers, err)
		}
	}
}

// An option that a call cannot honor is an error that names it.
func TestOptionsThatCannotBeHonored(t *testing.T) {
	f := frameOf(t, 1, []arrow.DataType{arrow.PrimitiveTypes.Int64}, 0, 5)
	b := write(t, f, WriteOptions{Form: Stream})
	bad := parallel.Workers(0)
	_, err1 := Read(t.Context(), bytes.NewReader(b), int64(len(b)), ReadOptions{}, bad)
	_, err2 := ReadStream(t.Context(), bytes.NewReader(b), ReadOptions{}, bad)
	errs := []error{err1, err2, Write(t.Context(), &bytes.Buffer{}, f, WriteOptions{}, bad)}
	for f, err := range ReadSeq(t.Context(), bytes.NewReader(b), ReadOptions{}, bad) {
		errs = append(errs, err)
		if f != nil {
			t.Error("a frame in spite of a bad option")
		}
	}
	errs = append(errs, WriteSeq(t.Context(), &bytes.Buffer{}, func(yield func(*frame.Frame, error) bool) { yield(f, nil) }, WriteOptions{}, bad))
	for i, err := range errs {
		if !errors.Is(err, parallel.ErrOption) || !strings.Contains(err.Error(), "Workers(0)") {
			t.Errorf("call %d: %v", i, err)
		}
	}
}
