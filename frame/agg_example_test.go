package frame_test

import (
	"context"
	"fmt"
	"log"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/parallel"
)

func byOrigin() *frame.Groups {
	g, err := trips().GroupBy("from")
	if err != nil {
		log.Fatal(err)
	}
	return g
}

func ExampleGroups_Agg() {
	show(byOrigin().Agg(context.Background(),
		frame.Size(), frame.Count("late"), frame.Sum("late"), frame.Mean("late"), frame.Min("late"), frame.Max("late")))
	// Output:
	// from=OSL  size=3  late_count=3  late_sum=15  late_mean=5  late_min=1  late_max=9
	// from=BER  size=2  late_count=2  late_sum=12  late_mean=6  late_min=0  late_max=12
}

func ExampleGroups_With() {
	groups := byOrigin().With(parallel.Workers(2))
	show(groups.Agg(context.Background(), frame.Sum("late")))
	// Output:
	// from=OSL  late_sum=15
	// from=BER  late_sum=12
}

func ExampleAgg_As() {
	show(byOrigin().Agg(context.Background(),
		frame.Quantile("late", 0.25).As("q25"), frame.Median("late").As("q50"), frame.Quantile("late", 0.75).As("q75")))
	// Output:
	// from=OSL  q25=3  q50=5  q75=7
	// from=BER  q25=3  q50=6  q75=9
}

func ExampleStd() {
	show(byOrigin().Agg(context.Background(), frame.Var("late"), frame.Std("late")))
	// Output:
	// from=OSL  late_var=16  late_std=4
	// from=BER  late_var=72  late_std=8.48528137423857
}

func ExampleFirst() {
	show(byOrigin().Agg(context.Background(), frame.First("late"), frame.Last("late"), frame.NUnique("late")))
	// Output:
	// from=OSL  late_first=5  late_last=9  late_nunique=3
	// from=BER  late_first=12  late_last=0  late_nunique=2
}

func ExampleGroups_Expanding() {
	show(byOrigin().Expanding().Sum(context.Background(), "late", frame.As("so far")))
	// Output:
	// from=OSL  late=5  so far=5
	// from=BER  late=12  so far=12
	// from=OSL  late=1  so far=6
	// from=BER  late=0  so far=12
	// from=OSL  late=9  so far=15
}

func ExampleReduce() {
	type row struct {
		Late int `frame:"late"`
	}
	worst := func(a, b row) row { return row{max(a.Late, b.Late)} }
	fmt.Println(frame.Reduce(context.Background(), trips(), row{}, worst))
	// Output:
	// {12} <nil>
}

func ExampleFoldColumn() {
	// The share of trips that are late, in one pass.
	type share struct{ late, all int }
	s, err := frame.FoldColumn(context.Background(), trips(), "late",
		func() share { return share{} },
		func(_ context.Context, s share, minutes int) (share, error) {
			if minutes > 4 {
				s.late++
			}
			return share{s.late, s.all + 1}, nil
		},
		func(a, b share) share { return share{a.late + b.late, a.all + b.all} })
	fmt.Println(s.late, "of", s.all, err)
	// Output:
	// 3 of 5 <nil>
}

func ExampleFrame_CumMax() {
	show(trips().CumMax(context.Background(), "late", frame.As("worst so far")))
	// Output:
	// from=OSL  late=5  worst so far=5
	// from=BER  late=12  worst so far=12
	// from=OSL  late=1  worst so far=12
	// from=BER  late=0  worst so far=12
	// from=OSL  late=9  worst so far=12
}

func ExampleFrame_CumMin() {
	show(trips().CumMin(context.Background(), "late", frame.As("best so far")))
	// Output:
	// from=OSL  late=5  best so far=5
	// from=BER  late=12  best so far=5
	// from=OSL  late=1  best so far=1
	// from=BER  late=0  best so far=0
	// from=OSL  late=9  best so far=0
}

func ExampleFrame_CumProd() {
	growth, err := frame.NewColumn("growth", []float64{1.5, 2, 0.5})
	if err != nil {
		log.Fatal(err)
	}
	f, err := frame.New(growth)
	if err != nil {
		log.Fatal(err)
	}
	show(f.CumProd(context.Background(), "growth", frame.As("since the start")))
	// Output:
	// growth=1.5  since the start=1.5
	// growth=2  since the start=3
	// growth=0.5  since the start=1.5
}

func ExampleKey_NullsFirst() {
	show(delays().Sort(context.Background(), []frame.Key{frame.Desc("delay").NullsFirst()}))
	// Output:
	// carrier=UA  km=9000  delay=<nil>
	// carrier=LH  km=400  delay=30
	// carrier=BA  km=500  delay=30
	// carrier=LH  km=600  delay=-5
}

func ExampleJoinOptions_suffix() {
	ctx := context.Background()
	pairs, err := trips().Join(ctx, trips(), frame.JoinOptions{Kind: frame.InnerJoin, Keys: []string{"from"}, Suffix: "_other"})
	if err != nil {
		log.Fatal(err)
	}
	show(pairs.Head(3), nil)
	// Output:
	// from=OSL  late=5  late_other=5
	// from=OSL  late=5  late_other=1
	// from=OSL  late=5  late_other=9
}

func ExampleJoinOptions_nullsMatch() {
	ctx := context.Background()
	unknown := delays().Head(2)
	show(delays().Join(ctx, unknown, frame.JoinOptions{Kind: frame.SemiJoin, Keys: []string{"delay"}}))
	fmt.Println("and with NullsMatch:")
	show(delays().Join(ctx, unknown, frame.JoinOptions{Kind: frame.SemiJoin, Keys: []string{"delay"}, NullsMatch: true}))
	// Output:
	// carrier=LH  km=400  delay=30
	// carrier=BA  km=500  delay=30
	// and with NullsMatch:
	// carrier=LH  km=400  delay=30
	// carrier=UA  km=9000  delay=<nil>
	// carrier=BA  km=500  delay=30
}

func ExampleBroadcast() {
	limits, err := frame.FromStructs(context.Background(), []Trip{{"OSL", 2}, {"BER", 10}})
	if err != nil {
		log.Fatal(err)
	}
	// Each partition of the first frame meets all of the second one.
	show(frame.Apply2(context.Background(), trips(), limits, func(ctx context.Context, part, limits *frame.Frame) (*frame.Frame, error) {
		return part.Join(ctx, limits, frame.JoinOptions{Kind: frame.LeftJoin, Keys: []string{"from"}, Suffix: "_limit"})
	}, frame.Broadcast()))
	// Output:
	// from=OSL  late=5  late_limit=2
	// from=BER  late=12  late_limit=10
	// from=OSL  late=1  late_limit=2
	// from=BER  late=0  late_limit=10
	// from=OSL  late=9  late_limit=2
}
