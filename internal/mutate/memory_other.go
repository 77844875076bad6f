//go:build !linux

package main

// limitMemory does nothing: the limit that Linux has for a process's data has
// no counterpart that is the same everywhere.
func limitMemory() {}
