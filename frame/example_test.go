package frame_test

import (
	"errors"
	"fmt"
	"log"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"github.com/parframe/parframe/frame"
)

// flights is a small frame: origin, delay (one unknown) and distance.
func flights() *frame.Frame {
	origin, err := frame.NewColumn("origin", []string{"SFO", "JFK", "SFO", "ORD"})
	if err != nil {
		log.Fatal(err)
	}
	delay, err := frame.NewColumn("delay", []*int32{new(int32(12)), nil, new(int32(-3)), new(int32(40))})
	if err != nil {
		log.Fatal(err)
	}
	distance, err := frame.NewColumn("distance", []float64{2586, 2475, 337, 733})
	if err != nil {
		log.Fatal(err)
	}
	f, err := frame.New(origin, delay, distance)
	if err != nil {
		log.Fatal(err)
	}
	return f
}

// show prints the rows of a frame one below the other.
func show(f *frame.Frame, err error) {
	if err != nil {
		fmt.Println(err)
		return
	}
	for i := range f.NumRows() {
		for k, c := range f.Columns() {
			if k > 0 {
				fmt.Print("  ")
			}
			fmt.Printf("%s=%v", c.Name(), c.Value(i))
		}
		fmt.Println()
	}
}

func ExampleNew() {
	id, _ := frame.NewColumn("id", []int{1, 2})
	name, _ := frame.NewColumn("name", []string{"a", "b", "c"})
	_, err := frame.New(id, name)
	fmt.Println(err)
	// Output:
	// frame.New: wrong length: column "name" has 3 rows, column "id" has 2
}

func ExampleNewColumn() {
	plain, _ := frame.NewColumn("t", []time.Time{time.Unix(0, 0)})
	nullable, _ := frame.NewColumn("x", []frame.Null[float64]{frame.Some(1.5), {}})
	fmt.Println(plain.Field())
	fmt.Println(nullable.Field(), nullable.NullN())
	// Output:
	// t: type=timestamp[ns, tz=UTC]
	// x: type=float64, nullable 1
}

func ExampleColumnOf() {
	b := array.NewInt64Builder(memory.DefaultAllocator)
	b.AppendValues([]int64{1, 2, 3}, []bool{true, false, true})
	a := b.NewArray()
	c, err := frame.ColumnOf("x", a)
	a.Release() // the column does not mind
	fmt.Println(c.Len(), c.NullN(), c.Value(2), err)
	// Output: 3 1 3 <nil>
}

func ExampleFromRecord() {
	schema := arrow.NewSchema([]arrow.Field{{Name: "x", Type: arrow.PrimitiveTypes.Int64}}, nil)
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	defer b.Release()
	b.Field(0).(*array.Int64Builder).AppendValues([]int64{1, 2}, nil)
	rec := b.NewRecord()
	defer rec.Release()

	show(frame.FromRecord(rec))
	// Output:
	// x=1
	// x=2
}

func ExampleFromRecords() {
	recs, err := flights().ToRecords()
	if err != nil {
		log.Fatal(err)
	}
	f, err := frame.FromRecords(nil, recs[0], recs[0])
	fmt.Println(f.NumRows(), err)
	// Output: 8 <nil>
}

func ExampleFromTable() {
	f, err := frame.FromTable(flights().ToTable())
	fmt.Println(f.NumRows(), f.NumCols(), err)
	// Output: 4 3 <nil>
}

func ExampleFrame_ToRecords() {
	twice, err := frame.Concat(flights(), flights())
	if err != nil {
		log.Fatal(err)
	}
	recs, err := twice.ToRecords()
	if err != nil {
		log.Fatal(err)
	}
	for _, rec := range recs { // one for each of the Arrow chunks
		fmt.Println(rec.NumRows(), rec.Column(0))
		rec.Release()
	}
	// Output:
	// 4 ["SFO" "JFK" "SFO" "ORD"]
	// 4 ["SFO" "JFK" "SFO" "ORD"]
}

func ExampleFrame_Column() {
	f := flights()
	delay, _ := f.Column("delay")
	fmt.Println(delay.Type(), delay.Len(), delay.NullN(), delay.IsNull(1), delay.Value(1))
	_, err := f.Column("Distanse")
	fmt.Println(err)
	// Output:
	// int32 4 1 true <nil>
	// frame.Column: no such column: "Distanse"; there are "distance", "delay", "origin"
}

func ExampleValues() {
	f := flights()
	distance, _ := f.Column("distance")
	miles, err := frame.Values[float64](distance)
	fmt.Println(miles, err)
	delay, _ := f.Column("delay")
	_, err = frame.Values[int](delay)
	fmt.Println(errors.Is(err, frame.ErrNull))
	minutes, err := frame.Values[*int](delay)
	fmt.Println(*minutes[0], minutes[1], err)
	// Output:
	// [2586 2475 337 733] <nil>
	// true
	// 12 <nil> <nil>
}

func ExampleNulls() {
	delay, _ := flights().Column("delay")
	minutes, err := frame.Nulls[int32](delay)
	fmt.Println(minutes, err)
	// Output: [{12 true} {0 false} {-3 true} {40 true}] <nil>
}

func ExampleAll() {
	delay, _ := flights().Column("delay")
	late, err := frame.All[int32](delay)
	if err != nil {
		log.Fatal(err)
	}
	for row, minutes := range late {
		if minutes.Valid && minutes.V > 0 {
			fmt.Println(row, minutes.V)
		}
	}
	// Output:
	// 0 12
	// 3 40
}

func ExampleFrame_Select() {
	show(flights().Select("distance", "origin"))
	// Output:
	// distance=2586  origin=SFO
	// distance=2475  origin=JFK
	// distance=337  origin=SFO
	// distance=733  origin=ORD
}

func ExampleFrame_Drop() {
	f, err := flights().Drop("delay")
	fmt.Println(f.Names(), err)
	// Output: [origin distance] <nil>
}

func ExampleFrame_Rename() {
	f, err := flights().Rename("delay", "minutes")
	fmt.Println(f.Names(), err)
	// Output: [origin minutes distance] <nil>
}

func ExampleFrame_With() {
	km, _ := frame.NewColumn("km", []float64{4162, 3983, 542, 1180})
	f, err := flights().With(km)
	fmt.Println(f.Names(), err)
	// Output: [origin delay distance km] <nil>
}

func ExampleFrame_Slice() {
	show(flights().Slice(1, 3))
	_, err := flights().Slice(1, 9)
	fmt.Println(err)
	// Output:
	// origin=JFK  delay=<nil>  distance=2475
	// origin=SFO  delay=-3  distance=337
	// frame.Slice: row out of range: rows 1 to 9 of a frame of 4
}

func ExampleFrame_Head() {
	show(flights().Head(1), nil)
	// Output: origin=SFO  delay=12  distance=2586
}

func ExampleFrame_Tail() {
	show(flights().Tail(1), nil)
	// Output: origin=ORD  delay=40  distance=733
}

func ExampleFrame_Filter() {
	show(flights().Filter([]bool{false, true, false, true}))
	// Output:
	// origin=JFK  delay=<nil>  distance=2475
	// origin=ORD  delay=40  distance=733
}

func ExampleFrame_Take() {
	show(flights().Take([]int{3, 0, 0}))
	// Output:
	// origin=ORD  delay=40  distance=733
	// origin=SFO  delay=12  distance=2586
	// origin=SFO  delay=12  distance=2586
}

func ExampleConcat() {
	a, _ := frame.NewColumn("x", []int8{1})
	b, _ := frame.NewColumn("x", []int32{2})
	c, _ := frame.NewColumn("y", []string{"only here"})
	d, _ := frame.NewColumn("x", []string{"three"})
	narrow, _ := frame.New(a)
	wide, _ := frame.New(b, c)
	text, _ := frame.New(d)

	both, err := frame.Concat(narrow, wide)
	show(both, err)
	fmt.Println(both.Schema().Field(0))
	_, err = frame.Concat(narrow, wide, text)
	fmt.Println(err)
	// Output:
	// x=1  y=<nil>
	// x=2  y=only here
	// x: type=int32
	// frame.Concat: partition 2, column "x": wrong type: utf8 does not go with int32 (partition 1)
}

func ExampleFrame_Rechunk() {
	twice, _ := frame.Concat(flights(), flights())
	one, err := twice.Rechunk()
	fmt.Println(len(twice.Columns()[0].Chunks()), len(one.Columns()[0].Chunks()), err)
	// Output: 2 1 <nil>
}

func ExampleFrame_Clone() {
	f := flights().Head(2)
	fmt.Println(f.Clone().Equal(f)) // and the other rows are no longer kept
	// Output: true
}

func ExampleFrame_Validate() {
	// An offset in the middle that goes back: nobody looks at it on the way in.
	offsets := arrow.Int32Traits.CastToBytes([]int32{0, 3, 1, 3})
	data := array.NewData(arrow.BinaryTypes.String, 3, []*memory.Buffer{nil, memory.NewBufferBytes(offsets), memory.NewBufferBytes([]byte("abc"))}, nil, 0, 0)
	c, _ := frame.ColumnOf("x", array.NewStringData(data))
	f, _ := frame.New(c)
	fmt.Println(f.Validate())
	// Output: frame.Validate: invalid Arrow data: column "x" (utf8): row 1: ends at offset 1 and starts at 3
}

func ExampleFrame_Equal() {
	once := flights()
	pieces, _ := frame.Concat(once.Head(1), once.Tail(3))
	fmt.Println(once.Equal(pieces), once.Equal(once.Head(3)))
	// Output: true false
}

func ExampleFrame_EqualApprox() {
	a, _ := frame.NewColumn("x", []float64{0.3})
	tenth := 0.1
	b, _ := frame.NewColumn("x", []float64{tenth + 0.2})
	f, _ := frame.New(a)
	g, _ := frame.New(b)
	fmt.Println(f.Equal(g), f.EqualApprox(g, 1e-12))
	// Output: false true
}

func ExampleFrame_Diff() {
	f := flights()
	late, _ := frame.NewColumn("delay", []int32{12, 0, -3, 40})
	g, _ := f.With(late)
	fmt.Println(f.Diff(g))
	// Output: column "delay", row 1: null, the other has 0
}

func ExampleFrame_MarshalBinary() {
	data, err := flights().MarshalBinary()
	if err != nil {
		log.Fatal(err)
	}
	var f frame.Frame
	if err := f.UnmarshalBinary(data); err != nil {
		log.Fatal(err)
	}
	fmt.Println(f.Equal(flights()))
	fmt.Println(f.UnmarshalBinary(data[:len(data)-8]) != nil) // cut short
	// Output:
	// true
	// true
}

func ExampleSome() {
	population, err := frame.NewColumn("people", []frame.Null[int]{frame.Some(3_700_000), {}})
	fmt.Println(population.NullN(), population.Value(0), err)
	// Output: 1 3700000 <nil>
}
