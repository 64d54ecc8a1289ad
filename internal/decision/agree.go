package decision

import (
	"context"
	"encoding/hex"
	"slices"
	"strconv"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/partnership"
)

// A Stand is what somebody says when they are asked whether they agree.
type Stand string

// The stands (R16).
const (
	Support Stand = "support"
	Worry   Stand = "worry"
	Aside   Stand = "aside"
	Cannot  Stand = "cannot"
)

// Stands lists every stand, in the order in which people are asked.
func Stands() []Stand { return []Stand{Support, Worry, Aside, Cannot} }

// Words are the stand as somebody says it.
func (s Stand) Words() string {
	switch s {
	case Support:
		return "I support it"
	case Worry:
		return "I support it, with a worry"
	case Aside:
		return "I stand aside"
	case Cannot:
	}
	return "I cannot live with it"
}

// A Via is how somebody let it be known what they say.
type Via string

// The ways. What comes by another hand counts when a second person has confirmed it.
const (
	BySelf      Via = "self"
	OnPaper     Via = "paper"
	ByTelephone Via = "telephone"
	AtMeeting   Via = "meeting" // in a minute book from before this was kept here
)

// A Position is what somebody said, on one wording.
type Position struct {
	Turn      int64
	Person    access.PersonID
	Holder    string // as it was then
	Kind      partnership.Kind
	Version   int64
	Hash      string
	Stand     Stand
	Reason    string
	MayPrint  bool // the reason may be shown beside the result, to everyone
	Via       Via
	EnteredBy access.PersonID
	EnteredAt time.Time
	Salt      string
	Seal      string // of the stand and the reason, which stays when these must be forgotten
	Confirmed Confirmation
}

// A Confirmation is that a second person has seen what was entered for somebody.
type Confirmation struct {
	By access.PersonID
	At time.Time
}

// Counts reports whether the position is one to be counted.
func (p Position) Counts() bool { return p.Via == BySelf || p.Via == AtMeeting || p.Confirmed.By != "" }

// An Answer is what was done about a worry.
type Answer struct {
	Turn   int64 // of the position
	Number int64
	Words  string
	By     access.PersonID
	At     time.Time
}

// An Attempt is what looking for agreement came to, when it was recorded.
type Attempt struct {
	Number     int64
	Version    int64
	Hash       string
	Agreed     bool
	Support    int
	Worry      int
	Aside      int
	Cannot     int
	Unanswered int
	Residents  int
	Quorum     int
	Words      string
	By         access.PersonID
	At         time.Time
	Electors   []Elector // who had a say then; none where that was not kept
	Electorate string    // the hash of them
}

// Taking is how many took part.
func (a Attempt) Taking() int { return a.Support + a.Worry + a.Aside + a.Cannot }

// NewPosition is what somebody says.
type NewPosition struct {
	Form     string
	Hash     string // of the wording that they read
	Stand    Stand
	Reason   string
	MayPrint bool
	// Of what is entered for somebody: who, and how they let it be known. Else empty.
	For access.PersonID
	Via Via
}

// Check says what is wrong with n, if anything.
func (n NewPosition) Check() fault.Invalid {
	var wrong fault.Invalid
	if !slices.Contains(Stands(), n.Stand) {
		wrong.Add("stand", "Choose what you say")
	}
	if (n.Stand == Cannot || n.Stand == Worry) && plain(n.Reason) == "" {
		wrong.Add("reason", "Say in a few words what worries you, so that it can be put right")
	}
	if len(n.Reason) > longestReason {
		wrong.Add("reason", "Say it in up to 2,000 letters")
	}
	return checkEntry(wrong, n.For, n.Via)
}

func checkEntry(wrong fault.Invalid, who access.PersonID, via Via) fault.Invalid {
	if who == "" && via != "" || who != "" && via != OnPaper && via != ByTelephone {
		wrong.Add("via", "Choose how they told you")
	}
	if who == "" && via != "" {
		wrong.Add("for", "Choose whose answer this is")
	}
	return wrong
}

// TakePosition is what somebody says when they are asked whether they agree, or
// what is entered for them. The last thing that they say counts.
func (d *Decisions) TakePosition(ctx context.Context, by access.Actor, a area.Area, number int64, n NewPosition) error {
	return wrap("take position", d.once(ctx, by, n.Form, []any{"position", a.ID, number, n.Hash, n.Stand, n.Reason, n.MayPrint, n.For, n.Via}, nil, func(tx *db.Tx) (int64, error) {
		return number, d.TakePositionIn(ctx, tx, by, a, number, n)
	}))
}

// TakePositionIn is TakePosition as part of a transaction.
func (d *Decisions) TakePositionIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, number int64, n NewPosition) error {
	of, who, via, err := d.speaker(ctx, tx, by, a, number, n.For, n.Via)
	if err != nil {
		return err
	}
	if err := n.Check().OrNil(); err != nil {
		return err
	}
	if err := d.mustBeAsking(of); err != nil {
		return err
	}
	if n.Hash != of.Text().Hash {
		return errOtherWords
	}
	electors, err := d.electorsNow(ctx, tx, of)
	if err != nil {
		return err
	}
	e, err := d.voiceOf(ctx, tx, of, electors, who)
	if err != nil {
		return err
	}
	p := Position{
		Turn: int64(len(of.Positions)) + 1, Person: who, Holder: e.Holder, Kind: e.Kind, Version: of.Text().Version, Hash: n.Hash,
		Stand: n.Stand, Reason: plain(n.Reason), MayPrint: n.MayPrint, Via: via, EnteredBy: by.Person, EnteredAt: d.Now(), Salt: d.salt(),
	}
	if at := slices.IndexFunc(of.Positions, func(o Position) bool { return o.Person == who && o.Via == BySelf && o.Version == p.Version }); at >= 0 && via != BySelf {
		return ErrSpokeAlready
	}
	p.Seal = sealOf(p.Salt, string(p.Stand), p.Reason)
	if err := insertPosition(ctx, tx, of, p); err != nil {
		return wrap("insert position", err)
	}
	said := facts{"version": strconv.FormatInt(p.Version, 10), "turn": strconv.FormatInt(p.Turn, 10), "seal": p.Seal, "kind": string(p.Kind)}
	act := "position given"
	if via != BySelf {
		act, said["for"], said["via"] = "position entered", string(who), string(via)
	}
	return d.record(ctx, tx, by, of, act, said, "")
}

// ErrSpokeAlready refuses what is entered for somebody who has spoken for themselves.
var ErrSpokeAlready = fault.New(fault.Conflict, "They have answered by themselves already. Only they can change that.")

var (
	errOtherWords = fault.New(fault.Conflict, "The words have changed since you opened this page. Read them again, and then say what you think.")
	errNotAsking  = fault.New(fault.Conflict, "People are not being asked whether they agree just now.")
	errUnhandled  = fault.New(fault.Conflict, "Somebody has an interest in this, and it is not recorded yet what is done about that. Until it is, nothing goes on.")
	errNewcomer   = fault.New(fault.Forbidden, "They are new here. They have a say when a second person has said that they know them.")
	errNoSay      = fault.New(fault.Forbidden, "Only members of the partnership with a say in what it decides can do this, and they have none in this one.")
)

func (d *Decisions) mustBeAsking(of Decision) error {
	switch s := of.State(d.Now()); {
	case s.IsMade():
		return errMade
	case s != Asking:
		return errNotAsking
	}
	return nil
}

// speaker is the decision, and whose word it is that somebody brings: their own,
// or that of somebody who gave it on paper or by telephone. Who has an interest
// brings nobody's.
func (d *Decisions) speaker(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, number int64, whose access.PersonID, via Via) (of Decision, who access.PersonID, how Via, err error) {
	if of, err = d.seen(ctx, tx, by, a, number); err != nil {
		return of, "", "", err
	}
	if whose == "" {
		return of, by.Person, BySelf, by.Must(access.TakePart, a.Place())
	}
	if err := by.Must(access.EnterForSomeone, a.Place()); err != nil {
		return of, "", "", err
	}
	if whose == by.Person {
		return of, "", "", fault.Invalid{{Field: "for", Words: "Answer for yourself on the page itself"}}
	}
	return of, whose, via, d.mustBeFree(ctx, tx, by, of)
}

// voiceOf is a person's part in a decision: refused where they have no say in it,
// have an interest, or where somebody has one about which nothing is done yet.
func (d *Decisions) voiceOf(ctx context.Context, tx *db.Tx, of Decision, electors []Elector, who access.PersonID) (Elector, error) {
	at := slices.IndexFunc(electors, func(e Elector) bool { return e.Person == who })
	if at < 0 {
		return Elector{}, d.whyNoSay(ctx, tx, of, who)
	}
	if err := d.mustBeFree(ctx, tx, access.Actor{Person: who}, of); err != nil {
		return Elector{}, err
	}
	return electors[at], d.mustBeHandled(ctx, tx, of)
}

// whyNoSay says why somebody is not among those who decide.
func (d *Decisions) whyNoSay(ctx context.Context, tx *db.Tx, of Decision, who access.PersonID) error {
	newcomers, err := partnership.Newcomers(ctx, tx, of.Area)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(newcomers, func(m partnership.Member) bool { return m.Person == who }) {
		return errNewcomer
	}
	return errNoSay
}

// mustBeHandled refuses to go on while an interest touches the decision about
// which nothing was said yet.
func (d *Decisions) mustBeHandled(ctx context.Context, tx *db.Tx, of Decision) error {
	waiting, err := partnership.UnhandledIn(ctx, tx, of.Area, of.MatterOn(d.today()))
	if err != nil {
		return err
	}
	if len(waiting) > 0 {
		return errUnhandled
	}
	return nil
}

// electorsNow are those who have a say today, by the rule of today.
func (d *Decisions) electorsNow(ctx context.Context, tx *db.Tx, of Decision) ([]Elector, error) {
	all, err := partnership.ElectorsOn(ctx, tx, of.Area, d.today())
	if err != nil {
		return nil, err
	}
	rules, err := partnership.RulesOn(ctx, tx, of.Area, d.today())
	return electorsFrom(all, rules, of.Text()), err
}

// barIn marks those of the electors who take no part: they have an interest, or
// said so themselves.
//
// An interest that has ended since bars nobody today; who spoke while they had it
// is not counted all the same.
func (d *Decisions) barIn(ctx context.Context, tx *db.Tx, of Decision, electors []Elector, spoke []spoken) ([]Elector, error) {
	all, err := d.barEach(ctx, tx, of.Area, []hearing{{of, electors, spoke}})
	if err != nil {
		return nil, err
	}
	return all[0], nil
}

// A hearing is a decision with those who have a say in it, and who spoke when.
type hearing struct {
	of       Decision
	electors []Elector
	spoke    []spoken
}

// barEach is barIn of several decisions of an area: in as many statements as for one.
func (d *Decisions) barEach(ctx context.Context, tx *db.Tx, a area.ID, hearings []hearing) ([][]Elector, error) {
	var matters []partnership.Matter
	var who []access.PersonID
	for _, h := range hearings {
		for _, on := range h.days(d.today()) {
			matters = append(matters, h.of.MatterOn(on))
		}
		for _, e := range h.electors {
			who = append(who, e.Person)
		}
	}
	slices.Sort(who)
	bars, err := partnership.BarsIn(ctx, tx, a, matters, slices.Compact(who))
	if err != nil {
		return nil, err
	}
	all := make([][]Elector, len(hearings))
	for i, h := range hearings {
		days := h.days(d.today())
		all[i] = h.barred(days, bars[:len(days)])
		bars = bars[len(days):]
	}
	return all, nil
}

// days are today, and those on which somebody spoke.
func (h hearing) days(today date.Date) []date.Date {
	days := []date.Date{today}
	for _, s := range h.spoke {
		if !slices.Contains(days, s.on) {
			days = append(days, s.on)
		}
	}
	return days
}

// barred marks those who take no part, by what bars them on each of the days.
func (h hearing) barred(days []date.Date, bars []map[access.PersonID]partnership.Bar) []Elector {
	all := slices.Clone(h.electors)
	for i, e := range all {
		if h.of.IsRecused(e.Person) {
			all[i].Barred = true
		}
		for at, on := range days {
			if bars[at][e.Person].Vote && (at == 0 || slices.Contains(h.spoke, spoken{e.Person, on})) {
				all[i].Barred = true
			}
		}
	}
	return all
}

// spoken is that somebody said something, or voted, on a day.
type spoken struct {
	who access.PersonID
	on  date.Date
}

// spoke lists who voted on which day.
func (p Poll) spoke() []spoken {
	all := make([]spoken, len(p.Ballots))
	for i, b := range p.Ballots {
		all[i] = spoken{b.Person, date.InLondon(b.EnteredAt)}
	}
	return all
}

func (d *Decisions) salt() string { return hex.EncodeToString(d.IDs.Bytes(16)) }

// sealOf commits to what somebody said without saying it.
func sealOf(salt string, what ...string) string { return hashed(salt, what) }

// Recuse is "I should not take part". It is not taken back: who is in doubt says
// so, and what they said or voted before does not count.
func (d *Decisions) Recuse(ctx context.Context, by access.Actor, a area.Area, number int64, why, form string) error {
	return wrap("recuse", d.once(ctx, by, form, []any{"recuse", a.ID, number, why}, nil, func(tx *db.Tx) (int64, error) {
		return number, d.RecuseIn(ctx, tx, by, a, number, why)
	}))
}

// RecuseIn is Recuse as part of a transaction.
func (d *Decisions) RecuseIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, number int64, why string) error {
	of, err := d.seen(ctx, tx, by, a, number)
	if err != nil {
		return err
	}
	if err := by.Must(access.TakePart, a.Place()); err != nil {
		return err
	}
	if len(why) > longestReason {
		return fault.Invalid{{Field: "why", Words: "Say it in up to 2,000 letters"}}
	}
	switch s := of.State(d.Now()); {
	case s.IsMade():
		return errMade
	case of.IsRecused(by.Person):
		return fault.New(fault.Conflict, "You said so already.")
	}
	if err := insertRecusal(ctx, tx, of, Recusal{by.Person, plain(why), by.Person, d.Now()}); err != nil {
		return wrap("insert recusal", err)
	}
	return d.record(ctx, tx, by, of, "took no part", nil, plain(why))
}

// AnswerWorry says what was done about what somebody could not live with, or what
// worried them.
func (d *Decisions) AnswerWorry(ctx context.Context, by access.Actor, a area.Area, number, turn int64, words, form string) error {
	return wrap("answer worry", d.once(ctx, by, form, []any{"answer", a.ID, number, turn, words}, nil, func(tx *db.Tx) (int64, error) {
		return number, d.AnswerWorryIn(ctx, tx, by, a, number, turn, words)
	}))
}

// AnswerWorryIn is AnswerWorry as part of a transaction.
func (d *Decisions) AnswerWorryIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, number, turn int64, words string) error {
	of, err := d.seen(ctx, tx, by, a, number)
	if err != nil {
		return err
	}
	if !of.PutForwardBy(by.Person) && !by.May(access.RunDecisions, a.Place()) {
		return fault.New(fault.Forbidden, "Those who put it forward, or the chair, say what was done about a worry.")
	}
	if err := d.mustBeFree(ctx, tx, by, of); err != nil {
		return err
	}
	if of.State(d.Now()).IsMade() {
		return errMade
	}
	if turn < 1 || turn > int64(len(of.Positions)) || of.Positions[turn-1].Reason == "" {
		return fault.NotFound
	}
	if plain(words) == "" || len(words) > longestReason {
		return fault.Invalid{{Field: "answer-" + strconv.FormatInt(turn, 10), Words: "Say what was done about it, in up to 2,000 letters"}}
	}
	number = 1
	for _, o := range of.Answers {
		if o.Turn == turn {
			number++
		}
	}
	if err := insertAnswer(ctx, tx, of, Answer{turn, number, plain(words), by.Person, d.Now()}); err != nil {
		return wrap("insert answer", err)
	}
	return d.record(ctx, tx, by, of, "worry answered", facts{"turn": strconv.FormatInt(turn, 10)}, plain(words))
}

// Agreement is how looking for agreement stands: who has a say, what each last said
// on the wording as it is, and how many residents must.
type Agreement struct {
	Electors []Elector
	Tally    Tally
	Last     map[string]Position // by the holder of the vote
	Quorum   int
	Rules    partnership.Rules
}

// Enough reports whether enough residents have answered.
func (s Agreement) Enough() bool { return s.Tally.Residents >= s.Quorum }

// Found reports whether nobody who answered cannot live with it, and enough did.
func (s Agreement) Found() bool { return s.Enough() && s.Tally.Said[string(Cannot)] == 0 }

// Failed reports whether enough have answered, and somebody cannot live with it.
func (s Agreement) Failed() bool { return s.Enough() && s.Tally.Said[string(Cannot)] > 0 }

// AgreementOf is how looking for agreement on a decision stands today. It is part
// of the talk about it: who may not see that may not see this.
func (d *Decisions) AgreementOf(ctx context.Context, tx *db.Tx, of Decision) (Agreement, error) {
	asked, rules, err := d.hearingsOf(ctx, tx, of.Area, []Decision{of})
	if err != nil {
		return Agreement{}, err
	}
	electors, err := d.barEach(ctx, tx, of.Area, asked)
	if err != nil {
		return Agreement{}, err
	}
	return of.agreement(electors[0], rules), nil
}

// hearingsOf are those who are asked whether they agree to some decisions of an area
// today, and the rules for it: in as many statements as for one.
func (d *Decisions) hearingsOf(ctx context.Context, tx *db.Tx, a area.ID, of []Decision) ([]hearing, partnership.Rules, error) {
	if len(of) == 0 {
		return nil, partnership.Rules{}, nil
	}
	members, err := partnership.ElectorsOn(ctx, tx, a, d.today())
	if err != nil {
		return nil, partnership.Rules{}, err
	}
	rules, err := partnership.RulesOn(ctx, tx, a, d.today())
	if err != nil {
		return nil, rules, err
	}
	hearings := make([]hearing, len(of))
	for i, one := range of {
		hearings[i] = hearing{of: one, electors: electorsFrom(members, rules, one.Text())}
		for _, p := range one.Positions {
			if p.Hash == one.Text().Hash {
				hearings[i].spoke = append(hearings[i].spoke, spoken{p.Person, date.InLondon(p.EnteredAt)})
			}
		}
	}
	return hearings, rules, nil
}

// agreement counts what was said of a decision by those who have a say.
func (d Decision) agreement(electors []Elector, rules partnership.Rules) Agreement {
	var said []saying
	for _, p := range d.Positions {
		said = append(said, saying{p.Person, p.Turn, string(p.Stand), p.Counts() && p.Hash == d.Text().Hash})
	}
	t, last := count(electors, said)
	s := Agreement{Electors: electors, Tally: t, Last: map[string]Position{}, Quorum: quorumOf(rules, electors), Rules: rules}
	for holder, l := range last {
		s.Last[holder] = d.Positions[l.turn-1]
	}
	return s
}

// NewAttempt records what looking for agreement came to.
type NewAttempt struct {
	Form   string
	Agreed bool
	Words  string // of how it went
	Leave  bool   // not agreed, and not taken further: that is the result
}

// RecordAttempt records that everybody agrees, which decides it, or that somebody
// cannot live with it: then it is changed, voted on where the rule allows that, or
// left.
func (d *Decisions) RecordAttempt(ctx context.Context, by access.Actor, a area.Area, number int64, n NewAttempt) error {
	return wrap("record agreement", d.once(ctx, by, n.Form, []any{"attempt", a.ID, number, n.Agreed, n.Words, n.Leave}, nil, func(tx *db.Tx) (int64, error) {
		return number, d.RecordAttemptIn(ctx, tx, by, a, number, n)
	}))
}

// RecordAttemptIn is RecordAttempt as part of a transaction.
func (d *Decisions) RecordAttemptIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, number int64, n NewAttempt) error {
	of, err := d.mayRun(ctx, tx, by, a, number)
	if err != nil {
		return err
	}
	if len(n.Words) > longestReason {
		return fault.Invalid{{Field: "words", Words: "Say it in up to 2,000 letters"}}
	}
	if err := d.mustBeAsking(of); err != nil {
		return err
	}
	if err := d.mustBeHandled(ctx, tx, of); err != nil {
		return err
	}
	s, err := d.AgreementOf(ctx, tx, of)
	if err != nil {
		return err
	}
	switch {
	case !s.Enough():
		return fault.New(fault.Conflict, "Not enough residents have answered yet: "+strconv.Itoa(s.Tally.Residents)+" have, and "+strconv.Itoa(s.Quorum)+" must.")
	case n.Agreed && !s.Found():
		return fault.New(fault.Conflict, "Somebody cannot live with it. Change it, or record that there is no agreement.")
	case !n.Agreed && !s.Failed():
		return fault.New(fault.Conflict, "Nobody has said that they cannot live with it. Record that it is agreed.")
	}
	t := s.Tally.Said
	tried := Attempt{
		Number: int64(len(of.Attempts)) + 1, Version: of.Text().Version, Hash: of.Text().Hash, Agreed: n.Agreed,
		Support: t[string(Support)], Worry: t[string(Worry)], Aside: t[string(Aside)], Cannot: t[string(Cannot)], Unanswered: s.Tally.Unused,
		Residents: s.Tally.Residents, Quorum: s.Quorum, Words: plain(n.Words), By: by.Person, At: d.Now(),
		Electors: s.Electors, Electorate: electorateOf(s.Electors),
	}
	if err := insertAttempt(ctx, tx, of, tried); err != nil {
		return wrap("insert attempt", err)
	}
	of.Attempts = append(of.Attempts, tried)
	if !n.Agreed && !n.Leave {
		return d.record(ctx, tx, by, of, "no agreement found", facts{
			"version": strconv.FormatInt(tried.Version, 10), "support": strconv.Itoa(tried.Support), "worry": strconv.Itoa(tried.Worry),
			"aside": strconv.Itoa(tried.Aside), "cannot": strconv.Itoa(tried.Cannot), "electorate": tried.Electorate,
		}, tried.Words)
	}
	r := Result{
		Outcome: IsAgreed, Way: ByAgreement, Yes: tried.Support + tried.Worry, No: tried.Cannot, Aside: tried.Aside, Unused: tried.Unanswered,
		Residents: tried.Residents, Quorum: tried.Quorum, Words: tried.Words,
	}
	if !n.Agreed {
		r.Outcome = IsNotAgreed
	}
	for _, e := range s.Electors {
		if e.Barred {
			r.Excluded = append(r.Excluded, e.Person)
		}
	}
	return d.make(ctx, tx, by, a, of, r)
}

// mayRun is the decision, for whoever takes it through. Who has an interest in it
// leaves that to somebody else.
func (d *Decisions) mayRun(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, number int64) (Decision, error) {
	of, err := d.seen(ctx, tx, by, a, number)
	if err != nil {
		return of, err
	}
	if err := by.Must(access.RunDecisions, a.Place()); err != nil {
		return of, err
	}
	return of, d.mustBeFree(ctx, tx, by, of)
}
