package app

import (
	"html"
	"regexp"
	"strings"
	"testing"
)

var pressing = regexp.MustCompile(`(?i)\boverdue\b|\bpast due\b|\bfailed to\b|\bmissed (?:your|the|their) (?:day|deadline)`)

// Nobody who gives their time reads that something is overdue, though in the
// demonstration promises, actions and answers have passed their days: on no page that
// somebody in the area reaches by links, and in none of its lists.
func TestNoVolunteerReadsThatSomethingIsOverdue(t *testing.T) {
	t.Parallel()
	h := small(t)
	for _, persona := range []string{"resident", "member", "chair", "worker"} {
		b := h.as(persona)
		known, todo, read := map[string]bool{}, []string{reach}, 0
		for ; len(todo) > 0 && read < 250; todo = todo[1:] {
			b.opens(todo[0])
			if b.code != 200 {
				continue
			}
			read++
			if said := pressing.FindString(words(b.page)); said != "" {
				t.Errorf("%s reads “%s” at %s", persona, said, todo[0])
			}
			for _, a := range linked.FindAllStringSubmatch(b.page, -1) {
				if to := html.UnescapeString(a[1]); strings.HasPrefix(to, reach) && !known[to] {
					known[to] = true
					todo = append(todo, to)
				}
			}
		}
		if read < 60 {
			t.Errorf("as %s only %d pages were read", persona, read)
		}
	}
}
