package relationshipweb

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"commontable/internal/access"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/organisation"
	"commontable/internal/relationship"
	"commontable/internal/web"
)

// A moment is one thing in a story.
type moment struct {
	on                      date.Date
	day, words, detail, low string
	planned                 bool
	change                  string // where it is said who may read it
	kind                    string
	seen                    relationship.Seen
}

// moments are what happened, the latest first, as far as the reader may read it.
func (p pages) moments(ctx context.Context, tx *db.Tx, s scene, one relationship.Relationship, held []relationship.Holder, rd reader) ([]moment, error) {
	entries, err := relationship.Entries(ctx, tx, s.area.ID, one.ID)
	if err != nil {
		return nil, err
	}
	var who []access.PersonID
	for _, e := range entries {
		who = append(who, e.By)
	}
	slices.Sort(who)
	called := map[access.PersonID]string{}
	if rd.inside {
		if called, err = names(ctx, tx, slices.Compact(who)); err != nil {
			return nil, err
		}
	}
	var all []moment
	for _, e := range entries {
		if !e.MayRead(rd.keeps) || !rd.inside && e.Seen != relationship.SeenShared && e.Seen != relationship.SeenPublic {
			continue
		}
		m := moment{on: e.On, day: e.Day(), words: e.Words, kind: string(e.Kind), seen: e.Seen}
		var detail []string
		if e.Together != "" {
			detail = append(detail, "Where working together is possible: "+e.Together)
		}
		if e.Kind == relationship.InTouch {
			if m.words == "" {
				m.words = relationship.HowInWords(e.How)
			} else {
				detail = append(detail, relationship.HowInWords(e.How))
			}
			if rd.inside && len(e.With) > 0 {
				detail = append(detail, "with "+and(e.With, "and"))
			}
			if e.News == "not so good" || e.News == "both" {
				m.low = e.News
			}
		}
		if name := called[e.By]; name != "" && e.SaidBy == "" {
			detail = append(detail, name)
		}
		if e.SaidBy != "" {
			detail = append(detail, e.SaidBy+" told us")
		}
		if rd.inside && e.Seen == relationship.SeenByKeepers {
			detail = append(detail, "in confidence")
		}
		m.detail = strings.Join(detail, " · ")
		if rd.edits {
			m.change = home(s.area) + "/relationship-notes/" + string(e.ID)
		}
		all = append(all, m)
	}
	if !rd.inside {
		return all, nil
	}
	noted, err := relationship.StatesOf(ctx, tx, s.area.ID, one.ID)
	if err != nil {
		return nil, err
	}
	for _, st := range relationship.Course(noted) {
		all = append(all, moment{on: st.From, day: st.From.Long(), words: "How close: " + strings.ToLower(st.Closeness.InWords()), detail: st.Words, kind: "state"})
	}
	for _, h := range held {
		if h.Side == relationship.Theirs {
			all = append(all, moment{on: h.From, day: h.From.Long(), words: "We know " + h.Name, detail: h.Role, kind: "holder"})
		}
		if !h.Until.IsZero() && !h.Until.After(p.site.Today()) {
			all = append(all, moment{on: h.Until, day: h.Until.Long(), words: h.Name + " stepped back", detail: h.EndWords, kind: "holder", low: "left"})
		}
	}
	moves, err := relationship.Moves(ctx, tx, s.area.ID, one.ID)
	if err != nil {
		return nil, err
	}
	for _, m := range moves {
		name, err := organisation.NameOf(ctx, tx, m.To)
		if err != nil {
			return nil, err
		}
		on := date.InLondon(m.At)
		all = append(all, moment{on: on, day: on.Long(), words: "It goes on with " + name, kind: "moved"})
	}
	if p.extras.Agreements != nil {
		agreed, err := p.extras.Agreements(ctx, tx, s.area, one)
		if err != nil {
			return nil, err
		}
		for _, a := range agreed {
			if !a.On.IsZero() {
				all = append(all, moment{on: a.On, day: a.On.Long(), words: "Agreed: " + a.Title, detail: a.Detail, kind: "agreement"})
			}
		}
	}
	handovers, err := relationship.Handovers(ctx, tx, s.area.ID, one.ID)
	for _, h := range handovers {
		for _, st := range h.Steps {
			if st.DoneOn.IsZero() && h.StoppedOn.IsZero() && !st.PlannedOn.IsZero() {
				all = append(all, moment{on: st.PlannedOn, day: st.PlannedOn.Long(), words: st.Words, detail: st.Who, kind: "planned", planned: true})
			}
			if !st.DoneOn.IsZero() && st.Kind == relationship.Walkabout {
				all = append(all, moment{on: st.DoneOn, day: st.DoneOn.Long(), words: st.Words, detail: st.Who, kind: "handover"})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b moment) int { return strings.Compare(b.on.String(), a.on.String()) })
	return all, err
}

func (p pages) story(ctx context.Context, tx *db.Tx, v *view, s scene, one relationship.Relationship, held []relationship.Holder, rd reader) error {
	all, err := p.moments(ctx, tx, s, one, held, rd)
	if err != nil {
		return err
	}
	v.Moments = all
	for _, m := range all {
		item := web.TimelineItem{Date: m.day, Words: m.words, Detail: m.detail, Low: m.low != "", Planned: m.planned}
		if m.change != "" {
			item.Body = whoReads(m)
		}
		v.Story = append(v.Story, item)
	}
	if rd.inside {
		v.Mix, err = mixed(ctx, tx, s, one, p.site.Today())
	}
	return err
}

// approved are the words that both sides approved.
func (p pages) approved(ctx context.Context, tx *db.Tx, v *view, s scene, one relationship.Relationship) (err error) {
	if p.extras.Approved != nil {
		v.Approved, err = p.extras.Approved(ctx, tx, s.area, one)
	}
	return err
}

// mixed says what sort of news was told over a year, and asks for some good where there
// was none.
func mixed(ctx context.Context, tx *db.Tx, s scene, one relationship.Relationship, today date.Date) (string, error) {
	entries, err := relationship.Entries(ctx, tx, s.area.ID, one.ID)
	m := relationship.MixOf(entries, today)
	var parts []string
	for _, part := range []struct {
		n     int
		words string
	}{{m.Good, "good news"}, {m.NotSoGood, "news that was not so good"}, {m.Both, "both at once"}, {m.Neither, "just in touch"}} {
		if part.n > 0 {
			parts = append(parts, often(part.n)+" "+part.words)
		}
	}
	if len(parts) == 0 {
		return "", err
	}
	words := "Over the last year: " + strings.Join(parts, ", ") + "."
	if m.OnlyBad() {
		words += " Ring with something good, next time."
	}
	return words, err
}

// often is how many times something was so.
func often(n int) string {
	switch n {
	case 1:
		return "once"
	case 2:
		return "twice"
	}
	return counted(n, "time")
}

// readBy says in a word who reads an entry.
func readBy(s relationship.Seen) string {
	switch s {
	case relationship.SeenByKeepers:
		return "Read by members, chair and worker alone"
	case relationship.SeenByUs:
		return "Read by all of us"
	case relationship.SeenShared:
		return "Read by those we share it with"
	case relationship.SeenPublic:
		return "Read by everybody"
	}
	return ""
}

func (p pages) timelineCSV(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var rows [][]string
	var name string
	err := p.in(r, by, func(tx *db.Tx, s scene) error {
		one, err := p.the(r, tx, s)
		if err != nil {
			return err
		}
		name = s.area.Slug + "-" + organisation.Slug(one.Name)
		held, err := relationship.Holders(r.Context(), tx, s.area.ID, one.ID)
		if err != nil {
			return err
		}
		all, err := p.moments(r.Context(), tx, s, one, held, reader{keeps: s.keeps, inside: true})
		for _, m := range all {
			rows = append(rows, []string{m.on.String(), m.kind, m.words, m.detail, m.low})
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.CSV(w, name+"-story", []string{"day", "kind", "what", "more", "news"}, rows)
}

func seenField(f filled) templ.Component {
	var options []web.Option
	for _, s := range relationship.Seens() {
		options = append(options, web.Option{Value: string(s.Seen), Text: s.Words})
	}
	return f.radios("seen", "Who may read it?", "", options...)
}

func newsOptions() []web.Option {
	return []web.Option{{Value: "good", Text: "Good"}, {Value: "not so good", Text: "Not so good"}, {Value: "both", Text: "Both"}, {Value: "", Text: "Neither: just in touch"}}
}

// inTouch is noted in a few taps.
func (p pages) inTouch() section {
	return section{
		path: "relationships/{relationship}/contact",
		about: p.of("We were in touch", "Good news is as much worth a note as bad.", "Note it", "That is noted.", func(r *http.Request, tx *db.Tx, about *subject) error {
			held, err := relationship.Holders(r.Context(), tx, about.area.ID, about.relationship.ID)
			for _, h := range relationship.HoldersOn(held, relationship.Theirs, p.site.Today()) {
				about.options["with"] = append(about.options["with"], web.Option{Value: string(h.ID), Text: h.Name, Hint: relationship.RoleInWords(h.Role)})
			}
			about.begins = url.Values{"how": {r.URL.Query().Get("how")}, "news": {"good"}, "seen": {string(relationship.SeenByUs)}}
			setDate(about.begins, "on", p.site.Today())
			return err
		}),
		fields: func(f filled, about subject) []templ.Component {
			var hows []web.Option
			for _, h := range relationship.Hows() {
				hows = append(hows, web.Option{Value: h.Code, Text: h.Words})
			}
			fields := []templ.Component{f.radios("how", "How?", "", hows...)}
			if len(about.options["with"]) > 0 {
				fields = append(fields, f.boxes("with", "With whom?", "You can leave this out.", about.options["with"]...))
			}
			return append(
				fields,
				f.radios("news", "What sort of news was it?", "", newsOptions()...),
				f.text("words", "A line on it", "You can leave this out."),
				folded("Another day, or not for all of us", f.date("on", "On which day?", todayToo), seenField(f)),
			)
		},
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			n := relationship.NewEntry{
				Form: form.Text("form"), Kind: relationship.InTouch, On: form.Date("on"), How: form.Text("how"), News: form.Text("news"), Words: form.Text("words"), Seen: relationship.Seen(form.Text("seen")),
			}
			for _, h := range form.Texts("with") {
				n.With = append(n.With, relationship.HolderID(h))
			}
			_, err := p.all.AddEntry(ctx, by, about.area, about.relationship.ID, n)
			return about.back, err
		},
	}
}

func (p pages) note() section {
	return section{
		path: "relationships/{relationship}/notes",
		about: p.of("Add a note", "", "Keep this note", "The note is kept.", func(_ *http.Request, _ *db.Tx, about *subject) error {
			about.begins = url.Values{"kind": {string(relationship.Noted)}, "told_by": {"day"}, "seen": {string(relationship.SeenByUs)}}
			setDate(about.begins, "on", p.site.Today())
			return nil
		}),
		fields: func(f filled, _ subject) []templ.Component {
			return []templ.Component{
				f.radios("kind", "What is it?", "",
					web.Option{Value: string(relationship.Noted), Text: "Something happened"},
					web.Option{Value: string(relationship.Before), Text: "Something from before, that people remember", Hint: "It is fine for hard things to stay part of the story."}),
				f.area("words", "What happened?", "Say what happened, and not who is to blame.", 2000),
				f.area("together", "Where is working together possible all the same?", "You can leave this out.", 500),
				f.date("on", "When?", todayToo),
				f.radios("told_by", "How well do you know when?", "", web.Option{Value: "day", Text: "To the day"}, web.Option{Value: "month", Text: "The month"}, web.Option{Value: "year", Text: "The year"}),
				seenField(f),
			}
		},
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			_, err := p.all.AddEntry(ctx, by, about.area, about.relationship.ID, relationship.NewEntry{
				Form: form.Text("form"), Kind: relationship.EntryKind(form.Text("kind")), On: form.Date("on"), ToldBy: form.Text("told_by"), Words: form.Text("words"), Together: form.Text("together"), Seen: relationship.Seen(form.Text("seen")),
			})
			return about.back, err
		},
	}
}

func (p pages) showEntry() section {
	return section{
		path: "relationship-notes/{note}",
		about: func(r *http.Request, tx *db.Tx, s scene) (subject, error) {
			e, err := relationship.EntryByID(r.Context(), tx, s.area.ID, relationship.EntryID(r.PathValue("note")))
			if err != nil {
				return subject{}, err
			}
			one, err := relationship.ByID(r.Context(), tx, s.area.ID, e.Relationship)
			if err != nil {
				return subject{}, err
			}
			about := p.aboutOne(s, one)
			about.title, about.lead, about.button, about.done, about.id = "Who may read this?", e.Words, "Keep this", "That is noted.", string(e.ID)
			about.begins.Set("seen", string(e.Seen))
			return about, nil
		},
		fields: func(f filled, _ subject) []templ.Component { return []templ.Component{seenField(f)} },
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			return about.back, p.all.ShowEntry(ctx, by, about.area, relationship.EntryID(about.id), relationship.Seen(form.Text("seen")), form.Text("form"))
		},
	}
}
