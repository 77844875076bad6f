package pipeline

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/io/parquet"
)

var candidates = []struct {
	name string
	run  func(ctx context.Context, in, out string) error
}{
	{"pqarrow", PqarrowDefaults},
	{"pqarrow-64k", PqarrowSmallPages},
	{"parframe", Parframe},
}

// All candidates write what the loop over the rows makes.
func TestCandidatesAgree(t *testing.T) {
	dir := t.TempDir()
	in := filepath.Join(dir, "in.parquet")
	for _, n := range []int{1, 1000, 1<<18 + 1, 600_000} {
		if err := WriteInput(t.Context(), in, n); err != nil {
			t.Fatal(err)
		}
		want := looped(t, in)
		if want.NumRows() != n {
			t.Fatalf("%d rows in the input, want %d", want.NumRows(), n)
		}
		for _, c := range candidates {
			out := filepath.Join(dir, "out.parquet")
			if err := c.run(t.Context(), in, out); err != nil {
				t.Fatalf("%s: %v", c.name, err)
			}
			got, err := parquet.ReadFile(t.Context(), out, parquet.ReadOptions{})
			if err != nil {
				t.Fatalf("%s: %v", c.name, err)
			}
			if d := want.Diff(got); d != "" {
				t.Errorf("%s over %d rows: %s", c.name, n, d)
			}
		}
	}
}

// looped is the oracle: all rows in memory, one after the other.
func looped(t *testing.T, in string) *frame.Frame {
	t.Helper()
	f, err := parquet.ReadFile(t.Context(), in, parquet.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	sales, err := frame.ToStructs[Sale](t.Context(), f)
	if err != nil {
		t.Fatal(err)
	}
	incomes := make([]Income, len(sales))
	for i, s := range sales {
		if incomes[i], err = IncomeOf(s); err != nil {
			t.Fatal(err)
		}
	}
	f, err = frame.FromStructs(t.Context(), incomes)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// PARFRAME_PIPELINE_ROWS is the number of rows, 10,000,000 in the published
// figures and little without it. PARFRAME_PIPELINE_DIR names a folder in which
// the input is kept for the next run.
func BenchmarkPipeline(b *testing.B) {
	rows, err := strconv.Atoi(os.Getenv("PARFRAME_PIPELINE_ROWS"))
	if err != nil {
		rows = 100_000
	}
	dir := os.Getenv("PARFRAME_PIPELINE_DIR")
	if dir == "" {
		dir = b.TempDir()
	}
	in := filepath.Join(dir, "sales-"+strconv.Itoa(rows)+".parquet")
	if _, err := os.Stat(in); err != nil {
		if err := WriteInput(context.Background(), in, rows); err != nil {
			b.Fatal(err)
		}
	}
	for _, c := range candidates {
		b.Run(c.name, func(b *testing.B) {
			out := filepath.Join(b.TempDir(), "out.parquet")
			for b.Loop() {
				if err := c.run(context.Background(), in, out); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mrows/s")
		})
	}
}
