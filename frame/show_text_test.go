package frame

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// widthCases has the widths that terminals use (VTE, xterm, Windows Terminal, iTerm2).
// Where terminals differ, it follows the ones that support emoji presentation.
var widthCases = []struct {
	text string
	want int
}{
	{"", 0},
	{"plain ASCII", 11},
	{"naïve", 5},
	{"nai\u0308ve", 5}, // the same with a combining mark
	{"日本語", 6},
	{"한글", 4},
	{"\u1112\u1161\u11ab", 2}, // 한 decomposed
	{"か\u3099", 2},            // が decomposed
	{"ｱｲｳ", 3},
	{"ｶﾞｷﾞ", 4}, // halfwidth voiced marks take a cell each
	{"カﾞ", 3},
	{"a\ufe0f©\ufe0f", 3}, // a letter has no emoji presentation
	{"ＡＢ", 4},             // fullwidth
	{"น้ำ", 2},            // Thai: consonant, tone mark, sara am
	{"नमस्ते", 4},
	{"العربية", 7},
	{"👍", 2},
	{"👍🏽", 2}, // skin tone
	{"👨\u200d👩\u200d👧\u200d👦", 2},                                        // family: four emoji held by joiners
	{"🇩🇪🇯🇵", 4},                                                          // two flags
	{"🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", 2}, // England
	{"🏳\ufe0f\u200d🌈", 2},
	{"❤", 1},
	{"❤\ufe0f", 2}, // emoji presentation
	{"1\ufe0f\u20e3", 2},
	{"⛹🏽\u200d♂\ufe0f", 2},
	{"⚡", 2},
	{"…│─═", 4},
	{"αβγ", 3}, // ambiguous: one cell, whatever the locale
	{"①", 1},
	{"a\u200bb", 2},
	{"\u0600 ", 1},
}

func TestTextWidth(t *testing.T) {
	for _, c := range widthCases {
		if got := textWidth(c.text); got != c.want {
			t.Errorf("textWidth(%+q) = %d, want %d", c.text, got, c.want)
		}
	}
}

// The locale must not matter: go-runewidth, for one, doubles the width of Greek in a
// Chinese locale, so that the same frame would be printed differently.
func TestTextWidthIgnoresTheLocale(t *testing.T) {
	t.Setenv("LC_ALL", "zh_CN.UTF-8")
	t.Setenv("RUNEWIDTH_EASTASIAN", "1")
	for _, c := range widthCases {
		if got := textWidth(c.text); got != c.want {
			t.Errorf("textWidth(%+q) = %d, want %d", c.text, got, c.want)
		}
	}
}

func TestFit(t *testing.T) {
	for _, c := range []struct {
		text string
		w    int
		want string
	}{
		{"", 0, ""},
		{"abc", 0, ""},
		{"abc", 1, "…"},
		{"abc", 2, "a…"},
		{"abc", 3, "abc"},
		{"日本語", 6, "日本語"},
		{"日本語", 5, "日本…"},
		{"日本語", 4, "日…"}, // 本 would need the ellipsis' cell
		{"日本語", 2, "…"},
		{"e\u0301e\u0301e\u0301", 2, "e\u0301…"}, // not between a letter and its mark
		{"👨\u200d👩\u200d👧x", 3, "👨\u200d👩\u200d👧x"},
		{"👨\u200d👩\u200d👧xy", 3, "👨\u200d👩\u200d👧…"},
		{"👨\u200d👩\u200d👧xy", 2, "…"},
		{"🇩🇪🇯🇵🇫🇷", 5, "🇩🇪🇯🇵…"},
	} {
		if got := fit(c.text, c.w); got != c.want {
			t.Errorf("fit(%+q, %d) = %+q, want %+q", c.text, c.w, got, c.want)
		}
	}
}

func TestPrintable(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", ""},
		{"plain", "plain"},
		{"日本 é", "日本 é"},
		{"a\nb\r\n\tc", `a\nb\r\n\tc`},
		{"\x00\x1b[31mred\x7f", `\x00\x1b[31mred\x7f`},
		{"\u0085\u2028\u2029", `\u0085\u2028\u2029`},
		{"\u202eevil\u2066", `\u202eevil\u2066`}, // would reorder the line
		{"\ufeffbom\u00ad\u200b", `\ufeffbom\u00ad\u200b`},
		{"\U000e0001x", `\U000e0001x`},
		{"bad \xff\xc3 utf8", `bad \xff\xc3 utf8`},
		{"\ufffd", "\ufffd"}, // a real replacement character is text
		{"می\u200cخواهم", "می\u200cخواهم"},
		{"👩\u200d🚀", "👩\u200d🚀"},
		{"🏴\U000e0067\U000e0062\U000e007f", "🏴\U000e0067\U000e0062\U000e007f"},
		{"\u0301x", "◌\u0301x"},
		{"\ufe0f", "◌\ufe0f"},
	} {
		if got := printable(c.text); got != c.want {
			t.Errorf("printable(%+q) = %+q, want %+q", c.text, got, c.want)
		}
	}
}

func TestClip(t *testing.T) {
	for n, want := range []string{"…", "a…", "a…", "aé…", "aé…", "aé…", "aé日"} {
		if got := clip("aé日", n); got != want {
			t.Errorf("clip(aé日, %d) = %q, want %q", n, got, want)
		}
	}
}

// awkward draws text that breaks layouts.
func awkward() *rapid.Generator[string] {
	pieces := []string{
		"a", " ", "\n", "\t", "\x00", "\xff", "é", "\u0301", "日", "ｱ", "ﾞ", "น", "ำ", "👍", "🏽", "\u200d", "\u200c", "\ufe0f",
		"\ufe0e", "🇩", "🇪", "❤", "1", "\u20e3", "\u0600", "\u202e", "\u1112", "\u1161", "\u11ab", "क", "\u094d", "ा", "\U000e0067", "\u00ad", "…",
	}
	return rapid.OneOf(rapid.String(), rapid.Map(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 20),
		func(s []string) string { return strings.Join(s, "") }))
}

// Whatever the text, it has the requested width.
func TestFitHoldsTheWidth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text, w := awkward().Draw(t, "text"), rapid.IntRange(1, 30).Draw(t, "w")
		s := printable(text)
		if !utf8.ValidString(s) || printable(s) != s {
			t.Fatalf("printable(%+q) = %+q is not printable", text, s)
		}
		cut := fit(s, w)
		if textWidth(cut) > w {
			t.Fatalf("fit(%+q, %d) = %+q takes %d cells", s, w, cut, textWidth(cut))
		}
		if textWidth(s) <= w && cut != s {
			t.Fatalf("fit(%+q, %d) = %+q, though it fits", s, w, cut)
		}
		for _, right := range []bool{false, true} {
			// The borders are the cell's neighbors in a table.
			if line := "│ " + pad(cut, w, right) + " │"; textWidth(line) != w+4 {
				t.Fatalf("pad(%+q, %d): %+q takes %d cells, want %d", cut, w, line, textWidth(line), w+4)
			}
		}
	})
}
