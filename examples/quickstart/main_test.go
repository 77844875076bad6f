package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/io/parquet"
)

var update = flag.Bool("update", false, "write output.txt anew")

// The test binary is the program when this is set.
const asProgram = "QUICKSTART_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// quickstart runs the program in dir, with a folder for temporary files that
// must be empty afterwards.
func quickstart(t *testing.T, dir string, args ...string) (stdout, stderr string, err error) {
	t.Helper()
	temp := t.TempDir()
	cmd := exec.CommandContext(t.Context(), os.Args[0], args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), asProgram+"=1", "TMPDIR="+temp, "TMP="+temp)
	var o, e bytes.Buffer
	cmd.Stdout, cmd.Stderr = &o, &e
	err = cmd.Run()
	if left, _ := filepath.Glob(temp + "/*"); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
	return o.String(), e.String(), err
}

// stable replaces what differs from run to run.
func stable(s string) string {
	return regexp.MustCompile(`\b[0-9.]+ ms\b|\b\d+ workers\b`).ReplaceAllString(s, "…")
}

const root = "../.."

func TestOutput(t *testing.T) {
	got, stderr, err := quickstart(t, root)
	if err != nil {
		t.Fatalf("%v: %s", err, stderr)
	}
	if *update {
		if err := os.WriteFile("output.txt", []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("output.txt")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(stable(string(want)), stable(got)); diff != "" {
		t.Errorf("run with -update if this is right (-want +got):\n%s", diff)
	}
	for _, workers := range []string{"1", "3"} {
		got, stderr, err := quickstart(t, root, "-workers", workers)
		if err != nil || stable(got) != stable(string(want)) {
			t.Errorf("-workers %s: %v %s\n%s", workers, err, stderr, got)
		}
	}
}

// The whole of the data that the sample is from.
func TestThreeMillionRows(t *testing.T) {
	dir := os.Getenv("PARFRAME_DATA")
	if dir == "" {
		t.Skip("PARFRAME_DATA is not set: it names the folder with flights-3m.parquet")
	}
	stdout, stderr, err := quickstart(t, root, "-in", filepath.Join(dir, "flights-3m.parquet"))
	if err != nil {
		t.Fatalf("%v: %s", err, stderr)
	}
	for _, want := range []string{"shape: (3_000_000, 8)\n", "unknown airport: 0\n", "same result: true\n", "equal: true\n"} {
		if !strings.Contains(stdout, want) {
			t.Errorf("no %q in\n%s", want, stdout)
		}
	}
}

// Real flights whose airport is not in the list: without Puerto Rico and the
// Virgin Islands, since the full list has every airport.
func TestUnknownAirports(t *testing.T) {
	dir := t.TempDir()
	known := writeAirports(t, dir, "PR", "VI")
	flights, err := filepath.Abs(root + "/testdata/flights-200k.parquet")
	if err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(dir, "legs.parquet")
	stdout, stderr, err := quickstart(t, dir, "-in", flights, "-out", out)
	if err != nil {
		t.Fatalf("%v: %s", err, stderr)
	}
	if !strings.Contains(stdout, "rows with an unknown airport: 2155\n") {
		t.Errorf("got\n%s", stdout)
	}
	result, err := parquet.ReadFile(context.Background(), out, parquet.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	rows, err := frame.ToStructs[struct {
		Origin      string              `frame:"origin"`
		Destination string              `frame:"destination"`
		Distance    float64             `frame:"distance"`
		Direct      frame.Null[float64] `frame:"direct"`
		Detour      frame.Null[float64] `frame:"detour"`
	}](t.Context(), result)
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 200_000 {
		t.Errorf("%d rows", len(rows))
	}
	for i, r := range rows {
		both := known[r.Origin] && known[r.Destination]
		if r.Direct.Valid != both || r.Detour.Valid != both {
			t.Fatalf("row %d: %+v, airports known: %t", i, r, both)
		}
		// The recorded distances are great circles too, but for a percent or two.
		if both && (r.Direct.V < r.Distance*0.98 || r.Direct.V > r.Distance*1.02) {
			t.Fatalf("row %d: %+v: another distance than recorded", i, r)
		}
	}
}

// writeAirports writes testdata/airports.csv below dir, without the airports
// of some states, and returns the codes of the others.
func writeAirports(t *testing.T, dir string, without ...string) map[string]bool {
	t.Helper()
	src, err := os.Open(root + "/testdata/airports.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	records, err := csv.NewReader(src).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "testdata"), 0o755); err != nil {
		t.Fatal(err)
	}
	dst, err := os.Create(filepath.Join(dir, "testdata", "airports.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer dst.Close()
	w := csv.NewWriter(dst)
	known := map[string]bool{}
	for _, r := range records {
		if strings.Contains(strings.Join(without, " "), r[3]) {
			continue
		}
		known[r[0]] = true
		if err := w.Write(r); err != nil {
			t.Fatal(err)
		}
	}
	w.Flush()
	if err := w.Error(); err != nil {
		t.Fatal(err)
	}
	return known
}

// What a user gets wrong is named.
func TestErrors(t *testing.T) {
	dir := t.TempDir()
	whole, err := os.ReadFile(root + "/testdata/flights-200k.parquet")
	if err != nil {
		t.Fatal(err)
	}
	cut := filepath.Join(dir, "cut.parquet")
	if err := os.WriteFile(cut, whole[:len(whole)/2], 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		dir  string
		args []string
		want string
	}{
		{root, []string{"-in", "no/such.parquet"}, "no/such.parquet"},
		{root, []string{"-in", cut}, cut},
		{root, []string{"-in", "testdata/airports.csv"}, "testdata/airports.csv"},
		{root, []string{"-workers", "-3"}, "Workers(-3)"},
		{root, []string{"-out", "no/such/folder/x.parquet"}, "no/such/folder"},
		{dir, nil, "testdata/flights-200k.parquet"}, // not run in the repository
	} {
		stdout, stderr, err := quickstart(t, c.dir, c.args...)
		if err == nil || !strings.HasPrefix(stderr, "quickstart: ") || !strings.Contains(stderr, c.want) || strings.Contains(stderr, "goroutine") {
			t.Errorf("%q: %v\n%s%s", c.args, err, stdout, stderr)
		}
	}
}
