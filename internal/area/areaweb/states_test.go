package areaweb

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"commontable/internal/access"
)

// An officer notes how far an area has come, in any order, and anyone reads it.
func TestAnOfficerNotesHowFarAnAreaHasCome(t *testing.T) {
	t.Parallel()
	v := open(t)
	v.gets("/areas/heath/states", http.StatusOK, "How far we have come", "Nothing is noted yet")
	v.by = access.Actor{Person: "m", Name: "Mo Day", Hat: access.Hat{Role: access.Chair, Scope: access.InArea, Place: string(v.heath.ID)}}
	v.gets("/areas/heath/states/new", http.StatusForbidden)
	v.sends("/areas/heath/states", url.Values{"form": {"no"}, "state": {"closed"}}, http.StatusForbidden)
	v.by = access.Actor{Person: "o", Name: "Olu Ade", Hat: access.Hat{Role: access.ProgrammeOfficer, Scope: access.InProgramme, Place: "another"}}
	v.sends("/areas/heath/states", url.Values{"form": {"no"}, "state": {"closed"}}, http.StatusForbidden)
	v.by.Hat.Place = string(v.heath.Programme)
	v.gets("/areas/heath/states/new", http.StatusOK, "How far has the area come?", "The last of the money is being spent.")
	sent := url.Values{"form": {"one"}, "state": {""}, "from-day": {"1"}, "from-month": {"1"}, "from-year": {"2036"}, "note": {"The <first> project"}}
	v.sends("/areas/heath/states", sent, http.StatusUnprocessableEntity, "Error: Note how far it has come", "Choose how far the area has come", "Enter today or a day before", "The &lt;first&gt; project", `value="2036"`)
	sent.Set("state", "spending out")
	sent.Set("from-year", "2026")
	v.sends("/areas/heath/states", sent, http.StatusSeeOther)
	v.sends("/areas/heath/states", sent, http.StatusSeeOther)
	sent.Set("form", "two")
	v.sends("/areas/heath/states", sent, http.StatusConflict, "noted already")
	sent.Set("form", "three")
	sent.Set("state", "delivering") // back, for the same day
	sent.Set("note", "")
	v.sends("/areas/heath/states", sent, http.StatusSeeOther)
	v.by = access.Actor{}
	page := v.gets("/areas/heath/states", http.StatusOK, "Spending out", "Delivering", "1 January 2026", "The &lt;first&gt; project")
	if strings.Count(page, "Spending out") != 1 || strings.Contains(page, "Note how far it has come") {
		t.Errorf("sent twice, or offered to anyone:\n%s", page)
	}
	v.gets("/areas/heath/states.csv", http.StatusOK, "state,from,note,noted_on", "spending out,2026-01-01,The <first> project,2026-03-14")
}
