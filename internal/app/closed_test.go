package app

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"commontable/internal/area"
	"commontable/internal/funding"
	"commontable/internal/partnership"
	"commontable/internal/plan"
	"commontable/internal/project"
	"commontable/internal/relationship"

	"commontable/internal/audit"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/decision"
	"commontable/internal/demo"
	"commontable/internal/meeting"
)

const (
	ofAgreedNotes = `EXISTS (SELECT 1 FROM notes_agreements g WHERE g.area_id = x.area_id AND g.meeting_id = x.meeting_id)`
	ofDecided     = `EXISTS (SELECT 1 FROM decision_results g WHERE g.area_id = x.area_id AND g.number = x.number)`
)

// closed are the tables of notes that are agreed, of what was decided, and of what was
// chosen for single officers: which of
// their rows stay as they are, and which columns nothing can be held against, and why.
var closed = []struct{ table, rows, but string }{
	{table: "meetings", rows: strings.ReplaceAll(ofAgreedNotes, "x.meeting_id", "x.id")},
	{table: "meeting_guests", rows: ofAgreedNotes},
	{table: "agenda_items", rows: ofAgreedNotes, but: "put_hat"}, // the role is held
	{table: "agenda_decisions", rows: "TRUE"},
	{table: "agenda_parties", rows: "x.decision_id <> ''"}, // by the decision that an item shares with; what an item names itself is in what is agreed
	{table: "agenda_agreements", rows: ofAgreedNotes},
	{table: "attendances", rows: ofAgreedNotes},
	{table: "meeting_notes", rows: ofAgreedNotes},
	{table: "item_notes", rows: ofAgreedNotes},
	{table: "notes_circulations", rows: ofAgreedNotes, but: "number"},
	{table: "notes_agreements", rows: ofAgreedNotes},
	{table: "notes_corrections", rows: ofAgreedNotes},
	{table: "correction_agreements", rows: "TRUE"},
	{table: "actions", rows: ofAgreedNotes},
	{table: "action_ends", rows: "TRUE"},
	{table: "quiet_inputs", rows: "TRUE", but: "id item_id person_id name entered_by said_on way author salt"}, // who said it may be nowhere: its words are held
	{table: "decisions", rows: ofDecided},
	{table: "decision_proposers", rows: ofDecided, but: "position"}, // here and below their order is held, not how it is counted
	{table: "decision_texts", rows: ofDecided},
	{table: "decision_lines", rows: ofDecided, but: "position"},
	{table: "decision_parties", rows: ofDecided, but: "position"},
	{table: "decision_openings", rows: ofDecided},
	{table: "decision_recusals", rows: ofDecided},
	{table: "decision_positions", rows: ofDecided},
	{table: "decision_answers", rows: ofDecided},
	{table: "decision_attempts", rows: ofDecided},
	{table: "decision_attempt_electorates", rows: ofDecided},
	{table: "decision_polls", rows: ofDecided, but: "ballots"}, // a count for whoever writes at once; the ballots themselves are held
	{table: "decision_electors", rows: ofDecided},
	{table: "decision_ballots", rows: ofDecided},
	{table: "decision_confirmations", rows: ofDecided},
	{table: "decision_exclusions", rows: ofDecided},
	{table: "decision_results", rows: ofDecided},
	{table: "decision_replacements", rows: ofDecided},
	{table: "decision_tellings", rows: ofDecided},
	{table: "line_codings", rows: "TRUE"},
	{table: "interest_handlings", rows: "TRUE"},
	{table: "agreements", rows: "TRUE"},
	{table: "agreement_signatures", rows: "TRUE"},
	{table: "partnership_reviews", rows: "TRUE"},
	{table: "partnership_review_endings", rows: "TRUE"},
	{table: "endorsement_members", rows: "TRUE"},
	{table: "naming_consents", rows: "TRUE"},
	{table: "office_ends", rows: "TRUE"},
	{table: "membership_records", rows: "TRUE"},
	{table: "elections", rows: "TRUE"},
	{table: "partnership_rules", rows: "TRUE"},
	{table: "programme_rulebooks", rows: "TRUE"},
	{table: "projects", rows: "TRUE"},
	{table: "project_versions", rows: "TRUE"},
	{table: "project_lines", rows: "TRUE"},
	{table: "project_states", rows: "TRUE"},
	{table: "project_terms", rows: "TRUE"},
	{table: "project_photos", rows: "TRUE"},
	{table: "project_photo_consents", rows: "TRUE"},
	{table: "milestones", rows: "TRUE"},
	{table: "milestone_plans", rows: "TRUE"},
	{table: "milestone_ends", rows: "TRUE"},
	{table: "requirements", rows: "TRUE"},
	{table: "requirement_outcomes", rows: "TRUE"},
	{table: "requirement_labels", rows: "TRUE"},
	{table: "risk_sheets", rows: "TRUE"},
	{table: "risks", rows: "TRUE", but: "position"},
	{table: "activities", rows: "TRUE"},
	{table: "activity_sessions", rows: "TRUE"},
	{table: "activity_turns", rows: "TRUE"},
	{table: "session_gifts", rows: "TRUE", but: "position"},
	{table: "relationship_person_views", rows: "TRUE"},
}

// Notes that are agreed and decisions that are made are frozen in the database: it
// refuses to change or to take away any of their rows. And whoever takes those
// refusals away and changes a column, or removes a row, is found by verify.
func TestWhatIsClosedIsFrozenAndVerified(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it changes each column of every table in turn, which takes a while")
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if err := demo.Play(t.Context(), d, demo.What{Areas: 3, Years: 8, Seed: 1, Today: demo.DefaultDay()}, func(int) {}); err != nil {
			t.Fatal(err)
		}
		tried := 0
		for _, c := range closed {
			for _, statement := range changesOf(t, d, c.table, c.rows, strings.Fields(c.but)) {
				tried++
				if err := d.Write(t.Context(), func(tx *db.Tx) error {
					n, err := tx.Exec(t.Context(), statement)
					if err != nil {
						return err
					}
					if n == 0 {
						t.Errorf("the demonstration has nothing for: %s", statement)
					}
					return errPutBack
				}); err == nil || strings.Contains(err.Error(), errPutBack.Error()) {
					t.Errorf("the database lets this be done: %s", statement)
				}
				if bad, refused := behind(t, d, c.table, statement); len(bad) == 0 && !refused {
					t.Errorf("verify does not find: %s", statement)
				}
			}
		}
		if tried < 220 {
			t.Errorf("only %d changes were tried", tried)
		}
	})
}

// changesOf change each column of a row, of the first or the last, and take both away.
// A row's key is a column like others; when it was written is left out, where the
// event says so itself.
func changesOf(t *testing.T, d *db.DB, table, rows string, but []string) (all []string) {
	t.Helper()
	type column struct{ name, kind string }
	var columns []column
	var keys []string
	if err := d.Read(t.Context(), func(tx *db.Tx) (err error) {
		query, primary := `SELECT name, lower(type) FROM pragma_table_info($1) ORDER BY cid`, `SELECT name FROM pragma_table_info($1) WHERE pk > 0 ORDER BY pk`
		if tx.Engine() == "postgres" {
			query = `SELECT column_name, data_type FROM information_schema.columns WHERE table_name = $1 ORDER BY ordinal_position`
			primary = `SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey) WHERE i.indrelid = CAST($1 AS regclass) AND i.indisprimary ORDER BY array_position(i.indkey, a.attnum)`
		}
		if columns, err = db.All(t.Context(), tx, func(r db.Row) (c column, err error) { return c, r.Scan(&c.name, &c.kind) }, query, table); err != nil {
			return err
		}
		keys, err = db.All(t.Context(), tx, db.Value[string], primary, table)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	one := strings.Join(keys, ", ")
	where := func(end string) string {
		order := strings.Join(keys, end+", ") + end
		return fmt.Sprintf(" WHERE (%s) IN (SELECT %s FROM %s x WHERE %s ORDER BY %s LIMIT 1)", one, one, table, rows, order)
	}
	ends := []string{"", " DESC"}
	for i, c := range columns {
		if slices.Contains(but, c.name) || strings.HasSuffix(c.name, "_at") {
			continue
		}
		to := "COALESCE(" + c.name + ", '') || 'x'"
		switch {
		case strings.Contains(c.kind, "bool"):
			to = "NOT " + c.name
		case strings.Contains(c.kind, "int"):
			to = "COALESCE(" + c.name + ", 0) + 1"
			if flags(t, d, table, c.name) {
				to = "1 - " + c.name
			}
		case strings.Contains(c.kind, "date"):
			to = "'2011-01-01'"
		case strings.Contains(c.kind, "blob"):
			to = "x'00'"
		case strings.Contains(c.kind, "bytea"):
			to = `'\x00'`
		}
		all = append(all, "UPDATE "+table+" SET "+c.name+" = "+to+where(ends[i%2]))
	}
	return append(all, "DELETE FROM "+table+where(""), "DELETE FROM "+table+where(" DESC"))
}

// flags reports whether a column of numbers is one of yes and no, as SQLite has them.
func flags(t *testing.T, d *db.DB, table, column string) (yes bool) {
	t.Helper()
	if err := d.Read(t.Context(), func(tx *db.Tx) error {
		values, err := db.One(t.Context(), tx, db.Value[int], "SELECT COUNT(DISTINCT "+column+") + COALESCE(SUM(CASE WHEN "+column+" IN (0, 1) THEN 0 ELSE 9 END), 0) FROM "+table)
		yes = values <= 2
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return yes
}

// readersOf are those that hold tables against history, by how these begin.
var readersOf = []struct {
	prefix  string
	readers func(context.Context, *db.Tx, func(string)) ([]audit.Reader, error)
}{
	{"decision", decision.Readers},
	{"agenda_decisions", decision.Readers},
	{"agenda_parties", agendaReaders},
	{"line_codings", plan.Readers},
	{"interest", partnership.Readers},
	{"agreement", partnership.Readers},
	{"partnership", partnership.Readers},
	{"relationship", relationship.Readers},
	{"endorsement_members", partnership.Readers},
	{"naming_consents", partnership.Readers},
	{"office_ends", partnership.Readers},
	{"membership_records", partnership.Readers},
	{"elections", partnership.Readers},
	{"partnership_rules", partnership.Readers},
	{"programme_rulebooks", area.Readers},
	{"money_decisions", funding.Readers},
	{"project", project.Readers},
	{"milestone", project.Readers},
	{"requirement", project.Readers},
	{"risk", project.Readers},
	{"activities", project.Readers},
	{"activity", project.Readers},
	{"session_gifts", project.Readers},
}

// agendaReaders are of what items share with decisions, besides what was agreed of them.
func agendaReaders(ctx context.Context, tx *db.Tx, report func(string)) ([]audit.Reader, error) {
	of, err := meeting.Readers(ctx, tx, report)
	if err != nil {
		return nil, err
	}
	more, err := decision.Readers(ctx, tx, report)
	return append(of, more...), err
}

// behind changes something behind the program's back and holds what there is against
// history. The schema itself may refuse it.
func behind(t *testing.T, d *db.DB, table, statement string) (bad []string, refused bool) {
	t.Helper()
	err := d.Write(t.Context(), func(tx *db.Tx) error {
		bad, refused = nil, false
		if err := unguard(t.Context(), tx, table); err != nil {
			return err
		}
		if _, err := tx.Exec(t.Context(), statement); err != nil {
			refused = true
			return errPutBack
		}
		report := func(words string) { bad = append(bad, words) }
		readers := meeting.Readers
		for _, of := range readersOf {
			if strings.HasPrefix(table, of.prefix) {
				readers = of.readers
			}
		}
		all, err := readers(t.Context(), tx, report)
		if err != nil {
			refused = true // what is there cannot even be read
			return errPutBack
		}
		if err := audit.Tell(t.Context(), tx, all...); err != nil {
			return err
		}
		return errPutBack
	})
	if err == nil || !strings.Contains(err.Error(), errPutBack.Error()) {
		t.Errorf("%s: %v", statement, err)
	}
	return bad, refused
}

// unguard takes away every trigger of a table.
func unguard(ctx context.Context, tx *db.Tx, table string) error {
	query, drop := `SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = $1`, "DROP TRIGGER %s"
	if tx.Engine() == "postgres" {
		query, drop = `SELECT tgname FROM pg_trigger WHERE tgrelid = CAST($1 AS regclass) AND NOT tgisinternal`, "DROP TRIGGER %s ON "+table
	}
	all, err := db.All(ctx, tx, db.Value[string], query, table)
	if err != nil {
		return err
	}
	for _, name := range all {
		if _, err := tx.Exec(ctx, fmt.Sprintf(drop, name)); err != nil {
			return err
		}
	}
	return nil
}
