package workshopweb

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/organisation"
	"commontable/internal/relationship"
	"commontable/internal/web"
	"commontable/internal/workshop"
)

// guestData is what somebody of the other side sees: what they are asked, and what
// both agreed to.
type guestData struct {
	Shell                     web.Shell
	Wrong                     fault.Invalid
	Title, By, ForWhom, Until string
	Cards                     []card
	Fields                    []templ.Component
	Action, Form, Button      string
	Does                      []doing
}

// a visit is a guest at a record.
type visit struct {
	guest  workshop.Guest
	area   area.Area
	record workshop.Record
	whom   string
	until  string                    // "" for an officer with an account
	of     organisation.Organisation // whose officer they are, where they have one
	with   string                    // the other side, as it is called in public
}

func (v visit) title() string {
	switch v.record.Kind {
	case workshop.Conversation:
		return "A talk with " + v.area.Name
	case workshop.Scores:
		return "How well do we work together?"
	case workshop.Credit:
		return "Words that both of us can use"
	case workshop.Mapping, workshop.Check, workshop.Agreement, workshop.Seat, workshop.Celebration:
	}
	return "Council and community: how is it going?"
}

func (p pages) visit(w http.ResponseWriter, r *http.Request) (v visit, err error) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Robots-Tag", "noindex, nofollow, noarchive")
	err = p.shares.DB.Read(r.Context(), func(tx *db.Tx) error {
		l, sharer, err := p.shares.Open(r.Context(), tx, r.PathValue("invitation"))
		if err != nil {
			return err
		}
		if v.record, err = workshop.ByLink(r.Context(), tx, l); err != nil {
			return err
		}
		if v.area, err = area.ByID(r.Context(), tx, v.record.Area); err != nil {
			return err
		}
		if v.with, err = otherSide(r.Context(), tx, v.record); err != nil {
			return err
		}
		v.guest, v.whom, v.until = workshop.Guest{By: sharer, Link: l.ID}, l.ForWhom, l.Until.Long()
		return nil
	})
	return v, err
}

// otherSide is the body with whom a record is, by its public name; "" where it is with
// none alone.
func otherSide(ctx context.Context, tx *db.Tx, r workshop.Record) (string, error) {
	if r.Relationship == "" {
		return "", nil
	}
	with, err := relationship.ByID(ctx, tx, r.Area, r.Relationship)
	if err != nil {
		return "", err
	}
	return organisation.NameOf(ctx, tx, with.Body)
}

func (p pages) guest(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
	v, err := p.visit(w, r)
	if err != nil {
		return err
	}
	return p.showGuest(w, r, access.Actor{}, v, nil, nil, "")
}

func (p pages) showGuest(w http.ResponseWriter, r *http.Request, by access.Actor, v visit, answers workshop.Answers, wrong fault.Invalid, form string) error {
	one := v.record
	d := guestData{Title: v.title(), By: v.guest.By.Name, ForWhom: v.whom, Until: v.until, Action: r.URL.Path, Form: form, Wrong: wrong, Button: "Save what I marked"}
	if d.Form == "" {
		d.Form = p.site.NewForm()
	}
	switch {
	case v.of.ID != "":
		d.By = v.area.Name
	case v.guest.By.Title != "":
		d.By += ", " + v.guest.By.Title + ","
	}
	d.Shell = p.guestShell(r, by, v)
	does := func(words, hint string, kind web.ButtonKind, what, seen string) {
		d.Does = append(d.Does, doing{d.Action, p.site.NewForm(), words, hint, kind, [][2]string{{"what", what}, {"seen", seen}}})
	}
	ours := one.Sheet("about", workshop.Ours).Answers
	switch one.Kind {
	case workshop.Conversation:
		about := card{ID: "about", Heading: "What it is"}
		about.Parts = append(about.Parts, words("Two from each side sit down with somebody independent of both. It happens only if both want it. You may say “not now”: no reason is asked, and none is shown."))
		for _, q := range workshop.PartsOf(one.Kind)[0].Questions {
			if ours[q.Name] != "" && (q.Name != "prepares") {
				about.Parts = append(about.Parts, question(cmp.Or(theirWords[q.Name], q.Words), q.InWords(ours[q.Name])))
			}
		}
		d.Cards = append(d.Cards, about)
		said := one.Last(workshop.Theirs, workshop.Yes, workshop.NotNow).Step
		if one.BothWant() {
			for _, part := range one.Parts() {
				if part.Name == "plan" && one.Written("plan") {
					d.Cards = append(d.Cards, answered(part, one.Sheet("plan", workshop.Ours)))
				}
			}
		}
		summary := one.Sheet("summary", workshop.Ours)
		switch {
		case one.BothWant() && summary.Number > 0:
			c := card{ID: "summary", Heading: "The summary", Parts: []templ.Component{words(summary.Answers["words"])}}
			if one.Finished() {
				c.Parts = append(c.Parts, quiet("Both sides agreed to these words: "+v.area.Name+" and "+v.with+". They stay as they are."))
			}
			d.Cards = append(d.Cards, c)
			if !one.Finished() && !one.Agreed(workshop.Theirs) {
				does("We agree to these very words", "If something is not right, ring them: they change it, and you are asked again.", web.Primary, string(workshop.Agreed), one.Digest())
			} else if !one.Finished() {
				d.Cards = append(d.Cards, card{ID: "said", Heading: "You agreed", Parts: []templ.Component{quiet("Thank you. It stands once the other side has agreed too.")}})
			}
		case said == workshop.Yes:
			d.Cards = append(d.Cards, card{ID: "said", Heading: "You said yes", Parts: []templ.Component{quiet("Thank you. Come back to this page for the summary after the talk.")}})
			does("We would rather not now", "", web.Secondary, string(workshop.NotNow), "")
		default:
			does("Yes, we want this talk", "", web.Primary, string(workshop.Yes), "")
			if said != workshop.NotNow {
				does("Not now", "You need not say why.", web.Secondary, string(workshop.NotNow), "")
			}
		}
	case workshop.Scores:
		mine := one.Sheet("marks", workshop.Theirs)
		switch {
		case one.BothShow():
			both := one.Scoring(workshop.Record{})
			both.Worth = "" // said in our words
			d.Cards = append(d.Cards, scoresCards(both, v.area.Name+" says", "You say")...)
		default:
			d.Cards = append(d.Cards, card{ID: "about", Heading: "Both sides score apart", Parts: []templ.Component{words("Eight signs, out of five, as you see them today. Neither side sees the other’s until both say so. There is no sum, and nobody is compared with anybody.")}})
			part, err := workshop.PartIn(one, "marks")
			if err != nil {
				return err
			}
			if answers == nil {
				answers = mine.Answers
			}
			d.Fields = fields(part, answers, nil, wrong)
			if mine.Number > 0 && one.Last(workshop.Theirs, workshop.Agreed).Number == 0 {
				does("Show ours once they show theirs", "", web.Secondary, string(workshop.Agreed), "")
			}
		}
	case workshop.Credit:
		c := one.Sheet("credit", workshop.Ours).Answers
		d.Cards = append(d.Cards, card{ID: "words", Heading: c["for"], Parts: []templ.Component{words(c["words"])}})
		switch {
		case one.Finished():
			d.Cards = append(d.Cards, card{ID: "said", Heading: "Agreed by both", Parts: []templ.Component{quiet("Signed off by both on " + one.BothSigned().Long() + ": " + v.area.Name + " and " + v.with + ". Both can use these words now.")}})
		case one.Agreed(workshop.Theirs):
			d.Cards = append(d.Cards, card{ID: "said", Heading: "You agreed", Parts: []templ.Component{quiet("Wait with publishing until the other side has agreed too.")}})
		default:
			does("We agree to these very words", "If something is not right, ring them: they change it, and you are asked again.", web.Primary, string(workshop.Agreed), one.Digest())
		}
	case workshop.Check:
		if one.Finished() {
			d.Cards = append(d.Cards, card{ID: "said", Heading: "It is finished", Parts: []templ.Component{quiet("Nothing more is asked of you. Thank you for taking part.")}})
			break
		}
		role := r.URL.Query().Get("as")
		if role == "" {
			var items []web.Item
			for _, c := range workshop.CheckRoles() {
				if c.Hint == "council" {
					items = append(items, web.Item{Mark: web.Icon("people"), Text: c.Words, Href: "?as=" + c.Code})
				}
			}
			d.Cards = append(d.Cards, card{ID: "as", Heading: "What are you?", Parts: []templ.Component{web.Items(items)}})
			break
		}
		if !slices.ContainsFunc(workshop.CheckRoles(), func(c workshop.Choice) bool { return c.Code == role && c.Hint == "council" }) {
			return fault.NotFound
		}
		part, err := workshop.PartIn(one, guestPart(v, role))
		if err != nil {
			return err
		}
		if answers == nil {
			answers = one.Sheet(part.Name, workshop.Theirs).Answers
		}
		d.Fields, d.Action = checkFields(part, answers, wrong), d.Action+"?as="+role
	case workshop.Mapping, workshop.Agreement, workshop.Seat, workshop.Celebration:
		return fault.NotFound
	}
	status := http.StatusOK
	if len(wrong) > 0 {
		status, d.Shell.Title = http.StatusUnprocessableEntity, "Error: "+d.Shell.Title
	}
	return p.site.Show(w, r, status, guestPage(d))
}

// guestShell is the frame of what a guest sees: of a link without any way on, of an
// officer with the way back to what is shared with them.
func (p pages) guestShell(r *http.Request, by access.Actor, v visit) (s web.Shell) {
	if v.of.ID == "" {
		s = p.site.Shell(r, access.Actor{}, v.title())
		s.Service, s.Nav = web.Link{Text: v.area.Name, Href: home(v.area)}, nil
	} else {
		s = p.site.ShellIn(r, by, v.title(), web.Link{Text: v.of.Name, Href: officersHref(v.of)}, []web.Link{{Text: "Shared with you"}}, "Shared with you")
		s.Crumbs = []web.Link{{Text: "Shared with you", Href: officersHref(v.of)}, {Text: v.title()}}
	}
	s.NoIndex = true
	return s
}

// theirWords are what was asked of the partnership, as the other side reads it.
var theirWords = map[string]string{"why": "Why they would like to talk", "facilitator": "Who would help both sides to talk", "held": "On which day"}

// guestPart is the sheet of a health check that a link, or an officer, is to mark.
func guestPart(v visit, role string) string {
	if v.guest.Link == "" {
		return "marks " + role + " " + string(v.guest.By.Person)
	}
	return "marks " + role + " link-" + string(v.guest.Link)
}

func answered(part workshop.Part, sheet workshop.Sheet) card {
	c := card{ID: part.Name, Heading: part.Title}
	for _, q := range part.Questions {
		if said := sheet.Answers[q.Name]; said != "" {
			c.Parts = append(c.Parts, question(q.Words, strings.ReplaceAll(q.InWords(said), "; ", "\n")))
		}
	}
	return c
}

func (p pages) guestDoes(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
	v, err := p.visit(w, r)
	if err != nil {
		return err
	}
	return p.does(w, r, access.Actor{}, v)
}

// does is what a guest sends.
func (p pages) does(w http.ResponseWriter, r *http.Request, by access.Actor, v visit) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	what, token := form.Text("what"), form.Text("form")
	if what != "write" {
		step := workshop.StepKind(what)
		said := map[workshop.StepKind]string{workshop.Yes: "Thank you: you said yes.", workshop.NotNow: "Thank you. You said not now, and that is all that they are told.", workshop.Agreed: "Thank you: you agreed."}[step]
		if said == "" {
			return fault.NotFound
		}
		if err := p.workshops.GuestSays(r.Context(), v.guest, v.area, v.record.ID, step, form.Text("seen"), token); err != nil {
			return err
		}
		return p.site.Done(w, r, said, r.URL.Path)
	}
	name := v.record.TheirPart()
	if v.record.Kind == workshop.Check {
		name = guestPart(v, r.URL.Query().Get("as"))
	}
	part, err := workshop.PartIn(v.record, name)
	if err != nil {
		return err
	}
	answers, _ := read(form, part)
	err = p.workshops.GuestWrites(r.Context(), v.guest, v.area, v.record.ID, workshop.NewSheet{Form: token, Part: name, Answers: answers})
	if wrong, ok := errors.AsType[fault.Invalid](err); ok {
		return p.showGuest(w, r, by, v, answers, form.Over(wrong), token)
	}
	if err != nil {
		return err
	}
	return p.site.Done(w, r, "Saved. Thank you.", r.URL.Path)
}
