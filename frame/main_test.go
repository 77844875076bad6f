package frame_test

import (
	"testing"

	"github.com/parframe/parframe/internal/calltest"
)

func TestMain(m *testing.M) { calltest.Main(m) }
