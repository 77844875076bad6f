package csv

import (
	"context"
	"strings"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/engine"
	"github.com/parframe/parframe/internal/files"
)

// note adds a piece to the report, if there is one. Pieces must be added in order.
func (j *job) note(p *piece) {
	out := j.o.Report
	if out == nil {
		return
	}
	out.Rows += p.rows
	out.RaggedN += len(p.ragged)
	left := maxRaggedLines - len(out.Ragged)
	out.Ragged = append(out.Ragged, p.ragged[:min(left, len(p.ragged))]...)
	j.rejections = append(j.rejections, p.rejections...)
}

// startReport clears the report of an earlier call.
func (j *job) startReport() {
	if j.o.Report != nil {
		*j.o.Report = Report{Renamed: j.head.renamed}
	}
}

// endReport completes the report when all pieces are in it.
func (j *job) endReport() error {
	if j.o.Report == nil || !j.o.Reject {
		return nil
	}
	return files.Alone(j.call, func(w *engine.Worker) (err error) {
		j.o.Report.Rejected, err = rejected(w, j.rejections)
		return err
	})
}

// rejected returns a frame of the records that were set aside: line (int64), column
// (string, null for the whole record), text and reason (string).
func rejected(ctx context.Context, cuts []rejection) (*frame.Frame, error) {
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "line", Type: arrow.PrimitiveTypes.Int64},
		{Name: "column", Type: arrow.BinaryTypes.String, Nullable: true},
		{Name: "text", Type: arrow.BinaryTypes.String},
		{Name: "reason", Type: arrow.BinaryTypes.String},
	}, nil)
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	defer b.Release()
	for i, c := range cuts {
		if i%rowsAtOnce == 0 && ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
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
