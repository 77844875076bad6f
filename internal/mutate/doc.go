// Mutate asks whether the tests would notice a mistake. It makes small
// mistakes in the library, one at a time, and runs the tests:
//
//	go run ./internal/mutate                                  300 mutants of seed 1
//	go run ./internal/mutate -pkgs internal/engine -n 40 -v   40 of one package
//
// A mutant is the source with one token changed (mutants.go has the list):
// < becomes <=, && becomes ||, 8 becomes 9, return err becomes return nil, a
// statement is gone. The seed chooses among all mutants of the packages: the
// same seed and the same source give the same mutants.
//
// A mutant that does not compile is not counted. For the others, the tests of
// its package run, and then those of the packages that import it, nearest
// first, until one fails: the mutant is killed. Tests that take three times as
// long as without the mutant, and ten seconds, hang, which is a kill as well.
// The tree is never changed, and must not change during a run: the go command reads
// the mutant through an overlay.
//
// A mutant that all tests pass has survived. It is printed, and either gets a
// test that kills it, or an entry in equal.txt with the reason why nobody can
// observe it. The exit status is 1 if less than -least of the mutants are
// killed, and 2 if there is no result.
//
// Every mutant leaves compiled packages in the build cache, some 10 MB each.
// A long run is best given one of its own: GOCACHE=/tmp/mutants make mutate.
package main
