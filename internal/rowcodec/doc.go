// Package rowcodec copies columns into Go structs and structs into columns.
//
// A [Plan] says which field of a Go type is which column: names from struct tags,
// nullable forms (*T, sql.Null[T], [Null]), nested slices and structs. It is made once
// for a call, by reflection; nothing below it reflects per row.
//
//	plan, err := rowcodec.PlanOf(reflect.TypeFor[Row]())
//	readers, err := plan.Bind(columns)       // a Reader for each field
//	err = rowcodec.ReadRows(readers, rows, lo, &row)
//
// Rows are copied a block at a time ([BlockRows]): column by column, in loops over
// plain slices, into or out of a [View] of consecutive structs. A [Reader] copies rows
// of a column into one field ([Reader.Gather]); a [Block] notes nulls that the field
// cannot hold, and the first value that does not fit. A [Writer] is a column in the
// making: each worker copies its own rows into the final buffers ([Writer.Scatter]).
// Text and lists, whose place depends on the rows before, wait in a [WriteMem] for
// [Finish]. Where the number of rows is not known, each chunk of the work makes a
// [Part], and [JoinParts] joins them.
//
// The package knows columns, and nothing of frames, calls or options. Its errors name
// field, column and types, and are of the kinds in errkind. All use of unsafe is in
// view.go, rows.go and the nested readers, on the invariant that view.go states.
package rowcodec
