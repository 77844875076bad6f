package csv

import (
	"strings"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"github.com/parframe/parframe/frame"
)

// report tells what happened, if somebody wants to know.
func (j *job) report(pieces []*piece) error {
	out := j.o.Report
	if out == nil {
		return nil
	}
	*out = Report{Renamed: j.head.renamed}
	var cuts []cut
	for _, p := range pieces {
		if p == nil {
			continue
		}
		out.Rows += p.rows
		out.RaggedN += len(p.ragged)
		room := maxRaggedLines - len(out.Ragged)
		out.Ragged = append(out.Ragged, p.ragged[:min(room, len(p.ragged))]...)
		cuts = append(cuts, p.cuts...)
	}
	if !j.o.Reject {
		return nil
	}
	var err error
	out.Rejected, err = rejected(cuts)
	return err
}

// rejected makes a frame of the records that were set aside: line (int64),
// column (string, null if the whole record is meant), text and reason (string).
func rejected(cuts []cut) (*frame.Frame, error) {
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "line", Type: arrow.PrimitiveTypes.Int64},
		{Name: "column", Type: arrow.BinaryTypes.String, Nullable: true},
		{Name: "text", Type: arrow.BinaryTypes.String},
		{Name: "reason", Type: arrow.BinaryTypes.String},
	}, nil)
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	defer b.Release()
	for _, c := range cuts {
		b.Field(0).(*array.Int64Builder).Append(int64(c.line))
		if c.column > 0 {
			b.Field(1).(*array.StringBuilder).Append(c.name)
		} else {
			b.Field(1).AppendNull()
		}
		b.Field(2).(*array.StringBuilder).Append(strings.ToValidUTF8(string(c.text), "\uFFFD"))
		b.Field(3).(*array.StringBuilder).Append(c.why)
	}
	return frame.FromRecords(schema, b.NewRecord())
}
