package meetingweb

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"commontable/internal/access"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/meeting"
	"commontable/internal/web"
)

// packData is a meeting's agenda with what belongs to it, to be printed.
type packData struct {
	Shell   web.Shell
	Large   bool
	Title   string
	Meeting meetingData
	Last    meetingData // before it has notes of its own: the last meeting of the kind, with its notes
	Actions web.Table
	Other   web.Link // the other size of print
}

func (p pages) pack(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	d := packData{Large: r.URL.Query().Get("print") == "large"}
	err := p.inMeeting(r, by, func(ctx context.Context, tx *db.Tx, s scene, m meeting.Meeting) (err error) {
		if d.Meeting, err = p.meetingData(ctx, tx, r, s, m, nil, nil); err != nil {
			return err
		}
		d.Title = m.Title + ", " + m.Day().Full()
		d.Shell = p.shell(r, by, s.area, d.Title, meetingCrumb(s.area, m), web.Link{Text: "Agenda and papers"})
		d.Other = web.Link{Text: "In large print", Href: meetingHref(s.area, m.ID) + "/pack?print=large"}
		if d.Large {
			d.Other = web.Link{Text: "In usual print", Href: meetingHref(s.area, m.ID) + "/pack"}
		}
		if d.Meeting.Notes {
			return nil // its own notes are the papers
		}
		before, err := meeting.Before(ctx, tx, s.area.ID, m.Starts, 0, 20)
		if err != nil {
			return err
		}
		for _, last := range before {
			if last.Kind == m.Kind && !last.Off && last.Stage() != meeting.NoNotes {
				if d.Last, err = p.meetingData(ctx, tx, r, s, last, nil, nil); err != nil {
					return err
				}
				break
			}
		}
		open, err := s.seenActions(ctx, tx)
		if err != nil {
			return err
		}
		for i, x := range open {
			if x.Outcome != meeting.StillOpen {
				open = open[:i]
				break
			}
		}
		d.Actions, err = s.actionTable(ctx, tx, open)
		return err
	})
	if err != nil {
		return err
	}
	d.Shell.NoIndex = true
	return p.site.Show(w, r, http.StatusOK, packPage(d))
}

// digestData is a meeting in a few words, for those who were not there.
type digestData struct {
	Shell  web.Shell
	Wrong  fault.Invalid
	Title  string
	Agreed []meeting.Told
	Next   []meeting.Told
	Coming web.Link
	Short  string
	Tell   string // where it is sent; "" for who may not
	Absent []string
	Form   string
}

func (p pages) digest(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.showDigest(w, r, by, nil)
}

func (p pages) showDigest(w http.ResponseWriter, r *http.Request, by access.Actor, wrong fault.Invalid) error {
	d := digestData{Wrong: wrong, Form: p.site.NewForm()}
	err := p.inMeeting(r, by, func(ctx context.Context, tx *db.Tx, s scene, m meeting.Meeting) error {
		if m.Stage() != meeting.Agreed && !s.reads {
			return fault.NotFound
		}
		actions, err := meeting.ActionsOf(ctx, tx, m)
		if err != nil {
			return err
		}
		for _, x := range actions {
			if err := s.names.learn(ctx, tx, x.Owner); err != nil {
				return err
			}
		}
		found, err := meeting.DigestOf(ctx, tx, by, s.area, m, s.now, s.names.owner)
		if err != nil {
			return err
		}
		d.Title = "What you missed on " + m.Day().Long()
		d.Agreed, d.Next, d.Short = found.Agreed, found.Next, found.Short()
		if found.Coming.ID != "" {
			d.Coming = web.Link{Text: found.Coming.Day().Full() + ", " + strings.Join(s.where(found.Coming), " "), Href: meetingHref(s.area, found.Coming.ID)}
		}
		d.Shell = p.shell(r, by, s.area, d.Title, meetingCrumb(s.area, m), web.Link{Text: "For those who were not there"})
		if !s.runs {
			return nil
		}
		d.Tell = meetingHref(s.area, m.ID) + "/digest"
		absent, err := meeting.Absent(ctx, tx, m, date.InLondon(p.site.Now()))
		for _, one := range absent {
			d.Absent = append(d.Absent, one.Name)
		}
		return err
	})
	if err != nil {
		return err
	}
	d.Shell.NoIndex = true
	status := http.StatusOK
	if len(wrong) > 0 {
		status, d.Shell.Title = http.StatusUnprocessableEntity, "Error: "+d.Shell.Title
	}
	return p.site.Show(w, r, status, digestPage(d))
}

func (p pages) tellAbsent(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, m, err := p.theMeeting(r)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	if form.Text("tell") != "yes" {
		return p.showDigest(w, r, by, fault.Invalid{{Words: "Press the button to write to them"}})
	}
	told, err := p.meetings.TellAbsent(r.Context(), by, a, m.ID, form.Text("form"))
	if wrong, ok := errors.AsType[fault.Invalid](err); ok {
		return p.showDigest(w, r, by, form.Over(pageWide(wrong)))
	}
	if err != nil {
		return err
	}
	return p.site.Done(w, r, "A mail goes to "+countedPeople(told)+". Tell those without email yourself.", meetingHref(a, m.ID)+"/digest")
}
