//go:build race

package calltest

// Raced says whether the race detector is on.
const Raced = true
