package funding

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
	"commontable/internal/partnership"
	"commontable/internal/plan"
)

// The matters of this slice that may touch somebody's interest (S06).
const (
	MatterPayment = "payment"
	MatterSpend   = "spend"
)

// Matter is the payment as interests know it.
func (p Payment) Matter() partnership.About {
	return partnership.About{Kind: MatterPayment, ID: string(p.ID)}
}

// Parties are whom the payment touches: the organisation that is paid.
func (p Payment) Parties() []partnership.Party {
	return []partnership.Party{{Organisation: p.Organisation}}
}

// Touches is the payment as interests know it, on the day on which it was prepared.
func (p Payment) Touches() partnership.Matter {
	return partnership.Matter{About: p.Matter(), Parties: p.Parties(), On: date.InLondon(p.PreparedAt), Moves: true}
}

// Touches is the spend as interests know it, on the day on which it was recorded: those
// of its organisation who certify it decide in it.
func (s Spend) Touches() partnership.Matter {
	return partnership.Matter{About: s.Matter(), Parties: s.Parties(), On: date.InLondon(s.ProvidedAt), Moves: true, Organisation: s.Organisation}
}

// Matter is the spend as interests know it.
func (s Spend) Matter() partnership.About {
	return partnership.About{Kind: MatterSpend, ID: string(s.ID)}
}

// Parties are whom the spend touches: who was paid, by the name that was written
// down. The organisation that spends is none: that it pays others is its work.
func (s Spend) Parties() []partnership.Party {
	if s.Payee == "" {
		return nil
	}
	return []partnership.Party{{Name: s.Payee}}
}

// A scene is what the register of interests says of a payment or a spend, read
// once for all that is asked of it in one transaction.
type scene struct {
	partnership.Scene
	area  area.ID
	about partnership.About
}

func (f *Funding) scene(ctx context.Context, tx *db.Tx, a area.ID, m partnership.Matter) (scene, error) {
	m.On = f.Today()
	s, err := partnership.SceneIn(ctx, tx, m)
	return scene{s, a, m.About}, err
}

// Barred refuses a person who has an interest in who is paid, whatever their hat.
func (f *Funding) Barred(ctx context.Context, tx *db.Tx, by access.Actor, a area.ID, m partnership.Matter) error {
	s, err := f.scene(ctx, tx, a, m)
	if err != nil {
		return err
	}
	return s.barred(ctx, tx, by)
}

func (s scene) barred(ctx context.Context, tx *db.Tx, by access.Actor) error {
	bar, err := s.Bar(ctx, tx, s.area, by.Person)
	if err == nil && bar.Approve {
		err = errOwn(bar.Why)
	}
	return err
}

// frozen refuses what was told of too late to be seen by those who had a part in
// it before: until somebody says what is done about the interest.
func (s scene) frozen(ctx context.Context, tx *db.Tx, since time.Time) error {
	waiting, err := s.Unhandled(ctx, tx, s.area)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(waiting, func(t partnership.Touch) bool { return t.DeclaredAt.After(since) }) {
		return errFrozen
	}
	return nil
}

// close keeps what was done about interests in something that is done, and has the
// event of it say that there were some.
func (s scene) close(ctx context.Context, tx *db.Tx, at time.Time, said map[string]string) error {
	touches, err := s.Touches(ctx, tx, s.area)
	if err != nil || len(touches) == 0 {
		return err
	}
	said[interestsClosed] = "yes"
	return partnership.CloseAt(ctx, tx, s.area, s.about, at)
}

// interestsClosed is the fact by which an event says that interests touched what is
// done by it.
const interestsClosed = "interests closed"

var (
	errFrozen = fault.New(fault.Conflict, "Somebody told us of an interest in this since it was prepared. It waits until the area’s chair or worker, or the programme’s officer, records what is done about it.")
	errVoid   = fault.New(fault.Conflict, "Somebody who approved this payment told us since of an interest in it. Their approval counts no more, so somebody else approves it first.")
)

// judge marks the approvals of payments that count no more, because who gave them
// told since of an interest in who is paid.
func judge(ctx context.Context, tx *db.Tx, of ...*Payment) error {
	var deeds []partnership.Deed
	var given []*Approval
	for _, p := range of {
		if p.Release.By != "" || p.Cancelled.By != "" {
			continue
		}
		for i, x := range p.Approvals {
			deeds = append(deeds, partnership.Deed{Person: x.By, At: x.At, Register: x.Register, Parties: p.Parties()})
			given = append(given, &p.Approvals[i])
		}
	}
	told, err := partnership.ToldSince(ctx, tx, deeds)
	if err != nil {
		return fmt.Errorf("interests of who approved: %w", err)
	}
	for i, void := range told {
		given[i].Void = void
	}
	return nil
}

// hasVoid reports whether somebody's approval counts no more.
func (p Payment) hasVoid() bool {
	return slices.ContainsFunc(p.Approvals, func(x Approval) bool { return x.Void })
}

// PaymentMatters tells partnership of payments.
type PaymentMatters struct{}

// SpendMatters tells partnership of spending.
type SpendMatters struct{}

// Matter is one payment.
func (PaymentMatters) Matter(ctx context.Context, tx *db.Tx, a area.ID, matter string) (partnership.Matter, error) {
	p, err := PaymentOf(ctx, tx, a, PaymentID(matter))
	if err != nil {
		return partnership.Matter{}, err
	}
	line, err := plan.LineByID(ctx, tx, p.Area, p.Line)
	return p.asMatter(line), err
}

func (p Payment) asMatter(line plan.Line) partnership.Matter {
	hands := []access.PersonID{p.Release.By}
	for _, x := range p.Approvals {
		hands = append(hands, x.By)
	}
	m := p.Touches()
	m.Title, m.Href = "Payment of "+p.Amount.String()+" for “"+line.Name+"”", "/money/payments/"+string(p.ID)
	m.Open, m.DoneAt, m.DoneBy = p.waits() == nil, p.Release.At, hands
	return m
}

// OpenMatters lists the payments that wait to be approved or released.
func (PaymentMatters) OpenMatters(ctx context.Context, tx *db.Tx, a area.ID) ([]partnership.Matter, error) {
	open, err := db.All(ctx, tx, scanPayment, `SELECT `+paymentColumns+`
		WHERE p.area_id = $1 AND r.payment_id IS NULL AND c.payment_id IS NULL ORDER BY p.prepared_at, p.id`, a)
	if err != nil || len(open) == 0 {
		return nil, err
	}
	lines, err := linesIn(ctx, tx, a)
	var all []partnership.Matter
	for _, one := range open {
		all = append(all, one.asMatter(lines[one.Line]))
	}
	return all, err
}

// linesIn is every line that an area ever had.
func linesIn(ctx context.Context, tx *db.Tx, a area.ID) (map[plan.LineID]plan.Line, error) {
	every, err := plan.EveryLine(ctx, tx, a)
	lines := make(map[plan.LineID]plan.Line, len(every))
	for _, l := range every {
		lines[l.ID] = l
	}
	return lines, err
}

const deedApproved = "approved a payment"

// DeedsOf lists who approved and released payments that were made, and who took
// money of them back.
func (PaymentMatters) DeedsOf(ctx context.Context, tx *db.Tx, a area.ID, who []access.PersonID) ([]partnership.Deed, error) {
	type part struct {
		payment     PaymentID
		by          access.PersonID
		at, counted time.Time
		register    int64
		what        string
	}
	parts, err := db.All(ctx, tx, func(r db.Row) (x part, err error) {
		return x, r.Scan(&x.payment, &x.by, &x.at, &x.register, &x.counted, &x.what)
	}, `
		SELECT x.payment_id, x.approved_by, x.approved_at, r.register, r.released_at, 'approved a payment'
		FROM payment_approvals x JOIN payment_releases r ON r.area_id = x.area_id AND r.payment_id = x.payment_id
		WHERE x.area_id = $1 AND x.approved_by IN (SELECT key FROM json_each($2))
		UNION ALL
		SELECT r.payment_id, r.released_by, r.released_at, r.register, r.released_at, 'released a payment' FROM payment_releases r
		WHERE r.area_id = $1 AND r.released_by IN (SELECT key FROM json_each($2))
		UNION ALL
		SELECT b.payment_id, b.recorded_by, b.recorded_at, b.register, b.recorded_at, 'recorded money handed back' FROM payment_returns b
		WHERE b.area_id = $1 AND b.recorded_by IN (SELECT key FROM json_each($2))
		UNION ALL
		SELECT v.payment_id, v.reversed_by, v.reversed_at, v.register, v.reversed_at, 'reversed a payment' FROM payment_reversals v
		WHERE v.area_id = $1 AND v.reversed_by IN (SELECT key FROM json_each($2))
		ORDER BY 3, 1, 2`, a, db.Set(who))
	if err != nil || len(parts) == 0 {
		return nil, err
	}
	released, err := db.All(ctx, tx, scanPayment, `SELECT `+paymentColumns+` WHERE p.area_id = $1 AND r.payment_id IS NOT NULL`, a)
	if err != nil {
		return nil, err
	}
	of := make(map[PaymentID]Payment, len(released))
	for _, p := range released {
		of[p.ID] = p
	}
	lines, err := linesIn(ctx, tx, a)
	var deeds []partnership.Deed
	for _, x := range parts {
		m := of[x.payment].asMatter(lines[of[x.payment].Line])
		deeds = append(deeds, partnership.Deed{Person: x.by, At: x.at, Counted: x.counted, Register: x.register, What: x.what, About: m.About, Title: m.Title, Href: m.Href, Parties: m.Parties})
	}
	return deeds, err
}

// Matter is one spend. Who was paid is no part of its title: not everybody who
// sees that it touches an interest may see that.
func (SpendMatters) Matter(ctx context.Context, tx *db.Tx, a area.ID, matter string) (partnership.Matter, error) {
	s, err := SpendOf(ctx, tx, a, SpendID(matter))
	if err != nil {
		return partnership.Matter{}, err
	}
	line, err := plan.LineByID(ctx, tx, s.Area, s.Line)
	return s.asMatter(line), err
}

func (s Spend) asMatter(line plan.Line) partnership.Matter {
	// What is not certified has a page for its organisation and the programme alone.
	href := "/money/spent"
	if s.Certified.By != "" {
		href = "/money/spending/" + string(s.ID)
	}
	m := s.Touches()
	m.Title, m.Href = s.PublicHeading(line)+", "+s.Amount.String(), href
	m.Open, m.DoneAt, m.DoneBy = s.State() == SpendProvided, s.Certified.At, []access.PersonID{s.Certified.By}
	return m
}

// OpenMatters lists the spending that waits to be certified.
func (SpendMatters) OpenMatters(ctx context.Context, tx *db.Tx, a area.ID) ([]partnership.Matter, error) {
	open, err := db.All(ctx, tx, scanSpend, `
		SELECT `+spendColumns+` WHERE s.area_id = $1 AND c.spend_id IS NULL AND f.spend_id IS NULL ORDER BY s.provided_at, s.id`, a)
	if err != nil || len(open) == 0 {
		return nil, err
	}
	lines, err := linesIn(ctx, tx, a)
	var all []partnership.Matter
	for _, one := range open {
		all = append(all, one.asMatter(lines[one.Line]))
	}
	return all, err
}

// DeedsOf lists who certified spending, and who reversed what was certified.
func (SpendMatters) DeedsOf(ctx context.Context, tx *db.Tx, a area.ID, who []access.PersonID) ([]partnership.Deed, error) {
	done, err := db.All(ctx, tx, scanSpend, `
		SELECT `+spendColumns+` WHERE s.area_id = $1 AND (c.certified_by IN (SELECT key FROM json_each($2)) OR v.reversed_by IN (SELECT key FROM json_each($2)))
		ORDER BY c.certified_at, s.id`, a, db.Set(who))
	if err != nil || len(done) == 0 {
		return nil, err
	}
	lines, err := linesIn(ctx, tx, a)
	var deeds []partnership.Deed
	for _, s := range done {
		m := s.asMatter(lines[s.Line])
		deed := partnership.Deed{About: m.About, Title: m.Title, Href: m.Href, Parties: m.Parties}
		if slices.Contains(who, s.Certified.By) {
			deed.Person, deed.At, deed.Register, deed.What = s.Certified.By, s.Certified.At, s.Register, "certified spending"
			deeds = append(deeds, deed)
		}
		if slices.Contains(who, s.Reversed.By) {
			deed.Person, deed.At, deed.Register, deed.What = s.Reversed.By, s.Reversed.At, s.ReversalRegister, "reversed spending"
			deeds = append(deeds, deed)
		}
	}
	return deeds, err
}

// verifyInterests looks for somebody who approved, released or certified what went
// to whom they had told us that they have an interest in.
func verifyInterests(ctx context.Context, tx *db.Tx, report func(string)) error {
	who, err := partnership.WhoDeclared(ctx, tx)
	if err != nil || len(who) == 0 {
		return err
	}
	areas, err := db.All(ctx, tx, db.Value[area.ID], `
		SELECT area_id FROM payments UNION SELECT area_id FROM spends ORDER BY 1`)
	if err != nil {
		return err
	}
	for _, a := range areas {
		if err := verifyDeeds(ctx, tx, a, who, report); err != nil {
			return err
		}
	}
	return nil
}

func verifyDeeds(ctx context.Context, tx *db.Tx, a area.ID, who []access.PersonID, report func(string)) error {
	payments, err := PaymentMatters{}.DeedsOf(ctx, tx, a, who)
	if err != nil {
		return err
	}
	spends, err := SpendMatters{}.DeedsOf(ctx, tx, a, who)
	if err != nil {
		return err
	}
	void := map[PaymentID]int{} // approvals that did not count when it was paid
	deeds, err := partnership.Knowing(ctx, tx, slices.Concat(payments, spends))
	if err != nil {
		return err
	}
	for _, d := range deeds {
		enough := false
		if d.What == deedApproved {
			p, err := PaymentOf(ctx, tx, a, PaymentID(d.About.ID))
			if err != nil {
				return err
			}
			void[p.ID]++
			enough = len(p.Approvals)-void[p.ID] >= p.Needed
		}
		if !enough {
			report(fmt.Sprintf("area %s: %s %s was not seen by enough people without an interest", a, d.About.Kind, d.About.ID))
		}
	}
	return nil
}
