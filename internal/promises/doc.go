// Package promises holds the tests of what the library promises for every
// operation of every package. It has no code of its own. operation_test.go
// has the table of operations: every exported function and method that takes a
// context has a row (complete_test.go).
//
//   - Any operation runs inside the function of any other one, on pools of any
//     width, with Workers and without: nothing hangs, no more functions run at
//     once than the width allows, and every kind of end ends it (nested_test.go).
//   - Each option that an operation takes is honored or refused (options_test.go),
//     and options hold together as they do alone (mixed_test.go).
//   - When the context ends, no worker begins more than one further call of a
//     function that takes long, however long the calls before it took (context_test.go).
//   - Nothing grows from call to call (growth_test.go).
package promises
