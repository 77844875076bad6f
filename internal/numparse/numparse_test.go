package numparse

import (
	"fmt"
	"math"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// padded returns the text in memory with more bytes after it, as in a reader's
// block. They are digits, so that reading too far shows.
func padded(s string) []byte {
	b := append([]byte(s), "99999999999999999999999999999999"...)
	return b[:len(s)]
}

// both runs the fast and the slow form.
func both[T any](s string, fn func([]byte) (T, bool), check func(T, bool)) {
	check(fn(padded(s)))
	tight := []byte(s)
	check(fn(tight[:len(tight):len(tight)]))
}

var (
	intText   = regexp.MustCompile(`^(-?[1-9][0-9]*|0)$`)
	floatText = regexp.MustCompile(`^-?(0|[1-9][0-9]*|)(\.[0-9]*)?([eE][-+]?[0-9]+)?$`)
	digit     = regexp.MustCompile(`^-?\.?[0-9]`)
)

func checkInt(t reporter, s string) {
	want, err := strconv.ParseInt(s, 10, 64)
	ok := err == nil && intText.MatchString(s)
	both(s, Int64, func(got int64, gotOK bool) {
		if gotOK != ok || ok && got != want {
			t.Errorf("Int64(%q) = %d, %v; want %d, %v", s, got, gotOK, want, ok)
		}
	})
	uwant, err := strconv.ParseUint(s, 10, 64)
	ok = err == nil && intText.MatchString(s)
	both(s, Uint64, func(got uint64, gotOK bool) {
		if gotOK != ok || ok && got != uwant {
			t.Errorf("Uint64(%q) = %d, %v; want %d, %v", s, got, gotOK, uwant, ok)
		}
	})
}

func checkFloat(t reporter, s string) {
	want, err := strconv.ParseFloat(s, 64)
	ok := err == nil && floatText.MatchString(s) && digit.MatchString(s)
	check := func(got float64, gotOK bool) {
		if gotOK != ok || ok && math.Float64bits(got) != math.Float64bits(want) {
			t.Errorf("Float64(%q) = %v, %v; want %v, %v", s, got, gotOK, want, ok)
		}
	}
	both(s, Float64, check)
	comma := strings.Replace(s, ".", ",", 1)
	if !strings.Contains(s, ",") {
		both(comma, func(b []byte) (float64, bool) { return Decimal(b, ',') }, check)
	}
}

func TestIntEdges(t *testing.T) {
	for _, s := range []string{"", "0", "-0", "00", "1", "-1", "+1", "9", "10", "007", "-007", " 1", "1 ", "1_0", "0x1", "-", "--1", "1-", "a", "1a", "1/", "1:",
		"99999999", "100000000", "-99999999", "9999999999999999", "10000000000000000",
		"9223372036854775806", "9223372036854775807", "9223372036854775808", "-9223372036854775807", "-9223372036854775808", "-9223372036854775809",
		"9999999999999999999", "18446744073709551615", "18446744073709551616", "18446744073709551625", "99999999999999999999", "184467440737095516150",
		"9007199254740993", "1\xb0", "\xfa1", "1234567\xff", "12345678\x00"} {
		checkInt(t, s)
	}
}

func TestIntEveryLength(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for n := 1; n <= 22; n++ {
		for range 2000 {
			s := make([]byte, n)
			for i := range s {
				s[i] = byte('0' + r.IntN(10))
			}
			if r.IntN(3) == 0 {
				s[0] = '-'
			}
			if r.IntN(8) == 0 {
				s[r.IntN(n)] = byte(r.IntN(256))
			}
			checkInt(t, string(s))
		}
	}
}

func TestFloatEdges(t *testing.T) {
	for _, s := range []string{"", "0", "-0", "0.0", "-0.0", "1", "1.", ".5", "-.5", ".", "-", "-.", "1.5", "+1.5", "1..5", "1.5.", "00.5", "007", "0.5", "01", "1e", "1e+", "1e5", "1E5", "1e-5", "1e+05", ".e5", "e5", "1.e5",
		"1e22", "1e23", "1e27", "1e28", "9007199254740993", "9007199254740992.5", "9007199254740993e3", "1e308", "1.8e308", "1e309", "1e400", "-1e400", "5e-324", "2e-324", "1e-400", "0e999999999999", "1e-99999999999999",
		"0.1", "0.12345678901234567", "123456789012345678", "1234567890123456789", "12345678901234567890", "0.000000000000000000000012345", "1.7976931348623157e308", "2.2250738585072014e-308",
		"8.5", "4503599627370496.5", "4503599627370497.5", "9007199254740991.5", "18446744073709551615", "1844674407370955161.5", "9999999999999999999e27", "1e-27", "9999999999999999999e-27", "9999999999999999999e-28",
		"nan", "inf", "NaN", "Inf", "0x1p-2", "1_000.5", " 1.5", "1.5 ", "1,5", "12,5", "1.5e5.5", "--1", "1-1", "1234567.", ".1234567", "12345678.", "123456789.5", "1234567812345678.5", "1e5e5"} {
		checkFloat(t, s)
	}
}

func TestFloatRandom(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 200_000 {
		f := math.Float64frombits(r.Uint64())
		if f != f || math.IsInf(f, 0) {
			continue
		}
		checkFloat(t, strconv.FormatFloat(f, 'g', -1, 64))
		g := (r.Float64() - 0.5) * math.Pow(10, float64(r.IntN(36)-18))
		checkFloat(t, strconv.FormatFloat(g, 'g', 15+r.IntN(4), 64))
		checkFloat(t, strconv.FormatFloat(g, 'f', r.IntN(20), 64))
		checkFloat(t, fmt.Sprintf("%d.%0*de%d", r.IntN(100), 1+r.IntN(17), r.IntN(1e9), r.IntN(80)-40))
	}
}

// A parser that rounds twice goes wrong at the decimals halfway between two floats,
// and at their neighbors.
func TestFloatHalfway(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 200_000 {
		m := 1<<53 + r.Uint64N(1<<53)
		for _, d := range []int64{-1, 0, 1} {
			checkFloat(t, strconv.FormatUint(2*m+1+uint64(d), 10))
		}
		half := fmt.Sprintf("%d.5", 1<<52+r.Uint64N(1<<52))
		checkFloat(t, half)
		checkFloat(t, half+"01")
	}
}

func TestAnyText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringMatching(`[-+]?[0-9]{0,22}[.,]?[0-9]{0,25}([eE][-+]?[0-9]{0,4})?.?`).Draw(t, "s")
		if strings.ContainsAny(s, "_xXpPiInN") {
			return
		}
		checkInt(t, s)
		checkFloat(t, s)
	})
}

func FuzzFloat64(f *testing.F) {
	f.Add("1.5e3")
	f.Add("0.12345678901234567")
	f.Fuzz(func(t *testing.T, s string) { checkFloat(t, s); checkInt(t, s) })
}

func BenchmarkFloat64(b *testing.B) {
	for _, s := range []string{"1.5", "12345.67", "0.12345678901234567", "-1.2345678901234567e-05", "6.02214076e23"} {
		text := padded(s)
		b.Run("numparse/"+s, func(b *testing.B) {
			for b.Loop() {
				Float64(text)
			}
		})
		b.Run("strconv/"+s, func(b *testing.B) {
			for b.Loop() {
				strconv.ParseFloat(s, 64)
			}
		})
	}
}

func BenchmarkInt64(b *testing.B) {
	for _, s := range []string{"7", "123456", "123456789012345678"} {
		text := padded(s)
		b.Run("numparse/"+s, func(b *testing.B) {
			for b.Loop() {
				Int64(text)
			}
		})
		b.Run("strconv/"+s, func(b *testing.B) {
			for b.Loop() {
				strconv.ParseInt(s, 10, 64)
			}
		})
	}
}

// reporter is what *testing.T and *rapid.T have in common here.
type reporter interface{ Errorf(string, ...any) }
