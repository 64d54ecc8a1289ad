package funding

import (
	"context"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/ledger"
	"commontable/internal/money"
	"commontable/internal/organisation"
	"commontable/internal/plan"
)

// A Desk is an organisation's money desk, as far as its reader may see it.
type Desk struct {
	Organisation organisation.Organisation
	Offers       []AreaOffer // letters that wait for the organisation
	Areas        []DeskArea  // whose money it holds or held
	SentBack     []Spend     // by a colleague, and not recorded afresh
	Recent       []Spend     // the last that its people recorded
}

// A DeskArea is an area whose money the organisation of a desk holds.
type DeskArea struct {
	Area        area.Area
	Holding     Holding
	Held, Spent money.Amount // of this area's money, by this organisation
	Next        Instalment   // the next that is to be paid; zero where none is promised
	ToCertify   []Spend
}

// DeskOf is the money desk of an organisation. Its own people see all of it, a
// programme's what is about that programme's areas; for all others there is no
// such desk.
func DeskOf(ctx context.Context, tx *db.Tx, by access.Actor, slug string, most int) (Desk, error) {
	o, err := organisation.BySlug(ctx, tx, slug)
	if err != nil {
		return Desk{}, err
	}
	holdings, err := HoldingsOf(ctx, tx, o.ID)
	if err != nil {
		return Desk{}, err
	}
	d := Desk{Organisation: o}
	seen := map[area.ID]int{}
	for _, h := range holdings {
		a, err := area.ByID(ctx, tx, h.Area)
		if err != nil {
			return Desk{}, err
		}
		if !by.May(access.SeeMoneyDesk, placeOf(a, o.ID)) {
			continue
		}
		if at, known := seen[a.ID]; known {
			d.Areas[at].Holding = h
			continue
		}
		one, err := deskArea(ctx, tx, a, h)
		if err != nil {
			return Desk{}, err
		}
		seen[a.ID] = len(d.Areas)
		d.Areas = append(d.Areas, one)
	}
	if len(d.Areas) == 0 {
		if err := by.MustSee(access.SeeMoneyDesk, access.Place{Organisation: string(o.ID)}); err != nil {
			return Desk{}, err
		}
	}
	return d, d.fill(ctx, tx, by, seen, most)
}

func deskArea(ctx context.Context, tx *db.Tx, a area.Area, h Holding) (DeskArea, error) {
	d := DeskArea{Area: a, Holding: h}
	var err error
	if d.Held, err = ledger.Balance(ctx, tx, Held(a.ID, h.Organisation)); err != nil {
		return d, err
	}
	d.Held = money.Pence(0).Add(d.Held)
	spent, err := db.One(ctx, tx, db.Value[int64], `
		SELECT CAST(COALESCE(SUM(s.minor), 0) AS BIGINT)
		FROM spends s JOIN spend_certifications c ON c.area_id = s.area_id AND c.spend_id = s.id
		WHERE s.area_id = $1 AND s.organisation_id = $2
			AND NOT EXISTS (SELECT 1 FROM spend_reversals v WHERE v.area_id = s.area_id AND v.spend_id = s.id)`, a.ID, h.Organisation)
	if err != nil {
		return d, err
	}
	d.Spent = money.Pence(spent)
	next, err := db.All(ctx, tx, scanInstalment, `SELECT `+instalmentColumns+`
		JOIN offers o ON o.area_id = i.area_id AND o.number = i.offer
		JOIN offer_acceptances ok ON ok.area_id = i.area_id AND ok.offer = i.offer
		WHERE i.area_id = $1 AND o.organisation_id = $2 AND r.payment_id IS NULL
			AND NOT EXISTS (SELECT 1 FROM offers own
				JOIN offers n ON n.area_id = own.area_id AND n.chain = own.chain AND n.number > own.number
				JOIN offer_acceptances na ON na.area_id = n.area_id AND na.offer = n.number
				WHERE own.area_id = i.area_id AND own.number = i.offer)
			AND NOT EXISTS (SELECT 1 FROM offer_endings x WHERE x.area_id = i.area_id AND x.offer = i.offer)
		ORDER BY i.due_on, i.offer, i.number LIMIT 1`, a.ID, h.Organisation)
	if len(next) == 1 {
		d.Next = next[0]
	}
	return d, err
}

// mostSentBack is how many spends that were sent back a desk shows: the newest.
const mostSentBack = 12

// fill adds what waits and what was last recorded in the areas that are seen.
func (d *Desk) fill(ctx context.Context, tx *db.Tx, by access.Actor, seen map[area.ID]int, most int) error {
	offers, err := OffersToAccept(ctx, tx, d.Organisation.ID)
	if err != nil {
		return err
	}
	for _, o := range offers {
		later, err := SuccessorOf(ctx, tx, o.Area, o.Number)
		if err != nil {
			return err
		}
		if _, ok := seen[o.Area]; ok && later == 0 {
			d.Offers = append(d.Offers, o)
		}
	}
	waiting, err := SpendsToCertify(ctx, tx, d.Organisation.ID)
	if err != nil {
		return err
	}
	for _, s := range waiting {
		if at, ok := seen[s.Area]; ok {
			in := &d.Areas[at]
			if s.Digest, err = s.digest(ctx, tx); err != nil {
				return err
			}
			if s, err = shown(ctx, tx, by, in.Area, s); err != nil {
				return err
			}
			in.ToCertify = append(in.ToCertify, s)
		}
	}
	back, err := SpendsSentBack(ctx, tx, d.Organisation.ID, mostSentBack)
	if err != nil {
		return err
	}
	for _, s := range back {
		if at, ok := seen[s.Area]; ok {
			if s, err = shown(ctx, tx, by, d.Areas[at].Area, s); err != nil {
				return err
			}
			d.SentBack = append(d.SentBack, s)
		}
	}
	recent, err := RecentSpends(ctx, tx, d.Organisation.ID, most)
	if err != nil {
		return err
	}
	for _, s := range recent {
		if at, ok := seen[s.Area]; ok {
			if s, err = shown(ctx, tx, by, d.Areas[at].Area, s); err != nil {
				return err
			}
			d.Recent = append(d.Recent, s)
		}
	}
	return nil
}

func shown(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, s Spend) (Spend, error) {
	if by.May(access.SeePayees, placeOf(a, s.Organisation)) {
		return s, nil
	}
	line, err := plan.LineByID(ctx, tx, a.ID, s.Line)
	return s.ShownTo(by, a, line), err
}

// ShownTo is the spend as a reader may see it: individuals, and words that may
// name them, only where the reader may know.
func (s Spend) ShownTo(by access.Actor, a area.Area, line plan.Line) Spend {
	if by.May(access.SeePayees, placeOf(a, s.Organisation)) {
		return s
	}
	s.Heading = s.PublicHeading(line)
	s.Digest, s.CertifiedDigest = "", "" // who knew all but a name could try names
	if s.PayeeKind != ToOrganisation {
		s.Payee, s.Reversed.Reason, s.Refused.Reason = "", "", ""
	}
	return s
}

// ShownPayee is whom the money went to, once the spend is as its reader may see it.
func (s Spend) ShownPayee() string {
	if s.Payee != "" {
		return s.Payee
	}
	return s.PublicPayee()
}

// SpendFor is a spend as a reader may see it, with its budget line. Until it is
// certified it is there only for the organisation's money desk and the
// programme's payment desk.
func SpendFor(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, sid SpendID) (Spend, plan.Line, error) {
	s, err := SpendOf(ctx, tx, a.ID, sid)
	if err != nil {
		return Spend{}, plan.Line{}, err
	}
	place := placeOf(a, s.Organisation)
	if s.Certified.By == "" && !by.May(access.SeeMoneyDesk, place) && !by.May(access.SeePayments, place) {
		return Spend{}, plan.Line{}, fault.NotFound
	}
	line, err := plan.LineByID(ctx, tx, a.ID, s.Line)
	if err == nil && s.State() == SpendProvided {
		s.Digest, err = s.digest(ctx, tx)
	}
	return s.ShownTo(by, a, line), line, err
}
