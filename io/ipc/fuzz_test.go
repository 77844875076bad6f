package ipc

import (
	"bytes"
	"slices"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/filetest"
	"github.com/parframe/parframe/parallel"
)

// fuzzMemory is far below what filetest.Bounded lets a read allocate.
const fuzzMemory = 32 << 20

// FuzzRead reads any bytes, within bounds of memory and time. They are refused with
// an error of a kind, or they are a frame that passes Validate and has the same number
// of rows as the sequence. Validate of mapped bytes must not panic.
func FuzzRead(f *testing.F) {
	i := 0
	for types := range slices.Chunk(allTypes(), 5) { // few seeds: a short run must get through them first
		i++
		f.Add(write(f, frameOf(f, uint64(i), types, 0.3, 9), WriteOptions{Form: Form(i % 2)}))
	}
	for _, o := range forms {
		fr := frameOf(f, 1, []arrow.DataType{arrow.BinaryTypes.String, arrow.ListOf(arrow.PrimitiveTypes.Int64)}, 0.3, 12, 5)
		f.Add(write(f, fr, o))
	}
	o := ReadOptions{MaxMemory: fuzzMemory}
	f.Fuzz(func(t *testing.T, b []byte) {
		filetest.Bounded(t, "read", func() {
			got, err := Read(t.Context(), bytes.NewReader(b), int64(len(b)), o, parallel.Serial())
			if err != nil && !refused(err) {
				t.Fatalf("an error of no kind: %v", err)
			}
			if err == nil {
				if err := got.Validate(); err != nil {
					t.Fatal(err)
				}
			}
			info, err := Stat(bytes.NewReader(b), int64(len(b)))
			if got != nil && (err != nil || info.NumRows != int64(got.NumRows())) {
				t.Fatalf("%d rows, and Stat says %+v, %v", got.NumRows(), info, err)
			}
			if m, err := overlay(b); err == nil {
				m.Validate()
			}
			rows := 0
			for part, err := range ReadSeq(t.Context(), bytes.NewReader(b), o, parallel.Serial()) {
				if err != nil {
					return // the file form is not a stream
				}
				rows += part.NumRows()
			}
			if got != nil && rows != got.NumRows() {
				t.Fatalf("%d rows, and %d in a sequence", got.NumRows(), rows)
			}
		})
	})
}
