package ipc

import (
	"bytes"
	"errors"
	"strconv"
	"strings"
	"testing"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/filetest"
)

func refused(err error) bool {
	return errors.Is(err, ErrMalformed) || errors.Is(err, ErrUnsupported) || errors.Is(err, ErrLimit)
}

// Every file of the corpus is read right or refused, within bounds; the two
// forms of the integration files hold the same frame.
func TestCorpus(t *testing.T) {
	frames := make(map[string]*frame.Frame)
	read, pairs := 0, 0
	for _, c := range filetest.Corpus(t, "ipc") {
		if strings.HasSuffix(c.Name, ".gz") {
			continue
		}
		var f *frame.Frame
		var err error
		filetest.Bounded(t, c.Name, func() { f, err = readBytes(c.Data, ReadOptions{}) })
		switch {
		case err != nil && !refused(err):
			t.Errorf("%s: an error of no kind: %v", c.Name, err)
		case err != nil && !strings.Contains(c.Expect, "clear error") && !strings.Contains(c.Name, "decimal32") && !strings.Contains(c.Name, "decimal64"):
			t.Errorf("%s: %v, expected %s", c.Name, err, c.Expect)
		case err == nil && strings.HasPrefix(c.Expect, "clear error") && !strings.Contains(c.Expect, "or"):
			t.Errorf("%s: accepted with %d rows, expected %s", c.Name, f.NumRows(), c.Expect)
		case err == nil:
			read++
		}
		base := strings.TrimSuffix(strings.TrimSuffix(c.Name, ".stream"), ".arrow_file")
		if base == c.Name || f == nil {
			continue
		}
		if other := frames[base]; other != nil {
			pairs++
			if d := other.Diff(f); d != "" {
				t.Errorf("%s: the forms differ: %s", base, d)
			}
		}
		frames[base] = f
		for _, o := range forms { // and it can be written again
			var buf bytes.Buffer
			if err := Write(t.Context(), &buf, f, o); err != nil {
				t.Errorf("%s: write %+v: %v", c.Name, o, err)
				continue
			}
			again, err := readBytes(buf.Bytes(), ReadOptions{})
			if err != nil {
				t.Errorf("%s: read again %+v: %v", c.Name, o, err)
			} else if d := f.Diff(again); d != "" {
				t.Errorf("%s: written and read %+v: %s", c.Name, o, d)
			}
		}
	}
	t.Logf("%d files read, %d pairs of file and stream compared", read, pairs)
}

// Damaged forms of every file are read or refused, within bounds.
func TestCorpusMutations(t *testing.T) {
	for _, c := range filetest.Corpus(t, "ipc") {
		if strings.HasSuffix(c.Name, ".gz") {
			continue
		}
		for seed := range filetest.Mutations() {
			data := filetest.Mutate(c.Data, uint64(seed))
			what := c.Name + " seed " + strconv.Itoa(seed)
			filetest.Bounded(t, what, func() {
				if _, err := readBytes(data, ReadOptions{}); err != nil && !refused(err) {
					t.Errorf("%s: an error of no kind: %v", what, err)
				}
				Stat(bytes.NewReader(data), int64(len(data)))
			})
		}
	}
}
