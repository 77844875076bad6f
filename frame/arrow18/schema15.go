package arrow18

import (
	"fmt"
	"slices"
	"sync/atomic"

	a18 "github.com/apache/arrow-go/v18/arrow"
	a15 "github.com/apache/arrow/go/v15/arrow"
)

// recent is the last conversion of a schema, since a reader gives all its
// batches the same one, and converting it costs as much as a batch of few
// columns does.
var recent atomic.Pointer[conversion]

type conversion struct {
	from *a18.Schema
	to   *a15.Schema
}

// schema15 returns v15's schema. An error names the column and its type.
func schema15(s *a18.Schema) (*a15.Schema, error) {
	if c := recent.Load(); c != nil && c.from == s {
		return c.to, nil
	}
	if !s.IsNativeEndian() {
		return nil, fmt.Errorf("%w: data in the byte order of another machine", ErrUnsupported)
	}
	fields := make([]a15.Field, s.NumFields())
	for i := range fields {
		f := s.Field(i)
		var err error
		if fields[i], err = field15(&f); err != nil {
			return nil, fmt.Errorf("column %q of type %v: %w", f.Name, f.Type, err)
		}
	}
	md := metadata15(s.Metadata())
	to := a15.NewSchema(fields, &md)
	if !slices.ContainsFunc(fields, extended) {
		recent.Store(&conversion{s, to})
	}
	return to, nil
}

// extended says whether there is an extension type in the field: what becomes
// of it depends on what is registered at the time.
func extended(f a15.Field) bool {
	switch t := f.Type.(type) {
	case a15.ExtensionType:
		return true
	case *a15.DictionaryType:
		return extended(a15.Field{Type: t.ValueType})
	case a15.NestedType:
		return slices.ContainsFunc(t.Fields(), extended)
	}
	return false
}
