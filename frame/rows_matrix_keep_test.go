package frame_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/parallel"
)

// Rows of the matrix for operations that keep, drop, multiply or quarantine rows, with
// loops as their oracles.

func init() { rowOps = append(rowOps, keepOps...) }

// picked is the loop of operations that keep some rows.
func (in *matrixInput) picked(name string, keep func(i int) bool) []any {
	out := []any{}
	for i := range in.n {
		if keep(i) {
			out = append(out, in.cols[name][i])
		}
	}
	return out
}

func (in *matrixInput) names() []string { return []string{"i", "f", "b", "s", "nf", "nb", "ns", "w"} }

type filterIn struct {
	I int64    `frame:"i"`
	N *float64 `frame:"nf"`
}

func oddOrNull(i int) bool { return (i*7919-500)%2 != 0 || i%3 == 0 }

type flatOut struct {
	Part  string
	Bytes []byte
	K     int16
	Half  frame.Null[float64]
	Flag  bool
}

// times returns how often FlatMapRows yields for a row.
func times(i int) int { return i * i % 4 }

func manyRows(in *matrixInput, cell func(i, k int) any) []any {
	out := []any{}
	for i := range in.n {
		for k := range times(i) {
			out = append(out, cell(i, k))
		}
	}
	return out
}

var keepOps = []rowOp{
	{"FilterRows", func(ctx context.Context, f *frame.Frame, opts ...frame.RowOption) (*frame.Frame, error) {
		return frame.FilterRows(ctx, f, func(_ context.Context, r filterIn) (bool, error) { return r.I%2 != 0 || r.N == nil, nil }, opts...)
	}, func(t *testing.T, in *matrixInput, got *frame.Frame) {
		for _, name := range in.names() {
			checkCells(t, got, name, in.picked(name, oddOrNull))
		}
	}},
	{"FlatMapRows", func(ctx context.Context, f *frame.Frame, opts ...frame.RowOption) (*frame.Frame, error) {
		type in struct {
			I int64  `frame:"i"`
			S string `frame:"s"`
			B *[]byte
		}
		f, err := f.Rename("ns", "B")
		if err != nil {
			return nil, err
		}
		return frame.FlatMapRows(ctx, f, func(_ context.Context, r in, yield func(flatOut)) error {
			i := int(r.I+500) / 7919
			for k := range times(i) {
				o := flatOut{Part: fmt.Sprint(r.S, k), K: int16(k), Half: frame.Null[float64]{V: float64(i) / 2, Valid: k%2 == 0}, Flag: k == 1}
				if r.B != nil {
					o.Bytes = *r.B
				}
				yield(o)
			}
			return nil
		}, opts...)
	}, func(t *testing.T, in *matrixInput, got *frame.Frame) {
		checkCells(t, got, "Part", manyRows(in, func(i, k int) any { return fmt.Sprint(in.cols["s"][i], k) }))
		checkCells(t, got, "Bytes", manyRows(in, func(i, k int) any {
			if s, ok := in.cols["ns"][i].(string); ok {
				return s
			}
			return ""
		}))
		checkCells(t, got, "K", manyRows(in, func(i, k int) any { return int16(k) }))
		checkCells(t, got, "Flag", manyRows(in, func(i, k int) any { return k == 1 }))
		checkCells(t, got, "Half", manyRows(in, func(i, k int) any {
			if k%2 == 0 {
				return float64(i) / 2
			}
			return nil
		}))
	}},
	{"WithRows", func(ctx context.Context, f *frame.Frame, opts ...frame.RowOption) (*frame.Frame, error) {
		type out struct {
			W   int32 `frame:"w"`
			Len int
		}
		type in struct {
			S string `frame:"s"`
			W int16  `frame:"w"`
		}
		return frame.WithRows(ctx, f, func(_ context.Context, r in) (out, error) { return out{int32(r.W) * 3, len(r.S)}, nil }, opts...)
	}, func(t *testing.T, in *matrixInput, got *frame.Frame) {
		if want := append(in.names(), "Len"); strings.Join(got.Names(), " ") != strings.Join(want, " ") {
			t.Fatal(got.Names())
		}
		checkCells(t, got, "w", in.want(func(get func(string) any) any { return int32(get("w").(int16)) * 3 }))
		checkCells(t, got, "Len", in.want(func(get func(string) any) any { return int64(len(get("s").(string))) }))
		checkCells(t, got, "nf", in.cols["nf"])
	}},
	{"MapColumn3", func(ctx context.Context, f *frame.Frame, opts ...frame.RowOption) (*frame.Frame, error) {
		return frame.MapColumn3(ctx, f, "nf", "nb", "i", func(_ context.Context, x float64, b *bool, i int64) (float64, error) {
			if b != nil && *b {
				x = -x
			}
			return x + float64(i), nil
		}, append(opts, frame.As("x"))...)
	}, func(t *testing.T, in *matrixInput, got *frame.Frame) {
		checkCells(t, got, "x", in.want(func(get func(string) any) any {
			x, ok := get("nf").(float64)
			if !ok {
				return nil
			}
			if b, ok := get("nb").(bool); ok && b {
				x = -x
			}
			return x + float64(get("i").(int64))
		}))
	}},
	{"Quarantine", func(ctx context.Context, f *frame.Frame, opts ...frame.RowOption) (*frame.Frame, error) {
		var bad *frame.Frame
		good, err := frame.MapRows(ctx, f, parallel.Plain(quarantined), append(opts, frame.Quarantine(&bad))...)
		if err != nil {
			return nil, err
		}
		return bothFrames(good, bad)
	}, func(t *testing.T, in *matrixInput, got *frame.Frame) {
		checkQuarantined(t, in, got)
		isGood := func(i int) bool { return quarantineReason(in, i) == "" }
		n := len(in.picked("i", isGood))
		good, err := got.Slice(0, n)
		if err != nil {
			t.Fatal(err)
		}
		twice, text := in.picked("f", isGood), in.picked("s", isGood)
		for i := range twice {
			twice[i] = twice[i].(float64) * 2
			text[i] = text[i].(string) + "!"
		}
		checkCells(t, good, "Twice", twice)
		checkCells(t, good, "Text", text)
	}},
	{"Quarantine FilterRows", func(ctx context.Context, f *frame.Frame, opts ...frame.RowOption) (*frame.Frame, error) {
		var bad *frame.Frame
		good, err := frame.FilterRows(ctx, f, func(_ context.Context, r quarantineIn) (bool, error) {
			_, err := quarantined(r)
			return true, err
		}, append(opts, frame.Quarantine(&bad))...)
		if err != nil {
			return nil, err
		}
		return bothFrames(good, bad)
	}, checkGoodRows},
	{"Quarantine WithRows", func(ctx context.Context, f *frame.Frame, opts ...frame.RowOption) (*frame.Frame, error) {
		var bad *frame.Frame
		good, err := frame.WithRows(ctx, f, parallel.Plain(quarantined), append(opts, frame.Quarantine(&bad))...)
		if err != nil {
			return nil, err
		}
		return bothFrames(good, bad)
	}, checkGoodRows},
	{"Quarantine FlatMapRows", func(ctx context.Context, f *frame.Frame, opts ...frame.RowOption) (*frame.Frame, error) {
		type out struct {
			I int64 `frame:"i"`
			K int
		}
		var bad *frame.Frame
		good, err := frame.FlatMapRows(ctx, f, func(_ context.Context, r quarantineIn, yield func(out)) error {
			for k := range 3 {
				yield(out{r.I, k})
			}
			_, err := quarantined(r)
			return err
		}, append(opts, frame.Quarantine(&bad))...)
		if err != nil {
			return nil, err
		}
		return bothFrames(good, bad)
	}, func(t *testing.T, in *matrixInput, got *frame.Frame) {
		checkQuarantined(t, in, got)
		want := []any{}
		for _, v := range in.picked("i", func(i int) bool { return quarantineReason(in, i) == "" }) {
			want = append(want, v, v, v)
		}
		good, err := got.Slice(0, len(want))
		if err != nil {
			t.Fatal(err)
		}
		checkCells(t, good, "i", want)
	}},
	{"Quarantine MapColumn", func(ctx context.Context, f *frame.Frame, opts ...frame.RowOption) (*frame.Frame, error) {
		var bad *frame.Frame
		good, err := frame.MapColumn(ctx, f, "nf", func(_ context.Context, x float64) (float64, error) {
			switch i := int(x*7 + 0.5); {
			case i%5 == 1 && i < 3000: // a stack for each takes long
				panic("one")
			case i%5 == 1:
				return 0, errOdd
			}
			return x, nil
		}, append(opts, frame.Quarantine(&bad))...)
		if err != nil {
			return nil, err
		}
		return bothFrames(good, bad)
	}, func(t *testing.T, in *matrixInput, got *frame.Frame) {
		isBad := func(i int) bool { return i%3 != 0 && i%5 == 1 }
		good := in.picked("nf", func(i int) bool { return !isBad(i) })
		checkCells(t, got, "nf", append(good, in.picked("nf", isBad)...))
	}},
}

type quarantineIn struct {
	I int64   `frame:"i"`
	F float64 `frame:"f"`
	S string  `frame:"s"`
	N bool    `frame:"nb"` // null in every fifth row
}

type quarantineOut struct {
	Twice float64
	Text  string
}

// quarantined fails in rows 3 and 4 of every seven, and from row 600 on in most rows.
func quarantined(r quarantineIn) (quarantineOut, error) {
	i := int(r.I+500) / 7919
	switch {
	case i%7 == 3:
		return quarantineOut{}, errOdd
	case i%7 == 4 && i < 3000: // a stack for each takes long
		panic(fmt.Sprint("at ", i))
	case i > 600 && i%11 != 0:
		return quarantineOut{}, errors.New("late")
	}
	return quarantineOut{r.F * 2, r.S + "!"}, nil
}

// quarantineReason returns the expected _error, or "" for a good row.
func quarantineReason(in *matrixInput, i int) string {
	switch {
	case in.cols["nb"][i] == nil:
		return "null value"
	case i%7 == 3:
		return "odd"
	case i%7 == 4 && i < 3000: // a stack for each takes long
		return fmt.Sprint("panic: at ", i)
	case i > 600 && i%11 != 0:
		return "late"
	}
	return ""
}

func bothFrames(good, bad *frame.Frame) (*frame.Frame, error) {
	if strings.Join(bad.Names()[bad.NumCols()-2:], " ") != "_row _error" {
		return nil, fmt.Errorf("columns %v", bad.Names())
	}
	return frame.Concat(good, bad)
}

// checkQuarantined checks the bad rows, at the end of got.
func checkQuarantined(t *testing.T, in *matrixInput, got *frame.Frame) {
	t.Helper()
	isBad := func(i int) bool { return quarantineReason(in, i) != "" }
	var rows []any
	var reasons []string
	for i := range in.n {
		if isBad(i) {
			rows = append(rows, int64(i))
			reasons = append(reasons, quarantineReason(in, i))
		}
	}
	bad := got.Tail(len(rows))
	for _, name := range in.names() {
		checkCells(t, bad, name, in.picked(name, isBad))
	}
	checkCells(t, bad, "_row", append([]any{}, rows...))
	why, err := bad.Column("_error")
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range cells(why) {
		if !strings.Contains(v.(string), reasons[i]) || strings.Contains(v.(string), "goroutine") {
			t.Fatalf("row %v: %v, want %v", rows[i], v, reasons[i])
		}
	}
}

func checkGoodRows(t *testing.T, in *matrixInput, got *frame.Frame) {
	t.Helper()
	checkQuarantined(t, in, got)
	isGood := func(i int) bool { return quarantineReason(in, i) == "" }
	n := len(in.picked("i", isGood))
	good, err := got.Slice(0, n)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range in.names() {
		checkCells(t, good, name, in.picked(name, isGood))
	}
}
