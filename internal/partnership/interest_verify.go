package partnership

import (
	"context"
	"fmt"

	"commontable/internal/access"
	"commontable/internal/audit"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/organisation"
)

// interestReaders hold the register of interests against what was recorded when it
// was written, and what was done about interests against the rules.
func interestReaders(ctx context.Context, tx *db.Tx, report func(string)) ([]audit.Reader, error) {
	var readers []audit.Reader
	for _, of := range []func(context.Context, *db.Tx, func(string)) (audit.Reader, error){declaredReader, endedReader, handledReader, reviewedReader} {
		reader, err := of(ctx, tx, report)
		if err != nil {
			return nil, fmt.Errorf("interests: %w", err)
		}
		readers = append(readers, reader)
	}
	return readers, nil
}

// Verify counts the register of interests: its version is how many records it has.
func Verify(ctx context.Context, tx *db.Tx, report func(string)) error {
	version, err := RegisterIn(ctx, tx)
	if err != nil {
		return err
	}
	counted, err := db.One(ctx, tx, db.Value[int64], `
		SELECT (SELECT COUNT(*) FROM interests) + (SELECT COUNT(*) FROM interest_ends)`)
	if err == nil && counted != version {
		report(fmt.Sprintf("the register of interests has %d records, and says that it has %d", counted, version))
	}
	return err
}

// recordOf names a record in the history of an area.
type recordOf struct{ area, subject, person, facts string }

// interestReader holds records against the events of an act.
func interestReader(act string, records map[recordOf]string, report func(string), facts ...string) audit.Reader {
	return audit.Reader{Act: act, Hear: func(e audit.Recorded) {
		k := recordOf{area: e.Stream, subject: e.Subject, person: e.Person}
		for _, f := range facts {
			k.facts += e.Facts[f] + " "
		}
		said, ok := records[k]
		if !ok || (e.Private != nil && said != *e.Private) {
			report(fmt.Sprintf("area %s: %s, %s is not as it was recorded when it happened", e.Stream, act, e.Subject))
		}
		delete(records, k)
	}, End: func() {
		for k := range records {
			report(fmt.Sprintf("area %s: %s, %s has no event that recorded it", k.area, act, k.subject))
		}
	}}
}

// ClosedOf are those matters of a kind (of About), by area and ID, in which it is
// closed what was done about interests.
func ClosedOf(ctx context.Context, tx *db.Tx, kind string) (map[[2]string]bool, error) {
	closed := map[[2]string]bool{}
	return closed, db.Each(ctx, tx, func(r db.Row) error {
		var of [2]string
		err := r.Scan(&of[0], &of[1])
		closed[of] = true
		return err
	}, `SELECT area_id, about_id FROM interest_closings WHERE about_kind = $1`, kind)
}

// VerifyClosings holds what is closed against what is done of that kind, by area and
// ID: nothing else is closed, and of what is done that of which this says so.
func VerifyClosings(kind string, closed, done map[[2]string]bool, report func(string)) {
	for of := range closed {
		if _, is := done[of]; !is {
			report(fmt.Sprintf("area %s: interests in %s %s are closed, and it is not done", of[0], kind, of[1]))
		}
	}
	for of, must := range done {
		if must && !closed[of] {
			report(fmt.Sprintf("area %s: %s %s is done, and interests in it are not closed", of[0], kind, of[1]))
		}
	}
}

func declaredReader(ctx context.Context, tx *db.Tx, report func(string)) (audit.Reader, error) {
	all, err := db.All(ctx, tx, scanInterest, `SELECT `+interestColumns+` ORDER BY i.number`)
	if err != nil {
		return audit.Reader{}, err
	}
	records := map[recordOf]string{}
	for _, i := range all {
		if i.organisationKey != organisation.SameName(i.OrganisationName) || i.relatedKey != organisation.SameName(i.RelatedName) {
			report(fmt.Sprintf("area %s: interest %s is found by other names than it has", i.Area, i.ID))
		}
		until := i.Until
		if i.Ended.Number != 0 {
			until = date.Date{}
		}
		records[recordOf{string(i.Area), string(i.ID), string(i.DeclaredBy), fmt.Sprintf("%s %d %s %s ", i.Person, i.Number, i.From, until)}] = i.said()
	}
	return interestReader("interest declared", records, report, "person", "number", "from", "until"), nil
}

func endedReader(ctx context.Context, tx *db.Tx, report func(string)) (audit.Reader, error) {
	all, err := db.All(ctx, tx, scanInterest, `SELECT `+interestColumns+` WHERE e.number IS NOT NULL ORDER BY i.number`)
	if err != nil {
		return audit.Reader{}, err
	}
	records := map[recordOf]string{}
	counts := map[[2]string]string{}
	for _, i := range all {
		records[recordOf{string(i.Area), string(i.ID), string(i.Ended.By), fmt.Sprintf("%s %d %s ", i.Person, i.Ended.Number, i.Ended.Until)}] = i.Ended.Why
		counts[[2]string{string(i.Area), string(i.ID)}] = i.Ended.CountsUntil.String()
		// What is kept is in UTC, and its day was that of the clock that is here: London's.
		if on := i.Ended.CountsUntil.AddDays(-1); on != date.InLondon(i.Ended.At) && on != date.Of(i.Ended.At) {
			report(fmt.Sprintf("area %s: interest %s counts until another day than that after its end was told", i.Area, i.ID))
		}
	}
	// One that ended when it was told is not ended again.
	if err := db.Each(ctx, tx, func(r db.Row) error {
		var a, iid string
		err := r.Scan(&a, &iid)
		report(fmt.Sprintf("area %s: interest %s has two ends", a, iid))
		return err
	}, `SELECT i.area_id, i.id FROM interests i JOIN interest_ends e ON e.interest_id = i.id WHERE i.until_on IS NOT NULL`); err != nil {
		return audit.Reader{}, err
	}
	reader := interestReader("interest ended", records, report, "person", "number", "until")
	hear := reader.Hear
	reader.Hear = func(e audit.Recorded) {
		if day, told := e.Facts["counts until"]; told && day != counts[[2]string{e.Stream, e.Subject}] { // events of old do not say it
			report(fmt.Sprintf("area %s: until when interest %s counts is not as it was recorded", e.Stream, e.Subject))
		}
		hear(e)
	}
	return reader, nil
}

func handledReader(ctx context.Context, tx *db.Tx, report func(string)) (audit.Reader, error) {
	records := map[recordOf]string{}
	owners := map[InterestID]access.PersonID{}
	if err := db.Each(ctx, tx, func(r db.Row) error {
		var i InterestID
		var who access.PersonID
		err := r.Scan(&i, &who)
		owners[i] = who
		return err
	}, `SELECT id, person_id FROM interests`); err != nil {
		return audit.Reader{}, err
	}
	if err := db.Each(ctx, tx, func(r db.Row) error {
		var a string
		var h Handling
		err := r.Scan(&a, &h.ID, &h.About.Kind, &h.About.ID, &h.Interest, &h.Person, &h.Number, &h.How, &h.Why, &h.Public, &h.Register, &h.RecordedBy)
		if owners[h.Interest] != h.Person || h.RecordedBy == h.Person {
			report(fmt.Sprintf("area %s: what is done about interest %s was recorded by whose it is", a, h.Interest))
		}
		records[recordOf{a, string(h.ID), string(h.RecordedBy), fmt.Sprintf("%s %s %s %s %s %d %d ", h.Interest, h.Person, h.How, h.About.Kind, h.About.ID, h.Number, h.Register)}] = h.Why + "\n" + h.Public
		return err
	}, `
		SELECT area_id, id, about_kind, about_id, interest_id, person_id, number, how, why, public_words, register, recorded_by FROM interest_handlings`); err != nil {
		return audit.Reader{}, err
	}
	return interestReader("interest handled", records, report, "interest", "person", "how", "about", "of", "number", "register"), nil
}

// reviewedReader is of those who looked at what was told late.
func reviewedReader(ctx context.Context, tx *db.Tx, report func(string)) (audit.Reader, error) {
	records := map[recordOf]string{}
	acts := map[[2]string]string{}
	owners := map[InterestID]access.PersonID{}
	if err := db.Each(ctx, tx, func(r db.Row) error {
		var i InterestID
		var who access.PersonID
		err := r.Scan(&i, &who)
		owners[i] = who
		return err
	}, `SELECT id, person_id FROM interests`); err != nil {
		return audit.Reader{}, err
	}
	if err := db.Each(ctx, tx, func(r db.Row) error {
		var a, rid, kind, matter, words, act string
		var i InterestID
		var who, by access.PersonID
		err := r.Scan(&a, &rid, &i, &kind, &matter, &words, &who, &by, &act)
		if err == nil && (owners[i] != who || who == by) {
			report(fmt.Sprintf("area %s: interest %s, which was told late, was looked at by whose it is", a, i))
		}
		records[recordOf{a, rid, string(by), fmt.Sprintf("%s %s %s %s ", i, kind, matter, who)}] = words
		acts[[2]string{a, rid}] = act
		return err
	}, `SELECT area_id, id, interest_id, about_kind, about_id, words, person_id, reviewed_by, act FROM interest_reviews`); err != nil {
		return audit.Reader{}, err
	}
	reader := interestReader("late interest looked at", records, report, "interest", "about", "of", "person")
	hear := reader.Hear
	reader.Hear = func(e audit.Recorded) {
		if act, told := e.Facts["act"]; told && act != acts[[2]string{e.Stream, e.Subject}] { // events of old do not say it
			report(fmt.Sprintf("area %s: what was done, of which %s is a second look, is not as it was recorded", e.Stream, e.Subject))
		}
		hear(e)
	}
	return reader, nil
}
