package app

import (
	"net/url"
	"testing"
)

// An officer notes that an area spends the last of its money, and anybody reads it
// on the area's page; and back again, for an area goes as it goes.
func TestAnOfficerNotesWhereAnAreaHasGotTo(t *testing.T) {
	t.Parallel()
	eachHouse(t, func(t *testing.T, h *house) {
		chris, anyone := h.as("programme-officer"), h.nobody()
		anyone.opens("/areas/tanners-reach")
		anyone.sees(200, "How far we have come", "Delivering, since")
		notes := func(state, on, note string) {
			t.Helper()
			chris.opens("/areas/tanners-reach/states")
			chris.follows("Note how far it has come")
			chris.sends("/states", day(url.Values{"state": {state}, "note": {note}}, "from", "2026", "10", on))
			chris.sees(200, "Noted: Tanners Reach is")
		}
		notes("spending out", "1", "The last offer letter is out")
		anyone.opens("/areas/tanners-reach")
		anyone.sees(200, "Spending out, since 1 October 2026")
		notes("delivering", "2", "")
		anyone.opens("/areas/tanners-reach")
		anyone.sees(200, "Delivering, since 2 October 2026")
		anyone.opens("/areas/tanners-reach/states")
		anyone.sees(200, "The last offer letter is out", "Selected")
		anyone.doesNotSee("Note how far it has come")
		denise := h.as("chair")
		denise.opens("/areas/tanners-reach/states/new")
		denise.sees(403)
	})
}
