package decision

import (
	"context"
	"encoding/json"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/money"
	"commontable/internal/partnership"
)

func nextNumber(ctx context.Context, tx *db.Tx, a area.ID) (int64, error) {
	return db.One(ctx, tx, db.Value[int64], `
		SELECT COALESCE(MAX(number), 0) + 1 FROM decisions WHERE area_id = $1`, a)
}

func insertDecision(ctx context.Context, tx *db.Tx, d Decision) error {
	var version, replaces *int64
	if d.PlanVersion != 0 {
		version = &d.PlanVersion
	}
	if d.Replaces != 0 {
		replaces = &d.Replaces
	}
	if _, err := tx.Exec(ctx, `
		INSERT INTO decisions (area_id, number, id, kind, plan_version, replaces, meeting, agenda_item, begun_by, begun_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		d.Area, d.Number, d.ID, d.Kind, version, replaces, d.Meeting, d.AgendaItem, d.BegunBy, d.BegunAt); err != nil {
		return err
	}
	for i, p := range d.Proposers {
		if _, err := tx.Exec(ctx, `
			INSERT INTO decision_proposers (area_id, number, position, person_id, name, hat, resident) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			d.Area, d.Number, i, p.Person, p.Name, p.Hat, p.Resident); err != nil {
			return err
		}
	}
	return nil
}

func insertText(ctx context.Context, tx *db.Tx, d Decision, t Text) error {
	if _, err := tx.Exec(ctx, `
		INSERT INTO decision_texts (area_id, number, version, title, question, words, cost, told, why, no_council, hear_days, payee_open, hash, written_by, written_as, written_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
		d.Area, d.Number, t.Version, t.Title, t.Question, t.Words, t.Cost, t.Told, t.Why, t.NoCouncil, t.HearDays, t.PayeeOpen, t.Hash, t.WrittenBy, t.WrittenAs, t.WrittenAt); err != nil {
		return err
	}
	for i, l := range t.Lines {
		if _, err := tx.Exec(ctx, `
			INSERT INTO decision_lines (area_id, number, version, position, line_id, minor) VALUES ($1, $2, $3, $4, $5, $6)`,
			d.Area, d.Number, t.Version, i, l.Line, l.Amount.Minor()); err != nil {
			return err
		}
	}
	for i, p := range t.Parties {
		if _, err := tx.Exec(ctx, `
			INSERT INTO decision_parties (area_id, number, version, position, part, organisation_id, person_id, name)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
			d.Area, d.Number, t.Version, i, p.Part, p.Organisation, p.Person, p.Name); err != nil {
			return err
		}
	}
	return nil
}

func insertOpening(ctx context.Context, tx *db.Tx, d Decision, o Opening) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO decision_openings (area_id, number, opened_by, opened_at) VALUES ($1, $2, $3, $4)`, d.Area, d.Number, o.By, o.At)
	return err
}

func insertRecusal(ctx context.Context, tx *db.Tx, d Decision, r Recusal) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO decision_recusals (area_id, number, person_id, why, recorded_by, recorded_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		d.Area, d.Number, r.Person, r.Why, r.By, r.At)
	return err
}

func insertPosition(ctx context.Context, tx *db.Tx, d Decision, p Position) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO decision_positions (area_id, number, turn, holder, person_id, kind, version, hash, position, reason, may_print,
			via, entered_by, entered_at, salt, seal)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
		d.Area, d.Number, p.Turn, p.Holder, p.Person, p.Kind, p.Version, p.Hash, p.Stand, p.Reason, p.MayPrint,
		p.Via, p.EnteredBy, p.EnteredAt, p.Salt, p.Seal)
	return err
}

func insertAnswer(ctx context.Context, tx *db.Tx, d Decision, n Answer) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO decision_answers (area_id, number, turn, answer, words, answered_by, answered_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		d.Area, d.Number, n.Turn, n.Number, n.Words, n.By, n.At)
	return err
}

func insertAttempt(ctx context.Context, tx *db.Tx, d Decision, t Attempt) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO decision_attempts (area_id, number, attempt, version, hash, agreed, support, worry, aside, cannot, unanswered, residents, quorum,
			words, recorded_by, recorded_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
		d.Area, d.Number, t.Number, t.Version, t.Hash, t.Agreed, t.Support, t.Worry, t.Aside, t.Cannot, t.Unanswered, t.Residents, t.Quorum, t.Words, t.By, t.At)
	if err != nil {
		return err
	}
	rows := make([]electorRow, len(t.Electors))
	for i, e := range t.Electors {
		rows[i] = electorRow{e.Person, e.Holder, e.Kind, e.Resident, e.Barred}
	}
	text, err := json.Marshal(rows)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO decision_attempt_electorates (area_id, number, attempt, electors, electorate) VALUES ($1, $2, $3, $4, $5)`,
		d.Area, d.Number, t.Number, string(text), t.Electorate)
	return err
}

// An electorRow is an elector as it is kept with an attempt.
type electorRow struct {
	Person   access.PersonID  `json:"person"`
	Holder   string           `json:"holder"`
	Kind     partnership.Kind `json:"kind"`
	Resident bool             `json:"resident"`
	Barred   bool             `json:"barred"`
}

func insertPoll(ctx context.Context, tx *db.Tx, d Decision, p Poll) error {
	if _, err := tx.Exec(ctx, `
		INSERT INTO decision_polls (area_id, number, version, hash, opened_by, opened_at, closes_at, rules_version, majority, quorum, electorate, ballots)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0)`,
		d.Area, d.Number, p.Version, p.Hash, p.OpenedBy, p.OpenedAt, p.ClosesAt, p.RulesVersion, p.Majority, p.Quorum, p.Electorate); err != nil {
		return err
	}
	for _, e := range p.Electors {
		if _, err := tx.Exec(ctx, `
			INSERT INTO decision_electors (area_id, number, person_id, holder, kind, resident, barred) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			d.Area, d.Number, e.Person, e.Holder, e.Kind, e.Resident, e.Barred); err != nil {
			return err
		}
	}
	return nil
}

// touchPoll takes the row of a vote, so that a ballot, the closing and an extension
// wait for each other, and tells how many ballots were ever cast, with more.
func touchPoll(ctx context.Context, tx *db.Tx, a area.ID, number int64, more int) (ballots int64, err error) {
	made, err := db.One(ctx, tx, db.Value[int64], `
		SELECT COUNT(*) FROM decision_results WHERE area_id = $1 AND number = $2`, a, number)
	if err != nil {
		return 0, err
	}
	if made == 0 {
		if _, err := tx.Exec(ctx, `
			UPDATE decision_polls SET ballots = ballots + $3 WHERE area_id = $1 AND number = $2`, a, number, more); err != nil {
			return 0, err
		}
	}
	found, err := db.All(ctx, tx, db.Value[int64], `
		SELECT ballots FROM decision_polls WHERE area_id = $1 AND number = $2`, a, number)
	if err != nil || len(found) == 0 {
		return 0, err
	}
	return found[0], nil
}

func insertExtension(ctx context.Context, tx *db.Tx, d Decision, x Extension) error {
	if _, err := tx.Exec(ctx, `
		UPDATE decision_polls SET closes_at = $3 WHERE area_id = $1 AND number = $2`, d.Area, d.Number, x.ClosesAt); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO decision_extensions (area_id, number, extension, closed_at, closes_at, why, recorded_by, recorded_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		d.Area, d.Number, len(d.Poll.Extensions)+1, x.ClosedAt, x.ClosesAt, x.Why, x.By, x.At)
	return err
}

func insertBallot(ctx context.Context, tx *db.Tx, d Decision, b Ballot) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO decision_ballots (area_id, number, turn, holder, after, person_id, hash, choice, reason, may_print, via, entered_by, entered_at, salt, seal)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
		d.Area, d.Number, b.Turn, b.Holder, b.After, b.Person, b.Hash, b.Choice, b.Reason, b.MayPrint, b.Via, b.EnteredBy, b.EnteredAt, b.Salt, b.Seal)
	return err
}

func insertConfirmation(ctx context.Context, tx *db.Tx, d Decision, what string, turn int64, c Confirmation) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO decision_confirmations (area_id, number, what, turn, confirmed_by, confirmed_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		d.Area, d.Number, what, turn, c.By, c.At)
	return err
}

// insertResult keeps a result: who is left out of it first, for with the result
// itself all is closed.
func insertResult(ctx context.Context, tx *db.Tx, d Decision) error {
	r := d.Result
	for _, who := range r.Excluded {
		if _, err := tx.Exec(ctx, `
			INSERT INTO decision_exclusions (area_id, number, person_id) VALUES ($1, $2, $3)`, d.Area, d.Number, who); err != nil {
			return err
		}
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO decision_results (area_id, number, outcome, way, version, hash, yes, no, aside, unused, residents, quorum, words, digest,
			decided_on, recorded_by, recorded_at, rules_version)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)`,
		d.Area, d.Number, r.Outcome, r.Way, r.Version, r.Hash, r.Yes, r.No, r.Aside, r.Unused, r.Residents, r.Quorum, r.Words, r.Digest, r.On, r.By, r.At, r.Rules)
	return err
}

func insertReplacement(ctx context.Context, tx *db.Tx, by Decision, at time.Time) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO decision_replacements (area_id, number, replaced_by, replaced_at) VALUES ($1, $2, $3, $4)`, by.Area, by.Replaces, by.Number, at)
	return err
}

func insertTelling(ctx context.Context, tx *db.Tx, d Decision, t Telling) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO decision_tellings (area_id, number, position, told_on, how, told_by, recorded_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		d.Area, d.Number, t.Party, t.On, t.How, t.By, t.At)
	return err
}

// ByID is ByNumber, by the decision's own ID.
func ByID(ctx context.Context, tx *db.Tx, a area.ID, d ID) (Decision, error) {
	number, err := db.One(ctx, tx, db.Value[int64], `
		SELECT number FROM decisions WHERE area_id = $1 AND id = $2`, a, d)
	if err != nil {
		return Decision{}, err
	}
	return ByNumber(ctx, tx, a, number)
}

func linesOfText(ctx context.Context, tx *db.Tx, a area.ID, number, version int64) ([]Line, error) {
	return db.All(ctx, tx, func(r db.Row) (l Line, err error) {
		var minor int64
		err = r.Scan(&l.Line, &minor)
		l.Amount = money.Pence(minor)
		return l, err
	}, `
		SELECT line_id, minor FROM decision_lines WHERE area_id = $1 AND number = $2 AND version = $3 ORDER BY position`, a, number, version)
}

// A Summary is a decision in a list.
type Summary struct {
	ID          ID
	Area        area.ID
	Number      int64
	Kind        Kind
	PlanVersion int64
	Replaces    int64
	Meeting     string
	AgendaItem  string
	Title       string
	Question    string
	Version     int64 // of the wording: the one decided on, or the last
	Total       money.Amount
	BegunAt     time.Time
	OpenedAt    time.Time
	ClosesAt    time.Time // of the vote; zero where there is none
	Outcome     Outcome   // "" while it is not made
	MadeAt      time.Time // when that was recorded
	Way         Way
	DecidedOn   date.Date
	ReplacedBy  int64
	HearDays    int64 // within how many days those who must hear are told; 0: nobody said
	Resident    bool  // a resident was among those who put it forward
	Rules       int64 // the version of the rules by which it was decided, or is voted on
	RulesKept   bool  // false while it is neither, and of one from before they were kept
}

// State is where it has got to at an instant.
func (s Summary) State(now time.Time) State {
	return stateOf(s.OpenedAt, s.ClosesAt, s.Outcome, now)
}

func scanSummary(r db.Row) (s Summary, err error) {
	var minor, residents int64
	err = r.Scan(&s.ID, &s.Area, &s.Number, &s.Kind, &s.PlanVersion, &s.Replaces, &s.Meeting, &s.AgendaItem, &s.Title, &s.Question, &s.Version, &minor,
		&s.BegunAt, &s.OpenedAt, &s.ClosesAt, &s.Outcome, &s.Way, &s.DecidedOn, &s.ReplacedBy, &s.HearDays, &residents,
		&s.MadeAt, &s.Rules, &s.RulesKept)
	s.Total, s.Resident = money.Pence(minor), residents > 0
	return s, err
}

const summaryColumns = `
	d.id, d.area_id, d.number, d.kind, COALESCE(d.plan_version, 0), COALESCE(d.replaces, 0), d.meeting, d.agenda_item, t.title, t.question, t.version,
	(SELECT CAST(COALESCE(SUM(l.minor), 0) AS BIGINT) FROM decision_lines l WHERE l.area_id = t.area_id AND l.number = t.number AND l.version = t.version),
	d.begun_at, o.opened_at, p.closes_at, COALESCE(r.outcome, ''), COALESCE(r.way, ''), r.decided_on, COALESCE(x.replaced_by, 0), t.hear_days,
	(SELECT COUNT(*) FROM decision_proposers b WHERE b.area_id = d.area_id AND b.number = d.number AND b.resident),
	r.recorded_at, COALESCE(r.rules_version, p.rules_version, 0), COALESCE(r.rules_version, p.rules_version) IS NOT NULL`

const summaryTables = `
	FROM decisions d
	LEFT JOIN decision_openings o ON o.area_id = d.area_id AND o.number = d.number
	LEFT JOIN decision_polls p ON p.area_id = d.area_id AND p.number = d.number
	LEFT JOIN decision_results r ON r.area_id = d.area_id AND r.number = d.number
	LEFT JOIN decision_replacements x ON x.area_id = d.area_id AND x.number = d.number
	JOIN decision_texts t ON t.area_id = d.area_id AND t.number = d.number
		AND t.version = COALESCE(r.version, (SELECT MAX(m.version) FROM decision_texts m WHERE m.area_id = d.area_id AND m.number = d.number))`

// summaries lists every decision of an area, the newest first.
func summaries(ctx context.Context, tx *db.Tx, a area.ID) ([]Summary, error) {
	return db.All(ctx, tx, scanSummary, `
		SELECT `+summaryColumns+summaryTables+` WHERE d.area_id = $1 ORDER BY d.number DESC`, a)
}

func summaryOf(ctx context.Context, tx *db.Tx, a area.ID, number int64) (Summary, error) {
	return db.One(ctx, tx, scanSummary, `
		SELECT `+summaryColumns+summaryTables+` WHERE d.area_id = $1 AND d.number = $2`, a, number)
}

// OfLine lists the decisions that were agreed and name a budget line, the newest
// first: from a public pound back to who allowed it. Those that adopted a plan
// allow all its lines and are not here.
func OfLine(ctx context.Context, tx *db.Tx, a area.ID, line string) ([]Summary, error) {
	return db.All(ctx, tx, scanSummary, `
		SELECT `+summaryColumns+summaryTables+`
		WHERE d.area_id = $1 AND r.outcome = 'agreed'
			AND EXISTS (SELECT 1 FROM decision_lines n WHERE n.area_id = t.area_id AND n.number = t.number AND n.version = t.version AND n.line_id = $2)
		ORDER BY d.number DESC`, a, line)
}

// PlanDecision is the number of the agreed decision that adopted a version of the
// plan, or fault.NotFound.
func PlanDecision(ctx context.Context, tx *db.Tx, a area.ID, version int64) (int64, error) {
	return db.One(ctx, tx, db.Value[int64], `
		SELECT d.number FROM decisions d JOIN decision_results r ON r.area_id = d.area_id AND r.number = d.number
		WHERE d.area_id = $1 AND d.plan_version = $2 AND r.outcome = 'agreed'`, a, version)
}

func putForwardBy(ctx context.Context, tx *db.Tx, a area.ID, who access.PersonID) (map[int64]bool, error) {
	numbers, err := db.All(ctx, tx, db.Value[int64], `
		SELECT number FROM decision_proposers WHERE area_id = $1 AND person_id = $2`, a, who)
	mine := map[int64]bool{}
	for _, n := range numbers {
		mine[n] = true
	}
	return mine, err
}
