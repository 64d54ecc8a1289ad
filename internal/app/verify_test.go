package app

import (
	"strings"
	"testing"

	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/demo"
)

// Whatever is changed behind the program's back, verify finds it and says where.
func TestVerifyFindsTampering(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if err := demo.Play(t.Context(), d, demo.What{Areas: 2, Years: 3, Seed: 1, Today: demo.DefaultDay()}, func(int) {}); err != nil {
			t.Fatal(err)
		}
		if v, err := Verify(t.Context(), d); err != nil || len(v.Bad) > 0 || v.Postings < 200 || v.Events < 200 {
			t.Fatalf("before any tampering: %+v, %v", v, err)
		}
		for _, test := range []struct{ name, table, statement, finds string }{
			{"an amount in the ledger", "ledger_postings", `UPDATE ledger_postings SET minor = minor + 1 WHERE account LIKE 'spent:%' AND number = 1`, "does not sum to nothing"},
			{"both sides of an entry", "ledger_postings", `UPDATE ledger_postings SET minor = minor * 2 WHERE entry_number = 5`, "the sum is"},
			{"an entry removed", "ledger_postings ledger_entries", `DELETE FROM ledger_postings WHERE entry_number = 7; DELETE FROM ledger_entries WHERE number = 7`, "missing"},
			{"a balance", "", `UPDATE ledger_balances SET minor = minor - 100 WHERE account = 'allocated'`, "the balance kept is"},
			{"a payment's amount", "payments", `UPDATE payments SET minor = minor + 5 WHERE id = (SELECT MIN(id) FROM payments)`, "is not what was prepared and approved"},
			{"a payment's LTO", "payments", `UPDATE payments SET decision = 'quietly allowed'`, "is not what was prepared and approved"},
			{"who approved", "payment_approvals", `DELETE FROM payment_approvals`, "was not seen by enough different people"},
			{"a spend's amount", "spends", `UPDATE spends SET minor = minor + 1`, "do not agree"},
			{"a spend's line", "spends", `UPDATE spends SET line_id = (SELECT MIN(id) FROM budget_lines l WHERE l.area_id = spends.area_id)`, "do not agree"},
			{"an area's total", "", `UPDATE area_money SET spent = spent + 1`, "what was spent is not the sum"},
			{"a line's total", "", `UPDATE line_money SET promised = promised + 100`, "the totals kept"},
			{"an allocation", "allocations", `UPDATE allocations SET minor = minor + 1`, "do not agree"},
			{"all totals gone", "", `DELETE FROM area_money`, "is not the sum"},
			{"a programme's total", "", `UPDATE programme_money SET paid = paid + 1`, "are not the sums of its areas"},
			{"how far an area has come", "", `UPDATE areas SET stage = 2`, "the stage kept is"},
			{"how many areas there are", "", `UPDATE area_counts SET areas = areas + 1`, "are counted as kept"},
			{"how many events there are", "", `UPDATE audit_counts SET events = events + 1`, "are counted as kept"},
			{"a plan's budget", "plan_lines", `UPDATE plan_lines SET minor = minor * 100`, "plan written"},
			{"who a letter is for", "offers", `UPDATE offers SET offered_by = 'somebody'`, "offer made"},
			{"when it was paid", "payment_releases", `UPDATE payment_releases SET paid_on = '2010-01-01'`, "payment released"},
			{"the bank's reference", "payment_releases", `UPDATE payment_releases SET reference = 'mine'`, "are not those that were recorded"},
			{"another approver", "payment_approvals", `UPDATE payment_approvals SET approved_by = 'somebody'`, "payment approved"},
			{"who was paid", "spends", `UPDATE spends SET payee = 'My Brother'`, "are not those that were recorded"},
			{"what kind of payee", "spends", `UPDATE spends SET payee_kind = 'individual'`, "spend provided"},
			{"a receipt's content", "document_parts", `UPDATE document_parts SET bytes = (SELECT p.bytes FROM document_parts p ORDER BY p.hash LIMIT 1)`, "what is kept is not what was sent"},
			{"a part of a receipt", "document_parts", `DELETE FROM document_parts`, "what is kept is not what was sent"},
			{"evidence taken away", "document_filings", `DELETE FROM document_filings WHERE id = (SELECT MIN(f.id) FROM document_filings f JOIN spends s ON s.id = f.subject)`, "is not what was certified"},
			{"evidence changed for other", "document_filings", `UPDATE document_filings SET hash = (SELECT MAX(d.hash) FROM documents d) WHERE id = (SELECT MIN(f.id) FROM document_filings f JOIN spends s ON s.id = f.subject)`, "evidence added"},
			{"what was certified", "spend_certifications", `UPDATE spend_certifications SET digest = 'other' WHERE spend_id = (SELECT MIN(spend_id) FROM spend_certifications)`, "is not what was certified"},
			{"the theme it is told under", "spend_recodings", `UPDATE spend_recodings SET theme = 'housing'`, "spend recoded"},
			{"a recoding removed", "spend_recodings", `DELETE FROM spend_recodings`, "spend recoded"},
			{"why it came back", "spend_refusals", `UPDATE spend_refusals SET reason = 'no reason'`, "are not those that were recorded"},
			{"who asked to reverse", "payment_reversal_requests", `UPDATE payment_reversal_requests SET asked_by = 'somebody'`, "reversal asked for"},
			{"who refused to reverse", "payment_reversal_refusals", `UPDATE payment_reversal_refusals SET refused_by = 'somebody'`, "reversal refused"},
			{"who chose the LTO", "holdings", `UPDATE holdings SET decision = 'Mine'`, "are not those that were recorded"},
			{"a holding that ended", "", `INSERT INTO holding_ends (area_id, organisation_id, from_on, until_on, decision, ended_by, ended_at) SELECT area_id, organisation_id, from_on, '2026-10-01', 'x', 'somebody', agreed_at FROM holdings`, "LTO ended"},
			{"a letter that was declined", "", `INSERT INTO offer_declines (area_id, offer, reason, declined_on, declined_by, declined_at) SELECT area_id, number, 'x', offered_on, 'somebody', offered_at FROM offers`, "offer declined"},
			{"a letter that ended", "", `INSERT INTO offer_endings (area_id, offer, ended_on, ended_by, ended_at) SELECT area_id, offer, accepted_on, 'somebody', accepted_at FROM offer_acceptances`, "offer ended"},
			{"a draft discarded", "", `INSERT INTO plan_discards (area_id, version, discarded_by, discarded_at) SELECT area_id, number, 'somebody', written_at FROM plan_versions`, "plan discarded"},
			{"what was said when they were in touch", "", `UPDATE relationship_entries SET words = 'They shouted'`, "the words of relationship entry"},
			{"who of us knows them", "", `UPDATE relationship_holders SET name = 'Somebody else'`, "the words of relationship held"},
			{"who asked", "", `UPDATE questions SET asker = 'Somebody else'`, "the words of question asked"},
			{"what was promised", "promises", `UPDATE promises SET what = 'Nothing at all'`, "the words of promise noted"},
			{"how close they were", "relationship_states", `UPDATE relationship_states SET closeness = 'none'`, "relationship state"},
			{"what a workshop wrote", "workshop_sheets", `UPDATE workshop_sheets SET content = '{"answers":{},"salt":""}'`, "the words of workshop sheet"},
			{"which decision adopted the plan", "plan_adoptions", `UPDATE plan_adoptions SET decision_number = 1 WHERE decision_number > 1`, "plan adopted"},
			{"that a plan was endorsed", "plan_endorsements", `DELETE FROM plan_endorsements`, "plan endorsed"},
			{"what of the plan is done", "plan_action_notes", `UPDATE plan_action_notes SET done = NOT done`, "action done"},
			{"by which decision money was promised", "money_decisions", `UPDATE money_decisions SET decision = 1 WHERE kind = 'offer' AND decision > 1`, "offer made"},
			{"how much is to be paid", "instalments", `UPDATE instalments SET minor = minor + 100`, "offer made"},
			{"a theme's total", "", `UPDATE theme_money SET spent = spent + 1`, "what was spent is not the sum"},
			{"a quarter's total", "", `UPDATE quarter_money SET spent = spent - 1`, "what was spent is not the sum"},
			{"the first payment's day", "", `UPDATE area_money SET paid_since = '2030-01-01'`, "its first payment was on"},
			{"an event's act", "audit_events", `UPDATE audit_events SET act = 'nothing' WHERE number = 3`, "does not say what its row says"},
			{"an event's words", "audit_payloads", `UPDATE audit_payloads SET payload = 'other words' WHERE stream = 'installation'`, "other private words"},
			{"the last event", "audit_events audit_payloads", `DELETE FROM audit_payloads; DELETE FROM audit_events WHERE number = (SELECT MAX(number) FROM audit_events e WHERE e.stream = audit_events.stream)`, "head counts"},
		} {
			bad := tamper(t, d, test.table, test.statement)
			if len(bad) == 0 || !strings.Contains(strings.Join(bad, "\n"), test.finds) {
				t.Errorf("%s: found %q, want something that %q", test.name, bad, test.finds)
			}
		}
	})
}

// tamper changes something as somebody with the database in their hands could,
// verifies, and puts it back by giving up the transaction.
func tamper(t *testing.T, d *db.DB, tables, statement string) (bad []string) {
	t.Helper()
	err := d.Write(t.Context(), func(tx *db.Tx) error {
		bad = nil
		for table := range strings.FieldsSeq(tables) {
			if err := openUp(t, tx, table); err != nil {
				return err
			}
		}
		for part := range strings.SplitSeq(statement, ";") {
			n, err := tx.Exec(t.Context(), part)
			if err != nil {
				return err
			}
			if n == 0 {
				t.Errorf("%s touched nothing", part)
			}
		}
		v, err := verifyIn(t.Context(), tx)
		if err != nil {
			return err
		}
		bad = v.Bad
		return errPutBack
	})
	if err == nil || !strings.Contains(err.Error(), errPutBack.Error()) {
		t.Errorf("tamper: %v", err)
	}
	return bad
}

var errPutBack = putBack{}

type putBack struct{}

func (putBack) Error() string { return "put back" }

// openUp takes away what keeps a table append-only.
func openUp(t *testing.T, tx *db.Tx, table string) error {
	t.Helper()
	if table == "audit_payloads" {
		return nil // what may be forgotten is not append-only
	}
	if tx.Engine() == "postgres" {
		_, err := tx.Exec(t.Context(), `DROP TRIGGER `+table+`_stay ON `+table)
		if err == nil {
			_, err = tx.Exec(t.Context(), `DROP TRIGGER IF EXISTS `+table+`_stay_kept ON `+table)
		}
		return err
	}
	for _, trigger := range []string{table + "_stay", table + "_stay_kept"} {
		if _, err := tx.Exec(t.Context(), `DROP TRIGGER `+trigger); err != nil {
			return err
		}
	}
	return nil
}
