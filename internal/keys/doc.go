// Package keys turns rows into numbers of their keys, and sorts rows.
//
// Keys are exact: they are typed values, not text made of values. [Number] and
// [NumberRows] give each row the number of its key, in the order in which keys first
// appear, whatever the number of workers. [Group] lists the rows of each number. [Match]
// numbers the rows of two tables alike, for joins. [OrderOf] gives the rows of a column
// words of 64 bits that are ordered as the values are, and [Sort] sorts rows by several
// such columns, stably.
//
// A key is a word of 64 bits: the value of a number, a short text, or the hash of a long
// text, which the table keeps too. A table (table.go) finds the number of a word in one
// cache line for nearly every row. Each worker numbers its rows in a table of its own. The
// tables are then merged, so that the numbers depend only on the rows.
//
// Null is a key, unless [Source.DropNulls] is set. NaN equals NaN, and -0.0 equals 0.0.
// The keys of a dictionary column are its values, each of which is looked up once.
// Integers of any width have the same keys, so that they can be joined.
//
// No result depends on a hash but [Hash], which is the same in every process: rows can be
// distributed by it. Tables are different, since keys may come from someone who chooses them
// to collide: they hash long texts with a seed of the process, and take a random multiplier
// for words as soon as keys collide that should not.
//
// Work runs on [Workers], which a call implements. The package knows nothing of frames.
package keys
