package project

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/id"
)

// A SheetID names a risk sheet. It keeps its name when it is reviewed.
type SheetID string

// A Risk is one thing that could go wrong, and what is done so that it does not.
type Risk struct {
	Risk string
	Whom string // who could be harmed
	What string // what we do
	Who  string // who does it
}

// A Sheet is a short risk assessment. One without a project is the area's own, to
// begin from.
type Sheet struct {
	ID         SheetID
	Number     int64 // how often it was written
	Project    ID
	Name       string
	ReviewedOn date.Date
	Risks      []Risk
	WrittenBy  access.PersonID
	WrittenAt  time.Time
}

// MostRisks is how many rows a sheet has, so that it stays a page.
const MostRisks = 12

// NewSheet is a sheet as somebody writes it.
type NewSheet struct {
	Form       string
	Name       string
	ReviewedOn date.Date
	Risks      []Risk
}

// Check says what is wrong with n, if anything. Rows are named "risk-1", "whom-1",
// "what-1", "who-1" and so on.
func (n NewSheet) Check(today date.Date) fault.Invalid {
	var wrong fault.Invalid
	if !said(n.Name, 120) {
		wrong.Add("name", "Enter a name, in up to 120 letters")
	}
	if n.ReviewedOn.IsZero() || n.ReviewedOn.After(today) {
		wrong.Add("reviewed_on", "Enter the day on which you went through it: today or earlier")
	}
	if len(n.Risks) == 0 {
		wrong.Add("risk-1", "Say at least one thing that could go wrong")
	}
	if len(n.Risks) > MostRisks {
		wrong.Add("risk-1", fmt.Sprintf("A sheet has at most %d rows: keep to what matters", MostRisks))
	}
	for i, r := range n.Risks {
		at := "-" + strconv.Itoa(i+1)
		if !said(r.Risk, 200) {
			wrong.Add("risk"+at, "Say what could go wrong, in up to 200 letters")
		}
		if !said(r.What, 400) {
			wrong.Add("what"+at, "Say what we do about it, in up to 400 letters")
		}
		if !fits(r.Whom, 120) {
			wrong.Add("whom"+at, "Say it in up to 120 letters")
		}
		if !fits(r.Who, 120) {
			wrong.Add("who"+at, "Say it in up to 120 letters")
		}
	}
	return wrong
}

// WriteSheet writes a sheet: a new one where sheet is "", for a project or where
// of is "" for the area; else the same again, as it is after it was gone through.
// Sent twice, it counts once.
func (p *Projects) WriteSheet(ctx context.Context, by access.Actor, a area.Area, of ID, sheet SheetID, n NewSheet) (SheetID, error) {
	made, err := p.once(ctx, by, n.Form, content("sheet "+string(sheet), a, of, n), func(tx *db.Tx) (string, error) {
		made, err := p.WriteSheetIn(ctx, tx, by, a, of, sheet, n)
		return string(made), err
	})
	return SheetID(made), err
}

// WriteSheetIn is WriteSheet as part of a transaction.
func (p *Projects) WriteSheetIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of ID, sheet SheetID, n NewSheet) (SheetID, error) {
	number := int64(1)
	if sheet != "" {
		was, err := SheetByID(ctx, tx, a.ID, sheet)
		if err != nil {
			return "", err
		}
		of, number = was.Project, was.Number+1
	} else {
		sheet = id.New[SheetID](p.IDs)
	}
	if of != "" {
		if _, err := p.mayRun(ctx, tx, by, a, of); err != nil {
			return "", err
		}
	}
	if err := by.Must(access.RunProjects, a.Place()); err != nil {
		return "", err
	}
	if err := n.Check(p.today()).OrNil(); err != nil {
		return "", err
	}
	if _, err := tx.Exec(ctx, `
		INSERT INTO risk_sheets (area_id, id, number, project_id, name, reviewed_on, written_by, written_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		a.ID, sheet, number, orNull(string(of)), strings.TrimSpace(n.Name), n.ReviewedOn, by.Person, p.Now()); err != nil {
		return "", fmt.Errorf("insert risk sheet: %w", err)
	}
	for i, r := range n.Risks {
		if _, err := tx.Exec(ctx, `INSERT INTO risks (area_id, sheet_id, number, position, risk, whom, what, who) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
			a.ID, sheet, number, i+1, strings.TrimSpace(r.Risk), strings.TrimSpace(r.Whom), strings.TrimSpace(r.What), strings.TrimSpace(r.Who)); err != nil {
			return "", fmt.Errorf("insert risk: %w", err)
		}
	}
	return sheet, p.record(ctx, tx, by, a, "risk sheet written", string(sheet), map[string]string{
		"project": string(of), "number": strconv.FormatInt(number, 10), "reviewed on": n.ReviewedOn.String(), "risks": strconv.Itoa(len(n.Risks)),
	}, n.words())
}

// words are all that is written on the sheet, as the event keeps it.
func (n NewSheet) words() string {
	words := []string{n.Name}
	for _, r := range n.Risks {
		words = append(words, r.Risk, r.Whom, r.What, r.Who)
	}
	return strings.Join(words, "\n")
}

// Sheets lists the risk sheets of an area as they were last written, without
// their rows: the area's own first.
func Sheets(ctx context.Context, tx *db.Tx, a area.ID) ([]Sheet, error) {
	return db.All(ctx, tx, scanSheet, `SELECT `+sheetColumns+` ORDER BY CASE WHEN s.project_id IS NULL THEN 0 ELSE 1 END, s.name, s.id`, a, "")
}

// SheetByID is a sheet as it was last written, or fault.NotFound.
func SheetByID(ctx context.Context, tx *db.Tx, a area.ID, sheet SheetID) (Sheet, error) {
	s, err := db.One(ctx, tx, scanSheet, `SELECT `+sheetColumns, a, sheet)
	if err != nil {
		return s, err
	}
	s.Risks, err = db.All(ctx, tx, func(r db.Row) (one Risk, err error) {
		return one, r.Scan(&one.Risk, &one.Whom, &one.What, &one.Who)
	}, `SELECT risk, whom, what, who FROM risks WHERE area_id = $1 AND sheet_id = $2 AND number = $3 ORDER BY position`, a, sheet, s.Number)
	return s, err
}

const sheetColumns = `
	s.id, s.number, COALESCE(s.project_id, ''), s.name, s.reviewed_on, s.written_by, s.written_at
	FROM risk_sheets s WHERE s.area_id = $1 AND ($2 = '' OR s.id = $2)
	AND s.number = (SELECT MAX(x.number) FROM risk_sheets x WHERE x.area_id = s.area_id AND x.id = s.id)`

func scanSheet(r db.Row) (s Sheet, err error) {
	return s, r.Scan(&s.ID, &s.Number, &s.Project, &s.Name, &s.ReviewedOn, &s.WrittenBy, &s.WrittenAt)
}
