package csv

import (
	"context"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/parallel"
)

// Schema returns the names and types of the columns of a file, from its first
// o.SampleBytes. They are those of [ReadFileSeq] and [Splits]. [ReadFile] may find a
// wider type in the rest of the file.
func Schema(ctx context.Context, path string, o ReadOptions) (s *arrow.Schema, err error) {
	err = withJob(ctx, "csv.Schema", o, nil, ofPath(path), func(j *job) error {
		j.fix()
		s = j.schema()
		return nil
	})
	return s, err
}

// Count returns the number of rows in a file. It reads every byte, but only finds the
// ends of records, which is several times faster than reading values.
func Count(ctx context.Context, path string, o ReadOptions, opts ...parallel.Option) (rows int, err error) {
	var r Report
	o.Columns, o.Report, o.Reject = []string{}, &r, false
	err = withJob(ctx, "csv.Count", o, opts, ofPath(path), func(j *job) error {
		if err := j.readAll(); err != nil {
			return err
		}
		for _, p := range j.pieces {
			if p != nil {
				rows += p.rows
			}
		}
		return nil
	})
	return rows, err
}
