package funding

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

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

// An InstalmentID names an instalment of a payment schedule.
type InstalmentID string

// An Offer is an offer letter to an LTO, with its payment schedule. It is never
// edited: a new version supersedes it (P25).
type Offer struct {
	Area         area.ID
	Number       int64
	Organisation organisation.ID
	PlanVersion  int64
	Decision     int64 // of the partnership, that allows it; 0 for a letter from before decisions were kept
	Supersedes   int64 // 0 for a first version
	SupersededBy int64 // 0 while no later version is accepted
	Chain        int64 // the number of the letter that its versions began with
	OfferedOn    date.Date
	OfferedBy    access.PersonID
	AcceptedOn   date.Date // zero until it is accepted
	AcceptedBy   access.PersonID
	EndedOn      date.Date // the day on which it ended with its organisation’s holding; zero while it has not
	Declined     Decline   // zero unless its organisation said no
	Instalments  []Instalment
}

// Accepted reports whether the LTO accepted the offer.
func (o Offer) Accepted() bool { return !o.AcceptedOn.IsZero() }

// InForce reports whether money may be paid by this offer's schedule.
func (o Offer) InForce() bool { return o.Accepted() && o.SupersededBy == 0 && o.EndedOn.IsZero() }

// Total is what the schedule adds up to.
func (o Offer) Total() money.Amount {
	var total money.Amount
	for _, in := range o.Instalments {
		total = total.Add(in.Amount)
	}
	return total
}

// Instalment finds an instalment of the offer.
func (o Offer) Instalment(iid InstalmentID) (Instalment, bool) {
	for _, in := range o.Instalments {
		if in.ID == iid {
			return in, true
		}
	}
	return Instalment{}, false
}

// A Stage is where an instalment is on its way.
type Stage string

// The stages of an instalment.
const (
	Offered    Stage = "offered"  // the LTO has not accepted yet
	Planned    Stage = "planned"  // accepted; its day has not come
	Due        Stage = "due"      // its day has come
	Prepared   Stage = "prepared" // a payment waits for approval
	Approved   Stage = "approved" // a payment waits for release
	Paid       Stage = "paid"
	Superseded Stage = "superseded" // a later offer letter took its place
	Lapsed     Stage = "lapsed"     // its letter was declined, or ended before its day
)

// An Instalment is one line of a payment schedule: a day, an amount and the
// budget line that it is for (R8).
type Instalment struct {
	ID      InstalmentID
	Area    area.ID
	Offer   int64
	Number  int
	DueOn   date.Date
	Line    plan.LineID
	Amount  money.Amount
	Payment PaymentID // the one payment that is on its way or was made; "" for none
	State   PaymentState
}

// Stage is where the instalment is on a day.
func (in Instalment) Stage(o Offer, today date.Date) Stage {
	switch {
	case in.State == PaymentReleased:
		return Paid
	case o.SupersededBy != 0:
		return Superseded
	case !o.EndedOn.IsZero(), !o.Declined.On.IsZero():
		return Lapsed
	case in.State == PaymentApproved:
		return Approved
	case in.State == PaymentPrepared:
		return Prepared
	case !o.Accepted():
		return Offered
	case in.DueOn.After(today):
		return Planned
	}
	return Due
}

// NewOffer is an offer letter as it is made.
type NewOffer struct {
	Form         Form
	Organisation organisation.ID
	Decision     int64 // the number of the decision that allows it
	Supersedes   int64 // 0, or the offer whose place this version takes
	Instalments  []NewInstalment
}

// NewInstalment is a line of a schedule as it is made.
type NewInstalment struct {
	DueOn  date.Date
	Line   plan.LineID
	Amount money.Amount
}

// MostInstalments is how many lines a payment schedule may have.
const MostInstalments = 200

// Check says what is wrong with n, if anything. Lines are named "due-1",
// "line-1", "amount-1" and so on.
func (n NewOffer) Check() fault.Invalid {
	var wrong fault.Invalid
	if n.Organisation == "" {
		wrong.Add("organisation", "Choose the organisation that holds the area’s money")
	}
	if len(n.Instalments) == 0 {
		wrong.Add("due-1", "Enter at least one payment")
	}
	if len(n.Instalments) > MostInstalments {
		wrong.Add("due-1", fmt.Sprintf("A schedule has at most %d payments: put some together", MostInstalments))
	}
	for i, in := range n.Instalments {
		at := "-" + strconv.Itoa(i+1)
		if in.DueOn.IsZero() || in.DueOn.Year() < 2000 || in.DueOn.Year() > 2100 {
			wrong.Add("due"+at, "Enter the day on which this payment is due, like 5 10 2026")
		}
		if in.Line == "" {
			wrong.Add("line"+at, "Choose the budget line that this payment is for")
		}
		checkAmount(&wrong, "amount"+at, in.Amount)
	}
	return wrong
}

// MakeOffer makes an offer letter with its schedule and tells its number.
func (f *Funding) MakeOffer(ctx context.Context, by access.Actor, a area.Area, n NewOffer) (number int64, err error) {
	lines := make([]string, len(n.Instalments))
	for i, in := range n.Instalments {
		lines[i] = in.DueOn.String() + " " + string(in.Line) + " " + in.Amount.Decimal()
	}
	subject, err := f.onceFor(ctx, by, n.Form, []any{"offer", a.ID, n.Organisation, n.Decision, n.Supersedes, lines}, "make offer", func(tx *db.Tx) (string, error) {
		o, err := f.MakeOfferIn(ctx, tx, by, a, n)
		return strconv.FormatInt(o.Number, 10), err
	})
	if err != nil {
		return 0, err
	}
	return strconv.ParseInt(subject, 10, 64)
}

// MakeOfferIn is MakeOffer as part of a transaction.
func (f *Funding) MakeOfferIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, n NewOffer) (Offer, error) {
	if err := by.Must(access.MakeOffer, a.Place()); err != nil {
		return Offer{}, err
	}
	if err := n.Check().OrNil(); err != nil {
		return Offer{}, err
	}
	ok, err := holds(ctx, tx, a.ID, n.Organisation, f.Today())
	if err != nil {
		return Offer{}, err
	}
	if !ok {
		return Offer{}, fault.Invalid{{Field: "organisation", Words: "This organisation does not hold the area’s money. The partnership chooses who does: record that first."}}
	}
	version, err := plan.InForce(ctx, tx, a.ID)
	if err != nil {
		return Offer{}, err
	}
	if err := f.mayOffer(ctx, tx, a, version, n, 0); err != nil {
		return Offer{}, err
	}
	if err := f.wasAsked(ctx, tx, a, version, n); err != nil {
		return Offer{}, err
	}
	o := Offer{
		Area: a.ID, Organisation: n.Organisation, PlanVersion: version.Number, Decision: n.Decision, Supersedes: n.Supersedes,
		OfferedOn: f.Today(), OfferedBy: by.Person,
	}
	if o.Number, err = nextOffer(ctx, tx, a.ID); err != nil {
		return Offer{}, err
	}
	o.Chain = o.Number
	if n.Supersedes != 0 {
		old, err := offer(ctx, tx, a.ID, n.Supersedes)
		if err != nil {
			return Offer{}, err
		}
		o.Chain = old.Chain
	}
	if err := insertOffer(ctx, tx, o, f.Now()); err != nil {
		if db.IsDuplicate(err) {
			return Offer{}, fault.New(fault.Conflict, "A new version of this offer letter was made already. Open that one.")
		}
		return Offer{}, fmt.Errorf("insert offer: %w", err)
	}
	if err := keepDecided(ctx, tx, a.ID, offerDecided, strconv.FormatInt(o.Number, 10), o.Decision); err != nil {
		return Offer{}, fmt.Errorf("keep what allows the offer: %w", err)
	}
	for i, in := range n.Instalments {
		made := Instalment{
			ID: id.New[InstalmentID](f.IDs), Area: a.ID, Offer: o.Number, Number: i + 1, DueOn: in.DueOn, Line: in.Line, Amount: in.Amount,
		}
		if err := insertInstalment(ctx, tx, made); err != nil {
			return Offer{}, fmt.Errorf("insert instalment: %w", err)
		}
		o.Instalments = append(o.Instalments, made)
	}
	return o, f.record(ctx, tx, by, a, "offer made", offerSubject(o.Number), map[string]string{
		"organisation": string(o.Organisation), "plan version": strconv.FormatInt(o.PlanVersion, 10),
		"payments": strconv.Itoa(len(o.Instalments)), "total": o.Total().Decimal(), "decision": strconv.FormatInt(o.Decision, 10),
	}, "")
}

// mayOffer holds a schedule against the plan's budget (R8) and the allocation
// (R10), and the decision that is to allow it: what is promised and paid already
// counts. own is the letter's number once it is made; 0 while it is not.
func (f *Funding) mayOffer(ctx context.Context, tx *db.Tx, a area.Area, version plan.Version, n NewOffer, own int64) error {
	old, err := f.superseded(ctx, tx, a, n)
	if err != nil {
		return err
	}
	lines, err := lineTotals(ctx, tx, a.ID)
	if err != nil {
		return err
	}
	sums, err := AreaMoney(ctx, tx, a)
	if err != nil {
		return err
	}
	// What the older version still promises falls away with it.
	free := map[plan.LineID]money.Amount{}
	var freed money.Amount
	for _, in := range old.Instalments {
		if old.InForce() && in.State != PaymentReleased {
			free[in.Line] = free[in.Line].Add(in.Amount)
			freed = freed.Add(in.Amount)
		}
	}
	var wrong fault.Invalid
	asked := map[plan.LineID]money.Amount{}
	var total money.Amount
	for i, in := range n.Instalments {
		at := "-" + strconv.Itoa(i+1)
		line, ok := version.Line(in.Line)
		if !ok {
			wrong.Add("line"+at, "This budget line is not in the plan in force. Choose one that is.")
			continue
		}
		asked[in.Line] = asked[in.Line].Add(in.Amount)
		total = total.Add(in.Amount)
		room := line.Budget.Sub(lines[in.Line].Promised).Sub(lines[in.Line].Paid).Add(free[in.Line])
		if room.Less(asked[in.Line]) {
			wrong.Add("amount"+at, fmt.Sprintf("The plan has %s left for “%s”, and this schedule asks for %s. Lower it, or have the plan changed first.",
				atLeastNothing(room), line.Name, asked[in.Line]))
		}
	}
	if room := sums.Left().Add(freed); len(wrong) == 0 && room.Less(total) {
		wrong.Add("amount-1", fmt.Sprintf("The area has %s left of its allocation, and this schedule adds up to %s.", atLeastNothing(room), total))
	}
	if err := wrong.OrNil(); err != nil {
		return err
	}
	return mayOfferBy(ctx, tx, a, version, old, n, own, f.Today())
}

// wasAsked wants that people were asked before money is promised for what the plan
// says that they want (R4). What asking itself costs may be promised before, and a
// letter that takes another's place may keep that one's lines.
func (f *Funding) wasAsked(ctx context.Context, tx *db.Tx, a area.Area, version plan.Version, n NewOffer) error {
	asked, err := plan.HasConsulted(ctx, tx, a.ID)
	if asked || err != nil {
		return err
	}
	old, err := f.superseded(ctx, tx, a, n)
	if err != nil {
		return err
	}
	var wrong fault.Invalid
	for i, in := range n.Instalments {
		line, _ := version.Line(in.Line)
		if line.IsForAsking() || slices.ContainsFunc(old.Instalments, func(was Instalment) bool { return was.Line == in.Line }) {
			continue
		}
		wrong.Add("line-"+strconv.Itoa(i+1), fmt.Sprintf("What people here want is not written down yet, so nothing can be promised for “%s”. "+
			"Have the consultation recorded with the plan first. What asking people costs, and running the partnership, can be promised before", line.Name))
	}
	return wrong.OrNil()
}

func atLeastNothing(a money.Amount) money.Amount {
	if a.Negative() {
		return money.Pence(0)
	}
	return a
}

// superseded is the letter in force whose place a new version will take. That
// need not be the one it is a version of, which may still wait for the LTO.
func (f *Funding) superseded(ctx context.Context, tx *db.Tx, a area.Area, n NewOffer) (Offer, error) {
	if n.Supersedes == 0 {
		return Offer{}, nil
	}
	old, err := OfferOf(ctx, tx, a.ID, n.Supersedes)
	if err != nil {
		return Offer{}, err
	}
	if old.Organisation != n.Organisation {
		return Offer{}, fault.Invalid{{Field: "organisation", Words: "A new version goes to the organisation that has the old one."}}
	}
	if old.SupersededBy != 0 {
		return Offer{}, fault.New(fault.Conflict, "A new version of this offer letter is in force already. Start from that one.")
	}
	return inForce(ctx, tx, a.ID, old.Chain)
}

// AcceptOffer accepts an offer letter for its LTO. What it supersedes falls away.
func (f *Funding) AcceptOffer(ctx context.Context, by access.Actor, a area.Area, number int64, form Form) error {
	return f.once(ctx, by, form, []any{"accept", a.ID, number}, "accept offer", func(tx *db.Tx) (string, error) {
		return offerSubject(number), f.AcceptOfferIn(ctx, tx, by, a, number)
	})
}

// AcceptOfferIn is AcceptOffer as part of a transaction.
func (f *Funding) AcceptOfferIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, number int64) error {
	o, err := OfferOf(ctx, tx, a.ID, number)
	if err != nil {
		return err
	}
	if err := by.Must(access.AcceptOffer, placeOf(a, o.Organisation)); err != nil {
		return err
	}
	switch {
	case o.Accepted():
		return fault.New(fault.Conflict, "This offer letter was accepted already.")
	case o.SupersededBy != 0:
		return fault.New(fault.Conflict, fmt.Sprintf("Offer letter %d took this one’s place, and is accepted.", o.SupersededBy))
	case !o.Declined.On.IsZero():
		return errDeclined
	}
	later, err := SuccessorOf(ctx, tx, a.ID, number)
	if err != nil {
		return err
	}
	if later != 0 {
		return fault.New(fault.Conflict, fmt.Sprintf("Offer letter %d was made to take this one’s place. Read that one, and accept it.", later))
	}
	ok, err := holds(ctx, tx, a.ID, o.Organisation, f.Today())
	if err != nil {
		return err
	}
	if !ok {
		return fault.New(fault.Conflict, "Your organisation does not hold this area’s money now, so this letter cannot be accepted.")
	}
	if err := f.stillFits(ctx, tx, a, o); err != nil {
		return err
	}
	if o.Decision != 0 {
		told, err := f.scene(ctx, tx, a.ID, partnership.Matter{About: partnership.AboutPayee(o.Decision, o.Organisation), Parties: []partnership.Party{{Organisation: o.Organisation}}})
		if err != nil {
			return err
		}
		if err := told.settled(ctx, tx, o.Organisation, o.Decision); err != nil {
			return err
		}
	}
	change := lineChange{}
	if o.Supersedes != 0 {
		old, err := inForce(ctx, tx, a.ID, o.Chain)
		if err != nil {
			return err
		}
		for _, in := range old.Instalments {
			switch in.State {
			case PaymentPrepared, PaymentApproved:
				return fault.New(fault.Conflict, fmt.Sprintf("A payment by the older letter (number %d) is on its way. It must be released or called off first.", old.Number))
			case PaymentNone:
				if old.InForce() {
					change.promise(in.Line, in.Amount.Neg())
				}
			default: // what was paid stays paid
			}
		}
	}
	for _, in := range o.Instalments {
		change.promise(in.Line, in.Amount)
	}
	if err := insertAcceptance(ctx, tx, o, by.Person, f.Today(), f.Now()); err != nil {
		return fmt.Errorf("insert acceptance: %w", err)
	}
	if err := change.keep(ctx, tx, a); err != nil {
		return err
	}
	return f.record(ctx, tx, by, a, "offer accepted", offerSubject(number), map[string]string{"total": o.Total().Decimal()}, "")
}

// stillFits holds the schedule against the plan and the allocation once more:
// much can be promised between an offer and its acceptance.
func (f *Funding) stillFits(ctx context.Context, tx *db.Tx, a area.Area, o Offer) error {
	version, err := plan.InForce(ctx, tx, a.ID)
	if err != nil {
		return err
	}
	n := NewOffer{Organisation: o.Organisation, Decision: o.Decision, Supersedes: o.Supersedes}
	for _, in := range o.Instalments {
		n.Instalments = append(n.Instalments, NewInstalment{in.DueOn, in.Line, in.Amount})
	}
	err = f.mayOffer(ctx, tx, a, version, n, o.Number)
	if wrong, ok := errors.AsType[fault.Invalid](err); ok {
		return fault.New(fault.Conflict, "Since this letter was made, the plan or what is promised has changed: "+wrong[0].Words+" Ask the programme for a new version.")
	}
	return err
}

func offerSubject(number int64) string { return "offer:" + strconv.FormatInt(number, 10) }

func placeOf(a area.Area, o organisation.ID) access.Place {
	p := a.Place()
	p.Organisation = string(o)
	return p
}

// Schedule is what the offers in force say that an area's LTOs will be paid,
// by day, with what was paid by older ones.
func Schedule(ctx context.Context, tx *db.Tx, a area.ID) ([]Offer, error) {
	offers, err := everyOffer(ctx, tx, a)
	if err != nil {
		return nil, err
	}
	all, err := everyInstalment(ctx, tx, a)
	if err != nil {
		return nil, err
	}
	for i := range offers {
		offers[i].Instalments = all[offers[i].Number]
	}
	return offers, nil
}

// everyInstalment is each letter's schedule, by the letters' numbers.
func everyInstalment(ctx context.Context, tx *db.Tx, a area.ID) (map[int64][]Instalment, error) {
	all, err := db.All(ctx, tx, scanInstalment, `SELECT `+instalmentColumns+` WHERE i.area_id = $1 ORDER BY i.offer, i.number`, a)
	of := map[int64][]Instalment{}
	for _, in := range all {
		of[in.Offer] = append(of[in.Offer], in)
	}
	return of, err
}

// OfferOf is an offer letter with its schedule, or fault.NotFound.
func OfferOf(ctx context.Context, tx *db.Tx, a area.ID, number int64) (Offer, error) {
	o, err := offer(ctx, tx, a, number)
	if err != nil {
		return o, fmt.Errorf("offer %d: %w", number, err)
	}
	o.Instalments, err = instalments(ctx, tx, a, number)
	return o, err
}
