package rowcodec

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/parframe/parframe/internal/errkind"
)

// tagKeys are the struct tags that name a column, in order of precedence: the library's
// own, then tags of libraries for which programs often have structs.
var tagKeys = []string{"frame", "arrow", "parquet", "csv", "dataframe"}

// tagName returns a field's column name from its tags, by the grammar of encoding/json:
// `frame:"name"`. An empty name stands for the field's own name, "-" skips
// the field, and "-," names a column "-". The parquet tag may also have the form
// "name=x, type=…" of Arrow's own reader.
//
// Options after the name belong to the other library and are ignored. The frame tag has
// the option scale; any other is an error.
func tagName(f reflect.StructField) (name string, tagged, skip bool, err error) {
	for _, key := range tagKeys {
		tag, ok := f.Tag.Lookup(key)
		if !ok {
			continue
		}
		if tag == "-" {
			return "", true, true, nil
		}
		name, opts, _ := strings.Cut(tag, ",")
		name = strings.TrimSpace(name)
		switch {
		case key == "frame" && opts != "" && !strings.HasPrefix(opts, "scale="):
			return "", true, false, fmt.Errorf("%w: tag frame:%q: unknown option %q; there is scale=2, for decimals", errkind.ErrType, tag, opts)
		case key == "parquet" && strings.Contains(name, "="):
			name = pairValue(tag, "name")
		}
		if name == "" {
			return f.Name, false, false, nil
		}
		return name, true, false, nil
	}
	return f.Name, false, false, nil
}

// tagScale returns the scale of a decimal from its tag, `frame:"price,scale=2"`, and
// whether there is one.
func tagScale(f reflect.StructField) (scale int32, ok bool, err error) {
	tag := f.Tag.Get("frame")
	_, opts, _ := strings.Cut(tag, ",")
	text, ok := strings.CutPrefix(opts, "scale=")
	if !ok {
		return 0, false, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n > 38 {
		return 0, false, fmt.Errorf("%w: tag frame:%q: want a scale of 0 to 38", errkind.ErrType, tag)
	}
	return int32(n), true, nil
}

// isDecimal reports whether the type is a decimal, or a nullable form or slice of one.
func isDecimal(t reflect.Type) bool {
	for {
		switch {
		case isPair(t):
			t = t.Field(0).Type
		case t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice:
			t = t.Elem()
		default:
			return t == num128Type || t == num256Type
		}
	}
}

// pairValue returns the value of key in "key=value, key=value", or "".
func pairValue(tag, key string) string {
	for pair := range strings.SplitSeq(tag, ",") {
		k, v, _ := strings.Cut(pair, "=")
		if strings.TrimSpace(k) == key {
			return strings.TrimSpace(v)
		}
	}
	return ""
}
