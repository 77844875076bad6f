package main

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
)

// table collects one value per benchmark and round.
type table struct {
	names  []string
	bases  map[string]string // name of the base, by benchmark
	unit   string
	values map[string][]float64 // by benchmark, one for each round
}

func newTable(names []string, base, unit string) *table {
	t := &table{names: names, bases: map[string]string{}, unit: unit, values: map[string][]float64{}}
	for _, n := range names {
		if b, ok := baseOf(n, base, names); ok {
			t.bases[n] = b
		}
	}
	return t
}

func (t *table) add(name string, v float64) { t.values[name] = append(t.values[name], v) }

// baseOf finds the benchmark that has base in the place of one of name's
// elements, the last one that gives a benchmark.
func baseOf(name, base string, names []string) (string, bool) {
	elems := strings.Split(name, "/")
	for i := len(elems) - 1; i > 0; i-- {
		was := elems[i]
		elems[i] = base
		if b := strings.Join(elems, "/"); slices.Contains(names, b) {
			return b, true
		}
		elems[i] = was
	}
	return "", false
}

// order is the order of a round: forward and backward in turn, each time from
// another start, so that nothing always runs behind the same neighbour.
func order(names []string, round int) []string {
	k := round % len(names)
	turned := slices.Concat(names[k:], names[:k])
	if round%2 == 1 {
		slices.Reverse(turned)
	}
	return turned
}

func (t *table) print(w io.Writer) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(tw, "benchmark\t%s\tratio\tquartiles\tdifference\tbase\n", t.unit)
	for _, n := range t.names {
		fmt.Fprintf(tw, "%s\t%s", short(n), number(quantile(t.values[n], 0.5)))
		base, ok := t.bases[n]
		if !ok || base == n {
			fmt.Fprint(tw, "\t\t\t\t\n") // keeps the columns of the rows around it
			continue
		}
		ratios, differences := t.pairs(n, base)
		fmt.Fprintf(tw, "\t%.3f\t%.3f to %.3f\t%s\t%s\n", quantile(ratios, 0.5), quantile(ratios, 0.25), quantile(ratios, 0.75),
			number(quantile(differences, 0.5)), short(base))
	}
	return tw.Flush()
}

func short(name string) string { return strings.TrimPrefix(name, "Benchmark") }

// number gives four digits or all before the point, never an exponent of ten
// that the reader must compare by eye.
func number(v float64) string {
	if math.Abs(v) >= 1000 {
		return strconv.FormatFloat(v, 'f', 0, 64)
	}
	return strconv.FormatFloat(v, 'g', 4, 64)
}

// pairs divides and subtracts round by round. Where the base is zero (B/op of
// a loop that allocates nothing) the ratio is an infinity or NaN, and printed
// as such.
func (t *table) pairs(name, base string) (ratios, differences []float64) {
	for i, v := range t.values[name] {
		ratios = append(ratios, v/t.values[base][i])
		differences = append(differences, v-t.values[base][i])
	}
	return ratios, differences
}

// quantile interpolates between the two nearest values, as NumPy does by
// default; quantile(v, 0.5) is the median. v is not empty.
func quantile(v []float64, q float64) float64 {
	s := slices.Sorted(slices.Values(v))
	at := q * float64(len(s)-1)
	i := int(at)
	if i == len(s)-1 || s[i] == s[i+1] { // equal infinities have no difference
		return s[i]
	}
	return s[i] + (at-float64(i))*(s[i+1]-s[i])
}
