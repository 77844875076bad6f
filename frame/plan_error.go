package frame

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
)

// Further kinds of error, of the calls that run functions.
var (
	// ErrNilFrame marks a nil *Frame where a frame was expected.
	ErrNilFrame = errors.New("nil frame")
	// ErrValue marks a value that its Go type, or its column, cannot hold
	// exactly.
	ErrValue = errors.New("value does not fit")
	// SkipPartition is what a function given to Apply returns, with a nil
	// frame, to add no rows to the result. It is no failure; a nil frame
	// alone is one.
	//
	//lint:ignore ST1012 named as fs.SkipDir is, which it works like
	SkipPartition = errors.New("skip this partition")
)

// problems are all the reasons why a Go type does not fit, as one error:
// behind the type if it is one, else each on a line of its own.
type problems struct {
	typ  reflect.Type
	list []error
}

func (p *problems) Error() string {
	name := p.typ.String()
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
