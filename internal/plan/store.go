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
	_, err := tx.Exec(ctx, `
		INSERT INTO plan_lines (area_id, version, position, line_id, minor) VALUES ($1, $2, $3, $4, $5)`,
		v.Area, v.Number, position, l.ID, l.Budget.Minor())
	return err
}

func insertPriority(ctx context.Context, tx *db.Tx, a area.ID, l Line) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO priorities (area_id, id, name) VALUES ($1, $2, $3)`, a, l.Priority, l.PriorityName)
	return err
}

func insertBudgetLine(ctx context.Context, tx *db.Tx, a area.Area, l Line) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO budget_lines (area_id, programme_id, id, priority_id, name, theme) VALUES ($1, $2, $3, $4, $5, $6)`,
		a.ID, a.Programme, l.ID, l.Priority, l.Name, l.Theme)
	return err
}

func insertAdoption(ctx context.Context, tx *db.Tx, a area.ID, n NewAdoption, by access.PersonID, at time.Time) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO plan_adoptions (area_id, version, adopted_on, decision, noted_by, noted_at)
		VALUES ($1, $2, $3, $4, $5, $6)`, a, n.Version, n.On, strings.TrimSpace(n.Decision), by, at)
	return err
}

func insertDiscard(ctx context.Context, tx *db.Tx, a area.ID, version int64, by access.PersonID, at time.Time) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO plan_discards (area_id, version, discarded_by, discarded_at) VALUES ($1, $2, $3, $4)`, a, version, by, at)
	return err
}

const versionColumns = `
	v.area_id, v.number, v.vision, v.from_year, v.until_year, v.written_by, v.written_at,
	a.adopted_on, COALESCE(a.decision, ''), COALESCE(a.noted_by, ''), COALESCE(d.discarded_by, ''), d.discarded_at`

func scanVersion(r db.Row) (v Version, err error) {
	return v, r.Scan(&v.Area, &v.Number, &v.Vision, &v.FromYear, &v.UntilYear, &v.WrittenBy, &v.WrittenAt,
		&v.Adopted.On, &v.Adopted.Decision, &v.Adopted.NotedBy, &v.Discarded.By, &v.Discarded.At)
}

// Current is the version in force, or fault.NotFound before any was adopted.
func Current(ctx context.Context, tx *db.Tx, a area.ID) (Version, error) {
	v, err := db.One(ctx, tx, scanVersion, `
		SELECT `+versionColumns+`
		FROM plan_adoptions a JOIN plan_versions v ON v.area_id = a.area_id AND v.number = a.version
		LEFT JOIN plan_discards d ON d.area_id = v.area_id AND d.version = v.number
		WHERE a.area_id = $1 ORDER BY a.version DESC LIMIT 1`, a)
	if err != nil {
		return v, err
	}
	v.Lines, err = linesOf(ctx, tx, v)
	return v, err
}

// VersionOf is one version of an area's plan, or fault.NotFound.
func VersionOf(ctx context.Context, tx *db.Tx, a area.ID, number int64) (Version, error) {
	v, err := db.One(ctx, tx, scanVersion, `
		SELECT `+versionColumns+`
		FROM plan_versions v LEFT JOIN plan_adoptions a ON a.area_id = v.area_id AND a.version = v.number
		LEFT JOIN plan_discards d ON d.area_id = v.area_id AND d.version = v.number
		WHERE v.area_id = $1 AND v.number = $2`, a, number)
	if err != nil {
		return v, fmt.Errorf("plan version %d: %w", number, err)
	}
	v.Lines, err = linesOf(ctx, tx, v)
	return v, err
}

// Versions lists an area's versions without their lines, newest first.
func Versions(ctx context.Context, tx *db.Tx, a area.ID) ([]Version, error) {
	return db.All(ctx, tx, scanVersion, `
		SELECT `+versionColumns+`
		FROM plan_versions v LEFT JOIN plan_adoptions a ON a.area_id = v.area_id AND a.version = v.number
		LEFT JOIN plan_discards d ON d.area_id = v.area_id AND d.version = v.number
		WHERE v.area_id = $1 ORDER BY v.number DESC`, a)
}

func linesOf(ctx context.Context, tx *db.Tx, v Version) ([]Line, error) {
	return db.All(ctx, tx, scanLine, `
		SELECT l.id, p.id, p.name, l.name, l.theme, pl.minor
		FROM plan_lines pl
		JOIN budget_lines l ON l.area_id = pl.area_id AND l.id = pl.line_id
		JOIN priorities p ON p.area_id = l.area_id AND p.id = l.priority_id
		WHERE pl.area_id = $1 AND pl.version = $2 ORDER BY pl.position`, v.Area, v.Number)
}

func scanLine(r db.Row) (l Line, err error) {
	var minor int64
	err = r.Scan(&l.ID, &l.Priority, &l.PriorityName, &l.Name, &l.Theme, &minor)
	l.Budget = money.Minor(minor, money.GBP)
	return l, err
}

// LineByID is a budget line of an area with what the plan in force gives it,
// which is nothing for a line of an earlier plan; or fault.NotFound.
func LineByID(ctx context.Context, tx *db.Tx, a area.ID, lid LineID) (Line, error) {
	l, err := db.One(ctx, tx, scanLine, `
		SELECT l.id, p.id, p.name, l.name, l.theme, COALESCE(pl.minor, 0)
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
	return db.All(ctx, tx, scanLine, `
		SELECT l.id, p.id, p.name, l.name, l.theme, COALESCE(pl.minor, 0)
		FROM budget_lines l
		JOIN priorities p ON p.area_id = l.area_id AND p.id = l.priority_id
		LEFT JOIN plan_lines pl ON pl.area_id = l.area_id AND pl.line_id = l.id
			AND pl.version = (SELECT MAX(version) FROM plan_adoptions WHERE area_id = $1)
		WHERE l.area_id = $1
		ORDER BY COALESCE(pl.position, 1000000), p.name, l.name`, a)
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
