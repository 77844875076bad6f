package civil

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

func TestDateEveryDay(t *testing.T) {
	day := time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC)
	want := day.Unix() / 86400
	for day.Year() <= 9999 {
		text := day.AppendFormat(nil, "2006-01-02")
		if got, ok := Date(text); !ok || int64(got) != want {
			t.Fatalf("Date(%s) = %d, %v; want %d", text, got, ok, want)
		}
		if got := AppendDate(nil, want); string(got) != string(text) {
			t.Fatalf("AppendDate(%d) = %s, want %s", want, got, text)
		}
		day = day.AddDate(0, 0, 1)
		want++
	}
}

// A text that looks like a date is accepted exactly if package time accepts it.
func TestDateRefuses(t *testing.T) {
	for m := range 15 {
		for d := range 34 {
			for _, y := range []int{0, 4, 100, 1900, 1999, 2000, 2004, 2100, 9999} {
				text := fmt.Sprintf("%04d-%02d-%02d", y, m, d)
				want, err := time.Parse("2006-01-02", text)
				got, ok := Date([]byte(text))
				if ok != (err == nil) || ok && int64(got) != want.Unix()/86400 {
					t.Errorf("Date(%s) = %d, %v; package time: %v, %v", text, got, ok, want, err)
				}
			}
		}
	}
	for _, text := range []string{"", "2020", "2020-1-02", "2020/01/02", "2020-01-0a", "20200102", "2020-01-02 ", "-020-01-02", "2020-01-1:", "０020-01-02"} {
		if _, ok := Date([]byte(text)); ok {
			t.Errorf("Date(%q) accepted", text)
		}
	}
}

func TestTimestamp(t *testing.T) {
	for _, c := range []struct{ text, layout string }{
		{"2020-02-29", "2006-01-02"},
		{"2020-02-29 23:59", "2006-01-02 15:04"},
		{"2020-02-29T23:59:58", "2006-01-02T15:04:05"},
		{"1969-12-31 23:59:59.5", "2006-01-02 15:04:05"},
		{"0000-01-01 00:00:00.000000001", "2006-01-02 15:04:05"},
		{"9999-12-31T23:59:59.999999999", "2006-01-02T15:04:05"},
		{"2020-02-29T12:00:00Z", time.RFC3339},
		{"2020-02-29T12:00:00.25+02:00", time.RFC3339},
		{"2020-02-29 12:00:00-0530", "2006-01-02 15:04:05-0700"},
		{"2020-02-29 12:00-11", "2006-01-02 15:04-07"},
	} {
		want, err := time.Parse(c.layout, c.text)
		if err != nil {
			t.Fatal(err)
		}
		got, ok := Timestamp([]byte(c.text))
		if !ok || got.Sec != want.Unix() || int(got.Nano) != want.Nanosecond() {
			t.Errorf("Timestamp(%s) = %+v, %v; want %v", c.text, got, ok, want)
		}
	}
}

func TestTimestampReportsZoneAndDigits(t *testing.T) {
	for text, want := range map[string]Stamp{
		"1970-01-01":                    {},
		"1970-01-01 00:00:01":           {Sec: 1},
		"1970-01-01 00:00:01.50":        {Sec: 1, Nano: 5e8, Digits: 2},
		"1970-01-01 00:00:01.123456789": {Sec: 1, Nano: 123456789, Digits: 9},
		"1970-01-01 00:00:01z":          {Sec: 1, Zone: Offset},
		"1970-01-01 00:00:01,5+01":      {Sec: -3599, Nano: 5e8, Digits: 1, Zone: Offset},
	} {
		if got, ok := Timestamp([]byte(text)); !ok || got != want {
			t.Errorf("Timestamp(%s) = %+v, %v; want %+v", text, got, ok, want)
		}
	}
}

func TestTimestampRefuses(t *testing.T) {
	for _, text := range []string{"", "2020-02-30 00:00:00", "2020-02-29x12:00:00", "2020-02-29 ", "2020-02-29 1", "2020-02-29 12", "2020-02-29 12:", "2020-02-29 12:0",
		"2020-02-29 24:00:00", "2020-02-29 12:60:00", "2020-02-29 12:00:60", "2020-02-29 12:00:", "2020-02-29 12:00:0", "2020-02-29 12:00:00.", "2020-02-29 12:00:00.1234567890",
		"2020-02-29 12:00:00.1x", "2020-02-29 12:00:00+", "2020-02-29 12:00:00+1", "2020-02-29 12:00:00+1:00", "2020-02-29 12:00:00+16:00", "2020-02-29 12:00:00+01:60",
		"2020-02-29 12:00:00ZZ", "2020-02-29 12:00:00Z+01:00", "2020-02-29 12:00:00 Z", "2020-02-29 12-00-00", "2020-02-29Z", "2020-02-29 12:00:00+01-00"} {
		if got, ok := Timestamp([]byte(text)); ok {
			t.Errorf("Timestamp(%q) = %+v, want a refusal", text, got)
		}
	}
}

func TestTimestampRoundTrip(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	const first, span = -62167219200, 315569520000
	for range 100_000 {
		want := Stamp{Sec: first + r.Int64N(span), Nano: r.Int32N(1e9)}
		if r.IntN(2) == 0 {
			want.Nano = want.Nano / 1e6 * 1e6
		}
		text := AppendTimestamp(nil, want.Sec, int64(want.Nano))
		got, ok := Timestamp(text)
		got.Digits = 0
		if !ok || got != want {
			t.Fatalf("%s: %+v, %v; want %+v", text, got, ok, want)
		}
		if std := time.Unix(want.Sec, int64(want.Nano)).UTC().Format("2006-01-02 15:04:05.999999999"); std != string(text) {
			t.Fatalf("wrote %s, package time %s", text, std)
		}
	}
}

func TestYearsOutside(t *testing.T) {
	for _, day := range []int64{-800_000, -719529, 2932897, 5_000_000} {
		want := time.Unix(day*86400, 0).UTC()
		got := string(AppendDate(nil, day))
		if y := want.Year(); y < 0 || y > 9999 {
			if text := fmt.Sprintf("%+d-%02d-%02d", y, want.Month(), want.Day()); got != text {
				t.Errorf("AppendDate(%d) = %s, want %s", day, got, text)
			}
		}
	}
}

func BenchmarkTimestamp(b *testing.B) {
	text := []byte("2020-02-29 12:34:56.789")
	for b.Loop() {
		Timestamp(text)
	}
}
