package frame

import (
	"errors"

	"github.com/parframe/parframe/internal/errkind"
)

// The kinds of error that this package reports. Test for them with errors.Is; the text of
// the error names the column, row or frame, and says what would have been accepted.
var (
	// ErrColumn marks a column name that the frame does not have.
	ErrColumn = errkind.ErrColumn
	// ErrName marks a repeated column name.
	ErrName = errkind.ErrName
	// ErrLength marks columns, masks or buffers of the wrong length.
	ErrLength = errkind.ErrLength
	// ErrRange marks a row number outside the frame.
	ErrRange = errors.New("row out of range")
	// ErrType marks an Arrow or Go type that is not supported there.
	ErrType = errkind.ErrType
	// ErrNull marks a null that the Go type cannot hold.
	ErrNull = errkind.ErrNull
	// ErrInvalid marks Arrow data that breaks Arrow's own rules.
	ErrInvalid = errkind.ErrInvalid
	// ErrNilFrame marks a nil *Frame where a frame was expected.
	ErrNilFrame = errors.New("nil frame")
	// ErrValue marks a value that its Go type, or its column, cannot hold
	// exactly.
	ErrValue = errkind.ErrValue
	// ErrDiffers is the error of [Verify] for a call whose results are not always the
	// same.
	ErrDiffers = errors.New("results differ")
	// ErrChanged is the error of [Verify] for a call that writes to its input.
	ErrChanged = errors.New("the input was changed")
	// SkipPartition is returned by a function given to Apply, with a nil frame, to add no
	// rows to the result. It is not a failure; a nil frame alone is one.
	//
	//lint:ignore ST1012 named as fs.SkipDir is, which it works like
	SkipPartition = errors.New("skip this partition")
)
