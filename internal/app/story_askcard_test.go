package app

import (
	"net/url"
	"testing"
)

// Somebody helps at the lunch club, and is told something serious: from the club's own
// page it is one step to whom they ask. Where no card says so, it is one step to make one;
// and nobody outside reads whom.
func TestWhomHelpersAsk(t *testing.T) {
	t.Parallel()
	eachHouse(t, func(_ *testing.T, h *house) {
		chair, outside := h.as("chair"), h.as("resident")
		chair.opens(reach + "/activities")
		chair.follows("Lunch club")
		chair.sees(200, "Whom to ask", "The council’s duty team for children", "If it is about a child")
		path := chair.path
		chair.follows("The council’s duty team for children")
		chair.sees(200, "Lunch club: whom to ask", "0121 496 0160", "Write down nothing here of what was told.")
		outside.opens(path)
		outside.sees(200, "Lunch club")
		outside.doesNotSee("duty team")

		chair.opens(reach + "/activities")
		chair.follows("Job club")
		chair.sees(200, "No card says yet whom helpers ask")
		chair.follows("Make a card for this activity")
		chair.sends("/new", day(url.Values{"activity": {"Job club"}, "ask": {"The money advice desk"}, "reach": {"0121 496 0170"}}, "checked_on", "2026", "10", "14"))
		chair.sees(200, "The card is there.", "Job club: whom to ask")
		chair.opens(reach + "/activities")
		chair.follows("Job club")
		chair.sees(200, "The money advice desk")
		chair.opens(reach + "/cards")
		chair.sees(200, "Activities without a card", "Clean-up mornings")
	})
}
