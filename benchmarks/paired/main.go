// Paired compares benchmarks on a machine that is not quiet. It runs the
// benchmarks that match a pattern one after the other, several rounds, each
// in a process of its own, and divides within a round: what slows the machine
// for a while slows both sides of a ratio. A measurement during which another
// program used the cores is repeated.
//
//	go run ./paired -pkg ../parallel -bench 'Map/n=1000000' -base loop -rounds 7
//
// A benchmark's base is the one whose name is the same but for one element,
// which is the word given by -base: of Map/n=10/workers=2 it is Map/n=10/loop.
// The table has the median of the rounds, the median ratio to the base with
// its quartiles, and the median of the difference; a ratio whose quartiles lie
// far apart wants more rounds or a longer -benchtime.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

func main() {
	var s settings
	flag.StringVar(&s.pkg, "pkg", ".", "`folder` of the package, which may be in another module")
	flag.StringVar(&s.bench, "bench", ".", "`pattern` as for go test -bench")
	flag.StringVar(&s.base, "base", "loop", "`element` of a benchmark's name that marks the base; \"\" for none")
	flag.IntVar(&s.rounds, "rounds", 7, "how often each benchmark is run")
	flag.IntVar(&s.tries, "tries", 10, "how often a measurement is made until the machine was quiet around it")
	flag.DurationVar(&s.benchtime, "benchtime", 300*time.Millisecond, "as for go test, in each round")
	flag.StringVar(&s.unit, "unit", "ns/op", "what is compared: ns/op, B/op, allocs/op or a metric of the benchmark's own")
	// One number and not a list: b.Loop with -cpu 1,2 measures the first
	// entry at the last one's GOMAXPROCS (golang/go#49980).
	flag.IntVar(&s.cpu, "cpu", runtime.NumCPU(), "GOMAXPROCS")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := compare(ctx, s); err != nil {
		fmt.Fprintln(os.Stderr, "paired:", err)
		os.Exit(1)
	}
}

type settings struct {
	pkg, bench, base, unit string
	rounds, tries, cpu     int
	benchtime              time.Duration
}

func (s settings) check() error {
	switch {
	case flag.NArg() > 0:
		return fmt.Errorf("unexpected argument %q", flag.Arg(0))
	case s.rounds < 1:
		return fmt.Errorf("-rounds %d: want 1 or more", s.rounds)
	case s.tries < 1:
		return fmt.Errorf("-tries %d: want 1 or more", s.tries)
	case s.cpu < 1:
		return fmt.Errorf("-cpu %d: want 1 or more", s.cpu)
	case s.benchtime <= 0:
		return fmt.Errorf("-benchtime %s: want more than 0", s.benchtime)
	}
	return nil
}

func compare(ctx context.Context, s settings) error {
	if err := s.check(); err != nil {
		return err
	}
	tmp, err := os.MkdirTemp("", "paired")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	b := binary{path: filepath.Join(tmp, "bench.test"), dir: s.pkg, cpu: s.cpu}
	if err := b.build(ctx); err != nil {
		return err
	}
	names, err := b.list(ctx, s.bench)
	if err != nil {
		return err
	}
	if len(names) == 0 {
		return fmt.Errorf("no benchmark in %s matches %q", s.pkg, s.bench)
	}
	t, quiet := newTable(names, s.base, s.unit), newWatch(s.cpu, s.tries)
	if s.base != "" && len(t.bases) == 0 {
		return fmt.Errorf("-base %s: no such element in %s", s.base, strings.Join(names, ", "))
	}
	for round := range s.rounds {
		for _, name := range order(names, round) {
			v, err := quiet.measure(func() (float64, error) {
				values, err := b.measure(ctx, name, s.benchtime)
				v, ok := values[s.unit]
				if err == nil && !ok {
					err = fmt.Errorf("%s reports no %s", name, s.unit)
				}
				return v, err
			})
			if err != nil {
				return err
			}
			t.add(name, v)
		}
		fmt.Fprintf(os.Stderr, "round %d of %d\n", round+1, s.rounds)
	}
	fmt.Printf("%s, %s/%s, %s, GOMAXPROCS %d of %d, %d rounds of %s\n", runtime.Version(), runtime.GOOS, runtime.GOARCH,
		b.processor, s.cpu, runtime.NumCPU(), s.rounds, s.benchtime)
	if quiet.disturbed > 0 {
		fmt.Printf("%d of %d measurements found no quiet moment in %d tries: the least disturbed one counts\n",
			quiet.disturbed, s.rounds*len(names), s.tries)
	}
	return t.print(os.Stdout)
}
