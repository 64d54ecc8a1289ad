package funding

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"commontable/internal/audit"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/money"
	"commontable/internal/partnership"
)

// Readers hold every record against the event that was recorded with it, and
// report every bad place once they are told of all events (audit.VerifyTold). Whoever changes the one
// behind the program's back has the other to change as well, and that breaks its
// stream's tree.
func Readers(ctx context.Context, tx *db.Tx, report func(string)) ([]audit.Reader, error) {
	var readers []audit.Reader
	for _, of := range []historyOf{
		{
			"money allocated",
			[]string{"amount", "on", "entry"},
			`
			SELECT area_id, id, made_by, minor, allocated_on, entry_id, '', '', note FROM allocations`,
			func(r historyRow) []string { return []string{r.amount(), r.day.String(), r.a} },
		},
		{
			"offer made",
			[]string{"organisation", "plan version", "decision", "total", "payments"},
			`
			SELECT o.area_id, 'offer:' || CAST(o.number AS TEXT), o.offered_by,
				(SELECT CAST(COALESCE(SUM(i.minor), 0) AS BIGINT) FROM instalments i WHERE i.area_id = o.area_id AND i.offer = o.number), o.offered_on,
				o.organisation_id || ' ' || CAST((SELECT COUNT(*) FROM instalments i WHERE i.area_id = o.area_id AND i.offer = o.number) AS TEXT),
				CAST(o.plan_version AS TEXT), COALESCE(CAST(m.decision AS TEXT), ''), ''
			FROM offers o LEFT JOIN money_decisions m ON m.area_id = o.area_id AND m.kind = 'offer' AND m.subject = CAST(o.number AS TEXT)`,
			func(r historyRow) []string {
				organisation, payments, _ := strings.Cut(r.a, " ")
				return []string{organisation, r.b, r.c, r.amount(), payments}
			},
		},
		{
			"offer accepted", nil, `
			SELECT area_id, 'offer:' || CAST(offer AS TEXT), accepted_by, 0, accepted_on, '', '', '', '' FROM offer_acceptances`,
			func(historyRow) []string { return nil },
		},
		{
			"LTO chosen",
			[]string{"from"},
			`
			SELECT area_id, organisation_id, agreed_by, 0, from_on, '', '', '', decision FROM holdings`,
			func(r historyRow) []string { return []string{r.day.String()} },
		},
		{
			"LTO ended",
			[]string{"until"},
			`
			SELECT area_id, organisation_id, ended_by, 0, until_on, '', '', '', decision FROM holding_ends`,
			func(r historyRow) []string { return []string{r.day.String()} },
		},
		{
			"offer ended",
			[]string{"on"},
			`
			SELECT area_id, 'offer:' || CAST(offer AS TEXT), ended_by, 0, ended_on, '', '', '', '' FROM offer_endings`,
			func(r historyRow) []string { return []string{r.day.String()} },
		},
		{
			"offer declined",
			[]string{"on"},
			`
			SELECT area_id, 'offer:' || CAST(offer AS TEXT), declined_by, 0, declined_on, '', '', '', reason FROM offer_declines`,
			func(r historyRow) []string { return []string{r.day.String()} },
		},
		{
			"payment prepared",
			[]string{"amount", "instalment", "organisation", "line"},
			`
			SELECT area_id, id, prepared_by, minor, NULL, instalment_id, organisation_id, line_id, decision FROM payments`,
			func(r historyRow) []string { return []string{r.amount(), r.a, r.b, r.c} },
		},
		{
			"payment released",
			[]string{"paid on", "entry"},
			`
			SELECT area_id, payment_id, released_by, 0, paid_on, entry_id, '', '', reference FROM payment_releases`,
			func(r historyRow) []string { return []string{r.day.String(), r.a} },
		},
		{
			"payment called off", nil, `
			SELECT area_id, payment_id, cancelled_by, 0, NULL, '', '', '', reason FROM payment_cancellations`,
			func(historyRow) []string { return nil },
		},
		{
			"reversal asked for",
			[]string{"number"},
			`
			SELECT area_id, payment_id, asked_by, 0, NULL, CAST(number AS TEXT), '', '', reason FROM payment_reversal_requests`,
			func(r historyRow) []string { return []string{r.a} },
		},
		{
			"reversal refused",
			[]string{"number"},
			`
			SELECT area_id, payment_id, refused_by, 0, NULL, CAST(number AS TEXT), '', '', reason FROM payment_reversal_refusals`,
			func(r historyRow) []string { return []string{r.a} },
		},
		{
			"money handed back",
			[]string{"amount", "on", "entry", "return"},
			`
			SELECT area_id, payment_id, recorded_by, minor, returned_on, entry_id, id, '', reason FROM payment_returns`,
			func(r historyRow) []string { return []string{r.amount(), r.day.String(), r.a, r.b} },
		},
		{
			"payment reversed",
			[]string{"entry"},
			`
			SELECT area_id, payment_id, reversed_by, 0, NULL, entry_id, '', '', reason FROM payment_reversals`,
			func(r historyRow) []string { return []string{r.a} },
		},
		{
			"spend provided",
			[]string{"amount", "spent on", "organisation", "line", "payee kind", "theme", "replaces"},
			`
			SELECT s.area_id, s.id, s.provided_by, s.minor, s.spent_on, s.organisation_id || ' ' || s.line_id || ' ' || COALESCE(p.replaces, ''), s.payee_kind, s.theme, s.heading || '
' || s.payee || '
' || s.decision FROM spends s LEFT JOIN spend_replacements p ON p.area_id = s.area_id AND p.spend_id = s.id`,
			func(r historyRow) []string {
				organisation, rest, _ := strings.Cut(r.a, " ")
				line, replaces, _ := strings.Cut(rest, " ")
				return []string{r.amount(), r.day.String(), organisation, line, r.b, r.c, replaces}
			},
		},
		{
			"spend certified",
			[]string{"entry"},
			`
			SELECT area_id, spend_id, certified_by, 0, NULL, entry_id, '', '', digest FROM spend_certifications`,
			func(r historyRow) []string { return []string{r.a} },
		},
		{
			"spend sent back", nil, `
			SELECT area_id, spend_id, refused_by, 0, NULL, '', '', '', reason FROM spend_refusals`,
			func(historyRow) []string { return nil },
		},
		{
			"spend recoded",
			[]string{"number", "theme"},
			`
			SELECT area_id, spend_id, recoded_by, 0, NULL, CAST(number AS TEXT), theme, '', reason FROM spend_recodings`,
			func(r historyRow) []string { return []string{r.a, r.b} },
		},
		{
			"spend reversed",
			[]string{"entry"},
			`
			SELECT area_id, spend_id, reversed_by, 0, NULL, entry_id, '', '', reason FROM spend_reversals`,
			func(r historyRow) []string { return []string{r.a} },
		},
	} {
		reader, err := of.reader(ctx, tx, report)
		if err != nil {
			return nil, fmt.Errorf("history of %s: %w", of.act, err)
		}
		readers = append(readers, reader)
	}
	for _, more := range []func(context.Context, *db.Tx, func(string)) (audit.Reader, error){approvalHistory, evidenceHistory, decidedHistory, closedPayments, closedSpends} {
		reader, err := more(ctx, tx, report)
		if err != nil {
			return nil, err
		}
		readers = append(readers, reader)
	}
	return readers, nil
}

// A historyOf is an act, the facts of its event that its record has too, and the
// records.
type historyOf struct {
	act   string
	facts []string
	query string
	of    func(historyRow) []string
}

type historyRow struct {
	area, subject, person string
	minor                 int64
	day                   date.Date
	a, b, c, private      string
}

func (r historyRow) amount() string { return money.Pence(r.minor).Decimal() }

func (h historyOf) reader(ctx context.Context, tx *db.Tx, report func(string)) (audit.Reader, error) {
	kept := audit.KeptOf(h.act, report, h.facts...)
	query := h.query
	err := db.Each(ctx, tx, func(r db.Row) error {
		var x historyRow
		if err := r.Scan(&x.area, &x.subject, &x.person, &x.minor, &x.day, &x.a, &x.b, &x.c, &x.private); err != nil {
			return err
		}
		kept.Worded(x.private, x.area, x.subject, x.person, h.of(x)...)
		return nil
	}, query)
	return kept.Reader(), err
}

// decidedHistory holds by which decision an area chose who holds its money. An event
// of old does not name it but in its words, which the holding has too.
func decidedHistory(ctx context.Context, tx *db.Tx, report func(string)) (audit.Reader, error) {
	decided := map[[2]string]string{} // by area, and organisation and day
	err := db.Each(ctx, tx, func(r db.Row) error {
		var area, of, number, words string
		err := r.Scan(&area, &of, &number, &words)
		decided[[2]string{area, of}] = number
		if words != "Decision "+number {
			report(fmt.Sprintf("area %s: decision %s is kept as the one that chose %s, which was by %q", area, number, of, words))
		}
		return err
	}, `
		SELECT m.area_id, m.subject, CAST(m.decision AS TEXT), COALESCE(h.decision, '')
		FROM money_decisions m LEFT JOIN holdings h ON h.area_id = m.area_id AND h.organisation_id || ' ' || CAST(h.from_on AS TEXT) = m.subject
		WHERE m.kind = 'holding'`)
	return audit.Reader{Act: "LTO chosen", Hear: func(e audit.Recorded) {
		said, told := e.Facts["decided"]
		is := decided[[2]string{e.Stream, e.Subject + " " + e.Facts["from"]}]
		if told && said != cmp.Or(is, "0") {
			report(fmt.Sprintf("area %s: LTO chosen, %s is by another decision than was recorded", e.Stream, e.Subject))
		}
	}}, err
}

// closedPayments holds the payments that are made against those in which it is
// closed what was done about interests.
func closedPayments(ctx context.Context, tx *db.Tx, report func(string)) (audit.Reader, error) {
	return closedHistory(ctx, tx, report, MatterPayment, "payment released", `SELECT area_id, payment_id FROM payment_releases`)
}

// closedSpends is the same of spends that are certified.
func closedSpends(ctx context.Context, tx *db.Tx, report func(string)) (audit.Reader, error) {
	return closedHistory(ctx, tx, report, MatterSpend, "spend certified", `SELECT area_id, spend_id FROM spend_certifications`)
}

func closedHistory(ctx context.Context, tx *db.Tx, report func(string), kind, act, query string) (audit.Reader, error) {
	done := map[[2]string]bool{}
	err := db.Each(ctx, tx, func(r db.Row) error {
		var of [2]string
		err := r.Scan(&of[0], &of[1])
		done[of] = false
		return err
	}, query)
	if err != nil {
		return audit.Reader{}, fmt.Errorf("%s: %w", act, err)
	}
	closed, err := partnership.ClosedOf(ctx, tx, kind)
	return audit.Reader{
		Act: act,
		Hear: func(e audit.Recorded) {
			if _, is := done[[2]string{e.Stream, e.Subject}]; is && e.Facts[interestsClosed] != "" {
				done[[2]string{e.Stream, e.Subject}] = true
			}
		},
		End: func() { partnership.VerifyClosings(kind, closed, done, report) },
	}, err
}

// approvalHistory is apart because what an approval binds is bytes.
func approvalHistory(ctx context.Context, tx *db.Tx, report func(string)) (audit.Reader, error) {
	kept := audit.KeptOf("payment approved", report, "digest")
	err := db.Each(ctx, tx, func(r db.Row) error {
		var area, payment, person string
		var digest []byte
		err := r.Scan(&area, &payment, &person, &digest)
		kept.Row(area, payment, person, fmt.Sprintf("%x", digest))
		return err
	}, `SELECT area_id, payment_id, approved_by, digest FROM payment_approvals`)
	return kept.Reader(), err
}
