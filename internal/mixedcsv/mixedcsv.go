// Package mixedcsv makes the CSV text on which the project's figures are measured:
// seeded, the same on every machine, and with the mix of columns of real files.
package mixedcsv

import (
	"bufio"
	"io"
	"math/rand/v2"
	"strconv"

	"github.com/parframe/parframe/internal/civil"
)

// FullRows are the rows of the file in the published figures, about 345 MB.
const FullRows = 3_000_000

// Header is the first line. id and units are int64, units with 2 % empty;
// price has two decimals, ratio 17 digits; day is a date, paid a bool; the
// others are strings, and 10 % of note is quoted, with commas, doubled quotes
// and line ends.
const Header = "id,units,price,ratio,day,paid,city,code,name,note\n"

// Write writes the header and rows records. One seed always gives the same
// text, and the text of fewer rows is the beginning of that of more.
func Write(w io.Writer, rows int, seed uint64) error {
	out := bufio.NewWriterSize(w, 1<<20)
	out.WriteString(Header)
	r := rand.New(rand.NewPCG(seed, 1))
	var line []byte
	for i := range rows {
		line = row(line[:0], r, i)
		out.Write(line)
	}
	return out.Flush()
}

func row(b []byte, r *rand.Rand, i int) []byte {
	b = strconv.AppendInt(b, int64(1_000_000+i), 10)
	b = append(b, ',')
	if r.IntN(50) > 0 {
		b = strconv.AppendInt(b, r.Int64N(100_000)-1000, 10)
	}
	b = append(b, ',')
	b = strconv.AppendFloat(b, float64(r.IntN(10_000_000))/100, 'f', 2, 64)
	b = append(b, ',')
	b = strconv.AppendFloat(b, r.Float64(), 'f', 17, 64)
	b = append(b, ',')
	b = civil.AppendDate(b, int64(15_000+r.IntN(5_000)))
	b = append(b, ',')
	b = strconv.AppendBool(b, r.IntN(3) > 0)
	b = append(b, ',')
	b = append(b, cities[r.IntN(len(cities))]...)
	b = append(b, ',')
	for range 8 {
		b = append(b, byte('A'+r.IntN(26)))
	}
	b = append(b, ',')
	for range 4 + r.IntN(12) {
		b = append(b, byte('a'+r.IntN(26)))
	}
	b = append(b, ',')
	if r.IntN(10) == 0 {
		b = append(b, '"')
		for range 2 + r.IntN(6) {
			b = append(b, quoted[r.IntN(len(quoted))]...)
		}
		b = append(b, '"')
	} else {
		for range 1 + r.IntN(4) {
			b = append(b, words[r.IntN(len(words))]...)
			b = append(b, ' ')
		}
	}
	return append(b, '\n')
}

var (
	cities = []string{"Berlin", "São Paulo", "Nairobi", "Osaka", "Lima", "Montréal", "Hanoi", "Oslo", "New York", "Zürich", "Accra", "Quito"}
	words  = []string{"blue", "delivered", "on time", "by rail", "fragile", "second attempt", "signed", "left with neighbour"}
	quoted = []string{"left, right", "\"\"as is\"\"", "line\nbreak", "plain", ", ", "\"\"\"\""}
)
