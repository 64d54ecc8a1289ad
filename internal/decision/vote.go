package decision

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/partnership"
)

// A Choice is how somebody votes.
type Choice string

// The choices. Who stands aside counts as there, and carries nothing either way.
const (
	Yes         Choice = "yes"
	No          Choice = "no"
	StandsAside Choice = "aside"
)

// Choices lists every choice, in the order in which people are asked.
func Choices() []Choice { return []Choice{Yes, No, StandsAside} }

// Words are the choice as somebody says it.
func (c Choice) Words() string {
	switch c {
	case Yes:
		return "Yes, go ahead"
	case No:
		return "No"
	case StandsAside:
	}
	return "I stand aside"
}

// A Poll is a vote on one wording. It is counted by the rule of the day it opened.
type Poll struct {
	Version      int64
	Hash         string
	OpenedBy     access.PersonID
	OpenedAt     time.Time
	ClosesAt     time.Time // the first instant at which no ballot is taken
	RulesVersion int64
	Majority     partnership.Majority
	Quorum       int
	Electorate   string    // the hash of who had a say when it opened
	Electors     []Elector // barred: those who took no part from the start
	Ballots      []Ballot  // in the order in which they were cast
	Extensions   []Extension
}

// Exists reports whether there is a vote.
func (p Poll) Exists() bool { return p.Hash != "" }

// A Ballot is one vote. Its holder may change it until the vote closes: the last counts.
type Ballot struct {
	Turn      int64
	Person    access.PersonID
	Holder    string
	After     int64 // the turn of the ballot of this vote that it takes the place of; 0 for none
	Hash      string
	Choice    Choice
	Reason    string
	MayPrint  bool
	Via       Via
	EnteredBy access.PersonID
	EnteredAt time.Time
	Salt      string
	Seal      string
	Confirmed Confirmation
}

// Counts reports whether the ballot is one to be counted.
func (b Ballot) Counts() bool { return b.Via == BySelf || b.Confirmed.By != "" }

// An Extension is that a vote closes later than was said first.
type Extension struct {
	ClosedAt time.Time
	ClosesAt time.Time
	Why      string
	By       access.PersonID
	At       time.Time
}

// NewVote opens a vote.
type NewVote struct {
	Form     string
	ClosesAt time.Time
}

// A vote is open long enough to be heard of, and not so long that it is forgotten.
const (
	shortestVote = 24 * time.Hour
	longestVote  = 62 * 24 * time.Hour
)

// OpenVote puts a proposal to the vote: where the area's rule has votes, and
// agreement was looked for and not found.
func (d *Decisions) OpenVote(ctx context.Context, by access.Actor, a area.Area, number int64, n NewVote) error {
	return wrap("open vote", d.once(ctx, by, n.Form, []any{"vote", a.ID, number, n.ClosesAt.UTC()}, nil, func(tx *db.Tx) (int64, error) {
		return number, d.OpenVoteIn(ctx, tx, by, a, number, n)
	}))
}

// OpenVoteIn is OpenVote as part of a transaction.
func (d *Decisions) OpenVoteIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, number int64, n NewVote) error {
	of, err := d.mayRun(ctx, tx, by, a, number)
	if err != nil {
		return err
	}
	if err := d.mustBeAsking(of); err != nil {
		return err
	}
	if err := d.mustBeHandled(ctx, tx, of); err != nil {
		return err
	}
	rules, err := partnership.RulesOn(ctx, tx, a.ID, d.today())
	if err != nil {
		return err
	}
	switch {
	case !rules.MayVote:
		return fault.New(fault.Conflict, "Our rules have no vote: we agree, or we leave it.")
	case !slices.ContainsFunc(of.Attempts, func(t Attempt) bool { return !t.Agreed }):
		return fault.New(fault.Conflict, "Look for agreement first, and record how that went. A vote is for when we cannot agree.")
	}
	if err := d.checkClosing(ctx, tx, a, d.Now(), n.ClosesAt); err != nil {
		return err
	}
	electors, err := d.electorsNow(ctx, tx, of)
	if err != nil {
		return err
	}
	if electors, err = d.barIn(ctx, tx, of, electors, nil); err != nil {
		return err
	}
	p := Poll{
		Version: of.Text().Version, Hash: of.Text().Hash, OpenedBy: by.Person, OpenedAt: d.Now(), ClosesAt: n.ClosesAt.UTC().Truncate(time.Second),
		RulesVersion: rules.Version, Majority: rules.Majority, Quorum: quorumOf(rules, electors), Electorate: electorateOf(electors), Electors: electors,
	}
	if err := insertPoll(ctx, tx, of, p); err != nil {
		return wrap("insert vote", err)
	}
	return d.record(ctx, tx, by, of, "vote opened", facts{
		"version": strconv.FormatInt(p.Version, 10), "hash": p.Hash, "closes": instant(p.ClosesAt), "electorate": p.Electorate,
		"rules": strconv.FormatInt(p.RulesVersion, 10), "majority": string(p.Majority), "quorum": strconv.Itoa(p.Quorum),
	}, "")
}

// instant is how an event says a point in time.
func instant(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// electorateOf is the hash of who has a say, on their own or in a share.
func electorateOf(electors []Elector) string {
	lines := make([]string, len(electors))
	for i, e := range electors {
		lines[i] = strings.Join([]string{string(e.Person), e.Holder, string(e.Kind), strconv.FormatBool(e.Resident), strconv.FormatBool(e.Barred)}, " ")
	}
	slices.Sort(lines)
	return hashed(lines)
}

var london = func() *time.Location {
	l, err := time.LoadLocation("Europe/London")
	if err != nil {
		return time.UTC // as near as can be without the tables of zones
	}
	return l
}()

// At is an hour of a day where people are, at which a vote closes.
func At(day date.Date, hour int) time.Time {
	return time.Date(day.Year(), day.Month(), day.Day(), hour, 0, 0, 0, london).UTC()
}

// checkClosing refuses an end that is too soon, too late, or while the area rests (R37).
func (d *Decisions) checkClosing(ctx context.Context, tx *db.Tx, a area.Area, from, closes time.Time) error {
	switch {
	case closes.Before(from.Add(shortestVote)):
		return fault.Invalid{{Field: "closes", Words: "Give people at least a whole day to vote"}}
	case closes.After(from.Add(longestVote)):
		return fault.Invalid{{Field: "closes", Words: "Choose a day within two months"}}
	}
	day := date.InLondon(closes)
	closed, err := area.ClosedOn(ctx, tx, a.ID, day)
	if err != nil || !closed {
		return err
	}
	open, err := area.NextOpenDay(ctx, tx, a.ID, day)
	if err != nil {
		return err
	}
	return fault.Invalid{{Field: "closes", Words: "We are closed on that day. We are open again on " + open.Full()}}
}

// NewExtension has a vote close later.
type NewExtension struct {
	Form     string
	ClosesAt time.Time
	Why      string
}

// Extend has a vote close later, while it is open.
func (d *Decisions) Extend(ctx context.Context, by access.Actor, a area.Area, number int64, n NewExtension) error {
	return wrap("extend vote", d.once(ctx, by, n.Form, []any{"extend", a.ID, number, n.ClosesAt.UTC(), n.Why}, nil, func(tx *db.Tx) (int64, error) {
		return number, d.ExtendIn(ctx, tx, by, a, number, n)
	}))
}

// ExtendIn is Extend as part of a transaction.
func (d *Decisions) ExtendIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, number int64, n NewExtension) error {
	// The vote is locked before the clock is read.
	if _, err := touchPoll(ctx, tx, a.ID, number, 0); err != nil {
		return err
	}
	of, err := d.mayRun(ctx, tx, by, a, number)
	if err != nil {
		return err
	}
	if err := d.mustBeVoting(of); err != nil {
		return err
	}
	closes := n.ClosesAt.UTC().Truncate(time.Second)
	var wrong fault.Invalid
	if !closes.After(of.Poll.ClosesAt) {
		wrong.Add("closes", "Choose a time after that at which it closes now")
	}
	if plain(n.Why) == "" || len(n.Why) > longestReason {
		wrong.Add("why", "Say why, in up to 2,000 letters")
	}
	if err := wrong.OrNil(); err != nil {
		return err
	}
	if closes.After(of.Poll.OpenedAt.Add(longestVote)) {
		return fault.Invalid{{Field: "closes", Words: "A vote lasts two months at most"}}
	}
	if err := d.checkClosing(ctx, tx, a, of.Poll.OpenedAt, closes); err != nil {
		return err
	}
	x := Extension{of.Poll.ClosesAt, closes, plain(n.Why), by.Person, d.Now()}
	if err := insertExtension(ctx, tx, of, x); err != nil {
		return wrap("insert extension", err)
	}
	return d.record(ctx, tx, by, of, "vote extended", facts{"closed": instant(x.ClosedAt), "closes": instant(x.ClosesAt)}, x.Why)
}

func (d *Decisions) mustBeVoting(of Decision) error {
	switch s := of.State(d.Now()); {
	case s.IsMade():
		return errMade
	case s == Counting:
		return fault.New(fault.Conflict, "The vote has closed.")
	case s != Voting:
		return fault.New(fault.Conflict, "There is no vote on this.")
	}
	return nil
}

// NewBallot is how somebody votes.
type NewBallot struct {
	Form     string
	Hash     string // of the wording that they read
	Choice   Choice
	Reason   string
	MayPrint bool
	For      access.PersonID // of what is entered for somebody: who
	Via      Via             // and how they let it be known
}

// Check says what is wrong with n, if anything.
func (n NewBallot) Check() fault.Invalid {
	var wrong fault.Invalid
	if !slices.Contains(Choices(), n.Choice) {
		wrong.Add("choice", "Choose yes, no, or stand aside")
	}
	if len(n.Reason) > longestReason {
		wrong.Add("reason", "Say it in up to 2,000 letters")
	}
	return checkEntry(wrong, n.For, n.Via)
}

// Vote casts somebody's own ballot, or enters one that they gave on paper or by
// telephone. It may be cast again until the vote closes, and the last counts.
func (d *Decisions) Vote(ctx context.Context, by access.Actor, a area.Area, number int64, n NewBallot) error {
	return wrap("vote", d.once(ctx, by, n.Form, []any{"ballot", a.ID, number, n.Hash, n.Choice, n.Reason, n.MayPrint, n.For, n.Via}, nil, func(tx *db.Tx) (int64, error) {
		return number, d.VoteIn(ctx, tx, by, a, number, n)
	}))
}

// VoteIn is Vote as part of a transaction. It first takes the vote's row, for which
// the closing waits and which waits for the closing, and then reads the clock.
func (d *Decisions) VoteIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, number int64, n NewBallot) error {
	turn, err := touchPoll(ctx, tx, a.ID, number, 1)
	if err != nil {
		return err
	}
	of, who, via, err := d.speaker(ctx, tx, by, a, number, n.For, n.Via)
	if err != nil {
		return err
	}
	if err := n.Check().OrNil(); err != nil {
		return err
	}
	now := d.Now()
	if err := d.mustBeVoting(of); err != nil {
		return err
	}
	if n.Hash != of.Poll.Hash {
		return errOtherWords
	}
	e, err := d.mayVote(ctx, tx, of, who)
	if err != nil {
		return err
	}
	b := Ballot{
		Turn: turn, Person: who, Holder: e.Holder, Hash: n.Hash, Choice: n.Choice, Reason: plain(n.Reason), MayPrint: n.MayPrint,
		Via: via, EnteredBy: by.Person, EnteredAt: now, Salt: d.salt(),
	}
	for _, o := range of.Poll.Ballots {
		if o.Holder != e.Holder {
			continue
		}
		b.After = o.Turn
		if via != BySelf && o.Person == who && o.Via == BySelf {
			return ErrSpokeAlready
		}
	}
	b.Seal = sealOf(b.Salt, string(b.Choice), b.Reason)
	if err := insertBallot(ctx, tx, of, b); err != nil {
		return wrap("insert ballot", err)
	}
	// What is voted is nowhere in the event: only a seal, to be held against it later.
	said := facts{"turn": strconv.FormatInt(b.Turn, 10), "seal": b.Seal}
	act := "vote cast"
	if via != BySelf {
		act, said["for"], said["via"] = "vote entered", string(who), string(via)
	}
	return d.record(ctx, tx, by, of, act, said, "")
}

// mayVote is the elector that somebody was when the vote opened, where they still
// have a part in the partnership that has a say, and no interest.
func (d *Decisions) mayVote(ctx context.Context, tx *db.Tx, of Decision, who access.PersonID) (Elector, error) {
	e, err := d.voiceOf(ctx, tx, of, of.Poll.Electors, who)
	if err != nil {
		return e, err
	}
	if e.Barred {
		return e, fault.New(fault.Forbidden, "When the vote opened you took no part in this, so you have no vote on it.")
	}
	// Who voted while they had an interest is not counted, and so does not vote again.
	now, err := d.barIn(ctx, tx, of, []Elector{e}, of.Poll.spoke())
	if err != nil {
		return e, err
	}
	if now[0].Barred {
		return e, fault.New(fault.Forbidden, "You had an interest in this when you voted, so you take no part in deciding it.")
	}
	members, err := partnership.MembersOn(ctx, tx, of.Area, d.today())
	if err != nil {
		return e, err
	}
	if !slices.ContainsFunc(members, func(m partnership.Member) bool { return m.Person == who && m.Kind.Role() == access.Member && !m.Waits }) {
		return e, errNoSay
	}
	return e, nil
}

// Confirm confirms what was entered for somebody: "position" or "ballot", by its
// turn. It takes another person than who entered it: a second pair of eyes on the
// paper, or whose word it is.
func (d *Decisions) Confirm(ctx context.Context, by access.Actor, a area.Area, number int64, what string, turn int64, form string) error {
	return wrap("confirm", d.once(ctx, by, form, []any{"confirm", a.ID, number, what, turn}, nil, func(tx *db.Tx) (int64, error) {
		return number, d.ConfirmIn(ctx, tx, by, a, number, what, turn)
	}))
}

// The things that are entered for somebody.
const (
	APosition = "position"
	ABallot   = "ballot"
)

// ConfirmIn is Confirm as part of a transaction.
func (d *Decisions) ConfirmIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, number int64, what string, turn int64) error {
	if what == ABallot {
		if _, err := touchPoll(ctx, tx, a.ID, number, 0); err != nil {
			return err
		}
	}
	of, err := d.seen(ctx, tx, by, a, number)
	if err != nil {
		return err
	}
	entered, ok := of.entered(what, turn)
	if !ok {
		return fault.NotFound
	}
	if by.Person != entered.whose || !by.May(access.TakePart, a.Place()) {
		if err := by.Must(access.EnterForSomeone, a.Place()); err != nil {
			return err
		}
	}
	if err := d.mustBeFree(ctx, tx, by, of); err != nil {
		return err
	}
	switch s := of.State(d.Now()); {
	case s.IsMade():
		return errMade
	case by.Person == entered.by:
		return fault.New(fault.Forbidden, "You entered this, so somebody else confirms it.")
	case entered.confirmed:
		return fault.New(fault.Conflict, "This was confirmed already.")
	}
	if err := insertConfirmation(ctx, tx, of, what, turn, Confirmation{by.Person, d.Now()}); err != nil {
		return wrap("insert confirmation", err)
	}
	return d.record(ctx, tx, by, of, what+" confirmed", facts{"turn": strconv.FormatInt(turn, 10)}, "")
}

// anEntry is what was entered for somebody.
type anEntry struct {
	whose, by access.PersonID
	confirmed bool
}

func (d Decision) entered(what string, turn int64) (anEntry, bool) {
	for _, p := range d.Positions {
		if what == APosition && p.Turn == turn && p.Via != BySelf {
			return anEntry{p.Person, p.EnteredBy, p.Counts()}, true
		}
	}
	for _, b := range d.Poll.Ballots {
		if what == ABallot && b.Turn == turn && b.Via != BySelf {
			return anEntry{b.Person, b.EnteredBy, b.Counts()}, true
		}
	}
	return anEntry{}, false
}

// Out are those of the electors of a vote who take no part in it: when it was
// counted, or while it was not, now.
func (d *Decisions) Out(ctx context.Context, tx *db.Tx, of Decision) (out []access.PersonID, err error) {
	if of.Result.Outcome != "" {
		return of.Result.Excluded, nil
	}
	now, err := d.barIn(ctx, tx, of, of.Poll.Electors, of.Poll.spoke())
	return barredOf(now), err
}

// barredOf are those who take no part.
func barredOf(electors []Elector) (out []access.PersonID) {
	for _, e := range electors {
		if e.Barred {
			out = append(out, e.Person)
		}
	}
	return out
}

// Has reports whether the vote of a holder has been cast, by somebody who is not
// out of it: which is all that anybody is told while it is open.
func (p Poll) Has(holder string, out []access.PersonID) bool {
	_, has := p.Spoke(holder, out)
	return has
}

// LastOf is the last ballot that a person cast or that was entered for them.
func (p Poll) LastOf(who access.PersonID) (b Ballot, ok bool) {
	for _, o := range p.Ballots {
		if o.Person == who {
			b, ok = o, true
		}
	}
	return b, ok
}

// Spoke is the last ballot of a holder that counts, with those left out who take
// no part.
func (p Poll) Spoke(holder string, out []access.PersonID) (b Ballot, ok bool) {
	for _, o := range p.Ballots {
		if o.Holder == holder && o.Counts() && !slices.Contains(out, o.Person) {
			b, ok = o, true
		}
	}
	return b, ok
}

// tally counts a vote with those left out who take no part now.
func (p Poll) tally(out []access.PersonID) (Tally, map[string]saying) {
	electors := slices.Clone(p.Electors)
	for i, e := range electors {
		electors[i].Barred = e.Barred || slices.Contains(out, e.Person)
	}
	var said []saying
	for _, b := range p.Ballots {
		said = append(said, saying{b.Person, b.Turn, string(b.Choice), b.Counts()})
	}
	return count(electors, said)
}
