package meeting

import (
	"context"
	"fmt"
	"strings"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/audit"
	"commontable/internal/db"
)

// Readers work out again what was agreed with the notes of every meeting and hold
// it against the record and the event of the day; and they hold every meeting,
// action and correction against the event that recorded it. They report every bad
// place once they are told of all events (audit.VerifyTold).
func Readers(ctx context.Context, tx *db.Tx, report func(string)) ([]audit.Reader, error) {
	agreed, err := agreements(ctx, tx, report)
	if err != nil {
		return nil, err
	}
	arranged, err := kept(ctx, tx, `SELECT area_id, id, arranged_by, kind FROM meetings`)
	if err != nil {
		return nil, err
	}
	actions, err := kept(ctx, tx, `SELECT area_id, id, added_by, meeting_id || ' ' || words FROM actions`)
	if err != nil {
		return nil, err
	}
	corrections := map[record]string{}
	if err := db.Each(ctx, tx, func(r db.Row) error {
		var k record
		var c Correction
		err := r.Scan(&k.area, &k.subject, &k.person, &c.Stood, &c.Right)
		corrections[k] = c.private()
		return err
	}, `SELECT area_id, id, put_by, stood, is_right FROM notes_corrections`); err != nil {
		return nil, err
	}
	accepted, err := kept(ctx, tx, `SELECT area_id, correction_id, noted_by, CAST(agreed_on AS TEXT) FROM correction_agreements`)
	if err != nil {
		return nil, err
	}
	return []audit.Reader{
		against("notes agreed", agreed, report, func(e audit.Recorded) string { return e.Facts["digest"] + " " + e.Facts["on"] }),
		against("meeting arranged", arranged, report, func(e audit.Recorded) string { return e.Facts["kind"] }),
		against("action added", actions, report, func(e audit.Recorded) string { return e.Facts["meeting"] + " " + private(e) }),
		against("notes correction put", corrections, report, private),
		against("notes correction agreed", accepted, report, func(e audit.Recorded) string { return e.Facts["on"] }),
	}, nil
}

// erased stands for what was forgotten since: there is nothing to hold against.
const erased = "\x00erased"

func private(e audit.Recorded) string {
	if e.Private == nil {
		return erased
	}
	return *e.Private
}

// A record is something that an event recorded: what, and by whom.
type record struct {
	area    area.ID
	subject string
	person  access.PersonID
}

func kept(ctx context.Context, tx *db.Tx, query string) (map[record]string, error) {
	all := map[record]string{}
	err := db.Each(ctx, tx, func(r db.Row) error {
		var k record
		var says string
		err := r.Scan(&k.area, &k.subject, &k.person, &says)
		all[k] = says
		return err
	}, query)
	return all, err
}

// agreements are what was agreed, each with the digest that its notes have now.
func agreements(ctx context.Context, tx *db.Tx, report func(string)) (map[record]string, error) {
	type agreement struct {
		record

		on, digest string
		salt       []byte
	}
	all, err := db.All(ctx, tx, func(r db.Row) (g agreement, err error) {
		return g, r.Scan(&g.area, &g.subject, &g.person, &g.on, &g.digest, &g.salt)
	}, `SELECT area_id, meeting_id, noted_by, CAST(agreed_on AS TEXT), digest, salt FROM notes_agreements ORDER BY area_id, meeting_id`)
	if err != nil {
		return nil, err
	}
	records := map[record]string{}
	for _, g := range all {
		m, err := ByID(ctx, tx, g.area, ID(g.subject))
		if err != nil {
			return nil, err
		}
		digest, err := digestOf(ctx, tx, m, g.salt)
		if err != nil {
			return nil, err
		}
		if digest != g.digest {
			report(fmt.Sprintf("area %s: the notes of meeting %s are not what was agreed", g.area, g.subject))
		}
		records[g.record] = g.digest + " " + g.on
	}
	return records, nil
}

func against(act string, records map[record]string, report func(string), says func(audit.Recorded) string) audit.Reader {
	return audit.Reader{
		Act: act,
		Hear: func(e audit.Recorded) {
			k := record{area.ID(e.Stream), e.Subject, access.PersonID(e.Person)}
			got, ok := records[k]
			if want := says(e); !ok || got != want && !strings.HasSuffix(want, erased) {
				report(fmt.Sprintf("area %s: %s, %s is not as it was recorded when it happened", e.Stream, act, e.Subject))
			}
			delete(records, k)
		},
		End: func() {
			for k := range records {
				report(fmt.Sprintf("area %s: %s, %s has no event that recorded it", k.area, act, k.subject))
			}
		},
	}
}
