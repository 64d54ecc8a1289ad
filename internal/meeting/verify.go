package meeting

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

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
	put, err := putForward(ctx, tx, report)
	if err != nil {
		return nil, err
	}
	return append(more, put,
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
		{"behaviour noted", nil, `SELECT area_id, meeting_id, noted_by, '', NULL FROM behaviour_notes`}, // its words are in no history
	} {
		query, kept := v.query, audit.KeptOf(v.act, report, v.facts...).Only(ofMeetings)
		if err := kept.Rows(ctx, tx, query); err != nil {
			return nil, err
		}
		all = append(all, kept)
	}
	changes, err := changes(ctx, tx, report)
	if err != nil {
		return nil, err
	}
	all = append(all, changes...)
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

// putForward holds what was put on an agenda, while that is open too, against the event
// of it: where, what it is called, and which decision it names. What was on it from the
// first day has no event of its own.
func putForward(ctx context.Context, tx *db.Tx, report func(string)) (audit.Reader, error) {
	type item struct{ by, meeting, decision, title string }
	items := map[[2]string]item{}
	err := db.Each(ctx, tx, func(r db.Row) error {
		var area, id string
		var i item
		err := r.Scan(&area, &id, &i.by, &i.meeting, &i.decision, &i.title)
		items[[2]string{area, id}] = i
		return err
	}, `SELECT area_id, id, put_by, meeting_id, CASE WHEN decision = 0 THEN '' ELSE CAST(decision AS TEXT) END, title FROM agenda_items`)
	return audit.Reader{Act: "agenda item put forward", Hear: func(e audit.Recorded) {
		i, there := items[[2]string{e.Stream, e.Subject}]
		if !there || i.by != e.Person || i.meeting != e.Facts["meeting"] || i.decision != e.Facts["decision"] || e.Private != nil && *e.Private != i.title {
			report(fmt.Sprintf("area %s: what was put on an agenda, %s, is not as it was recorded when it happened", e.Stream, e.Subject))
		}
	}}, err
}

// changes are how meetings were before they were moved, changed or called off. Events of
// old say why, and no more.
func changes(ctx context.Context, tx *db.Tx, report func(string)) ([]*audit.Kept, error) {
	of, all := map[string]*audit.Kept{}, []*audit.Kept{}
	for _, what := range []string{"moved", "called off", "changed"} {
		of[what] = audit.KeptOf("meeting "+what, report).More("sequence", "was from", "was until")
		all = append(all, of[what])
	}
	last := map[[2]string]int64{}
	if err := db.Each(ctx, tx, func(r db.Row) error {
		var area, mid, what, why, place, by string
		var sequence int64
		var from, until time.Time
		if err := r.Scan(&area, &mid, &sequence, &what, &why, &from, &until, &place, &by); err != nil {
			return err
		}
		if last[[2]string{area, mid}]++; last[[2]string{area, mid}] != sequence {
			report(fmt.Sprintf("area %s: the changes of meeting %s are not in the order in which they were made", area, mid))
		}
		words := why + " " + place
		of[what].Wholly(&why, &words, fmt.Sprintf("%d|%s|%s", sequence, instant(from), instant(until)), area, mid, by)
		return nil
	}, `
		SELECT area_id, meeting_id, sequence, what, why, was_starts, was_ends, was_place, changed_by FROM meeting_changes ORDER BY area_id, meeting_id, sequence`); err != nil {
		return nil, fmt.Errorf("changes of meetings: %w", err)
	}
	return all, db.Each(ctx, tx, func(r db.Row) error {
		var area, mid string
		var sequence int64
		err := r.Scan(&area, &mid, &sequence)
		if last[[2]string{area, mid}] != sequence {
			report(fmt.Sprintf("area %s: meeting %s was changed another number of times than it says", area, mid))
		}
		return err
	}, `SELECT area_id, id, sequence FROM meetings`)
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

// A DecisionKept is a decision as what agendas share with it is held against it.
type DecisionKept struct {
	Area    area.ID
	ID      string
	Number  int64
	Item    ItemID // from which it was put forward; "" where it was not
	BegunAt time.Time
	Parties []partnership.Party // whom its wordings would pay, all of them
	Last    []partnership.Party // and the last of them
}

// VerifyShared holds which items of agendas are about the same as which decisions, and
// whom the items touch by that, against what items and decisions say.
func VerifyShared(ctx context.Context, tx *db.Tx, decisions []DecisionKept, report func(string)) error {
	type key struct{ area, id string }
	byID, byNumber := map[key]DecisionKept{}, map[string]DecisionKept{}
	for _, d := range decisions {
		byID[key{string(d.Area), d.ID}], byNumber[fmt.Sprintf("%s %d", d.Area, d.Number)] = d, d
	}
	links, must, touches := map[[3]string]bool{}, map[[3]string]bool{}, map[key][]partnership.Party{}
	for _, d := range decisions {
		if d.Item != "" {
			must[[3]string{string(d.Area), string(d.Item), d.ID}] = true
		}
	}
	names := map[key]int64{}
	if err := db.Each(ctx, tx, func(r db.Row) error {
		var item key
		var number int64
		var put, arranged time.Time
		err := r.Scan(&item.area, &item.id, &number, &put, &arranged)
		names[item] = number
		// What is on an agenda from its first day is linked by nobody.
		if d, ok := byNumber[fmt.Sprintf("%s %d", item.area, number)]; ok && put.After(arranged) && d.BegunAt.Before(put) {
			must[[3]string{item.area, item.id, d.ID}] = true
		}
		return err
	}, `
		SELECT i.area_id, i.id, i.decision, i.put_at, m.arranged_at FROM agenda_items i
		JOIN meetings m ON m.area_id = i.area_id AND m.id = i.meeting_id WHERE i.decision > 0`); err != nil {
		return err
	}
	with := map[key][]string{} // the items of a decision
	if err := db.Each(ctx, tx, func(r db.Row) error {
		var l [3]string
		err := r.Scan(&l[0], &l[1], &l[2])
		links[l] = true
		of := key{l[0], l[2]}
		with[of] = append(with[of], l[1])
		if d, ok := byID[of]; !ok || string(d.Item) != l[1] && names[key{l[0], l[1]}] != d.Number {
			report(fmt.Sprintf("area %s: item %s and decision %s are said to be about the same, and neither says so", l[0], l[1], l[2]))
		}
		return err
	}, `SELECT area_id, item_id, decision_id FROM agenda_decisions ORDER BY area_id, item_id, decision_id`); err != nil {
		return err
	}
	for l := range must {
		if !links[l] {
			report(fmt.Sprintf("area %s: item %s and decision %s are about the same, and it is not kept", l[0], l[1], l[2]))
		}
	}
	type shared struct {
		item     key
		party    partnership.Party
		decision string
	}
	var through []shared
	if err := db.Each(ctx, tx, func(r db.Row) error {
		var s shared
		var position int
		err := r.Scan(&s.item.area, &s.item.id, &position, &s.party.Organisation, &s.party.Person, &s.party.Name, &s.decision)
		touches[s.item] = append(touches[s.item], s.party)
		if position != len(touches[s.item]) {
			report(fmt.Sprintf("area %s: whom item %s touches is not in the order in which it was written down", s.item.area, s.item.id))
		}
		if s.decision != "" {
			through = append(through, s)
		}
		return err
	}, `
		SELECT area_id, item_id, position, organisation_id, person_id, name, decision_id FROM agenda_parties ORDER BY area_id, item_id, position`); err != nil {
		return err
	}
	open, err := db.All(ctx, tx, func(r db.Row) (l [3]string, err error) { return l, r.Scan(&l[0], &l[1], &l[2]) }, `
		SELECT l.area_id, l.item_id, l.decision_id FROM agenda_decisions l
		JOIN agenda_items i ON i.area_id = l.area_id AND i.id = l.item_id
		WHERE NOT EXISTS (SELECT 1 FROM notes_agreements g WHERE g.area_id = i.area_id AND g.meeting_id = i.meeting_id)`)
	if err != nil {
		return err
	}
	for _, l := range open {
		for _, p := range byID[key{l[0], l[2]}].Last {
			if !slices.Contains(touches[key{l[0], l[1]}], p) {
				report(fmt.Sprintf("area %s: item %s does not touch somebody whom decision %s would pay", l[0], l[1], l[2]))
			}
		}
	}
	for _, s := range through {
		of := key{s.item.area, s.decision}
		known := links[[3]string{s.item.area, s.item.id, s.decision}] && slices.Contains(byID[of].Parties, s.party)
		for _, other := range with[of] {
			known = known || other != s.item.id && links[[3]string{s.item.area, s.item.id, s.decision}] && slices.Contains(touches[key{s.item.area, other}], s.party)
		}
		if !known {
			report(fmt.Sprintf("area %s: item %s touches somebody by decision %s, which does not", s.item.area, s.item.id, s.decision))
		}
	}
	return nil
}
