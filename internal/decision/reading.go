package decision

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/meeting"
	"commontable/internal/money"
)

// ByNumber is a decision with all that became of it, or fault.NotFound. What of it
// somebody may see is for SightOf to say.
func ByNumber(ctx context.Context, tx *db.Tx, a area.ID, number int64) (Decision, error) {
	all, err := byNumbers(ctx, tx, a, number)
	if err == nil && len(all) == 0 {
		err = fault.NotFound
	}
	if err != nil {
		return Decision{}, fmt.Errorf("decision %d: %w", number, err)
	}
	return *all[0], nil
}

// byNumbers are those of some decisions of an area that there are, in the order of
// their numbers: in as many statements as for one.
func byNumbers(ctx context.Context, tx *db.Tx, a area.ID, numbers ...int64) ([]*Decision, error) {
	texts := make([]string, len(numbers))
	for i, n := range numbers {
		texts[i] = strconv.FormatInt(n, 10)
	}
	set := db.Set(texts)
	all, err := db.All(ctx, tx, func(r db.Row) (*Decision, error) {
		d := new(Decision)
		return d, r.Scan(&d.ID, &d.Area, &d.Number, &d.Kind, &d.PlanVersion, &d.Replaces, &d.Meeting, &d.AgendaItem, &d.BegunBy, &d.BegunAt,
			&d.Opened.By, &d.Opened.At, &d.Replaced.By, &d.Replaced.At,
			&d.Result.Outcome, &d.Result.Way, &d.Result.Version, &d.Result.Hash, &d.Result.Yes, &d.Result.No, &d.Result.Aside, &d.Result.Unused,
			&d.Result.Residents, &d.Result.Quorum, &d.Result.Words, &d.Result.Digest, &d.Result.On, &d.Result.By, &d.Result.At,
			&d.Result.Rules, &d.Result.RulesKept)
	}, `
		SELECT d.id, d.area_id, d.number, d.kind, COALESCE(d.plan_version, 0), COALESCE(d.replaces, 0), d.meeting, d.agenda_item, d.begun_by, d.begun_at,
			COALESCE(o.opened_by, ''), o.opened_at, COALESCE(x.replaced_by, 0), x.replaced_at,
			COALESCE(r.outcome, ''), COALESCE(r.way, ''), COALESCE(r.version, 0), COALESCE(r.hash, ''), COALESCE(r.yes, 0), COALESCE(r.no, 0),
			COALESCE(r.aside, 0), COALESCE(r.unused, 0), COALESCE(r.residents, 0), COALESCE(r.quorum, 0), COALESCE(r.words, ''),
			COALESCE(r.digest, ''), r.decided_on, COALESCE(r.recorded_by, ''), r.recorded_at,
			COALESCE(r.rules_version, 0), r.rules_version IS NOT NULL
		FROM decisions d
		LEFT JOIN decision_openings o ON o.area_id = d.area_id AND o.number = d.number
		LEFT JOIN decision_results r ON r.area_id = d.area_id AND r.number = d.number
		LEFT JOIN decision_replacements x ON x.area_id = d.area_id AND x.number = d.number
		WHERE d.area_id = $1 AND d.number IN (SELECT CAST(key AS BIGINT) FROM json_each($2)) ORDER BY d.number`, a, set)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	reads := reading{area: a, set: set, of: make(map[int64]*Decision, len(all))}
	for _, d := range all {
		reads.of[d.Number] = d
		reads.isMade = reads.isMade || d.Result.Outcome != ""
	}
	for _, read := range []func(context.Context, *db.Tx) error{
		reads.proposers, reads.texts, reads.recusals, reads.positions, reads.attempts, reads.poll, reads.outcome,
	} {
		if err := read(ctx, tx); err != nil {
			return nil, err
		}
	}
	return all, reads.shared(ctx, tx)
}

// shared reads which items of agendas are about the same, and whom those touch.
func (x reading) shared(ctx context.Context, tx *db.Tx) error {
	until := make(map[string]time.Time, len(x.of))
	for _, d := range x.of {
		until[string(d.ID)] = d.Result.At
	}
	of, err := meeting.SharedWith(ctx, tx, x.area, until)
	for _, d := range x.of {
		m := of[string(d.ID)]
		d.Shared, d.Talked = m.Parties, m.With
	}
	return err
}

// A reading fills in what became of some decisions of an area.
type reading struct {
	area   area.ID
	set    string // of their numbers (db.Set)
	of     map[int64]*Decision
	isMade bool // one of them is
}

func (x reading) proposers(ctx context.Context, tx *db.Tx) error {
	return db.Each(ctx, tx, func(r db.Row) error {
		var number int64
		var p Proposer
		if err := r.Scan(&number, &p.Person, &p.Name, &p.Hat, &p.Resident); err != nil {
			return err
		}
		d := x.of[number]
		d.Proposers = append(d.Proposers, p)
		return nil
	}, `
		SELECT number, person_id, name, hat, resident FROM decision_proposers
		WHERE area_id = $1 AND number IN (SELECT CAST(key AS BIGINT) FROM json_each($2)) ORDER BY number, position`, x.area, x.set)
}

func (x reading) texts(ctx context.Context, tx *db.Tx) error {
	if err := db.Each(ctx, tx, func(r db.Row) error {
		var number int64
		var t Text
		if err := r.Scan(&number, &t.Version, &t.Title, &t.Question, &t.Words, &t.Cost, &t.Told, &t.Why, &t.NoCouncil, &t.HearDays, &t.PayeeOpen, &t.Hash, &t.WrittenBy, &t.WrittenAs, &t.WrittenAt); err != nil {
			return err
		}
		d := x.of[number]
		d.Texts = append(d.Texts, t)
		return nil
	}, `
		SELECT number, version, title, question, words, cost, told, why, no_council, hear_days, payee_open, hash, written_by, written_as, written_at
		FROM decision_texts WHERE area_id = $1 AND number IN (SELECT CAST(key AS BIGINT) FROM json_each($2)) ORDER BY number, version`, x.area, x.set); err != nil {
		return err
	}
	if err := db.Each(ctx, tx, func(r db.Row) error {
		var number, version, minor int64
		var l Line
		if err := r.Scan(&number, &version, &l.Line, &minor); err != nil {
			return err
		}
		l.Amount = money.Pence(minor)
		t := &x.of[number].Texts[version-1]
		t.Lines = append(t.Lines, l)
		return nil
	}, `
		SELECT number, version, line_id, minor FROM decision_lines
		WHERE area_id = $1 AND number IN (SELECT CAST(key AS BIGINT) FROM json_each($2)) ORDER BY number, version, position`, x.area, x.set); err != nil {
		return err
	}
	return db.Each(ctx, tx, func(r db.Row) error {
		var number, version int64
		var p Party
		if err := r.Scan(&number, &version, &p.Part, &p.Organisation, &p.Person, &p.Name); err != nil {
			return err
		}
		t := &x.of[number].Texts[version-1]
		t.Parties = append(t.Parties, p)
		return nil
	}, `
		SELECT number, version, part, organisation_id, person_id, name FROM decision_parties
		WHERE area_id = $1 AND number IN (SELECT CAST(key AS BIGINT) FROM json_each($2)) ORDER BY number, version, position`, x.area, x.set)
}

func (x reading) recusals(ctx context.Context, tx *db.Tx) error {
	return db.Each(ctx, tx, func(r db.Row) error {
		var number int64
		var o Recusal
		if err := r.Scan(&number, &o.Person, &o.Why, &o.By, &o.At); err != nil {
			return err
		}
		d := x.of[number]
		d.Recusals = append(d.Recusals, o)
		return nil
	}, `
		SELECT number, person_id, why, recorded_by, recorded_at FROM decision_recusals
		WHERE area_id = $1 AND number IN (SELECT CAST(key AS BIGINT) FROM json_each($2)) ORDER BY number, recorded_at, person_id`, x.area, x.set)
}

func (x reading) positions(ctx context.Context, tx *db.Tx) error {
	if err := db.Each(ctx, tx, func(r db.Row) error {
		var number int64
		var p Position
		if err := r.Scan(&number, &p.Turn, &p.Holder, &p.Person, &p.Kind, &p.Version, &p.Hash, &p.Stand, &p.Reason, &p.MayPrint, &p.Via, &p.EnteredBy, &p.EnteredAt,
			&p.Salt, &p.Seal, &p.Confirmed.By, &p.Confirmed.At); err != nil {
			return err
		}
		d := x.of[number]
		d.Positions = append(d.Positions, p)
		return nil
	}, `
		SELECT p.number, p.turn, p.holder, p.person_id, p.kind, p.version, p.hash, p.position, p.reason, p.may_print, p.via, p.entered_by, p.entered_at, p.salt, p.seal,
			COALESCE(c.confirmed_by, ''), c.confirmed_at
		FROM decision_positions p
		LEFT JOIN decision_confirmations c ON c.area_id = p.area_id AND c.number = p.number AND c.what = 'position' AND c.turn = p.turn
		WHERE p.area_id = $1 AND p.number IN (SELECT CAST(key AS BIGINT) FROM json_each($2)) ORDER BY p.number, p.turn`, x.area, x.set); err != nil {
		return err
	}
	return db.Each(ctx, tx, func(r db.Row) error {
		var number int64
		var n Answer
		if err := r.Scan(&number, &n.Turn, &n.Number, &n.Words, &n.By, &n.At); err != nil {
			return err
		}
		d := x.of[number]
		d.Answers = append(d.Answers, n)
		return nil
	}, `
		SELECT number, turn, answer, words, answered_by, answered_at FROM decision_answers
		WHERE area_id = $1 AND number IN (SELECT CAST(key AS BIGINT) FROM json_each($2)) ORDER BY number, turn, answer`, x.area, x.set)
}

func (x reading) attempts(ctx context.Context, tx *db.Tx) error {
	return db.Each(ctx, tx, func(r db.Row) error {
		var number int64
		var t Attempt
		var electors string
		if err := r.Scan(&number, &t.Number, &t.Version, &t.Hash, &t.Agreed, &t.Support, &t.Worry, &t.Aside, &t.Cannot, &t.Unanswered, &t.Residents, &t.Quorum, &t.Words, &t.By, &t.At,
			&electors, &t.Electorate); err != nil {
			return err
		}
		if electors != "" {
			var rows []electorRow
			if err := json.Unmarshal([]byte(electors), &rows); err != nil {
				return fmt.Errorf("electors: %w", err)
			}
			for _, e := range rows {
				t.Electors = append(t.Electors, Elector{Person: e.Person, Holder: e.Holder, Kind: e.Kind, Resident: e.Resident, Barred: e.Barred})
			}
		}
		d := x.of[number]
		d.Attempts = append(d.Attempts, t)
		return nil
	}, `
		SELECT a.number, a.attempt, a.version, a.hash, a.agreed, a.support, a.worry, a.aside, a.cannot, a.unanswered, a.residents, a.quorum, a.words, a.recorded_by, a.recorded_at,
			COALESCE(e.electors, ''), COALESCE(e.electorate, '')
		FROM decision_attempts a LEFT JOIN decision_attempt_electorates e ON e.area_id = a.area_id AND e.number = a.number AND e.attempt = a.attempt
		WHERE a.area_id = $1 AND a.number IN (SELECT CAST(key AS BIGINT) FROM json_each($2)) ORDER BY a.number, a.attempt`, x.area, x.set)
}

func (x reading) poll(ctx context.Context, tx *db.Tx) error {
	opened := false
	if err := db.Each(ctx, tx, func(r db.Row) error {
		var number int64
		var p Poll
		if err := r.Scan(&number, &p.Version, &p.Hash, &p.OpenedBy, &p.OpenedAt, &p.ClosesAt, &p.RulesVersion, &p.Majority, &p.Quorum, &p.Electorate); err != nil {
			return err
		}
		x.of[number].Poll, opened = p, true
		return nil
	}, `
		SELECT number, version, hash, opened_by, opened_at, closes_at, rules_version, majority, quorum, electorate FROM decision_polls
		WHERE area_id = $1 AND number IN (SELECT CAST(key AS BIGINT) FROM json_each($2)) ORDER BY number`, x.area, x.set); err != nil || !opened {
		return err
	}
	if err := db.Each(ctx, tx, func(r db.Row) error {
		var number int64
		var e Elector
		if err := r.Scan(&number, &e.Person, &e.Holder, &e.Kind, &e.Resident, &e.Barred); err != nil {
			return err
		}
		p := &x.of[number].Poll
		p.Electors = append(p.Electors, e)
		return nil
	}, `
		SELECT number, person_id, holder, kind, resident, barred FROM decision_electors
		WHERE area_id = $1 AND number IN (SELECT CAST(key AS BIGINT) FROM json_each($2)) ORDER BY number, person_id`, x.area, x.set); err != nil {
		return err
	}
	if err := db.Each(ctx, tx, func(r db.Row) error {
		var number int64
		var b Ballot
		if err := r.Scan(&number, &b.Turn, &b.Holder, &b.After, &b.Person, &b.Hash, &b.Choice, &b.Reason, &b.MayPrint, &b.Via, &b.EnteredBy, &b.EnteredAt, &b.Salt, &b.Seal,
			&b.Confirmed.By, &b.Confirmed.At); err != nil {
			return err
		}
		p := &x.of[number].Poll
		p.Ballots = append(p.Ballots, b)
		return nil
	}, `
		SELECT b.number, b.turn, b.holder, b.after, b.person_id, b.hash, b.choice, b.reason, b.may_print, b.via, b.entered_by, b.entered_at, b.salt, b.seal,
			COALESCE(c.confirmed_by, ''), c.confirmed_at
		FROM decision_ballots b
		LEFT JOIN decision_confirmations c ON c.area_id = b.area_id AND c.number = b.number AND c.what = 'ballot' AND c.turn = b.turn
		WHERE b.area_id = $1 AND b.number IN (SELECT CAST(key AS BIGINT) FROM json_each($2)) ORDER BY b.number, b.turn`, x.area, x.set); err != nil {
		return err
	}
	return db.Each(ctx, tx, func(r db.Row) error {
		var number int64
		var e Extension
		if err := r.Scan(&number, &e.ClosedAt, &e.ClosesAt, &e.Why, &e.By, &e.At); err != nil {
			return err
		}
		p := &x.of[number].Poll
		p.Extensions = append(p.Extensions, e)
		return nil
	}, `
		SELECT number, closed_at, closes_at, why, recorded_by, recorded_at FROM decision_extensions
		WHERE area_id = $1 AND number IN (SELECT CAST(key AS BIGINT) FROM json_each($2)) ORDER BY number, extension`, x.area, x.set)
}

func (x reading) outcome(ctx context.Context, tx *db.Tx) error {
	if !x.isMade {
		return nil
	}
	if err := db.Each(ctx, tx, func(r db.Row) error {
		var number int64
		var who access.PersonID
		if err := r.Scan(&number, &who); err != nil {
			return err
		}
		d := x.of[number]
		d.Result.Excluded = append(d.Result.Excluded, who)
		return nil
	}, `
		SELECT number, person_id FROM decision_exclusions
		WHERE area_id = $1 AND number IN (SELECT CAST(key AS BIGINT) FROM json_each($2)) ORDER BY number, person_id`, x.area, x.set); err != nil {
		return err
	}
	return db.Each(ctx, tx, func(r db.Row) error {
		var number int64
		var t Telling
		if err := r.Scan(&number, &t.Party, &t.On, &t.How, &t.By, &t.At); err != nil {
			return err
		}
		d := x.of[number]
		d.Told = append(d.Told, t)
		return nil
	}, `
		SELECT number, position, told_on, how, told_by, recorded_at FROM decision_tellings
		WHERE area_id = $1 AND number IN (SELECT CAST(key AS BIGINT) FROM json_each($2)) ORDER BY number, position`, x.area, x.set)
}
