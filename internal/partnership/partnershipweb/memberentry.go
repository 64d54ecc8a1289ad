package partnershipweb

import (
	"context"
	"net/http"

	"commontable/internal/access"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/partnership"
	"commontable/internal/person"
	"commontable/internal/web"
)

// An entryData is one person’s place in the partnership.
type entryData struct {
	web.Shell
	Name, Lead string
	Initials   string
	Tone       string
	Facts      []web.Fact
	Offices    []officeData
	Records    web.Table
	RecordsCSV string
	Actions    []web.Link
	Mine       bool
	SignIn     web.Link
	NameWords  string
	NameHref   string
	Stay       string
	Form       string
}

type officeData struct {
	Words, Since, Action, Form string
	Day                        [3]string
}

func (p pages) entry(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	d := entryData{}
	who := access.PersonID(r.PathValue("person"))
	err := p.in(r, func(tx *db.Tx, s scene) error {
		records, err := seenRecords(r.Context(), tx, by, s, who)
		if err != nil {
			return err
		}
		names, err := person.Names(r.Context(), tx, who)
		if err != nil {
			return err
		}
		d.Name, d.Mine, d.Form = names[who], who == by.Person, p.site.NewForm()
		d.Initials, d.Tone = person.Initials(d.Name), tone(d.Name)
		d.Shell = p.peopleShell(r, by, s.area, d.Name, web.Link{Text: d.Name})
		d.NoIndex = true
		return p.fillEntry(r.Context(), tx, by, s, who, records, &d)
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, entryPage(d))
}

// seenRecords are what was recorded of somebody, for those who see everybody, and
// for themselves; fault.NotFound where nothing was.
func seenRecords(ctx context.Context, tx *db.Tx, by access.Actor, s scene, who access.PersonID) ([]partnership.Recorded, error) {
	if err := by.MustSee(access.SeePeople, s.area.Place()); err != nil {
		return nil, err
	}
	if !namesAll(by, s.area) && who != by.Person {
		return nil, fault.NotFound
	}
	records, err := partnership.RecordsOf(ctx, tx, s.area.ID, who)
	if err == nil && len(records) == 0 {
		err = fault.NotFound
	}
	return records, err
}

// now is how somebody is in it today, or will be, as was last recorded.
func (s scene) now(records []partnership.Recorded) (now partnership.Member, there bool) {
	seen := map[partnership.MemberID]bool{}
	for _, c := range records {
		if seen[c.ID] {
			continue
		}
		seen[c.ID] = true
		if c.WasNever || !c.Until.IsZero() && !c.Until.After(s.today) {
			continue
		}
		if !there || c.From.Before(now.From) {
			now, there = c.Member, true
		}
	}
	return now, there
}

func (p pages) fillEntry(ctx context.Context, tx *db.Tx, by access.Actor, s scene, who access.PersonID, records []partnership.Recorded, d *entryData) error {
	href := entryHref(s.area, who)
	d.RecordsCSV = href + "/records.csv"
	keeps := by.May(access.KeepMembers, s.area.Place()) && !d.Mine
	now, there := s.now(records)
	if there {
		if err := s.tellNow(ctx, tx, now, d); err != nil {
			return err
		}
		if keeps {
			d.Actions = append(d.Actions, web.Link{Text: "Change how they take part", Href: href + "/move"}, web.Link{Text: "For how long they do it", Href: href + "/term"}, web.Link{Text: "They take on an office", Href: href + "/office"})
			if !now.Until.IsZero() {
				d.Stay = href + "/stay"
			}
		}
		if keeps {
			d.Actions = append(d.Actions, web.Link{Text: "They leave", Href: href + "/leave"})
		} else if d.Mine {
			d.Actions = append(d.Actions, web.Link{Text: "I leave", Href: href + "/leave"})
		}
	} else {
		d.Lead = "Not in the " + s.calls() + " any more."
		if keeps {
			d.Actions = append(d.Actions, web.Link{Text: "They join again", Href: peopleHref(s.area) + "/new?person=" + string(who)})
		}
	}
	said, err := partnership.NamingsOf(ctx, tx, s.area.ID)
	if err != nil {
		return err
	}
	n, asked := said[who]
	d.NameWords = nameWords(n, asked, d.Mine)
	if keeps || d.Mine {
		d.NameHref = href + "/name"
	}
	held, err := partnership.OfficesOf(ctx, tx, s.area.ID)
	if err != nil {
		return err
	}
	for _, h := range held {
		if h.Person != who || !h.Until.IsZero() && !h.Until.After(s.today) {
			continue
		}
		o := officeData{Words: capital(h.Office.Words()), Since: "since " + h.From.Long(), Form: p.site.NewForm(), Day: boxes(s.today)}
		if (keeps || d.Mine) && h.Until.IsZero() {
			o.Action = href + "/offices/" + string(h.ID) + "/end"
		}
		d.Offices = append(d.Offices, o)
	}
	if by.May(access.HelpSignIn, s.area.Place()) && !d.Mine {
		one, err := person.ByID(ctx, tx, who)
		if err != nil {
			return err
		}
		cell := p.signsIn(ctx, tx, by, s, one)
		d.SignIn = web.Link{Text: cell.Text, Href: cell.Href}
		if cell.Small != "" {
			d.SignIn.Text += ". " + cell.Small
		}
	}
	return s.tellRecords(ctx, tx, records, keeps, href, d)
}

// tellNow says how somebody is in it.
func (s scene) tellNow(ctx context.Context, tx *db.Tx, m partnership.Member, d *entryData) error {
	of, err := s.organisation(ctx, tx, m.Organisation)
	if err != nil {
		return err
	}
	d.Lead = capital(m.Kind.Words()) + ", in the " + s.calls() + " since " + m.From.Long() + "."
	if m.From.After(s.today) {
		d.Lead = "Will be in the " + s.calls() + " from " + m.From.Long() + "."
	}
	d.Facts = []web.Fact{{Term: "How they take part", Value: capital(m.Kind.Words())}, {Term: "Lives in " + s.area.Name, Value: capital(yesNo(m.Resident))}}
	if of != "" {
		d.Facts = append(d.Facts, web.Fact{Term: "Organisation", Value: of})
	}
	if m.Share != "" {
		d.Facts = append(d.Facts, web.Fact{Term: "Vote", Value: "One together with the others of " + of})
	}
	if !m.TermEnds.IsZero() {
		d.Facts = append(d.Facts, web.Fact{Term: "Said they would do it until", Value: m.TermEnds.Long()})
	}
	if !m.Until.IsZero() {
		d.Facts = append(d.Facts, web.Fact{Term: "Not with us any more from", Value: m.Until.Long()})
	}
	return nil
}

func nameWords(n partnership.Naming, asked, mine bool) string {
	switch {
	case n.Named && n.Line != "":
		return "The name is public, with the words “" + n.Line + "”."
	case n.Named:
		return "The name is public."
	case asked:
		return "The name is not public. Everybody else reads what they are, and no name."
	case mine:
		return "Nobody has asked you yet, so your name is not public."
	}
	return "Not asked yet, so the name is not public."
}

var actWords = map[partnership.Act]string{
	partnership.Joined: "In it", partnership.Moved: "Takes part in another way from then", partnership.Changed: "For how long was said",
	partnership.Left: "Leaves", partnership.Stayed: "Stays after all", partnership.Corrected: "Put right",
}

// tellRecords lists all that was recorded of somebody, the last first.
func (s scene) tellRecords(ctx context.Context, tx *db.Tx, records []partnership.Recorded, keeps bool, href string, d *entryData) error {
	d.Records = web.Table{Caption: "What was recorded, the last first", CaptionHidden: true, Columns: []web.Column{{Text: "Recorded"}, {Text: "What"}, {Text: "How"}, {Text: "From"}, {Text: "Until"}, {Text: "By"}}}
	who := make([]access.PersonID, 0, len(records))
	for _, c := range records {
		who = append(who, c.RecordedBy)
	}
	names, err := person.Names(ctx, tx, who...)
	if err != nil {
		return err
	}
	seen := map[partnership.MemberID]bool{}
	for _, c := range records {
		what, until, by := actWords[c.Act], "", names[c.RecordedBy]
		if c.WasNever {
			what = "Was never so"
		}
		if by == "" {
			by = "This program"
		}
		if !c.Until.IsZero() {
			until = c.Until.Long()
		}
		first := web.Cell{Text: date.InLondon(c.RecordedAt).Long(), RowHeader: true}
		if keeps && !seen[c.ID] {
			first.Href, first.Hidden = href+"/entries/"+string(c.ID), ": put this entry right"
		}
		seen[c.ID] = true
		d.Records.Rows = append(d.Records.Rows, web.Row{Cells: []web.Cell{first, {Text: what, Small: c.Why}, {Text: capital(c.Kind.Words())}, {Text: c.From.Long()}, {Text: until}, {Text: by}}})
	}
	return nil
}

// recordsCSV is all that was recorded of somebody, for those whom their page shows it.
func (p pages) recordsCSV(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var rows [][]string
	var name string
	err := p.in(r, func(tx *db.Tx, s scene) error {
		name = s.area.Slug + "-what-was-recorded"
		records, err := seenRecords(r.Context(), tx, by, s, access.PersonID(r.PathValue("person")))
		if err != nil {
			return err
		}
		who := make([]access.PersonID, 0, len(records))
		for _, c := range records {
			who = append(who, c.RecordedBy)
		}
		names, err := person.Names(r.Context(), tx, who...)
		for _, c := range records {
			what := actWords[c.Act]
			if c.WasNever {
				what = "Was never so"
			}
			rows = append(rows, []string{date.InLondon(c.RecordedAt).String(), what, c.Why, c.Kind.Words(), c.From.String(), c.Until.String(), c.TermEnds.String(), names[c.RecordedBy]})
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.CSV(w, name, []string{"recorded on", "what", "why", "how they take part", "from", "until", "term ends", "recorded by"}, rows)
}
