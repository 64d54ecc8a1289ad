package plan

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/money"
)

func nextVersion(ctx context.Context, tx *db.Tx, a area.ID) (int64, error) {
	return db.One(ctx, tx, db.Value[int64], `
		SELECT COALESCE(MAX(number), 0) + 1 FROM plan_versions WHERE area_id = $1`, a)
}

func insertVersion(ctx context.Context, tx *db.Tx, v Version) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO plan_versions (area_id, number, vision, from_year, until_year, written_by, written_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		v.Area, v.Number, v.Vision, v.FromYear, v.UntilYear, v.WrittenBy, v.WrittenAt)
	return err
}

func insertLine(ctx context.Context, tx *db.Tx, v Version, position int, l Line) error {
	if _, err := tx.Exec(ctx, `
		INSERT INTO plan_lines (area_id, version, position, line_id, minor, name) VALUES ($1, $2, $3, $4, $5, $6)`,
		v.Area, v.Number, position, l.ID, l.Budget.Minor(), l.Name); err != nil {
		return err
	}
	for _, y := range l.Years {
		if _, err := tx.Exec(ctx, `
			INSERT INTO plan_line_years (area_id, version, line_id, year, minor) VALUES ($1, $2, $3, $4, $5)`,
			v.Area, v.Number, l.ID, y.Year, y.Amount.Minor()); err != nil {
			return err
		}
	}
	return nil
}

// insertSaid keeps what a version says of a priority.
func insertSaid(ctx context.Context, tx *db.Tx, v Version, position int, pr Priority) error {
	if _, err := tx.Exec(ctx, `
		INSERT INTO plan_priorities (area_id, version, position, priority_id, name, why) VALUES ($1, $2, $3, $4, $5, $6)`,
		v.Area, v.Number, position, pr.ID, pr.Name, pr.Why); err != nil {
		return err
	}
	for i, o := range pr.Objectives {
		if _, err := tx.Exec(ctx, `
			INSERT INTO plan_objectives (area_id, version, priority_id, position, words) VALUES ($1, $2, $3, $4, $5)`,
			v.Area, v.Number, pr.ID, i+1, o); err != nil {
			return err
		}
	}
	for i, a := range pr.Actions {
		if _, err := tx.Exec(ctx, `
			INSERT INTO plan_actions (area_id, version, priority_id, position, id, what, who, due) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
			v.Area, v.Number, pr.ID, i+1, a.ID, a.What, a.Who, a.By); err != nil {
			return err
		}
	}
	for i, e := range pr.Evidence {
		if _, err := tx.Exec(ctx, `
			INSERT INTO plan_evidence (area_id, version, priority_id, position, kind, words, source, link, consultation) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
			v.Area, v.Number, pr.ID, i+1, e.Kind, e.Words, e.Source, e.Link, e.Consultation); err != nil {
			return err
		}
	}
	return nil
}

// insertPriority keeps a priority under a name that no other has in the area: one
// that was renamed since keeps the name that it was first planned under.
func insertPriority(ctx context.Context, tx *db.Tx, a area.ID, pid PriorityID, name string) error {
	had, err := db.One(ctx, tx, db.Value[int64], `
		SELECT COUNT(*) FROM priorities WHERE area_id = $1 AND name = $2`, a, name)
	if err != nil {
		return err
	}
	first := name
	if had > 0 {
		first += " (" + string(pid) + ")"
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO priorities (area_id, id, name, told) VALUES ($1, $2, $3, $4)`, a, pid, first, name)
	return err
}

func insertBudgetLine(ctx context.Context, tx *db.Tx, a area.Area, l Line) error {
	had, err := db.One(ctx, tx, db.Value[int64], `
		SELECT COUNT(*) FROM budget_lines WHERE area_id = $1 AND priority_id = $2 AND name = $3`, a.ID, l.Priority, l.Name)
	if err != nil {
		return err
	}
	first := l.Name
	if had > 0 {
		first += " (" + string(l.ID) + ")"
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO budget_lines (area_id, programme_id, id, priority_id, name, theme, told) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		a.ID, a.Programme, l.ID, l.Priority, first, l.Theme, l.Name)
	return err
}

// rename calls the priorities and lines of a version as it does.
func rename(ctx context.Context, tx *db.Tx, v Version) error {
	for _, pr := range v.Priorities {
		if _, err := tx.Exec(ctx, `
			UPDATE priorities SET told = $1 WHERE area_id = $2 AND id = $3 AND told <> $1`, pr.Name, v.Area, pr.ID); err != nil {
			return err
		}
	}
	for _, l := range v.Lines {
		if _, err := tx.Exec(ctx, `
			UPDATE budget_lines SET told = $1 WHERE area_id = $2 AND id = $3 AND told <> $1`, l.Name, v.Area, l.ID); err != nil {
			return err
		}
	}
	return nil
}

// everyPriority lists the priorities that an area ever had.
func everyPriority(ctx context.Context, tx *db.Tx, a area.ID) ([]Priority, error) {
	return db.All(ctx, tx, func(r db.Row) (pr Priority, err error) {
		return pr, r.Scan(&pr.ID, &pr.Name)
	}, `SELECT id, told FROM priorities WHERE area_id = $1 ORDER BY told, id`, a)
}

func insertAdoption(ctx context.Context, tx *db.Tx, a area.ID, n NewAdoption, by access.PersonID, at time.Time) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO plan_adoptions (area_id, version, adopted_on, decision, decision_number, noted_by, noted_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`, a, n.Version, n.On, strings.TrimSpace(n.Decision), n.DecisionNumber, by, at)
	return err
}

func insertDiscard(ctx context.Context, tx *db.Tx, a area.ID, version int64, by access.PersonID, at time.Time) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO plan_discards (area_id, version, discarded_by, discarded_at) VALUES ($1, $2, $3, $4)`, a, version, by, at)
	return err
}

const versionColumns = `
	v.area_id, v.number, v.vision, v.from_year, v.until_year, v.written_by, v.written_at,
	a.adopted_on, COALESCE(a.decision, ''), COALESCE(a.decision_number, 0), COALESCE(a.noted_by, ''), COALESCE(d.discarded_by, ''), d.discarded_at,
	e.endorsed_on, COALESCE(e.words, ''), COALESCE(e.endorsed_by, '')`

func scanVersion(r db.Row) (v Version, err error) {
	return v, r.Scan(&v.Area, &v.Number, &v.Vision, &v.FromYear, &v.UntilYear, &v.WrittenBy, &v.WrittenAt,
		&v.Adopted.On, &v.Adopted.Decision, &v.Adopted.DecisionNumber, &v.Adopted.NotedBy, &v.Discarded.By, &v.Discarded.At,
		&v.Endorsed.On, &v.Endorsed.Words, &v.Endorsed.By)
}

// Current is the version in force, or fault.NotFound before any was adopted.
func Current(ctx context.Context, tx *db.Tx, a area.ID) (Version, error) {
	v, err := currentBare(ctx, tx, a)
	if err != nil {
		return v, err
	}
	return whole(ctx, tx, v)
}

// currentBare is Current without what the version says.
func currentBare(ctx context.Context, tx *db.Tx, a area.ID) (Version, error) {
	return db.One(ctx, tx, scanVersion, `
		SELECT `+versionColumns+`
		FROM plan_adoptions a JOIN plan_versions v ON v.area_id = a.area_id AND v.number = a.version
		LEFT JOIN plan_discards d ON d.area_id = v.area_id AND d.version = v.number
		LEFT JOIN plan_endorsements e ON e.area_id = v.area_id AND e.version = v.number
		WHERE a.area_id = $1 ORDER BY a.version DESC LIMIT 1`, a)
}

// VersionOf is one version of an area's plan, or fault.NotFound.
func VersionOf(ctx context.Context, tx *db.Tx, a area.ID, number int64) (Version, error) {
	v, err := db.One(ctx, tx, scanVersion, `
		SELECT `+versionColumns+`
		FROM plan_versions v LEFT JOIN plan_adoptions a ON a.area_id = v.area_id AND a.version = v.number
		LEFT JOIN plan_discards d ON d.area_id = v.area_id AND d.version = v.number
		LEFT JOIN plan_endorsements e ON e.area_id = v.area_id AND e.version = v.number
		WHERE v.area_id = $1 AND v.number = $2`, a, number)
	if err != nil {
		return v, fmt.Errorf("plan version %d: %w", number, err)
	}
	return whole(ctx, tx, v)
}

// Versions lists an area's versions without their lines, newest first.
func Versions(ctx context.Context, tx *db.Tx, a area.ID) ([]Version, error) {
	return db.All(ctx, tx, scanVersion, `
		SELECT `+versionColumns+`
		FROM plan_versions v LEFT JOIN plan_adoptions a ON a.area_id = v.area_id AND a.version = v.number
		LEFT JOIN plan_discards d ON d.area_id = v.area_id AND d.version = v.number
		LEFT JOIN plan_endorsements e ON e.area_id = v.area_id AND e.version = v.number
		WHERE v.area_id = $1 ORDER BY v.number DESC`, a)
}

// whole reads all that a version says.
func whole(ctx context.Context, tx *db.Tx, v Version) (Version, error) {
	var err error
	if v.Lines, err = linesOf(ctx, tx, v); err != nil {
		return v, err
	}
	at := map[LineID]int{}
	for i, l := range v.Lines {
		at[l.ID] = i
	}
	if err := db.Each(ctx, tx, func(r db.Row) error {
		var lid LineID
		var y YearBudget
		var minor int64
		err := r.Scan(&lid, &y.Year, &minor)
		y.Amount = money.Pence(minor)
		v.Lines[at[lid]].Years = append(v.Lines[at[lid]].Years, y)
		return err
	}, `SELECT line_id, year, minor FROM plan_line_years WHERE area_id = $1 AND version = $2 ORDER BY line_id, year`, v.Area, v.Number); err != nil {
		return v, err
	}
	v.Priorities, err = prioritiesOf(ctx, tx, v)
	return v, err
}

func prioritiesOf(ctx context.Context, tx *db.Tx, v Version) ([]Priority, error) {
	all, err := db.All(ctx, tx, func(r db.Row) (pr Priority, err error) {
		return pr, r.Scan(&pr.ID, &pr.Name, &pr.Why)
	}, `SELECT priority_id, name, why FROM plan_priorities WHERE area_id = $1 AND version = $2 ORDER BY position`, v.Area, v.Number)
	if err != nil || len(all) == 0 {
		return all, err
	}
	at := map[PriorityID]*Priority{}
	for i := range all {
		at[all[i].ID] = &all[i]
	}
	if err := db.Each(ctx, tx, func(r db.Row) error {
		var pid PriorityID
		var words string
		err := r.Scan(&pid, &words)
		at[pid].Objectives = append(at[pid].Objectives, words)
		return err
	}, `SELECT priority_id, words FROM plan_objectives WHERE area_id = $1 AND version = $2 ORDER BY priority_id, position`, v.Area, v.Number); err != nil {
		return nil, err
	}
	if err := db.Each(ctx, tx, func(r db.Row) error {
		var pid PriorityID
		var a Action
		err := r.Scan(&pid, &a.ID, &a.What, &a.Who, &a.By)
		at[pid].Actions = append(at[pid].Actions, a)
		return err
	}, `SELECT priority_id, id, what, who, due FROM plan_actions WHERE area_id = $1 AND version = $2 ORDER BY priority_id, position`, v.Area, v.Number); err != nil {
		return nil, err
	}
	err = db.Each(ctx, tx, func(r db.Row) error {
		var pid PriorityID
		var e Evidence
		err := r.Scan(&pid, &e.Kind, &e.Words, &e.Source, &e.Link, &e.Consultation)
		at[pid].Evidence = append(at[pid].Evidence, e)
		return err
	}, `SELECT priority_id, kind, words, source, link, consultation FROM plan_evidence WHERE area_id = $1 AND version = $2 ORDER BY priority_id, position`, v.Area, v.Number)
	return all, err
}

func linesOf(ctx context.Context, tx *db.Tx, v Version) ([]Line, error) {
	return db.All(ctx, tx, scanLine, `
		SELECT l.id, p.id, COALESCE(pp.name, p.name), CASE WHEN pl.name = '' THEN l.name ELSE pl.name END, l.theme, COALESCE((SELECT c.theme FROM line_codings c WHERE c.area_id = l.area_id AND c.line_id = l.id ORDER BY c.number DESC LIMIT 1), ''), pl.minor
		FROM plan_lines pl
		JOIN budget_lines l ON l.area_id = pl.area_id AND l.id = pl.line_id
		JOIN priorities p ON p.area_id = l.area_id AND p.id = l.priority_id
		LEFT JOIN plan_priorities pp ON pp.area_id = pl.area_id AND pp.version = pl.version AND pp.priority_id = l.priority_id
		WHERE pl.area_id = $1 AND pl.version = $2 ORDER BY pl.position`, v.Area, v.Number)
}

func scanLine(r db.Row) (l Line, err error) {
	var minor int64
	err = r.Scan(&l.ID, &l.Priority, &l.PriorityName, &l.Name, &l.Theme, &l.Coded, &minor)
	l.Budget = money.Minor(minor, money.GBP)
	return l, err
}

// LineByID is a budget line of an area with what the plan in force gives it,
// which is nothing for a line of an earlier plan; or fault.NotFound.
func LineByID(ctx context.Context, tx *db.Tx, a area.ID, lid LineID) (Line, error) {
	l, err := db.One(ctx, tx, scanLine, `
		SELECT l.id, p.id, p.told, l.told, l.theme, COALESCE((SELECT c.theme FROM line_codings c WHERE c.area_id = l.area_id AND c.line_id = l.id ORDER BY c.number DESC LIMIT 1), ''), COALESCE(pl.minor, 0)
		FROM budget_lines l
		JOIN priorities p ON p.area_id = l.area_id AND p.id = l.priority_id
		LEFT JOIN plan_lines pl ON pl.area_id = l.area_id AND pl.line_id = l.id
			AND pl.version = (SELECT MAX(version) FROM plan_adoptions WHERE area_id = $1)
		WHERE l.area_id = $1 AND l.id = $2`, a, lid)
	if err != nil {
		return l, fmt.Errorf("budget line: %w", err)
	}
	return l, nil
}

// LineInForce is LineByID, and whether the plan in force has the line. Where no
// plan was adopted it says so in words.
func LineInForce(ctx context.Context, tx *db.Tx, a area.ID, lid LineID) (l Line, in bool, err error) {
	var adopted bool
	l, err = db.One(ctx, tx, func(r db.Row) (l Line, err error) {
		var minor int64
		err = r.Scan(&l.ID, &l.Priority, &l.PriorityName, &l.Name, &l.Theme, &l.Coded, &minor, &in, &adopted)
		l.Budget = money.Minor(minor, money.GBP)
		return l, err
	}, `
		SELECT l.id, p.id, p.told, l.told, l.theme, COALESCE((SELECT c.theme FROM line_codings c WHERE c.area_id = l.area_id AND c.line_id = l.id ORDER BY c.number DESC LIMIT 1), ''), COALESCE(pl.minor, 0), pl.minor IS NOT NULL, n.version > 0
		FROM (SELECT COALESCE(MAX(version), 0) AS version FROM plan_adoptions WHERE area_id = $1) n
		JOIN budget_lines l ON l.area_id = $1 AND l.id = $2
		JOIN priorities p ON p.area_id = l.area_id AND p.id = l.priority_id
		LEFT JOIN plan_lines pl ON pl.area_id = l.area_id AND pl.line_id = l.id AND pl.version = n.version`, a, lid)
	switch {
	case err != nil:
		return l, false, fmt.Errorf("budget line: %w", err)
	case !adopted:
		return l, false, errNoPlan
	}
	return l, in, nil
}

// WasAdopted reports whether a line was ever in a plan that was adopted: one
// that is in drafts alone is not for everyone's eyes.
func WasAdopted(ctx context.Context, tx *db.Tx, a area.ID, lid LineID) (bool, error) {
	n, err := db.One(ctx, tx, db.Value[int64], `
		SELECT COUNT(*) FROM plan_lines l JOIN plan_adoptions a ON a.area_id = l.area_id AND a.version = l.version
		WHERE l.area_id = $1 AND l.line_id = $2`, a, lid)
	return n > 0, err
}

// EveryLine lists all lines that an area ever had, those of the plan in force
// first and in its order.
func EveryLine(ctx context.Context, tx *db.Tx, a area.ID) ([]Line, error) {
	return db.AllOnce(ctx, tx, scanLine, `
		SELECT l.id, p.id, p.told, l.told, l.theme, COALESCE((SELECT c.theme FROM line_codings c WHERE c.area_id = l.area_id AND c.line_id = l.id ORDER BY c.number DESC LIMIT 1), ''), COALESCE(pl.minor, 0)
		FROM budget_lines l
		JOIN priorities p ON p.area_id = l.area_id AND p.id = l.priority_id
		LEFT JOIN plan_lines pl ON pl.area_id = l.area_id AND pl.line_id = l.id
			AND pl.version = (SELECT MAX(version) FROM plan_adoptions WHERE area_id = $1)
		WHERE l.area_id = $1
		ORDER BY COALESCE(pl.position, 1000000), p.told, l.told`, a)
}

// LinesByID are budget lines of several areas as LineByID tells them, but for what
// the plan gives them.
func LinesByID(ctx context.Context, tx *db.Tx, areas []area.ID, ids []LineID) (map[LineID]Line, error) {
	all := map[LineID]Line{}
	return all, db.Each(ctx, tx, func(r db.Row) error {
		l, err := scanLine(r)
		all[l.ID] = l
		return err
	}, `
		SELECT l.id, p.id, p.told, l.told, l.theme, COALESCE((SELECT c.theme FROM line_codings c WHERE c.area_id = l.area_id AND c.line_id = l.id ORDER BY c.number DESC LIMIT 1), ''), 0
		FROM budget_lines l JOIN priorities p ON p.area_id = l.area_id AND p.id = l.priority_id
		WHERE l.area_id IN (SELECT key FROM json_each($1)) AND l.id IN (SELECT key FROM json_each($2))`, db.Set(areas), db.Set(ids))
}

var errNoPlan = fault.New(fault.Conflict, "This area has no adopted plan yet. Adopt one first.")

// InForce is Current for what cannot be done without a plan: where there is
// none it says so in words.
func InForce(ctx context.Context, tx *db.Tx, a area.ID) (Version, error) {
	v, err := Current(ctx, tx, a)
	if errors.Is(err, fault.NotFound) {
		return v, errNoPlan
	}
	return v, err
}
