package ipc

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/filetest"
	"github.com/parframe/parframe/internal/ipccheck"
)

// A mapped frame is the frame that was written, for all types, and a clone
// outlives the mapping.
func TestOpenMapped(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a")
	for _, nulls := range []float64{0, 0.3} {
		for _, chunks := range [][]int{{0}, {1}, {64, 1, 199}} {
			f := frameOf(t, 1, allTypes(), nulls, chunks...)
			if err := WriteFile(t.Context(), path, f, WriteOptions{}); err != nil {
				t.Fatal(err)
			}
			m, err := OpenMapped(path)
			if err != nil {
				t.Fatal(err)
			}
			equal(t, f, m.Frame())
			if err := m.Frame().Validate(); err != nil {
				t.Error(err)
			}
			clone := m.Frame().Clone()
			if err := errors.Join(m.Close(), m.Close()); err != nil {
				t.Error(err)
			}
			equal(t, f, clone)
		}
	}
}

func TestOpenMappedRefuses(t *testing.T) {
	dir := t.TempDir()
	f := frameOf(t, 1, allTypes()[:6], 0, 50)
	whole := write(t, f, WriteOptions{})
	for name, c := range map[string]struct {
		data []byte
		kind error
		want string
	}{
		"compressed": {write(t, frameOf(t, 1, allTypes(), 0, 500), WriteOptions{Compression: LZ4}), ErrUnsupported, "compressed"},
		"stream":     {write(t, f, WriteOptions{Form: Stream}), ErrMalformed, "ARROW1"},
		"empty":      {nil, ErrMalformed, "the file is empty"},
		"a byte":     {whole[:1], ErrMalformed, "file of 1 bytes"},
		"cut":        {whole[:len(whole)-3], ErrMalformed, "cut short"},
	} {
		path := filepath.Join(dir, name)
		os.WriteFile(path, c.data, 0o644)
		_, err := OpenMapped(path)
		if !errors.Is(err, c.kind) || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A batch with fewer parts than its schema needs is refused.
func TestLoaderOfShortBatch(t *testing.T) {
	ints := arrow.PrimitiveTypes.Int64
	nodes, bufs := [][2]int64{{1, 0}}, [][2]int64{{0, 0}, {0, 8}}
	for what, c := range map[string]struct {
		typ arrow.DataType
		m   ipccheck.Message
	}{
		"arrays":       {ints, ipccheck.Message{Buffers: bufs}},
		"buffers":      {ints, ipccheck.Message{Nodes: nodes, Buffers: bufs[:1]}},
		"views":        {arrow.BinaryTypes.StringView, ipccheck.Message{Nodes: nodes, Buffers: bufs}},
		"dictionaries": {&arrow.DictionaryType{IndexType: ints, ValueType: ints}, ipccheck.Message{Nodes: nodes, Buffers: bufs}},
	} {
		l := &loader{m: &c.m, body: make([]byte, 8)}
		if _, err := l.load(c.typ); !errors.Is(err, ErrMalformed) || !strings.Contains(err.Error(), "too few "+what) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// Damaged files are refused, or are a frame that Validate may refuse. Neither
// panics.
func TestOverlayMutations(t *testing.T) {
	opened := 0
	for _, c := range filetest.Corpus(t, "ipc") {
		if f, err := overlay(c.Data); err == nil {
			opened++
			if want, err := readBytes(c.Data, ReadOptions{}); err == nil {
				if d := want.Diff(f); d != "" {
					t.Errorf("%s: %s", c.Name, d)
				}
			}
		}
		for seed := range filetest.Mutations() {
			f, err := overlay(filetest.Mutate(c.Data, uint64(seed)))
			if err == nil {
				f.Validate()
			}
		}
	}
	t.Logf("%d files of the corpus can be mapped", opened)
}

func BenchmarkOpenMapped(b *testing.B) {
	path := filepath.Join(b.TempDir(), "a")
	v := make([]float64, 4<<20)
	var cols []frame.Column
	for name := range strings.SplitSeq("abcdefghij", "") {
		c, err := frame.NewColumn(name, v)
		if err != nil {
			b.Fatal(err)
		}
		cols = append(cols, c)
	}
	f, err := frame.New(cols...)
	if err != nil {
		b.Fatal(err)
	}
	if err := WriteFile(context.Background(), path, f, WriteOptions{BatchRows: 1 << 17}); err != nil {
		b.Fatal(err)
	}
	info, _ := os.Stat(path)
	b.SetBytes(info.Size())
	for b.Loop() {
		m, err := OpenMapped(path)
		if err != nil {
			b.Fatal(err)
		}
		m.Close()
	}
}
