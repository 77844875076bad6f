//go:build race

package parallel_test

const underRace = true
