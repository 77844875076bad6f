package rowcodec

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
)

// problems is an error that lists everything wrong with a Go type. One problem follows
// the type on its line; several have a line each.
type problems struct {
	typ  reflect.Type
	list []error
}

func (p *problems) Error() string {
	name := TypeName(p.typ)
	if p.typ.Name() == "" {
		name = "struct" // its String would list all fields
	}
	if len(p.list) == 1 {
		return fmt.Sprintf("%s: %v", name, p.list[0])
	}
	return fmt.Sprintf("%s:\n\t%s", name, strings.ReplaceAll(errors.Join(p.list...).Error(), "\n", "\n\t"))
}

// Unwrap returns the problems, so that errors.Is finds their kinds.
func (p *problems) Unwrap() []error { return p.list }

// TypeName returns the name of a type as users write it: [Null] is frame.Null.
func TypeName(t reflect.Type) string {
	return strings.ReplaceAll(strings.ReplaceAll(t.String(), "internal/rowcodec.Null[", "frame.Null["), "rowcodec.Null[", "frame.Null[")
}
