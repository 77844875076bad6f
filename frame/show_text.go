package frame

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/displaywidth"
)

// ellipsis stands for what is left out: the rest of a text, rows, columns.
const ellipsis = "…"

// textWidth returns the number of terminal cells that s takes. It is the same on every
// machine: no environment variable or locale changes it, and characters of ambiguous East
// Asian width take one cell.
func textWidth(s string) int {
	w := 0
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return clustersWidth(s)
		}
		w++
	}
	return w
}

func clustersWidth(s string) int {
	w := 0
	g := displaywidth.StringGraphemes(s)
	for g.Next() {
		w += clusterWidth(g.Value(), g.Width())
	}
	return w
}

// clusterWidth corrects lib, the library's width of the grapheme cluster g. The library
// uses the width of the first rune, which is right if the cluster is one glyph (a family
// emoji, a flag, a decomposed Hangul syllable). Otherwise terminals give each spacing
// rune its own cell: in Thai, in Devanagari, in halfwidth Katakana (น้ำ, का, ｶﾞ take
// two).
func clusterWidth(g string, lib int) int {
	first, n := utf8.DecodeRuneInString(g)
	if n == len(g) {
		return lib
	}
	w := 0
	for _, r := range g {
		w += displaywidth.Rune(r)
	}
	switch {
	case !oneGlyph(first):
		return w
	case lib == 2:
		return 2
	}
	return min(w, 2) // ⛹🏽‍♂ starts with a narrow rune
}

// oneGlyph reports whether a cluster that starts with r is drawn as one glyph. Hangul and
// emoji are, including keycaps and ©, which a variation selector makes an emoji, but a
// skin tone without an emoji before it is not.
func oneGlyph(r rune) bool {
	switch {
	case '0' <= r && r <= '9', r == '#', r == '*', r == '©', r == '®':
		return true
	case 0x1100 <= r && r <= 0x11FF, 0xA960 <= r && r <= 0xA97F, 0xAC00 <= r && r <= 0xD7FF:
		return true
	case 0x1F3FB <= r && r <= 0x1F3FF:
		return false
	}
	return 0x203C <= r && r <= 0x2E7F || 0x1F000 <= r && r <= 0x1FAFF
}

// fit returns s in at most w cells: if s is wider, it is cut between grapheme
// clusters and ends with an ellipsis.
func fit(s string, w int) string {
	if w <= 0 {
		return ""
	}
	g := displaywidth.StringGraphemes(s)
	have, cut, pos := 0, 0, 0 // cut: the end of what fits beside an ellipsis
	for g.Next() {
		have += clusterWidth(g.Value(), g.Width())
		if have > w {
			return s[:cut] + ellipsis
		}
		pos += len(g.Value())
		if have < w {
			cut = pos
		}
	}
	return s
}

// pad returns s, which takes at most w cells, padded with spaces to w.
func pad(s string, w int, right bool) string {
	fill := strings.Repeat(" ", max(0, w-textWidth(s)))
	if right {
		return fill + s
	}
	return s + fill
}

// clip returns s if it is at most n bytes long, and otherwise its beginning with an
// ellipsis, cut between two runes: a cell of a gigabyte costs no more than the part that
// is shown.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + ellipsis
}

// printable returns s with everything escaped that would break a line, move the cursor or
// reorder the text beside it: control characters, line and paragraph separators,
// invisible format characters (except the joiners of emoji and of Persian and Indic
// words) and bytes that are not UTF-8. A mark without a base letter gets a dotted circle,
// so that it does not combine with the table's border.
func printable(s string) string {
	plain := true
	for i := 0; i < len(s) && plain; i++ {
		plain = ' ' <= s[i] && s[i] <= '~'
	}
	if plain {
		return s
	}
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(s[i:], "\uFFFD"):
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case r < 0x80 && unicode.IsControl(r):
			fmt.Fprintf(&b, `\x%02x`, r)
		case harmful(r):
			if r <= 0xFFFF {
				fmt.Fprintf(&b, `\u%04x`, r)
			} else {
				fmt.Fprintf(&b, `\U%08x`, r)
			}
		default:
			if b.Len() == 0 && displaywidth.Rune(r) == 0 {
				b.WriteRune('◌')
			}
			b.WriteRune(r)
		}
	}
	return b.String()
}

func harmful(r rune) bool {
	if !unicode.In(r, unicode.Cc, unicode.Zl, unicode.Zp, unicode.Cf) {
		return false
	}
	const nonJoiner, joiner = 0x200C, 0x200D
	tag := 0xE0020 <= r && r <= 0xE007F // of the flags of England, Scotland and Wales
	number := 0x0600 <= r && r <= 0x0605 || r == 0x06DD || r == 0x08E2
	return r != nonJoiner && r != joiner && !tag && !number
}
