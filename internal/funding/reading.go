package funding

import (
	"context"
	"strings"

	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/ledger"
	"commontable/internal/organisation"
	"commontable/internal/plan"
)

// An AccountKind says what an account of an area's book is for.
type AccountKind string

// The kinds of account. Endowment is in the programme's book.
const (
	EndowmentAccount        AccountKind = "endowment"
	AllocatedAccount        AccountKind = "allocated"
	HeldAccount             AccountKind = "held"
	SpentAccount            AccountKind = "spent"
	ContributionAccount     AccountKind = "contribution"
	ContributionFundAccount AccountKind = "contribution-fund"
)

// AboutAccount reads back what an account is for: its kind, and the
// organisation or the budget line that it is kept for, where there is one.
func AboutAccount(a ledger.Account) (kind AccountKind, holder organisation.ID, line plan.LineID) {
	first, rest, _ := strings.Cut(a.Path, ":")
	switch kind = AccountKind(first); kind {
	case HeldAccount, ContributionAccount:
		return kind, organisation.ID(rest), ""
	case SpentAccount:
		return kind, "", plan.LineID(rest)
	case EndowmentAccount, AllocatedAccount, ContributionFundAccount:
	}
	return kind, "", ""
}

// A Record is what a ledger entry of an area is about.
type Record struct {
	Organisation organisation.ID // that was paid, or spent it
	Line         plan.LineID
	Payment      PaymentID // "" for spending
	Spend        SpendID   // "" for payments and what came back of them
	On           date.Date // the day on which it happened; no day for what was put right
	SpentOn      date.Date // of spending, and of putting it right: the day of the spending
	Theme        string    // of spending
	Payee        string    // of spending, as anyone may read it
}

// Records tells what the entries of an area are about: all those of its
// allocations and payments, which are few, and of spending that was certified
// from a day to a day.
func Records(ctx context.Context, tx *db.Tx, a area.ID, from, until date.Date) (map[ledger.EntryID]Record, error) {
	records := map[ledger.EntryID]Record{}
	err := db.Each(ctx, tx, func(r db.Row) error {
		var entry ledger.EntryID
		var rec Record
		var s Spend
		err := r.Scan(&entry, &rec.Organisation, &rec.Line, &rec.Payment, &rec.Spend, &rec.On, &rec.SpentOn, &rec.Theme, &s.PayeeKind, &s.Payee)
		rec.Payee = s.PublicPayee()
		records[entry] = rec
		return err
	}, `
		SELECT a.entry_id, '', '', '', '', a.allocated_on, CAST(NULL AS DATE), '', '', '' FROM allocations a WHERE a.area_id = $1
		UNION ALL
		SELECT r.entry_id, p.organisation_id, p.line_id, p.id, '', r.paid_on, CAST(NULL AS DATE), '', '', ''
		FROM payment_releases r JOIN payments p ON p.area_id = r.area_id AND p.id = r.payment_id WHERE r.area_id = $1
		UNION ALL
		SELECT x.entry_id, p.organisation_id, p.line_id, p.id, '', x.returned_on, CAST(NULL AS DATE), '', '', ''
		FROM payment_returns x JOIN payments p ON p.area_id = x.area_id AND p.id = x.payment_id WHERE x.area_id = $1
		UNION ALL
		SELECT v.entry_id, p.organisation_id, p.line_id, p.id, '', CAST(NULL AS DATE), CAST(NULL AS DATE), '', '', ''
		FROM payment_reversals v JOIN payments p ON p.area_id = v.area_id AND p.id = v.payment_id WHERE v.area_id = $1
		UNION ALL
		SELECT c.entry_id, s.organisation_id, s.line_id, '', s.id, s.spent_on AS happened_on, s.spent_on,
			COALESCE((SELECT rc.theme FROM spend_recodings rc WHERE rc.area_id = s.area_id AND rc.spend_id = s.id ORDER BY rc.number DESC LIMIT 1), s.theme), s.payee_kind, s.payee
		FROM spend_certifications c JOIN spends s ON s.area_id = c.area_id AND s.id = c.spend_id
		WHERE c.area_id = $1 AND c.certified_on >= $2 AND c.certified_on <= $3
		UNION ALL
		SELECT v.entry_id, s.organisation_id, s.line_id, '', s.id, CAST(NULL AS DATE), s.spent_on,
			COALESCE((SELECT rc.theme FROM spend_recodings rc WHERE rc.area_id = s.area_id AND rc.spend_id = s.id ORDER BY rc.number DESC LIMIT 1), s.theme), s.payee_kind, s.payee
		FROM spend_reversals v JOIN spends s ON s.area_id = v.area_id AND s.id = v.spend_id WHERE v.area_id = $1`,
		a, from, until)
	return records, err
}

// OffersFor lists the numbers of the accepted offer letters by which a budget
// line was promised money, oldest first.
func OffersFor(ctx context.Context, tx *db.Tx, a area.ID, line plan.LineID) ([]int64, error) {
	return db.All(ctx, tx, db.Value[int64], `
		SELECT DISTINCT i.offer FROM instalments i
		JOIN offer_acceptances ok ON ok.area_id = i.area_id AND ok.offer = i.offer
		WHERE i.area_id = $1 AND i.line_id = $2 ORDER BY i.offer`, a, line)
}

// DecisionsFor lists the decisions of the partnership by which the accepted letters
// were made that promised a line money: back from a public pound to who allowed it.
func DecisionsFor(ctx context.Context, tx *db.Tx, a area.ID, line plan.LineID) ([]int64, error) {
	return db.All(ctx, tx, db.Value[int64], `
		SELECT DISTINCT m.decision FROM instalments i
		JOIN offer_acceptances ok ON ok.area_id = i.area_id AND ok.offer = i.offer
		JOIN money_decisions m ON m.area_id = i.area_id AND m.kind = 'offer' AND m.subject = CAST(i.offer AS TEXT)
		WHERE i.area_id = $1 AND i.line_id = $2 ORDER BY m.decision`, a, line)
}
