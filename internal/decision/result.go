package decision

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/mail"
	"commontable/internal/partnership"
	"commontable/internal/person"
	"commontable/internal/plan"
)

// An Outcome is what a decision came to.
type Outcome string

// The outcomes.
const (
	IsAgreed    Outcome = "agreed"
	IsNotAgreed Outcome = "not agreed"
	HasNoQuorum Outcome = "no quorum"
	IsWithdrawn Outcome = "withdrawn"
)

// A Way is how it came to that.
type Way string

// The ways.
const (
	ByAgreement Way = "agreement"
	ByVote      Way = "vote"
	ByNone      Way = "none" // it was withdrawn
)

// A Result is what a decision came to. It is never changed.
type Result struct {
	Outcome   Outcome
	Way       Way
	Version   int64
	Hash      string
	Yes       int // votes; of an agreement, those who support it
	No        int // of an agreement, those who cannot live with it
	Aside     int
	Unused    int // votes of those who said nothing
	Residents int // who spoke, as residents
	Quorum    int
	Words     string
	Digest    string // of everything that led to it
	On        date.Date
	By        access.PersonID
	At        time.Time
	Excluded  []access.PersonID // who took no part when it was counted
	Rules     int64             // the version of the area's rules by which it was decided; 0: none were set
	RulesKept bool              // false of one from before its rules were kept
}

// NewResult records what a vote came to.
type NewResult struct {
	Form  string
	Words string
}

// Close records the result of a vote that has closed. What was on paper and is not
// confirmed by now does not count.
func (d *Decisions) Close(ctx context.Context, by access.Actor, a area.Area, number int64, n NewResult) error {
	return wrap("close vote", d.once(ctx, by, n.Form, []any{"close", a.ID, number, n.Words}, nil, func(tx *db.Tx) (int64, error) {
		return number, d.CloseIn(ctx, tx, by, a, number, n)
	}))
}

// CloseIn is Close as part of a transaction.
func (d *Decisions) CloseIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, number int64, n NewResult) error {
	if _, err := touchPoll(ctx, tx, a.ID, number, 0); err != nil {
		return err
	}
	of, err := d.seen(ctx, tx, by, a, number)
	if err != nil {
		return err
	}
	// Counting is by rule and leaves nothing to whoever does it, so that a chair
	// with an interest may: the others see the same sum.
	if err := by.Must(access.RunDecisions, a.Place()); err != nil {
		return err
	}
	if len(n.Words) > longestReason {
		return fault.Invalid{{Field: "words", Words: "Say it in up to 2,000 letters"}}
	}
	switch s := of.State(d.Now()); {
	case s.IsMade():
		return errMade
	case s == Voting:
		return fault.New(fault.Conflict, "The vote is still open.")
	case s != Counting:
		return fault.New(fault.Conflict, "There is no vote on this.")
	}
	if err := d.mustBeHandled(ctx, tx, of); err != nil {
		return err
	}
	out, err := d.Out(ctx, tx, of)
	if err != nil {
		return err
	}
	t, _ := of.Poll.tally(out)
	return d.make(ctx, tx, by, a, of, Result{
		Outcome: outcomeOf(of.Poll, t), Way: ByVote, Yes: t.Said[string(Yes)], No: t.Said[string(No)], Aside: t.Said[string(StandsAside)], Unused: t.Unused,
		Residents: t.Residents, Quorum: of.Poll.Quorum, Words: plain(n.Words), Excluded: out,
	})
}

// Withdraw takes a proposal back, before it is voted on.
func (d *Decisions) Withdraw(ctx context.Context, by access.Actor, a area.Area, number int64, words, form string) error {
	return wrap("withdraw", d.once(ctx, by, form, []any{"withdraw", a.ID, number, words}, nil, func(tx *db.Tx) (int64, error) {
		return number, d.WithdrawIn(ctx, tx, by, a, number, words)
	}))
}

// WithdrawIn is Withdraw as part of a transaction.
func (d *Decisions) WithdrawIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, number int64, words string) error {
	of, err := d.mayShape(ctx, tx, by, a, number)
	if err != nil {
		return err
	}
	if plain(words) == "" || len(words) > longestReason {
		return fault.Invalid{{Field: "words", Words: "Say in a few words why"}}
	}
	return d.make(ctx, tx, by, a, of, Result{Outcome: IsWithdrawn, Way: ByNone, Words: plain(words)})
}

// make keeps a result, does what was decided, and tells those who took part.
func (d *Decisions) make(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of Decision, r Result) error {
	if err := d.keepResult(ctx, tx, by, a, &of, r); err != nil {
		return err
	}
	return d.mailResult(ctx, tx, a, of)
}

func (d *Decisions) keepResult(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of *Decision, r Result) error {
	r.Version, r.Hash, r.On, r.By, r.At, r.RulesKept = of.Text().Version, of.Text().Hash, d.today(), by.Person, d.Now(), true
	if of.Poll.Exists() {
		r.Version, r.Hash, r.Rules = of.Poll.Version, of.Poll.Hash, of.Poll.RulesVersion
	} else {
		rules, err := partnership.RulesOn(ctx, tx, a.ID, r.On)
		if err != nil {
			return err
		}
		r.Rules = rules.Version
	}
	slices.Sort(r.Excluded)
	of.Result = r
	of.Result.Digest = digestOf(*of)
	r = of.Result
	if err := insertResult(ctx, tx, *of); err != nil {
		return wrap("insert result", err)
	}
	said := facts{
		"outcome": string(r.Outcome), "way": string(r.Way), "version": strconv.FormatInt(r.Version, 10), "digest": r.Digest, "on": r.On.String(),
		"yes": strconv.Itoa(r.Yes), "no": strconv.Itoa(r.No), "aside": strconv.Itoa(r.Aside), "unused": strconv.Itoa(r.Unused),
		"rules": strconv.FormatInt(r.Rules, 10),
	}
	if r.Way == ByAgreement {
		said["electorate"] = of.Attempts[len(of.Attempts)-1].Electorate
	}
	if err := d.record(ctx, tx, by, *of, "decision made", said, r.Words); err != nil {
		return err
	}
	partnerships := &partnership.Partnerships{DB: d.DB, IDs: d.IDs, Now: d.Now}
	if err := partnerships.CloseIn(ctx, tx, a.ID, of.about()); err != nil {
		return err
	}
	if r.Outcome != IsAgreed {
		return nil
	}
	return d.carryOut(ctx, tx, by, a, *of)
}

// carryOut does what was agreed, in the transaction that records that it was.
func (d *Decisions) carryOut(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of Decision) error {
	if of.Kind == AdoptPlan {
		if err := d.plans().AdoptIn(ctx, tx, by, a, plan.NewAdoption{
			Version: of.PlanVersion, On: date.Of(d.Now()), Decision: "Decision " + strconv.FormatInt(of.Number, 10), DecisionNumber: of.Number,
		}); err != nil {
			return err
		}
	}
	if of.Replaces == 0 {
		return nil
	}
	was, err := summaryOf(ctx, tx, a.ID, of.Replaces)
	if err != nil {
		return err
	}
	if was.ReplacedBy != 0 {
		return fault.New(fault.Conflict, fmt.Sprintf("Decision %d has taken the place of decision %d in the meantime, so this cannot.", was.ReplacedBy, of.Replaces))
	}
	if err := insertReplacement(ctx, tx, of, d.Now()); err != nil {
		return wrap("insert replacement", err)
	}
	return d.record(ctx, tx, by, Decision{Area: a.ID, Number: of.Replaces}, "decision replaced", facts{"by": strconv.FormatInt(of.Number, 10)}, "")
}

// digestOf is of everything that led to a result, as far as it may be kept for
// ever: where words may have to be forgotten, of their seal.
func digestOf(d Decision) string {
	rows := []string{}
	add := func(things ...any) {
		var b strings.Builder
		for _, t := range things {
			fmt.Fprintf(&b, "%v|", t)
		}
		rows = append(rows, b.String())
	}
	for _, p := range d.Proposers {
		add("proposer", p.Person, p.Hat, p.Resident)
	}
	for _, t := range d.Texts {
		add("text", t.Version, t.Hash, t.WrittenBy, instant(t.WrittenAt))
	}
	add("opened", d.Opened.By, instant(d.Opened.At))
	recused := []string{}
	for _, r := range d.Recusals {
		recused = append(recused, string(r.Person))
	}
	slices.Sort(recused)
	add("recused", recused)
	for _, p := range d.Positions {
		add("position", p.Turn, p.Person, p.Holder, p.Hash, p.Stand, p.MayPrint, p.Seal, p.Via, p.EnteredBy, instant(p.EnteredAt), p.Confirmed.By)
	}
	for _, n := range d.Answers {
		add("answer", n.Turn, n.Number, n.By)
	}
	for _, t := range d.Attempts {
		add("attempt", t.Number, t.Hash, t.Agreed, t.Support, t.Worry, t.Aside, t.Cannot, t.Unanswered, t.Residents, t.Quorum, t.By, instant(t.At))
	}
	for _, t := range d.Attempts {
		if t.Electorate != "" { // of one from before it was kept there is none
			add("agreement of", t.Number, t.Electorate)
		}
	}
	if p := d.Poll; p.Exists() {
		add("vote", p.Hash, p.OpenedBy, instant(p.OpenedAt), instant(p.ClosesAt), p.RulesVersion, p.Majority, p.Quorum, p.Electorate, electorateOf(p.Electors))
		for _, b := range p.Ballots {
			add("ballot", b.Turn, b.Person, b.Holder, b.After, b.Hash, b.Choice, b.MayPrint, b.Seal, b.Via, b.EnteredBy, instant(b.EnteredAt), b.Confirmed.By)
		}
		for _, x := range p.Extensions {
			add("extension", instant(x.ClosedAt), instant(x.ClosesAt), x.By)
		}
	}
	r := d.Result
	if r.RulesKept {
		add("by rules", r.Rules)
	}
	add("result", r.Outcome, r.Way, r.Version, r.Hash, r.Yes, r.No, r.Aside, r.Unused, r.Residents, r.Quorum, r.On, r.By, instant(r.At), r.Excluded)
	return hashed(rows)
}

// mailResult tells those who took part, in words that may lie open anywhere.
func (d *Decisions) mailResult(ctx context.Context, tx *db.Tx, a area.Area, of Decision) error {
	if of.Opened.At.IsZero() {
		return nil
	}
	var who []access.PersonID
	add := func(p access.PersonID) {
		if p != "" && !slices.Contains(who, p) {
			who = append(who, p)
		}
	}
	for _, p := range of.Proposers {
		add(p.Person)
	}
	for _, p := range of.Positions {
		add(p.Person)
	}
	for _, b := range of.Poll.Ballots {
		add(b.Person)
	}
	slices.Sort(who)
	for _, w := range who {
		p, err := person.ByID(ctx, tx, w)
		if errors.Is(err, fault.NotFound) || err == nil && p.Email == "" {
			continue
		}
		if err != nil {
			return err
		}
		if err := mail.SendIn(ctx, tx, d.IDs, d.Now(), mail.Message{
			To: p.Email, Subject: a.Name + ": decision " + strconv.FormatInt(of.Number, 10) + " is made",
			Words: []string{
				"Hello " + p.Name + ".",
				"Decision " + strconv.FormatInt(of.Number, 10) + " of " + a.Name + " is made. You took part in it.",
				"What was decided, and how, is here:\n" + d.BaseURL + "/areas/" + a.Slug + "/decisions/" + strconv.FormatInt(of.Number, 10),
				"For your own check: what was decided on begins with " + of.Decided().Code() + ", and the record of it with " + of.Result.Digest[:8] + ". They never change.",
			},
		}); err != nil {
			return wrap("mail result", err)
		}
	}
	return nil
}

// NewTelling is that one who must hear of a decision was told.
type NewTelling struct {
	Form  string
	Party int // the index of the party in the text that was decided on
	On    date.Date
	How   string
}

// Tell records that one who must hear of a decision was told (R44).
func (d *Decisions) Tell(ctx context.Context, by access.Actor, a area.Area, number int64, n NewTelling) error {
	return wrap("tell", d.once(ctx, by, n.Form, []any{"tell", a.ID, number, n.Party, n.On.String(), n.How}, nil, func(tx *db.Tx) (int64, error) {
		return number, d.TellIn(ctx, tx, by, a, number, n)
	}))
}

// TellIn is Tell as part of a transaction.
func (d *Decisions) TellIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, number int64, n NewTelling) error {
	of, err := d.seen(ctx, tx, by, a, number)
	if err != nil {
		return err
	}
	if err := by.Must(access.EnterForSomeone, a.Place()); err != nil {
		return err
	}
	if !of.State(d.Now()).IsMade() {
		return fault.New(fault.Conflict, "It is not decided yet.")
	}
	var wrong fault.Invalid
	parties := of.Decided().Parties
	if n.Party < 0 || n.Party >= len(parties) || parties[n.Party].Part != Hears {
		return fault.NotFound
	}
	if n.On.IsZero() || n.On.After(d.today()) || n.On.Before(of.Result.On) {
		wrong.Add("on", "Enter the day on which they were told: between "+of.Result.On.Long()+" and today")
	}
	if tidy(n.How) == "" || len(n.How) > longestName {
		wrong.Add("how", "Say how they were told, such as “by letter”, in up to 200 letters")
	}
	if err := wrong.OrNil(); err != nil {
		return err
	}
	if slices.ContainsFunc(of.Told, func(t Telling) bool { return t.Party == n.Party }) {
		return fault.New(fault.Conflict, "That was noted already.")
	}
	if err := insertTelling(ctx, tx, of, Telling{n.Party, n.On, tidy(n.How), by.Person, d.Now()}); err != nil {
		return wrap("insert telling", err)
	}
	return d.record(ctx, tx, by, of, "told of a decision", facts{"party": strconv.Itoa(n.Party), "on": n.On.String()}, tidy(n.How))
}
