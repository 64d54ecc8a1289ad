package decision

import (
	"context"
	"strconv"

	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
)

// Made is a decision that was made, with the numbers beside it. Of an agreement
// they are those who support it, those who cannot live with it, and those who stood
// aside.
type Made struct {
	Summary

	Yes, No, Aside int
}

// Lately lists what an area decided last, the newest first, as everybody may see
// it: what was withdrawn was not decided.
func Lately(ctx context.Context, tx *db.Tx, a area.ID, most int) ([]Made, error) {
	return db.All(ctx, tx, func(r db.Row) (m Made, err error) {
		m.Summary, err = scanSummary(and(r, &m.Yes, &m.No, &m.Aside))
		return m, err
	}, `
		SELECT `+summaryColumns+`, r.yes, r.no, r.aside`+summaryTables+`
		WHERE d.area_id = $1 AND r.outcome IN ('agreed', 'not agreed', 'no quorum') AND o.opened_at IS NOT NULL
		ORDER BY r.decided_on DESC, d.number DESC LIMIT $2`, a, most)
}

// UnderWay lists the decisions of an area that are not made, the newest first.
// They are for those who read papers, and for who put them forward.
func UnderWay(ctx context.Context, tx *db.Tx, a area.ID) ([]Summary, error) {
	return db.All(ctx, tx, scanSummary, `
		SELECT `+summaryColumns+summaryTables+` WHERE d.area_id = $1 AND r.outcome IS NULL ORDER BY d.number DESC`, a)
}

// EndsWithin says in words which vote of an area would close between two days, the
// last not counted, or "". Nobody is asked to vote by a day on which an area rests
// (R37): whoever closes it gives people longer first.
func EndsWithin(ctx context.Context, tx *db.Tx, a area.ID, from, until date.Date) (string, error) {
	open, err := UnderWay(ctx, tx, a)
	if err != nil {
		return "", err
	}
	for _, s := range open {
		if s.ClosesAt.IsZero() {
			continue
		}
		if day := date.InLondon(s.ClosesAt); !day.Before(from) && day.Before(until) {
			return "The vote on decision " + strconv.FormatInt(s.Number, 10) + " closes on " + day.Full() + ". Give people longer to vote first, or close after that", nil
		}
	}
	return "", nil
}

// ToTell lists the decisions of an area that are made, of which somebody who must
// hear was not told yet (R44), the oldest first.
func ToTell(ctx context.Context, tx *db.Tx, a area.ID) ([]Summary, error) {
	return db.All(ctx, tx, scanSummary, `
		SELECT `+summaryColumns+summaryTables+`
		WHERE d.area_id = $1 AND r.outcome IN ('agreed', 'not agreed', 'no quorum') AND EXISTS (
			SELECT 1 FROM decision_parties q
			LEFT JOIN decision_tellings y ON y.area_id = q.area_id AND y.number = q.number AND y.position = q.position
			WHERE q.area_id = t.area_id AND q.number = t.number AND q.version = t.version AND q.part = 'hears' AND y.number IS NULL)
		ORDER BY d.number`, a)
}

// A Hearing is that somebody must hear of a decision, and on which day they did.
type Hearing struct {
	Party Party
	Told  date.Date // zero while they were not told
}

// HearingsOf are those who must hear of an area’s decisions, by the decisions’
// numbers: as in the wording that was decided on, or the last.
func HearingsOf(ctx context.Context, tx *db.Tx, a area.ID) (map[int64][]Hearing, error) {
	all := map[int64][]Hearing{}
	return all, db.Each(ctx, tx, func(r db.Row) error {
		var number int64
		h := Hearing{Party: Party{Part: Hears}}
		err := r.Scan(&number, &h.Party.Organisation, &h.Party.Person, &h.Party.Name, &h.Told)
		all[number] = append(all[number], h)
		return err
	}, `
		SELECT q.number, q.organisation_id, q.person_id, q.name, y.told_on FROM decision_parties q
		LEFT JOIN decision_results r ON r.area_id = q.area_id AND r.number = q.number
		LEFT JOIN decision_tellings y ON y.area_id = q.area_id AND y.number = q.number AND y.position = q.position
		WHERE q.area_id = $1 AND q.part = 'hears'
			AND q.version = COALESCE(r.version, (SELECT MAX(m.version) FROM decision_texts m WHERE m.area_id = q.area_id AND m.number = q.number))
		ORDER BY q.number, q.position`, a)
}

// HeardBy is the day by which those who must hear of a decision are told (R44): so
// many days after it was made, and if the area rests then, the first on which it is
// open again (R37). It is zero where nobody said how soon, and before it is made.
func HeardBy(ctx context.Context, tx *db.Tx, a area.ID, made date.Date, days int64) (date.Date, error) {
	if made.IsZero() || days == 0 {
		return date.Date{}, nil
	}
	return area.NextOpenDay(ctx, tx, a, made.AddDays(int(days)))
}

// wider is a row of which some columns more are scanned after what a scanner asks for.
type wider struct {
	db.Row

	more []any
}

func (w wider) Scan(dest ...any) error { return w.Row.Scan(append(dest, w.more...)...) }

func and(r db.Row, more ...any) db.Row { return wider{r, more} }
