package parquet

import _ "github.com/apache/arrow/go/v15/parquet/pqarrow"
