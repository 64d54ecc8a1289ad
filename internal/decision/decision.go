// Package decision keeps what a partnership decides (S08): a proposal, who has an
// interest in it, whether people agree, if need be a vote, and what came of it.
//
// Agreement comes first, always; a vote only where the area's rule has one and
// agreement was looked for and not found (R16). What people say and how they vote
// is bound to the words that they read. Nobody with an interest decides, whatever
// hat they wear (R14). How a vote stands is told to nobody before it has closed
// (trust.md D5). A result is never changed: a later decision may replace it.
package decision

import (
	"context"
	"fmt"
	"slices"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/id"
	"commontable/internal/money"
	"commontable/internal/organisation"
	"commontable/internal/partnership"
	"commontable/internal/plan"
)

// An ID names a decision. People know it by its number in the area.
type ID string

// A Kind is what a decision does.
type Kind string

// The kinds.
const (
	Spending   Kind = "spending"    // allows amounts on budget lines
	OverBudget Kind = "over-budget" // allows more on lines than the plan has
	AdoptPlan  Kind = "plan"        // makes a version the plan in force
	ChooseLTO  Kind = "lto"         // chooses who holds the money
	Other      Kind = "other"
)

// Kinds lists every kind, in the order in which people are asked.
func Kinds() []Kind { return []Kind{Spending, OverBudget, AdoptPlan, ChooseLTO, Other} }

// Words say what a decision of the kind is about.
func (k Kind) Words() string {
	switch k {
	case Spending:
		return "Spending"
	case OverBudget:
		return "Going over a budget"
	case AdoptPlan:
		return "Our plan"
	case ChooseLTO:
		return "Who holds our money"
	case Other:
	}
	return "Something else"
}

// A Decision is a proposal and everything that became of it.
type Decision struct {
	ID          ID
	Area        area.ID
	Number      int64
	Kind        Kind
	PlanVersion int64  // of kind AdoptPlan
	Replaces    int64  // the number of an earlier decision whose place it takes; 0 for none
	Meeting     string // in which it was put forward, and the item of its agenda; "" for none
	AgendaItem  string
	BegunBy     access.PersonID
	BegunAt     time.Time

	Proposers []Proposer
	Texts     []Text // every wording, the first first; never none
	Opened    Opening
	Recusals  []Recusal
	Positions []Position // in the order in which they were given
	Answers   []Answer
	Attempts  []Attempt
	Poll      Poll
	Result    Result
	Replaced  Replacement
	Told      []Telling

	// Shared are whom the items of agendas touch that are about the same, while it is open;
	// Talked names those items. What is done about an interest there counts here too.
	Shared []partnership.Party
	Talked []partnership.About
}

// A Proposer put the decision forward. One without an account has a name alone.
type Proposer struct {
	Person   access.PersonID
	Name     string
	Hat      string // in which: a role, or a kind of member
	Resident bool
}

// A Text is one wording of a proposal.
type Text struct {
	Version   int64
	Title     string
	Question  string // in one line: "Shall we pay £18,400 for a drop-in?"
	Words     string // what it is
	Cost      string // in words: "£18,400 for 12 months"
	Told      string // what people of the area said of it
	Why       string // it was changed; "" of the first
	NoCouncil bool   // councillors stand aside, where the area's rule leaves that to each decision
	HearDays  int64  // within how many days of the decision those who must hear are told; 0: nobody said
	PayeeOpen bool   // it is not known yet who would be paid
	Lines     []Line
	Parties   []Party
	Hash      string // of all the above but Why: to it is bound what people say
	WrittenBy access.PersonID
	WrittenAs access.Role
	WrittenAt time.Time
}

// A Line is an amount that is to be allowed on a budget line.
type Line struct {
	Line   plan.LineID
	Amount money.Amount
}

// A Part is what a party has to do with a decision.
type Part string

// The parts.
const (
	Does  Part = "does"  // would be paid for it, or run it
	Hears Part = "hears" // must hear what was decided (R44)
)

// A Party is one whom a decision touches.
type Party struct {
	Part         Part
	Organisation organisation.ID
	Person       access.PersonID
	Name         string // of one who is neither
}

// Total is what the wording's lines add up to.
func (t Text) Total() money.Amount {
	var total money.Amount
	for _, l := range t.Lines {
		total = total.Add(l.Amount)
	}
	return total
}

// Code is a short form of the hash, for a slip of paper: "3f9a-21c0".
func (t Text) Code() string { return t.Hash[:4] + "-" + t.Hash[4:8] }

// PartiesTouched are those that an interest may touch, for whoever keeps interests.
func (t Text) PartiesTouched() []partnership.Party {
	var all []partnership.Party
	for _, p := range t.Parties {
		if p.Part == Does {
			all = append(all, partnership.Party{Organisation: p.Organisation, Person: p.Person, Name: p.Name})
		}
	}
	return all
}

// An Opening is that everybody was asked, from then on.
type Opening struct {
	By access.PersonID
	At time.Time
}

// A Recusal is that somebody said they should not take part.
type Recusal struct {
	Person access.PersonID
	Why    string
	By     access.PersonID
	At     time.Time
}

// A Replacement is that a later decision took the place of this one.
type Replacement struct {
	By int64 // its number; 0 while none has
	At time.Time
}

// A Telling is that one who must hear of it was told.
type Telling struct {
	Party int // the index of the party in the text that was decided on
	On    date.Date
	How   string
	By    access.PersonID
	At    time.Time
}

// Text is the wording as it now stands.
func (d Decision) Text() Text { return d.Texts[len(d.Texts)-1] }

// Decided is the wording that was decided on, or the last one before that.
func (d Decision) Decided() Text {
	if d.Result.Outcome != "" {
		return d.Texts[d.Result.Version-1]
	}
	return d.Text()
}

// FirstAsked is the index of the wording on which everybody was asked first: those
// before it are a draft's.
func (d Decision) FirstAsked() int {
	first := 0
	for i, t := range d.Texts {
		if !t.WrittenAt.After(d.Opened.At) {
			first = i
		}
	}
	return first
}

// IsRecused reports whether a person said they should not take part.
func (d Decision) IsRecused(who access.PersonID) bool {
	return slices.ContainsFunc(d.Recusals, func(r Recusal) bool { return r.Person == who })
}

// FromResidents reports whether a resident was among those who put it forward.
func (d Decision) FromResidents() bool {
	return slices.ContainsFunc(d.Proposers, func(p Proposer) bool { return p.Resident })
}

// PutForwardBy reports whether a person was among those who put it forward.
func (d Decision) PutForwardBy(who access.PersonID) bool {
	return who != "" && slices.ContainsFunc(d.Proposers, func(p Proposer) bool { return p.Person == who })
}

// A State is where a decision has got to.
type State string

// The states, in their order.
const (
	Draft     State = "draft"         // only those who write it and read papers see it
	Asking    State = "do we agree?"  // everybody is asked
	Voting    State = "vote"          // the vote is open
	Counting  State = "to be counted" // the vote has closed, and its result is not recorded yet
	Agreed    State = "agreed"
	NotAgreed State = "not agreed"
	NoQuorum  State = "too few residents"
	Withdrawn State = "withdrawn"
)

// State is where the decision has got to at an instant.
func (d Decision) State(now time.Time) State {
	return stateOf(d.Opened.At, d.Poll.ClosesAt, d.Result.Outcome, now)
}

func stateOf(opened, closes time.Time, o Outcome, now time.Time) State {
	switch {
	case o == IsAgreed:
		return Agreed
	case o == IsNotAgreed:
		return NotAgreed
	case o == HasNoQuorum:
		return NoQuorum
	case o == IsWithdrawn:
		return Withdrawn
	case !closes.IsZero() && now.Before(closes):
		return Voting
	case !closes.IsZero():
		return Counting
	case !opened.IsZero():
		return Asking
	}
	return Draft
}

// IsMade reports whether a decision in this state is made, one way or another.
func (s State) IsMade() bool {
	return s == Agreed || s == NotAgreed || s == NoQuorum || s == Withdrawn
}

// Decisions is everything that can be done with decisions.
type Decisions struct {
	DB      *db.DB
	IDs     *id.Maker
	Now     func() time.Time
	BaseURL string // how people reach the site, for the links in mails

	// Payees lists whom money went to by the decisions of an area, by their numbers.
	// Funding keeps that, which knows decisions: so it is given. Without it nobody is known.
	Payees func(ctx context.Context, tx *db.Tx, a area.ID) (map[int64][]partnership.Party, error)
}

func (d *Decisions) today() date.Date { return date.InLondon(d.Now()) }

func (d *Decisions) plans() *plan.Plans { return &plan.Plans{DB: d.DB, IDs: d.IDs, Now: d.Now} }

// Allowed is what a decision that was agreed, and still stands, allows.
type Allowed struct {
	Number      int64
	Title       string
	Kind        Kind
	On          date.Date
	Lines       []AllowedLine
	PlanVersion int64 // of kind AdoptPlan
}

// AllowedLine is how much it allows on one budget line.
type AllowedLine struct {
	Line   plan.LineID
	Amount money.Amount
}

// AllowedIn is what decision number of an area allows: of kind AdoptPlan, the
// lines of the plan. It is fault.Conflict, in words, unless it is agreed and no
// later one has taken its place.
func AllowedIn(ctx context.Context, tx *db.Tx, a area.ID, number int64) (Allowed, error) {
	s, err := summaryOf(ctx, tx, a, number)
	if err != nil {
		return Allowed{}, orConflict(err, fmt.Sprintf("There is no decision %d here.", number))
	}
	switch {
	case s.Outcome != IsAgreed:
		return Allowed{}, fault.New(fault.Conflict, fmt.Sprintf("Decision %d is not agreed, so it allows nothing.", number))
	case s.ReplacedBy != 0:
		return Allowed{}, fault.New(fault.Conflict, fmt.Sprintf("Decision %d has taken the place of decision %d. Use that one.", s.ReplacedBy, number))
	}
	allowed := Allowed{Number: number, Title: s.Title, Kind: s.Kind, On: s.DecidedOn, PlanVersion: s.PlanVersion}
	if s.Kind == AdoptPlan {
		v, err := plan.VersionOf(ctx, tx, a, s.PlanVersion)
		for _, l := range v.Lines {
			allowed.Lines = append(allowed.Lines, AllowedLine{l.ID, l.Budget})
		}
		return allowed, err
	}
	lines, err := linesOfText(ctx, tx, a, number, s.Version)
	for _, l := range lines {
		allowed.Lines = append(allowed.Lines, AllowedLine(l))
	}
	return allowed, err
}

// Standing lists what the agreed decisions of an area allow that no later one has
// taken the place of, of some kinds, the newest first.
func Standing(ctx context.Context, tx *db.Tx, a area.ID, kinds ...Kind) ([]Allowed, error) {
	all, err := summaries(ctx, tx, a)
	if err != nil {
		return nil, err
	}
	var standing []Allowed
	for _, s := range all {
		if s.Outcome != IsAgreed || s.ReplacedBy != 0 || len(kinds) > 0 && !slices.Contains(kinds, s.Kind) {
			continue
		}
		one, err := AllowedIn(ctx, tx, a, s.Number)
		if err != nil {
			return nil, err
		}
		standing = append(standing, one)
	}
	return standing, nil
}

// Touched are those that an interest may touch: whom its wording would pay, and whom
// the items of agendas touch that are about the same.
func (d Decision) Touched() []partnership.Party {
	all := d.Decided().PartiesTouched()
	for _, p := range d.Shared {
		if !slices.Contains(all, p) {
			all = append(all, p)
		}
	}
	return all
}

// MatterOn is the decision as interests know it on a day.
func (d Decision) MatterOn(on date.Date) partnership.Matter {
	return partnership.Matter{
		About: d.about(), Called: calledBy(d.Number), Title: d.Decided().Title, Href: hrefOf(d.Number),
		Parties: d.Touched(), With: d.Talked, On: on, Open: d.Result.Outcome == "", DoneAt: d.Result.At,
	}
}

// about names the decision to whoever keeps interests.
func (d Decision) about() partnership.About {
	return aboutDecision(d.ID)
}

func aboutDecision(d ID) partnership.About {
	return partnership.About{Kind: "decision", ID: string(d)}
}

func wrap(doing string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", doing, err)
}
