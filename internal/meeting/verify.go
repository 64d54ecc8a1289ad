package meeting

import (
	"context"
	"fmt"
	"strings"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/audit"
	"commontable/internal/db"
	"commontable/internal/partnership"
)

// Readers work out again what was agreed with the notes of every meeting and hold
// it against the record and the event of the day; and they hold every meeting,
// action and correction against the event that recorded it. They report every bad
// place once they are told of all events (audit.VerifyTold).
func Readers(ctx context.Context, tx *db.Tx, report func(string)) ([]audit.Reader, error) {
	agreed, invited, err := agreements(ctx, tx, report)
	if err != nil {
		return nil, err
	}
	if err := verifyClosings(ctx, tx, report); err != nil {
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
	corrections, items := map[record]string{}, map[string]string{}
	if err := db.Each(ctx, tx, func(r db.Row) error {
		var k record
		var c Correction
		err := r.Scan(&k.area, &k.subject, &k.person, &c.Item, &c.Stood, &c.Right)
		corrections[k], items[string(k.area)+" "+k.subject] = c.private(), c.of()
		return err
	}, `SELECT area_id, id, put_by, item_id, stood, is_right FROM notes_corrections`); err != nil {
		return nil, err
	}
	accepted, err := kept(ctx, tx, `SELECT area_id, correction_id, noted_by, CAST(agreed_on AS TEXT) FROM correction_agreements`)
	if err != nil {
		return nil, err
	}
	more, err := noted(ctx, tx, report)
	if err != nil {
		return nil, err
	}
	return append(more,
		also("notes agreed", "invitation", invited, report),
		also("notes correction put", "item", items, report),
		against("notes agreed", agreed, report, func(e audit.Recorded) string { return e.Facts["digest"] + " " + e.Facts["on"] }),
		against("meeting arranged", arranged, report, func(e audit.Recorded) string { return e.Facts["kind"] }),
		against("action added", actions, report, func(e audit.Recorded) string { return e.Facts["meeting"] + " " + private(e) }),
		against("notes correction put", corrections, report, private),
		against("notes correction agreed", accepted, report, func(e audit.Recorded) string { return e.Facts["on"] }),
	), nil
}

// verifyClosings holds the items of agreed notes that touch somebody against those of
// which it is closed what was done about interests.
func verifyClosings(ctx context.Context, tx *db.Tx, report func(string)) error {
	done := map[[2]string]bool{}
	if err := db.Each(ctx, tx, func(r db.Row) error {
		var of [2]string
		err := r.Scan(&of[0], &of[1])
		done[of] = true
		return err
	}, `
		SELECT DISTINCT i.area_id, i.id FROM agenda_items i
		JOIN notes_agreements g ON g.area_id = i.area_id AND g.meeting_id = i.meeting_id
		JOIN agenda_parties p ON p.area_id = i.area_id AND p.item_id = i.id`); err != nil {
		return fmt.Errorf("items that touch somebody: %w", err)
	}
	closed, err := partnership.ClosedOf(ctx, tx, ItemID("").About().Kind)
	partnership.VerifyClosings(ItemID("").About().Kind, closed, done, report)
	return err
}

// noted are what was noted round the notes: the agenda that was agreed, to whom
// notes went and when, where a correction belongs, what became of what somebody took
// on, what was quietly said, and why a meeting was changed.
func noted(ctx context.Context, tx *db.Tx, report func(string)) ([]audit.Reader, error) {
	var all []*audit.Kept
	for _, v := range []struct {
		act   string
		facts []string // in the order of the columns
		query string
	}{
		{"agenda agreed", nil, `SELECT area_id, meeting_id, noted_by, '', NULL FROM agenda_agreements`},
		{"agenda item touches more", []string{"added"}, `
			SELECT area_id, item_id, added_by, CAST(COUNT(*) AS TEXT), NULL FROM agenda_parties WHERE added_by <> '' GROUP BY area_id, item_id, added_by, added_at`},
		{"notes circulated", []string{"told", "on"}, `
			SELECT area_id, meeting_id, circulated_by, CAST(told AS TEXT) || '|' || CAST(send_on AS TEXT), NULL FROM notes_circulations`},
		{"notes correction put", []string{"meeting"}, `SELECT area_id, id, put_by, meeting_id, NULL FROM notes_corrections`},
		{"action done", nil, `SELECT area_id, action_id, ended_by, '', why FROM action_ends WHERE outcome = 'done'`},
		{"action let go", nil, `SELECT area_id, action_id, ended_by, '', why FROM action_ends WHERE outcome = 'let go'`},
		{"meeting moved", nil, `SELECT area_id, meeting_id, changed_by, '', why FROM meeting_changes WHERE what = 'moved'`},
		{"meeting called off", nil, `SELECT area_id, meeting_id, changed_by, '', why FROM meeting_changes WHERE what = 'called off'`},
		{"meeting changed", nil, `SELECT area_id, meeting_id, changed_by, '', why FROM meeting_changes WHERE what = 'changed'`},
	} {
		query, kept := v.query, audit.KeptOf(v.act, report, v.facts...).Only(ofMeetings)
		if err := kept.Rows(ctx, tx, query); err != nil {
			return nil, err
		}
		all = append(all, kept)
	}
	quiet := audit.KeptOf("quiet input given", report, "way")
	if err := db.Each(ctx, tx, func(r db.Row) error {
		var stream, mid, person, enteredBy, words, way string
		var salt, author []byte
		if err := r.Scan(&stream, &mid, &person, &enteredBy, &words, &way, &salt, &author); err != nil {
			return err
		}
		switch {
		case way == "telephone":
			person = enteredBy
		case len(author) > 0: // without a name
			person = string(access.System("").Person)
		}
		quiet.Worded(digestOfQuiet(salt, words), stream, mid, person, way)
		return nil
	}, `SELECT area_id, meeting_id, person_id, entered_by, words, way, salt, author FROM quiet_inputs`); err != nil {
		return nil, err
	}
	return audit.Readers(append(all, quiet)...), nil
}

// ofMeetings are events of this room: what the plan notes of its actions has a number.
func ofMeetings(e audit.Recorded) bool { return e.Facts["note"] == "" }

// also is a reader that holds one more thing against what an event says of it. What
// an event of old does not say is not asked of it.
func also(act, fact string, is map[string]string, report func(string)) audit.Reader {
	return audit.Reader{Act: act, Hear: func(e audit.Recorded) {
		if said := e.Facts[fact]; said != "" && said != is[e.Stream+" "+e.Subject] {
			report(fmt.Sprintf("area %s: %s, the %s of %s is not as it was recorded when it happened", e.Stream, act, fact, e.Subject))
		}
	}}
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

// agreements are what was agreed, each with the digest that its notes have now, and
// how people were asked to come.
func agreements(ctx context.Context, tx *db.Tx, report func(string)) (records map[record]string, invited map[string]string, err error) {
	type agreement struct {
		record

		on, digest string
		salt       []byte
	}
	all, err := db.All(ctx, tx, func(r db.Row) (g agreement, err error) {
		return g, r.Scan(&g.area, &g.subject, &g.person, &g.on, &g.digest, &g.salt)
	}, `SELECT area_id, meeting_id, noted_by, CAST(agreed_on AS TEXT), digest, salt FROM notes_agreements ORDER BY area_id, meeting_id`)
	if err != nil {
		return nil, nil, err
	}
	records, invited = map[record]string{}, map[string]string{}
	for _, g := range all {
		m, err := ByID(ctx, tx, g.area, ID(g.subject))
		if err != nil {
			return nil, nil, err
		}
		if invited[string(g.area)+" "+g.subject], err = invitationOf(m, g.salt); err != nil {
			return nil, nil, err
		}
		digest, err := digestOf(ctx, tx, m, g.salt)
		if err != nil {
			return nil, nil, err
		}
		if digest != g.digest {
			report(fmt.Sprintf("area %s: the notes of meeting %s are not what was agreed", g.area, g.subject))
		}
		records[g.record] = g.digest + " " + g.on
	}
	return records, invited, nil
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
