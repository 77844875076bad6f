package csv

import (
	"bytes"
	"context"
	"fmt"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/engine"
	"github.com/parframe/parframe/internal/files"
	"github.com/parframe/parframe/parallel"
)

// Split is a part of a file that can be read on its own, also in another process. It
// can be encoded as JSON or gob. It begins and ends between two records, and has the
// information that follows from the rest of the file.
type Split struct {
	Path   string
	Whole  bool  // the file cannot be cut: it is compressed, or in a serial dialect
	Offset int64 // of the first record, in bytes
	Length int64
	Line   int  // lines of the file before it
	CR     bool // lines end with "\r"
	Names  []string
	Types  []string // of each column, as inferred; "" if the options set the type
}

// Splits cuts a file into parts of about size bytes. The last may be shorter, and every
// part has at least one record if the file has one. The parts depend on the bytes of
// the file alone. All are read with the same types: those in o.Types, and for other
// columns those that the first o.SampleBytes suggest.
//
// Splits reads the whole file, but only counts quotes and line ends. A compressed file,
// and one in a dialect that must be read from the start (Escape, Comment, LazyQuotes),
// is one part.
func Splits(ctx context.Context, path string, size int64, o ReadOptions, opts ...parallel.Option) ([]Split, error) {
	o.Columns, o.Report, o.Reject = nil, nil, false
	var in *input
	var splits []Split
	open := func(_ context.Context, o *ReadOptions) (_ *input, err error) {
		if size < 1 {
			return nil, fmt.Errorf("%w: splits of %d bytes; accepted: 1 or more", parallel.ErrOption, size)
		}
		in, err = openPath(path, o)
		return in, err
	}
	err := withJob(ctx, "csv.Splits", o, opts, open, func(j *job) error {
		j.fix()
		one := Split{Path: path, Whole: true, Line: j.head.lines, CR: j.d.nl == '\r', Names: j.head.names}
		for _, c := range j.cols {
			t := ""
			if c.given == nil {
				t = c.fixed.String()
			}
			one.Types = append(one.Types, t)
		}
		if !j.splittable(in) {
			splits = []Split{one}
			return nil
		}
		one.Whole, one.Offset, one.Length = false, j.head.base, in.size-j.head.base
		var err error
		splits, err = j.cut(one, size)
		return err
	})
	return splits, err
}

// cut finds the borders of the parts: the first end of a record after each multiple of
// size. It first counts the quotes and the lines before each multiple.
func (j *job) cut(all Split, size int64) ([]Split, error) {
	src := j.src.(*fileSource)
	n := int((src.size + size - 1) / size)
	if n == 0 {
		return []Split{all}, nil
	}
	counts := make([]state, n)
	err := j.call.Own(n, 0, func(w *engine.Worker, lo, hi int) error {
		sc := j.take()
		defer j.give(sc)
		for k := lo; k < hi; k++ {
			end := min(int64(k+1)*size, src.size)
			for at := int64(k) * size; at < end; at += firstRange {
				if w.Err() != nil {
					return context.Cause(w)
				}
				buf, err := src.readAt(sc.buf[:0], at, int(min(firstRange, end-at)))
				if err != nil {
					return err
				}
				sc.buf = buf
				counts[k].inside = counts[k].inside != j.d.oddQuotes(buf)
				counts[k].line += bytes.Count(buf, []byte{j.d.nl})
			}
		}
		return nil
	})
	if err != nil {
		return nil, j.cause(err)
	}
	var splits []Split
	err = files.Alone(j.call, func(w *engine.Worker) (err error) {
		splits, err = src.borders(w, all, counts, size)
		return err
	})
	return splits, j.cause(err)
}

// borders finds the ends of the parts. counts are the quotes and lines between the
// multiples of size.
func (src *fileSource) borders(ctx context.Context, all Split, counts []state, size int64) (splits []Split, err error) {
	var st state
	at, line := int64(0), src.lines
	for k := range counts {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		st.inside = st.inside != counts[k].inside
		st.line += counts[k].line
		end, lines := src.size, 0
		if border := int64(k+1) * size; border < src.size {
			if end, lines, err = src.recordEnd(ctx, border, st.inside); err != nil {
				return nil, err
			}
		}
		if end <= at {
			continue // one record covers all of it
		}
		s := all
		s.Offset, s.Length, s.Line = src.base+at, end-at, line
		splits = append(splits, s)
		at, line = end, src.lines+st.line+lines
	}
	return splits, nil
}

// recordEnd returns the end of the first record that ends after off, and the number of
// line ends from off to it.
func (s *fileSource) recordEnd(ctx context.Context, off int64, inside bool) (end int64, lines int, err error) {
	var buf []byte
	from := off
	for off < s.size {
		if ctx.Err() != nil {
			return 0, 0, context.Cause(ctx)
		}
		if buf, err = s.readAt(buf[:0], off, tail()); err != nil {
			return 0, 0, err
		}
		n := s.d.endOfRecord(buf, inside)
		if n >= 0 {
			return off + int64(n), lines + bytes.Count(buf[:n], []byte{s.d.nl}), nil
		}
		lines += bytes.Count(buf, []byte{s.d.nl})
		inside = inside != s.d.oddQuotes(buf)
		off += int64(len(buf))
		if off-from > int64(s.limit) {
			return 0, 0, fmt.Errorf("%w: a record of more than %d bytes around byte %d; accepted: up to the option MaxRecord", ErrLimit, s.limit, s.base+from)
		}
	}
	return s.size, lines, nil
}

// Read reads the part. o must be the options that were given to [Splits], except for
// Columns, Report and Reject.
//
//	Split -> frame
//
// A cell that does not fit its type is an [*Error] with the line of the file.
func (s Split) Read(ctx context.Context, o ReadOptions, opts ...parallel.Option) (f *frame.Frame, err error) {
	const name = "csv.Split.Read"
	if s.Whole {
		err = withJob(ctx, name, o, opts, ofPath(s.Path), func(j *job) (err error) {
			if err = s.setTypes(j); err == nil {
				f, err = j.read()
			}
			return err
		})
	} else {
		err = withCall(ctx, name, &o, opts, func(c *engine.Call) (err error) {
			f, err = s.read(c, o)
			return err
		})
	}
	if err != nil {
		return nil, err
	}
	return f, nil
}

// read reads a part that is not the whole file.
func (s Split) read(c *engine.Call, o ReadOptions) (*frame.Frame, error) {
	in, err := openPath(s.Path, &o)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	j, err := bareJob(c, s.Path, o)
	if err != nil {
		return nil, inFile(s.Path, err)
	}
	if !j.splittable(in) || s.Offset < 0 || s.Length < 0 || s.Offset > in.size-s.Length {
		return nil, inFile(s.Path, fmt.Errorf("%w: the split has %d bytes from byte %d on, the file %d bytes: it is not the one that was cut", parallel.ErrOption, s.Length, s.Offset, in.size))
	}
	if s.CR {
		j.d.nl = '\r'
	}
	j.head = &head{names: s.Names, lines: s.Line}
	if j.cols, err = j.head.resolve(&o, j.format); err != nil {
		return nil, inFile(s.Path, err)
	}
	j.readAt(in.at, s.Offset, s.Length)
	if err := s.setTypes(j); err != nil {
		return nil, inFile(s.Path, err)
	}
	j.startReport()
	return j.read()
}

// setTypes sets the types of inferred columns to those that Splits found.
func (s Split) setTypes(j *job) error {
	if len(s.Types) != len(s.Names) {
		return fmt.Errorf("%w: a split with %s and %s", parallel.ErrOption, plural(len(s.Names), "name"), plural(len(s.Types), "type"))
	}
	for _, c := range j.cols {
		if c.given != nil {
			continue
		}
		t := inferredType(s.Types[c.src])
		if t == nil {
			return fmt.Errorf("%w: a split with the type %q for %q, which its options do not have", parallel.ErrOption, s.Types[c.src], c.name)
		}
		c.fixed = t
	}
	if st, ok := j.src.(*streamSource); ok {
		st.keep = false
	}
	return nil
}

// inferredType returns the type that can be inferred and has the given name.
func inferredType(name string) arrow.DataType {
	for _, k := range []kinds{0, kindInt, kindFloat, kindBool, kindDate, kindStamp, kindZoned, kindStamp | kindNano, kindZoned | kindNano} {
		if t := inferred(k); t.String() == name {
			return t
		}
	}
	return nil
}
