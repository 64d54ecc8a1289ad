package projectweb

import (
	"context"
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"commontable/internal/access"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/project"
	"commontable/internal/web"
)

func (p pages) addRequirement() section {
	return section{
		path: "projects/{project}/requirements",
		about: p.ofProject("What is asked of us", "A permission, a form, a check. Ask which law it comes from: what is only a habit can be talked about.", "Note this", "That is noted.", func(r *http.Request, tx *db.Tx, about *subject) error {
			setDate(about.begins, "asked_on", p.site.Today())
			all, err := project.Requirements(r.Context(), tx, about.area.ID, "")
			if askers := project.Askers(all, p.site.Today()); len(askers) > 0 {
				var names []string
				for _, k := range askers[:min(len(askers), 5)] {
					names = append(names, k.Name)
				}
				about.id = "So far these asked: " + strings.Join(names, ", ") + "."
			}
			return err
		}),
		fields: func(f filled, about subject) []templ.Component {
			return []templ.Component{
				f.text("what", "What is asked for?", "For example, “Planning permission for the ramp”."),
				f.text("asked_by", "Who asked for it?", "The organisation, or what the person does there. "+about.id),
				askBasis(f),
				askLaw(f),
				whyTheyCheck(),
				f.date("asked_on", "When was it asked for?", todayToo),
			}
		},
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			_, err := p.projects.AddRequirement(ctx, by, about.area, about.project.ID, project.NewRequirement{
				Form: form.Text("form"), What: form.Text("what"), AskedBy: form.Text("asked_by"), Basis: project.Basis(form.Text("basis")), Law: form.Text("law"), AskedOn: form.Date("asked_on"),
			})
			return about.back, err
		},
	}
}

func askBasis(f filled) templ.Component {
	return f.radios("basis", "Is it the law, or a habit?", "",
		web.Option{Value: string(project.Law), Text: "The law"},
		web.Option{Value: string(project.Habit), Text: "A habit", Hint: "They always ask for it, and no law says that they must."},
		web.Option{Value: string(project.BasisNotKnown), Text: "We do not know yet"})
}

func askLaw(f filled) templ.Component {
	return f.text("law", "If it is the law: which?", "For example, “Licensing Act 2003”.")
}

// theRequirement is the requirement that a request names.
func theRequirement(r *http.Request, tx *db.Tx, about *subject) (project.Requirement, error) {
	one, err := project.RequirementByID(r.Context(), tx, about.area.ID, project.RequirementID(r.PathValue("requirement")))
	if err == nil && one.Project != about.project.ID {
		err = fault.NotFound
	}
	return one, err
}

func (p pages) labelRequirement() section {
	return section{
		path: "projects/{project}/requirements/{requirement}/label",
		about: p.ofProject("", "", "Keep this", "That is noted.", func(r *http.Request, tx *db.Tx, about *subject) error {
			one, err := theRequirement(r, tx, about)
			if err != nil {
				return err
			}
			about.id, about.title = string(one.ID), "Is it the law?"
			about.lead = one.AskedBy + " asked for this: " + one.What + ". It is noted as: " + one.Basis.InWords() + ". What you noted before is kept."
			about.begins.Set("law", one.Law)
			setDate(about.begins, "on", p.site.Today())
			return nil
		}),
		fields: func(f filled, _ subject) []templ.Component {
			return []templ.Component{
				askBasis(f),
				askLaw(f),
				whyTheyCheck(),
				f.area("words", "How do you know?", "For example, “Their own form says: good practice”.", 500),
				f.date("on", "When did you find out?", todayToo),
			}
		},
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			return about.back, p.projects.Relabel(ctx, by, about.area, project.RequirementID(about.id), project.NewLabel{
				Form: form.Text("form"), Label: project.Label{Basis: project.Basis(form.Text("basis")), Law: form.Text("law"), On: form.Date("on"), Words: form.Text("words")},
			})
		},
	}
}

func (p pages) settleRequirement() section {
	return section{
		path: "projects/{project}/requirements/{requirement}",
		about: p.ofProject("", "", "Keep this", "That is noted.", func(r *http.Request, tx *db.Tx, about *subject) error {
			one, err := theRequirement(r, tx, about)
			if err != nil {
				return err
			}
			about.id, about.title = string(one.ID), one.What
			about.lead = one.AskedBy + " asked for it " + one.Age(p.site.Today()) + " ago. " + one.Basis.InWords() + "."
			setDate(about.begins, "on", p.site.Today())
			return nil
		}),
		fields: func(f filled, _ subject) []templ.Component {
			return []templ.Component{
				f.radios("outcome", "What became of it?", "",
					web.Option{Value: string(project.Met), Text: "We did it"},
					web.Option{Value: string(project.Waived), Text: "They do without it"},
					web.Option{Value: string(project.Challenged), Text: "We asked why, and talk about it", Hint: "It stays open."},
					web.Option{Value: string(project.Dropped), Text: "It is needed no more"}),
				f.date("on", "When?", todayToo),
				f.area("words", "What would help others to know?", "", 500),
			}
		},
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			return about.back, p.projects.Settle(ctx, by, about.area, project.RequirementID(about.id), project.NewOutcome{
				Form: form.Text("form"), Outcome: project.Outcome(form.Text("outcome")), On: form.Date("on"), Words: form.Text("words"),
			})
		},
	}
}
