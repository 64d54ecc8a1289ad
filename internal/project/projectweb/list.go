package projectweb

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/plan"
	"commontable/internal/project"
	"commontable/internal/web"
)

// listData is the list of an area's projects.
type listData struct {
	Shell      web.Shell
	Tools      []web.Tool
	By         []web.NavItem // by state or by priority
	Groups     []group
	Leaderless string
	MayRun     bool
	New        string
	More       []web.Item
}

// A group is the projects that stand together.
type group struct {
	ID, Heading string
	Projects    web.Table
}

func (p pages) list(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var d listData
	err := p.in(r, by, func(tx *db.Tx, s scene) error {
		all, err := p.seen(r, tx, s, by)
		if err != nil {
			return err
		}
		milestones, err := project.AllMilestones(r.Context(), tx, s.area.ID)
		if err != nil {
			return err
		}
		names, err := priorities(r, tx, s.area)
		if err != nil {
			return err
		}
		href := projectsHref(s.area)
		byPriority := r.URL.Query().Get("by") == "priority"
		d.Shell = p.shell(r, by, s.area, "Our projects", web.Link{Text: "Projects"})
		d.Tools = []web.Tool{{Icon: "down", Text: "Download as a spreadsheet", Href: href + ".csv"}}
		d.MayRun, d.New = s.mayRun, href+"/new"
		d.By = []web.NavItem{{Text: "By how far they are", Href: href, Current: !byPriority}, {Text: "By priority", Href: href + "?by=priority", Current: byPriority}}
		d.Groups = grouping(all, byPriority, names, func(one project.Project) web.Row { return rowOf(s, one, names, milestones[one.ID], p.site.Today()) })
		d.Leaderless = leaderless(all)
		d.More = []web.Item{{Mark: web.Icon("people"), Text: "What we do together", Href: activitiesHref(s.area), Detail: "Lunch clubs, clean-ups, job clubs: when they are, and how many came."}}
		if s.inside {
			d.More = append(
				d.More,
				web.Item{Mark: web.Icon("doc"), Text: "What is asked of us", Href: home(s.area) + "/requirements", Detail: "Permissions and forms: which are the law, which are a habit, and who usually asks."},
				web.Item{Mark: web.Icon("lock"), Text: "Risk sheets", Href: risksHref(s.area), Detail: "Short ones, to use again."},
				web.Item{Mark: web.Icon("out"), Text: "Shared with people outside", Href: home(s.area) + "/shares", Detail: "Links that somebody without an account has."},
			)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, listPage(d))
}

// seen are the projects that somebody may see.
func (p pages) seen(r *http.Request, tx *db.Tx, s scene, by access.Actor) ([]project.Project, error) {
	all, err := project.All(r.Context(), tx, s.area.ID, p.site.Today())
	return slices.DeleteFunc(all, func(one project.Project) bool { return !one.SeenBy(by, s.area) }), err
}

// priorities are the names of an area's priorities.
func priorities(r *http.Request, tx *db.Tx, a area.Area) (map[plan.PriorityID]string, error) {
	lines, err := plan.EveryLine(r.Context(), tx, a.ID)
	names := map[plan.PriorityID]string{}
	for _, l := range lines {
		names[l.Priority] = l.PriorityName
	}
	return names, err
}

// leaderless says how many projects that go on have nobody who leads them.
func leaderless(all []project.Project) string {
	n := int64(0)
	for _, one := range all {
		if one.Lead.IsEmpty() && !one.State.State.Over() {
			n++
		}
	}
	switch n {
	case 0:
		return ""
	case 1:
		return "One project has nobody who leads it yet. Could that be you, or somebody you know?"
	}
	return grouped(n) + " projects have nobody who leads them yet. Could that be you, or somebody you know?"
}

// grouping puts projects together by state, or by priority.
func grouping(all []project.Project, byPriority bool, names map[plan.PriorityID]string, row func(project.Project) web.Row) []group {
	var groups []group
	at := map[string]int{}
	for _, one := range all {
		heading := capital(string(one.State.State))
		if byPriority {
			if heading = names[one.Priority]; heading == "" {
				heading = "Of no one priority"
			}
		}
		i, known := at[heading]
		if !known {
			i = len(groups)
			at[heading] = i
			groups = append(groups, group{Heading: heading, Projects: web.Table{
				Caption: heading, CaptionHidden: true,
				Columns: []web.Column{{Text: "Project"}, {Text: "Who leads"}, {Text: "What comes next"}, {Text: "It ends"}},
			}})
		}
		groups[i].Projects.Rows = append(groups[i].Projects.Rows, row(one))
	}
	if byPriority {
		slices.SortStableFunc(groups, func(a, b group) int { return strings.Compare(a.Heading, b.Heading) })
	}
	for i := range groups {
		groups[i].ID = "group-" + strconv.Itoa(i+1)
	}
	return groups
}

func rowOf(s scene, one project.Project, names map[plan.PriorityID]string, milestones []project.Milestone, today date.Date) web.Row {
	lead := web.Cell{Text: one.Lead.Shown(s.inside)}
	if one.Lead.IsEmpty() && one.State.State.Over() {
		lead = web.Cell{Text: "Nobody now"}
	}
	return web.Row{Cells: []web.Cell{
		{Text: one.Name, Href: projectHref(s.area, one.ID), RowHeader: true, Small: smallOf(one, names)},
		lead,
		{Text: next(one, milestones, today)},
		{Text: one.EndOn(today)},
	}}
}

func smallOf(one project.Project, names map[plan.PriorityID]string) string {
	parts := []string{capital(one.State.InWords())}
	if name := names[one.Priority]; name != "" {
		parts = append(parts, name)
	}
	if one.EarlyWin {
		parts = append(parts, "an early win")
	}
	return strings.Join(parts, " · ")
}

// next is the milestone that comes next, without a word of blame for one whose
// day is past.
func next(one project.Project, milestones []project.Milestone, today date.Date) string {
	if one.State.State.Over() {
		return "It is over since " + one.State.From.Long()
	}
	for _, m := range milestones {
		if !m.Open() {
			continue
		}
		if m.Counts().Before(today) && !m.Planned().Quarter {
			return m.Name + " (was planned for " + m.When() + ")"
		}
		return m.Name + " (" + m.When() + ")"
	}
	return "No milestone is planned yet"
}

func (p pages) listCSV(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var rows [][]string
	var slug string
	err := p.in(r, by, func(tx *db.Tx, s scene) error {
		slug = s.area.Slug
		all, err := p.seen(r, tx, s, by)
		if err != nil {
			return err
		}
		milestones, err := project.AllMilestones(r.Context(), tx, s.area.ID)
		if err != nil {
			return err
		}
		grewFrom := map[project.ID]string{}
		for _, one := range all {
			grewFrom[one.ID] = one.Name
		}
		names, err := priorities(r, tx, s.area)
		for _, one := range all {
			reached := int64(0)
			for _, m := range milestones[one.ID] {
				if m.Reached {
					reached++
				}
			}
			rows = append(rows, []string{
				one.Name, string(one.State.State), one.State.From.String(), names[one.Priority], one.Lead.Shown(s.inside), next(one, milestones[one.ID], p.site.Today()),
				grouped(reached), one.EndOn(p.site.Today()), yes(one.EarlyWin), grewFrom[one.GrewFrom],
			})
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.CSV(w, slug+"-projects", []string{"project", "state", "since", "priority", "who leads", "what comes next", "milestones reached", "it ends", "early win", "grew out of"}, rows)
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}
