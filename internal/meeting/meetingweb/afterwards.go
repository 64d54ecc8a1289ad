package meetingweb

import (
	"context"
	"strconv"

	"commontable/internal/access"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/meeting"
	"commontable/internal/web"
)

// A fixView is a correction beside what agreed notes say.
type fixView struct {
	Where  string
	Stood  []string
	Right  []string
	Status string
	Agree  string // where it is agreed; "" for who may not
	Form   string
	On     [3]string
}

func (d *meetingData) fillAttendance(ctx context.Context, tx *db.Tx, s scene, m meeting.Meeting) error {
	if m.Stage() != meeting.Agreed && !s.reads {
		return nil
	}
	came, err := meeting.Attendance(ctx, tx, m)
	if err != nil {
		return err
	}
	counts := map[meeting.AttendeeHat]int{}
	sorry := 0
	d.Who = web.Table{Caption: "Who came", CaptionHidden: true, Columns: []web.Column{{Text: "Who"}, {Text: "As"}, {Text: "How"}}}
	for _, p := range came {
		if err := s.names.learn(ctx, tx, p.Person); err != nil {
			return err
		}
		if !p.Came() {
			sorry++
		} else {
			counts[p.Hat]++
		}
		d.Who.Rows = append(d.Who.Rows, s.attendeeRow(p))
	}
	for _, hat := range meeting.AttendeeHats() {
		if n := counts[hat]; n > 0 {
			d.Came = append(d.Came, countedHat(n, hat))
		}
	}
	if sorry > 0 {
		d.Apology = counted(sorry, "person") + " sent apologies."
		if sorry > 1 {
			d.Apology = strconv.Itoa(sorry) + " people sent apologies."
		}
	}
	return nil
}

// countedHat is how many came in a hat: "4 councillors".
func countedHat(n int, hat meeting.AttendeeHat) string {
	if hat == meeting.AsLTO {
		return strconv.Itoa(n) + " " + hat.Words()
	}
	return counted(n, string(hat))
}

// attendeeName is what somebody who came is called before the reader; "" of a guest
// of whom only the post is known.
func (s scene) attendeeName(p meeting.Attendee) string {
	switch {
	case p.Person != "":
		return s.names.of(p.Person)
	case p.Name != "":
		return s.names.plain(p.Name)
	}
	return ""
}

func (s scene) attendeeRow(p meeting.Attendee) web.Row {
	as := p.Hat.Words()
	if p.Hat == meeting.AsGuest {
		as = p.Organisation
		if p.Post != "" {
			as += ", " + p.Post
		}
		as = "guest: " + as
	}
	return web.Row{Cells: []web.Cell{{Text: orElse(s.attendeeName(p), "a guest"), RowHeader: true}, {Text: as}, {Text: p.Way.Words()}}}
}

func (d *meetingData) fillActions(ctx context.Context, tx *db.Tx, s scene, m meeting.Meeting) error {
	if m.Stage() != meeting.Agreed && !s.reads {
		return nil
	}
	all, err := meeting.ActionsOf(ctx, tx, m)
	if err != nil {
		return err
	}
	d.Actions, err = s.actionTable(ctx, tx, all)
	return err
}

func (d *meetingData) fillFixes(ctx context.Context, tx *db.Tx, s scene, m meeting.Meeting) error {
	if m.Stage() != meeting.Agreed {
		return nil
	}
	all, err := meeting.Corrections(ctx, tx, m)
	if err != nil {
		return err
	}
	items, err := meeting.Agenda(ctx, tx, m)
	if err != nil {
		return err
	}
	barred, err := meeting.Barred(ctx, tx, s.by, s.area, m)
	if err != nil {
		return err
	}
	about := map[meeting.ItemID]meeting.Item{}
	for _, i := range items {
		about[i.ID] = i
	}
	for _, c := range all {
		if !s.sees(c, items, barred) {
			continue
		}
		if err := s.names.learn(ctx, tx, c.PutBy); err != nil {
			return err
		}
		v := fixView{Where: orElse(about[c.Item].Title, "The notes as a whole"), Stood: paragraphs(c.Stood), Right: paragraphs(c.Right)}
		v.Status = "Put by " + s.names.of(c.PutBy) + " on " + date.InLondon(c.PutAt).Long() + "."
		if c.AgreedOn.IsZero() {
			v.Status += " Not agreed yet."
			if s.by.May(access.AgreeNotes, s.area.Place()) {
				v.Agree = meetingHref(s.area, m.ID) + "/corrections/" + string(c.ID) + "/agreement"
				v.On = [3]string{strconv.Itoa(s.today.Day()), strconv.Itoa(int(s.today.Month())), strconv.Itoa(s.today.Year())}
			}
		} else {
			v.Status += " Agreed on " + c.AgreedOn.Long() + "."
		}
		d.Fixes = append(d.Fixes, v)
	}
	return nil
}
