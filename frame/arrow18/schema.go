package arrow18

import (
	"fmt"
	"slices"
	"sync/atomic"

	a18 "github.com/apache/arrow-go/v18/arrow"
	a15 "github.com/apache/arrow/go/v15/arrow"
)

// recent15 and recent18 are the last conversions of a schema. The batches of a reader share
// a schema, and its conversion costs as much as a batch of a few columns.
var (
	recent15 atomic.Pointer[conversion[a18.Schema, a15.Schema]]
	recent18 atomic.Pointer[conversion[a15.Schema, a18.Schema]]
)

// A conversion is a schema and the schema that it was converted to.
type conversion[From, To any] struct {
	from *From
	to   *To
}

// schema15 returns v15's schema. An error names the column and its type.
func schema15(s *a18.Schema) (*a15.Schema, error) {
	if c := recent15.Load(); c != nil && c.from == s {
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
		recent15.Store(&conversion[a18.Schema, a15.Schema]{s, to})
	}
	return to, nil
}

// schema18 returns v18's schema. An error names the column and its type.
func schema18(s *a15.Schema) (*a18.Schema, error) {
	if c := recent18.Load(); c != nil && c.from == s {
		return c.to, nil
	}
	if !s.IsNativeEndian() {
		return nil, fmt.Errorf("%w: data in the byte order of another machine", ErrUnsupported)
	}
	fields := make([]a18.Field, s.NumFields())
	for i := range fields {
		f := s.Field(i)
		var err error
		if fields[i], err = field18(&f); err != nil {
			return nil, fmt.Errorf("column %q of type %v: %w", f.Name, f.Type, err)
		}
	}
	md := metadata18(s.Metadata())
	to := a18.NewSchema(fields, &md)
	if !slices.ContainsFunc(s.Fields(), extended) {
		recent18.Store(&conversion[a15.Schema, a18.Schema]{s, to})
	}
	return to, nil
}

// extended reports whether the field has an extension type at any level. The conversion of
// an extension type depends on the types that are registered at the time.
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
