package csv

import (
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// scanSlow is scan, one character at a time.
func (d *dialect) scanSlow(text string) (ends []uint32, lines int, open bool) {
	in := false
	ends = []uint32{^uint32(0)}
	for i := range len(text) {
		switch c := text[i]; {
		case d.quote != 0 && c == d.quote:
			in = !in
		case !in && (c == d.delim || c == d.nl):
			ends = append(ends, uint32(i))
			if c == d.nl {
				lines++
			}
		}
	}
	return ends, lines, in
}

func checkScan(t interface{ Fatalf(string, ...any) }, d dialect, text string, ix *index) {
	buf := append([]byte(text), strings.Repeat(",\"\n", pad)...) // the bytes after the text must not matter
	d.scan(buf[:len(text)+pad], len(text), ix)
	ends, lines, open := d.scanSlow(text)
	if !reflect.DeepEqual(ix.ends, ends) || ix.lines != lines || ix.open != open {
		t.Fatalf("%q: %v, %d lines, open %v; want %v, %d, %v", text, ix.ends, ix.lines, ix.open, ends, lines, open)
	}
	if d.quote == 0 || d.nl != '\n' {
		return
	}
	if _, err := oracleRecords(text, d.delim, d.quote); strings.HasSuffix(text, "\n") && (err != nil) != (ix.odd || ix.open) {
		t.Fatalf("%q: odd %v, open %v; the oracle: %v", text, ix.odd, ix.open, err)
	}
}

func TestScanAnyText(t *testing.T) {
	var ix index
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{"a", ",", "\"", "\"\"", "\n", "\r\n", "\r", ";", "\xac", "\x8a", "\xa2", "long text of some bytes", ",\"", "\",", "\"\n"}), 0, 80).Draw(t, "text"), "")
		for _, d := range []dialect{{delim: ',', quote: '"', nl: '\n'}, {delim: ';', quote: '"', nl: '\n'}, {delim: ',', nl: '\n'}, {delim: ',', quote: '"', nl: '\r'}} {
			checkScan(t, d, text, &ix)
			checkScan(t, d, text+"\n", &ix)
		}
	})
}

// Each of the characters at each position of a block, and across its borders.
func TestScanEveryPlace(t *testing.T) {
	var ix index
	d := dialect{delim: ',', quote: '"', nl: '\n'}
	for _, s := range []string{",", "\n", "\"\"", "\"x\"", ",\"\"\"\",", ",\"a\n,\"\r\n", "\"a\"\r", "\"a\"b", "a\"", ",\"a\"\"b\",", ",\"a\"\r\n", "\r\n"} {
		for at := range 140 {
			checkScan(t, d, strings.Repeat("x", at)+s+strings.Repeat("y", 140-at)+"\n", &ix)
			checkScan(t, d, strings.Repeat("x", max(at-1, 0))+","+s+"\n", &ix)
		}
	}
}

func TestScanAllBytes(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	var ix index
	for _, d := range []dialect{{delim: ',', quote: '"', nl: '\n'}, {delim: '\t', quote: '\'', nl: '\n'}, {delim: 1, quote: 2, nl: '\n'}, {delim: 127, nl: '\n'}} {
		for range 300 {
			text := make([]byte, r.IntN(400))
			for i := range text {
				text[i] = byte(r.IntN(256))
			}
			checkScan(t, d, string(text), &ix)
		}
	}
}
