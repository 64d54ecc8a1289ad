package projectweb_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"commontable/internal/access"
	"commontable/internal/date"
	"commontable/internal/db/dbtest"
	"commontable/internal/funding/fundingtest"
	"commontable/internal/person"
	"commontable/internal/project"
	"commontable/internal/project/projectweb"
	"commontable/internal/share"
	"commontable/internal/share/shareweb"
	"commontable/internal/web"
	"commontable/internal/web/pagetest"
)

const room = "/areas/tanners-reach/projects"

// open serves the pages of projects, and of links to them, to the chair.
func open(t *testing.T) (*fundingtest.World, *pagetest.Reader) {
	t.Helper()
	w, err := fundingtest.New(t.Context(), dbtest.SQLite(t), 11)
	if err != nil {
		t.Fatal(err)
	}
	projects := &project.Projects{DB: w.DB, IDs: w.IDs, Now: w.Clock.Now}
	shares := &share.Shares{DB: w.DB, IDs: w.IDs, Now: w.Clock.Now, Sharer: person.ActorIn}
	rd := pagetest.New(t, w.Clock.Now, w.IDs, func(s *web.Site) []web.Route {
		return append(projectweb.Routes(s, projects, shares, "https://table.example", projectweb.Alike{}), shareweb.Routes(s, shares, map[share.Kind]shareweb.Kind{
			projectweb.ShareKind: {Show: projectweb.ShowShared(s, projects), About: projectweb.AboutShared(projects), Parts: projectweb.ShareParts()},
		})...)
	})
	return w, rd.As(w.Tanners.Chair)
}

// on is a day in the three boxes for it.
func on(form url.Values, field string, d date.Date) url.Values {
	for i, part := range []string{"-year", "-month", "-day"} {
		form.Set(field+part, strings.Split(d.String(), "-")[i])
	}
	return form
}

func garden(w *fundingtest.World) url.Values {
	return on(url.Values{"name": {"The garden"}, "what": {"Beds that all can reach"}, "ends": {"not known"}, "state": {"under way"}, "lead_kind": {"nobody"}}, "from", w.Today())
}

// Where there is no project, the page says what will be there, and to who may,
// how one is begun.
func TestAnAreaWithoutProjects(t *testing.T) {
	t.Parallel()
	_, rd := open(t)
	rd.Get(room, http.StatusOK).Says("No projects yet", "Begin a project", "somebody who leads it and an end")
	public := rd.As(access.Actor{}).Get(room, http.StatusOK)
	public.Says("No projects yet", "Each thing that comes of the plan will be here")
	public.SaysNot("Begin a project")
}

// Whoever notes what is asked of them reads why so much is checked (P15).
func TestWhyTheyCheckIsExplained(t *testing.T) {
	t.Parallel()
	w, rd := open(t)
	one := rd.Post(room+"/new", garden(w), http.StatusSeeOther).Next
	rd.Get(one+"/requirements", http.StatusOK).Says("Why do they check so much?", "due diligence", "no sign that they mistrust you")
}

// A project is begun, with nobody to lead it yet, which shows; what is wrong in the
// form is said, and what was typed stays.
func TestAProjectIsBegunAndTold(t *testing.T) {
	t.Parallel()
	w, rd := open(t)
	rd.Get(room+"/new", http.StatusOK).Says("Begin a project", "What is it called?")
	wrong := rd.Post(room+"/new", url.Values{"what": {"Beds & benches"}}, http.StatusUnprocessableEntity)
	wrong.Says("Error: Begin a project", "Beds &amp; benches")

	at := rd.Post(room+"/new", garden(w), http.StatusSeeOther).Next
	rd.Get(at, http.StatusOK).Says("The garden", "Beds that all can reach", "Under way", "Nobody leads this yet", "We do not know yet")

	happened := on(url.Values{"kind": {"happened"}, "words": {"The first bed is dug"}, "public": {"yes"}}, "on", w.Today())
	rd.Post(at+"/happenings", happened, http.StatusSeeOther)
	rd.As(access.Actor{}).Get(at, http.StatusOK).Says("The story so far", "The first bed is dug")
	rd.Get(room, http.StatusOK).Says("The garden")
	rd.Get(room+"/0123456789abcdef0123456789abcdef", http.StatusNotFound).Says("This page is not here")
}

var linked = regexp.MustCompile(`https://table\.example(/shared/[\w-]+)`)

// A link shows somebody outside what was chosen and no more, until it is taken back.
func TestALinkShowsWhatWasChosen(t *testing.T) {
	t.Parallel()
	w, rd := open(t)
	at := rd.Post(room+"/new", garden(w), http.StatusSeeOther).Next
	rd.Get("/areas/tanners-reach/shares", http.StatusOK).Says("Shared with people outside")
	rd.Post(at+"/share", url.Values{}, http.StatusUnprocessableEntity).Says("Error:", "Say who it is for")

	form := on(url.Values{"for_whom": {"Jas Gill, parks"}, "contents": {"summary"}}, "until", w.Today().AddDays(30))
	made := rd.Post(at+"/share", form, http.StatusOK)
	made.Says("The link for Jas Gill, parks", "Copy it now")
	found := linked.FindStringSubmatch(made.HTML)
	if found == nil {
		t.Fatalf("the link is not told:\n%s", made.Text)
	}
	rd.Post(at+"/share", form, http.StatusOK).SaysNot(found[1])

	shared := rd.As(access.Actor{}).Get(found[1], http.StatusOK)
	shared.Says("The garden", "Beds that all can reach", "Jas Gill, parks", "Grace")
	shared.SaysNot("The story so far", "Milestones")
	rd.Get("/areas/tanners-reach/shares", http.StatusSeeOther)

	list := rd.As(w.Tanners.Chair).Get("/areas/tanners-reach/shares", http.StatusOK)
	list.Says("Jas Gill, parks", "The garden")
	end := regexp.MustCompile(`/areas/tanners-reach/shares/[0-9a-f]+/end`).FindString(list.HTML)
	rd.Post(end, url.Values{}, http.StatusSeeOther)
	rd.As(access.Actor{}).Get(found[1], http.StatusNotFound)
}

// Whoever reads a list can take it along, with as much in it as they may read there.
func TestListsAreSpreadsheets(t *testing.T) {
	t.Parallel()
	w, rd := open(t)
	at := rd.Post(room+"/new", garden(w), http.StatusSeeOther).Next
	projects := &project.Projects{DB: w.DB, IDs: w.IDs, Now: w.Clock.Now}
	a := w.Tanners.Area
	did := project.NewPart{Form: "1", Party: project.Party{Kind: project.Person, Name: "Rosa Lane"}, Role: project.Own, Words: "lends her tools", From: w.Today()}
	if _, err := projects.AddPart(t.Context(), w.Tanners.Chair, a, project.ID(at[strings.LastIndex(at, "/")+1:]), did); err != nil {
		t.Fatal(err)
	}
	rd.Get(at, http.StatusOK).Says("Rosa Lane", "Download who does what", at+"/parts.csv")
	rd.Get(at+"/parts.csv", http.StatusOK).Says("who,role,words,from,until", "Rosa Lane,", "lends her tools,"+w.Today().String())
	outside := rd.As(access.Actor{}).Get(at+"/parts.csv", http.StatusOK)
	outside.Says("who,role,words,from,until")
	outside.SaysNot("Rosa", "tools")

	form := url.Values{"form": {"4"}, "name": {"=A bench, by the gate"}, "exact": {"quarter"}, "on-day": {"1"}, "on-month": {"12"}, "on-year": {"2030"}}
	rd.As(w.Tanners.Chair).Post(at+"/milestones", form, http.StatusSeeOther)
	rd.Get(at, http.StatusOK).Says(at + "/milestones.csv")
	rd.As(access.Actor{}).Get(at+"/milestones.csv", http.StatusOK).Says(`"'=A bench, by the gate",2030-12-01,quarter,to come,,no`)

	tea, err := projects.BeginActivity(t.Context(), w.Tanners.Chair, a, project.NewActivity{Form: "2", Name: "Tea on the green", BegunOn: w.Today()})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := projects.AddSession(t.Context(), w.Tanners.Chair, a, tea, project.NewSession{
		Form: "3", On: w.Today(), Came: 12, Gifts: []project.Gift{{Party: "The bakery", Kind: project.Food}},
	}); err != nil {
		t.Fatal(err)
	}
	page := "/areas/tanners-reach/activities/" + string(tea)
	rd.As(w.Tanners.Chair).Get(page, http.StatusOK).Says("Who brings what, in all", page+"/brings.csv")
	rd.Get(page+"/brings.csv", http.StatusOK).Says("who,what,times,in all", "The bakery,food and tea,1,")
	rd.As(access.Actor{}).Get(page+"/brings.csv", http.StatusSeeOther) // to the place where one signs in
}
