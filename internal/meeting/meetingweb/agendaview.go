package meetingweb

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"commontable/internal/access"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/meeting"
	"commontable/internal/partnership"
	"commontable/internal/web"
)

// An itemView is an item of the agenda, with what came of it.
type itemView struct {
	ID       string
	Number   string
	Title    string
	Meta     string
	Words    []string
	Decision web.Link
	Raised   []raisedView // the decisions that came of it
	Raise    string       // where it is put forward to be decided; "" for who may not
	Touches  string
	More     string     // where is added whom it is about; "" for who may not
	Settled  []string   // what is done about them
	Settle   []web.Link // where what is done about them is recorded; none for who may not
	Kept     string     // why the reader is kept from it
	Said     []string
	Agreed   []string
	Quiet    []quietView
	minutes  int64
}

type quietView struct {
	Words []string
	Who   string
	from  string // Who, without the day
	on    date.Date
}

func (d *meetingData) fillAgenda(ctx context.Context, tx *db.Tx, s scene, m meeting.Meeting) error {
	items, err := meeting.Agenda(ctx, tx, m)
	if err != nil {
		return err
	}
	if !m.AgendaAgreed.IsZero() {
		d.AgreedBy = "The meeting agreed this agenda."
	}
	raised, err := s.room.Raised(ctx, tx, s.by, s.area, m.ID)
	if err != nil {
		return err
	}
	barred, err := meeting.Barred(ctx, tx, s.by, s.area, m)
	if err != nil {
		return err
	}
	notes, err := meeting.NotesFor(ctx, tx, s.by, s.area, m, items)
	if d.Notes = err == nil; err != nil && !errors.Is(err, fault.NotFound) {
		return err
	}
	d.Status = notesStatus(m)
	d.Well, d.Badly = paragraphs(notes.WentWell), paragraphs(notes.WentBadly)
	quiet, err := meeting.QuietFor(ctx, tx, s.by, s.area, m, barred)
	if err != nil {
		return err
	}
	if err := s.learnQuiet(ctx, tx, quiet); err != nil {
		return err
	}
	byItem := map[meeting.ItemID][]quietView{}
	for _, q := range quiet {
		byItem[q.Item] = append(byItem[q.Item], s.quietView(q))
	}
	d.Quiet = byItem[""]
	for _, i := range items {
		if err := s.names.learn(ctx, tx, i.PutBy); err != nil {
			return err
		}
		v := itemView{ID: "item-" + string(i.ID), Number: strconv.Itoa(len(d.Agenda) + 1), Title: s.title(i), Meta: s.itemMeta(i), Quiet: byItem[i.ID], minutes: i.Minutes}
		if i.MembersOnly && !s.reads {
			v.Meta = ""
		}
		if i.PutAt.After(m.AgendaAgreed) && !m.AgendaAgreed.IsZero() {
			v.Meta += " Put on after the agenda was agreed."
		}
		said := notes.Items[i.ID]
		v.Said, v.Agreed = paragraphs(said.Said), paragraphs(said.Agreed)
		if (s.reads || s.puts) && (!i.MembersOnly || s.reads) {
			v.Words = paragraphs(i.Words)
		}
		if i.Decision != 0 && (!i.MembersOnly || s.reads) {
			v.Decision = web.Link{Text: "Decision " + strconv.FormatInt(i.Decision, 10)}
			there, err := s.room.There(ctx, tx, s.area.ID, i.Decision)
			if err != nil {
				return err
			}
			if there {
				v.Decision.Href = decisionHref(s.area, i.Decision)
			}
		}
		if barred[i.ID] {
			v.Words, v.Quiet = nil, nil
			v.Kept = "You have an interest in this, so you are not part of the talk about it."
		}
		if err = s.touches(ctx, tx, m, i, &v); err != nil {
			return err
		}
		if i.TakenOff != "" {
			v.Meta = "Taken off: " + i.TakenOff
			d.TakenOff = append(d.TakenOff, v)
			continue
		}
		s.raised(m, i, raised, &v)
		if s.runs && !m.Off && m.Stage() != meeting.Agreed {
			v.More = meetingHref(s.area, m.ID) + "/agenda/parties?item=" + url.QueryEscape(string(i.ID))
		}
		d.Agenda = append(d.Agenda, v)
	}
	return nil
}

// A raisedView is a decision that came of an item.
type raisedView struct {
	Link  web.Link
	State string
}

// raised leads from an item to the decisions that came of it, and to where it is put
// forward to be decided. Of an item for members alone others are told nothing.
func (s scene) raised(m meeting.Meeting, i meeting.Item, all []Raised, v *itemView) {
	if i.MembersOnly && !s.reads {
		return
	}
	for _, r := range all {
		if r.Item == i.ID && r.Number != i.Decision {
			v.Raised = append(v.Raised, raisedView{web.Link{Text: "Decision " + strconv.FormatInt(r.Number, 10) + ": " + r.Title, Href: decisionHref(s.area, r.Number)}, r.State})
		}
	}
	if s.puts && !m.Off && v.Kept == "" && i.Decision == 0 {
		q := url.Values{"meeting": {string(m.ID)}, "item": {string(i.ID)}, "title": {i.Title}}
		v.Raise = home(s.area) + "/decisions/new?" + q.Encode()
	}
}

// itemMeta says how long an item takes, and who put it forward in which hat.
func (s scene) itemMeta(i meeting.Item) string {
	words := ""
	if i.Minutes > 0 {
		words = counted(int(i.Minutes), "minute") + ". "
	}
	hat := i.PutRole.Title()
	switch {
	case i.PutRole == access.Nobody:
		return words
	case s.names.full || s.names.public[i.PutBy]:
		return words + "Put forward by " + s.names.of(i.PutBy) + ", " + hat + "."
	case i.PutRole == access.Chair:
		return words + "Put forward by the chair."
	}
	return words + "Put forward by a " + hat + "."
}

// touches says whose interests an item touches, and what is done about each: with
// names and with what waits to those who see interests, and to everybody what is public
// of those who have a say. Those who may are led to where it is recorded.
func (s scene) touches(ctx context.Context, tx *db.Tx, m meeting.Meeting, i meeting.Item, v *itemView) error {
	sees := s.by.May(access.SeeInterests, s.area.Place())
	if i.MembersOnly && !s.reads && !sees {
		return nil
	}
	one, err := meeting.Touching(ctx, tx, m, i)
	if err != nil || len(one.Parties) == 0 {
		return err
	}
	touches, err := partnership.TouchesIn(ctx, tx, s.area.ID, one)
	if err != nil || len(touches) == 0 {
		return err
	}
	closed := m.Off || i.TakenOff != "" || m.Stage() == meeting.Agreed
	if !sees {
		v.Settled = publicTouches(touches, m, closed)
		return nil
	}
	bar, err := partnership.BarIn(ctx, tx, s.area.ID, one, s.by.Person)
	if err != nil {
		return err
	}
	maySettle := !closed && !bar.Vote && s.by.May(access.HandleInterest, s.area.Place())
	var waits []string
	for _, one := range touches {
		words := one.Name
		if one.With != "" {
			words += " (" + one.With + ")"
		}
		switch {
		case !one.Handling.IsZero():
			v.Settled = append(v.Settled, words+": "+one.Handling.Public)
			continue
		case closed && toldAfter(one, m) && one.Decides:
			v.Settled = append(v.Settled, words+": told us of this on "+date.InLondon(one.DeclaredAt).Long()+", after the notes were agreed.")
			continue
		case closed:
			continue
		}
		if !slices.Contains(waits, words) {
			waits = append(waits, words)
		}
		if maySettle {
			v.Settle = append(v.Settle, web.Link{Text: one.Name, Href: partnership.HandlingPath(s.area, i.ID.About(), one.Interest)})
		}
	}
	if len(waits) > 0 {
		v.Touches = "This touches an interest of " + listed(waits) + ". Agree what is done about it before anyone talks: until then nothing is agreed about this."
	}
	return nil
}

// publicTouches are what everybody reads of the interests that an item touches, each
// once however many people told us the same.
func publicTouches(touches []partnership.Touch, m meeting.Meeting, closed bool) (all []string) {
	type told struct{ sentence, then string }
	var said []told
	by := map[told][]access.PersonID{}
	for _, t := range touches {
		then, shown := publicTouch(t, m, closed)
		one := told{t.Public, then}
		switch {
		case !shown || slices.Contains(by[one], t.Person):
			continue
		case len(by[one]) == 0:
			said = append(said, one)
		}
		by[one] = append(by[one], t.Person)
	}
	for _, one := range said {
		who := "somebody who decides"
		if n := len(by[one]); n > 1 {
			who = countedPeople(n) + " who decide"
		}
		all = append(all, strings.TrimSpace(who+" told us: “"+one.sentence+"” "+one.then))
	}
	return all
}

// publicTouch is what everybody reads is done about an interest that an item touches,
// and whether they read of it.
func publicTouch(t partnership.Touch, m meeting.Meeting, closed bool) (words string, shown bool) {
	switch {
	case !t.Decides:
		return "", false
	case !t.Handling.IsZero():
		return t.Handling.Public, true
	case closed && toldAfter(t, m):
		return "They told us after this was agreed.", true
	case closed:
		return "", false
	}
	return "What is done about it will be said before it is talked about.", true
}

func toldAfter(t partnership.Touch, m meeting.Meeting) bool {
	return !m.Agreed.IsZero() && date.InLondon(t.DeclaredAt).After(m.Agreed)
}

func (s scene) learnQuiet(ctx context.Context, tx *db.Tx, quiet []meeting.Quiet) error {
	var who []access.PersonID
	for _, q := range quiet {
		who = append(who, q.Person, q.EnteredBy)
	}
	return s.names.learn(ctx, tx, who...)
}

func (s scene) quietView(q meeting.Quiet) quietView {
	who := "Somebody who would rather not give a name"
	switch {
	case q.IsOf(s.by.Person) && q.Named():
		who = "You"
	case q.IsOf(s.by.Person):
		who = "You, without your name"
	case q.Person != "":
		who = s.names.of(q.Person)
	case q.Name != "":
		who = q.Name
	}
	if q.Telephone {
		who += ", by telephone, entered by " + s.names.of(q.EnteredBy)
	}
	return quietView{paragraphs(q.Words), who + ", " + q.On.Long(), who, q.On}
}

// raisable are the items that the reader may put forward to be decided.
func (d meetingData) raisable() (all []itemView) {
	for _, i := range d.Agenda {
		if i.Raise != "" {
			all = append(all, i)
		}
	}
	return all
}
