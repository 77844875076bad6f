package csv

import (
	"bytes"
	"context"
	"os"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/calltest"
	"github.com/parframe/parframe/parallel"
)

// PARFRAME_CSV_RANGE=7 runs every test with ranges of 7 bytes.
var usualRange, _ = strconv.ParseInt(os.Getenv("PARFRAME_CSV_RANGE"), 10, 64)

func TestMain(m *testing.M) {
	rangeSize = usualRange
	calltest.Main(m)
}

// tiny runs a test with ranges of the usual size and of a few bytes, so that borders
// occur everywhere. Tests that use it must not run in parallel.
func tiny(t *testing.T, test func(t *testing.T)) {
	defer func() { rangeSize = usualRange }()
	for _, n := range []int64{usualRange, 1, 7, 64} {
		rangeSize = n
		name := "ranges of 7 bytes"
		switch n {
		case usualRange:
			name = "usual ranges"
		case 1:
			name = "ranges of 1 byte"
		case 64:
			name = "ranges of 64 bytes"
		}
		t.Run(name, test)
	}
}

// readText reads text in all ways, and fails if they differ.
func readText(t testing.TB, text string, o ReadOptions) (*frame.Frame, error) {
	t.Helper()
	var report *Report
	if o.Report != nil {
		report = new(Report)
	}
	f, err := Read(context.Background(), strings.NewReader(text), o)
	o.Report, report = report, o.Report
	for _, run := range [][]parallel.Option{{parallel.Serial()}, {parallel.Workers(3)}} {
		for _, r := range []readerOnly{{strings.NewReader(text), true}, {strings.NewReader(text), false}} {
			g, gerr := Read(context.Background(), r.reader(), o, run...)
			if !sameError(err, gerr) {
				t.Fatalf("one way: %v\nanother: %v\ntext: %q", err, gerr, text)
			}
			if err == nil {
				if a, b := show(t, f), show(t, g); !reflect.DeepEqual(a, b) {
					t.Fatalf("two ways to read %q differ:\n%s", text, cmp.Diff(a, b))
				}
			}
			if report != nil && err == nil {
				if report.Rows != o.Report.Rows || !cmp.Equal(report.Ragged, o.Report.Ragged) || report.RaggedN != o.Report.RaggedN || !cmp.Equal(report.Renamed, o.Report.Renamed) {
					t.Fatalf("two ways to read %q report %+v and %+v", text, report, o.Report)
				}
				if report.Rejected != nil && !cmp.Equal(show(t, report.Rejected), show(t, o.Report.Rejected)) {
					t.Fatalf("two ways to read %q reject %v and %v", text, show(t, report.Rejected), show(t, o.Report.Rejected))
				}
			}
		}
	}
	return f, err
}

func sameError(a, b error) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Error() == b.Error()
}

// readerOnly hides the other methods of a strings.Reader, if plain is not set, and
// returns a few bytes at a time.
type readerOnly struct {
	*strings.Reader
	plain bool
}

func (r readerOnly) reader() interface{ Read([]byte) (int, error) } {
	if r.plain {
		return r.Reader
	}
	return drip{r.Reader}
}

type drip struct{ r *strings.Reader }

func (d drip) Read(p []byte) (int, error) { return d.r.Read(p[:min(len(p), 13)]) }

// mustRead is readText for text without errors.
func mustRead(t testing.TB, text string, o ReadOptions) *frame.Frame {
	t.Helper()
	f, err := readText(t, text, o)
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return f
}

// written returns the text of a frame.
func written(t testing.TB, f *frame.Frame, o WriteOptions, run ...parallel.Option) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(context.Background(), &b, f, o, run...); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// corpus returns the folder of the corpus, or skips the test.
func corpus(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("PARFRAME_CORPUS")
	if dir == "" {
		t.Skip("PARFRAME_CORPUS is not set: it names the folder with MANIFEST.tsv and the files that it lists")
	}
	return dir
}
