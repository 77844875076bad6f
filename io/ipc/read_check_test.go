package ipc

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/ipccheck"
)

// A batch that Arrow writes has exactly the arrays and buffers that its fields need.
// A batch with a shorter list in the metadata is refused, as Arrow would read past
// the end of the list.
func TestBatchWithTooFewArraysOrBuffers(t *testing.T) {
	b := write(t, frameOf(t, 1, allTypes(), 0.3, 50), WriteOptions{Form: Stream})
	meta, rest, err := ipccheck.Prefix(b)
	if err != nil {
		t.Fatal(err)
	}
	head, err := ipccheck.Metadata(meta)
	if err != nil {
		t.Fatal(err)
	}
	schema, err := schemaAt(b)
	if err != nil {
		t.Fatal(err)
	}
	check, err := checker(schema, head.DictIDs)
	if err != nil {
		t.Fatal(err)
	}
	for batches := 0; ; batches++ {
		if meta, rest, err = ipccheck.Prefix(rest); err != nil {
			t.Fatal(err)
		}
		if meta == nil {
			if batches < 5 {
				t.Errorf("%d batches", batches)
			}
			return
		}
		m, err := ipccheck.Metadata(meta)
		if err != nil {
			t.Fatal(err)
		}
		rest = rest[m.BodyLen:]
		if err := check(&m); err != nil {
			t.Error(err)
		}
		short := m
		short.Nodes = m.Nodes[:len(m.Nodes)-1]
		if err := check(&short); !errors.Is(err, ErrMalformed) {
			t.Errorf("an array is missing: %v", err)
		}
		short = m
		short.Buffers = m.Buffers[:len(m.Buffers)-1]
		if err := check(&short); !errors.Is(err, ErrMalformed) {
			t.Errorf("a buffer is missing: %v", err)
		}
	}
}

func TestCheckerOfOtherDictionaries(t *testing.T) {
	schema := frameOf(t, 1, allTypes(), 0, 1).Schema()
	if _, err := checker(schema, nil); !errors.Is(err, ErrMalformed) {
		t.Error(err)
	}
	check, err := checker(frameOf(t, 1, allTypes()[:3], 0, 1).Schema(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := check(&ipccheck.Message{Kind: ipccheck.DictionaryMessage, DictID: 7}); !errors.Is(err, ErrMalformed) {
		t.Error(err)
	}
}

// The batches of a stream are checked against its schema before Arrow reads them.
func TestReadChecksBatches(t *testing.T) {
	p := arrow.PrimitiveTypes
	one := write(t, frameOf(t, 1, []arrow.DataType{p.Int64}, 0, 50), WriteOptions{Form: Stream})
	two := write(t, frameOf(t, 1, []arrow.DataType{p.Int64, p.Int64}, 0, 50), WriteOptions{Form: Stream})
	_, batches, err := ipccheck.Prefix(one)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, err := ipccheck.Prefix(two)
	if err != nil {
		t.Fatal(err)
	}
	b := slices.Concat(two[:len(two)-len(rest)], batches)
	if _, err := readBytes(b, ReadOptions{}); !errors.Is(err, ErrMalformed) || !strings.Contains(err.Error(), "a batch of 1 arrays in 2 buffers, where its fields need 2 in 4") {
		t.Error(err)
	}
}
