package frame

import (
	"errors"

	"github.com/parframe/parframe/internal/errkind"
)

// The kinds of error that this package reports. Test for them with errors.Is;
// the text of the error says which column, row or frame it is about and what
// would have been accepted.
var (
	// ErrColumn marks the name of a column that the frame does not have.
	ErrColumn = errkind.ErrColumn
	// ErrName marks a column name that is given twice.
	ErrName = errkind.ErrName
	// ErrLength marks columns, masks or buffers of a length that does not fit.
	ErrLength = errkind.ErrLength
	// ErrRange marks a row number outside the frame.
	ErrRange = errors.New("row out of range")
	// ErrType marks an Arrow or Go type where another one is needed.
	ErrType = errkind.ErrType
	// ErrNull marks a null where the Go type has no place for one.
	ErrNull = errkind.ErrNull
	// ErrInvalid marks Arrow data that breaks Arrow's own rules.
	ErrInvalid = errkind.ErrInvalid
	// ErrNilFrame marks a nil *Frame where a frame was expected.
	ErrNilFrame = errors.New("nil frame")
	// ErrValue marks a value that its Go type, or its column, cannot hold
	// exactly.
	ErrValue = errkind.ErrValue
	// ErrDiffers is what [Verify] says of a call whose results are not always
	// the same.
	ErrDiffers = errors.New("results differ")
	// ErrChanged is what [Verify] says of a call that writes to its input.
	ErrChanged = errors.New("the input was changed")
	// SkipPartition is what a function given to Apply returns, with a nil
	// frame, to add no rows to the result. It is no failure; a nil frame
	// alone is one.
	//
	//lint:ignore ST1012 named as fs.SkipDir is, which it works like
	SkipPartition = errors.New("skip this partition")
)
