package rowcodec

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
)

// problems are all the reasons why a Go type does not fit, as one error:
// behind the type if it is one, else each on a line of its own.
type problems struct {
	typ  reflect.Type
	list []error
}

func (p *problems) Error() string {
	name := TypeName(p.typ)
	if p.typ.Name() == "" {
		name = "struct" // and not all of its fields
	}
	if len(p.list) == 1 {
		return fmt.Sprintf("%s: %v", name, p.list[0])
	}
	return fmt.Sprintf("%s:\n\t%s", name, strings.ReplaceAll(errors.Join(p.list...).Error(), "\n", "\n\t"))
}

// Unwrap gives the kinds of the problems to errors.Is.
func (p *problems) Unwrap() []error { return p.list }

// TypeName returns the name of a type as the user writes it: Null is frame's.
func TypeName(t reflect.Type) string {
	return strings.ReplaceAll(strings.ReplaceAll(t.String(), "internal/rowcodec.Null[", "frame.Null["), "rowcodec.Null[", "frame.Null[")
}
