package csv

import (
	"reflect"
	"testing"
)

func TestUniqueNames(t *testing.T) {
	for _, c := range []struct{ header, want []string }{
		{[]string{"a", "b"}, []string{"a", "b"}},
		{[]string{"a", "a", "a"}, []string{"a", "a_1", "a_2"}},
		{[]string{"a", "a_1", "a"}, []string{"a", "a_1", "a_2"}},
		{[]string{"a", "a", "a_1"}, []string{"a", "a_2", "a_1"}},
		{[]string{"", "", "x"}, []string{"column_1", "column_2", "x"}},
		{[]string{"", "column_1"}, []string{"column_1_1", "column_1"}},
		{[]string{"column_2", ""}, []string{"column_2", "column_2_1"}},
	} {
		got, renamed := uniqueNames(c.header)
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("%q: %q, want %q", c.header, got, c.want)
		}
		for _, r := range renamed {
			if c.header[r.Column-1] != r.From || got[r.Column-1] != r.To {
				t.Errorf("%q: reported %+v", c.header, r)
			}
		}
	}
}
