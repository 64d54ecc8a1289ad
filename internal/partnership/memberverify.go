package partnership

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"commontable/internal/audit"
	"commontable/internal/db"
)

// Readers hold every record of a partnership, its agreements and its people's
// interests against the event that was recorded with it, and report every bad
// place once they are told of all events (audit.VerifyTold).
func Readers(ctx context.Context, tx *db.Tx, report func(string)) ([]audit.Reader, error) {
	var readers []audit.Reader
	for _, of := range []func(context.Context, *db.Tx, func(string)) ([]audit.Reader, error){memberReaders, agreementReaders, interestReaders} {
		more, err := of(ctx, tx, report)
		if err != nil {
			return nil, err
		}
		readers = append(readers, more...)
	}
	return readers, nil
}

// memberReaders are of who is in a partnership, what offices they hold, how they
// may be named and how it decides.
func memberReaders(ctx context.Context, tx *db.Tx, report func(string)) ([]audit.Reader, error) {
	var readers []audit.Reader
	var acts []string
	for _, act := range []Act{Joined, Moved, Changed, Left, Stayed, Corrected} {
		acts = append(acts, "member "+string(act))
	}
	for _, one := range []struct {
		acts  []string
		query func(context.Context, *db.Tx, func(place, subject, by, said string)) error
		said  func(audit.Recorded) string
	}{
		{acts, eachRecord, func(e audit.Recorded) string { return inOrder(e.Facts) }},
		{[]string{"member confirmed"}, eachConfirmation, func(e audit.Recorded) string { return e.Facts["person"] }},
		{[]string{"office taken"}, eachOffice, func(e audit.Recorded) string { return inOrder(e.Facts) }},
		{[]string{"office laid down"}, eachOfficeEnd, nth(func(e audit.Recorded) string { return e.Facts["until"] })},
		{[]string{"naming said"}, eachNaming, nth(func(e audit.Recorded) string { return e.Facts["named"] })},
		{[]string{"how we decide set"}, eachRules, func(e audit.Recorded) string { return inOrder(e.Facts) }},
		{[]string{"election noted"}, eachElection, func(e audit.Recorded) string { return e.Facts["on"] }},
		{[]string{"asked to come"}, eachAsked, func(e audit.Recorded) string { return e.Facts["kind"] + " " + e.Facts["on"] }},
		{[]string{"election withdrawn"}, eachWithdrawal, func(audit.Recorded) string { return "" }},
	} {
		kept := map[[4]string]int{}
		if err := one.query(ctx, tx, func(place, subject, by, said string) { kept[[4]string{place, subject, by, said}]++ }); err != nil {
			return nil, err
		}
		for _, act := range one.acts {
			readers = append(readers, audit.Reader{Act: act, Hear: func(e audit.Recorded) {
				k := [4]string{e.Stream, e.Subject, e.Person, one.said(e)}
				if kept[k] == 0 {
					report(fmt.Sprintf("area %s: %s, %s is not as it was recorded when it happened", e.Stream, act, e.Subject))
				}
				kept[k]--
			}})
		}
		readers[len(readers)-1].End = func() {
			for _, k := range slices.SortedFunc(maps.Keys(kept), func(a, b [4]string) int { return strings.Compare(a[1], b[1]) }) {
				if kept[k] > 0 {
					report(fmt.Sprintf("area %s: %s, %s has no event that recorded it", k[0], one.acts[0], k[1]))
				}
			}
		}
	}
	words, err := memberWords(ctx, tx, report)
	if err != nil {
		return nil, err
	}
	line, err := lineReader(ctx, tx, report)
	return append(append(readers, words...), line), err
}

// nth says with what an event says that it is the first, the second … of its subject.
func nth(said func(audit.Recorded) string) func(audit.Recorded) string {
	heard := map[[2]string]int{}
	return func(e audit.Recorded) string {
		heard[[2]string{e.Stream, e.Subject}]++
		return strconv.Itoa(heard[[2]string{e.Stream, e.Subject}]) + " " + said(e)
	}
}

// memberWords hold what was written in people's own words against what was private
// of its event: why somebody came or went, what an election is called, and how an
// area decides.
func memberWords(ctx context.Context, tx *db.Tx, report func(string)) ([]audit.Reader, error) {
	var all []*audit.Kept
	for _, v := range []struct{ act, query string }{
		{"member joined", `SELECT area_id, member_id, recorded_by, '', why FROM membership_records WHERE act = 'joined'`},
		{"member moved", `SELECT area_id, member_id, recorded_by, '', why FROM membership_records WHERE act = 'moved'`},
		{"member changed", `SELECT area_id, member_id, recorded_by, '', why FROM membership_records WHERE act = 'changed'`},
		{"member left", `SELECT area_id, member_id, recorded_by, '', why FROM membership_records WHERE act = 'left'`},
		{"member stayed", `SELECT area_id, member_id, recorded_by, '', why FROM membership_records WHERE act = 'stayed'`},
		{"member corrected", `SELECT area_id, member_id, recorded_by, '', why FROM membership_records WHERE act = 'corrected'`},
		{"election noted", `SELECT area_id, id, recorded_by, '', name FROM elections`},
		{"how we decide set", `SELECT area_id, 'rules:' || CAST(number AS TEXT), set_by, '', decided_at || ' ' || councillor_words || ' ' || words FROM partnership_rules`},
	} {
		query, kept := v.query, audit.KeptOf(v.act, report)
		if err := kept.Rows(ctx, tx, query); err != nil {
			return nil, err
		}
		all = append(all, kept)
	}
	return audit.Readers(all...), nil
}

// lineReader holds what people would say of themselves where everybody sees it
// against what each said last.
func lineReader(ctx context.Context, tx *db.Tx, report func(string)) (audit.Reader, error) {
	lines, last := map[[2]string]string{}, map[[2]string]audit.Recorded{}
	err := eachText(ctx, tx, func(place, who, _, line string) { lines[[2]string{place, who}] = line }, `SELECT area_id, person_id, '', line FROM public_lines`)
	return audit.Reader{
		Act:  "naming said",
		Hear: func(e audit.Recorded) { last[[2]string{e.Stream, e.Subject}] = e },
		End: func() {
			for of, e := range last {
				if said := e.Private; !e.Erased && (said == nil && lines[of] != "" || said != nil && *said != lines[of]) {
					report(fmt.Sprintf("area %s: what %s says of themselves is not what they said last", of[0], of[1]))
				}
				delete(lines, of)
			}
			for of := range lines {
				report(fmt.Sprintf("area %s: nobody recorded what %s says of themselves", of[0], of[1]))
			}
		},
	}, err
}

// inOrder is facts as one text.
func inOrder(facts map[string]string) string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(facts)) {
		fmt.Fprintf(&b, "%q %q\n", name, facts[name])
	}
	return b.String()
}

func eachRecord(ctx context.Context, tx *db.Tx, f func(place, subject, by, said string)) error {
	return db.Each(ctx, tx, func(r db.Row) error {
		var m Member
		var never bool
		err := r.Scan(&m.ID, &m.Area, &m.Person, &m.Kind, &m.Resident, &m.Organisation, &m.Share, &m.From, &m.Until, &m.TermEnds, &m.Number, &m.RecordedBy, &never, &m.asks)
		f(string(m.Area), string(m.ID), string(m.RecordedBy), inOrder(m.facts(never)))
		return err
	}, `
		SELECT m.id, m.area_id, m.person_id, r.kind, r.resident, COALESCE(r.organisation_id, ''), r.share, r.from_on, r.until_on, r.term_ends_on, r.number, r.recorded_by, r.was_never, w.member_id IS NOT NULL
		FROM memberships m JOIN membership_records r ON r.area_id = m.area_id AND r.member_id = m.id
		LEFT JOIN membership_waits w ON w.area_id = r.area_id AND w.member_id = r.member_id AND w.number = r.number`)
}

func eachOffice(ctx context.Context, tx *db.Tx, f func(place, subject, by, said string)) error {
	return db.Each(ctx, tx, func(r db.Row) error {
		var place, by string
		var h Held
		err := r.Scan(&place, &h.ID, &h.Person, &h.Office, &h.From, &by)
		f(place, string(h.ID), by, inOrder(h.facts()))
		return err
	}, `SELECT area_id, id, person_id, office, from_on, recorded_by FROM offices`)
}

func (h Held) facts() map[string]string {
	return map[string]string{"person": string(h.Person), "office": string(h.Office), "from": h.From.String()}
}

func eachOfficeEnd(ctx context.Context, tx *db.Tx, f func(place, subject, by, said string)) error {
	return eachText(ctx, tx, f, `SELECT area_id, office_id, recorded_by, CAST(number AS TEXT) || ' ' || CAST(until_on AS TEXT) FROM office_ends`)
}

func eachNaming(ctx context.Context, tx *db.Tx, f func(place, subject, by, said string)) error {
	return eachText(ctx, tx, f, `SELECT area_id, person_id, recorded_by, CAST(number AS TEXT) || ' ' || CASE WHEN named THEN 'yes' ELSE 'no' END FROM naming_consents`)
}

func eachRules(ctx context.Context, tx *db.Tx, f func(place, subject, by, said string)) error {
	return db.Each(ctx, tx, func(r db.Row) error {
		var place string
		var s Rules
		err := r.Scan(&place, &s.Version, &s.From, &s.MayVote, &s.Majority, &s.ResidentQuorum, &s.Councillors, &s.SetBy)
		f(place, "rules:"+strconv.FormatInt(s.Version, 10), string(s.SetBy), inOrder(s.facts()))
		return err
	}, `SELECT area_id, number, from_on, may_vote, majority, resident_quorum, councillors, set_by FROM partnership_rules`)
}

func eachElection(ctx context.Context, tx *db.Tx, f func(place, subject, by, said string)) error {
	return eachText(ctx, tx, f, `SELECT area_id, id, recorded_by, CAST(on_day AS TEXT) FROM elections`)
}

func eachWithdrawal(ctx context.Context, tx *db.Tx, f func(place, subject, by, said string)) error {
	return eachText(ctx, tx, f, `SELECT area_id, election_id, recorded_by, '' FROM election_withdrawals`)
}

func eachText(ctx context.Context, tx *db.Tx, f func(place, subject, by, said string), query string) error {
	return db.Each(ctx, tx, func(r db.Row) error {
		var place, subject, by, said string
		err := r.Scan(&place, &subject, &by, &said)
		f(place, subject, by, said)
		return err
	}, query)
}
