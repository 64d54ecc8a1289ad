package openweb

import (
	"context"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/project"
	"commontable/internal/web"
)

// doing is what goes on in an area, and what was done.
type doing struct {
	now        []web.Item
	more       string // those that are not shown here, and what was done
	leaderless string
	href       string
	together   string
}

// mostDoing is how many projects an area's own page shows.
const mostDoing = 3

func doingIn(ctx context.Context, tx *db.Tx, a area.Area, today date.Date) (doing, error) {
	d := doing{href: areaHref(a) + "/projects", together: areaHref(a) + "/activities"}
	all, err := project.All(ctx, tx, a.ID, today)
	if err != nil {
		return d, err
	}
	all = slices.DeleteFunc(all, func(p project.Project) bool { return !p.IsPublic() })
	milestones, err := project.AllMilestones(ctx, tx, a.ID)
	if err != nil {
		return d, err
	}
	open, done, reached, without := 0, 0, 0, 0
	for _, p := range all {
		for _, m := range milestones[p.ID] {
			if m.Reached && m.EndedOn.After(today.AddMonths(-12)) {
				reached++
			}
		}
		if p.State.State.Over() {
			if p.State.State != project.Stopped {
				done++
			}
			continue
		}
		open++
		if p.Lead.IsEmpty() {
			without++
		}
		if len(d.now) < mostDoing {
			d.now = append(d.now, web.Item{Text: p.Name, Href: d.href + "/" + string(p.ID), Detail: sayDoing(p, milestones[p.ID], today), Status: doingTag(p.State.State)})
		}
	}
	var more []string
	if n := open - len(d.now); n > 0 {
		more = append(more, counted(n, "more project")+" "+agrees(n, "goes", "go")+" on.")
	}
	if done > 0 {
		more = append(more, numbered(done)+" "+agrees(done, "is", "are")+" done.")
	}
	if reached > 0 {
		more = append(more, "In the last year we reached "+counted(reached, "milestone")+".")
	}
	d.more = strings.Join(more, " ")
	switch {
	case without == 1:
		d.leaderless = "One project has nobody who leads it yet. Could that be you?"
	case without > 1:
		d.leaderless = numbered(without) + " projects have nobody who leads them yet. Could that be you?"
	}
	return d, nil
}

func agrees(n int, one, several string) string {
	if n == 1 {
		return one
	}
	return several
}

// sayDoing says who leads a project, and what comes next: without a day where that
// is past, for nothing here is late.
func sayDoing(p project.Project, milestones []project.Milestone, today date.Date) string {
	words := "Nobody leads it yet."
	if !p.Lead.IsEmpty() {
		words = "Led by " + p.Lead.Shown(false) + "."
		if p.Lead.Kind == project.Person && !p.Lead.Named {
			words = p.Lead.Shown(false) + " leads it."
		}
	}
	for _, m := range milestones {
		if m.Open() {
			words += " Next: " + m.Name
			if m.Planned().Quarter || !m.Counts().Before(today) {
				words += ", " + m.When()
			}
			return words + "."
		}
	}
	return words
}

func doingTag(s project.State) templ.Component {
	switch s {
	case project.UnderWay:
		return web.Tag(web.Good, "Under way")
	case project.Resting:
		return web.Tag(web.Quiet, "Resting")
	case project.Planned, project.Idea, project.Done, project.HandedOver, project.Stopped:
	}
	return web.Tag(web.Info, "Planned")
}
