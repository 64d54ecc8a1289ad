package relationshipweb_test

import (
	"net/http"
	"net/url"
	"testing"

	"commontable/internal/access"
	"commontable/internal/agency"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/funding"
	"commontable/internal/funding/fundingtest"
	"commontable/internal/organisation"
	"commontable/internal/relationship"
	"commontable/internal/relationship/relationshipweb"
	"commontable/internal/share"
	"commontable/internal/web"
	"commontable/internal/web/pagetest"
)

const relationships = "/areas/tanners-reach/relationships"

// open serves the pages of relationships to the chair.
func open(t *testing.T) (*fundingtest.World, *agency.Agencies, *relationship.Relationships, *pagetest.Reader) {
	t.Helper()
	w, err := fundingtest.New(t.Context(), dbtest.SQLite(t), 12)
	if err != nil {
		t.Fatal(err)
	}
	agencies := &agency.Agencies{DB: w.DB, IDs: w.IDs, Now: w.Clock.Now, Organisations: w.Organisations, Holders: funding.HoldersIn}
	all := &relationship.Relationships{DB: w.DB, IDs: w.IDs, Now: w.Clock.Now, Agencies: agencies}
	shares := &share.Shares{DB: w.DB, IDs: w.IDs, Now: w.Clock.Now}
	rd := pagetest.New(t, w.Clock.Now, w.IDs, func(s *web.Site) []web.Route {
		return relationshipweb.Routes(s, all, agencies, shares, "https://example.org", relationshipweb.Extras{})
	})
	return w, agencies, all, rd.As(w.Tanners.Chair)
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// A link is with a team of a body. When the team or the body is no more, its page says so
// and what came after, and the form begins with that.
func TestATeamGoesOnElsewhere(t *testing.T) {
	t.Parallel()
	w, g, _, rd := open(t)
	ctx, by, a, today := t.Context(), w.Tanners.Chair, w.Tanners.Area, w.Today()
	rd.Post(relationships+"/new", url.Values{"who": {"Blackbrook Council"}, "team": {"Parks team"}, "type": {"council"}}, http.StatusUnprocessableEntity).Says("Error: ", `value="Parks team"`, "Choose how close you are")
	made := rd.Post(relationships+"/new", url.Values{"who": {"Blackbrook Council"}, "team": {"Parks team"}, "type": {"council"}, "closeness": {"regular"}}, http.StatusSeeOther).Next
	page := rd.Get(made, http.StatusOK)
	page.Says("Blackbrook Council: Parks team", "Team", "/areas/tanners-reach/agencies/blackbrook-council")
	page.SaysNot("is no more")

	var of agency.Body
	var units []agency.Unit
	read := func() {
		check(t, w.DB.Read(ctx, func(tx *db.Tx) (err error) {
			if of, err = agency.BodyBySlug(ctx, tx, "blackbrook-council"); err == nil {
				units, err = agency.Units(ctx, tx, a.ID)
			}
			return err
		}))
	}
	read()
	next, err := g.AddUnit(ctx, by, a, agency.NewUnit{Form: string(w.Form()), Body: of.ID, Name: "Green spaces", From: today})
	check(t, err)
	check(t, g.EndUnit(ctx, by, a, units[0].ID, agency.EndUnit{Form: string(w.Form()), On: today, Next: []agency.UnitID{next}}))
	rd.Get(made, http.StatusOK).Says("Their team, Parks team, is no more, since "+today.Long()+".", "After it came Green spaces.", "Say which team it is now")
	rd.Get(made+"/details", http.StatusOK).Says(`value="`+string(next)+`" selected`, "Parks team (no more)")
	rd.Post(made+"/details", url.Values{"name": {"Parks"}, "type": {"council"}, "unit": {"no such team"}}, http.StatusUnprocessableEntity).Says("Error: ", "Choose a team of that organisation")
	rd.Post(made+"/details", url.Values{"name": {"Parks"}, "type": {"council"}, "unit": {string(next)}}, http.StatusSeeOther)
	rd.Get(made, http.StatusOK).SaysNot("is no more")

	// The council becomes another.
	heir, err := g.AddBody(ctx, by, a, agency.NewBody{Form: string(w.Form()), Name: "Vale Council", Type: agency.Council, From: today})
	check(t, err)
	check(t, g.CloseBody(ctx, by, a, of.ID, agency.NewClosing{Form: string(w.Form()), On: today, Successors: []organisation.ID{heir}, Take: true}))
	rd.Get(made, http.StatusOK).Says("Blackbrook Council is no more, since "+today.Long()+".", "After it came Vale Council.", "Their team, Green spaces, went over to Vale Council.")
	rd.Get(made+"/details", http.StatusOK).Says(`value="` + string(heir) + `" selected`)
	rd.Post(made+"/details", url.Values{"name": {"Parks"}, "type": {"council"}, "body": {string(heir)}, "unit": {string(next)}}, http.StatusSeeOther)
	page = rd.Get(made, http.StatusOK)
	page.Says("Vale Council", "Green spaces")
	page.SaysNot("is no more", "went over")
}

// What is over leaves the map, and is found under it; the spreadsheet is of the day that
// is looked at, and says with whom, since when and through whom.
func TestTheMapAndWhatLeftIt(t *testing.T) {
	t.Parallel()
	w, _, all, rd := open(t)
	ctx, by, a, today := t.Context(), w.Tanners.Chair, w.Tanners.Area, w.Today()
	rd.Get(relationships, http.StatusOK).Says("Nobody is on the map yet", "Begin with whom you spoke to last")
	add := func(who string) string {
		made, err := all.Add(ctx, by, a, relationship.New{
			Form: string(w.Form()), Who: who, Team: "Front desk", Draft: relationship.Draft{Type: agency.Council, HowBegun: "A flood", Through: "The ward forum"},
			State: relationship.NewState{From: today.AddMonths(-30), Closeness: relationship.Regular},
		})
		check(t, err)
		return string(made)
	}
	one, other := add("Blackbrook Council"), add("Vale Council")
	rd.Get(relationships, http.StatusOK).SaysNot("On the map no more")
	check(t, all.Note(ctx, by, a, relationship.ID(one), relationship.NewState{Form: string(w.Form()), From: today.AddMonths(-1), Closeness: relationship.Over}))
	page := rd.Get(relationships, http.StatusOK)
	page.Says("On the map no more", "Blackbrook Council: Front desk", "It came to an end", today.AddMonths(-1).Long(), "One organisation")
	rd.Get(relationships+"/"+one, http.StatusOK).Says("It has come to an end")
	rd.Get(relationships+".csv", http.StatusOK).SaysNot("Blackbrook")
	then := "?day=" + today.AddMonths(-2).String()
	rd.Get(relationships+then, http.StatusOK).Says(relationships+".csv"+then, "two organisations")
	rd.Get(relationships+".csv"+then, http.StatusOK).Says("Blackbrook Council: Front desk", "Vale Council,Front desk", "A flood", "The ward forum")
	rd.Get(relationships+".csv?day=soon", http.StatusNotFound)

	check(t, all.Note(ctx, by, a, relationship.ID(other), relationship.NewState{Form: string(w.Form()), From: today, Closeness: relationship.Over}))
	page = rd.Get(relationships, http.StatusOK)
	page.Says("Vale Council: Front desk", "On the map no more")
	page.SaysNot("Nobody is on the map yet")
	rd.As(w.Millbrook.Chair).Get(relationships, http.StatusNotFound)
}

// A programme sees how many areas work with each type of body, and for what, by their
// sorts; never a number that could tell which areas it is.
func TestAProgrammeCounts(t *testing.T) {
	t.Parallel()
	w, g, all, rd := open(t)
	ctx, today := t.Context(), w.Today()
	counts := "/programmes/" + w.Programme.Slug + "/relationships"
	rd.Get(counts, http.StatusForbidden)
	rd.As(w.Farah).Get(counts, http.StatusOK).Says("Fewer than five areas keep a map.", "Faith groups", "Businesses")
	_, err := g.AddTypeFor(ctx, w.Farah, w.Programme, agency.NewType{Form: string(w.Form()), Name: "Sports trust", Like: agency.Business})
	check(t, err)
	for _, name := range []string{"Elm Lane", "Quay Street", "North Side", "Old Mill", "Fen End"} {
		var place area.Area
		chair := w.Tanners.Chair
		check(t, w.DB.Write(ctx, func(tx *db.Tx) (err error) {
			if place, err = w.Areas.AddIn(ctx, tx, access.System("test"), w.Programme.ID, area.NewArea{Name: name}); err != nil {
				return err
			}
			chair, err = w.PersonIn(ctx, tx, "Chair of "+name, access.Chair, access.InArea, string(place.ID))
			return err
		}))
		made, err := all.Add(ctx, chair, place, relationship.New{Form: string(w.Form()), Who: "Blackbrook Council", Draft: relationship.Draft{Type: agency.Council}, State: relationship.NewState{From: today, Closeness: relationship.Regular}})
		check(t, err)
		check(t, all.SetPurposes(ctx, chair, place, made, relationship.NewUses{Form: string(w.Form()), From: today, Uses: map[relationship.Purpose]string{"tell": ""}}))
	}
	page := rd.Get(counts, http.StatusOK)
	page.Says("Of 5 areas that keep a map", "With whom, and for what", "Sports trust", "fewer than 5")
	rd.Get(counts+".csv", http.StatusOK).Says("with whom,Councils,,5,5", "\"with whom, and for what\",Councils,Sharing news and meeting others,5,", "\"with whom, and for what\",Councils,Money,fewer than 5,", "with whom,Police,,fewer than 5,")
}

// Where there is nobody yet with whom something could change, the page leads to where
// somebody is added.
func TestNothingChangesWithNobody(t *testing.T) {
	t.Parallel()
	_, _, _, rd := open(t)
	page := rd.Get("/areas/tanners-reach/changes", http.StatusOK)
	page.Says("Nothing changes just now", "Say first whom you work with", relationships+"/new")
	page.SaysNot("Note a change")
	rd.Post("/areas/tanners-reach/changes/new", url.Values{"why": {"election"}}, http.StatusConflict).Says("Add an organisation that you work with first")
	rd.Post(relationships+"/new", url.Values{"who": {"Blackbrook Council"}, "type": {"council"}, "closeness": {"regular"}}, http.StatusSeeOther)
	rd.Get("/areas/tanners-reach/changes", http.StatusOK).Says("Note a change")
	rd.Post("/areas/tanners-reach/changes/new", url.Values{"why": {"election"}}, http.StatusUnprocessableEntity).Says("Tick with whom it changes")
}
