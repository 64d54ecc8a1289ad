package app

import (
	"net/http"
	"strings"
	"testing"

	"commontable/internal/access"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/funding/fundingtest"
	"commontable/internal/money"
	"commontable/internal/plan"
)

// Whoever reads that the partnership decides on a version of its plan reads the
// version too: friends, advisers and auditors as those who write it, on pages and
// from programs. For a resident, and for everybody, neither is there before it is
// decided; and a version that was not agreed leads nowhere that they cannot go.
func TestWhoReadsADecisionOnAPlanReadsThePlan(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCouncil(t, d)
		w, a := c.World, c.Tanners.Area
		c.does(func(tx *db.Tx) (err error) {
			for name, in := range map[string]struct {
				role  access.Role
				scope access.Scope
				place string
			}{
				"Rhea the adviser": {access.Rep, access.InArea, string(a.ID)}, "Asha the auditor": {access.Auditor, access.InProgramme, string(w.Programme.ID)},
				"Ned the resident": {access.Resident, access.InArea, string(a.ID)}, "Olive the adviser of Millbrook": {access.Rep, access.InArea, string(w.Millbrook.Area.ID)},
			} {
				if c.who[name], err = w.PersonIn(t.Context(), tx, name, in.role, in.scope, in.place); err != nil {
					return err
				}
			}
			return nil
		})
		number, err := w.Plans.Write(t.Context(), w.Tanners.Chair, a, plan.NewVersion{
			Form: string(w.Form()), Vision: "Qxvision of lamps", FromYear: 2026, UntilYear: 2028, Lines: []plan.NewLine{fundingtest.Line("light/lamps", money.Pounds(900))},
		})
		if err != nil || number != 1 {
			t.Fatalf("version %d, %v", number, err)
		}
		c.calls("Rosa", http.StatusCreated, "/api/v1/areas/tanners-reach/decisions", object{"kind": "plan", "plan_version": 1, "title": "Our plan, version 1", "question": "Shall it be our plan?"})
		c.calls("Rosa", http.StatusOK, "/api/v1/areas/tanners-reach/decisions/2/opening", object{})

		const decided, version = "/areas/tanners-reach/decisions/2", "/areas/tanners-reach/plan/versions/1"
		for _, who := range []string{"Grace", "Uma", "Fred", "Wes", "Rhea the adviser", "Asha the auditor"} {
			if page := c.reads(who, decided); !strings.Contains(page, `href="`+version+`"`) {
				t.Errorf("%s reads the decision, and it leads to no plan", who)
			}
			page, told := c.reads(who, version), c.reads(who, "/api/v1"+version)
			if !strings.Contains(page, "Qxvision of lamps") || !strings.Contains(told, "Qxvision of lamps") {
				t.Errorf("%s is shown another plan: %s", who, words(page))
			}
			if list := c.reads(who, "/areas/tanners-reach/plan"); !strings.Contains(list, `href="`+version+`"`) {
				t.Errorf("%s is not led to the draft from the plan’s page: %s", who, words(list))
			}
			if who == "Fred" || who == "Asha the auditor" {
				if strings.Contains(page, version+"/discard") || strings.Contains(page, "/plan/draft?") {
					t.Errorf("%s, who writes no plan, may put it away or reword it", who)
				}
			}
		}
		away := func(when string, who ...string) {
			t.Helper()
			for _, name := range who {
				for _, path := range []string{version, version + "/lines.csv", "/api/v1" + version} {
					if r := c.asks(c.who[name], http.MethodGet, path, "", nil); r.code != http.StatusNotFound {
						t.Errorf("%s %s gets %d from %s", when, name, r.code, path)
					}
				}
				if strings.Contains(c.reads(name, "/areas/tanners-reach/plan")+c.reads(name, "/api/v1/areas/tanners-reach/plan/versions"), "Qxvision") {
					t.Errorf("%s %s reads of the version", when, name)
				}
			}
		}
		away("before it is decided", "nobody", "Ned the resident", "Olive the adviser of Millbrook")
		for _, name := range []string{"nobody", "Ned the resident", "Olive the adviser of Millbrook"} {
			if r := c.asks(c.who[name], http.MethodGet, decided, "", nil); r.code != http.StatusNotFound {
				t.Errorf("%s gets %d from the decision", name, r.code)
			}
		}
		c.calls("Rosa", http.StatusOK, "/api/v1/areas/tanners-reach/decisions/2/withdrawal", object{"words": "Not yet"})
		if page := c.reads("nobody", decided); !strings.Contains(words(page), "Version 1") || strings.Contains(page, `href="`+version+`"`) {
			t.Errorf("everybody is led to a plan that is not there for them: %s", words(page))
		}
		away("when it was not agreed", "nobody", "Ned the resident")
		c.leavesNothingBad()
	})
}
