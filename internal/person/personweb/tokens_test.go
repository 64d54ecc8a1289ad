package personweb_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"commontable/internal/area"
)

// Grace lets a program in, sees when it came, and shuts it out.
func TestTokensAreMadeShownOnceAndEnded(t *testing.T) {
	t.Parallel()
	s := open(t, area.Demonstration)
	b := s.browser()
	if b.opens("/tokens"); b.path != "/sign-in" {
		t.Errorf("nobody who asks for tokens is at %s, want to sign in", b.path)
	}
	b.sends("/look-around", "as", "auditor")
	b.opens("/tokens")
	form := regexp.MustCompile(`name="form" value="([^"]+)"`).FindStringSubmatch(b.page)
	if b.code != http.StatusOK || form == nil || !strings.Contains(b.page, "auditor") {
		t.Fatalf("the page of tokens: %d %s", b.code, b.page)
	}
	b.sends("/tokens", "form", form[1], "hat", string(s.hat), "until-day", "31", "until-month", "2", "until-year", "2027")
	for _, want := range []string{"<title>Error: ", "Say what it is for", "Enter a date that exists", `value="31"`} {
		if b.code != http.StatusUnprocessableEntity || !strings.Contains(b.page, want) {
			t.Errorf("a wrong form: %d, without %q", b.code, want)
		}
	}
	filled := []string{"form", form[1], "hat", string(s.hat), "purpose", "The accounts", "until-day", "1", "until-month", "4", "until-year", "2027"}
	b.sends("/tokens", filled...)
	secret := regexp.MustCompile(`ct_[A-Z0-9]{8}_[A-Z0-9]{26}`).FindString(b.page)
	if b.code != http.StatusOK || secret == "" {
		t.Fatalf("no token on the page: %d %s", b.code, b.page)
	}
	by, _, err := s.people.ActorByToken(t.Context(), secret)
	if err != nil || by.Person != s.grace.ID || by.Hat.ID != s.hat {
		t.Errorf("by the token acts %+v, %v; want Grace in her hat", by, err)
	}
	if b.sends("/tokens", filled...); strings.Contains(b.page, secret) || !strings.Contains(b.page, "shown only once") {
		t.Errorf("the form sent twice: %s", b.page)
	}
	b.opens("/tokens")
	if strings.Contains(b.page, secret) || strings.Count(b.page, "The accounts") != 2 || !strings.Contains(b.page, "20 Oct 2026") {
		t.Errorf("the page of tokens: %s", b.page)
	}
	end := regexp.MustCompile(`/tokens/[^"]+/end`).FindString(b.page)
	if b.sends(end); b.path != "/tokens" || !strings.Contains(b.page, "Ended") {
		t.Errorf("after it was ended: %s %s", b.path, b.page)
	}
	if _, _, err := s.people.ActorByToken(t.Context(), secret); err == nil {
		t.Error("a token that was ended lets in")
	}
	if b.sends("/tokens/none/end"); b.code != http.StatusNotFound {
		t.Errorf("a token that is not hers: %d", b.code)
	}
}
