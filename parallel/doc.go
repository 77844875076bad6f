// Package parallel runs functions over ranges, slices and iterators on a bounded set of goroutines.
package parallel
