package frame_test

import (
	"context"
	"log"
	"time"

	"github.com/parframe/parframe/frame"
)

func readings() *frame.Frame {
	x, err := frame.NewColumn("x", []float64{1, 2, 4, 8, 16})
	if err != nil {
		log.Fatal(err)
	}
	f, err := frame.New(x)
	if err != nil {
		log.Fatal(err)
	}
	return f
}

func ExampleWindows_MinPeriods() {
	show(readings().Rolling(3).MinPeriods(2).Sum(context.Background(), "x", frame.As("sum")))
	// Output:
	// x=1  sum=<nil>
	// x=2  sum=3
	// x=4  sum=7
	// x=8  sum=14
	// x=16  sum=28
}

func ExampleWindows_Center() {
	show(readings().Rolling(3).Center().Mean(context.Background(), "x", frame.As("mean")))
	// Output:
	// x=1  mean=<nil>
	// x=2  mean=2.3333333333333335
	// x=4  mean=4.666666666666667
	// x=8  mean=9.333333333333334
	// x=16  mean=<nil>
}

// The row itself is no part of a window that is open on the right.
func ExampleWindows_Closed() {
	show(readings().Rolling(2).Closed(frame.ClosedLeft).Max(context.Background(), "x", frame.As("before")))
	// Output:
	// x=1  before=<nil>
	// x=2  before=<nil>
	// x=4  before=2
	// x=8  before=4
	// x=16  before=8
}

func ExampleWindows_Std() {
	show(readings().Rolling(2).Std(context.Background(), "x", frame.As("std")))
	// Output:
	// x=1  std=<nil>
	// x=2  std=0.7071067811865476
	// x=4  std=1.4142135623730951
	// x=8  std=2.8284271247461903
	// x=16  std=5.656854249492381
}

func ExampleWindows_Count() {
	show(readings().Rolling(3).MinPeriods(1).Count(context.Background(), "x", frame.As("count")))
	// Output:
	// x=1  count=1
	// x=2  count=2
	// x=4  count=3
	// x=8  count=3
	// x=16  count=3
}

func ExampleGroups_RollingTime() {
	type reading struct {
		Sensor string        `frame:"sensor"`
		At     time.Duration `frame:"at"`
		X      float64       `frame:"x"`
	}
	f, err := frame.FromStructs(context.Background(), []reading{
		{"a", time.Second, 1}, {"b", 2 * time.Second, 10}, {"a", 3 * time.Second, 2}, {"b", 9 * time.Second, 20}, {"a", 4 * time.Second, 4},
	})
	if err != nil {
		log.Fatal(err)
	}
	groups, err := f.GroupBy("sensor")
	if err != nil {
		log.Fatal(err)
	}
	show(groups.RollingTime("at", 3*time.Second).Sum(context.Background(), "x"))
	// Output:
	// sensor=a  at=1s  x=1
	// sensor=b  at=2s  x=10
	// sensor=a  at=3s  x=3
	// sensor=b  at=9s  x=20
	// sensor=a  at=4s  x=6
}
