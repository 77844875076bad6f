//go:build !race

package frame

// underRace says whether the race detector is on.
const underRace = false
