package partnership

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/audit"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/id"
	"commontable/internal/organisation"
	"commontable/internal/person"
)

// In is the way in which somebody is in a partnership.
type In struct {
	Kind         Kind
	Resident     bool            // they live in the area; of a resident it goes without saying
	Organisation organisation.ID // whom they work for, or who sends them
	ShareVote    bool            // they have one vote together with the others of their organisation
}

// NewMember is somebody who joins: one who is known in the area, or, by name and
// address, one who is not.
type NewMember struct {
	Form     string          // names the form that was filled in
	Person   access.PersonID // "" for somebody new
	Name     string
	Email    string // "" for who has none
	As       In
	From     date.Date
	TermEnds date.Date // the last day for which they said they would do it; zero where nothing was said
	Why      string
}

const longestWords = 500

// check says what is wrong with the way in which somebody is in a partnership.
func (i In) check(wrong *fault.Invalid) {
	if !slices.Contains(Kinds(), i.Kind) {
		wrong.Add("kind", "Choose how they take part")
	}
	if i.ShareVote && i.Organisation == "" {
		wrong.Add("organisation", "Choose the organisation whose people share one vote")
	}
	if i.ShareVote && i.Kind != "" && !i.Kind.Decides() {
		wrong.Add("share", "Only those who have a vote can share one")
	}
}

// tidy says what goes without saying.
func (i In) tidy() In {
	switch i.Kind {
	case Resident:
		i.Resident = true
	case NonResident:
		i.Resident = false
	case Councillor, Friend, Worker, LTO:
	}
	return i
}

func (i In) share() string {
	if i.ShareVote {
		return string(i.Organisation)
	}
	return ""
}

func checkDays(wrong *fault.Invalid, from, term, today date.Date) {
	if from.IsZero() || from.After(today.AddMonths(12)) || from.Year() < 1990 {
		wrong.Add("from", "Enter the day from which it is so, within a year from now, like 27 3 2026")
	}
	if !term.IsZero() && !from.Before(term) {
		wrong.Add("term", "Enter a last day after the first, or leave it empty")
	}
}

func checkWords(wrong *fault.Invalid, field, words string, most int) {
	if len([]rune(words)) > most {
		wrong.Add(field, fmt.Sprintf("Shorten this to %d letters", most))
	}
}

// Check says what is wrong with n, if anything.
func (n NewMember) Check(today date.Date) fault.Invalid {
	var wrong fault.Invalid
	if n.Person == "" {
		wrong = append(wrong, person.New{Name: n.Name, Email: n.Email}.Check()...)
	}
	n.As.check(&wrong)
	checkDays(&wrong, n.From, n.TermEnds, today)
	checkWords(&wrong, "why", n.Why, longestWords)
	return wrong
}

// once does something once for a form, in a transaction of its own.
func (p *Partnerships) once(ctx context.Context, by access.Actor, doing, form string, content any, do func(tx *db.Tx) (string, error)) (subject string, err error) {
	err = p.DB.Write(ctx, func(tx *db.Tx) (err error) {
		subject, err = audit.Once(ctx, tx, audit.Sent{Form: form, By: by, Content: content, At: p.Now()}, func() (string, error) { return do(tx) })
		return err
	})
	if err != nil {
		return "", fmt.Errorf("%s: %w", doing, err)
	}
	return subject, nil
}

func (p *Partnerships) today() date.Date { return date.Of(p.Now()) }

// Join puts somebody on the list of a partnership, and gives them the hat that
// goes with it. Sent twice, it counts once.
func (p *Partnerships) Join(ctx context.Context, by access.Actor, a area.Area, n NewMember) (MemberID, error) {
	content := []any{"join", a.ID, n.Person, n.Name, n.Email, n.As, n.From.String(), n.TermEnds.String(), n.Why}
	m, err := p.once(ctx, by, "join", n.Form, content, func(tx *db.Tx) (string, error) {
		joined, err := p.JoinIn(ctx, tx, by, a, n)
		return string(joined.ID), err
	})
	return MemberID(m), err
}

// JoinIn is Join as part of a transaction. Nobody puts themselves on the list.
func (p *Partnerships) JoinIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, n NewMember) (Member, error) {
	if err := by.Must(access.KeepMembers, a.Place()); err != nil {
		return Member{}, err
	}
	if n.Person != "" && n.Person == by.Person {
		return Member{}, fault.New(fault.Forbidden, "Nobody puts themselves on the list. Ask the worker, the chair or the programme officer to do it.")
	}
	if err := n.Check(p.today()).OrNil(); err != nil {
		return Member{}, err
	}
	who := n.Person
	if who == "" {
		added, err := p.People.AddToAreaIn(ctx, tx, by, a, person.New{Name: n.Name, Email: n.Email})
		if err != nil {
			return Member{}, err
		}
		who = added.ID
	} else if err := p.People.MayPutOnList(ctx, tx, by, who, a); err != nil {
		return Member{}, err
	}
	times, err := timesOf(ctx, tx, a.ID, who)
	if err != nil {
		return Member{}, err
	}
	for _, m := range times {
		if m.Until.IsZero() || m.From.Before(m.Until) && m.Until.After(n.From) {
			return Member{}, fault.New(fault.Conflict, "They are on the list already, from "+m.From.Long()+". Change how they take part instead.")
		}
	}
	return p.begin(ctx, tx, by, a, Member{Person: who, From: n.From, TermEnds: n.TermEnds, Why: strings.TrimSpace(n.Why)}, n.As, Joined)
}

// begin begins a membership, with its hat.
func (p *Partnerships) begin(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, m Member, as In, act Act) (Member, error) {
	as = as.tidy()
	m.ID, m.Area, m.Act = id.New[MemberID](p.IDs), a.ID, act
	m.Kind, m.Resident, m.Organisation, m.Share = as.Kind, as.Resident, as.Organisation, as.share()
	if m.Organisation != "" {
		if _, err := organisation.ByID(ctx, tx, m.Organisation); err != nil {
			return Member{}, err
		}
	}
	if err := insertMembership(ctx, tx, m); err != nil {
		return Member{}, fmt.Errorf("insert membership: %w", err)
	}
	var err error
	if m.asks, err = p.needsSecond(ctx, tx, by, a.ID, m.hadASay, m.Kind); err != nil {
		return Member{}, err
	}
	m, err = p.record(ctx, tx, by, m, false)
	if err != nil {
		return Member{}, err
	}
	return m, p.fitHats(ctx, tx, by, a, m.Person)
}

// record adds what now holds of a membership.
func (p *Partnerships) record(ctx context.Context, tx *db.Tx, by access.Actor, m Member, wasNever bool) (Member, error) {
	m.Number++
	m.RecordedBy, m.RecordedAt = by.Person, p.Now()
	if err := insertRecord(ctx, tx, m, wasNever); err != nil {
		return Member{}, fmt.Errorf("insert membership record: %w", err)
	}
	if m.asks {
		m.Waits = true
		if err := insertWait(ctx, tx, m); err != nil {
			return Member{}, fmt.Errorf("insert wait: %w", err)
		}
	}
	return m, audit.Record(ctx, tx, p.IDs, audit.Event{
		Stream: string(m.Area), Act: "member " + string(m.Act), Subject: string(m.ID), By: by, At: m.RecordedAt,
		Facts: m.facts(wasNever), Private: m.Why,
	})
}

// facts are a record as it is kept for ever.
func (m Member) facts(wasNever bool) map[string]string {
	f := map[string]string{
		"person": string(m.Person), "number": strconv.FormatInt(m.Number, 10), "kind": string(m.Kind), "lives here": yesNo(m.Resident), "from": m.From.String(),
	}
	for name, value := range map[string]string{"organisation": string(m.Organisation), "shares a vote": m.Share, "until": m.Until.String(), "term ends": m.TermEnds.String()} {
		if value != "" {
			f[name] = value
		}
	}
	if wasNever {
		f["was never"] = "yes"
	}
	if m.asks {
		f["waits for a second person"] = "yes"
	}
	return f
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// fitHats gives and ends hats, so that they are as the list says now.
func (p *Partnerships) fitHats(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, who access.PersonID) error {
	open, err := p.openTimes(ctx, tx, a.ID, who)
	if err != nil {
		return err
	}
	var list []person.Wear
	for _, m := range open {
		role := m.Kind.Role()
		if m.Waits {
			role = access.Friend
		}
		list = append(list, person.Wear{Role: role, From: m.From, Until: m.Until})
	}
	return p.People.FitInAreaIn(ctx, tx, by, who, a, list)
}
