// Package projectweb is the pages of what comes of a plan: projects, what is asked
// of them, their risks, and the activities that many hands make.
//
// Everybody sees what a project is, its milestones and what its activities come
// to. Who is behind it by name, what somebody asks, risks and how to reach people
// are for those who read the partnership's papers.
package projectweb

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/plan"
	"commontable/internal/project"
	"commontable/internal/share"
	"commontable/internal/web"
)

type pages struct {
	site     *web.Site
	projects *project.Projects
	shares   *share.Shares
	baseURL  string
	alike    Alike
}

// Alike finds what sounds like what somebody is about to begin, and keeps that they
// saw it and why they went on, to be read later. Cards finds whom helpers of an activity
// ask when somebody told them of something serious, for those who may see it, and
// where such a card is made, "" for who may not. Each is nil where nothing is known of what is
// done around an area.
type Alike struct {
	Look func(ctx context.Context, by access.Actor, a area.Area, name, what string) ([]Like, error)
	Keep func(ctx context.Context, by access.Actor, a area.Area, n Saw) error
	Kept func(ctx context.Context, tx *db.Tx, a area.Area, kind, subject string) ([]Saw, error)

	// LookIn and KeepIn are Look and Keep as part of a transaction.
	LookIn func(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, name, what string) ([]Like, error)
	KeepIn func(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, n Saw) error

	Cards func(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, activity string) (cards []AskCard, makeOne string, err error)
}

// An AskCard is whom to ask.
type AskCard struct{ Ask, About, Href string }

// A Like is one thing that sounds alike.
type Like struct{ Name, Detail string }

// Saw is that somebody saw what sounds like what they began.
type Saw struct {
	Form, Kind, Subject, Name, Because string
	Likes                              []Like
	On                                 date.Date
}

// Routes lists the pages.
func Routes(site *web.Site, projects *project.Projects, shares *share.Shares, baseURL string, alike Alike) []web.Route {
	p := pages{site, projects, shares, baseURL, alike}
	papers, run := web.Hidden(access.SeePapers, ""), web.Needs(access.RunProjects)
	routes := []web.Route{
		{Pattern: "GET /areas/{area}/projects", Policy: web.Public(), Do: site.Keep(p.list)},
		{Pattern: "GET /areas/{area}/projects.csv", Policy: web.Public(), Do: p.listCSV},
		// An idea is there for those who read the papers: the handler says so.
		{Pattern: "GET /areas/{area}/projects/{project}", Policy: web.Public(), Do: site.Keep(p.project)},
		{Pattern: "GET /areas/{area}/projects/{project}/timeline.csv", Policy: web.Public(), Do: p.timelineCSV},
		{Pattern: "GET /areas/{area}/projects/{project}/parts.csv", Policy: web.Public(), Do: p.partsCSV},
		{Pattern: "GET /areas/{area}/projects/{project}/milestones.csv", Policy: web.Public(), Do: p.milestonesCSV},

		{Pattern: "GET /areas/{area}/requirements", Policy: papers, Do: p.requirements},
		{Pattern: "GET /areas/{area}/requirements.csv", Policy: papers, Do: p.requirementsCSV},
		{Pattern: "GET /areas/{area}/risks", Policy: papers, Do: p.sheets},
		{Pattern: "GET /areas/{area}/risks.csv", Policy: papers, Do: p.sheetsCSV},
		{Pattern: "GET /areas/{area}/risks/new", Policy: run, Do: p.newSheet},
		{Pattern: "POST /areas/{area}/risks", Policy: run, Do: p.keepSheet},
		{Pattern: "GET /areas/{area}/risks/{sheet}", Policy: papers, Do: p.sheet},
		{Pattern: "GET /areas/{area}/risks/{sheet}/review", Policy: web.Hidden(access.SeePapers, access.RunProjects), Do: p.reviewSheet, Seen: p.seenSheet},
		{Pattern: "POST /areas/{area}/risks/{sheet}", Policy: web.Hidden(access.SeePapers, access.RunProjects), Do: p.keepSheet, Seen: p.seenSheet},

		{Pattern: "GET /areas/{area}/activities", Policy: web.Public(), Do: site.Keep(p.activities)},
		{Pattern: "GET /areas/{area}/activities.csv", Policy: web.Public(), Do: p.activitiesCSV},
		{Pattern: "GET /areas/{area}/activities/{activity}", Policy: web.Public(), Do: site.Keep(p.activity)},
		{Pattern: "GET /areas/{area}/activities/{activity}/times.csv", Policy: web.Public(), Do: p.activityCSV},
		{Pattern: "GET /areas/{area}/activities/{activity}/brings.csv", Policy: papers, Do: p.bringsCSV},

		{Pattern: "GET /areas/{area}/projects/{project}/share", Policy: web.Needs(access.ShareOutside), Do: p.askShare},
		{Pattern: "POST /areas/{area}/projects/{project}/share", Policy: web.Needs(access.ShareOutside), Do: p.makeShare},
	}
	routes = append(routes, p.photoRoutes()...)
	for _, s := range p.sections() {
		routes = append(
			routes,
			web.Route{Pattern: "GET /areas/{area}/" + s.path, Policy: run, Do: p.ask(s)},
			web.Route{Pattern: "POST /areas/{area}/" + s.path, Policy: run, Do: p.keep(s)},
		)
	}
	return routes
}

// The addresses of the room.
func home(a area.Area) string           { return "/areas/" + a.Slug }
func planHref(a area.Area) string       { return home(a) + "/plan" }
func projectsHref(a area.Area) string   { return home(a) + "/projects" }
func activitiesHref(a area.Area) string { return home(a) + "/activities" }
func risksHref(a area.Area) string      { return home(a) + "/risks" }

func projectHref(a area.Area, of project.ID) string { return projectsHref(a) + "/" + string(of) }

func activityHref(a area.Area, of project.ActivityID) string {
	return activitiesHref(a) + "/" + string(of)
}

func sheetHref(a area.Area, of project.SheetID) string { return risksHref(a) + "/" + string(of) }

func lineHref(a area.Area, l plan.LineID) string { return home(a) + "/money/lines/" + string(l) }

func decisionHref(a area.Area, number int64) string {
	return home(a) + "/decisions/" + strconv.FormatInt(number, 10)
}

// scene is what every page of the room is about.
type scene struct {
	area   area.Area
	words  map[string]area.Word
	inside bool // reads the partnership's papers
	mayRun bool
}

// theScene reads it, as part of a view of the data.
func (p pages) theScene(ctx context.Context, tx *db.Tx, slug string, by access.Actor) (scene, error) {
	a, err := area.BySlug(ctx, tx, slug)
	if err != nil {
		return scene{}, err
	}
	programme, err := area.ProgrammeByID(ctx, tx, a.Programme)
	return scene{
		area: a, words: programme.Rules.Words,
		inside: by.May(access.SeePapers, a.Place()), mayRun: by.May(access.RunProjects, a.Place()),
	}, err
}

// in reads the scene, and what else a page needs, on one view of the data.
func (p pages) in(r *http.Request, by access.Actor, f func(*db.Tx, scene) error) error {
	return p.projects.DB.Read(r.Context(), func(tx *db.Tx) error {
		s, err := p.theScene(r.Context(), tx, r.PathValue("area"), by)
		if err != nil {
			return err
		}
		return f(tx, s)
	})
}

// theProject is the project that a request names, for who may see it.
func (p pages) theProject(r *http.Request, tx *db.Tx, s scene, by access.Actor) (project.Project, error) {
	one, err := project.ByID(r.Context(), tx, s.area.ID, project.ID(r.PathValue("project")), p.site.Today())
	if err != nil {
		return one, err
	}
	if !one.SeenBy(by, s.area) {
		return one, fault.NotFound
	}
	return one, nil
}

// shell is the frame of a page of the room, which the plan's leads to.
func (p pages) shell(r *http.Request, by access.Actor, a area.Area, title string, crumbs ...web.Link) web.Shell {
	s := p.site.ShellIn(r, by, title, web.Link{Text: a.Name, Href: home(a)}, p.site.AreaRooms, "Plan")
	s.Crumbs = append([]web.Link{{Text: a.Name, Href: home(a)}, {Text: "Plan", Href: planHref(a)}}, crumbs...)
	return s
}

func projectsLink(a area.Area) web.Link {
	return web.Link{Text: "Our projects", Href: projectsHref(a)}
}

func activitiesLink(a area.Area) web.Link {
	return web.Link{Text: "What we do together", Href: activitiesHref(a)}
}

// tagOf is how a state looks: none of them is red.
func tagOf(s project.State) web.Kind {
	switch s {
	case project.UnderWay:
		return web.Good
	case project.Planned:
		return web.Info
	case project.Resting:
		return web.Quiet
	case project.Done, project.HandedOver:
		return web.Pine
	case project.Idea, project.Stopped:
	}
	return web.Plain
}

// capital begins a sentence.
func capital(words string) string {
	if words == "" {
		return words
	}
	r := []rune(words)
	return strings.ToUpper(string(r[0])) + string(r[1:])
}

// paragraphs are the parts of a text that stand apart.
func paragraphs(text string) []string {
	var all []string
	for part := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n") {
		if part = strings.TrimSpace(part); part != "" {
			all = append(all, part)
		}
	}
	return all
}

func counted(n int64, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return grouped(n) + " " + thing + "s"
}

// grouped is a number with commas, as people write it.
func grouped(n int64) string {
	digits := strconv.FormatInt(n, 10)
	var parts []string
	for len(digits) > 3 {
		parts = append(parts, digits[len(digits)-3:])
		digits = digits[:len(digits)-3]
	}
	parts = append(parts, digits)
	slices.Reverse(parts)
	return strings.Join(parts, ",")
}
