package files

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/engine"
)

func TestPick(t *testing.T) {
	names := []string{"a", "b", "c"}
	for _, c := range []struct {
		asked []string
		want  []int
		kind  error
		text  string
	}{
		{nil, []int{0, 1, 2}, nil, ""},
		{[]string{}, []int{}, nil, ""},
		{[]string{"c", "a"}, []int{2, 0}, nil, ""},
		{[]string{"c", "x"}, nil, frame.ErrColumn, `"x"; the file has "a", "b", "c"`},
		{[]string{"b", "b"}, nil, frame.ErrName, `"b" twice`},
	} {
		got, err := Pick(c.asked, names)
		if !errors.Is(err, c.kind) || !slices.Equal(got, c.want) || err != nil && !strings.Contains(err.Error(), c.text) {
			t.Errorf("%q: %v, %v; want %v, %s", c.asked, got, err, c.want, c.text)
		}
	}
	many := strings.Split(strings.Repeat("x,", 25)+"x", ",")
	if err := UnknownColumn("y", many); !strings.HasSuffix(err.Error(), `"x" and 6 more`) {
		t.Error(err)
	}
}

// Names that are not unique, in files that may have empty ones.
func TestUniqueNames(t *testing.T) {
	for _, c := range []struct{ names, want []string }{
		{[]string{"a", "a", "a_1", "a"}, []string{"a", "a_2", "a_1", "a_3"}},
		{[]string{"", ""}, []string{"", "_1"}},
	} {
		if got := UniqueNames(c.names, nil); !slices.Equal(got, c.want) {
			t.Errorf("%q: %q, want %q", c.names, got, c.want)
		}
	}
	unnamed := func(int) string { return "none" }
	if got := UniqueNames([]string{"", "none", ""}, unnamed); !slices.Equal(got, []string{"none_1", "none", "none_2"}) {
		t.Errorf("%q", got)
	}
}

func TestEachFrame(t *testing.T) {
	of := func(name string, v any) *frame.Frame {
		var c frame.Column
		var err error
		switch v := v.(type) {
		case []int64:
			c, err = frame.NewColumn(name, v)
		case []string:
			c, err = frame.NewColumn(name, v)
		}
		if err != nil {
			t.Fatal(err)
		}
		f, err := frame.New(c)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	boom := errors.New("boom")
	a := of("a", []int64{1})
	for name, c := range map[string]struct {
		frames []*frame.Frame
		last   error
		wrote  int
		kind   error
		text   string
	}{
		"two":            {[]*frame.Frame{a, a}, nil, 2, nil, ""},
		"none":           {nil, nil, 0, engine.ErrOption, "without frames"},
		"nil":            {[]*frame.Frame{a, nil}, nil, 1, frame.ErrNilFrame, "frame 1"},
		"another name":   {[]*frame.Frame{a, of("b", []int64{1})}, nil, 1, frame.ErrColumn, "frame 1"},
		"another type":   {[]*frame.Frame{a, a, of("a", []string{"x"})}, nil, 2, frame.ErrType, "frame 2"},
		"error":          {[]*frame.Frame{a}, boom, 1, boom, "boom"},
		"error at first": {nil, boom, 0, boom, "boom"},
	} {
		wrote := 0
		err := EachFrame(func(yield func(*frame.Frame, error) bool) {
			for _, f := range c.frames {
				if !yield(f, nil) {
					return
				}
			}
			if c.last != nil {
				yield(nil, c.last)
			}
		}, SameSchema, func(int, *frame.Frame) error { wrote++; return nil })
		if !errors.Is(err, c.kind) || err != nil && !strings.Contains(err.Error(), c.text) || wrote != c.wrote {
			t.Errorf("%s: %d frames written, %v; want %d, %v", name, wrote, err, c.wrote, c.kind)
		}
	}
	if err := EachFrame(nil, SameSchema, nil); !errors.Is(err, engine.ErrOption) {
		t.Errorf("a nil sequence: %v", err)
	}
	failed := EachFrame(func(yield func(*frame.Frame, error) bool) { yield(a, nil) },
		func(f, first *arrow.Schema) bool { return true }, func(int, *frame.Frame) error { return boom })
	if failed != boom {
		t.Errorf("got %v, want the error of write as it is", failed)
	}
}

func TestOpenRefusesWhatIsNoFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	f.Close()
	if _, err := Open(dir); !errors.Is(err, fs.ErrInvalid) || !strings.Contains(err.Error(), dir) {
		t.Errorf("a folder: %v", err)
	}
	if _, err := Open(filepath.Join(dir, "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	if _, err := OpenFS(nil, "a"); !errors.Is(err, engine.ErrOption) {
		t.Error(err)
	}
}
