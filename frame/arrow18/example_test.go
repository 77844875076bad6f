package arrow18_test

import (
	"context"
	"fmt"
	"strings"

	a18 "github.com/apache/arrow-go/v18/arrow"
	arr18 "github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/frame/arrow18"
)

var schema = a18.NewSchema([]a18.Field{
	{Name: "word", Type: a18.BinaryTypes.String},
	{Name: "n", Type: a18.PrimitiveTypes.Int64},
}, nil)

const words = `[{"word": "tea", "n": 2}, {"word": "cake", "n": 5}]`

// A record batch of v18 in, a function per row, a record batch of v18 out.
func ExampleFromRecordBatch() {
	rec, _, _ := arr18.RecordFromJSON(memory.DefaultAllocator, schema, strings.NewReader(words))
	defer rec.Release()

	f, err := arrow18.FromRecordBatch(rec)
	if err != nil {
		fmt.Println(err)
		return
	}
	type row struct {
		Word string `frame:"word"`
		N    int    `frame:"n"`
	}
	f, err = frame.MapRows(context.Background(), f, func(_ context.Context, r row) (string, error) {
		return strings.Repeat(r.Word, r.N), nil
	}, frame.As("repeated"))
	if err != nil {
		fmt.Println(err)
		return
	}
	out, err := arrow18.ToRecordBatches(f)
	fmt.Println(out[0].Column(0), err)
	// Output: ["teatea" "cakecakecakecakecake"] <nil>
}

func ExampleFromTable() {
	rec, _, _ := arr18.RecordFromJSON(memory.DefaultAllocator, schema, strings.NewReader(words))
	table := arr18.NewTableFromRecords(schema, []a18.RecordBatch{rec, rec})

	f, err := arrow18.FromTable(table)
	fmt.Println(f, err)
	// Output:
	// shape: (4, 2)
	// ┌──────┬───────┐
	// │ word ┆     n │
	// │ ---  ┆   --- │
	// │ utf8 ┆ int64 │
	// ╞══════╪═══════╡
	// │ tea  ┆     2 │
	// │ cake ┆     5 │
	// │ tea  ┆     2 │
	// │ cake ┆     5 │
	// └──────┴───────┘ <nil>
}

func ExampleToTable() {
	n, _ := frame.NewColumn("n", []int8{1, 2, 3})
	f, _ := frame.New(n)
	table, err := arrow18.ToTable(f)
	fmt.Println(table.Schema().Field(0), table.NumRows(), err)
	// Output: n: type=int8 3 <nil>
}

func ExampleFromRecordBatches() {
	rec, _, _ := arr18.RecordFromJSON(memory.DefaultAllocator, schema, strings.NewReader(words))
	f, err := arrow18.FromRecordBatches(schema, rec, rec, rec)
	fmt.Println(f.NumRows(), err)
	// Output: 6 <nil>
}
