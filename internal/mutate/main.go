package main

import (
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
)

//go:embed equal.txt
var equalText string

// defaultPackages are those whose mistakes give wrong results without a sign.
const defaultPackages = "parallel,internal/engine,internal/chunk,internal/rowcodec,internal/keys,internal/stats,frame,io/csv,io/parquet,io/ipc"

// config is what the command line says.
type config struct {
	dir      string   // a folder of the module
	packages []string // folders of packages, from the module's root
	tests    []string // folders of the packages whose tests run; none means all
	equal    string   // the text of equal.txt
	seed     uint64
	n        int
	least    float64
	short    bool
	verbose  bool
}

func main() {
	c := config{dir: ".", equal: equalText}
	packages := flag.String("pkgs", defaultPackages, "make mutants of these packages: `FOLDERS`, with commas between")
	flag.Uint64Var(&c.seed, "seed", 1, "`NUMBER` that chooses the mutants")
	flag.IntVar(&c.n, "n", 300, "`NUMBER` of mutants; 0 makes all")
	tests := flag.String("tests", "", "run the tests of these packages only: `FOLDERS`, with commas between")
	flag.Float64Var(&c.least, "least", 0.95, "exit with status 1 if the `SHARE` killed is smaller")
	flag.BoolVar(&c.short, "short", false, "run the tests with -short")
	flag.BoolVar(&c.verbose, "v", false, "print killed mutants too")
	flag.Parse()
	c.packages = strings.Split(*packages, ",")
	if *tests != "" {
		c.tests = strings.Split(*tests, ",")
	}
	share, err := mutate(c, os.Stdout)
	switch {
	case err != nil || flag.NArg() > 0:
		if err == nil {
			err = fmt.Errorf("unexpected argument %q", flag.Arg(0))
		}
		fmt.Fprintln(os.Stderr, "mutate:", err)
		os.Exit(2)
	case share < c.least:
		os.Exit(1)
	}
}

// mutate makes the mutants of c, runs the tests, prints the survivors to w, and
// returns the share of mutants that the tests killed.
func mutate(c config, w io.Writer) (float64, error) {
	mod, err := loadModule(c.dir)
	if err != nil {
		return 0, err
	}
	targets, err := mod.find(c.packages)
	if err != nil {
		return 0, err
	}
	equal, err := parseEqual(c.equal)
	if err != nil {
		return 0, err
	}
	all, err := mod.mutants(targets)
	if err != nil {
		return 0, err
	}
	if err := equal.mark(all, targets); err != nil {
		return 0, err
	}
	check, err := newChecker(mod, targets)
	if err != nil {
		return 0, err
	}
	tests, err := newRunner(mod, c)
	if err != nil {
		return 0, err
	}
	defer tests.close()

	limitMemory()
	sum := tally{}
	for _, m := range shuffled(all, c.seed) {
		if c.n > 0 && sum.counted() == c.n {
			break
		}
		if m.equal || check.compile(m) != nil {
			continue
		}
		result, err := tests.run(m)
		if err != nil {
			return 0, err
		}
		sum.add(m, result)
		if c.verbose || result.outcome == survived {
			fmt.Fprintln(w, describe(m, result))
		}
	}
	if sum.counted() == 0 {
		return 0, errors.New("no mutant compiled")
	}
	sum.print(w)
	return sum.share(), nil
}
