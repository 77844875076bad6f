// Package keys turns rows into numbers of their keys, and puts rows in order.
//
// Keys are exact: typed values, not text made of them. [Number] and [NumberRows] give
// each row the number of its key, in the order in which keys first appear, whatever
// the number of workers; [Group] lists the rows of each number; [Match] numbers the
// rows of two tables alike, for joins. [OrderOf] gives the rows of a column words of 64
// bits that are ordered as the values are, and [Sort] sorts rows by several such
// columns, stably.
//
// A key is a word of 64 bits: the value of a number, a short text, or the hash of a
// long text, which is kept beside it. A table of words (table.go) finds a number in one
// cache line for nearly every row. Each worker numbers its rows in a table of its own;
// the tables are then merged, and the numbers follow from the rows alone.
//
// Null is a key, unless [Source.DropNulls] is set. NaN equals NaN, and -0.0 equals 0.0.
// A dictionary counts by its values, whose keys are found once. Integers of any width
// have the same keys, so that they can be joined.
//
// The hash of long texts is seeded for each process, since texts may come from someone
// who would choose them to collide. No result depends on it.
//
// Work runs on [Workers], which a call implements; the package knows nothing of frames.
package keys
