package projectweb

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"commontable/internal/access"
	"commontable/internal/db"
	"commontable/internal/funding"
	"commontable/internal/plan"
	"commontable/internal/project"
	"commontable/internal/web"
)

// draftFields are what a project is.
func draftFields(f filled, about subject) []templ.Component {
	fields := []templ.Component{
		f.text("name", "What is it called?", "A name that neighbours would use."),
		f.area("what", "What is it?", "In a few sentences. "+nobodysName, 2000),
		f.area("why", "Why do we do it?", "You can leave this out.", 2000),
		f.radios("ends", "How does it end?", "An end from the start helps everybody. You can change it later.",
			web.Option{Value: string(project.EndsOnDay), Text: "On a day"},
			web.Option{Value: string(project.EndsWhen), Text: "When something has happened"},
			web.Option{Value: string(project.EndsNotKnown), Text: "We do not know yet"}),
		f.date("ends_on", "If on a day: which?", todayToo),
		f.text("ends_when", "If when something has happened: what?", "For example, “When the school runs it by itself”."),
	}
	if len(about.options["priority"]) > 1 {
		fields = append(fields, f.choose("priority", "Which priority of our plan does it belong to?", about.options["priority"]))
	}
	if len(about.options["lines"]) > 0 {
		fields = append(fields, f.boxes("lines", "Which budget lines does it draw on?", "None is fine.", about.options["lines"]...))
	}
	fields = append(fields, f.text("decisions", "Which decisions began it?", "Their numbers, like 3 or 3, 7. You can leave this out."))
	if len(about.options["grew_from"]) > 1 {
		fields = append(fields, f.choose("grew_from", "Did it grow out of another project?", about.options["grew_from"]))
	}
	return append(fields, f.boxes("early_win", "Is it an early win?", "", web.Option{Value: "yes", Text: "Yes: it is small and soon done, so that people see that something comes of it"}))
}

// readDraft reads what a project is.
func readDraft(form *web.Form) project.Draft {
	d := project.Draft{
		Name: form.Text("name"), What: form.Text("what"), Why: form.Text("why"), Priority: plan.PriorityID(form.Text("priority")), Decisions: form.Text("decisions"),
		Ends: project.Ends(form.Text("ends")), EndsWhen: form.Text("ends_when"), GrewFrom: project.ID(form.Text("grew_from")), EarlyWin: form.Text("early_win") == "yes",
	}
	if d.Ends == project.EndsOnDay {
		d.EndsOn = form.Date("ends_on")
	}
	for _, l := range form.Texts("lines") {
		d.Lines = append(d.Lines, plan.LineID(l))
	}
	return d
}

// draftOptions are the priorities, lines and projects there are to choose from.
func (p pages) draftOptions(ctx context.Context, tx *db.Tx, about *subject) error {
	lines, err := funding.Lines(ctx, tx, about.area.ID)
	if err != nil {
		return err
	}
	about.options["priority"] = []web.Option{{Text: "None of them"}}
	seen := map[plan.PriorityID]bool{}
	for _, l := range lines {
		if !seen[l.Priority] {
			seen[l.Priority] = true
			about.options["priority"] = append(about.options["priority"], web.Option{Value: string(l.Priority), Text: l.PriorityName})
		}
		about.options["lines"] = append(about.options["lines"], web.Option{Value: string(l.ID), Text: l.Name, Hint: l.PriorityName})
	}
	all, err := project.All(ctx, tx, about.area.ID, p.site.Today())
	about.options["grew_from"] = []web.Option{{Text: "No"}}
	for _, one := range all {
		if one.ID != about.project.ID {
			about.options["grew_from"] = append(about.options["grew_from"], web.Option{Value: string(one.ID), Text: "Yes, out of “" + one.Name + "”"})
		}
	}
	return err
}

func (p pages) newProject() section {
	return section{
		path: "projects/new",
		about: func(r *http.Request, tx *db.Tx, s scene, _ access.Actor) (subject, error) {
			about := subject{
				scene: s, title: "Begin a project", button: "Begin this project", done: "The project has begun.", back: projectsHref(s.area),
				lead:   "One thing that comes of our plan. What you do not know yet you can add later, one part at a time.",
				crumbs: []web.Link{projectsLink(s.area)}, options: map[string][]web.Option{}, begins: url.Values{},
			}
			setDate(about.begins, "from", p.site.Today())
			about.begins.Set("exact", "day")
			return about, p.draftOptions(r.Context(), tx, &about)
		},
		fields: func(f filled, about subject) []templ.Component {
			return append(append(alikeFields(f, about), draftFields(f, about)...),
				f.radios("state", "Where has it got to?", "",
					web.Option{Value: string(project.Idea), Text: "It is an idea", Hint: "Only those who read our papers see it."},
					web.Option{Value: string(project.Planned), Text: "It is planned"},
					web.Option{Value: string(project.UnderWay), Text: "It is under way"}),
				f.date("from", "Since when?", todayToo),
				f.radios("lead_kind", "Who leads it?", "", append(kindsOfParty, web.Option{Value: string(project.Nobody), Text: "Nobody yet"})...),
				f.text("lead_name", "What are they called?", "Leave this empty if nobody leads it yet."),
				f.boxes("lead_more", "About who leads", "", leadsOption, web.Option{Value: "named", Text: namedOption.Text, Hint: namedOption.Hint}),
				f.text("milestone_name-1", "What will people see first?", "The first milestone: something small that you can do. For example, “The kitchen is open”. You can leave it out, and plan more of them on the project’s page."),
				f.date("milestone_on-1", "For when is that planned?", "A day, or any day of the three months in which it should be. "+todayToo),
				f.radios("exact", "How exact is that?", "", dayOrQuarter...),
			)
		},
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			n := project.New{
				Form: form.Text("form"), Draft: readDraft(form), State: project.State(form.Text("state")), From: form.Date("from"), Lead: project.NewLead{Party: readLead(form)},
			}
			if form.Text("milestone_name-1") != "" || form.Text("milestone_on-1-day") != "" {
				n.Milestones = []project.NewMilestone{{Name: form.Text("milestone_name-1"), When: project.When{On: form.Date("milestone_on-1"), Quarter: form.Text("exact") == "quarter"}}}
			}
			likes, err := p.sounds(ctx, by, about, form, n.Name, n.What, n.Check(p.site.Today()))
			if err != nil {
				return "", err
			}
			made, err := p.projects.Begin(ctx, by, about.area, n)
			if err != nil {
				return "", err
			}
			return projectHref(about.area, made), p.saw(ctx, by, about, form, Saw{Kind: "project", Subject: string(made), Name: n.Name, Likes: likes})
		},
	}
}

func (p pages) changeSummary() section {
	return section{
		path: "projects/{project}/summary",
		about: p.ofProject("What it is", "Write it as it is now. What stood here before is kept.", "Keep this", "That is how the project is described now.", func(r *http.Request, tx *db.Tx, about *subject) error {
			one, v := about.project, about.begins
			for name, words := range map[string]string{
				"name": one.Name, "what": one.What, "why": one.Why, "ends": string(one.Ends), "ends_when": one.EndsWhen, "priority": string(one.Priority), "grew_from": string(one.GrewFrom),
			} {
				v.Set(name, words)
			}
			setDate(v, "ends_on", one.EndsOn)
			var numbers []string
			for _, n := range one.Decisions {
				numbers = append(numbers, strconv.FormatInt(n, 10))
			}
			v.Set("decisions", strings.Join(numbers, ", "))
			for _, l := range one.Lines {
				v.Add("lines", string(l))
			}
			if one.EarlyWin {
				v.Set("early_win", "yes")
			}
			return p.draftOptions(r.Context(), tx, about)
		}),
		fields: draftFields,
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			return about.back, p.projects.Change(ctx, by, about.area, about.project.ID, readDraft(form), form.Text("form"))
		},
	}
}

func (p pages) changeState() section {
	return section{
		path: "projects/{project}/state",
		about: p.ofProject("Where has it got to?", "To rest, to stop or to hand over is no failing. Say how it is.", "Keep this", "That is where the project has got to.", func(_ *http.Request, _ *db.Tx, about *subject) error {
			setDate(about.begins, "from", p.site.Today())
			return nil
		}),
		fields: func(f filled, _ subject) []templ.Component {
			return []templ.Component{
				f.radios("state", "Where is it now?", "",
					web.Option{Value: string(project.Planned), Text: "Planned"},
					web.Option{Value: string(project.UnderWay), Text: "Under way"},
					web.Option{Value: string(project.Resting), Text: "Resting for a while"},
					web.Option{Value: string(project.Done), Text: "Done"},
					web.Option{Value: string(project.HandedOver), Text: "Handed over to somebody else"},
					web.Option{Value: string(project.Stopped), Text: "Stopped"},
					web.Option{Value: string(project.Idea), Text: "An idea again", Hint: "Only those who read our papers see an idea."}),
				f.date("from", "Since when?", todayToo),
				f.date("until", "If it rests: until when?", "Leave it empty if you do not know."),
				f.text("who", "If it was handed over: to whom?", "The name of the organisation or group."),
				f.area("words", "Why?", "An honest reason helps others. "+nobodysName, 1000),
			}
		},
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			return about.back, p.projects.Note(ctx, by, about.area, about.project.ID, project.NewState{
				Form: form.Text("form"), State: project.State(form.Text("state")), From: form.Date("from"), Until: form.Date("until"), Who: form.Text("who"), Words: form.Text("words"),
			})
		},
	}
}
