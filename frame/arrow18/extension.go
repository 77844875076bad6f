package arrow18

import (
	"fmt"
	"reflect"

	a18 "github.com/apache/arrow-go/v18/arrow"
	arr18 "github.com/apache/arrow-go/v18/arrow/array"
	a15 "github.com/apache/arrow/go/v15/arrow"
	arr15 "github.com/apache/arrow/go/v15/arrow/array"
)

// extension15 returns v15's type for an extension type of v18: the one that v15
// has registered under that name, or one that carries it.
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

// extension18 is extension15 the other way round.
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

// carrier15 is a type of v15 that stands for an extension type of v18: it has
// its name and its parameters, so that IPC and Parquet files say the same.
type carrier15 struct {
	a15.ExtensionBase
	carried a18.ExtensionType
}

type carrierArray15 struct{ arr15.ExtensionArrayBase }

// ValueStr is the storage's: Arrow's own panics.
func (a *carrierArray15) ValueStr(i int) string { return a.Storage().ValueStr(i) }

func (*carrier15) ArrayType() reflect.Type { return reflect.TypeFor[carrierArray15]() }
func (t *carrier15) ExtensionName() string { return t.carried.ExtensionName() }
func (t *carrier15) Serialize() string     { return t.carried.Serialize() }

func (t *carrier15) String() string {
	return fmt.Sprintf("extension<%s[%s]>", t.ExtensionName(), t.Storage)
}

// ExtensionEquals compares what files would hold.
func (t *carrier15) ExtensionEquals(o a15.ExtensionType) bool {
	return t.ExtensionName() == o.ExtensionName() && t.Serialize() == o.Serialize() && a15.TypeEqual(t.Storage, o.StorageType())
}

// Deserialize gives the type over that storage; the data must be its own.
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

// ValueStr is the storage's: Arrow's own panics.
func (a *carrierArray18) ValueStr(i int) string { return a.Storage().ValueStr(i) }

func (*carrier18) ArrayType() reflect.Type { return reflect.TypeFor[carrierArray18]() }
func (t *carrier18) ExtensionName() string { return t.carried.ExtensionName() }
func (t *carrier18) Serialize() string     { return t.carried.Serialize() }

func (t *carrier18) String() string {
	return fmt.Sprintf("extension<%s[%s]>", t.ExtensionName(), t.Storage)
}

// ExtensionEquals compares what files would hold.
func (t *carrier18) ExtensionEquals(o a18.ExtensionType) bool {
	return t.ExtensionName() == o.ExtensionName() && t.Serialize() == o.Serialize() && a18.TypeEqual(t.Storage, o.StorageType())
}

// Deserialize gives the type over that storage; the data must be its own.
func (t *carrier18) Deserialize(storage a18.DataType, data string) (a18.ExtensionType, error) {
	if data != t.Serialize() {
		return nil, fmt.Errorf("extension type %q with the parameters %q, expected %q", t.ExtensionName(), data, t.Serialize())
	}
	return &carrier18{ExtensionBase: a18.ExtensionBase{Storage: storage}, carried: t.carried}, nil
}
