package frame_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/parallel"
)

// Whatever a user leaves nil or zero, there is no nil-pointer panic but an error that
// explains it, or the documented result.
func TestNilAndZeroArguments(t *testing.T) {
	ctx := t.Context()
	f := userFrame(t, 6)
	g := must(f.GroupBy("k"))
	var (
		nf   *frame.Frame
		ng   *frame.Groups
		zg   = &frame.Groups{}
		zf   = &frame.Frame{}
		zc   frame.Column
		zw   frame.Windows
		same = func(_ context.Context, p *frame.Frame) (*frame.Frame, error) { return p, nil }
		row  = func(_ context.Context, r userIn) (userIn, error) { return r, nil }
		max2 = func(a, b int64) int64 { return max(a, b) }
		zero = func() int { return 0 }
		add  = func(_ context.Context, a int, _ userIn) (int, error) { return a, nil }
		addI = func(_ context.Context, a int, _ int64) (int, error) { return a, nil }
		plus = func(a, b int) int { return a + b }
		win  = func(_ context.Context, x []int64) (int, error) { return len(x), nil }
	)
	calls := map[string]func() error{
		// nil functions
		"MapRows fn":     func() error { return failureOf(frame.MapRows[userIn, userIn](ctx, f, nil)) },
		"WithRows fn":    func() error { return failureOf(frame.WithRows[userIn, userIn](ctx, f, nil)) },
		"FilterRows fn":  func() error { return failureOf(frame.FilterRows[userIn](ctx, f, nil)) },
		"FlatMapRows fn": func() error { return failureOf(frame.FlatMapRows[userIn, userIn](ctx, f, nil)) },
		"MapColumn fn":   func() error { return failureOf(frame.MapColumn[int64, int64](ctx, f, "i", nil)) },
		"MapColumn2 fn":  func() error { return failureOf(frame.MapColumn2[int64, int64, int64](ctx, f, "i", "i", nil)) },
		"MapColumn3 fn": func() error {
			return failureOf(frame.MapColumn3[int64, int64, int64, int64](ctx, f, "i", "i", "i", nil))
		},
		"Apply fn":           func() error { return failureOf(frame.Apply(ctx, f, nil)) },
		"Apply2 fn":          func() error { return failureOf(frame.Apply2(ctx, f, f, nil)) },
		"ApplyIndexed fn":    func() error { return failureOf(frame.ApplyIndexed(ctx, f, nil)) },
		"ApplyOverlap fn":    func() error { return failureOf(frame.ApplyOverlap(ctx, f, 1, 1, nil)) },
		"ApplyColumns fn":    func() error { return failureOf(frame.ApplyColumns(ctx, f, nil)) },
		"ApplyGroups fn":     func() error { return failureOf(frame.ApplyGroups(ctx, g, nil)) },
		"TransformGroups fn": func() error { return failureOf(frame.TransformGroups(ctx, g, nil)) },
		"MapGroups fn":       func() error { return failureOf(frame.MapGroups[string, userIn, int](ctx, g, nil)) },
		"RollRows fn":        func() error { return failureOf(frame.RollRows[int64, int](ctx, f.Rolling(2), "i", nil)) },
		"Fold zero":          func() error { return failureOf(frame.Fold(ctx, f, nil, add, plus)) },
		"Fold add":           func() error { return failureOf(frame.Fold[userIn](ctx, f, zero, nil, plus)) },
		"Fold merge":         func() error { return failureOf(frame.Fold(ctx, f, zero, add, nil)) },
		"FoldColumn add":     func() error { return failureOf(frame.FoldColumn[int64](ctx, f, "i", zero, nil, plus)) },
		"Reduce op":          func() error { return failureOf(frame.Reduce(ctx, f, userIn{}, nil)) },
		"ReduceColumn op":    func() error { return failureOf(frame.ReduceColumn[int64](ctx, f, "i", 0, nil)) },
		"Scan op":            func() error { return failureOf(frame.Scan[int64](ctx, f, "i", 0, nil)) },
		"Verify call":        func() error { return frame.Verify(ctx, f, nil) },
		"NewAgg": func() error {
			return failureOf(g.Agg(ctx, frame.NewAgg[int64, int, int]("u", "i", nil, nil, nil, nil)))
		},
		"zero Agg": func() error { return failureOf(g.Agg(ctx, frame.Agg{})) },
		// nil frames
		"MapRows nil": func() error { return failureOf(frame.MapRows(ctx, nf, row)) },
		"Apply nil":   func() error { return failureOf(frame.Apply(ctx, nf, same)) },
		"Apply2 nil": func() error {
			return failureOf(frame.Apply2(ctx, f, nf, func(_ context.Context, a, b *frame.Frame) (*frame.Frame, error) { return a, nil }))
		},
		"Fold nil":        func() error { return failureOf(frame.Fold(ctx, nf, zero, add, plus)) },
		"FoldColumn nil":  func() error { return failureOf(frame.FoldColumn(ctx, nf, "i", zero, addI, plus)) },
		"Scan nil":        func() error { return failureOf(frame.Scan(ctx, nf, "i", 0, max2)) },
		"Join right":      func() error { return failureOf(f.Join(ctx, nf, frame.JoinOptions{Keys: []string{"k"}})) },
		"Join nil":        func() error { return failureOf(nf.Join(ctx, f, frame.JoinOptions{Keys: []string{"k"}})) },
		"Join nothing":    func() error { return failureOf(f.Join(ctx, f, frame.JoinOptions{})) },
		"Concat nil":      func() error { return failureOf(frame.Concat(f, nf)) },
		"Rows nil":        func() error { return failureOf(frame.Rows[userIn](nf)) },
		"ToStructs nil":   func() error { return failureOf(frame.ToStructs[userIn](ctx, nf)) },
		"GroupBy nil":     func() error { return failureOf(nf.GroupBy("k")) },
		"Sort nil":        func() error { return failureOf(nf.Sort(ctx, nil)) },
		"Unique nil":      func() error { return failureOf(nf.Unique(ctx, []string{"k"})) },
		"ValueCounts nil": func() error { return failureOf(nf.ValueCounts(ctx, []string{"k"})) },
		"Describe nil":    func() error { return failureOf(nf.Describe(ctx)) },
		"CumSum nil":      func() error { return failureOf(nf.CumSum(ctx, "i")) },
		"Rolling nil":     func() error { return failureOf(nf.Rolling(2).Mean(ctx, "i")) },
		"RollRows nil":    func() error { return failureOf(frame.RollRows(ctx, nf.Expanding(), "i", win)) },
		"Verify nil": func() error {
			return frame.Verify(ctx, nf, func(context.Context, *frame.Frame, parallel.Option) (*frame.Frame, error) { return f, nil })
		},
		// zero groups and windows
		"ApplyGroups nil":     func() error { return failureOf(frame.ApplyGroups(ctx, ng, same)) },
		"ApplyGroups zero":    func() error { return failureOf(frame.ApplyGroups(ctx, zg, same)) },
		"TransformGroups nil": func() error { return failureOf(frame.TransformGroups(ctx, ng, same)) },
		"MapGroups nil": func() error {
			return failureOf(frame.MapGroups(ctx, ng, func(context.Context, string, []userIn) (int, error) { return 0, nil }))
		},
		"Agg nil":             func() error { return failureOf(ng.Agg(ctx, frame.Size())) },
		"Agg zero":            func() error { return failureOf(zg.With(parallel.Workers(2)).Agg(ctx, frame.Size())) },
		"Keys nil":            func() error { return failureOf(ng.With(nil).Keys(ctx)) },
		"Partitions zero":     func() error { return failureOf(zg.Partitions(ctx)) },
		"Groups.Rolling nil":  func() error { return failureOf(ng.Rolling(2).Mean(ctx, "i")) },
		"Groups.Rolling zero": func() error { return failureOf(zg.RollingTime("i", 2).Mean(ctx, "i")) },
		"Groups.Expanding":    func() error { return failureOf(zg.Expanding().Sum(ctx, "i")) },
		"Windows":             func() error { return failureOf(zw.Mean(ctx, "i")) },
		"Windows.Count":       func() error { return failureOf(zw.Center().MinPeriods(1).Closed(frame.ClosedBoth).Count(ctx, "i")) },
		"RollRows Windows":    func() error { return failureOf(frame.RollRows(ctx, zw, "i", win)) },
		// columns
		"New":          func() error { return failureOf(frame.New(zc)) },
		"With":         func() error { return failureOf(f.With(zc)) },
		"NewColumn":    func() error { return failureOf(frame.NewColumn[any]("x", nil)) },
		"ColumnOf":     func() error { return failureOf(frame.ColumnOf("x", nil)) },
		"Values":       func() error { return failureOf(frame.Values[int](zc)) },
		"Nulls":        func() error { return failureOf(frame.Nulls[int](zc)) },
		"All":          func() error { return failureOf(frame.All[int](zc)) },
		"FromRecord":   func() error { return failureOf(frame.FromRecord(nil)) },
		"FromRecords":  func() error { return failureOf(frame.FromRecords(nil)) },
		"FromTable":    func() error { return failureOf(frame.FromTable(nil)) },
		"Print":        func() error { return f.Print(nil) },
		"Unmarshal":    func() error { return nf.UnmarshalBinary(nil) },
		"Unmarshal of": func() error { return new(frame.Frame).UnmarshalBinary(nil) },
		// nil options, contexts
		"MapRows option":    func() error { return failureOf(frame.MapRows(ctx, f, row, nil)) },
		"Apply option":      func() error { return failureOf(frame.Apply(ctx, f, same, nil)) },
		"Fold option":       func() error { return failureOf(frame.Fold(ctx, f, zero, add, plus, nil)) },
		"Sort option":       func() error { return failureOf(f.Sort(ctx, nil, nil)) },
		"Agg option":        func() error { return failureOf(g.With(nil).Agg(ctx, frame.Size())) },
		"Windows option":    func() error { return failureOf(f.Rolling(2).Mean(ctx, "i", nil)) },
		"Column option":     func() error { return failureOf(f.Columns()[0].Sum(ctx, nil)) },
		"Quarantine option": func() error { return failureOf(frame.MapRows(ctx, f, row, frame.Quarantine(nil))) },
		"OutSchema option":  func() error { return failureOf(frame.Apply(ctx, f, same, frame.OutSchema(nil))) },
		"Partial option":    func() error { return failureOf(frame.MapRows(ctx, f, row, parallel.Partial(nil))) },
	}
	// Every method of every nil or zero value, called with a context and zero arguments.
	for name, v := range map[string]any{"(*Frame)(nil)": nf, "Column{}": zc, "Windows{}": zw, "(*Groups)(nil)": ng, "&Groups{}": zg, "&Frame{}": zf, "Agg{}": frame.Agg{}, "Key{}": frame.Key{}} {
		val := reflect.ValueOf(v)
		for m := range val.NumMethod() {
			method := val.Type().Method(m)
			calls[name+"."+method.Name] = func() error {
				args := make([]reflect.Value, 0, 4)
				for k := range val.Method(m).Type().NumIn() {
					in := val.Method(m).Type().In(k)
					switch {
					case val.Method(m).Type().IsVariadic() && k == val.Method(m).Type().NumIn()-1:
					case in == reflect.TypeFor[context.Context]():
						args = append(args, reflect.ValueOf(ctx))
					default:
						args = append(args, reflect.Zero(in))
					}
				}
				out := val.Method(m).Call(args)
				if k := len(out); k > 0 && out[k-1].Type() == reflect.TypeFor[error]() {
					err, _ := out[k-1].Interface().(error)
					if err == nil {
						return errNone
					}
					return err
				}
				return errNone
			}
		}
	}
	for name, call := range calls {
		func() {
			defer func() {
				if v := recover(); v != nil && strings.Contains(fmt.Sprint(v), "nil pointer") {
					t.Errorf("%s: %v", name, v)
				}
			}()
			err := call()
			switch {
			case err == errNone:
			case err == nil:
				t.Errorf("%s: no error", name)
			case strings.Contains(err.Error(), "nil pointer"):
				t.Errorf("%s: %v", name, err)
			}
		}()
	}
}

// errNone is for methods that return no error, or have none to report.
var errNone = errors.New("no error")

// Each method of a frame that returns an error returns ErrNilFrame for a nil frame.
func TestEveryMethodOfANilFrame(t *testing.T) {
	var none *frame.Frame
	v := reflect.ValueOf(none)
	data, err := userFrame(t, 1).MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for i := range v.NumMethod() {
		name, m := v.Type().Method(i).Name, v.Method(i).Type()
		if m.NumOut() == 0 || m.Out(m.NumOut()-1) != reflect.TypeFor[error]() {
			continue
		}
		var args []reflect.Value
		for k := range m.NumIn() {
			switch in := m.In(k); {
			case m.IsVariadic() && k == m.NumIn()-1:
			case in == reflect.TypeFor[context.Context]():
				args = append(args, reflect.ValueOf(t.Context()))
			case in == reflect.TypeFor[[]byte]():
				args = append(args, reflect.ValueOf(data))
			default:
				args = append(args, reflect.Zero(in))
			}
		}
		out := v.Method(i).Call(args)
		seen++
		if err, _ := out[len(out)-1].Interface().(error); !errors.Is(err, frame.ErrNilFrame) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if seen < 20 {
		t.Errorf("only %d methods", seen)
	}
}
