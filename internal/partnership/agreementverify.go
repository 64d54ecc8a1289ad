package partnership

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/audit"
	"commontable/internal/db"
)

// agreementReaders hold every endorsement, agreement, signature, reading, legal
// form and review against the event that recorded it, and every signature against
// the text that it is of.
func agreementReaders(ctx context.Context, tx *db.Tx, report func(string)) ([]audit.Reader, error) {
	t := toldOf{}
	members, err := endorsedMembers(ctx, tx)
	if err != nil {
		return nil, err
	}
	for _, read := range []func(context.Context, *db.Tx, toldOf, func(string)) error{tellEndorsements, tellAgreements, tellLegalForms, tellLookBacks} {
		if err := read(ctx, tx, t, report); err != nil {
			return nil, err
		}
	}
	var readers []audit.Reader
	for _, act := range []string{
		"partnership endorsed", "agreement written", "agreement signed", "agreement read again", "legal form recorded", "review kept", "review finished",
	} {
		readers = append(readers, audit.Reader{Act: act, Hear: func(e audit.Recorded) {
			if said, told := e.Facts[endorsedWith]; told && act == "partnership endorsed" { // those of old do not say it
				if said != members[e.Stream] {
					report(fmt.Sprintf("area %s: those with whom it was endorsed are not those who were recorded", e.Stream))
				}
				e.Facts = maps.Clone(e.Facts)
				delete(e.Facts, endorsedWith)
			}
			_, whole := e.Facts[audit.Whole]
			if whole {
				e.Facts = maps.Clone(e.Facts)
				delete(e.Facts, audit.Whole)
			}
			key := tellingOf(act, e.Stream, e.Subject, e.Person, e.Facts)
			says, ok := t[key]
			private := says.words
			if whole {
				private = says.whole
			}
			if !ok || (e.Private != nil && *e.Private != private) {
				report(fmt.Sprintf("area %s: %s, %s is not as it was recorded when it happened", e.Stream, act, e.Subject))
			}
			delete(t, key)
		}})
	}
	readers[len(readers)-1].End = func() {
		for _, key := range slices.Sorted(maps.Keys(t)) {
			report("no event recorded this: " + strings.ReplaceAll(key, "\x1f", " "))
		}
	}
	return readers, nil
}

// toldOf is what the events have to tell: all that is in them, by which they are
// found, and what is private of it.
type toldOf map[string]telling

// A telling is what is private of an event: of those of old, and of those that tell
// all (audit.Whole).
type telling struct{ words, whole string }

func tellingOf(act, stream, subject, person string, facts map[string]string) string {
	parts := []string{act, stream, subject, person}
	for _, name := range slices.Sorted(maps.Keys(facts)) {
		parts = append(parts, name+"="+facts[name])
	}
	return strings.Join(parts, "\x1f")
}

// endorsedMembers are the digests of those with whom areas were endorsed.
func endorsedMembers(ctx context.Context, tx *db.Tx) (map[string]string, error) {
	with := map[string][]Elector{}
	err := db.Each(ctx, tx, func(r db.Row) error {
		var a string
		var position int
		var e Elector
		err := r.Scan(&a, &position, &e.Person, &e.Kind, &e.Resident, &e.Share)
		with[a] = append(with[a], e)
		if position != len(with[a]) {
			with[a] = append(with[a], Elector{}) // their places are not those that they had
		}
		return err
	}, `SELECT area_id, position, person_id, kind, resident, share FROM endorsement_members ORDER BY area_id, position`)
	digests := map[string]string{}
	for a, all := range with {
		digests[a] = membersDigest(all)
	}
	return digests, err
}

func tellEndorsements(ctx context.Context, tx *db.Tx, t toldOf, report func(string)) error {
	seen := map[area.ID]int{}
	if err := db.Each(ctx, tx, func(r db.Row) error {
		var a area.ID
		var n int
		err := r.Scan(&a, &n)
		seen[a] = n
		return err
	}, `SELECT area_id, COUNT(*) FROM endorsement_members GROUP BY area_id`); err != nil {
		return err
	}
	return db.Each(ctx, tx, func(r db.Row) error {
		e, err := scanEndorsement(r)
		t[tellingOf("partnership endorsed", string(e.Area), string(e.Area), string(e.By), e.facts())] = telling{words: e.Words}
		if seen[e.Area] != e.People {
			report(fmt.Sprintf("area %s: it was endorsed with %d people, of whom %d are kept", e.Area, e.People, seen[e.Area]))
		}
		return err
	}, `SELECT `+endorsementColumns+` FROM endorsements`)
}

func tellAgreements(ctx context.Context, tx *db.Tx, t toldOf, report func(string)) error {
	type key struct {
		area area.ID
		id   AgreementID
	}
	all := map[key]Agreement{}
	if err := db.Each(ctx, tx, func(r db.Row) error {
		a, err := scanAgreement(r)
		all[key{a.Area, a.ID}] = a
		t[tellingOf("agreement written", string(a.Area), string(a.ID), string(a.WrittenBy), a.facts())] = telling{words: a.Digest(), whole: a.whole()}
		return err
	}, `SELECT `+agreementColumns+` FROM agreements`); err != nil {
		return err
	}
	if err := db.Each(ctx, tx, func(r db.Row) error {
		var k key
		var x Signature
		if err := r.Scan(&k.area, &k.id, &x.Side, &x.Digest, &x.Role, &x.Hat, &x.By, &x.On); err != nil {
			return err
		}
		a := all[k]
		t[tellingOf("agreement signed", string(k.area), string(k.id), string(x.By), x.facts(a))] = telling{words: x.Digest, whole: x.whole()}
		if x.Digest != a.Digest() {
			report(fmt.Sprintf("area %s: agreement %s does not say what was signed for %s", k.area, k.id, x.Side.Words()))
		}
		if x.Role != signer[x.Side] || !slices.Contains(a.Kind.Sides(), x.Side) {
			report(fmt.Sprintf("area %s: agreement %s was signed for %s as %s", k.area, k.id, x.Side.Words(), x.Role))
		}
		return nil
	}, `
		SELECT area_id, agreement_id, side, digest, role, hat_id, signed_by, signed_on FROM agreement_signatures`); err != nil {
		return err
	}
	if err := db.Each(ctx, tx, func(r db.Row) error {
		var k key
		var by access.PersonID
		err := r.Scan(&k.area, &k.id, &by)
		t[tellingOf("agreement read again", string(k.area), string(k.id), string(by), all[k].facts())] = telling{words: ""}
		return err
	}, `SELECT area_id, agreement_id, read_by FROM agreement_readings`); err != nil {
		return err
	}
	// The order is fixed: endorsed, then signed by the chair, then by the funder.
	return db.Each(ctx, tx, func(r db.Row) error {
		var a area.ID
		var aid AgreementID
		err := r.Scan(&a, &aid)
		report(fmt.Sprintf("area %s: memorandum %s was signed out of its order", a, aid))
		return err
	}, `
		SELECT s.area_id, s.agreement_id FROM agreement_signatures s
		JOIN agreements m ON m.area_id = s.area_id AND m.id = s.agreement_id
		LEFT JOIN endorsements e ON e.area_id = s.area_id
		LEFT JOIN agreement_signatures c ON c.area_id = s.area_id AND c.agreement_id = s.agreement_id AND c.side = 'partnership'
		WHERE m.kind = 'memorandum' AND (e.area_id IS NULL OR e.endorsed_on > s.signed_on OR c.signed_at IS NULL OR c.signed_at > s.signed_at)`)
}

func tellLegalForms(ctx context.Context, tx *db.Tx, t toldOf, _ func(string)) error {
	return db.Each(ctx, tx, func(r db.Row) error {
		l, err := scanLegalRecord(r)
		t[tellingOf("legal form recorded", string(l.Area), "legal:"+strconv.FormatInt(l.Number, 10), string(l.RecordedBy), l.facts())] = telling{words: l.private()}
		return err
	}, `SELECT `+legalColumns+` FROM legal_forms`)
}

func tellLookBacks(ctx context.Context, tx *db.Tx, t toldOf, report func(string)) error {
	var all []LookBack
	if err := db.Each(ctx, tx, func(r db.Row) error {
		l, err := scanLookBack(r)
		l.Answers = map[string]string{}
		all = append(all, l)
		return err
	}, `SELECT `+lookBackColumns); err != nil {
		return err
	}
	at := map[string]int{}
	for i, l := range all {
		at[string(l.Area)+string(l.ID)+strconv.FormatInt(l.Number, 10)] = i
	}
	if err := db.Each(ctx, tx, func(r db.Row) error {
		var a, lid, number, prompt, words string
		err := r.Scan(&a, &lid, &number, &prompt, &words)
		if i, ok := at[a+lid+number]; ok {
			all[i].Answers[prompt] = words
		}
		return err
	}, `SELECT area_id, review_id, CAST(number AS TEXT), prompt, words FROM partnership_review_answers`); err != nil {
		return err
	}
	last := map[string]int64{}
	for _, l := range all {
		last[string(l.Area)+string(l.ID)] = max(last[string(l.Area)+string(l.ID)], l.Number)
	}
	for _, l := range all {
		act := "review kept"
		if l.Finished() && l.Number == last[string(l.Area)+string(l.ID)] {
			act = "review finished"
			if l.FinishedBy != l.KeptBy {
				report(fmt.Sprintf("area %s: review %s was finished by somebody else than who kept it last", l.Area, l.ID))
			}
		}
		if l.Number == 1 && l.BegunBy != l.KeptBy {
			report(fmt.Sprintf("area %s: review %s was begun by somebody else than who kept it first", l.Area, l.ID))
		}
		t[tellingOf(act, string(l.Area), string(l.ID), string(l.KeptBy), map[string]string{"number": strconv.FormatInt(l.Number, 10), "on": l.On.String()})] = telling{words: l.words()}
	}
	return nil
}
