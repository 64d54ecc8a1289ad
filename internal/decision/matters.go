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
		About: of.about(), Title: of.Decided().Title, Href: "/decisions/" + strconv.FormatInt(of.Number, 10),
		Parties: of.Decided().PartiesTouched(), On: on, Open: of.Result.Outcome == "",
	}
}

// OpenMatters lists the decisions of an area that are still to be made.
func (m matters) OpenMatters(ctx context.Context, tx *db.Tx, a area.ID) ([]partnership.Matter, error) {
	numbers, err := db.All(ctx, tx, db.Value[int64], `
		SELECT d.number FROM decisions d LEFT JOIN decision_results r ON r.area_id = d.area_id AND r.number = d.number
		WHERE d.area_id = $1 AND r.number IS NULL ORDER BY d.number`, a)
	if err != nil {
		return nil, err
	}
	var open []partnership.Matter
	for _, n := range numbers {
		of, err := ByNumber(ctx, tx, a, n)
		if err != nil {
			return nil, err
		}
		open = append(open, m.matter(of))
	}
	return open, nil
}

// DeedsOf lists what some people said or voted in the decisions of an area that
// are made, where somebody would be paid.
func (m matters) DeedsOf(ctx context.Context, tx *db.Tx, a area.ID, who []access.PersonID) ([]partnership.Deed, error) {
	var all []partnership.Deed
	for _, w := range who {
		numbers, err := db.All(ctx, tx, db.Value[int64], `
			SELECT r.number FROM decision_results r
			WHERE r.area_id = $1 AND r.outcome <> 'withdrawn'
				AND EXISTS (SELECT 1 FROM decision_parties p WHERE p.area_id = r.area_id AND p.number = r.number AND p.version = r.version AND p.part = 'does')
				AND (EXISTS (SELECT 1 FROM decision_positions p WHERE p.area_id = r.area_id AND p.number = r.number AND p.person_id = $2)
					OR EXISTS (SELECT 1 FROM decision_ballots b WHERE b.area_id = r.area_id AND b.number = r.number AND b.person_id = $2))
			ORDER BY r.number`, a, w)
		if err != nil {
			return nil, err
		}
		for _, n := range numbers {
			of, err := ByNumber(ctx, tx, a, n)
			if err != nil {
				return nil, err
			}
			about := m.matter(of)
			deed := partnership.Deed{Person: w, What: "took part in deciding", About: about.About, Title: about.Title, Href: about.Href, Parties: about.Parties}
			for _, p := range of.Positions {
				if p.Person == w {
					deed.At = p.EnteredAt
				}
			}
			for _, b := range of.Poll.Ballots {
				if b.Person == w {
					deed.At, deed.What = b.EnteredAt, "voted on"
				}
			}
			all = append(all, deed)
		}
	}
	return all, nil
}
