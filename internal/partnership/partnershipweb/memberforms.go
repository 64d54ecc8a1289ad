package partnershipweb

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/organisation"
	"commontable/internal/partnership"
	"commontable/internal/person"
	"commontable/internal/web"
)

// A memberForm is a form about somebody in the partnership. Which of its parts
// are asked is in Asks.
type memberForm struct {
	web.Shell
	Form, Action, Back string
	Heading, Lead      string
	Button             string
	Warning            bool // what it does is hard to take back
	Asks               []string
	Wrong              fault.Invalid
	Person             string
	Known              string // the name of whom it is about
	People             []web.Option
	Name, Email        string
	Kind, Resident     string
	Organisation       string
	Organisations      []string // names that are offered
	Share              bool
	From, Until, Term  [3]string
	Ends               string
	Why                string
	Office             string
	Named, Line        string
	Entry              string
	Never              bool
	FromLabel          string
	WhyHint            string
	Notes              []string
	of                 organisation.ID // the organisation whose name is typed
}

func (d memberForm) asks(what string) bool { return slices.Contains(d.Asks, what) }

// show shows the form as it was filled in; fresh has what stands in it at first.
func (p pages) showForm(w http.ResponseWriter, r *http.Request, by access.Actor, d memberForm, with func(ctx context.Context, tx *db.Tx, s scene, d *memberForm) error) error {
	status := http.StatusOK
	err := p.in(r, func(tx *db.Tx, s scene) error {
		if d.asks("organisation") {
			all, err := organisation.All(r.Context(), tx)
			if err != nil {
				return err
			}
			for _, o := range all {
				d.Organisations = append(d.Organisations, o.Name)
			}
			slices.Sort(d.Organisations)
		}
		if err := with(r.Context(), tx, s, &d); err != nil {
			return err
		}
		if d.of != "" && d.Organisation == "" {
			o, err := organisation.ByID(r.Context(), tx, d.of)
			if err != nil {
				return err
			}
			d.Organisation = o.Name
		}
		d.Shell = p.peopleShell(r, by, s.area, d.Heading, web.Link{Text: d.Heading})
		d.NoIndex = true
		return nil
	})
	if err != nil {
		return err
	}
	if len(d.Wrong) > 0 {
		d.Title, status = "Error: "+d.Title, http.StatusUnprocessableEntity
	}
	d.Form = cmp.Or(d.Form, p.site.NewForm())
	return p.site.Show(w, r, status, memberFormPage(d))
}

// recognise finds the organisation whose name was typed: it is one that we know,
// or none.
func (p pages) recognise(ctx context.Context, d *memberForm) (wrong fault.Invalid, err error) {
	if d.Organisation == "" {
		return nil, nil
	}
	err = p.partnerships.DB.Read(ctx, func(tx *db.Tx) error {
		all, err := organisation.All(ctx, tx)
		for oid, o := range all {
			if strings.EqualFold(o.Name, strings.Join(strings.Fields(d.Organisation), " ")) {
				d.of = oid
			}
		}
		return err
	})
	if err == nil && d.of == "" {
		wrong.Add("organisation", "Choose a name from those that are offered, or leave it empty")
	}
	return wrong, err
}

// read reads what was typed into a form.
func readMember(form *web.Form) memberForm {
	return memberForm{
		Form: form.Text("form"), Person: form.Text("person"), Name: form.Text("name"), Email: form.Text("email"),
		Kind: form.Text("kind"), Resident: form.Text("resident"), Organisation: form.Text("organisation"), Share: form.Text("share") == "yes",
		From: form.DateParts("from"), Until: form.DateParts("until"), Term: form.DateParts("term"), Ends: form.Text("ends"), Why: form.Text("why"),
		Office: form.Text("office"), Named: form.Text("named"), Line: form.Text("line"), Never: form.Text("never") == "yes",
	}
}

func (d memberForm) in() partnership.In {
	return partnership.In{Kind: partnership.Kind(d.Kind), Resident: d.Resident == "yes", Organisation: d.of, ShareVote: d.Share}
}

func (d *memberForm) fill(m partnership.Member) {
	d.Kind, d.Resident, d.of, d.Share = string(m.Kind), yesNo(m.Resident), m.Organisation, m.Share != ""
	d.Term = boxes(m.TermEnds)
}

// theArea is the area of an address.
func (p pages) theArea(r *http.Request) (a area.Area, err error) {
	err = p.partnerships.DB.Read(r.Context(), func(tx *db.Tx) error {
		a, err = area.BySlug(r.Context(), tx, r.PathValue("area"))
		return err
	})
	return a, err
}

// about fills a form about somebody who is in the partnership.
func about(by access.Actor, who access.PersonID, what string, fresh func(now partnership.Member)) func(ctx context.Context, tx *db.Tx, s scene, d *memberForm) error {
	return func(ctx context.Context, tx *db.Tx, s scene, d *memberForm) error {
		records, err := seenRecords(ctx, tx, by, s, who)
		if err != nil {
			return err
		}
		if who != by.Person {
			if err := by.Must(access.KeepMembers, s.area.Place()); err != nil {
				return err
			}
		}
		now, there := s.now(records)
		if !there && what != "name" && !strings.HasPrefix(what, "entries/") {
			return fault.New(fault.Conflict, "They are not in the "+s.calls()+" any more.")
		}
		names, err := person.Names(ctx, tx, who)
		if err != nil {
			return err
		}
		d.Known, d.Back = names[who], entryHref(s.area, who)
		d.Action = d.Back + "/" + what
		d.Heading = strings.ReplaceAll(d.Heading, "NAME", d.Known)
		d.Lead = strings.ReplaceAll(d.Lead, "NAME", d.Known)
		if fresh != nil {
			fresh(now)
		}
		return nil
	}
}

func joinForm() memberForm {
	return memberForm{
		Heading: "Add somebody to the list", Lead: "They are then in the partnership, and have the hat that goes with it. Everybody in it can see that you added them.",
		Button: "Add them", Asks: []string{"person", "kind", "organisation", "from", "term", "why"}, FromLabel: "From which day are they in it?",
		WhyHint: "How did it come about? For example: Chosen at the open meeting. You can leave it empty.",
	}
}

func (p pages) askJoin(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	d := joinForm()
	d.Person, d.From = r.URL.Query().Get("person"), boxes(p.site.Today())
	return p.showJoin(w, r, by, d)
}

func (p pages) showJoin(w http.ResponseWriter, r *http.Request, by access.Actor, d memberForm) error {
	return p.showForm(w, r, by, d, func(ctx context.Context, tx *db.Tx, s scene, d *memberForm) error {
		if err := by.Must(access.KeepMembers, s.area.Place()); err != nil {
			return err
		}
		d.Action, d.Back = peopleHref(s.area), peopleHref(s.area)
		d.People = []web.Option{{Value: "", Text: "Somebody new, whose name I write below"}}
		wearers, err := p.partnerships.People.PeopleIn(ctx, tx, by, s.area)
		if err != nil {
			return err
		}
		known, err := partnership.EveryMember(ctx, tx, s.area.ID)
		if err != nil {
			return err
		}
		offered := map[access.PersonID]bool{by.Person: true}
		for _, m := range known {
			if m.Until.IsZero() || m.Until.After(s.today) {
				offered[m.Person] = true // on the list already
			}
		}
		offer := func(who access.PersonID, name string) {
			if !offered[who] {
				offered[who] = true
				d.People = append(d.People, web.Option{Value: string(who), Text: name})
			}
		}
		for _, one := range wearers {
			offer(one.Person.ID, one.Person.Name)
		}
		for _, m := range known {
			offer(m.Person, m.Name)
		}
		return nil
	})
}

func (p pages) join(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	a, err := p.theArea(r)
	if err != nil {
		return err
	}
	typed, d := readMember(form), joinForm()
	typed.Heading, typed.Lead, typed.Button, typed.Asks, typed.FromLabel, typed.WhyHint = d.Heading, d.Lead, d.Button, d.Asks, d.FromLabel, d.WhyHint
	unknown, err := p.recognise(r.Context(), &typed)
	if err != nil {
		return err
	}
	n := partnership.NewMember{
		Form: typed.Form, Person: access.PersonID(typed.Person), Name: typed.Name, Email: typed.Email, As: typed.in(),
		From: form.Date("from"), TermEnds: form.Date("term"), Why: typed.Why,
	}
	if typed.Wrong = form.Over(append(n.Check(p.site.Today()), unknown...)); len(typed.Wrong) > 0 {
		return p.showJoin(w, r, by, typed)
	}
	m, err := p.partnerships.Join(r.Context(), by, a, n)
	if wrong, ok := isInvalid(err); ok {
		typed.Wrong = wrong
		return p.showJoin(w, r, by, typed)
	}
	if err != nil {
		return err
	}
	var one partnership.Member
	if err := p.partnerships.DB.Read(r.Context(), func(tx *db.Tx) error {
		one, err = partnership.MemberOf(r.Context(), tx, a.ID, m)
		return err
	}); err != nil {
		return err
	}
	return p.site.Done(w, r, one.Name+" is on the list. Ask them now whether their name may be public.", entryHref(a, one.Person)+"/name")
}

// An edit is one thing that is recorded of somebody.
type edit struct {
	what  string
	blank memberForm
	fresh func(d *memberForm, now partnership.Member)
	do    func(ctx context.Context, a area.Area, who access.PersonID, form *web.Form, d memberForm) (fault.Invalid, error)
	done  string
}

func (p pages) ask(w http.ResponseWriter, r *http.Request, by access.Actor, e edit) error {
	d := e.blank
	return p.showForm(w, r, by, d, func(ctx context.Context, tx *db.Tx, s scene, d *memberForm) error {
		return about(by, access.PersonID(r.PathValue("person")), e.what, func(now partnership.Member) {
			if e.fresh != nil {
				e.fresh(d, now)
			}
		})(ctx, tx, s, d)
	})
}

func (p pages) send(w http.ResponseWriter, r *http.Request, by access.Actor, e edit) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	a, err := p.theArea(r)
	if err != nil {
		return err
	}
	who := access.PersonID(r.PathValue("person"))
	typed := readMember(form)
	typed.Heading, typed.Lead, typed.Button, typed.Asks = e.blank.Heading, e.blank.Lead, e.blank.Button, e.blank.Asks
	typed.FromLabel, typed.WhyHint, typed.Warning, typed.Notes = e.blank.FromLabel, e.blank.WhyHint, e.blank.Warning, e.blank.Notes
	wrong, err := p.recognise(r.Context(), &typed)
	if err == nil && len(wrong) == 0 {
		wrong, err = e.do(r.Context(), a, who, form, typed)
	}
	if more, ok := isInvalid(err); ok {
		wrong, err = form.Over(append(wrong, more...)), nil
	}
	if err != nil {
		return err
	}
	if len(wrong) > 0 {
		typed.Wrong = wrong
		return p.showForm(w, r, by, typed, about(by, who, e.what, nil))
	}
	return p.site.Done(w, r, e.done, entryHref(a, who))
}

func (p pages) moving(by access.Actor) edit {
	return edit{
		what: "move", done: "It is recorded.",
		blank: memberForm{
			Heading: "Change how NAME takes part", Lead: "From a day on. What it was until then stays in the history.", Button: "Record the change",
			Asks: []string{"kind", "organisation", "from", "term", "why"}, FromLabel: "From which day?", From: boxes(p.site.Today()), WhyHint: "You can leave it empty.",
		},
		fresh: func(d *memberForm, now partnership.Member) { d.fill(now) },
		do: func(ctx context.Context, a area.Area, who access.PersonID, form *web.Form, d memberForm) (fault.Invalid, error) {
			n := partnership.Move{Form: d.Form, As: d.in(), From: form.Date("from"), TermEnds: form.Date("term"), Why: d.Why}
			if wrong := form.Over(n.Check(p.site.Today())); len(wrong) > 0 {
				return wrong, nil
			}
			return nil, p.partnerships.Move(ctx, by, a, who, n)
		},
	}
}

func (p pages) askMove(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.ask(w, r, by, p.moving(by))
}

func (p pages) move(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.send(w, r, by, p.moving(by))
}

func (p pages) leaving(by access.Actor, r *http.Request) edit {
	mine := r.PathValue("person") == string(by.Person)
	e := edit{
		what: "leave", done: "It is recorded. Thank you for all that was done.",
		blank: memberForm{
			Heading: "NAME leaves", Lead: "What they may do here ends with that day, wherever they are signed in. If they only say that they will leave, enter the day on which they will.",
			Button: "Record that they leave", Warning: true, Asks: []string{"from", "why"}, FromLabel: "From which day are they not with us any more?", From: boxes(p.site.Today()),
			WhyHint: "In their words, if they gave any. You can leave it empty. Those in the partnership can read it.",
		},
		do: func(ctx context.Context, a area.Area, who access.PersonID, form *web.Form, d memberForm) (fault.Invalid, error) {
			from := form.Date("from")
			if wrong := form.Over(nil); len(wrong) > 0 {
				return wrong, nil
			}
			return nil, p.partnerships.Leave(ctx, by, a, who, partnership.Leaving{Form: d.Form, From: from, Why: d.Why})
		},
	}
	if mine {
		e.blank.Heading, e.blank.Button, e.blank.FromLabel = "I leave", "I leave", "From which day are you not with us any more?"
		e.blank.Lead = "What you may do here ends with that day. To come back, somebody adds you to the list again."
		e.blank.WhyHint = "You can leave it empty. Those in the partnership can read it."
	}
	return e
}

func (p pages) askLeave(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.ask(w, r, by, p.leaving(by, r))
}

func (p pages) leave(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	if r.PathValue("person") != string(by.Person) {
		return p.send(w, r, by, p.leaving(by, r))
	}
	e := p.leaving(by, r)
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	a, err := p.theArea(r)
	if err != nil {
		return err
	}
	typed := readMember(form)
	typed.Heading, typed.Lead, typed.Button, typed.Asks, typed.FromLabel, typed.WhyHint, typed.Warning = e.blank.Heading, e.blank.Lead, e.blank.Button, e.blank.Asks, e.blank.FromLabel, e.blank.WhyHint, true
	wrong, err := e.do(r.Context(), a, by.Person, form, typed)
	if more, ok := isInvalid(err); ok {
		wrong, err = more, nil
	}
	if err != nil {
		return err
	}
	if len(wrong) > 0 {
		typed.Wrong = wrong
		return p.showForm(w, r, by, typed, about(by, by.Person, e.what, nil))
	}
	return p.site.Done(w, r, "It is recorded that you leave. Thank you for all that you did.", "/areas/"+a.Slug) // the room may be theirs no more
}

func (p pages) stay(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	a, err := p.theArea(r)
	if err != nil {
		return err
	}
	who := access.PersonID(r.PathValue("person"))
	if err := p.partnerships.Stay(r.Context(), by, a, who, partnership.Staying{Form: form.Text("form")}); err != nil {
		return err
	}
	return p.site.Done(w, r, "It is recorded that they stay. A chair’s hat and offices are given anew.", entryHref(a, who))
}

func (p pages) terming(by access.Actor) edit {
	return edit{
		what: "term", done: "It is recorded.",
		blank: memberForm{
			Heading: "For how long NAME does it", Lead: "So that you can ask in good time who goes on. When the day comes, nothing ends by itself.", Button: "Record it",
			Asks: []string{"ends", "why"}, WhyHint: "You can leave it empty.",
		},
		fresh: func(d *memberForm, now partnership.Member) {
			d.Term = boxes(now.TermEnds)
			if !now.TermEnds.IsZero() {
				d.Ends = "on"
			}
		},
		do: func(ctx context.Context, a area.Area, who access.PersonID, form *web.Form, d memberForm) (fault.Invalid, error) {
			var wrong fault.Invalid
			var ends date.Date
			switch d.Ends {
			case "on":
				if ends = form.Date("term"); ends.IsZero() {
					wrong.Add("term", "Enter the last day, like 27 3 2027")
				}
			case "open":
			default:
				wrong.Add("ends", "Choose whether they said until when")
			}
			if wrong = form.Over(wrong); len(wrong) > 0 {
				return wrong, nil
			}
			return nil, p.partnerships.SetTerm(ctx, by, a, who, partnership.NewTerm{Form: d.Form, TermEnds: ends, Why: d.Why})
		},
	}
}

func (p pages) askTerm(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.ask(w, r, by, p.terming(by))
}

func (p pages) term(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.send(w, r, by, p.terming(by))
}

func (p pages) officing(by access.Actor) edit {
	return edit{
		what: "office", done: "It is recorded.",
		blank: memberForm{
			Heading: "NAME takes on an office", Lead: "Here is kept who did it from when to when. What a chair may do comes with the chair’s hat, which the programme gives.", Button: "Record it",
			Asks: []string{"office", "from"}, FromLabel: "From which day?", From: boxes(p.site.Today()),
		},
		do: func(ctx context.Context, a area.Area, who access.PersonID, form *web.Form, d memberForm) (fault.Invalid, error) {
			n := partnership.NewOffice{Form: d.Form, Office: partnership.Office(d.Office), From: form.Date("from")}
			if wrong := form.Over(n.Check(p.site.Today())); len(wrong) > 0 {
				return wrong, nil
			}
			return nil, p.partnerships.TakeOffice(ctx, by, a, who, n)
		},
	}
}

func (p pages) askOffice(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.ask(w, r, by, p.officing(by))
}

func (p pages) takeOffice(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.send(w, r, by, p.officing(by))
}

// endOffice ends an office today.
func (p pages) endOffice(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	a, err := p.theArea(r)
	if err != nil {
		return err
	}
	who, which := access.PersonID(r.PathValue("person")), partnership.OfficeID(r.PathValue("office"))
	if err := p.partnerships.DB.Read(r.Context(), func(tx *db.Tx) error {
		held, err := partnership.OfficesOf(r.Context(), tx, a.ID)
		if err == nil && !slices.ContainsFunc(held, func(h partnership.Held) bool { return h.ID == which && h.Person == who }) {
			err = fault.NotFound
		}
		return err
	}); err != nil {
		return err
	}
	if form.Text("end") != "yes" {
		return fault.Invalid{{Field: "end", Words: "Press the button beside the office that ends"}}
	}
	if err := p.partnerships.EndOffice(r.Context(), by, a, which, p.site.Today(), form.Text("form")); err != nil {
		return err
	}
	return p.site.Done(w, r, "The office is laid down.", entryHref(a, who))
}

func (p pages) naming(by access.Actor, r *http.Request) edit {
	e := edit{
		what: "name", done: "It is recorded, and is so at once.",
		blank: memberForm{
			Heading: "The name of NAME in public", Lead: "Ask them, and record here what they said. That you recorded it is written into the history. They can change it themselves, whenever they like.",
			Button: "Record what they said", Asks: []string{"named"},
		},
		do: func(ctx context.Context, a area.Area, who access.PersonID, form *web.Form, d memberForm) (fault.Invalid, error) {
			var wrong fault.Invalid
			if d.Named != "yes" && d.Named != "no" {
				wrong.Add("named", "Choose whether the name may be public")
			}
			if wrong = form.Over(wrong); len(wrong) > 0 {
				return wrong, nil
			}
			return nil, p.partnerships.SayNamed(ctx, by, a, who, partnership.NewNaming{Form: d.Form, Named: d.Named == "yes", Line: d.Line})
		},
	}
	if r.PathValue("person") == string(by.Person) {
		e.blank.Heading, e.blank.Button = "Your name in public", "Save"
		e.blank.Lead = "Your neighbours may like to know who decides. Without your name they read what you are, such as “A resident”. You can change it whenever you like."
	}
	return e
}

func (p pages) askName(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	e := p.naming(by, r)
	return p.showForm(w, r, by, e.blank, func(ctx context.Context, tx *db.Tx, s scene, d *memberForm) error {
		who := access.PersonID(r.PathValue("person"))
		if err := about(by, who, e.what, nil)(ctx, tx, s, d); err != nil {
			return err
		}
		said, err := partnership.NamingsOf(ctx, tx, s.area.ID)
		if n, asked := said[who]; asked {
			d.Named, d.Line = yesNo(n.Named), n.Line
		}
		return err
	})
}

func (p pages) sayName(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.send(w, r, by, p.naming(by, r))
}

func (p pages) correcting(by access.Actor, r *http.Request) edit {
	entry := partnership.MemberID(r.PathValue("member"))
	return edit{
		what: "entries/" + string(entry), done: "It is put right. What was recorded before stays beside it.",
		blank: memberForm{
			Heading: "Put right what was recorded of NAME", Lead: "Enter what is true. What was recorded stays to be read, and yours beside it.", Button: "Put it right",
			Asks: []string{"never", "kind", "organisation", "from", "until", "term", "why"}, FromLabel: "From which day was it so?", WhyHint: "What was wrong? For example: The date was a year too early.",
		},
		do: func(ctx context.Context, a area.Area, who access.PersonID, form *web.Form, d memberForm) (fault.Invalid, error) {
			n := partnership.Correction{Form: d.Form, WasNever: d.Never, As: d.in(), From: form.Date("from"), Until: form.Date("until"), TermEnds: form.Date("term"), Why: d.Why}
			if err := p.partnerships.DB.Read(ctx, func(tx *db.Tx) error { _, err := entryOf(ctx, tx, a.ID, who, entry); return err }); err != nil {
				return nil, err
			}
			if wrong := form.Over(n.Check(p.site.Today())); len(wrong) > 0 {
				return wrong, nil
			}
			return nil, p.partnerships.Correct(ctx, by, a, entry, n)
		},
	}
}

// entryOf is an entry of somebody’s, or fault.NotFound.
func entryOf(ctx context.Context, tx *db.Tx, a area.ID, who access.PersonID, entry partnership.MemberID) (partnership.Member, error) {
	m, err := partnership.MemberOf(ctx, tx, a, entry)
	if err == nil && m.Person != who {
		err = fault.NotFound
	}
	return m, err
}

func (p pages) askCorrect(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	e := p.correcting(by, r)
	return p.showForm(w, r, by, e.blank, func(ctx context.Context, tx *db.Tx, s scene, d *memberForm) error {
		who := access.PersonID(r.PathValue("person"))
		m, err := entryOf(ctx, tx, s.area.ID, who, partnership.MemberID(r.PathValue("member")))
		if err != nil {
			return err
		}
		d.fill(m)
		d.From, d.Until = boxes(m.From), boxes(m.Until)
		d.Known, d.Back = m.Name, entryHref(s.area, who)
		d.Action, d.Heading = d.Back+"/"+e.what, strings.ReplaceAll(d.Heading, "NAME", m.Name)
		return nil
	})
}

func (p pages) correct(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.send(w, r, by, p.correcting(by, r))
}
