// Package reminder writes kind mails about what comes up: a meeting, something that
// somebody took on, notes that wait to be agreed, a vote that closes, a term or an
// agreement that ends; a promise of ours to an agency, a relationship that goes quiet,
// and what was agreed with an agency (R37, S07, S35, S40).
//
// Each thing is said once to each person whom it is for, however many programs run.
// Nobody is written to while their area is closed, nobody who has left, and nobody
// who does not wish it. Nothing that is not public stands in a mail: it says what
// waits, and leads to the page that asks who is there.
package reminder

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/calendar"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/decision"
	"commontable/internal/id"
	"commontable/internal/mail"
	"commontable/internal/meeting"
	"commontable/internal/partnership"
	"commontable/internal/person"
)

// Reminders is everything that is done here.
type Reminders struct {
	DB      *db.DB
	IDs     *id.Maker
	Now     func() time.Time
	BaseURL string
}

// How long before something people are reminded of it.
const (
	daysToMeeting  = 7 // time to add something to the agenda, and to ask for a lift
	daysToAction   = 3
	daysToPromise  = 5
	daysToVote     = 4
	daysWithNotes  = 10 // after they were circulated
	monthsToTerm   = 2
	monthsToReview = 2
	week           = 7
	firstHour      = 8 // in London: nobody is woken
	lastHour       = 20
)

// A matter is something to be reminded of, by one person.
type matter struct {
	who   access.PersonID
	kind  string
	about string
	words string // one line, with a full stop
	asks  string // what the button says
	path  string // in the site
	until time.Time
}

// Round writes what is to be written today, once a day for each area, and tells how
// many mails it was. It does nothing at night.
func (r *Reminders) Round(ctx context.Context) (mails int, err error) {
	today := date.InLondon(r.Now())
	if r.Now().Before(decision.At(today, firstHour)) || !r.Now().Before(decision.At(today, lastHour)) {
		return 0, nil
	}
	var areas []area.Area
	err = r.DB.Read(ctx, func(tx *db.Tx) error {
		programmes, err := area.Programmes(ctx, tx)
		if err != nil {
			return err
		}
		for _, p := range programmes {
			all, err := area.All(ctx, tx, p.ID)
			if err != nil {
				return err
			}
			areas = append(areas, all...)
		}
		done, err := db.All(ctx, tx, db.Value[area.ID], `SELECT area_id FROM reminder_days WHERE on_day = $1`, today)
		areas = slices.DeleteFunc(areas, func(a area.Area) bool { return slices.Contains(done, a.ID) })
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("remind: %w", err)
	}
	for _, a := range areas {
		sent := 0
		if err := r.DB.Write(ctx, func(tx *db.Tx) (err error) {
			sent, err = r.RoundIn(ctx, tx, a)
			return err
		}); err != nil {
			return mails, fmt.Errorf("remind people of %s: %w", a.Slug, err)
		}
		mails += sent
	}
	return mails, nil
}

// RoundIn is Round for one area, as part of a transaction.
func (r *Reminders) RoundIn(ctx context.Context, tx *db.Tx, a area.Area) (mails int, err error) {
	today := date.InLondon(r.Now())
	if first, err := thinkOf(ctx, tx, a.ID, today); err != nil || !first {
		return 0, err
	}
	if closed, err := area.ClosedOn(ctx, tx, a.ID, today); err != nil || closed {
		return 0, err
	}
	weekly, err := weekBegins(ctx, tx, a.ID, today)
	if err != nil {
		return 0, err
	}
	here, err := r.hereIn(ctx, tx, a, today)
	if err != nil {
		return 0, err
	}
	matters, err := r.matters(ctx, tx, a, today, here)
	if err != nil {
		return 0, err
	}
	slices.SortStableFunc(matters, func(x, y matter) int { return strings.Compare(string(x.who), string(y.who)) })
	for len(matters) > 0 {
		n := 1
		for n < len(matters) && matters[n].who == matters[0].who {
			n++
		}
		sent, err := r.write(ctx, tx, a, today, weekly, matters[:n])
		if err != nil {
			return mails, err
		}
		if sent {
			mails++
		}
		matters = matters[n:]
	}
	return mails, nil
}

// weekBegins reports whether a day is the one on which those are written to who
// wish it weekly: Monday, or where the area is closed then the first day after it on
// which it is open.
func weekBegins(ctx context.Context, tx *db.Tx, a area.ID, today date.Date) (bool, error) {
	monday := today
	for monday.Weekday() != time.Monday {
		monday = monday.AddDays(-1)
	}
	open, err := area.NextOpenDay(ctx, tx, a, monday)
	return open == today, err
}

// here are those who take part in an area on a day.
type here struct {
	members []partnership.Member
	chairs  []access.PersonID
	workers []access.PersonID
	all     map[access.PersonID]bool
}

func (r *Reminders) hereIn(ctx context.Context, tx *db.Tx, a area.Area, today date.Date) (h here, err error) {
	h.all = map[access.PersonID]bool{}
	if h.members, err = partnership.MembersOn(ctx, tx, a.ID, today); err != nil {
		return h, err
	}
	for _, m := range h.members {
		h.all[m.Person] = true
	}
	for _, role := range []access.Role{access.Chair, access.Worker} {
		wearers, err := person.Wearers(ctx, tx, role, access.InArea, string(a.ID), today)
		if err != nil {
			return h, err
		}
		for _, w := range wearers {
			h.all[w.Person.ID] = true
			if role == access.Chair {
				h.chairs = append(h.chairs, w.Person.ID)
			}
		}
		if role == access.Worker {
			h.workers = workersOf(wearers)
		}
	}
	return h, nil
}

// matters are all that there is to say in an area, as if nothing had been said yet.
// They reach a week further than is needed today, for who is written to weekly.
func (r *Reminders) matters(ctx context.Context, tx *db.Tx, a area.Area, today date.Date, h here) (all []matter, err error) {
	for _, of := range []func(context.Context, *db.Tx, area.Area, date.Date, here) ([]matter, error){r.meetings, r.actions, r.notes, r.votes, r.terms, r.agreements, r.promises, r.contacts, r.reviews} {
		more, err := of(ctx, tx, a, today, h)
		if err != nil {
			return nil, err
		}
		all = append(all, more...)
	}
	return all, nil
}

func (r *Reminders) meetings(ctx context.Context, tx *db.Tx, a area.Area, today date.Date, h here) (all []matter, err error) {
	coming, err := meeting.Between(ctx, tx, a.ID, r.Now(), decision.At(today.AddDays(daysToMeeting+week+1), 0))
	if err != nil {
		return nil, err
	}
	for _, m := range coming {
		if m.Off {
			continue
		}
		answers, err := meeting.Answers(ctx, tx, m)
		if err != nil {
			return nil, err
		}
		from, _, _ := strings.Cut(m.Hours(), " to ")
		then, err := partnership.ByThenOf(ctx, tx, a, today, m.Day())
		if err != nil {
			return nil, err
		}
		for _, one := range h.members {
			if slices.ContainsFunc(answers, func(x meeting.AnswerOf) bool { return x.Person == one.Person && x.Way == meeting.Apologies }) {
				continue
			}
			words := "We meet on " + m.Day().Full() + " at " + from + "."
			if m.Kind == meeting.Partnership && slices.Contains(h.chairs, one.Person) {
				words = strings.TrimSpace(words + " " + then.Words())
			}
			all = append(all, matter{
				who: one.Person, kind: "meeting", about: string(m.ID) + " " + m.Day().String(), asks: "See the agenda, and add to it", path: "/areas/" + a.Slug + "/meetings/" + string(m.ID), until: m.Starts,
				words: words,
			})
		}
	}
	return all, nil
}

func (r *Reminders) actions(ctx context.Context, tx *db.Tx, a area.Area, today date.Date, h here) (all []matter, err error) {
	for _, who := range sorted(h.all) {
		open, err := meeting.OpenActionsOf(ctx, tx, a.ID, who)
		if err != nil {
			return nil, err
		}
		for _, x := range open {
			due := x.DueNow()
			if due.IsZero() || due.Before(today) || today.AddDays(daysToAction+week).Before(due) {
				continue
			}
			all = append(all, matter{
				who: who, kind: "action", about: string(x.ID) + " " + due.String(), asks: "See what it was", path: "/areas/" + a.Slug + "/actions/" + string(x.ID), until: decision.At(due.AddDays(2), 0),
				words: "You took something on, for " + due.Full() + ". If it takes longer, that is fine: say so at the next meeting.",
			})
		}
	}
	return all, nil
}

func (r *Reminders) notes(ctx context.Context, tx *db.Tx, a area.Area, today date.Date, h here) (all []matter, err error) {
	waiting, err := meeting.Unagreed(ctx, tx, a.ID, r.Now().AddDate(0, -6, 0))
	if err != nil {
		return nil, err
	}
	for _, m := range waiting {
		if m.Stage() != meeting.Circulated || today.AddDays(-daysWithNotes).Before(date.InLondon(m.Circulated)) {
			continue
		}
		for _, who := range h.chairs {
			all = append(all, matter{
				who: who, kind: "notes", about: string(m.ID), asks: "Read the notes", path: "/areas/" + a.Slug + "/meetings/" + string(m.ID),
				words: "The notes of " + m.Day().Full() + " are still to be agreed. You could do it at the next meeting.",
			})
		}
	}
	return all, nil
}

func (r *Reminders) votes(ctx context.Context, tx *db.Tx, a area.Area, today date.Date, h here) (all []matter, err error) {
	open, err := decision.UnderWay(ctx, tx, a.ID)
	if err != nil {
		return nil, err
	}
	for _, s := range open {
		if s.ClosesAt.IsZero() || !r.Now().Before(s.ClosesAt) || today.AddDays(daysToVote+week).Before(date.InLondon(s.ClosesAt)) {
			continue
		}
		d, err := decision.ByNumber(ctx, tx, a.ID, s.Number)
		if err != nil {
			return nil, err
		}
		var out []access.PersonID
		for _, e := range d.Poll.Electors {
			bar, err := partnership.BarIn(ctx, tx, a.ID, d.MatterOn(today), e.Person)
			if err != nil {
				return nil, err
			}
			if e.Barred || d.IsRecused(e.Person) || bar.Vote {
				out = append(out, e.Person)
			}
		}
		for _, e := range d.Poll.Electors {
			if slices.Contains(out, e.Person) || d.Poll.Has(e.Holder, out) || !h.all[e.Person] {
				continue
			}
			all = append(all, matter{
				who: e.Person, kind: "vote", about: string(d.ID), asks: "Read it, and say what you think", path: "/areas/" + a.Slug + "/decisions/" + strconv.FormatInt(d.Number, 10), until: d.Poll.ClosesAt,
				words: "A vote closes on " + date.InLondon(d.Poll.ClosesAt).Full() + " at " + calendar.ClockOf(d.Poll.ClosesAt).String() + ", and you have a say in it. On paper or by telephone is just as good.",
			})
		}
	}
	return all, nil
}

func (r *Reminders) terms(_ context.Context, _ *db.Tx, a area.Area, today date.Date, h here) (all []matter, err error) {
	for _, m := range h.members {
		if m.TermEnds.IsZero() || m.TermEnds.Before(today) || today.AddMonths(monthsToTerm).AddDays(week).Before(m.TermEnds) {
			continue
		}
		all = append(all, matter{
			who: m.Person, kind: "term", about: string(m.ID) + " " + m.TermEnds.String(), asks: "See your entry", path: "/areas/" + a.Slug + "/people/" + string(m.Person), until: decision.At(m.TermEnds.AddDays(1), 0),
			words: "You said that you would do this until " + m.TermEnds.Long() + ". Would you like to go on, or to show somebody else how it is done?",
		})
	}
	return all, nil
}

func (r *Reminders) agreements(ctx context.Context, tx *db.Tx, a area.Area, today date.Date, h here) (all []matter, err error) {
	texts, err := partnership.Agreements(ctx, tx, a.ID)
	if err != nil {
		return nil, err
	}
	latest := map[string]bool{}
	for _, one := range texts {
		of := string(one.Kind) + " " + string(one.Organisation)
		if !one.Signed() || latest[of] {
			continue
		}
		latest[of] = true // the last comes first
		if one.Kind == partnership.FunderAndLTO || one.ReviewOn.IsZero() || one.ReviewOn.Before(today) || today.AddMonths(monthsToReview).AddDays(week).Before(one.ReviewOn) {
			continue
		}
		for _, who := range h.chairs {
			all = append(all, matter{
				who: who, kind: "agreement", about: string(one.ID), asks: "Read it again", path: "/areas/" + a.Slug + "/agreements/" + string(one.ID), until: decision.At(one.ReviewOn.AddDays(1), 0),
				words: "Something that you signed is to be looked at again by " + one.ReviewOn.Long() + ".",
			})
		}
	}
	return all, nil
}

func sorted(who map[access.PersonID]bool) []access.PersonID {
	all := make([]access.PersonID, 0, len(who))
	for w := range who {
		all = append(all, w)
	}
	slices.Sort(all)
	return all
}

// isDue reports whether a matter is for today, and not only for a week ahead.
func (m matter) isDue(today date.Date) bool {
	day := date.InLondon(m.until)
	switch m.kind {
	case "meeting":
		return !today.AddDays(daysToMeeting).Before(day)
	case "action":
		return !today.AddDays(daysToAction + 2).Before(day)
	case "vote":
		return !today.AddDays(daysToVote).Before(day)
	case "term":
		return !today.AddMonths(monthsToTerm).AddDays(1).Before(day)
	case "promise":
		return !today.AddDays(daysToPromise + 2).Before(day)
	case "agreement", "review":
		return !today.AddMonths(monthsToReview).AddDays(1).Before(day)
	}
	return true
}

// write writes one mail to one person about all that they were not told of yet.
func (r *Reminders) write(ctx context.Context, tx *db.Tx, a area.Area, today date.Date, weekly bool, matters []matter) (sent bool, err error) {
	how, err := ChoiceOf(ctx, tx, matters[0].who)
	if err != nil || how == Never || how == Weekly && !weekly {
		return false, err
	}
	who, err := person.ByID(ctx, tx, matters[0].who)
	if err != nil || who.Email == "" {
		return false, err
	}
	var say []matter
	for _, m := range matters {
		if how == AtOnce && !m.isDue(today) {
			continue
		}
		first, err := r.keep(ctx, tx, a.ID, m)
		if err != nil {
			return false, err
		}
		if first {
			say = append(say, m)
		}
	}
	if len(say) == 0 {
		return false, nil
	}
	message := r.letter(a, who.Name, how, say)
	message.To = who.Email
	return true, mail.SendIn(ctx, tx, r.IDs, r.Now(), message)
}

// letter is what is written. It names nobody and nothing that is not public.
func (r *Reminders) letter(a area.Area, name string, how How, say []matter) mail.Message {
	m := mail.Message{
		Words: []string{"Hello " + name + "."},
		After: []string{"You can have such emails once a week, or not at all: " + r.BaseURL + "/me/reminders"},
	}
	for _, one := range say {
		if !one.until.IsZero() && (m.Until.IsZero() || m.Until.Before(one.until)) {
			m.Until = one.until
		}
	}
	if len(say) == 1 {
		m.Subject, m.Action, m.Link = a.Name+": "+subjectOf(say[0]), say[0].asks, r.BaseURL+say[0].path
		m.Words = append(m.Words, say[0].words)
		return m
	}
	m.Subject = fmt.Sprintf("%s: %d things that come up", a.Name, len(say))
	if how == Weekly {
		m.Subject = a.Name + ": your week"
	}
	for _, one := range say {
		m.Words = append(m.Words, one.words+"\n"+r.BaseURL+one.path)
	}
	return m
}

func subjectOf(m matter) string {
	switch m.kind {
	case "meeting":
		return "we meet on " + date.InLondon(m.until).Full()
	case "action":
		return "something that you took on"
	case "notes":
		return "notes that wait to be agreed"
	case "vote":
		return "a vote closes on " + date.InLondon(m.until).Full()
	case "term":
		return "your time with us"
	case "promise":
		return "something that we said we would do"
	case "contact":
		return "a hello that is due"
	}
	return "an agreement to look at again"
}

// Sweep forgets what was said more than a year ago, and the days before a month ago.
func (r *Reminders) Sweep(ctx context.Context) error {
	return r.DB.Write(ctx, func(tx *db.Tx) error {
		if _, err := tx.Exec(ctx, `DELETE FROM reminders_sent WHERE sent_at < $1`, r.Now().AddDate(-1, 0, 0)); err != nil {
			return fmt.Errorf("sweep reminders: %w", err)
		}
		if _, err := tx.Exec(ctx, `DELETE FROM reminder_days WHERE on_day < $1`, date.InLondon(r.Now()).AddMonths(-1)); err != nil {
			return fmt.Errorf("sweep reminders: %w", err)
		}
		return nil
	})
}

// keep keeps that somebody is told of something, and reports whether they were not
// before.
func (r *Reminders) keep(ctx context.Context, tx *db.Tx, a area.ID, m matter) (first bool, err error) {
	n, err := tx.Exec(ctx, `
		INSERT INTO reminders_sent (person_id, kind, about, area_id, sent_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
		m.who, m.kind, m.about, a, r.Now())
	if err != nil {
		return false, fmt.Errorf("insert reminder: %w", err)
	}
	return n > 0, nil
}

// thinkOf keeps that an area's people are thought of on a day, and reports whether
// they were not yet.
func thinkOf(ctx context.Context, tx *db.Tx, a area.ID, today date.Date) (first bool, err error) {
	n, err := tx.Exec(ctx, `INSERT INTO reminder_days (area_id, on_day) VALUES ($1, $2) ON CONFLICT DO NOTHING`, a, today)
	if err != nil {
		return false, fmt.Errorf("insert reminder day: %w", err)
	}
	return n > 0, nil
}
