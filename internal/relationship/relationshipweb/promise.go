package relationshipweb

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"commontable/internal/access"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/relationship"
	"commontable/internal/web"
)

type promised struct {
	What, Who string
	Kind      web.Kind
	State     string
	Note      string
	Change    string
	ID        string // for an officer who may say it is done
	Said      bool   // who may confirm that they said it
	Late      bool   // and says why it was later
}

// mostDone is how many promises that ended are shown beside those in hand.
const mostDone = 4

func (v *view) promises(ctx context.Context, tx *db.Tx, s scene, one relationship.Relationship, rd reader, today date.Date) error {
	all, err := relationship.Promises(ctx, tx, s.area.ID, one.ID)
	if err != nil {
		return err
	}
	done := 0
	for _, p := range all {
		end, ended := p.End()
		if ended && end.On.Before(today.AddMonths(-12)) {
			continue
		}
		shown := promisedOf(p, one.Short, today)
		if v.base != "" && !ended {
			shown.Change = promiseHref(s.area, p.ID)
		}
		if !rd.inside && p.Side == relationship.Theirs && !ended {
			shown.ID, shown.Said, shown.Late = string(p.ID), !p.InWriting(), p.State(today) == relationship.NotDoneYet
		}
		if ended {
			if done++; done > mostDone {
				continue
			}
		}
		v.Promises, v.promiseIDs = append(v.Promises, shown), append(v.promiseIDs, p.ID)
	}
	if rd.inside {
		v.AllPromises = keptHref(s.area)
	}
	v.Tally = tallied(all, one.Short, today)
	return nil
}

func promisedOf(p relationship.Promise, they string, today date.Date) promised {
	who := they
	if p.Side == relationship.Ours {
		who = "Us"
	}
	if p.Who != "" {
		who += ", " + p.Who
	}
	if !p.Due().IsZero() {
		who += ", by " + byWhen(p)
	}
	shown := promised{What: p.What, Who: who, State: string(p.State(today)), Kind: web.Info}
	end, _ := p.End()
	switch p.State(today) {
	case relationship.DoneOnTime:
		shown.Kind, shown.State = web.Good, "Done "+end.On.Long()
	case relationship.DoneLate:
		shown.Kind, shown.State = web.Good, "Done later, on "+end.On.Long()
	case relationship.NotToBe:
		shown.Kind = web.Plain
	case relationship.NotDoneYet:
		shown.Kind = web.Watch
	case relationship.InHand:
	}
	var notes []string
	for _, s := range p.Steps {
		switch {
		case s.What == relationship.Moved:
			notes = append(notes, "Moved to "+s.DueOn.Long()+": "+s.Words)
		case s.What == relationship.Withdrawn:
			notes = append(notes, "Withdrawn: "+s.Words)
		case s.What == relationship.Kept && s.SaidBy != "":
			notes = append(notes, s.SaidBy+" told us")
			if s.Words != "" {
				notes = append(notes, s.Words)
			}
		case s.What == relationship.Kept && s.Words != "":
			notes = append(notes, s.Words)
		case s.What == relationship.Confirmed && s.SaidBy != "":
			notes = append(notes, s.SaidBy+" confirmed it in writing on "+s.On.Long())
		}
	}
	if p.InWriting() && !slices.ContainsFunc(p.Steps, func(s relationship.PromiseStep) bool { return s.What == relationship.Confirmed && s.SaidBy != "" }) {
		notes = append(notes, "In writing")
	}
	shown.Note = sentences(notes)
	return shown
}

// byWhen is the day of a promise that counts, and why it is another than was said.
func byWhen(p relationship.Promise) string {
	words := p.Due().Long()
	if why := p.Moved(); why != "" {
		words += " (" + why + ")"
	}
	return words
}

// tallied says what each side did on time over a year, without blame.
func tallied(all []relationship.Promise, they string, today date.Date) string {
	t := relationship.Tallied(all, today)
	part := func(who string, t relationship.Tally) string {
		return who + " did " + strconv.Itoa(t.OnTime) + " of " + strconv.Itoa(t.All) + " on time"
	}
	theirs, ours := t[relationship.Theirs], t[relationship.Ours]
	switch {
	case theirs.All > 0 && ours.All > 0:
		return "Over the last year: " + part(they, theirs) + ", " + part("we", ours) + "."
	case theirs.All > 0:
		return "Over the last year: " + part(they, theirs) + "."
	case ours.All > 0:
		return "Over the last year: " + part("we", ours) + "."
	}
	return ""
}

func (p pages) addPromise() section {
	return section{
		path: "relationships/{relationship}/promises",
		about: p.of("Note a promise", "Small and kept is better than big.", "Note it", "That is noted.", func(r *http.Request, tx *db.Tx, about *subject) (err error) {
			about.begins = url.Values{"how": {"said"}}
			setDate(about.begins, "made_on", p.site.Today())
			about.suggest["people"], err = peopleOf(r.Context(), tx, about.area.ID, p.site.Today())
			return err
		}),
		fields: func(f filled, about subject) []templ.Component {
			return []templ.Component{
				f.radios("side", "Who said they would do something?", "", sideOptions("We did", "They did")...),
				f.text("what", "What will be done?", "For example, “Two new benches”."),
				f.text("who", "Who does it?", "You can leave this out.", about.suggest["people"]...),
				f.date("due_on", "By when?", "Leave it empty if no day was said."),
				f.radios("how", "How was it said?", "", web.Option{Value: "said", Text: "In words"}, web.Option{Value: "written", Text: "In writing"}),
				f.date("made_on", "When was it said?", todayToo),
			}
		},
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			n := relationship.NewPromise{
				Form: form.Text("form"), Side: relationship.Side(form.Text("side")), What: form.Text("what"), Who: form.Text("who"), Written: form.Text("how") == "written",
				MadeOn: form.Date("made_on"), DueOn: form.Date("due_on"),
			}
			var err error
			if n.Side == relationship.Ours {
				if n.Person, err = about.person(ctx, n.Who); err != nil {
					return "", err
				}
			}
			if unread := form.Over(nil); len(unread) > 0 {
				return "", form.Over(n.Check(p.site.Today()))
			}
			_, err = p.all.Promise(ctx, by, about.area, about.relationship.ID, n)
			return about.back, err
		},
	}
}

func (p pages) notePromise() section {
	return section{
		path: "promises/{promise}",
		about: func(r *http.Request, tx *db.Tx, s scene) (subject, error) {
			one, err := relationship.PromiseByID(r.Context(), tx, s.area.ID, relationship.PromiseID(r.PathValue("promise")))
			if err != nil {
				return subject{}, err
			}
			of, err := relationship.ByID(r.Context(), tx, s.area.ID, one.Relationship)
			if err != nil {
				return subject{}, err
			}
			about := p.aboutOne(s, of)
			about.title, about.lead, about.button, about.done, about.id = "What became of it?", one.What, "Keep this", "That is noted.", string(one.ID)
			setDate(about.begins, "on", p.site.Today())
			return about, nil
		},
		fields: func(f filled, _ subject) []templ.Component {
			return []templ.Component{
				f.radios("what", "What became of it?", "",
					web.Option{Value: relationship.Kept, Text: "It is done"},
					web.Option{Value: relationship.Moved, Text: "It will be later", Hint: "With an honest reason."},
					web.Option{Value: relationship.Withdrawn, Text: "It will not be", Hint: "With an honest reason. Disappointing news is better than none."},
					web.Option{Value: relationship.Confirmed, Text: "It is confirmed in writing"}),
				f.date("on", "On which day was that?", todayToo),
				f.date("due_on", "If later: by when now?", "For example, 27 3 2027."),
				f.area("words", "Why?", "", 500),
			}
		},
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			n := relationship.NewPromiseStep{Form: form.Text("form"), What: form.Text("what"), On: form.Date("on"), DueOn: form.Date("due_on"), Words: form.Text("words")}
			return about.back, p.all.NotePromise(ctx, by, about.area, relationship.PromiseID(about.id), n)
		},
	}
}

// promised are the promises of an area that are there for who asks, with whom each is.
func promisedIn(ctx context.Context, tx *db.Tx, s scene) ([]relationship.Promise, map[relationship.ID]relationship.Relationship, error) {
	all, err := relationship.Promises(ctx, tx, s.area.ID, "")
	if err != nil {
		return nil, nil, err
	}
	of, err := relationship.All(ctx, tx, s.area.ID)
	byID := map[relationship.ID]relationship.Relationship{}
	for _, one := range of {
		byID[one.ID] = one
	}
	return slices.DeleteFunc(all, func(p relationship.Promise) bool { return s.hides(byID[p.Relationship]) }), byID, err
}

func (p pages) promises(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var d plainData
	err := p.in(r, by, func(tx *db.Tx, s scene) error {
		today := p.site.Today()
		all, of, err := promisedIn(r.Context(), tx, s)
		if err != nil {
			return err
		}
		d = plainData{
			Shell: p.shell(r, by, s.area, "Promises", web.Link{Text: "Promises"}), Title: "Promises", Tabs: s.tabs("Promises"),
			Lead:  "Who said they would do what, on both sides. A reason that is honest is as good as a promise kept.",
			Tools: []web.Tool{{Icon: "down", Text: "Download as a spreadsheet", Href: keptHref(s.area) + ".csv"}},
		}
		if len(all) == 0 {
			d.Empty = &web.Empty{Heading: "No promises yet", Words: "Note on a relationship’s page what they or we said we would do. Small and kept is better than big.", Action: web.Link{Text: "Who we work with", Href: listHref(s.area)}}
			return nil
		}
		if words := tallied(all, "they", today); words != "" {
			d.Note = words
		}
		group := func(id, heading string, in func(relationship.Promise) bool) {
			t := web.Table{Caption: heading, CaptionHidden: true, Columns: []web.Column{{Text: "What"}, {Text: "Whose"}, {Text: "By when"}, {Text: "How it stands"}}}
			for _, one := range all {
				if !in(one) {
					continue
				}
				rel := of[one.Relationship]
				whose := rel.Name
				if one.Side == relationship.Ours {
					whose = "Ours, to " + rel.Name
				}
				due := web.Cell{Text: one.Due().Long(), Small: one.Moved()}
				if due.Text == "" {
					due.Text = "No day was said"
				}
				cell := web.Cell{Text: one.What, RowHeader: true, Small: one.Who}
				if _, ended := one.End(); s.keeps && !ended {
					cell.Href = promiseHref(s.area, one.ID)
				}
				shown := promisedOf(one, rel.Short, today)
				t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{cell, {Text: whose, Href: href(s.area, rel.ID)}, due, {Component: tagOver(shown)}}})
			}
			if len(t.Rows) > 0 {
				d.Tables = append(d.Tables, titled{id, heading, "", t})
			}
		}
		ended := func(one relationship.Promise) bool { _, is := one.End(); return is }
		group("ours", "Ours, in hand", func(one relationship.Promise) bool { return !ended(one) && one.Side == relationship.Ours })
		group("theirs", "Theirs, in hand", func(one relationship.Promise) bool { return !ended(one) && one.Side == relationship.Theirs })
		group("ended", "Done or withdrawn", ended)
		return nil
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, plainPage(d))
}

func (p pages) promisesCSV(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var rows [][]string
	var name string
	err := p.in(r, by, func(tx *db.Tx, s scene) error {
		name = s.area.Slug + "-promises"
		today := p.site.Today()
		all, of, err := promisedIn(r.Context(), tx, s)
		for _, one := range all {
			shown := promisedOf(one, of[one.Relationship].Short, today)
			end, _ := one.End()
			writing := "no"
			if one.InWriting() {
				writing = "yes"
			}
			rows = append(rows, []string{of[one.Relationship].Name, string(one.Side), one.What, one.Who, one.MadeOn.String(), one.DueOn.String(), one.Due().String(), string(one.State(today)), end.On.String(), writing, shown.Note})
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.CSV(w, name, []string{"with", "whose", "what", "who", "said on", "first day", "day now", "how it stands", "ended on", "in writing", "more"}, rows)
}
