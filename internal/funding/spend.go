package funding

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/id"
	"commontable/internal/ledger"
	"commontable/internal/money"
	"commontable/internal/organisation"
	"commontable/internal/partnership"
	"commontable/internal/plan"
)

// A SpendID names a spend.
type SpendID string

// A PayeeKind says whom money went to, as far as the public is told: an
// organisation is named, individuals are not, and pay is grouped (design.md §6).
type PayeeKind string

// The kinds of payee.
const (
	ToOrganisation PayeeKind = "organisation"
	ToIndividual   PayeeKind = "individual"
	ToPay          PayeeKind = "pay"
)

// PayeeKinds lists them in the order of a form.
func PayeeKinds() []PayeeKind { return []PayeeKind{ToOrganisation, ToIndividual, ToPay} }

// Title is for people.
func (k PayeeKind) Title() string {
	switch k {
	case ToOrganisation:
		return "An organisation or business"
	case ToIndividual:
		return "A person"
	case ToPay:
		return "Wages and salaries"
	}
	return string(k)
}

// A SpendState is how far a spend has come.
type SpendState string

// The states of a spend.
const (
	SpendProvided  SpendState = "to be certified"
	SpendCertified SpendState = "certified"
	SpendRefused   SpendState = "sent back"
	SpendReversed  SpendState = "reversed"
)

// A Spend is what an LTO spent of an area's money: provided by one person,
// certified by another, and posted when certified (P26).
type Spend struct {
	ID           SpendID
	Area         area.ID
	Organisation organisation.ID
	Line         plan.LineID
	Amount       money.Amount
	SpentOn      date.Date
	Heading      string // the local heading: what it was, in the area's own words
	Theme        string // the programme's code, as it is told now
	FirstTheme   string // as it was recorded first
	PayeeKind    PayeeKind
	Payee        string // empty where the reader may not see it
	Decision     string // which decision lets it go over the budget, in words; "" where it does not
	Decided      int64  // its number; 0 for none, or one from before decisions were kept here
	ProvidedBy   access.PersonID
	ProvidedAt   time.Time
	Certified    Ending // who, when, and the ledger entry
	CertifiedOn  date.Date
	Refused      Ending
	Reversed     Ending
	// Digest is of the spend and its evidence as they stand: what a certifier is
	// shown. It is "" where the reader may not see all that it is of, and where
	// nothing waits to be certified. CertifiedDigest is what it was then.
	Digest, CertifiedDigest string
	Register                int64   // the register of interests' version when it was certified
	ReversalRegister        int64   // and when it was reversed; 0 where it was not kept
	Replaces                SpendID // the one that was sent back or reversed, and recorded afresh as this
	ReplacedBy              SpendID
}

// State is how far the spend has come.
func (s Spend) State() SpendState {
	switch {
	case s.Reversed.By != "":
		return SpendReversed
	case s.Certified.By != "":
		return SpendCertified
	case s.Refused.By != "":
		return SpendRefused
	}
	return SpendProvided
}

// PublicPayee is what anyone may read of whom the money went to.
func (s Spend) PublicPayee() string {
	switch s.PayeeKind {
	case ToIndividual:
		return "An individual"
	case ToPay:
		return "Wages and salaries"
	case ToOrganisation:
		return s.Payee
	}
	return ""
}

// PublicHeading keeps the words that an LTO typed out of the public eye where
// they may name a person or their pay.
func (s Spend) PublicHeading(line plan.Line) string {
	switch s.PayeeKind {
	case ToIndividual:
		return "Payment to an individual: " + line.Name
	case ToPay:
		return "Wages and salaries: " + line.Name
	case ToOrganisation:
		return s.Heading
	}
	return line.Name
}

// NewSpend is a spend as it is provided.
type NewSpend struct {
	Form         Form
	Organisation organisation.ID
	Line         plan.LineID
	Amount       money.Amount
	SpentOn      date.Date
	Heading      string
	Theme        string // "" for the line's
	PayeeKind    PayeeKind
	Payee        string
	Decision     int64 // the decision that allows it, where it goes over the plan's budget; 0 for none
	Evidence     NewEvidence
	Replaces     SpendID // "", or the one sent back or reversed that this records afresh
}

// Check says what is wrong with n, if anything.
func (n NewSpend) Check(today date.Date) fault.Invalid {
	var wrong fault.Invalid
	if n.Line == "" {
		wrong.Add("line", "Choose the part of the plan that this was for")
	}
	checkWords(&wrong, "heading", n.Heading, 120, "Say what it was, in a few words")
	checkAmount(&wrong, "amount", n.Amount)
	checkPast(&wrong, "spent_on", n.SpentOn, today)
	switch n.PayeeKind {
	case ToOrganisation:
		checkWords(&wrong, "payee", n.Payee, 120, "Enter the organisation or business that was paid")
	case ToIndividual, ToPay:
		checkWords(&wrong, "payee", n.Payee, 120, "")
	default:
		wrong.Add("payee_kind", "Choose who was paid")
	}
	n.Evidence.check(&wrong)
	return wrong
}

// ProvideSpend records a spend, to be certified by somebody else.
func (f *Funding) ProvideSpend(ctx context.Context, by access.Actor, a area.Area, n NewSpend) (SpendID, error) {
	content := []any{
		"spend", a.ID, n.Organisation, n.Line, n.Amount.Decimal(), n.SpentOn.String(), n.Heading, n.Theme, n.PayeeKind, n.Payee, n.Decision, n.Evidence.hashes(), n.Replaces,
	}
	subject, err := f.onceFor(ctx, by, n.Form, content, "record spending", func(tx *db.Tx) (string, error) {
		s, err := f.ProvideSpendIn(ctx, tx, by, a, n)
		return string(s.ID), err
	})
	return SpendID(subject), err
}

// ProvideSpendIn is ProvideSpend as part of a transaction.
func (f *Funding) ProvideSpendIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, n NewSpend) (Spend, error) {
	if err := by.Must(access.ProvideSpend, placeOf(a, n.Organisation)); err != nil {
		return Spend{}, err
	}
	wrong := n.Check(f.Today())
	line, err := plan.LineByID(ctx, tx, a.ID, n.Line)
	if err != nil && !errors.Is(err, fault.NotFound) {
		return Spend{}, err
	}
	if err != nil && n.Line != "" {
		wrong.Add("line", "Choose a budget line of this area’s plan")
	}
	if n.Theme == "" {
		n.Theme = line.ThemeNow()
	}
	programme, err := area.ProgrammeByID(ctx, tx, a.Programme)
	if err != nil {
		return Spend{}, err
	}
	if _, ok := programme.Rules.Theme(n.Theme); !ok && n.Theme != "" {
		wrong.Add("theme", "Choose a theme")
	}
	if err := wrong.OrNil(); err != nil {
		return Spend{}, err
	}
	ok, err := holds(ctx, tx, a.ID, n.Organisation, n.SpentOn)
	if err != nil {
		return Spend{}, err
	}
	if !ok {
		return Spend{}, fault.Invalid{{Field: "spent_on", Words: "The organisation did not hold this area’s money on that day. Check the date."}}
	}
	s := Spend{
		ID: id.New[SpendID](f.IDs), Area: a.ID, Organisation: n.Organisation, Line: n.Line, Amount: n.Amount, SpentOn: n.SpentOn,
		Heading: strings.TrimSpace(n.Heading), Theme: n.Theme, PayeeKind: n.PayeeKind, Payee: strings.TrimSpace(n.Payee),
		Decision: decidedWords(n.Decision), Decided: n.Decision, ProvidedBy: by.Person, ProvidedAt: f.Now(), FirstTheme: n.Theme, Replaces: n.Replaces,
	}
	if err := f.mayReplace(ctx, tx, a, n); err != nil {
		return Spend{}, err
	}
	if err := insertSpend(ctx, tx, s); err != nil {
		return Spend{}, fmt.Errorf("insert spend: %w", err)
	}
	if err := f.keepSpendDecided(ctx, tx, a, s); err != nil {
		return Spend{}, err
	}
	if n.Replaces != "" {
		if err := insertReplacement(ctx, tx, s); err != nil {
			return Spend{}, fmt.Errorf("insert replacement: %w", err)
		}
	}
	facts := map[string]string{
		"organisation": string(s.Organisation), "line": string(s.Line), "amount": s.Amount.Decimal(), "spent on": s.SpentOn.String(),
		"theme": s.Theme, "payee kind": string(s.PayeeKind),
	}
	if s.Replaces != "" {
		facts["replaces"] = string(s.Replaces)
	}
	if err := f.record(ctx, tx, by, a, "spend provided", string(s.ID), facts, s.Heading+"\n"+s.Payee+"\n"+s.Decision); err != nil {
		return Spend{}, err
	}
	return s, f.keepEvidence(ctx, tx, by, a, s, n.Form, n.Evidence)
}

// A Shown is a spend as somebody was shown it: its Digest then.
type Shown struct {
	Spend  SpendID
	Digest string
}

// CertifyShown certifies spends that somebody else provided, all or none, and
// posts each. One that is no longer what was shown is not certified.
func (f *Funding) CertifyShown(ctx context.Context, by access.Actor, a area.Area, form Form, shown ...Shown) error {
	if len(shown) == 0 {
		return fault.Invalid{{Field: "spend", Words: "Tick what you certify"}}
	}
	return f.once(ctx, by, form, []any{"certify", a.ID, shown}, "certify spending", func(tx *db.Tx) (string, error) {
		for _, x := range shown {
			if err := f.certify(ctx, tx, by, a, x.Spend, &x.Digest); err != nil {
				return "", err
			}
		}
		return string(shown[0].Spend), nil
	})
}

// CertifySpends is CertifyShown of spends as they stand now.
func (f *Funding) CertifySpends(ctx context.Context, by access.Actor, a area.Area, form Form, spends ...SpendID) error {
	if len(spends) == 0 {
		return fault.Invalid{{Field: "spend", Words: "Tick what you certify"}}
	}
	return f.once(ctx, by, form, []any{"certify", a.ID, spends}, "certify spending", func(tx *db.Tx) (string, error) {
		for _, sid := range spends {
			if err := f.CertifySpendIn(ctx, tx, by, a, sid); err != nil {
				return "", err
			}
		}
		return string(spends[0]), nil
	})
}

// CertifySpendIn certifies one spend as it stands, as part of a transaction.
func (f *Funding) CertifySpendIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, sid SpendID) error {
	return f.certify(ctx, tx, by, a, sid, nil)
}

func (f *Funding) certify(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, sid SpendID, shown *string) error {
	s, err := SpendOf(ctx, tx, a.ID, sid)
	if err != nil {
		return err
	}
	if err := mustBeSure(by, access.CertifySpend, placeOf(a, s.Organisation)); err != nil {
		return err
	}
	switch {
	case s.State() != SpendProvided:
		return fault.New(fault.Conflict, "“"+s.Heading+"” was "+string(s.State())+" already.")
	case s.ProvidedBy == by.Person:
		return errOwn("You recorded this spending, so somebody else certifies it.")
	}
	if s.CertifiedDigest, err = s.digest(ctx, tx); err != nil {
		return err
	}
	if shown != nil && *shown != s.CertifiedDigest {
		return fault.New(fault.Conflict, "“"+s.Heading+"”, or its evidence, is not what you were shown. Look at it again before you certify it.")
	}
	told, err := f.scene(ctx, tx, a.ID, s.Touches())
	if err != nil {
		return err
	}
	if err := told.barred(ctx, tx, by); err != nil {
		return err
	}
	if err := told.frozen(ctx, tx, s.ProvidedAt); err != nil {
		return err
	}
	if s.Register, err = partnership.RegisterIn(ctx, tx); err != nil {
		return err
	}
	line, err := f.maySpend(ctx, tx, a, s)
	if err != nil {
		return err
	}
	entry, balances, err := ledger.Post(ctx, tx, f.IDs, ledger.Entry{
		Book: ledger.Book(a.ID), Day: f.Today(), Kind: KindSpend, About: string(s.ID), Description: s.PublicHeading(line),
		By: by.Person, At: f.Now(), Postings: ledger.Move(Held(a.ID, s.Organisation), Spent(a.ID, s.Line), s.Amount),
	})
	if err != nil {
		return err
	}
	if held := balances[1]; held.Negative() {
		return fault.New(fault.Conflict, fmt.Sprintf("“%s” is %s, and the LTO holds %s of this area’s money. It can be certified when the next payment has come.",
			s.Heading, s.Amount, held.Add(s.Amount)))
	}
	if err := insertCertification(ctx, tx, s, by.Person, entry.ID, f.Today(), f.Now()); err != nil {
		return fmt.Errorf("insert certification: %w", err)
	}
	change := lineChange{}
	change.spend(s, s.Amount)
	if err := change.keep(ctx, tx, a); err != nil {
		return err
	}
	said := map[string]string{"amount": s.Amount.Decimal(), "entry": string(entry.ID)}
	if err := told.close(ctx, tx, f.Now(), said); err != nil {
		return err
	}
	return f.record(ctx, tx, by, a, "spend certified", string(sid), said, s.CertifiedDigest)
}

// maySpend holds a spend against the plan's budget (R10).
func (f *Funding) maySpend(ctx context.Context, tx *db.Tx, a area.Area, s Spend) (plan.Line, error) {
	line, err := plan.LineByID(ctx, tx, a.ID, s.Line)
	if err != nil {
		return line, err
	}
	lines, err := lineTotals(ctx, tx, a.ID)
	if err != nil {
		return line, err
	}
	after := lines[s.Line].Spent.Add(s.Amount)
	if line.Budget.Less(after) && s.Decided != 0 {
		return line, asConflict(mayGoOver(ctx, tx, a.ID, s.Decided, s.Line, line.Name, after.Sub(line.Budget)))
	}
	if line.Budget.Less(after) {
		return line, fault.New(fault.Conflict, fmt.Sprintf("With “%s”, %s would have been spent on “%s”, and the plan gives it %s. Send it back, to be recorded with the decision that allows it.",
			s.Heading, after, line.Name, line.Budget))
	}
	return line, nil
}

// RefuseSpend sends a spend back to who provided it.
func (f *Funding) RefuseSpend(ctx context.Context, by access.Actor, a area.Area, sid SpendID, reason string, form Form) error {
	return f.once(ctx, by, form, []any{"refuse", a.ID, sid, reason}, "send spending back", func(tx *db.Tx) (string, error) {
		return string(sid), f.RefuseSpendIn(ctx, tx, by, a, sid, reason)
	})
}

// RefuseSpendIn is RefuseSpend as part of a transaction.
func (f *Funding) RefuseSpendIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, sid SpendID, reason string) error {
	s, err := SpendOf(ctx, tx, a.ID, sid)
	if err != nil {
		return err
	}
	place := placeOf(a, s.Organisation)
	takesBack := s.ProvidedBy == by.Person && by.May(access.ProvideSpend, place)
	if !by.May(access.CertifySpend, place) && !takesBack {
		return by.Must(access.CertifySpend, place)
	}
	if err := checkReason(reason).OrNil(); err != nil {
		return err
	}
	if s.State() != SpendProvided {
		return fault.New(fault.Conflict, "This was "+string(s.State())+" already.")
	}
	if err := insertRefusal(ctx, tx, a.ID, sid, Ending{By: by.Person, Reason: strings.TrimSpace(reason), At: f.Now()}); err != nil {
		return fmt.Errorf("insert refusal: %w", err)
	}
	return f.record(ctx, tx, by, a, "spend sent back", string(sid), nil, reason)
}

// ReverseSpend undoes a certified spend that was a mistake: the LTO holds the
// money again.
func (f *Funding) ReverseSpend(ctx context.Context, by access.Actor, a area.Area, sid SpendID, reason string, form Form) error {
	return f.once(ctx, by, form, []any{"reverse spend", a.ID, sid, reason}, "reverse spending", func(tx *db.Tx) (string, error) {
		return string(sid), f.ReverseSpendIn(ctx, tx, by, a, sid, reason)
	})
}

// ReverseSpendIn is ReverseSpend as part of a transaction.
func (f *Funding) ReverseSpendIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, sid SpendID, reason string) error {
	s, err := SpendOf(ctx, tx, a.ID, sid)
	if err != nil {
		return err
	}
	if err := mustBeSure(by, access.CertifySpend, placeOf(a, s.Organisation)); err != nil {
		return err
	}
	if err := checkReason(reason).OrNil(); err != nil {
		return err
	}
	switch s.State() {
	case SpendCertified:
	case SpendReversed:
		return ledger.ErrReversed
	default:
		return fault.New(fault.Conflict, "This was not certified, so there is nothing to reverse.")
	}
	if s.ProvidedBy == by.Person {
		return errOwn("You recorded this spending, so somebody else reverses it.")
	}
	if err := f.Barred(ctx, tx, by, a.ID, s.Touches()); err != nil {
		return err
	}
	line, err := plan.LineByID(ctx, tx, a.ID, s.Line)
	if err != nil {
		return err
	}
	entry, _, err := ledger.Reverse(ctx, tx, f.IDs, s.Certified.Entry, ledger.Entry{
		Book: ledger.Book(a.ID), Day: f.Today(), Kind: KindSpendReversal, About: string(s.ID), Description: "Put right: " + s.PublicHeading(line),
		By: by.Person, At: f.Now(),
	})
	if err != nil {
		return err
	}
	end := Ending{By: by.Person, Reason: strings.TrimSpace(reason), Entry: entry.ID, At: f.Now()}
	register, err := partnership.RegisterIn(ctx, tx)
	if err != nil {
		return err
	}
	if err := insertSpendReversal(ctx, tx, a.ID, sid, end, register); err != nil {
		return fmt.Errorf("insert reversal: %w", err)
	}
	change := lineChange{}
	change.spend(s, s.Amount.Neg())
	if err := change.keep(ctx, tx, a); err != nil {
		return err
	}
	return f.record(ctx, tx, by, a, "spend reversed", string(sid), map[string]string{"amount": s.Amount.Decimal(), "entry": string(entry.ID)}, end.Reason)
}
