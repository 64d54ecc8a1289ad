package plan

import (
	"context"
	"fmt"
	"strconv"

	"commontable/internal/audit"
	"commontable/internal/db"
	"commontable/internal/money"
)

// Readers hold every version against the event that was recorded when it was
// written, and every adoption against its own, and report every bad place once
// they are told of all events (audit.VerifyTold).
func Readers(ctx context.Context, tx *db.Tx, report func(string)) ([]audit.Reader, error) {
	written, err := kept(ctx, tx, `
		SELECT v.area_id, v.number, v.written_by, CAST(COALESCE(SUM(l.minor), 0) AS BIGINT), CAST(COUNT(l.line_id) AS TEXT)
		FROM plan_versions v LEFT JOIN plan_lines l ON l.area_id = v.area_id AND l.version = v.number
		GROUP BY v.area_id, v.number, v.written_by`)
	if err != nil {
		return nil, err
	}
	contents, err := allContents(ctx, tx)
	if err != nil {
		return nil, err
	}
	papers, err := keptPapers(ctx, tx)
	if err != nil {
		return nil, err
	}
	adopted, err := kept(ctx, tx, `
		SELECT area_id, version, noted_by, 0, CAST(adopted_on AS TEXT) FROM plan_adoptions`)
	if err != nil {
		return nil, err
	}
	discarded, err := kept(ctx, tx, `
		SELECT area_id, version, discarded_by, 0, '' FROM plan_discards`)
	if err != nil {
		return nil, err
	}
	noted, err := keptNotes(ctx, tx, report)
	if err != nil {
		return nil, err
	}
	writing, err := keptWriting(ctx, tx, report)
	if err != nil {
		return nil, err
	}
	if err := verifyNames(ctx, tx, report); err != nil {
		return nil, fmt.Errorf("what priorities and lines are called: %w", err)
	}
	return append(append(noted, writing...), []audit.Reader{
		{Act: "plan written", Hear: contents.hear(report)},
		papers.against("consultation fed back", report), papers.against("plan review finished", report),
		against("plan written", written, report, func(e audit.Recorded) string { return e.Facts["total"] + " " + e.Facts["lines"] }),
		against("plan adopted", adopted, report, func(e audit.Recorded) string { return money.Pence(0).Decimal() + " " + e.Facts["on"] }),
		against("plan discarded", discarded, report, func(audit.Recorded) string { return money.Pence(0).Decimal() + " " }),
	}...), nil
}

// keptNotes are which decision adopted a plan, that the programme endorsed it, and
// what became of its actions.
func keptNotes(ctx context.Context, tx *db.Tx, report func(string)) ([]audit.Reader, error) {
	var all []*audit.Kept
	for _, v := range []struct {
		act   string
		facts []string // in the order of the columns
		query string
	}{
		{"plan adopted", []string{"version", "on", "decision"}, `
			SELECT area_id, 'plan:' || CAST(version AS TEXT), noted_by,
				CAST(version AS TEXT) || '|' || CAST(adopted_on AS TEXT) || '|' || CASE WHEN decision_number = 0 THEN '' ELSE CAST(decision_number AS TEXT) END, decision
			FROM plan_adoptions`},
		{"plan endorsed", []string{"version", "on"}, `
			SELECT area_id, 'plan:' || CAST(version AS TEXT), endorsed_by, CAST(version AS TEXT) || '|' || CAST(endorsed_on AS TEXT), words FROM plan_endorsements`},
		{"line coded", []string{"number", "theme"}, `
			SELECT area_id, line_id, coded_by, CAST(number AS TEXT) || '|' || theme, why FROM line_codings`},
		{"action done", []string{"note", "on"}, `
			SELECT area_id, action_id, noted_by, CAST(number AS TEXT) || '|' || CAST(on_day AS TEXT), NULL FROM plan_action_notes WHERE done`},
		{"action reopened", []string{"note", "on"}, `
			SELECT area_id, action_id, noted_by, CAST(number AS TEXT) || '|' || CAST(on_day AS TEXT), NULL FROM plan_action_notes WHERE NOT done`},
	} {
		query, kept := v.query, audit.KeptOf(v.act, report, v.facts...)
		if v.act == "action done" { // so is what somebody took on at a meeting; that has no number
			kept.Only(func(e audit.Recorded) bool { return e.Facts["note"] != "" })
		}
		if err := kept.Rows(ctx, tx, query); err != nil {
			return nil, err
		}
		all = append(all, kept)
	}
	return audit.Readers(all...), nil
}

// contents are what versions say, by their areas and numbers: all of it, and
// their visions, which is what those of before commit to.
type contents map[versionKey]versionContent

type versionContent struct{ whole, vision string }

// allContents reads what every version says, a version at a time.
func allContents(ctx context.Context, tx *db.Tx) (contents, error) {
	versions, err := db.All(ctx, tx, scanVersion, `
		SELECT `+versionColumns+`
		FROM plan_versions v LEFT JOIN plan_adoptions a ON a.area_id = v.area_id AND a.version = v.number
		LEFT JOIN plan_discards d ON d.area_id = v.area_id AND d.version = v.number
		LEFT JOIN plan_endorsements e ON e.area_id = v.area_id AND e.version = v.number`)
	if err != nil {
		return nil, err
	}
	all := contents{}
	for _, v := range versions {
		if v, err = whole(ctx, tx, v); err != nil {
			return nil, err
		}
		says, err := v.content()
		if err != nil {
			return nil, err
		}
		c := versionContent{whole: says}
		if len(v.Priorities) == 0 {
			c.vision = v.Vision
		}
		all[versionKey{area: string(v.Area), subject: subject(v.Number)}] = c
	}
	return all, nil
}

// hear holds what a version says against what was committed to when it was
// written. What was forgotten is not asked for.
func (c contents) hear(report func(string)) func(audit.Recorded) {
	return func(e audit.Recorded) {
		says, ok := c[versionKey{area: e.Stream, subject: e.Subject}]
		if ok && e.Private != nil && *e.Private != says.whole && *e.Private != says.vision {
			report(fmt.Sprintf("area %s: what %s says is not what was recorded when it was written", e.Stream, e.Subject))
		}
	}
}

type versionKey struct{ area, subject, person string }

func kept(ctx context.Context, tx *db.Tx, query string) (map[versionKey]string, error) {
	all := map[versionKey]string{}
	err := db.Each(ctx, tx, func(r db.Row) error {
		var k versionKey
		var number, minor int64
		var more string
		err := r.Scan(&k.area, &number, &k.person, &minor, &more)
		k.subject = subject(number)
		all[k] = money.Pence(minor).Decimal() + " " + more
		return err
	}, query)
	return all, err
}

func against(act string, records map[versionKey]string, report func(string), says func(audit.Recorded) string) audit.Reader {
	return audit.Reader{
		Act: act,
		Hear: func(e audit.Recorded) {
			k := versionKey{e.Stream, e.Subject, e.Person}
			if got, ok := records[k]; !ok || got != says(e) {
				report(fmt.Sprintf("area %s: %s, %s is not as it was recorded when it happened", e.Stream, act, e.Subject))
			}
			delete(records, k)
		},
		End: func() {
			for k := range records {
				report(fmt.Sprintf("area %s: %s, %s has no event that recorded it", k.area, act, strconv.Quote(k.subject)))
			}
		},
	}
}

// papers are what was fed back and what was finished.
type papers map[versionKey]keptPaper

func (p papers) against(act string, report func(string)) audit.Reader {
	return audit.Reader{
		Act: act,
		Hear: func(e audit.Recorded) {
			k := versionKey{e.Stream, e.Subject, e.Person}
			got, ok := p[k]
			delete(p, k)
			if !ok || got.act != act || (e.Private != nil && got.content != *e.Private) || got.on != e.Facts["on"] {
				report(fmt.Sprintf("area %s: %s, %s is not as it was recorded when it happened", e.Stream, act, e.Subject))
			}
		},
		End: func() {
			for k, one := range p {
				if one.act == act {
					report(fmt.Sprintf("area %s: %s, %s has no event that recorded it", k.area, act, strconv.Quote(k.subject)))
				}
			}
		},
	}
}

type keptPaper struct{ act, content, on string }

func keptPapers(ctx context.Context, tx *db.Tx) (papers, error) {
	all := papers{}
	err := db.Each(ctx, tx, func(r db.Row) error {
		var k versionKey
		var number int64
		p := keptPaper{act: "consultation fed back"}
		err := r.Scan(&k.area, &number, &k.person, &p.content, &p.on)
		k.subject = Consultation{Number: number}.subject()
		all[k] = p
		return err
	}, `SELECT area_id, number, saved_by, content, CAST(fed_back_on AS TEXT) FROM consultations WHERE fed_back_on IS NOT NULL`)
	if err != nil {
		return nil, err
	}
	err = db.Each(ctx, tx, func(r db.Row) error {
		var k versionKey
		var number int64
		p := keptPaper{act: "plan review finished"}
		err := r.Scan(&k.area, &number, &k.person, &p.content, &p.on)
		k.subject = Review{Number: number}.subject()
		all[k] = p
		return err
	}, `SELECT area_id, number, saved_by, content, CAST(finished_on AS TEXT) FROM plan_reviews WHERE finished_on IS NOT NULL`)
	return all, err
}

// A paperNow is a consultation or a review as it stands, finished or not.
type paperNow struct{ content, begunBy, savedBy, version string }

// keptWriting holds what consultations and reviews say now against what was recorded of
// them last, and who began them, of which plan, against how they were begun.
func keptWriting(ctx context.Context, tx *db.Tx, report func(string)) ([]audit.Reader, error) {
	var readers []audit.Reader
	for _, of := range []struct {
		acts  []string // the first begins it
		facts []string // the name of the fact by which that tells the plan
		rows  func(context.Context, *db.Tx, map[versionKey]paperNow, func(string)) error
	}{
		{[]string{"consultation begun", "consultation saved", "consultation fed back"}, nil, consultationsNow},
		{[]string{"plan review begun", "plan review saved", "plan review finished"}, []string{"version"}, reviewsNow},
	} {
		now, last := map[versionKey]paperNow{}, map[versionKey]audit.Recorded{}
		if err := of.rows(ctx, tx, now, report); err != nil {
			return nil, err
		}
		begun := map[versionKey]audit.Recorded{}
		for i, act := range of.acts {
			readers = append(readers, audit.Reader{Act: act, Hear: func(e audit.Recorded) {
				k := versionKey{area: e.Stream, subject: e.Subject}
				if last[k] = e; i == 0 {
					begun[k] = e
				}
			}})
		}
		readers[len(readers)-1].End = func() {
			for k, is := range now {
				e, first := last[k], begun[k]
				if first.Person != is.begunBy || e.Person != is.savedBy || e.Private != nil && *e.Private != is.content ||
					len(of.facts) > 0 && first.Facts[of.facts[0]] != is.version {
					report(fmt.Sprintf("area %s: %s is not as it was written last", k.area, k.subject))
				}
				delete(last, k)
			}
			for k := range last {
				report(fmt.Sprintf("area %s: %s was written, and is not there", k.area, k.subject))
			}
		}
	}
	return readers, nil
}

func consultationsNow(ctx context.Context, tx *db.Tx, now map[versionKey]paperNow, report func(string)) error {
	return db.Each(ctx, tx, func(r db.Row) error {
		var area, title string
		var c Consultation
		var is paperNow
		var asked, answered int
		if err := r.Scan(&area, &c.Number, &title, &is.content, &asked, &answered, &is.begunBy, &is.savedBy); err != nil {
			return err
		}
		if err := c.read(is.content); err != nil {
			return err
		}
		if saysAsked, saysAnswered := c.Turnout(); title != c.Title || asked != saysAsked || answered != saysAnswered {
			report(fmt.Sprintf("area %s: %s is listed otherwise than it says", area, c.subject()))
		}
		now[versionKey{area: area, subject: c.subject()}] = is
		return nil
	}, `SELECT area_id, number, title, content, asked, answered, begun_by, saved_by FROM consultations`)
}

func reviewsNow(ctx context.Context, tx *db.Tx, now map[versionKey]paperNow, _ func(string)) error {
	return db.Each(ctx, tx, func(r db.Row) error {
		var area string
		var number int64
		var is paperNow
		err := r.Scan(&area, &number, &is.content, &is.begunBy, &is.savedBy, &is.version)
		now[versionKey{area: area, subject: Review{Number: number}.subject()}] = is
		return err
	}, `SELECT area_id, number, content, begun_by, saved_by, CAST(version AS TEXT) FROM plan_reviews`)
}

// verifyNames holds what priorities and lines are called against the versions: first as
// the one that brought them did, now as the last that was adopted does. Versions of old
// do not say; then both are the same.
func verifyNames(ctx context.Context, tx *db.Tx, report func(string)) error {
	return db.Each(ctx, tx, func(r db.Row) error {
		var area, what, id, name, told, programme, areas string
		var first, adopted *string
		if err := r.Scan(&area, &what, &id, &name, &told, &first, &adopted, &programme, &areas); err != nil {
			return err
		}
		is := name
		for _, from := range []*string{first, adopted} {
			if from != nil && *from != "" {
				is = *from
			}
		}
		if told != is || first != nil && *first != "" && name != *first && name != *first+" ("+id+")" || programme != areas {
			report(fmt.Sprintf("area %s: %s %s is called otherwise than in the plan, or is of another programme", area, what, id))
		}
		return nil
	}, `
		SELECT l.area_id, 'line', l.id, l.name, l.told,
			(SELECT v.name FROM plan_lines v WHERE v.area_id = l.area_id AND v.line_id = l.id ORDER BY v.version LIMIT 1),
			(SELECT v.name FROM plan_lines v JOIN plan_adoptions d ON d.area_id = v.area_id AND d.version = v.version
				WHERE v.area_id = l.area_id AND v.line_id = l.id ORDER BY v.version DESC LIMIT 1),
			l.programme_id, a.programme_id
		FROM budget_lines l JOIN areas a ON a.id = l.area_id
		UNION ALL SELECT p.area_id, 'priority', p.id, p.name, p.told,
			(SELECT v.name FROM plan_priorities v WHERE v.area_id = p.area_id AND v.priority_id = p.id
				AND NOT EXISTS (SELECT 1 FROM plan_lines o JOIN budget_lines l ON l.area_id = o.area_id AND l.id = o.line_id
					WHERE o.area_id = p.area_id AND l.priority_id = p.id AND o.version < v.version
						AND NOT EXISTS (SELECT 1 FROM plan_priorities s WHERE s.area_id = o.area_id AND s.version = o.version AND s.priority_id = p.id))
				ORDER BY v.version LIMIT 1),
			(SELECT v.name FROM plan_priorities v JOIN plan_adoptions d ON d.area_id = v.area_id AND d.version = v.version
				WHERE v.area_id = p.area_id AND v.priority_id = p.id ORDER BY v.version DESC LIMIT 1),
			'', ''
		FROM priorities p`)
}
