package decision

import (
	"context"
	"errors"
	"strconv"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/partnership"
)

// Matters tells whoever keeps interests of decisions (partnership.Matters).
func (d *Decisions) Matters() partnership.Matters { return matters{d} }

type matters struct{ decisions *Decisions }

// Matter is a decision as something that may touch an interest.
func (m matters) Matter(ctx context.Context, tx *db.Tx, a area.ID, matter string) (partnership.Matter, error) {
	if number, err := strconv.ParseInt(matter, 10, 64); err == nil && len(matter) < 10 { // an ID is longer
		of, err := ByNumber(ctx, tx, a, number)
		if err != nil {
			return partnership.Matter{}, err
		}
		return m.matter(of), nil
	}
	of, err := ByID(ctx, tx, a, ID(matter))
	if err != nil {
		return partnership.Matter{}, err
	}
	return m.matter(of), nil
}

// TouchedBy are whom a decision touches, by its number: nobody where there is none.
func TouchedBy(ctx context.Context, tx *db.Tx, a area.ID, number int64) ([]partnership.Party, error) {
	of, err := ByNumber(ctx, tx, a, number)
	if errors.Is(err, fault.NotFound) {
		return nil, nil
	}
	return of.Decided().PartiesTouched(), err
}

func (m matters) matter(of Decision) partnership.Matter {
	on := m.decisions.today()
	if of.Result.Outcome != "" {
		on = of.Result.On
	}
	return partnership.Matter{
		About: of.about(), Called: calledBy(of.Number), Title: of.Decided().Title, Href: hrefOf(of.Number),
		Parties: of.Decided().PartiesTouched(), On: on, Open: of.Result.Outcome == "", DoneAt: of.Result.At,
	}
}

// OpenMatters lists the decisions of an area that are still to be made.
func (m matters) OpenMatters(ctx context.Context, tx *db.Tx, a area.ID) ([]partnership.Matter, error) {
	open, err := db.All(ctx, tx, scanSummary, `
		SELECT `+summaryColumns+summaryTables+` WHERE d.area_id = $1 AND r.number IS NULL ORDER BY d.number`, a)
	if err != nil || len(open) == 0 {
		return nil, err
	}
	parties, err := partiesTouched(ctx, tx, a, open)
	var all []partnership.Matter
	for _, s := range open {
		all = append(all, partnership.Matter{
			About: aboutDecision(s.ID), Called: calledBy(s.Number), Title: s.Title, Href: hrefOf(s.Number), Parties: parties[s.Number], On: m.decisions.today(), Open: true,
		})
	}
	return all, err
}

func calledBy(number int64) string { return strconv.FormatInt(number, 10) }

func hrefOf(number int64) string { return "/decisions/" + calledBy(number) }

// partiesTouched are those whom decisions of an area would pay, by the decisions’
// numbers: as in the wording that was decided on, or the last.
func partiesTouched(ctx context.Context, tx *db.Tx, a area.ID, of []Summary) (map[int64][]partnership.Party, error) {
	version := make(map[int64]int64, len(of))
	for _, s := range of {
		version[s.Number] = s.Version
	}
	touched := map[int64][]partnership.Party{}
	return touched, db.Each(ctx, tx, func(r db.Row) error {
		var number, of int64
		var p partnership.Party
		err := r.Scan(&number, &of, &p.Organisation, &p.Person, &p.Name)
		if version[number] == of {
			touched[number] = append(touched[number], p)
		}
		return err
	}, `
		SELECT number, version, organisation_id, person_id, name FROM decision_parties
		WHERE area_id = $1 AND part = 'does' ORDER BY number, version, position`, a)
}

// DeedsOf lists the part that some people had in the decisions of an area that are
// made, where somebody would be paid: of each person in each decision what weighs
// most. It counts when the decision is made: what was told before is in time.
func (m matters) DeedsOf(ctx context.Context, tx *db.Tx, a area.ID, who []access.PersonID) ([]partnership.Deed, error) {
	made, err := db.All(ctx, tx, scanSummary, `
		SELECT `+summaryColumns+summaryTables+` WHERE d.area_id = $1 AND r.outcome <> 'withdrawn' ORDER BY d.number`, a)
	if err != nil || len(made) == 0 {
		return nil, err
	}
	parties, err := partiesTouched(ctx, tx, a, made)
	if err != nil {
		return nil, err
	}
	of := make(map[int64]Summary, len(made))
	for _, s := range made {
		of[s.Number] = s
	}
	var all []partnership.Deed
	return all, db.Each(ctx, tx, func(r db.Row) error {
		var number, weighs int64
		var deed partnership.Deed
		if err := r.Scan(&deed.Person, &number, &weighs, &deed.At, &deed.Counted); err != nil || len(parties[number]) == 0 {
			return err
		}
		deed.What = partWords[weighs]
		deed.About, deed.Called, deed.Title, deed.Href, deed.Parties = aboutDecision(of[number].ID), calledBy(number), of[number].Title, hrefOf(number), parties[number]
		if last := len(all) - 1; last >= 0 && all[last].Person == deed.Person && all[last].About == deed.About {
			all[last] = deed // what weighs more comes later
			return nil
		}
		all = append(all, deed)
		return nil
	}, `
		WITH parts (person_id, number, weighs, at) AS (
			SELECT entered_by, number, 1, entered_at FROM decision_positions WHERE area_id = $1 AND via IN ('paper', 'telephone')
			UNION ALL SELECT entered_by, number, 1, entered_at FROM decision_ballots WHERE area_id = $1 AND via <> 'self'
			UNION ALL SELECT confirmed_by, number, 1, confirmed_at FROM decision_confirmations WHERE area_id = $1
			UNION ALL SELECT answered_by, number, 1, answered_at FROM decision_answers WHERE area_id = $1
			UNION ALL SELECT t.written_by, t.number, 2, t.written_at FROM decision_texts t JOIN decision_openings o ON o.area_id = t.area_id AND o.number = t.number
				WHERE t.area_id = $1 AND t.written_at > o.opened_at
			UNION ALL SELECT recorded_by, number, 3, recorded_at FROM decision_attempts WHERE area_id = $1
			UNION ALL SELECT opened_by, number, 3, opened_at FROM decision_polls WHERE area_id = $1
			UNION ALL SELECT recorded_by, number, 3, recorded_at FROM decision_extensions WHERE area_id = $1
			UNION ALL SELECT person_id, number, 4, entered_at FROM decision_positions WHERE area_id = $1
			UNION ALL SELECT person_id, number, 5, entered_at FROM decision_ballots WHERE area_id = $1)
		SELECT p.person_id, p.number, p.weighs, MAX(p.at), r.recorded_at
		FROM parts p JOIN decision_results r ON r.area_id = $1 AND r.number = p.number
		WHERE p.person_id IN (SELECT key FROM json_each($2))
		GROUP BY p.person_id, p.number, p.weighs, r.recorded_at ORDER BY 1, 2, 3`, a, db.Set(who))
}

// partWords say, as it follows their name, what somebody did, by how much it weighs.
var partWords = map[int64]string{1: "helped to record what others said in deciding", 2: "changed the words of", 3: "led the others in deciding", 4: "took part in deciding", 5: "voted on"}
