package projectweb

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"commontable/internal/access"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/funding"
	"commontable/internal/money"
	"commontable/internal/plan"
	"commontable/internal/project"
	"commontable/internal/web"
)

// A section is one form: a part of a project that is changed by itself, so that
// it fits a telephone and a spare minute.
type section struct {
	path string // after the area's
	// about reads what the form is about, and what it begins with.
	about func(r *http.Request, tx *db.Tx, s scene, by access.Actor) (subject, error)
	// fields are the form's, with what was typed.
	fields func(f filled, about subject) []templ.Component
	// keep does what the form asks for, and says where to go on.
	keep func(ctx context.Context, by access.Actor, about subject, form *web.Form) (next string, err error)
}

// A subject is what a form is about.
type subject struct {
	scene

	title, lead, button, done string
	crumbs                    []web.Link
	back                      string
	begins                    url.Values // what the form begins with
	project                   project.Project
	options                   map[string][]web.Option
	id                        string
	rows                      int
	photo                     photo
}

// filled are the fields as they were filled in, and what is wrong with them.
type filled struct {
	values url.Values
	wrong  fault.Invalid
}

func (f filled) text(name, label, hint string) templ.Component {
	return web.TextField{Name: name, Label: label, Hint: hint, Value: f.values.Get(name), Error: f.wrong.For(name)}
}

func (f filled) count(name, label, hint string) templ.Component {
	return web.TextField{Name: name, Label: label, Hint: hint, Value: f.values.Get(name), Error: f.wrong.For(name), InputMode: "numeric", Width: "5"}
}

func (f filled) area(name, label, hint string, most int) templ.Component {
	return web.TextArea{Name: name, Label: label, Hint: hint, Value: f.values.Get(name), Error: f.wrong.For(name), Rows: 4, Max: most}
}

func (f filled) date(name, label, hint string) templ.Component {
	return web.DateField{
		Name: name, Label: label, Hint: hint, Error: f.wrong.For(name),
		Day: f.values.Get(name + "-day"), Month: f.values.Get(name + "-month"), Year: f.values.Get(name + "-year"),
	}
}

func (f filled) radios(name, label, hint string, options ...web.Option) templ.Component {
	return web.Radios{Name: name, Label: label, Hint: hint, Value: f.values.Get(name), Error: f.wrong.For(name), Options: options}
}

func (f filled) boxes(name, label, hint string, options ...web.Option) templ.Component {
	return web.Checkboxes{Name: name, Label: label, Hint: hint, Values: f.values[name], Error: f.wrong.For(name), Options: options}
}

func (f filled) choose(name, label string, options []web.Option) templ.Component {
	return web.Select{Name: name, Label: label, Value: f.values.Get(name), Error: f.wrong.For(name), Options: options}
}

// setDate begins a day's boxes with a day.
func setDate(v url.Values, name string, day date.Date) {
	if !day.IsZero() {
		v.Set(name+"-day", strconv.Itoa(day.Day()))
		v.Set(name+"-month", strconv.Itoa(int(day.Month())))
		v.Set(name+"-year", strconv.Itoa(day.Year()))
	}
}

// dateBoxes are a day in its three boxes.
func dateBoxes(day date.Date) [3]string {
	return [3]string{strconv.Itoa(day.Day()), strconv.Itoa(int(day.Month())), strconv.Itoa(day.Year())}
}

// formData is the page of a form.
type formData struct {
	Shell               web.Shell
	Wrong               fault.Invalid
	Title, Lead, Button string
	Form, Action, Back  string
	Fields              []templ.Component
}

func (p pages) ask(s section) web.Handler {
	return func(w http.ResponseWriter, r *http.Request, by access.Actor) error {
		about, err := p.subject(r, by, s)
		if err != nil {
			return err
		}
		return p.showForm(w, r, by, s, about, filled{values: about.begins}, p.site.NewForm())
	}
}

// subject reads what a form is about, for who may fill it in.
func (p pages) subject(r *http.Request, by access.Actor, s section) (about subject, err error) {
	err = p.in(r, by, func(tx *db.Tx, scene scene) error {
		if about, err = s.about(r, tx, scene, by); err != nil {
			return err
		}
		return by.Must(access.RunProjects, scene.area.Place())
	})
	about.begins = orEmpty(about.begins)
	return about, err
}

func orEmpty(v url.Values) url.Values {
	if v == nil {
		return url.Values{}
	}
	return v
}

func (p pages) showForm(w http.ResponseWriter, r *http.Request, by access.Actor, s section, about subject, f filled, form string) error {
	d := formData{
		Shell: p.shell(r, by, about.area, about.title, append(about.crumbs, web.Link{Text: about.title})...),
		Wrong: f.wrong, Title: about.title, Lead: about.lead, Button: about.button, Form: form, Action: r.URL.Path, Back: about.back,
		Fields: s.fields(f, about),
	}
	d.Shell.NoIndex = true
	status := http.StatusOK
	if len(f.wrong) > 0 {
		status, d.Shell.Title = http.StatusUnprocessableEntity, "Error: "+d.Shell.Title
	}
	return p.site.Show(w, r, status, formPage(d))
}

func (p pages) keep(s section) web.Handler {
	return func(w http.ResponseWriter, r *http.Request, by access.Actor) error {
		about, err := p.subject(r, by, s)
		if err != nil {
			return err
		}
		form, err := web.ReadForm(r)
		if err != nil {
			return err
		}
		next, err := s.keep(r.Context(), by, about, form)
		if wrong, ok := errors.AsType[fault.Invalid](err); ok {
			return p.showForm(w, r, by, s, about, filled{values: r.PostForm, wrong: form.Over(wrong)}, form.Text("form"))
		}
		if err != nil {
			return err
		}
		return p.site.Done(w, r, about.done, next)
	}
}

// ofProject is what the forms about one project have in common.
func (p pages) ofProject(title, lead, button, done string, more func(r *http.Request, tx *db.Tx, about *subject) error) func(*http.Request, *db.Tx, scene, access.Actor) (subject, error) {
	return func(r *http.Request, tx *db.Tx, s scene, by access.Actor) (subject, error) {
		one, err := p.theProject(r, tx, s, by)
		if err != nil {
			return subject{}, err
		}
		href := projectHref(s.area, one.ID)
		about := subject{
			scene: s, title: title, lead: lead, button: button, done: done, project: one, back: href, begins: url.Values{},
			crumbs: []web.Link{projectsLink(s.area), {Text: one.Name, Href: href}}, options: map[string][]web.Option{},
		}
		if more != nil {
			err = more(r, tx, &about)
		}
		return about, err
	}
}

// sections are all forms.
func (p pages) sections() []section {
	return []section{
		p.newProject(), p.changeSummary(), p.changeState(), p.changeLead(), p.addPart(), p.endPart(), p.addMilestone(), p.changeMilestone(),
		p.changeTerms(), p.addHappening(), p.changeConsent(), p.removePhoto(), p.addContact(), p.removeContact(), p.addRequirement(), p.settleRequirement(),
		p.newActivity(), p.addSession(), p.turnActivity(),
	}
}

var (
	todayToo     = "For example, 27 3 2026."
	nobodysName  = "Everybody can read this, so name nobody who did not agree."
	forUsAlone   = "Those who read our papers can see this, and those with whom you share it."
	namedOption  = web.Option{Value: "yes", Text: "They agreed that everybody sees their name", Hint: "Without this the public reads “A resident”. An organisation’s name is always shown."}
	leadsOption  = web.Option{Value: "yes", Text: "Residents lead this"}
	kindsOfParty = []web.Option{{Value: string(project.Person), Text: "A person"}, {Value: string(project.Organisation), Text: "An organisation or a group"}}
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
			)
		},
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			n := project.New{
				Form: form.Text("form"), Draft: readDraft(form), State: project.State(form.Text("state")), From: form.Date("from"), Lead: project.NewLead{Party: readLead(form)},
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
			about.id, about.title, about.lead = string(m.ID), m.Name, "Planned for: "+m.Planned().InWords()
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

func (p pages) changeTerms() section {
	return section{
		path: "projects/{project}/terms",
		about: p.ofProject("Who is liable, and how we work", "Agree this early, before money or people are at risk. Ask the organisation that holds our money: it knows about cover.", "Keep this", "That is noted.", func(r *http.Request, tx *db.Tx, about *subject) error {
			t, err := project.TermsOf(r.Context(), tx, about.area.ID, about.project.ID)
			v := about.begins
			v.Set("liable", t.Liable)
			v.Set("insurance", t.Insurance)
			v.Set("protection", t.Protection)
			v.Set("working", t.Working)
			setDate(v, "agreed_on", t.AgreedOn)
			return err
		}),
		fields: func(f filled, _ subject) []templ.Component {
			return []templ.Component{
				f.area("liable", "Who is liable if something goes wrong?", "A group that is not a body in law cannot be: then somebody else is, often who holds our money.", 1000),
				f.area("insurance", "Which insurance covers it?", "Whose, and until when.", 1000),
				f.area("protection", "How do we look after people’s information?", "What we keep of them, who sees it, and when it is destroyed.", 1000),
				f.area("working", "How do we work together?", "Who decides what, how we tell each other, what happens when we disagree.", 1000),
				f.date("agreed_on", "When did all agree to this?", "Leave it empty until they have."),
			}
		},
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			return about.back, p.projects.SetTerms(ctx, by, about.area, about.project.ID, project.NewTerms{
				Form: form.Text("form"), Liable: form.Text("liable"), Insurance: form.Text("insurance"), Protection: form.Text("protection"), Working: form.Text("working"), AgreedOn: form.Date("agreed_on"),
			})
		},
	}
}

func (p pages) addHappening() section {
	return section{
		path: "projects/{project}/happenings",
		about: p.ofProject("Note what happened", "A line is enough. Bad news belongs to the story too, in plain words.", "Note this", "That is noted.", func(_ *http.Request, _ *db.Tx, about *subject) error {
			setDate(about.begins, "on", p.site.Today())
			about.begins.Set("kind", string(project.JustHappened))
			return nil
		}),
		fields: func(f filled, _ subject) []templ.Component {
			var kinds []web.Option
			for _, k := range project.HappeningKinds() {
				kinds = append(kinds, web.Option{Value: string(k.Kind), Text: k.Words})
			}
			return []templ.Component{
				f.area("words", "What happened?", "", 2000),
				f.date("on", "When?", todayToo),
				f.radios("kind", "What was it?", "Thank everybody who had a part when you tell of it outside: to take the credit alone costs friends.", kinds...),
				f.boxes("public", "Who can read it?", "", web.Option{Value: "yes", Text: "Everybody", Hint: "Then name nobody who did not agree. Without this, only those who read our papers."}),
			}
		},
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			return about.back, p.projects.AddHappening(ctx, by, about.area, about.project.ID, project.NewHappening{
				Form: form.Text("form"), On: form.Date("on"), Kind: project.HappeningKind(form.Text("kind")), Words: form.Text("words"), Public: form.Text("public") == "yes",
			})
		},
	}
}

func (p pages) addContact() section {
	return section{
		path:  "projects/{project}/contacts",
		about: p.ofProject("Whom to ask", "Ask them first whether they may be noted here. "+forUsAlone, "Add them", "They are noted.", nil),
		fields: func(f filled, _ subject) []templ.Component {
			return []templ.Component{
				f.text("name", "What are they called?", ""),
				f.text("part", "What do they do?", "For example, “parks officer at the council”."),
				f.text("reach", "How can they be reached?", "A telephone number or an email address that they gave for this."),
			}
		},
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			return about.back, p.projects.AddContact(ctx, by, about.area, about.project.ID, project.NewContact{
				Form: form.Text("form"), Name: form.Text("name"), Part: form.Text("part"), Reach: form.Text("reach"),
			})
		},
	}
}

func (p pages) removeContact() section {
	return section{
		path: "projects/{project}/contacts/{contact}",
		about: p.ofProject("", "Nothing of it is kept.", "Remove them", "They are removed.", func(r *http.Request, tx *db.Tx, about *subject) error {
			c, err := project.ContactByID(r.Context(), tx, about.area.ID, project.ContactID(r.PathValue("contact")))
			if err == nil && c.Project != about.project.ID {
				err = fault.NotFound
			}
			about.id, about.title = string(c.ID), "Remove "+c.Name+"?"
			return err
		}),
		fields: func(f filled, _ subject) []templ.Component {
			return []templ.Component{f.boxes("sure", "Are you sure?", "", web.Option{Value: "yes", Text: "Yes, remove them"})}
		},
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			if form.Text("sure") != "yes" {
				return "", fault.Invalid{{Field: "sure", Words: "Tick the box to remove them, or go back"}}
			}
			return about.back, p.projects.RemoveContact(ctx, by, about.area, project.ContactID(about.id), form.Text("form"))
		},
	}
}

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
				f.radios("basis", "Is it the law, or a habit?", "",
					web.Option{Value: string(project.Law), Text: "The law"},
					web.Option{Value: string(project.Habit), Text: "A habit", Hint: "They always ask for it, and no law says that they must."},
					web.Option{Value: string(project.BasisNotKnown), Text: "We do not know yet"}),
				f.text("law", "If it is the law: which?", "For example, “Licensing Act 2003”."),
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

func (p pages) settleRequirement() section {
	return section{
		path: "projects/{project}/requirements/{requirement}",
		about: p.ofProject("", "", "Keep this", "That is noted.", func(r *http.Request, tx *db.Tx, about *subject) error {
			one, err := project.RequirementByID(r.Context(), tx, about.area.ID, project.RequirementID(r.PathValue("requirement")))
			if err == nil && one.Project != about.project.ID {
				err = fault.NotFound
			}
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

func (p pages) newActivity() section {
	return section{
		path: "activities/new",
		about: func(r *http.Request, tx *db.Tx, s scene, by access.Actor) (subject, error) {
			about := subject{
				scene: s, title: "Begin something that we do together", button: "Begin it", done: "It has begun. Note each time, and how many came.", back: activitiesHref(s.area),
				lead: "Something that takes place again and again: a lunch club, a clean-up, a service that somebody brings to us.", crumbs: []web.Link{activitiesLink(s.area)},
				begins: url.Values{"project": {r.URL.Query().Get("project")}}, options: map[string][]web.Option{"project": {{Text: "None"}}},
			}
			setDate(about.begins, "begun_on", p.site.Today())
			all, err := p.seen(r, tx, s, by)
			for _, one := range all {
				about.options["project"] = append(about.options["project"], web.Option{Value: string(one.ID), Text: one.Name})
			}
			return about, err
		},
		fields: func(f filled, about subject) []templ.Component {
			fields := append(
				alikeFields(f, about),
				f.text("name", "What is it called?", nobodysName),
				f.area("words", "What is it?", "You can leave this out.", 500),
				f.text("timetable", "When and where is it?", "For example, “Thursdays, 12 to 2, the Hub”. Leave it out if that changes."),
				f.text("host", "Does somebody else bring it?", "The organisation whose service it is, such as a bank of advisers who sit in our Hub. Leave it out if it is ours."),
				f.date("begun_on", "When was, or is, the first time?", todayToo),
			)
			if len(about.options["project"]) > 1 {
				fields = append(fields, f.choose("project", "Is it part of a project?", about.options["project"]))
			}
			return fields
		},
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			n := project.NewActivity{
				Form: form.Text("form"), Project: project.ID(form.Text("project")), Name: form.Text("name"), Words: form.Text("words"),
				Timetable: form.Text("timetable"), Host: form.Text("host"), BegunOn: form.Date("begun_on"),
			}
			likes, err := p.sounds(ctx, by, about, form, n.Name, n.Words, n.Check())
			if err != nil {
				return "", err
			}
			made, err := p.projects.BeginActivity(ctx, by, about.area, n)
			if err != nil {
				return "", err
			}
			return activityHref(about.area, made), p.saw(ctx, by, about, form, Saw{Kind: "activity", Subject: string(made), Name: n.Name, Likes: likes})
		},
	}
}

// ofActivity is what the forms about one activity have in common.
func (p pages) ofActivity(title, lead, button, done string, more func(r *http.Request, tx *db.Tx, about *subject, one project.Activity) error) func(*http.Request, *db.Tx, scene, access.Actor) (subject, error) {
	return func(r *http.Request, tx *db.Tx, s scene, _ access.Actor) (subject, error) {
		one, err := project.ActivityByID(r.Context(), tx, s.area.ID, project.ActivityID(r.PathValue("activity")))
		if err != nil {
			return subject{}, err
		}
		href := activityHref(s.area, one.ID)
		about := subject{
			scene: s, title: title + one.Name, lead: lead, button: button, done: done, back: href, id: string(one.ID), begins: url.Values{},
			crumbs: []web.Link{activitiesLink(s.area), {Text: one.Name, Href: href}},
		}
		setDate(about.begins, "on", p.site.Today())
		if more != nil {
			err = more(r, tx, &about, one)
		}
		return about, err
	}
}

// giftRows are how many contributions there is room for: those of the last time,
// and some more.
const giftRows = 3

func (p pages) addSession() section {
	return section{
		path: "activities/{activity}/times",
		about: p.ofActivity("Note a time: ", "The day and how many came are enough.", "Note this", "That is noted.", func(r *http.Request, tx *db.Tx, about *subject, one project.Activity) error {
			last, err := project.Sessions(r.Context(), tx, about.area.ID, one.ID, 1)
			about.rows = giftRows
			if err != nil || len(last) == 0 {
				return err
			}
			for i, g := range last[0].Gifts {
				at := "-" + strconv.Itoa(i+1)
				about.begins.Set("party"+at, g.Party)
				about.begins.Set("gift"+at, string(g.Kind))
				about.begins.Set("brought"+at, g.Words)
				switch {
				case g.Amount == 0:
				case g.Kind == project.Money:
					about.begins.Set("amount"+at, strings.TrimSuffix(money.Pence(g.Amount).Decimal(), ".00"))
				default:
					about.begins.Set("amount"+at, strconv.FormatInt(g.Amount, 10))
				}
			}
			about.rows = min(project.MostGifts, len(last[0].Gifts)+2)
			return nil
		}),
		fields: func(f filled, about subject) []templ.Component {
			return []templ.Component{
				f.date("on", "When was it?", ""),
				f.count("came", "How many came?", "A good guess is fine."),
				counts(f), gifts(f, max(about.rows, giftRows)),
				web.TextField{Name: "words", Label: "Anything to remember?", Hint: "You can leave this out. Those who read our papers can see it. Write nothing that somebody told you in confidence.", Value: f.values.Get("words"), Error: f.wrong.For("words")},
			}
		},
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			n := project.NewSession{Form: form.Text("form"), On: form.Date("on"), Came: readCount(form, "came"), Meals: optional(form, "meals"), Placements: optional(form, "placements"), Cleanups: optional(form, "cleanups"), Words: form.Text("words")}
			var at []int
			for i := 1; i <= project.MostGifts; i++ {
				row := "-" + strconv.Itoa(i)
				if form.Text("party"+row) == "" && form.Text("brought"+row) == "" && form.Text("amount"+row) == "" {
					continue
				}
				g := project.Gift{Party: form.Text("party" + row), Kind: project.GiftKind(form.Text("gift" + row)), Words: form.Text("brought" + row)}
				switch {
				case form.Text("amount"+row) == "":
				case g.Kind == project.Money:
					g.Amount = form.Money("amount" + row).Minor()
				default:
					g.Amount = int64(form.Int("amount" + row))
				}
				n.Gifts = append(n.Gifts, g)
				at = append(at, i)
			}
			// What cannot be read is said with all else that is wrong.
			if unread := form.Over(n.Check(p.site.Today())); len(unread) > 0 {
				return "", onRows(unread, at)
			}
			_, err := p.projects.AddSession(ctx, by, about.area, project.ActivityID(about.id), n)
			return about.back, rowsOf(err, at)
		},
	}
}

// readCount is a number that has to be said.
func readCount(form *web.Form, field string) int64 {
	if form.Text(field) == "" {
		return -1
	}
	return optional(form, field)
}

// optional is a number that may be left out.
func optional(form *web.Form, field string) int64 {
	if form.Text(field) == "" {
		return 0
	}
	n, err := strconv.ParseInt(strings.ReplaceAll(form.Text(field), ",", ""), 10, 64)
	if err != nil {
		return -1
	}
	return n
}

// onRows has what is wrong with a contribution point at the row that the person
// sees: rows left empty are none, so the two count differently. Of fields that
// could not be read the number is the row's already.
func onRows(wrong fault.Invalid, at []int) fault.Invalid {
	var all fault.Invalid
	for _, w := range wrong {
		field, number, numbered := strings.Cut(w.Field, "-")
		if n, err := strconv.Atoi(number); numbered && err == nil && n >= 1 && n <= len(at) && field != "amount" {
			w.Field = field + "-" + strconv.Itoa(at[n-1])
		}
		all.Add(w.Field, w.Words)
	}
	return all
}

func rowsOf(err error, at []int) error {
	if wrong, ok := errors.AsType[fault.Invalid](err); ok {
		return onRows(wrong, at)
	}
	return err
}

func (p pages) turnActivity() section {
	return section{
		path:  "activities/{activity}/turn",
		about: p.ofActivity("What became of it: ", "That somebody else runs it now, or copies it, is success.", "Keep this", "That is noted.", nil),
		fields: func(f filled, _ subject) []templ.Component {
			return []templ.Component{
				f.radios("kind", "What became of it?", "",
					web.Option{Value: string(project.NowRunBy), Text: "Somebody else runs it now"},
					web.Option{Value: string(project.CopiedBy), Text: "Somebody else copied it"},
					web.Option{Value: string(project.Ceased), Text: "It takes place no more"}),
				f.text("who", "Who?", "The organisation or group. Leave it out if it takes place no more."),
				f.date("on", "Since when?", todayToo),
				f.area("words", "What would help others to know?", nobodysName, 500),
			}
		},
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			return about.back, p.projects.Turn(ctx, by, about.area, project.ActivityID(about.id), project.NewTurn{
				Form: form.Text("form"), Kind: project.TurnKind(form.Text("kind")), On: form.Date("on"), Who: form.Text("who"), Words: form.Text("words"),
			})
		},
	}
}
