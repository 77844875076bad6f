//go:build !race

package calltest

// Raced reports whether the race detector is enabled.
const Raced = false
