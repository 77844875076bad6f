package csv

import (
	"context"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/parallel"
)

// Schema returns names and types of a file's columns, from its first
// o.SampleBytes: those of [ReadFileSeq] and [Splits]. [ReadFile] may find a
// wider type further down.
func Schema(ctx context.Context, path string, o ReadOptions) (s *arrow.Schema, err error) {
	err = withJob(ctx, "csv.Schema", o, nil, ofPath(path), func(j *job) error {
		j.fix()
		s = j.schema()
		return nil
	})
	return s, err
}

// Count returns the number of rows in a file. It looks at every byte, but only
// for where records end: several times faster than reading.
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
