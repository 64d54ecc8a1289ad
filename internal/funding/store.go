package funding

import (
	"context"
	"fmt"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/ledger"
	"commontable/internal/money"
	"commontable/internal/organisation"
)

func insertAllocation(ctx context.Context, tx *db.Tx, a Allocation) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO allocations (area_id, id, minor, allocated_on, note, entry_id, made_by, made_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		a.Area, a.ID, a.Amount.Minor(), a.On, a.Note, a.Entry, a.By, a.At)
	return err
}

// Allocations lists what was allocated to an area, oldest first.
func Allocations(ctx context.Context, tx *db.Tx, a area.ID) ([]Allocation, error) {
	return db.All(ctx, tx, func(r db.Row) (x Allocation, err error) {
		var minor int64
		err = r.Scan(&x.Area, &x.ID, &minor, &x.On, &x.Note, &x.Entry, &x.By, &x.At)
		x.Amount = money.Minor(minor, money.GBP)
		return x, err
	}, `
		SELECT area_id, id, minor, allocated_on, note, entry_id, made_by, made_at
		FROM allocations WHERE area_id = $1 ORDER BY allocated_on, id`, a)
}

func insertHolding(ctx context.Context, tx *db.Tx, a area.ID, n NewHolding, by access.PersonID, at time.Time) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO holdings (area_id, organisation_id, from_on, functions, decision, agreed_by, agreed_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`, a, n.Organisation, n.From, n.Functions, n.Decision, by, at)
	return err
}

func scanHolding(r db.Row) (h Holding, err error) {
	return h, r.Scan(&h.Area, &h.Organisation, &h.From, &h.Until, &h.Functions, &h.Decision, &h.EndDecision)
}

// Holdings lists who held an area's money, oldest first.
func Holdings(ctx context.Context, tx *db.Tx, a area.ID) ([]Holding, error) {
	return db.All(ctx, tx, scanHolding, `
		SELECT h.area_id, h.organisation_id, h.from_on, COALESCE(e.until_on, h.until_on), h.functions, h.decision, COALESCE(e.decision, '')
		FROM holdings h
		LEFT JOIN holding_ends e ON e.area_id = h.area_id AND e.organisation_id = h.organisation_id AND e.from_on = h.from_on
		WHERE h.area_id = $1 ORDER BY h.from_on, h.organisation_id`, a)
}

// HoldingsOf lists the areas whose money an organisation held, oldest first.
func HoldingsOf(ctx context.Context, tx *db.Tx, o organisation.ID) ([]Holding, error) {
	return db.All(ctx, tx, scanHolding, `
		SELECT h.area_id, h.organisation_id, h.from_on, COALESCE(e.until_on, h.until_on), h.functions, h.decision, COALESCE(e.decision, '')
		FROM holdings h
		LEFT JOIN holding_ends e ON e.area_id = h.area_id AND e.organisation_id = h.organisation_id AND e.from_on = h.from_on
		WHERE h.organisation_id = $1 ORDER BY h.from_on, h.area_id`, o)
}

func nextOffer(ctx context.Context, tx *db.Tx, a area.ID) (int64, error) {
	return db.One(ctx, tx, db.Value[int64], `SELECT COALESCE(MAX(number), 0) + 1 FROM offers WHERE area_id = $1`, a)
}

func insertOffer(ctx context.Context, tx *db.Tx, o Offer, at time.Time) error {
	var supersedes any
	if o.Supersedes != 0 {
		supersedes = o.Supersedes
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO offers (area_id, number, organisation_id, plan_version, supersedes, chain, offered_on, offered_by, offered_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		o.Area, o.Number, o.Organisation, o.PlanVersion, supersedes, o.Chain, o.OfferedOn, o.OfferedBy, at)
	return err
}

func insertInstalment(ctx context.Context, tx *db.Tx, in Instalment) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO instalments (area_id, id, offer, number, due_on, line_id, minor) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		in.Area, in.ID, in.Offer, in.Number, in.DueOn, in.Line, in.Amount.Minor())
	return err
}

func insertAcceptance(ctx context.Context, tx *db.Tx, o Offer, by access.PersonID, on date.Date, at time.Time) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO offer_acceptances (area_id, offer, accepted_on, accepted_by, accepted_at) VALUES ($1, $2, $3, $4, $5)`,
		o.Area, o.Number, on, by, at)
	return err
}

const offerColumns = `
	o.area_id, o.number, o.organisation_id, o.plan_version, COALESCE(o.supersedes, 0), o.chain, o.offered_on, o.offered_by,
	a.accepted_on, COALESCE(a.accepted_by, ''),
	COALESCE((SELECT MAX(n.number) FROM offers n JOIN offer_acceptances na ON na.area_id = n.area_id AND na.offer = n.number
		WHERE n.area_id = o.area_id AND n.chain = o.chain AND n.number > o.number), 0),
	x.ended_on, d.declined_on, COALESCE(d.declined_by, ''), COALESCE(d.reason, ''),
	COALESCE((SELECT m.decision FROM money_decisions m WHERE m.area_id = o.area_id AND m.kind = 'offer' AND m.subject = CAST(o.number AS TEXT)), 0)
	FROM offers o
	LEFT JOIN offer_acceptances a ON a.area_id = o.area_id AND a.offer = o.number
	LEFT JOIN offer_endings x ON x.area_id = o.area_id AND x.offer = o.number
	LEFT JOIN offer_declines d ON d.area_id = o.area_id AND d.offer = o.number`

func scanOffer(r db.Row) (o Offer, err error) {
	return o, r.Scan(&o.Area, &o.Number, &o.Organisation, &o.PlanVersion, &o.Supersedes, &o.Chain, &o.OfferedOn, &o.OfferedBy,
		&o.AcceptedOn, &o.AcceptedBy, &o.SupersededBy, &o.EndedOn, &o.Declined.On, &o.Declined.By, &o.Declined.Reason, &o.Decision)
}

// everyOffer lists an area's letters, the last first, without their schedules.
func everyOffer(ctx context.Context, tx *db.Tx, a area.ID) ([]Offer, error) {
	return db.All(ctx, tx, scanOffer, `SELECT `+offerColumns+` WHERE o.area_id = $1 ORDER BY o.number DESC`, a)
}

func offer(ctx context.Context, tx *db.Tx, a area.ID, number int64) (Offer, error) {
	o, err := db.One(ctx, tx, scanOffer, `SELECT `+offerColumns+` WHERE o.area_id = $1 AND o.number = $2`, a, number)
	if err != nil {
		return o, fmt.Errorf("offer %d: %w", number, err)
	}
	return o, nil
}

// inForce is the letter of a chain by which is paid now: the last that was
// accepted; or the zero Offer while none is.
func inForce(ctx context.Context, tx *db.Tx, a area.ID, chain int64) (Offer, error) {
	number, err := db.One(ctx, tx, db.Value[int64], `
		SELECT COALESCE(MAX(o.number), 0) FROM offers o JOIN offer_acceptances a ON a.area_id = o.area_id AND a.offer = o.number
		WHERE o.area_id = $1 AND o.chain = $2`, a, chain)
	if err != nil || number == 0 {
		return Offer{}, err
	}
	return OfferOf(ctx, tx, a, number)
}

// An instalment's payment is the one that was neither called off nor reversed.
const instalmentColumns = `
	i.area_id, i.id, i.offer, i.number, i.due_on, i.line_id, i.minor, COALESCE(p.id, ''),
	CASE WHEN p.id IS NULL THEN '' WHEN r.payment_id IS NOT NULL THEN 'released'
		WHEN (SELECT COUNT(*) FROM payment_approvals pa WHERE pa.area_id = p.area_id AND pa.payment_id = p.id AND pa.digest = p.digest) >= p.approvals_needed
			THEN 'approved' ELSE 'prepared' END
	FROM instalments i
	LEFT JOIN payments p ON p.area_id = i.area_id AND p.instalment_id = i.id
		AND NOT EXISTS (SELECT 1 FROM payment_cancellations c WHERE c.area_id = p.area_id AND c.payment_id = p.id)
		AND NOT EXISTS (SELECT 1 FROM payment_reversals v WHERE v.area_id = p.area_id AND v.payment_id = p.id)
	LEFT JOIN payment_releases r ON r.area_id = p.area_id AND r.payment_id = p.id`

func scanInstalment(r db.Row) (in Instalment, err error) {
	var minor int64
	err = r.Scan(&in.Area, &in.ID, &in.Offer, &in.Number, &in.DueOn, &in.Line, &minor, &in.Payment, &in.State)
	in.Amount = money.Minor(minor, money.GBP)
	return in, err
}

func instalments(ctx context.Context, tx *db.Tx, a area.ID, number int64) ([]Instalment, error) {
	return db.All(ctx, tx, scanInstalment, `SELECT `+instalmentColumns+` WHERE i.area_id = $1 AND i.offer = $2 ORDER BY i.number`, a, number)
}

func instalment(ctx context.Context, tx *db.Tx, a area.ID, iid InstalmentID) (Instalment, error) {
	in, err := db.One(ctx, tx, scanInstalment, `SELECT `+instalmentColumns+` WHERE i.area_id = $1 AND i.id = $2`, a, iid)
	if err != nil {
		return in, fmt.Errorf("instalment: %w", err)
	}
	return in, nil
}

// scheduled is an instalment as the letter has it, without its payment.
func scheduled(ctx context.Context, tx *db.Tx, a area.ID, iid InstalmentID) (Instalment, error) {
	in, err := db.One(ctx, tx, scanInstalment, `
		SELECT area_id, id, offer, number, due_on, line_id, minor, '', '' FROM instalments WHERE area_id = $1 AND id = $2`, a, iid)
	if err != nil {
		return in, fmt.Errorf("instalment: %w", err)
	}
	return in, nil
}

// InstalmentOf is one instalment of an area, or fault.NotFound.
func InstalmentOf(ctx context.Context, tx *db.Tx, a area.ID, iid InstalmentID) (Instalment, error) {
	return instalment(ctx, tx, a, iid)
}

func nextAttempt(ctx context.Context, tx *db.Tx, a area.ID, iid InstalmentID) (int64, error) {
	return db.One(ctx, tx, db.Value[int64], `
		SELECT COALESCE(MAX(attempt), 0) + 1 FROM payments WHERE area_id = $1 AND instalment_id = $2`, a, iid)
}

func insertPayment(ctx context.Context, tx *db.Tx, p Payment) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO payments (area_id, id, instalment_id, attempt, organisation_id, line_id, minor, contribution_minor, decision, approvals_needed, digest, prepared_by, prepared_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
		p.Area, p.ID, p.Instalment, p.Attempt, p.Organisation, p.Line, p.Amount.Minor(), p.Contribution.Minor(), p.Decision, p.Needed, p.Digest, p.PreparedBy, p.PreparedAt)
	return err
}

func insertApproval(ctx context.Context, tx *db.Tx, p Payment, x Approval) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO payment_approvals (area_id, payment_id, prepared_by, approved_by, digest, approved_at, register)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`, p.Area, p.ID, p.PreparedBy, x.By, x.Digest, x.At, x.Register)
	return err
}

func insertRelease(ctx context.Context, tx *db.Tx, p Payment, by access.PersonID, n NewRelease, entry ledger.EntryID, at time.Time, register int64) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO payment_releases (area_id, payment_id, prepared_by, released_by, paid_on, reference, entry_id, released_at, register)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, p.Area, p.ID, p.PreparedBy, by, n.PaidOn, n.Reference, entry, at, register)
	return err
}

func insertCancellation(ctx context.Context, tx *db.Tx, a area.ID, pid PaymentID, e Ending) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO payment_cancellations (area_id, payment_id, reason, cancelled_by, cancelled_at) VALUES ($1, $2, $3, $4, $5)`,
		a, pid, e.Reason, e.By, e.At)
	return err
}

func insertReturn(ctx context.Context, tx *db.Tx, p Payment, r Return, register int64) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO payment_returns (area_id, id, payment_id, minor, contribution_minor, returned_on, reason, entry_id, recorded_by, recorded_at, register)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		p.Area, r.ID, p.ID, r.Amount.Minor(), r.Contribution.Minor(), r.On, r.Reason, r.Entry, r.By, r.At, register)
	return err
}

func insertPaymentReversal(ctx context.Context, tx *db.Tx, a area.ID, pid PaymentID, e Ending, register int64) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO payment_reversals (area_id, payment_id, reason, entry_id, reversed_by, reversed_at, register) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		a, pid, e.Reason, e.Entry, e.By, e.At, register)
	return err
}

const paymentColumns = `
	p.area_id, p.id, p.instalment_id, p.attempt, p.organisation_id, p.line_id, p.minor, p.contribution_minor, p.decision, p.approvals_needed, p.digest, p.prepared_by, p.prepared_at,
	COALESCE(r.released_by, ''), r.paid_on, COALESCE(r.reference, ''), COALESCE(r.entry_id, ''), r.released_at,
	COALESCE(c.cancelled_by, ''), COALESCE(c.reason, ''), c.cancelled_at,
	COALESCE(v.reversed_by, ''), COALESCE(v.reason, ''), COALESCE(v.entry_id, ''), v.reversed_at,
	COALESCE(q.number, 0), COALESCE(q.asked_by, ''), COALESCE(q.reason, ''), q.asked_at,
	COALESCE((SELECT m.decision FROM money_decisions m WHERE m.area_id = p.area_id AND m.kind = 'payment' AND m.subject = p.id), 0)
	FROM payments p
	LEFT JOIN payment_releases r ON r.area_id = p.area_id AND r.payment_id = p.id
	LEFT JOIN payment_cancellations c ON c.area_id = p.area_id AND c.payment_id = p.id
	LEFT JOIN payment_reversals v ON v.area_id = p.area_id AND v.payment_id = p.id
	LEFT JOIN payment_reversal_requests q ON q.area_id = p.area_id AND q.payment_id = p.id
		AND NOT EXISTS (SELECT 1 FROM payment_reversal_refusals n WHERE n.area_id = q.area_id AND n.payment_id = q.payment_id AND n.number = q.number)`

func scanPayment(r db.Row) (p Payment, err error) {
	var minor, contribution int64
	err = r.Scan(&p.Area, &p.ID, &p.Instalment, &p.Attempt, &p.Organisation, &p.Line, &minor, &contribution, &p.Decision, &p.Needed, &p.Digest, &p.PreparedBy, &p.PreparedAt,
		&p.Release.By, &p.Release.PaidOn, &p.Release.Reference, &p.Release.Entry, &p.Release.At,
		&p.Cancelled.By, &p.Cancelled.Reason, &p.Cancelled.At,
		&p.Reversed.By, &p.Reversed.Reason, &p.Reversed.Entry, &p.Reversed.At,
		&p.Asked.Number, &p.Asked.By, &p.Asked.Reason, &p.Asked.At, &p.Decided)
	p.Amount, p.Contribution = money.Minor(minor, money.GBP), money.Minor(contribution, money.GBP)
	return p, err
}

// PaymentOf is a payment with its approvals and returns, or fault.NotFound.
func PaymentOf(ctx context.Context, tx *db.Tx, a area.ID, pid PaymentID) (Payment, error) {
	p, err := db.One(ctx, tx, scanPayment, `SELECT `+paymentColumns+` WHERE p.area_id = $1 AND p.id = $2`, a, pid)
	if err != nil {
		return p, fmt.Errorf("payment: %w", err)
	}
	if p.Approvals, err = db.All(ctx, tx, func(r db.Row) (x Approval, err error) {
		return x, r.Scan(&x.By, &x.Digest, &x.At, &x.Register)
	}, `
		SELECT approved_by, digest, approved_at, register FROM payment_approvals
		WHERE area_id = $1 AND payment_id = $2 ORDER BY approved_at, approved_by`, a, pid); err != nil {
		return p, err
	}
	if p.Release.By == "" {
		return p, judge(ctx, tx, &p) // and nothing came back
	}
	p.Returns, err = db.All(ctx, tx, scanReturn, `
		SELECT id, minor, contribution_minor, returned_on, reason, entry_id, recorded_by, recorded_at FROM payment_returns
		WHERE area_id = $1 AND payment_id = $2 ORDER BY recorded_at, id`, a, pid)
	if err != nil {
		return p, err
	}
	return p, judge(ctx, tx, &p)
}

func scanReturn(r db.Row) (x Return, err error) {
	var minor, contribution int64
	err = r.Scan(&x.ID, &minor, &contribution, &x.On, &x.Reason, &x.Entry, &x.By, &x.At)
	x.Amount, x.Contribution = money.Minor(minor, money.GBP), money.Minor(contribution, money.GBP)
	return x, err
}

// PaymentOfReturn tells which payment a return belongs to, or fault.NotFound.
func PaymentOfReturn(ctx context.Context, tx *db.Tx, a area.ID, returned string) (PaymentID, error) {
	return db.One(ctx, tx, db.Value[PaymentID], `SELECT payment_id FROM payment_returns WHERE area_id = $1 AND id = $2`, a, returned)
}

// PaymentsOn lists the payments for a budget line, or for all where line is
// "", newest first, without their approvals and returns.
func PaymentsOn(ctx context.Context, tx *db.Tx, a area.ID, line string) ([]Payment, error) {
	return db.All(ctx, tx, scanPayment, `
		SELECT `+paymentColumns+` WHERE p.area_id = $1 AND (CAST($2 AS TEXT) = '' OR p.line_id = $2)
		ORDER BY p.prepared_at DESC, p.id DESC`, a, line)
}

func insertSpend(ctx context.Context, tx *db.Tx, s Spend) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO spends (area_id, id, organisation_id, line_id, minor, spent_on, heading, theme, payee_kind, payee, decision, provided_by, provided_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
		s.Area, s.ID, s.Organisation, s.Line, s.Amount.Minor(), s.SpentOn, s.Heading, s.Theme, s.PayeeKind, s.Payee, s.Decision, s.ProvidedBy, s.ProvidedAt)
	return err
}

func insertCertification(ctx context.Context, tx *db.Tx, s Spend, by access.PersonID, entry ledger.EntryID, on date.Date, at time.Time) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO spend_certifications (area_id, spend_id, provided_by, certified_by, entry_id, certified_on, certified_at, digest, register)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, s.Area, s.ID, s.ProvidedBy, by, entry, on, at, s.CertifiedDigest, s.Register)
	return err
}

func insertRefusal(ctx context.Context, tx *db.Tx, a area.ID, sid SpendID, e Ending) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO spend_refusals (area_id, spend_id, reason, refused_by, refused_at) VALUES ($1, $2, $3, $4, $5)`,
		a, sid, e.Reason, e.By, e.At)
	return err
}

func insertSpendReversal(ctx context.Context, tx *db.Tx, a area.ID, sid SpendID, e Ending, register int64) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO spend_reversals (area_id, spend_id, reason, entry_id, reversed_by, reversed_at, register) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		a, sid, e.Reason, e.Entry, e.By, e.At, register)
	return err
}

const spendColumns = `
	s.area_id, s.id, s.organisation_id, s.line_id, s.minor, s.spent_on, s.heading, s.theme, s.payee_kind, s.payee, s.decision, s.provided_by, s.provided_at,
	COALESCE((SELECT rc.theme FROM spend_recodings rc WHERE rc.area_id = s.area_id AND rc.spend_id = s.id ORDER BY rc.number DESC LIMIT 1), s.theme),
	COALESCE((SELECT rp.replaces FROM spend_replacements rp WHERE rp.area_id = s.area_id AND rp.spend_id = s.id), ''),
	COALESCE((SELECT rp.spend_id FROM spend_replacements rp WHERE rp.area_id = s.area_id AND rp.replaces = s.id), ''),
	COALESCE(c.certified_by, ''), COALESCE(c.entry_id, ''), c.certified_on, c.certified_at, COALESCE(c.digest, ''), COALESCE(c.register, 0),
	COALESCE(f.refused_by, ''), COALESCE(f.reason, ''), f.refused_at,
	COALESCE(v.reversed_by, ''), COALESCE(v.reason, ''), COALESCE(v.entry_id, ''), v.reversed_at, COALESCE(v.register, 0),
	COALESCE((SELECT m.decision FROM money_decisions m WHERE m.area_id = s.area_id AND m.kind = 'spend' AND m.subject = s.id), 0)
	FROM spends s
	LEFT JOIN spend_certifications c ON c.area_id = s.area_id AND c.spend_id = s.id
	LEFT JOIN spend_refusals f ON f.area_id = s.area_id AND f.spend_id = s.id
	LEFT JOIN spend_reversals v ON v.area_id = s.area_id AND v.spend_id = s.id`

func scanSpend(r db.Row) (s Spend, err error) {
	var minor int64
	err = r.Scan(&s.Area, &s.ID, &s.Organisation, &s.Line, &minor, &s.SpentOn, &s.Heading, &s.FirstTheme, &s.PayeeKind, &s.Payee, &s.Decision, &s.ProvidedBy, &s.ProvidedAt,
		&s.Theme, &s.Replaces, &s.ReplacedBy,
		&s.Certified.By, &s.Certified.Entry, &s.CertifiedOn, &s.Certified.At, &s.CertifiedDigest, &s.Register,
		&s.Refused.By, &s.Refused.Reason, &s.Refused.At,
		&s.Reversed.By, &s.Reversed.Reason, &s.Reversed.Entry, &s.Reversed.At, &s.ReversalRegister, &s.Decided)
	s.Amount = money.Minor(minor, money.GBP)
	return s, err
}

// SpendOf is one spend, or fault.NotFound.
func SpendOf(ctx context.Context, tx *db.Tx, a area.ID, sid SpendID) (Spend, error) {
	s, err := db.One(ctx, tx, scanSpend, `SELECT `+spendColumns+` WHERE s.area_id = $1 AND s.id = $2`, a, sid)
	if err != nil {
		return s, fmt.Errorf("spend: %w", err)
	}
	return s, nil
}

// SpendsOn lists what was spent of an area's money on a budget line, or on all
// where line is "", newest first, whatever its state.
func SpendsOn(ctx context.Context, tx *db.Tx, a area.ID, line string) ([]Spend, error) {
	return db.All(ctx, tx, scanSpend, `
		SELECT `+spendColumns+` WHERE s.area_id = $1 AND (CAST($2 AS TEXT) = '' OR s.line_id = $2)
		ORDER BY s.spent_on DESC, s.id DESC`, a, line)
}

// SpendsToCertify lists what an organisation's people provided and nobody has
// certified or sent back, oldest first.
func SpendsToCertify(ctx context.Context, tx *db.Tx, o organisation.ID) ([]Spend, error) {
	return db.All(ctx, tx, scanSpend, `
		SELECT `+spendColumns+` WHERE s.organisation_id = $1 AND c.spend_id IS NULL AND f.spend_id IS NULL
		ORDER BY s.provided_at, s.id`, o)
}

// RecentSpends lists the last spends that an organisation's people provided.
func RecentSpends(ctx context.Context, tx *db.Tx, o organisation.ID, most int) ([]Spend, error) {
	return db.All(ctx, tx, scanSpend, `
		SELECT `+spendColumns+` WHERE s.organisation_id = $1 ORDER BY s.provided_at DESC, s.id DESC LIMIT $2`, o, most)
}
