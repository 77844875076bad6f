package frame

import (
	"fmt"
	"reflect"
	"strings"
)

// tagKeys are the struct tags that name a column, the first one found wins:
// our own, then those of libraries whose structs are often at hand already.
var tagKeys = []string{"frame", "arrow", "parquet", "csv", "dataframe"}

// tagName reads a field's column name from its tags. The grammar is that of
// encoding/json: `frame:"name"`, with an empty name for the field's own, "-"
// for a field that is no column, and "-," for a column named "-". The
// parquet tag may also have the form "name=x, type=…" of Arrow's own reader.
// Options behind the name belong to the other library and are ignored; our
// own tag has none yet, so that one there is a mistake.
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
		case key == "frame" && opts != "":
			return "", true, false, fmt.Errorf("%w: tag frame:%q: unknown option %q; a frame tag has none", ErrType, tag, opts)
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

// pairValue finds the value of key in "key=value, key=value".
func pairValue(tag, key string) string {
	for pair := range strings.SplitSeq(tag, ",") {
		k, v, _ := strings.Cut(pair, "=")
		if strings.TrimSpace(k) == key {
			return strings.TrimSpace(v)
		}
	}
	return ""
}
