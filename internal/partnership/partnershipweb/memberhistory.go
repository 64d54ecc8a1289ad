package partnershipweb

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"commontable/internal/access"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/partnership"
	"commontable/internal/web"
)

// An onDayData is the partnership as it was, or will be, on a day.
type onDayData struct {
	web.Shell
	Action, Heading string
	Day             [3]string
	Wrong           fault.Invalid
	Makes           []string
	Members         web.Table
	CSV             string
	Valid           bool
}

func (p pages) onDay(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	d := onDayData{}
	status := http.StatusOK
	err := p.in(r, func(tx *db.Tx, s scene) error {
		d.Shell = p.peopleShell(r, by, s.area, "Who we were, or will be", web.Link{Text: "On another day"})
		d.NoIndex, d.Action = true, peopleHref(s.area)+"/on"
		q := r.URL.Query()
		d.Day = [3]string{q.Get("day-day"), q.Get("day-month"), q.Get("day-year")}
		day := s.today
		if d.Day == [3]string{} {
			d.Day = boxes(day)
		} else if day = dayOf(d.Day); day.IsZero() {
			d.Wrong.Add("day", "Enter a day that exists, like 27 3 2026")
			d.Title, status = "Error: "+d.Title, http.StatusUnprocessableEntity
			return nil
		}
		c, err := partnership.CompositionOn(r.Context(), tx, s.area, day)
		if err != nil {
			return err
		}
		d.Heading, d.Makes, d.Valid = "On "+day.Long(), makesOn(c, s.today), c.Valid()
		d.Members = web.Table{Caption: "Who had a say or helped", CaptionHidden: true, Columns: []web.Column{{Text: "Who"}, {Text: "How they took part"}, {Text: "Since"}}}
		d.CSV = peopleHref(s.area) + "/on.csv?" + url.Values{"day-day": {d.Day[0]}, "day-month": {d.Day[1]}, "day-year": {d.Day[2]}}.Encode()
		members, err := s.membersOn(r.Context(), tx, by, day)
		if err != nil {
			return err
		}
		rules, err := partnership.RulesOn(r.Context(), tx, s.area.ID, day)
		for _, m := range members {
			cell := web.Cell{Text: m.Called(), RowHeader: true}
			if namesAll(by, s.area) {
				cell.Href = entryHref(s.area, m.Person)
			}
			small := offices(m.Offices)
			if small == "" && m.Kind.Decides() && !rules.GiveASay(m.Member) {
				small = "No vote"
			}
			d.Members.Rows = append(d.Members.Rows, web.Row{Cells: []web.Cell{cell, {Text: capital(m.Kind.Words()), Small: small}, {Text: m.From.Long()}}})
		}
		return err
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, status, onDayPage(d))
}

// onDayCSV is who had a say or helped on a day: today, where none is asked about.
func (p pages) onDayCSV(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var rows [][]string
	var name string
	err := p.in(r, func(tx *db.Tx, s scene) error {
		q := r.URL.Query()
		asked := [3]string{q.Get("day-day"), q.Get("day-month"), q.Get("day-year")}
		day := s.today
		if asked != [3]string{} {
			if day = dayOf(asked); day.IsZero() {
				return fault.NotFound
			}
		}
		name = s.area.Slug + "-people-on-" + day.String()
		members, err := s.membersOn(r.Context(), tx, by, day)
		if err != nil {
			return err
		}
		rules, err := partnership.RulesOn(r.Context(), tx, s.area.ID, day)
		for _, m := range members {
			rows = append(rows, []string{m.Called(), m.Kind.Words(), yesNo(m.Kind.Decides() && rules.GiveASay(m.Member)), offices(m.Offices), m.From.String()})
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.CSV(w, name, []string{"who", "how they took part", "has a say", "offices", "since"}, rows)
}

// membersOn are who was in it on a day, with the names that somebody may read.
func (s scene) membersOn(ctx context.Context, tx *db.Tx, by access.Actor, day date.Date) ([]partnership.PublicMember, error) {
	members, err := partnership.MembersOn(ctx, tx, s.area.ID, day)
	if err != nil {
		return nil, err
	}
	said, err := partnership.NamingsOf(ctx, tx, s.area.ID)
	all := make([]partnership.PublicMember, len(members))
	for i, m := range members {
		all[i] = partnership.PublicMember{Member: m, Named: namesAll(by, s.area) || said[m.Person].Named}
	}
	return all, err
}

// A historyData is everybody who ever was in the partnership.
type historyData struct {
	web.Shell
	CSV  string
	Rows web.Table
}

func (p pages) history(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	d := historyData{}
	err := p.in(r, func(tx *db.Tx, s scene) error {
		if err := by.MustSee(access.SeePapers, s.area.Place()); err != nil {
			return err
		}
		d.Shell = p.peopleShell(r, by, s.area, "Everybody who was here", web.Link{Text: "Everybody who was here"})
		d.NoIndex, d.CSV = true, peopleHref(s.area)+"/history.csv"
		d.Rows = web.Table{Caption: "Everybody who was in it, the last to come first", CaptionHidden: true, Columns: []web.Column{{Text: "Who"}, {Text: "How they took part"}, {Text: "From"}, {Text: "Until"}}}
		all, err := byDay(r.Context(), tx, s)
		for _, m := range all {
			until := ""
			if !m.Until.IsZero() {
				until = m.Until.Long()
			}
			why := m.Why
			if m.Until.IsZero() {
				why = ""
			}
			d.Rows.Rows = append(d.Rows.Rows, web.Row{Cells: []web.Cell{
				{Text: m.Name, Href: entryHref(s.area, m.Person), RowHeader: true}, {Text: capital(m.Kind.Words())}, {Text: m.From.Long()}, {Text: until, Small: why},
			}})
		}
		return err
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, historyPage(d))
}

func byDay(ctx context.Context, tx *db.Tx, s scene) ([]partnership.Member, error) {
	all, err := partnership.EveryMember(ctx, tx, s.area.ID)
	slices.SortStableFunc(all, func(a, b partnership.Member) int { return strings.Compare(b.From.String(), a.From.String()) })
	return all, err
}

func (p pages) historyCSV(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var rows [][]string
	var name string
	err := p.in(r, func(tx *db.Tx, s scene) error {
		if err := by.MustSee(access.SeePapers, s.area.Place()); err != nil {
			return err
		}
		name = s.area.Slug + "-people-history"
		all, err := byDay(r.Context(), tx, s)
		for _, m := range all {
			of, err := s.organisation(r.Context(), tx, m.Organisation)
			if err != nil {
				return err
			}
			rows = append(rows, []string{m.Name, m.Kind.Words(), yesNo(m.Resident), of, m.From.String(), m.Until.String(), m.TermEnds.String(), m.Why})
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.CSV(w, name, []string{"who", "how they took part", "lived here", "organisation", "from", "until", "term ended", "why"}, rows)
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}
