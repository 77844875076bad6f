package frame_test

import (
	"fmt"
	"os"
	"time"

	"github.com/parframe/parframe/frame"
)

func cities() *frame.Frame {
	name, _ := frame.NewColumn("city", []string{"東京", "São Paulo", "<New York>"})
	people, _ := frame.NewColumn("people", []frame.Null[int64]{frame.Some[int64](14_000_000), frame.Some[int64](12_300_000), {}})
	warm, _ := frame.NewColumn("°C", []float64{16.5, 20, 2.0 / 3})
	at, _ := frame.NewColumn("seen", []time.Time{time.Unix(0, 0), time.Unix(1e9, 5e8), time.Unix(2e9, 0)})
	f, err := frame.New(name, people, warm, at)
	if err != nil {
		panic(err)
	}
	return f
}

func ExampleFrame_String() {
	fmt.Println(cities())
	// Output:
	// shape: (3, 4)
	// ┌────────────┬──────────┬──────────┬────────────────────────┐
	// │ city       ┆   people ┆       °C ┆ seen                   │
	// │ ---        ┆      --- ┆      --- ┆ ---                    │
	// │ utf8       ┆    int64 ┆  float64 ┆ timestamp[ns, tz=UTC]  │
	// ╞════════════╪══════════╪══════════╪════════════════════════╡
	// │ 東京       ┆ 14000000 ┆     16.5 ┆ 1970-01-01 00:00:00Z   │
	// │ São Paulo  ┆ 12300000 ┆     20.0 ┆ 2001-09-09 01:46:40.5Z │
	// │ <New York> ┆     null ┆ 0.666667 ┆ 2033-05-18 03:33:20Z   │
	// └────────────┴──────────┴──────────┴────────────────────────┘
}

func ExampleFrame_Print() {
	n, _ := frame.NewColumn("n", make([]int64, 1_000_000))
	f, _ := frame.New(n)
	if err := f.Print(os.Stdout, frame.MaxRows(4)); err != nil {
		fmt.Println(err)
	}
	// Output:
	// shape: (1_000_000, 1)
	// ┌───────┐
	// │     n │
	// │   --- │
	// │ int64 │
	// ╞═══════╡
	// │     0 │
	// │     0 │
	// │     … │
	// │     0 │
	// │     0 │
	// └───────┘
}

func ExampleFrame_HTML() {
	fmt.Println(cities().Head(1).HTML())
	// Output:
	// <div class="parframe">
	// <p class="shape">shape: (1, 4)</p>
	// <table>
	// <thead>
	// <tr><th>city<br><span class="type">utf8</span></th><th class="number">people<br><span class="type">int64</span></th><th class="number">°C<br><span class="type">float64</span></th><th>seen<br><span class="type">timestamp[ns, tz=UTC]</span></th></tr>
	// </thead>
	// <tbody>
	// <tr><td>東京</td><td class="number">14000000</td><td class="number">16.5</td><td>1970-01-01 00:00:00Z</td></tr>
	// </tbody>
	// </table>
	// </div>
}

func ExampleFrame_MIMEBundle() {
	for mime, text := range cities().MIMEBundle() {
		fmt.Println(mime, len(text) > 100)
	}
	// Unordered output:
	// text/html true
	// text/plain true
}

func ExampleColumn_String() {
	c, _ := cities().Column("people")
	fmt.Println(c)
	// Output:
	// shape: (3, 1)
	// ┌──────────┐
	// │   people │
	// │      --- │
	// │    int64 │
	// ╞══════════╡
	// │ 14000000 │
	// │ 12300000 │
	// │     null │
	// └──────────┘
}
