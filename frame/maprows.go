package frame

import (
	"context"
	"fmt"
	"reflect"
	"slices"

	"github.com/parframe/parframe/internal/engine"
	"github.com/parframe/parframe/internal/rowcodec"
)

// As names the columns of a result whose Go type has no names: the scalar results of
// MapRows and MapColumn. If the result is a struct, As renames all of its columns, in
// order. By default a scalar is "result", or in MapColumn has the name of the column that
// was read.
func As(names ...string) engine.RowOnly {
	return engine.RowOnly{Setting: local(optionAs, func(o *options) { o.as = slices.Clone(names) })}
}

// defaultName is the name of a scalar result.
const defaultName = "result"

// MapRows calls fn once for every row and returns the results as a frame of as many rows,
// in order.
//
//	MapRows(Frame{In…}, func(In) Out) Frame{Out…}
//
// In and Out are structs whose fields are columns, or scalars: In for a frame with one
// column, Out for a column named by [As]. Columns that In does not name are not read;
// [WithRows] keeps the columns of f.
//
// In may also be [Row], if columns are known only at run time.
//
// # Fields
//
// A field's column is named by its tag, `frame:"name"`; otherwise by an arrow, parquet,
// csv or dataframe tag; otherwise it has exactly the field's name. "-" leaves a field
// out. Fields of embedded structs are treated as fields of the struct.
//
//	Go                    column that can be read              column that is made
//	bool                  bool                                 bool
//	int…, uint…, float…   numbers that always fit              of that type; int is int64
//	float64               the same, and int64 and uint64 (*)   float64
//	string                string, binary, and dictionaries of  string
//	[]byte                the same                             binary
//	time.Time             timestamp, date                      timestamp[ns, UTC]
//	time.Duration         duration, time of day                duration[ns]
//	decimal128.Num        decimal128 of the field's scale      decimal128(38, scale)
//	decimal256.Num        decimal256 of the field's scale      decimal256(76, scale)
//	[]T                   lists of all kinds, maps             list<T>
//	struct                struct, fields found by name         struct
//
// Decimals use the types of Arrow's decimal packages, which are integers without a scale:
// the tag sets the scale, `frame:"price,scale=2"`, and the default is 0. T and the fields
// of a struct may be anything in the table; the elements of a map are structs with the
// fields "key" and "value". A nil slice makes an empty list.
//
// *T, sql.Null[T] and Null[T] of these can be null: nil, or Valid == false. Only they
// make a nullable column. (*) An integer that float64 cannot hold exactly is an error of
// its row. So is a null in a field that cannot be null, which is never read as zero; fn
// has then run on the rows before it.
//
// Strings in In may be kept. What a slice or a pointer in In refers to belongs to the
// call and is valid for one row; writing to it is harmless. Results are copied.
//
// # Errors and cost
//
// If types do not fit the frame, one error lists all such fields before fn runs. An error
// or a panic in fn is a [parallel.RowError] for its row, the lowest that fails. For a
// frame without rows the result is an empty frame with the columns of Out, and fn is not
// called. With [parallel.CollectAll] and [parallel.Partial] the columns of Out are
// nullable, and null in rows that are not done or that failed, by an error or a panic of
// fn or as described for [Quarantine]. runtime.Goexit in fn ends the call.
//
// A call costs a few microseconds, and a row costs 1 to 3 ns per column more than a loop
// over the Arrow buffers, or 11 ns for a new column of strings (BenchmarkMapRowsCopy);
// there is no allocation per row. Columns of fixed width are made in place, so only input
// and output take memory. Strings are in memory twice while they are joined into one
// Arrow chunk, or into several of 1 GiB. Options are any [RowOption] except [SkipNulls].
func MapRows[In, Out any](ctx context.Context, f *Frame, fn func(ctx context.Context, row In) (Out, error), opts ...RowOption) (out *Frame, err error) {
	c, err := rowCall(ctx, "frame.MapRows", f, fn == nil, opts, optionAs, optionQuarantine)
	if err != nil {
		return nil, err
	}
	defer c.End(&err)
	m, err := newMapping(engine.Policed(c.Call, fn))
	if err != nil {
		return nil, c.wrap(err)
	}
	if err := m.bind(c, f); err != nil {
		return nil, err
	}
	names, err := namesOf(c, m.out, defaultName)
	if err != nil {
		return nil, err
	}
	cols, err := m.run(ctx, c, names, f.rows)
	if err != nil {
		return nil, err
	}
	return settle(c, ctx, f, newFrame(cols, f.rows), true)
}

// bind finds the columns of f that In names, and sets what happens to rows that fail.
func (m *mapping[In, Out]) bind(c *call, f *Frame) (err error) {
	if err = m.tolerate(c, f); err != nil {
		return err
	}
	if m.in.Type == rowType {
		m.table = newRowTable(f)
		return nil
	}
	if m.readers, err = m.in.Bind(f.cols); err != nil {
		return c.wrap(err)
	}
	return nil
}

// tolerate sets how the mapping treats rows that fail.
func (m *mapping[In, Out]) tolerate(c *call, f *Frame) error {
	if err := checkQuarantine(c, f); err != nil {
		return err
	}
	c.newMarks(f.rows)
	m.leniency = c.leniency
	return nil
}

// typesOf plans the types of a row function.
func typesOf[In, Out any]() (in, out *rowcodec.Plan, err error) {
	if in, err = rowcodec.PlanOf(reflect.TypeFor[In]()); err != nil {
		return nil, nil, err
	}
	out, err = resultOf[Out]()
	return in, out, err
}

// resultOf plans the type of a result.
func resultOf[Out any]() (*rowcodec.Plan, error) {
	p, err := rowcodec.PlanOf(reflect.TypeFor[Out]())
	if err == nil {
		err = p.Writable()
	}
	if err != nil {
		return nil, fmt.Errorf("result: %w", err)
	}
	return p, nil
}
