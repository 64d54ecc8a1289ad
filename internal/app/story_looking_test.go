package app

import (
	"net/url"
	"testing"
)

// Who looks around a demonstration as somebody leaves, or takes another's place, from
// the front page.
func TestTheFrontPageLeadsBackToNobody(t *testing.T) {
	t.Parallel()
	h := small(t)
	b := h.nobody()
	b.opens("/")
	b.sees(200, "Look around as…", "Nobody")
	b.sends("/look-around", url.Values{"as": {"chair"}})
	b.opens("/")
	b.sees(200, "You look around as Denise Okafor, chair", "Look around as someone else")
	b.doesNotSee("Look around as…")
	b.sends("/look-around", url.Values{"as": {"nobody"}})
	b.opens("/")
	b.sees(200, "Look around as…", "Sign in")
	b.doesNotSee("You look around as")
}
