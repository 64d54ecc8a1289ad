package meetingweb

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"commontable/internal/access"
	"commontable/internal/db"
	"commontable/internal/meeting"
	"commontable/internal/web"
)

// The lists of a meeting as spreadsheets. Each is made of what its page is made of
// for the same reader, so that nobody finds here what the page keeps from them.

// agendaCSV is the agenda, with what came of each part of it.
func (p pages) agendaCSV(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	header := []string{"place", "about", "more", "minutes", "put forward", "decisions", "with an interest", "what was said", "what was agreed", "taken off"}
	return p.spreadsheet(w, r, by, "agenda", header, func(d meetingData) (rows [][]string) {
		for _, i := range d.Agenda {
			rows = append(rows, append(i.columns(), ""))
		}
		for _, i := range d.TakenOff {
			i.Number = ""
			rows = append(rows, append(i.columns(), "yes"))
		}
		return rows
	})
}

func (i itemView) columns() []string {
	minutes := ""
	if i.minutes > 0 {
		minutes = strconv.FormatInt(i.minutes, 10)
	}
	var decisions []string
	if i.Decision.Text != "" {
		decisions = append(decisions, i.Decision.Text)
	}
	for _, one := range i.Raised {
		decisions = append(decisions, one.Link.Text+" ("+one.State+")")
	}
	interests := i.Settled
	if i.Touches != "" {
		interests = append([]string{i.Touches}, interests...)
	}
	return []string{i.Number, i.Title, lines(i.Words), minutes, i.Meta, strings.Join(decisions, "; "), strings.Join(interests, "; "), lines(i.Said), lines(i.Agreed)}
}

// lines are the parts of a text in one cell.
func lines(parts []string) string { return strings.Join(parts, "\n\n") }

// attendanceCSV is who came, as what and how.
func (p pages) attendanceCSV(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.spreadsheet(w, r, by, "who-came", []string{"who", "as", "how"}, func(d meetingData) (rows [][]string) {
		for _, one := range d.Who.Rows {
			rows = append(rows, []string{one.Cells[0].Text, one.Cells[1].Text, one.Cells[2].Text})
		}
		return rows
	})
}

// quietCSV is what was said quietly: to those whom the page shows it.
func (p pages) quietCSV(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.spreadsheet(w, r, by, "said-quietly", []string{"about", "in their words", "who", "on"}, func(d meetingData) (rows [][]string) {
		add := func(about string, all []quietView) {
			for _, q := range all {
				rows = append(rows, []string{about, lines(q.Words), q.from, q.on.String()})
			}
		}
		add("the meeting as a whole", d.Quiet)
		for _, i := range d.Agenda {
			add(i.Title, i.Quiet)
		}
		for _, i := range d.TakenOff {
			add(i.Title, i.Quiet)
		}
		return rows
	})
}

func (p pages) spreadsheet(w http.ResponseWriter, r *http.Request, by access.Actor, name string, header []string, rowsOf func(meetingData) [][]string) error {
	var rows [][]string
	err := p.inMeeting(r, by, func(ctx context.Context, tx *db.Tx, s scene, m meeting.Meeting) error {
		d, err := p.meetingData(ctx, tx, r, s, m, nil, nil)
		name, rows = s.area.Slug+"-"+m.Day().String()+"-"+name, rowsOf(d)
		return err
	})
	if err != nil {
		return err
	}
	return web.CSV(w, name, header, rows)
}
