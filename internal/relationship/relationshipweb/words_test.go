package relationshipweb

import "testing"

func TestSentencesEndWithOneFullStop(t *testing.T) {
	t.Parallel()
	for want, all := range map[string][]string{
		"": nil, "In writing": {"In writing"}, "Karen told us herself. In writing.": {"Karen told us herself.", "In writing"}, "Moved to May: late. Why? In writing.": {"Moved to May: late", "Why?", "In writing"},
	} {
		if got := sentences(all); got != want {
			t.Errorf("%q: got %q, want %q", all, got, want)
		}
	}
}
