package plan

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/audit"
	"commontable/internal/db"
	"commontable/internal/fault"
)

// NotCoded is what a line is called that is not under a theme yet.
const NotCoded = "Not coded yet"

// ThemeNow is the programme's code of the theme under which the line is told now, or ""
// where nobody has said it yet: to be told it costs who plans nothing, and nobody waits
// for it. What the plan said stays as it was (Theme).
func (l Line) ThemeNow() string {
	if l.Coded != "" {
		return l.Coded
	}
	return l.Theme
}

// NewCoding is a budget line put under a theme.
type NewCoding struct {
	Form  string
	Line  LineID
	Theme string // the programme's code
	Why   string // may be "" where it was under none
}

// A Coding is that a line was told under a theme from then on.
type Coding struct {
	Theme string
	Why   string
	By    access.PersonID
	At    time.Time
}

// CodeLine tells a line under a theme from now on: one that nothing told one of when it
// was planned, or that the words told wrongly. The plan stays as it was adopted, and what
// was spent on the line follows. Sent twice, it counts once.
func (p *Plans) CodeLine(ctx context.Context, by access.Actor, a area.Area, n NewCoding) error {
	err := p.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := audit.Once(ctx, tx, audit.Sent{Form: n.Form, By: by, Content: []any{"code line", a.ID, n.Line, n.Theme, n.Why}, At: p.Now()}, func() (string, error) {
			return string(n.Line), p.CodeLineIn(ctx, tx, by, a, n)
		})
		return err
	})
	return wrap("code line", err)
}

// CodeLineIn is CodeLine as part of a transaction.
func (p *Plans) CodeLineIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, n NewCoding) error {
	if err := by.Must(access.CodeThemes, a.Place()); err != nil {
		return err
	}
	l, err := LineByID(ctx, tx, a.ID, n.Line)
	if err != nil {
		return err
	}
	programme, err := area.ProgrammeByID(ctx, tx, a.Programme)
	if err != nil {
		return err
	}
	var wrong fault.Invalid
	if _, ok := programme.Rules.Theme(n.Theme); !ok {
		wrong.Add("theme", "Choose a theme")
	} else if n.Theme == l.ThemeNow() {
		wrong.Add("theme", "It is told under this theme already. Choose another one.")
	}
	why := strings.TrimSpace(n.Why)
	if why == "" && l.ThemeNow() != "" {
		wrong.Add("why", "Say in a few words why it is told under another theme")
	}
	if len(why) > mostLine {
		wrong.Add("why", fmt.Sprintf("Say it in up to %d letters", mostLine))
	}
	if err := wrong.OrNil(); err != nil {
		return err
	}
	return p.codeIn(ctx, tx, by, a, l, n.Theme, why)
}

// codeIn keeps under which theme a line is told, and has what was spent on it follow.
func (p *Plans) codeIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, l Line, theme, why string) error {
	number, err := db.One(ctx, tx, db.Value[int64], `
		SELECT COALESCE(MAX(number), 0) + 1 FROM line_codings WHERE area_id = $1 AND line_id = $2`, a.ID, l.ID)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `
		INSERT INTO line_codings (area_id, line_id, number, theme, why, coded_by, coded_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		a.ID, l.ID, number, theme, why, by.Person, p.Now()); err != nil {
		return fmt.Errorf("insert coding: %w", err)
	}
	if err := audit.Record(ctx, tx, p.IDs, audit.Event{
		Stream: string(a.ID), Act: "line coded", Subject: string(l.ID), By: by, At: p.Now(),
		Facts: map[string]string{"number": strconv.FormatInt(number, 10), "theme": theme, "was": l.ThemeNow()}, Private: why,
	}); err != nil || p.Coded == nil {
		return err
	}
	return p.Coded(ctx, tx, by, a, l.ID, l.ThemeNow(), theme)
}

// Codings lists the themes under which a line was told later, the oldest first.
func Codings(ctx context.Context, tx *db.Tx, a area.ID, lid LineID) ([]Coding, error) {
	return db.All(ctx, tx, func(r db.Row) (c Coding, err error) {
		return c, r.Scan(&c.Theme, &c.Why, &c.By, &c.At)
	}, `SELECT theme, why, coded_by, coded_at FROM line_codings WHERE area_id = $1 AND line_id = $2 ORDER BY number`, a, lid)
}

// ToCode lists the lines of the plan in force, and those that an earlier plan had, that
// are under no theme yet.
func ToCode(ctx context.Context, tx *db.Tx, a area.ID) ([]Line, error) {
	all, err := EveryLine(ctx, tx, a)
	var left []Line
	for _, l := range all {
		if l.ThemeNow() == "" {
			left = append(left, l)
		}
	}
	return left, err
}
