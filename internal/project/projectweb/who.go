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

// readLead reads who leads: its fields are named so that they stand beside others.
func readLead(form *web.Form) project.Party {
	p := project.Party{Kind: project.Kind(form.Text("lead_kind")), Name: form.Text("lead_name")}
	for _, box := range form.Texts("lead_more") {
		switch box {
		case "yes":
			p.Resident = true
		case "named":
			p.Named = true
		}
	}
	if p.Kind == project.Nobody {
		p = project.Party{Kind: project.Nobody}
	}
	return p
}

func (p pages) changeLead() section {
	return section{
		path: "projects/{project}/lead",
		about: p.ofProject("Who leads it?", "From a day on, which may be past or to come. “Nobody yet” is an answer, and shows, so that somebody can offer.", "Keep this", "That is noted.", func(_ *http.Request, _ *db.Tx, about *subject) error {
			setDate(about.begins, "from", p.site.Today())
			return nil
		}),
		fields: func(f filled, _ subject) []templ.Component {
			return []templ.Component{
				f.radios("lead_kind", "Who leads it?", "", append(kindsOfParty, web.Option{Value: string(project.Nobody), Text: "Nobody yet"})...),
				f.text("lead_name", "What are they called?", "Leave this empty if nobody leads it yet."),
				f.boxes("lead_more", "About who leads", "", leadsOption, web.Option{Value: "named", Text: namedOption.Text, Hint: namedOption.Hint}),
				f.date("from", "From which day?", todayToo),
			}
		},
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			return about.back, p.projects.SetLead(ctx, by, about.area, about.project.ID, project.NewLead{Form: form.Text("form"), Party: readLead(form), From: form.Date("from")})
		},
	}
}

func (p pages) addPart() section {
	return section{
		path: "projects/{project}/parts",
		about: p.ofProject("What does somebody do in it?", "One party at a time: a group, a council team, a landlord, a person.", "Add this", "That is noted.", func(_ *http.Request, _ *db.Tx, about *subject) error {
			setDate(about.begins, "from", p.site.Today())
			return nil
		}),
		fields: func(f filled, _ subject) []templ.Component {
			var roles []web.Option
			for i, role := range project.Roles() {
				o := web.Option{Value: string(role.Role), Text: role.Words}
				switch i {
				case 0:
					o.Hint = "This and the next two: what people and groups from here do."
				case 3:
					o.Hint = "This and the next three: what a council, a landlord or another agency does."
				}
				roles = append(roles, o)
			}
			roles = append(roles, web.Option{Divider: "or", Value: string(project.Own), Text: "Something else, in your own words"})
			return []templ.Component{
				f.radios("kind", "Who is it?", "", kindsOfParty...),
				f.text("name", "What are they called?", ""),
				f.radios("role", "What do they do?", "", roles...),
				f.area("words", "In your own words", "For example, “Lends us the hall and a key”.", 500),
				f.boxes("more", "About them", "", leadsOption, web.Option{Value: "named", Text: namedOption.Text, Hint: namedOption.Hint}),
				f.date("from", "From which day?", todayToo),
			}
		},
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			n := project.NewPart{
				Form: form.Text("form"), Party: project.Party{Kind: project.Kind(form.Text("kind")), Name: form.Text("name")},
				Role: project.Role(form.Text("role")), Words: form.Text("words"), From: form.Date("from"),
			}
			for _, box := range form.Texts("more") {
				n.Resident, n.Named = n.Resident || box == "yes", n.Named || box == "named"
			}
			_, err := p.projects.AddPart(ctx, by, about.area, about.project.ID, n)
			return about.back, err
		},
	}
}

func (p pages) endPart() section {
	return section{
		path: "projects/{project}/parts/{part}",
		about: p.ofProject("Somebody’s part ends", "", "Keep this", "That is noted.", func(r *http.Request, tx *db.Tx, about *subject) error {
			part, err := project.PartByID(r.Context(), tx, about.area.ID, project.PartID(r.PathValue("part")))
			if err == nil && part.Project != about.project.ID {
				err = fault.NotFound
			}
			about.id, about.title, about.lead = string(part.ID), "Does "+part.Name+" do this no more?", "Their part: "+capital(part.Role.InWords()+" "+part.Words)
			setDate(about.begins, "until", p.site.Today())
			return err
		}),
		fields: func(f filled, _ subject) []templ.Component {
			return []templ.Component{f.date("until", "What is the first day on which they do it no more?", todayToo)}
		},
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			err := p.projects.EndPart(ctx, by, about.area, project.PartID(about.id), form.Date("until"), form.Text("form"))
			return about.back, err
		},
	}
}
