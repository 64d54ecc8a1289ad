package decision

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/meeting"
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

// TouchedBy is a decision, by its number, and whom it touches: nobody where there is none.
func TouchedBy(ctx context.Context, tx *db.Tx, a area.ID, number int64) (partnership.About, []partnership.Party, error) {
	of, err := ByNumber(ctx, tx, a, number)
	if errors.Is(err, fault.NotFound) {
		return partnership.About{}, nil, nil
	}
	if err != nil {
		return partnership.About{}, nil, err
	}
	return of.about(), of.Touched(), nil
}

func (m matters) matter(of Decision) partnership.Matter {
	on := m.decisions.today()
	if of.Result.Outcome != "" {
		on = of.Result.On
	}
	return of.MatterOn(on)
}

// OpenMatters lists the decisions of an area that are still to be made.
func (m matters) OpenMatters(ctx context.Context, tx *db.Tx, a area.ID) ([]partnership.Matter, error) {
	open, err := db.All(ctx, tx, scanSummary, `
		SELECT `+summaryColumns+summaryTables+` WHERE d.area_id = $1 AND r.number IS NULL ORDER BY d.number`, a)
	if err != nil || len(open) == 0 {
		return nil, err
	}
	touched, err := partiesTouched(ctx, tx, a, open)
	var all []partnership.Matter
	for _, s := range open {
		one := touched[s.Number]
		one.About, one.Called, one.Title, one.Href, one.On, one.Open = aboutDecision(s.ID), calledBy(s.Number), s.Title, hrefOf(s.Number), m.decisions.today(), true
		all = append(all, one)
	}
	return all, err
}

func calledBy(number int64) string { return strconv.FormatInt(number, 10) }

func hrefOf(number int64) string { return "/decisions/" + calledBy(number) }

// partiesTouched are those whom decisions of an area would pay, by the decisions’
// numbers: as in the wording that was decided on, or the last; and whom the items of
// agendas touch that are about the same.
func partiesTouched(ctx context.Context, tx *db.Tx, a area.ID, of []Summary) (map[int64]partnership.Matter, error) {
	version, until := make(map[int64]int64, len(of)), make(map[string]time.Time, len(of))
	for _, s := range of {
		version[s.Number], until[string(s.ID)] = s.Version, s.MadeAt
	}
	touched := map[int64]partnership.Matter{}
	if err := db.Each(ctx, tx, func(r db.Row) error {
		var number, of int64
		var p partnership.Party
		err := r.Scan(&number, &of, &p.Organisation, &p.Person, &p.Name)
		if version[number] == of {
			m := touched[number]
			m.Parties = append(m.Parties, p)
			touched[number] = m
		}
		return err
	}, `
		SELECT number, version, organisation_id, person_id, name FROM decision_parties
		WHERE area_id = $1 AND part = 'does' ORDER BY number, version, position`, a); err != nil {
		return nil, err
	}
	shared, err := meeting.SharedWith(ctx, tx, a, until)
	for _, s := range of {
		with := shared[string(s.ID)]
		m := touched[s.Number]
		m.With = with.With
		for _, p := range with.Parties {
			if !slices.Contains(m.Parties, p) {
				m.Parties = append(m.Parties, p)
			}
		}
		touched[s.Number] = m
	}
	return touched, err
}

// DeedsOf lists the part that some people had in the decisions of an area that are
// made, where somebody would be paid, or is by what came of it: of each person in each
// decision what weighs most. It counts when the decision is made: what was told before
// is in time, of whom it named.
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
	unnamed, err := m.unnamed(ctx, tx, a, parties)
	if err != nil {
		return nil, err
	}
	var all []partnership.Deed
	for _, s := range made {
		switch {
		case s.Outcome != IsAgreed:
			delete(unnamed, s.Number) // it allowed nothing
		case s.Kind == AdoptPlan: // it allows every line, and so says nothing of who is paid from one
			unnamed[s.Number] = slices.DeleteFunc(unnamed[s.Number], func(p partnership.Party) bool { return p.Organisation == "" })
		}
	}
	of := make(map[int64]Summary, len(made))
	for _, s := range made {
		of[s.Number] = s
	}
	parts, err := partsIn(ctx, tx, a, 0, who)
	for _, p := range parts {
		if len(parties[p.number].Parties)+len(unnamed[p.number]) == 0 {
			continue
		}
		all = append(all, p.deed(of[p.number], parties[p.number].Parties, unnamed[p.number]))
	}
	return all, err
}

// unnamed are whom money went to by decisions that do not name them, as far as
// anybody has an interest in them.
func (m matters) unnamed(ctx context.Context, tx *db.Tx, a area.ID, named map[int64]partnership.Matter) (map[int64][]partnership.Party, error) {
	if m.decisions.Payees == nil {
		return map[int64][]partnership.Party{}, nil
	}
	paid, err := m.decisions.Payees(ctx, tx, a)
	if err != nil {
		return nil, err
	}
	var every []partnership.Party
	for _, payees := range paid {
		every = append(every, payees...)
	}
	touching, err := partnership.Touching(ctx, tx, every)
	if err != nil {
		return nil, err
	}
	numbers := slices.Sorted(maps.Keys(paid))
	payees, others := make([][]partnership.Party, len(numbers)), make([][]partnership.Party, len(numbers))
	for at, number := range numbers {
		payees[at] = slices.DeleteFunc(paid[number], func(p partnership.Party) bool { return !slices.Contains(touching, p) })
		others[at] = named[number].Parties
	}
	left, err := partnership.NotAmongEach(ctx, tx, payees, others)
	if err != nil {
		return nil, err
	}
	for at, number := range numbers {
		paid[number] = left[at]
	}
	return paid, nil
}

// NamedBy are whom a decision says that it would pay, in the words that were decided on:
// nobody where it leaves that open.
func NamedBy(ctx context.Context, tx *db.Tx, a area.ID, number int64) ([]partnership.Party, error) {
	return db.All(ctx, tx, func(r db.Row) (p partnership.Party, err error) { return p, r.Scan(&p.Organisation, &p.Person, &p.Name) }, `
		SELECT p.organisation_id, p.person_id, p.name FROM decision_parties p
		JOIN decision_results r ON r.area_id = p.area_id AND r.number = p.number AND r.version = p.version
		WHERE p.area_id = $1 AND p.number = $2 AND p.part = 'does' ORDER BY p.position`, a, number)
}

// A Payee is to whom money goes by an agreed decision, by its number.
type Payee struct {
	Number int64
	Party  partnership.Party
}

// Unnamed lists what people did in one agreed decision, for whom money is to go to by
// it and whom it does not name: those who took part, and nothing where it names them, or
// one that took its place does.
func Unnamed(ctx context.Context, tx *db.Tx, a area.ID, number int64, payee partnership.Party) ([]partnership.Deed, error) {
	each, err := UnnamedEach(ctx, tx, a, []Payee{{number, payee}})
	if err != nil {
		return nil, err
	}
	return each[0], nil
}

// UnnamedEach is Unnamed of each of several payees, in about as many statements as for one.
func UnnamedEach(ctx context.Context, tx *db.Tx, a area.ID, payees []Payee) ([][]partnership.Deed, error) {
	of, err := byNumber(ctx, tx, a, payees)
	if err != nil {
		return nil, err
	}
	touched, err := partiesTouched(ctx, tx, a, slices.Collect(maps.Values(of)))
	if err != nil {
		return nil, err
	}
	left, others := make([][]partnership.Party, len(payees)), make([][]partnership.Party, len(payees))
	for at, p := range payees {
		if of[p.Number].Outcome == IsAgreed {
			left[at], others[at] = []partnership.Party{p.Party}, touched[p.Number].Parties
		}
	}
	if left, err = partnership.NotAmongEach(ctx, tx, left, others); err != nil {
		return nil, err
	}
	deeds, only := make([][]partnership.Deed, len(payees)), int64(0)
	if len(of) == 1 {
		only = payees[0].Number
	}
	var parts []part
	for at, p := range payees {
		if len(left[at]) == 0 {
			continue
		}
		if named, err := namedLater(ctx, tx, a, of[p.Number], left[at]); named || err != nil {
			if err != nil {
				return nil, err
			}
			continue
		}
		if parts == nil {
			if parts, err = partsIn(ctx, tx, a, only, nil); err != nil {
				return nil, err
			}
		}
		for _, part := range parts {
			if part.number == p.Number {
				deeds[at] = append(deeds[at], part.deed(of[p.Number], touched[p.Number].Parties, left[at]))
			}
		}
	}
	return deeds, nil
}

// byNumber are the decisions that some payees are of, or fault.NotFound.
func byNumber(ctx context.Context, tx *db.Tx, a area.ID, payees []Payee) (map[int64]Summary, error) {
	of := map[int64]Summary{}
	for _, p := range payees {
		of[p.Number] = Summary{}
	}
	if len(of) == 1 {
		s, err := summaryOf(ctx, tx, a, payees[0].Number)
		of[s.Number] = s
		return of, err
	}
	all, err := summaries(ctx, tx, a)
	if err != nil {
		return nil, err
	}
	for _, s := range all {
		if _, wanted := of[s.Number]; wanted {
			of[s.Number] = s
		}
	}
	for _, s := range of {
		if s.Number == 0 {
			return nil, fault.NotFound
		}
	}
	return of, nil
}

// namedLater reports whether a decision that took the place of another names a party.
func namedLater(ctx context.Context, tx *db.Tx, a area.ID, s Summary, party []partnership.Party) (bool, error) {
	for next := s.ReplacedBy; next != 0; {
		named, err := NamedBy(ctx, tx, a, next)
		if err != nil {
			return false, err
		}
		still, err := partnership.NotAmong(ctx, tx, party, named)
		if err != nil || len(still) == 0 {
			return err == nil, err
		}
		later, err := summaryOf(ctx, tx, a, next)
		if err != nil {
			return false, err
		}
		next = later.ReplacedBy
	}
	return false, nil
}

// A part is what weighs most of what somebody did in a decision that is made.
type part struct {
	person      access.PersonID
	number      int64
	weighs      int64
	at, counted time.Time
}

func (p part) deed(of Summary, parties, unnamed []partnership.Party) partnership.Deed {
	return partnership.Deed{
		Person: p.person, At: p.at, Counted: p.counted, What: partWords[p.weighs], About: aboutDecision(of.ID), Called: calledBy(of.Number),
		Title: of.Title, Href: hrefOf(of.Number), Parties: parties, Unnamed: unnamed,
	}
}

// partsIn lists the part of each of some people, or of everybody where who is nil, in
// each decision of an area that is made, or in one.
func partsIn(ctx context.Context, tx *db.Tx, a area.ID, number int64, who []access.PersonID) (all []part, err error) {
	return all, db.Each(ctx, tx, func(r db.Row) error {
		var p part
		err := r.Scan(&p.person, &p.number, &p.weighs, &p.at, &p.counted)
		if last := len(all) - 1; last >= 0 && all[last].person == p.person && all[last].number == p.number {
			all[last] = p // what weighs more comes later
			return err
		}
		all = append(all, p)
		return err
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
		WHERE (CAST($2 AS BIGINT) = 0 OR p.number = $2) AND (CAST($3 AS BIGINT) = 1 OR p.person_id IN (SELECT key FROM json_each($4)))
		GROUP BY p.person_id, p.number, p.weighs, r.recorded_at ORDER BY 1, 2, 3`, a, number, everybody(who), db.Set(who))
}

func everybody(who []access.PersonID) int64 {
	if who == nil {
		return 1
	}
	return 0
}

// partWords say, as it follows their name, what somebody did, by how much it weighs.
var partWords = map[int64]string{1: "helped to record what others said in deciding", 2: "changed the words of", 3: "led the others in deciding", 4: "took part in deciding", 5: "voted on"}
