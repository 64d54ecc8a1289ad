package areaweb

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"commontable/internal/access"
)

func TestAnAreaClosesForAWhile(t *testing.T) {
	t.Parallel()
	v := open(t)
	v.gets("/areas/heath/closures", http.StatusOK, "When we are closed", "No rest is planned")
	worker := access.Actor{Person: "w", Name: "Wendy Lane", Hat: access.Hat{Role: access.Worker, Scope: access.InArea, Place: string(v.heath.ID)}}
	v.by = worker
	v.gets("/areas/heath/closures", http.StatusOK, "Close for a while")
	v.gets("/areas/nowhere/closures/new", http.StatusForbidden)
	v.gets("/areas/heath/closures/new", http.StatusOK, "What is the first day on which you are closed?")
	sent := url.Values{"form": {"one"}, "from-day": {"1"}, "from-month": {"Aug"}, "from-year": {"26"}, "until-day": {"1"}, "until-month": {"7"}, "until-year": {"2026"}, "why": {"Summer <holidays>"}}
	v.sends("/areas/heath/closures", sent, http.StatusUnprocessableEntity, "Error: Close for a while", "Enter a day after the first", "Summer &lt;holidays&gt;", `value="Aug"`)
	sent.Set("until-month", "September")
	v.sends("/areas/heath/closures", sent, http.StatusSeeOther)
	v.sends("/areas/heath/closures", sent, http.StatusSeeOther)
	page := v.gets("/areas/heath/closures", http.StatusOK, "1 August 2026", "1 September 2026", "Summer &lt;holidays&gt;", "Take back that we are closed")
	if n := strings.Count(page, "Take back that we are closed"); n != 1 {
		t.Errorf("sent twice, it is there %d times", n)
	}
	v.gets("/areas/heath/closures.csv", http.StatusOK, "2026-08-01,2026-09-01,Summer <holidays>,2026-03-14,")
	take := regexp.MustCompile(`/areas/heath(/closures/[^/]+/withdrawal)`).FindStringSubmatch(page)
	if take == nil {
		t.Fatal("nothing can be taken back")
	}
	v.sends("/areas/nowhere"+take[1], url.Values{"form": {"two"}}, http.StatusForbidden)
	v.by = access.Actor{Person: "m", Name: "Mo Day", Hat: access.Hat{Role: access.Member, Scope: access.InArea, Place: string(v.heath.ID)}}
	v.sends("/areas/heath"+take[1], url.Values{"form": {"two"}}, http.StatusForbidden)
	v.by = worker
	v.sends("/areas/heath"+take[1], url.Values{"form": {"two"}}, http.StatusSeeOther)
	v.gets("/areas/heath/closures", http.StatusOK, "No rest is planned", "Taken back on 14 March 2026")
	v.sends("/areas/heath"+take[1], url.Values{"form": {"three"}}, http.StatusConflict, "taken back already")
}
