// Tally keeps count of the tests that several runs of go test -json report.
//
//	go test -json ./... | tally read RESULTS   what failed, a line per package; results are appended
//	tally corpus RESULTS                       "package regexp" of the tests that skipped for want of a corpus
//	tally sum RESULTS                          which corpus tests ran, and "N passed, N failed"
//
// A test that runs in several ways (plain, under the race detector, at
// another GOMAXPROCS) is one test: it failed if it failed once.
package main

import (
	"bufio"
	"fmt"
	"os"
)

func main() {
	if len(os.Args) != 3 {
		fatal(fmt.Errorf("usage: tally read|corpus|sum RESULTS"))
	}
	verb, file := os.Args[1], os.Args[2]
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	switch verb {
	case "read":
		results, err := read(os.Stdin, out)
		if err == nil {
			err = appendTo(file, results)
		}
		if err != nil {
			fatal(err)
		}
	case "corpus", "sum":
		data, err := os.ReadFile(file)
		if err != nil {
			fatal(err)
		}
		results, err := parse(string(data))
		if err != nil {
			fatal(fmt.Errorf("%s: %w", file, err))
		}
		if verb == "corpus" {
			corpusRuns(out, results)
			return
		}
		summary(out, results)
	default:
		fatal(fmt.Errorf("verb %q: want read, corpus or sum", verb))
	}
}

func appendTo(file string, results []result) error {
	f, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
	if err != nil {
		return err
	}
	for _, r := range results {
		fmt.Fprintln(f, r)
	}
	return f.Close()
}

func fatal(err error) {
	fmt.Fprintln(os.Stderr, "tally:", err)
	os.Exit(2)
}
