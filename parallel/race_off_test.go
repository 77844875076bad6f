//go:build !race

package parallel_test

// underRace says whether the race detector is on.
const underRace = false
