// Package rowcodec copies columns into Go structs and structs into columns.
//
// A [Plan] maps the fields of a Go type to columns: names from struct tags, nullable
// forms (*T, sql.Null[T], [Null]), nested slices and structs. It is made once for a call,
// by reflection. Rows are copied without reflection, except that it clears structs that
// are missing.
//
//	plan, err := rowcodec.PlanOf(reflect.TypeFor[Row]())
//	readers, err := plan.Bind(columns)       // a Reader for each field
//	err = rowcodec.ReadRows(readers, rows, lo, &row)
//
// Rows are copied a block at a time ([BlockRows]): column by column, in loops over
// plain slices, into or out of a [View] of consecutive structs. A [Reader] copies rows
// of a column into one field ([Reader.Gather]). A [Block] collects nulls that the field
// cannot hold, and the first value that does not fit. A [Writer] is an output column:
// each worker copies its own rows into the final buffers ([Writer.Scatter]). The position
// of text and lists depends on the rows before, so they stay in a [WriteMem] until
// [Finish]. If the number of rows is not known, each chunk of the work fills a [Part],
// and [JoinParts] joins them.
//
// The package knows columns, and nothing of frames, calls or options. Its errors name
// field, column and types, and are of the kinds in errkind.
//
// The package reads and writes Go values by address, through a View, on the invariant
// that view.go states. view.go imports unsafe for it. read_nested.go and write_nested.go
// do so for the headers of slices and for structs behind pointers, and rows.go for a size.
package rowcodec
