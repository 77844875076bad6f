package frame_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/parframe/parframe/frame"
)

func TestFrame(t *testing.T) {
	f := abc()
	if f.NumRows() != 3 || f.NumCols() != 3 || f.Schema().NumFields() != 3 {
		t.Errorf("%d rows, %d columns", f.NumRows(), f.NumCols())
	}
	if diff := cmp.Diff([]string{"a", "b", "c"}, f.Names()); diff != "" {
		t.Error(diff)
	}
	cols := f.Columns()
	cols[0] = cols[1]
	if f.Columns()[0].Name() != "a" {
		t.Error("the slice of columns is not the caller's own")
	}
}

// The zero Frame is an empty frame in every respect.
func TestZeroFrame(t *testing.T) {
	var f frame.Frame
	if f.NumRows() != 0 || f.NumCols() != 0 || f.Schema().NumFields() != 0 || len(f.Names()) != 0 {
		t.Error("the zero Frame is not empty")
	}
	for name, g := range map[string]*frame.Frame{
		"New": must(frame.New()), "Select": must(f.Select()), "Drop": must(f.Drop()), "Head": f.Head(3), "Take": must(f.Take(nil)), "Filter": must(f.Filter(nil)),
		"Rechunk": must(f.Rechunk()), "Clone": f.Clone(), "Concat": must(frame.Concat(&f, &f)), "FromTable": must(frame.FromTable(f.ToTable())),
	} {
		if !g.Equal(&f) || g.Diff(&f) != "" {
			t.Errorf("%s: %s", name, g.Diff(&f))
		}
	}
	if _, err := f.Column("x"); err == nil {
		t.Error("the zero Frame has a column")
	}
	if g := must(f.With(must(frame.NewColumn("x", []int{1})))); g.NumRows() != 1 {
		t.Errorf("%d rows with a column of 1", g.NumRows())
	}
	if g := must(frame.Concat(&f, abc())); !must(g.Select("a", "b", "c")).Equal(abc()) {
		t.Error(g.Diff(abc()))
	}
	if recs := must(f.ToRecords()); len(recs) != 0 {
		t.Errorf("%d records", len(recs))
	}
	var back frame.Frame
	if err := back.UnmarshalBinary(must(f.MarshalBinary())); err != nil || !back.Equal(&f) {
		t.Error(err)
	}
	if err := f.Validate(); err != nil {
		t.Error(err)
	}
}
