package csv

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/engine"
	"github.com/parframe/parframe/internal/files"
)

// job is one read of a file: its format, the selection to read, and the pieces that are
// done.
type job struct {
	o      ReadOptions
	name   string // of the file, for errors
	d      dialect
	format format
	nulls  *nullSet
	head   *head
	cols   []*columnPlan
	src    source
	call   *engine.Call

	mu         sync.Mutex
	pieces     []*piece // of the ranges that begin with first
	first      int
	told       int  // number of pieces that observers have seen
	rows       int  // in those, and in the pieces before them
	ended      bool // the stream has ended
	spare      []*scratch
	rejections []rejection // of the pieces that are in the report
}

// piece is a range, parsed.
type piece struct {
	textRange
	rows       int
	cols       []arrow.Array
	texts      []bool // of a column that is all null: nullColumn.texts
	ragged     []RaggedLine
	rejections []rejection
	bad        map[int]rejection // rows set aside, numbered as if none were
	done       engine.ChunkInfo
}

// scratch is memory that ranges use one after the other.
type scratch struct {
	buf []byte
	ix  index
	tmp []byte
}

// newJob reads the head of a file and chooses how to read the rest.
func newJob(ctx context.Context, c *engine.Call, in *input, o ReadOptions) (*job, error) {
	j, err := bareJob(c, in.name, o)
	if err != nil {
		return nil, inFile(in.name, err)
	}
	if j.head, err = readHead(ctx, in, &j.d, &o); err != nil {
		return nil, err
	}
	if j.cols, err = j.head.resolve(&o, j.format); err != nil {
		return nil, inFile(in.name, err)
	}
	if j.splittable(in) {
		j.readAt(in.at, j.head.base, in.size-j.head.base)
	} else {
		keep := slices.ContainsFunc(j.cols, func(c *columnPlan) bool { return c.given == nil })
		text := io.MultiReader(bytes.NewReader(j.head.text), in.stream)
		j.src = &streamSource{in: text, readIn: in.readIn, d: &j.d, limit: o.MaxRecord, states: newRangeStates(), grid: newGrid(len(j.head.names)), keep: keep, line: j.head.lines}
	}
	j.startReport()
	return j, j.sample(ctx)
}

// bareJob returns a job with options and without a file.
func bareJob(c *engine.Call, name string, o ReadOptions) (*job, error) {
	j := &job{o: o, name: name, call: c, nulls: newNullSet(o.NullStrings)}
	j.format = format{point: '.', quotedNull: o.QuotedNull, emptyString: o.EmptyString}
	if o.DecimalComma {
		j.format.point = ','
	}
	var err error
	j.d, err = newDialect(&o)
	return j, err
}

// splittable reports whether ranges can be read in any order.
func (j *job) splittable(in *input) bool { return in.at != nil && !j.d.serial() }

// readAt makes the job read the size bytes at base, which begin with a record.
func (j *job) readAt(at io.ReaderAt, base, size int64) {
	j.src = &fileSource{file: at, base: base, size: size, d: &j.d, limit: j.o.MaxRecord, states: newRangeStates(), grid: newGrid(len(j.head.names)), lines: j.head.lines}
}

// fix makes the types that the sample suggests final.
func (j *job) fix() {
	for _, c := range j.cols {
		if c.given == nil {
			c.fixed = inferred(c.seen.get())
		}
	}
	if s, ok := j.src.(*streamSource); ok {
		s.keep = false
	}
}

// sample infers the first types of the columns whose type is not given.
func (j *job) sample(ctx context.Context) error {
	var r textRange
	r.line = j.head.lines
	j.d.finish(&r, bytes.Clone(j.head.sample), 0, len(j.head.sample))
	sc := &scratch{}
	t, err := j.index(ctx, r, sc, nil)
	if err != nil {
		return err
	}
	for _, c := range j.cols {
		if c.given != nil {
			continue
		}
		if err := c.see(ctx, t, 0, j.format.point); err != nil {
			return err
		}
	}
	return nil
}

// see adds the kinds of the cells from row lo on to those of the column.
func (c *columnPlan) see(ctx context.Context, t *table, lo int, point byte) error {
	var k kinds
	for ; lo < t.rows && k&kindText == 0; lo += rowsAtOnce {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		k = t.kindsOf(c.src, lo, min(lo+rowsAtOnce, t.rows), k, point)
	}
	c.seen.add(k)
	return nil
}

// readAll parses every range of the file.
func (j *job) readAll() error {
	n := j.src.ranges()
	if n < 0 {
		n = math.MaxInt32
	}
	_, err := j.readRanges(n)
	return err
}

// readRanges parses n ranges, beginning with j.first. After an error it returns the
// number of ranges before it.
//
// Ranges are claimed one at a time, in order: they are large, and wait for each other.
func (j *job) readRanges(n int) (good int, err error) {
	err = j.call.Own(n, 1, func(w *engine.Worker, k, _ int) error { return j.readRange(w, k) })
	if re, ok := err.(*engine.RowError); ok {
		good = re.Row
		j.ended = engine.Is(err, errEnd)
	}
	return good, j.cause(err)
}

// readRange parses the k-th range, counted from j.first.
func (j *job) readRange(w *engine.Worker, k int) error {
	start := time.Now()
	sc := j.take()
	defer j.give(sc)
	r, err := j.src.fetch(w, j.first+k, sc.buf)
	if r.buf != nil && !r.kept {
		sc.buf = r.buf
	}
	if err != nil {
		return err
	}
	p, err := j.parse(w, r, sc, nil, nil)
	if err != nil {
		return err
	}
	p.done = engine.ChunkInfo{Worker: w.Number(), Start: start, Took: time.Since(start)}
	for _, i := range j.put(k, p) {
		j.call.Tell(i)
	}
	return nil
}

// put stores a piece. It returns the chunks to report to observers: the numbers of the
// rows of a piece are known when all pieces before it are stored.
func (j *job) put(k int, p *piece) (tell []engine.ChunkInfo) {
	if !p.kept {
		p.text = nil
	}
	p.buf = nil
	j.mu.Lock()
	defer j.mu.Unlock()
	for len(j.pieces) <= k {
		j.pieces = append(j.pieces, nil)
	}
	j.pieces[k] = p
	for ; j.told < len(j.pieces) && j.pieces[j.told] != nil; j.told++ {
		p := j.pieces[j.told]
		p.done.Lo, p.done.Hi = j.rows, j.rows+p.rows
		j.rows += p.rows
		tell = append(tell, p.done)
	}
	return tell
}

// cause removes the number of the range from an error, which means nothing to the user,
// and adds the name of the file.
func (j *job) cause(err error) error {
	err = files.Cause(err)
	if err == nil || engine.Is(err, errEnd) {
		return nil
	}
	if e, ok := engine.As[*Error](err); ok {
		e.File = j.name
		if i := e.Column - 1; i >= 0 && i < len(j.head.names) {
			e.Name = j.head.names[i]
		}
		return e
	}
	return inFile(j.name, err)
}

func (j *job) take() *scratch {
	j.mu.Lock()
	defer j.mu.Unlock()
	if n := len(j.spare); n > 0 {
		sc := j.spare[n-1]
		j.spare = j.spare[:n-1]
		return sc
	}
	return &scratch{}
}

func (j *job) give(sc *scratch) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.spare = append(j.spare, sc)
}

// valueError returns the error for a cell that does not fit its column.
func (j *job) valueError(r textRange, t *table, row int, c *columnPlan, typ arrow.DataType) *Error {
	text, _ := t.value(row, c.src)
	e := &Error{Line: j.line(r, t, row), Column: c.src + 1, Name: c.name, Text: clip(text), Err: frame.ErrValue}
	switch {
	case c.fixed != nil:
		e.Why = fmt.Sprintf("%q is not %s, which the first %d bytes of the file suggest; accepted: %s, or another type in Types, or more SampleBytes", e.Text, typ, j.o.SampleBytes, accepted(typ, j.format.point))
	case typ.ID() == arrow.STRING || typ.ID() == arrow.LARGE_STRING:
		e.Why, e.Err = fmt.Sprintf("%q is not UTF-8; accepted: %s", e.Text, accepted(typ, j.format.point)), ErrUTF8
	default:
		e.Why = fmt.Sprintf("%q is not %s; accepted: %s", e.Text, typ, accepted(typ, j.format.point))
	}
	return e
}
