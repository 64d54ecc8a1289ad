package audit_test

import (
	"slices"
	"strings"
	"testing"

	"commontable/internal/audit"
)

// Each row has its event and each event its row; two rows that say the same have
// two events, each with its own words.
func TestRowsAreHeldAgainstEvents(t *testing.T) {
	t.Parallel()
	said := func(s string) *string { return &s }
	event := func(subject string, words *string, on string) audit.Recorded {
		return audit.Recorded{Stream: "area", Subject: subject, Person: "amina", Facts: map[string]string{"on": on, "more": "not asked for"}, Private: words}
	}
	type row struct{ subject, words, on string }
	for name, test := range map[string]struct {
		rows   []row
		events []audit.Recorded
		finds  []string // the beginnings, or parts, of what is reported
	}{
		"all as it was":              {[]row{{"a", "Hello", "monday"}}, []audit.Recorded{event("a", said("Hello"), "monday")}, nil},
		"spaces apart":               {[]row{{"a", "Hello you", "monday"}}, []audit.Recorded{event("a", said(" Hello \nyou"), "monday")}, nil},
		"words forgotten":            {[]row{{"a", "Somebody", "monday"}}, []audit.Recorded{forgotten(event("a", nil, "monday"))}, nil},
		"words where none were said": {[]row{{"a", "Somebody", "monday"}}, []audit.Recorded{event("a", nil, "monday")}, []string{"the words of happened, a are not those"}},
		"two alike":                  {[]row{{"a", "One", "monday"}, {"a", "Two", "monday"}}, []audit.Recorded{event("a", said("Two"), "monday"), event("a", said("One"), "monday")}, nil},
		"another day":                {[]row{{"a", "Hello", "monday"}}, []audit.Recorded{event("a", said("Hello"), "tuesday")}, []string{"happened, a is not as it was recorded", "area a amina monday has no event"}},
		"other words":                {[]row{{"a", "Hello", "monday"}}, []audit.Recorded{event("a", said("Bye"), "monday")}, []string{"the words of happened, a are not those"}},
		"a row without an event":     {[]row{{"a", "", "monday"}, {"b", "", "monday"}}, []audit.Recorded{event("a", nil, "monday")}, []string{"area b amina monday has no event"}},
		"a row twice, an event once": {[]row{{"a", "", "monday"}, {"a", "", "monday"}}, []audit.Recorded{event("a", nil, "monday")}, []string{"area a amina monday has no event"}},
		"an event twice, a row once": {[]row{{"a", "", "monday"}}, []audit.Recorded{event("a", nil, "monday"), event("a", nil, "monday")}, []string{"happened, a is not as it was recorded"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var found []string
			kept := audit.KeptOf("happened", func(bad string) { found = append(found, bad) }, "on")
			for _, r := range test.rows {
				kept.Worded(r.words, "area", r.subject, "amina", r.on)
			}
			reader := audit.Readers(kept)[0]
			for _, e := range test.events {
				reader.Hear(e)
			}
			reader.End()
			if len(found) != len(test.finds) {
				t.Fatalf("found %q, want %q", found, test.finds)
			}
			for _, want := range test.finds {
				if !slices.ContainsFunc(found, func(bad string) bool { return strings.Contains(bad, want) }) {
					t.Errorf("found %q, want something with %q", found, want)
				}
			}
		})
	}
}

// forgotten is an event whose private words were erased since.
func forgotten(e audit.Recorded) audit.Recorded { e.Erased = true; return e }
