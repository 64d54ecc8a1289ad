package projectweb

import (
	"context"
	"net/http"

	"github.com/a-h/templ"

	"commontable/internal/access"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/project"
	"commontable/internal/web"
)

var dayOrQuarter = []web.Option{
	{Value: "day", Text: "That day"}, {Value: "quarter", Text: "Some time in those three months", Hint: "January to March, April to June, July to September or October to December."},
}

func (p pages) addMilestone() section {
	return section{
		path: "projects/{project}/milestones",
		about: p.ofProject("Plan a milestone", "A point on the way that people can see that you have reached. Promise something small that you can do.", "Plan this", "The milestone is planned.", func(_ *http.Request, _ *db.Tx, about *subject) error {
			about.begins.Set("exact", "day")
			return nil
		}),
		fields: func(f filled, _ subject) []templ.Component {
			return []templ.Component{
				f.text("name", "What will people see when it is reached?", "For example, “The kitchen is open”. "+nobodysName),
				f.date("on", "For when is it planned?", "A day, or any day of the three months in which it should be. "+todayToo),
				f.radios("exact", "How exact is that?", "", dayOrQuarter...),
				f.boxes("resident", "Who leads this part?", "", leadsOption),
			}
		},
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			_, err := p.projects.AddMilestone(ctx, by, about.area, about.project.ID, project.NewMilestone{
				Form: form.Text("form"), Name: form.Text("name"), Resident: form.Text("resident") == "yes", When: readWhen(form),
			})
			return about.back, err
		},
	}
}

func readWhen(form *web.Form) project.When {
	return project.When{On: form.Date("on"), Quarter: form.Text("exact") == "quarter"}
}

func (p pages) changeMilestone() section {
	return section{
		path: "projects/{project}/milestones/{milestone}",
		about: p.ofProject("", "", "Keep this", "That is noted.", func(r *http.Request, tx *db.Tx, about *subject) error {
			m, err := project.MilestoneByID(r.Context(), tx, about.area.ID, project.MilestoneID(r.PathValue("milestone")))
			if err == nil && m.Project != about.project.ID {
				err = fault.NotFound
			}
			if err != nil {
				return err
			}
			about.id, about.title, about.lead = string(m.ID), m.Name, "Planned for: "+m.When()
			about.begins.Set("exact", "day")
			setDate(about.begins, "on", p.site.Today())
			return nil
		}),
		fields: func(f filled, _ subject) []templ.Component {
			return []templ.Component{
				f.radios("what", "What about this milestone?", "",
					web.Option{Value: "reached", Text: "It is reached"},
					web.Option{Value: "moved", Text: "It is planned for another time"},
					web.Option{Value: "dropped", Text: "It is dropped"}),
				f.date("on", "On which day, or for when now?", todayToo),
				f.radios("exact", "If it is moved, how exact is that?", "", dayOrQuarter...),
				f.text("why", "Why?", "Needed where it is moved or dropped. "+nobodysName),
			}
		},
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			m, key := project.MilestoneID(about.id), form.Text("form")
			switch what := form.Text("what"); what {
			case "reached", "dropped":
				return about.back, p.projects.EndMilestone(ctx, by, about.area, m, project.MilestoneEnd{Form: key, Reached: what == "reached", On: form.Date("on"), Words: form.Text("why")})
			case "moved":
				return about.back, p.projects.MoveMilestone(ctx, by, about.area, m, project.Move{Form: key, When: readWhen(form), Why: form.Text("why")})
			}
			return "", fault.Invalid{{Field: "what", Words: "Choose what became of it"}}
		},
	}
}
