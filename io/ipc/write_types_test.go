package ipc

import (
	"bytes"
	"errors"
	"fmt"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/arrowtest"
)

// TestEveryTypeSliced writes frames that are cut out of larger ones, and reads and maps
// them. Arrow v15's writer alone writes several types of them wrongly.
func TestEveryTypeSliced(t *testing.T) {
	defer arrowtest.Register()()
	for _, c := range arrowtest.Types() {
		dict, ok := c.Type.(*arrow.DictionaryType)
		ordered := ok && dict.Ordered
		for seed := range uint64(4) {
			g := arrowtest.Rand(seed)
			parts := make([]*frame.Frame, 2)
			for k := range parts {
				a := g.Array(c.Type, 40)
				f, err := columnFrame(a)
				if err != nil {
					t.Fatalf("%s: %v", c.Name, err)
				}
				lo := int(seed) * 5
				if parts[k], err = f.Slice(lo, 40-k); err != nil {
					t.Fatal(err)
				}
			}
			whole, err := frame.Concat(parts...)
			if err != nil {
				t.Fatalf("%s: %v", c.Name, err)
			}
			for _, o := range []WriteOptions{{}, {Form: Stream}, {BatchRows: 7}, {Form: Stream, BatchRows: 7, Compression: LZ4}} {
				what := fmt.Sprintf("%s, seed %d, %+v", c.Name, seed, o)
				var buf bytes.Buffer
				err := Write(t.Context(), &buf, whole, o)
				if ordered && o.Form == File {
					// A file has one dictionary for a column, and ordered ones cannot be merged.
					if !errors.Is(err, ErrUnsupported) {
						t.Errorf("%s: write: %v, want ErrUnsupported", what, err)
					}
					continue
				}
				if err != nil {
					t.Errorf("%s: write: %v", what, err)
					continue
				}
				back, err := Read(t.Context(), bytes.NewReader(buf.Bytes()), int64(buf.Len()), ReadOptions{})
				if err != nil {
					t.Errorf("%s: read: %v", what, err)
					continue
				}
				if !back.Equal(whole) {
					t.Errorf("%s: %s", what, whole.Diff(back))
				}
				if o.Form == File {
					if mapped, err := overlay(buf.Bytes()); err != nil || !mapped.Equal(whole) {
						t.Errorf("%s: over the bytes of the file: %v, %s", what, err, whole.Diff(mapped))
					}
				}
			}
		}
	}
}

func columnFrame(a arrow.Array) (*frame.Frame, error) {
	rec := array.NewRecord(arrow.NewSchema([]arrow.Field{{Name: "x", Type: a.DataType(), Nullable: true}}, nil), []arrow.Array{a}, int64(a.Len()))
	return frame.FromRecord(rec)
}
