package ipc

import _ "github.com/apache/arrow/go/v15/arrow/ipc"
