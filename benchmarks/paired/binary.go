package main

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// binary is a package's compiled benchmarks.
type binary struct {
	path      string
	dir       string // of the package; benchmarks find their testdata there
	cpu       int
	processor string // what the benchmarks say that they run on
}

// build compiles within the package's own module, whatever module that is.
func (b *binary) build(ctx context.Context) error {
	_, err := b.command(ctx, "go", "test", "-c", "-vet=off", "-o", b.path, ".")
	return err
}

// list returns the names of the benchmarks that match. Only running them
// tells the names of sub-benchmarks, so it runs each of them once.
func (b *binary) list(ctx context.Context, pattern string) ([]string, error) {
	out, err := b.run(ctx, pattern, "1x")
	if err != nil {
		return nil, err
	}
	var names []string
	for line := range strings.Lines(out) {
		if name, _, ok := parseLine(line, b.cpu); ok {
			names = append(names, name)
		}
		if cpu, ok := strings.CutPrefix(line, "cpu: "); ok {
			b.processor = strings.TrimSpace(cpu)
		}
	}
	return names, nil
}

// measure runs one benchmark and returns what it reports, by unit.
func (b *binary) measure(ctx context.Context, name string, benchtime time.Duration) (map[string]float64, error) {
	out, err := b.run(ctx, exactly(name), benchtime.String())
	if err != nil {
		return nil, err
	}
	for line := range strings.Lines(out) {
		if got, values, ok := parseLine(line, b.cpu); ok && got == name {
			return values, nil
		}
	}
	return nil, fmt.Errorf("%s printed no result:\n%s", name, out)
}

func (b *binary) run(ctx context.Context, pattern, benchtime string) (string, error) {
	return b.command(ctx, b.path, "-test.run=^$", "-test.bench="+pattern, "-test.benchtime="+benchtime,
		"-test.benchmem", "-test.cpu="+strconv.Itoa(b.cpu))
}

func (b *binary) command(ctx context.Context, name string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = b.dir
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("%s in %s: %w\n%s", cmd, b.dir, err, out.String())
	}
	return out.String(), nil
}

// exactly is the pattern that matches one benchmark. testing matches the
// elements of a name one by one, and patterns are cut at each slash.
func exactly(name string) string {
	elems := strings.Split(name, "/")
	for i, e := range elems {
		elems[i] = "^" + regexp.QuoteMeta(e) + "$"
	}
	return strings.Join(elems, "/")
}

// parseLine reads a line like
//
//	BenchmarkMap/n=10/loop-2   31415926   38.2 ns/op   80 B/op   1 allocs/op
//
// into the name as -bench knows it ("Map" matches BenchmarkMap, but the whole
// name does too) and the values by unit. The number of cores is no part of a
// name; a name that ends in -2 by itself keeps it.
func parseLine(line string, cpu int) (name string, values map[string]float64, ok bool) {
	f := strings.Fields(line)
	if len(f) < 4 || len(f)%2 != 0 || !strings.HasPrefix(f[0], "Benchmark") {
		return "", nil, false
	}
	if _, err := strconv.Atoi(f[1]); err != nil {
		return "", nil, false
	}
	values = make(map[string]float64)
	for i := 2; i < len(f); i += 2 {
		v, err := strconv.ParseFloat(f[i], 64)
		if err != nil {
			return "", nil, false
		}
		values[f[i+1]] = v
	}
	name = f[0]
	if cpu > 1 {
		name = strings.TrimSuffix(name, "-"+strconv.Itoa(cpu))
	}
	return name, values, true
}
