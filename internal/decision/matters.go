package decision

import (
	"context"
	"strconv"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/partnership"
)

// Matters tells whoever keeps interests of decisions (partnership.Matters).
func (d *Decisions) Matters() partnership.Matters { return matters{d} }

type matters struct{ decisions *Decisions }

// Matter is a decision as something that may touch an interest.
func (m matters) Matter(ctx context.Context, tx *db.Tx, a area.ID, matter string) (partnership.Matter, error) {
	of, err := ByID(ctx, tx, a, ID(matter))
	if err != nil {
		return partnership.Matter{}, err
	}
	return m.matter(of), nil
}

func (m matters) matter(of Decision) partnership.Matter {
	on := m.decisions.today()
	if of.Result.Outcome != "" {
		on = of.Result.On
	}
	return partnership.Matter{
		About: of.about(), Title: of.Decided().Title, Href: hrefOf(of.Number),
		Parties: of.Decided().PartiesTouched(), On: on, Open: of.Result.Outcome == "",
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
			About: aboutDecision(s.ID), Title: s.Title, Href: hrefOf(s.Number), Parties: parties[s.Number], On: m.decisions.today(), Open: true,
		})
	}
	return all, err
}

func hrefOf(number int64) string { return "/decisions/" + strconv.FormatInt(number, 10) }

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

// DeedsOf lists what some people said or voted in the decisions of an area that
// are made, where somebody would be paid.
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
		var number int64
		deed := partnership.Deed{What: "took part in deciding"}
		var voted bool
		if err := r.Scan(&deed.Person, &number, &voted, &deed.At); err != nil || len(parties[number]) == 0 {
			return err
		}
		deed.About, deed.Title, deed.Href, deed.Parties = aboutDecision(of[number].ID), of[number].Title, hrefOf(number), parties[number]
		if voted {
			deed.What = "voted on"
		}
		if last := len(all) - 1; last >= 0 && all[last].Person == deed.Person && all[last].About == deed.About {
			all[last] = deed // a vote came after what they said
			return nil
		}
		all = append(all, deed)
		return nil
	}, `
		SELECT person_id, number, FALSE, MAX(entered_at) FROM decision_positions
		WHERE area_id = $1 AND person_id IN (SELECT key FROM json_each($2)) GROUP BY person_id, number
		UNION ALL
		SELECT person_id, number, TRUE, MAX(entered_at) FROM decision_ballots
		WHERE area_id = $1 AND person_id IN (SELECT key FROM json_each($2)) GROUP BY person_id, number
		ORDER BY 1, 2, 3`, a, db.Set(who))
}
