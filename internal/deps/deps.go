// Package deps holds no code: its tests hold the shape of the module, which a
// compiler does not. Which package may import which, where goroutines start,
// that the README shows the code of the example, and that the documents speak
// of nothing outside of the repository.
package deps
