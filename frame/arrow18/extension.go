package arrow18

import (
	"fmt"
	"reflect"

	a18 "github.com/apache/arrow-go/v18/arrow"
	arr18 "github.com/apache/arrow-go/v18/arrow/array"
	a15 "github.com/apache/arrow/go/v15/arrow"
	arr15 "github.com/apache/arrow/go/v15/arrow/array"
)

// extension15 returns v15's type for an extension type of v18: the type that is registered
// with v15 under its name, or a carrier15. The type that a carrier18 carries is returned
// itself.
func extension15(t a18.ExtensionType) (a15.DataType, error) {
	storage, err := type15(t.StorageType())
	if err != nil {
		return nil, err
	}
	if c, ok := t.(*carrier18); ok && a15.TypeEqual(c.carried.StorageType(), storage) {
		return c.carried, nil
	}
	if known := a15.GetExtensionType(t.ExtensionName()); known != nil {
		ext, err := known.Deserialize(storage, t.Serialize())
		if err != nil {
			return nil, fmt.Errorf("%w: extension type %q of Arrow v15: %w", ErrUnsupported, t.ExtensionName(), err)
		}
		return ext, nil
	}
	return &carrier15{ExtensionBase: a15.ExtensionBase{Storage: storage}, carried: t}, nil
}

// extension18 is extension15 in the other direction.
func extension18(t a15.ExtensionType) (a18.DataType, error) {
	storage, err := type18(t.StorageType())
	if err != nil {
		return nil, err
	}
	if c, ok := t.(*carrier15); ok && a18.TypeEqual(c.carried.StorageType(), storage) {
		return c.carried, nil
	}
	if known := a18.GetExtensionType(t.ExtensionName()); known != nil {
		ext, err := known.Deserialize(storage, t.Serialize())
		if err != nil {
			return nil, fmt.Errorf("%w: extension type %q of Arrow v18: %w", ErrUnsupported, t.ExtensionName(), err)
		}
		return ext, nil
	}
	return &carrier18{ExtensionBase: a18.ExtensionBase{Storage: storage}, carried: t}, nil
}

// carrier15 is a type of v15 that stands for an extension type of v18. It has the name and
// parameters of that type, so that IPC and Parquet files have them too.
type carrier15 struct {
	a15.ExtensionBase
	carried a18.ExtensionType
}

type carrierArray15 struct{ arr15.ExtensionArrayBase }

// ValueStr returns the text of the storage. The embedded ValueStr panics.
func (a *carrierArray15) ValueStr(i int) string { return a.Storage().ValueStr(i) }

func (*carrier15) ArrayType() reflect.Type { return reflect.TypeFor[carrierArray15]() }
func (t *carrier15) ExtensionName() string { return t.carried.ExtensionName() }
func (t *carrier15) Serialize() string     { return t.carried.Serialize() }

func (t *carrier15) String() string {
	return fmt.Sprintf("extension<%s[%s]>", t.ExtensionName(), t.Storage)
}

// ExtensionEquals reports whether both types would be the same in a file.
func (t *carrier15) ExtensionEquals(o a15.ExtensionType) bool {
	return t.ExtensionName() == o.ExtensionName() && t.Serialize() == o.Serialize() && a15.TypeEqual(t.Storage, o.StorageType())
}

// Deserialize returns the type over the storage. The data must be the type's parameters.
func (t *carrier15) Deserialize(storage a15.DataType, data string) (a15.ExtensionType, error) {
	if data != t.Serialize() {
		return nil, fmt.Errorf("extension type %q with the parameters %q, expected %q", t.ExtensionName(), data, t.Serialize())
	}
	return &carrier15{ExtensionBase: a15.ExtensionBase{Storage: storage}, carried: t.carried}, nil
}

// carrier18 is a type of v18 that stands for an extension type of v15.
type carrier18 struct {
	a18.ExtensionBase
	carried a15.ExtensionType
}

type carrierArray18 struct{ arr18.ExtensionArrayBase }

// ValueStr returns the text of the storage. The embedded ValueStr panics.
func (a *carrierArray18) ValueStr(i int) string { return a.Storage().ValueStr(i) }

func (*carrier18) ArrayType() reflect.Type { return reflect.TypeFor[carrierArray18]() }
func (t *carrier18) ExtensionName() string { return t.carried.ExtensionName() }
func (t *carrier18) Serialize() string     { return t.carried.Serialize() }

func (t *carrier18) String() string {
	return fmt.Sprintf("extension<%s[%s]>", t.ExtensionName(), t.Storage)
}

// ExtensionEquals reports whether both types would be the same in a file.
func (t *carrier18) ExtensionEquals(o a18.ExtensionType) bool {
	return t.ExtensionName() == o.ExtensionName() && t.Serialize() == o.Serialize() && a18.TypeEqual(t.Storage, o.StorageType())
}

// Deserialize returns the type over the storage. The data must be the type's parameters.
func (t *carrier18) Deserialize(storage a18.DataType, data string) (a18.ExtensionType, error) {
	if data != t.Serialize() {
		return nil, fmt.Errorf("extension type %q with the parameters %q, expected %q", t.ExtensionName(), data, t.Serialize())
	}
	return &carrier18{ExtensionBase: a18.ExtensionBase{Storage: storage}, carried: t.carried}, nil
}
