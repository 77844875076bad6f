package frame_test

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/decimal128"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/rowcodec"
)

func TestDecimals(t *testing.T) {
	type price struct {
		P decimal128.Num `frame:"p,scale=2"`
	}
	typ := &arrow.Decimal128Type{Precision: 12, Scale: 2}
	f := frameOf(t, build(t, "p", typ, []any{"1.25", "-3.50"}))
	g, err := frame.MapRows(t.Context(), f, func(_ context.Context, r price) (price, error) { return price{r.P.Add(r.P)}, nil })
	if err != nil {
		t.Fatal(err)
	}
	if got := g.Columns()[0].Value(1); got != decimal128.FromI64(-700) || g.Schema().Field(0).Type.(*arrow.Decimal128Type).Scale != 2 {
		t.Error(got, g.Schema())
	}
	if v, err := frame.Values[decimal128.Num](f.Columns()[0]); err != nil || v[1] != decimal128.FromI64(-350) {
		t.Error(v, err)
	}
	_, err = frame.ToStructs[struct {
		P decimal128.Num `frame:"p"`
	}](t.Context(), f)
	if !errors.Is(err, frame.ErrType) || !strings.Contains(err.Error(), `tag it `+"`"+`frame:"p,scale=2"`) {
		t.Error(err)
	}
	num := func(context.Context, price) (decimal128.Num, error) { return decimal128.Num{}, nil }
	if _, err := frame.MapRows(t.Context(), f, num); !errors.Is(err, frame.ErrType) || !strings.Contains(err.Error(), "has no scale") {
		t.Error(err)
	}
	if _, err := frame.NewColumn("p", []decimal128.Num{{}}); !errors.Is(err, frame.ErrType) {
		t.Error(err)
	}
	_, err = frame.FromStructs(t.Context(), []price{{}, {decimal128.MaxDecimal128}})
	if err != nil {
		t.Error(err)
	}
	_, err = frame.FromStructs(t.Context(), []price{{}, {decimal128.New(1<<63-1, 0)}})
	if checkRow(t, err, 1); !errors.Is(err, frame.ErrValue) {
		t.Error(err)
	}
	for _, bad := range []any{struct {
		X int `frame:"x,scale=2"`
	}{}, struct {
		P decimal128.Num `frame:"p,scale=x"`
	}{}, struct {
		P decimal128.Num `frame:"p,scale=39"`
	}{}} {
		if _, err := rowcodec.PlanOf(reflect.TypeOf(bad)); !errors.Is(err, frame.ErrType) {
			t.Error(err)
		}
	}
}
