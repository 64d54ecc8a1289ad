package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/funding"
	"commontable/internal/partnership"
	"commontable/internal/plan"
	"commontable/internal/project"
	"commontable/internal/relationship"

	"commontable/internal/audit"
	"commontable/internal/calendar"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/decision"
	"commontable/internal/demo"
	"commontable/internal/id"
	"commontable/internal/meeting"
)

const (
	ofAgreedNotes = `EXISTS (SELECT 1 FROM notes_agreements g WHERE g.area_id = x.area_id AND g.meeting_id = x.meeting_id)`
	ofDecided     = `EXISTS (SELECT 1 FROM decision_results g WHERE g.area_id = x.area_id AND g.number = x.number)`
)

// closed are the tables of the rooms in which residents decide, and of what was chosen
// for single officers: which of their rows stay as they are; which columns nothing can
// be held against, and why; and which of them the database lets be changed, or the row be
// taken away, that verify holds all the same.
var closed = []struct{ table, rows, but, may string }{
	{table: "meetings", rows: strings.ReplaceAll(ofAgreedNotes, "x.meeting_id", "x.id")},
	{table: "meeting_guests", rows: ofAgreedNotes},
	{table: "agenda_items", rows: ofAgreedNotes, but: "put_hat"}, // the role is held
	// While an agenda is open, too, whoever put something on it said what it is and which decision it is about.
	{
		table: "agenda_items",
		rows:  "NOT " + ofAgreedNotes + " AND EXISTS (SELECT 1 FROM meetings m WHERE m.area_id = x.area_id AND m.id = x.meeting_id AND m.arranged_at < x.put_at)",
		but:   "position words minutes members_only taken_off put_hat put_role",
		may:   "area_id id meeting_id title decision put_by row",
	},
	{table: "agenda_decisions", rows: "TRUE"},
	{table: "agenda_parties", rows: "x.decision_id <> ''"}, // by the decision that an item shares with; what an item names itself is in what is agreed
	{table: "agenda_parties", rows: "x.decision_id = '' AND EXISTS (SELECT 1 FROM agenda_items i JOIN notes_agreements g ON g.area_id = i.area_id AND g.meeting_id = i.meeting_id WHERE i.area_id = x.area_id AND i.id = x.item_id)"},
	{table: "agenda_agreements", rows: ofAgreedNotes},
	{table: "meeting_changes", rows: "TRUE"},
	{table: "behaviour_notes", rows: "TRUE", but: "id words"}, // they are in no history, on purpose
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
	{table: "decision_polls", rows: "NOT " + ofDecided, but: "ballots"},
	{table: "decision_extensions", rows: "TRUE"},
	{table: "decision_electors", rows: ofDecided},
	{table: "decision_ballots", rows: ofDecided},
	{table: "decision_confirmations", rows: ofDecided},
	{table: "decision_exclusions", rows: ofDecided},
	{table: "decision_results", rows: ofDecided},
	{table: "decision_replacements", rows: ofDecided},
	{table: "decision_tellings", rows: ofDecided},
	{table: "line_codings", rows: "TRUE"},
	{table: "budget_lines", rows: "TRUE", may: "told"}, // what the plan in force calls it
	{table: "priorities", rows: "TRUE", may: "told"},
	{table: "consultations", rows: "x.fed_back_on IS NOT NULL"},
	{table: "consultations", rows: "x.fed_back_on IS NULL", may: "area_id number title content asked answered begun_by saved_by fed_back_on"}, // and while it is written, what was written last
	{table: "plan_reviews", rows: "x.finished_on IS NOT NULL"},
	{table: "plan_versions", rows: "TRUE"},
	{table: "plan_priorities", rows: "TRUE", but: "position"},
	{table: "plan_objectives", rows: "TRUE", but: "position"},
	{table: "plan_actions", rows: "TRUE", but: "position"},
	{table: "plan_evidence", rows: "TRUE", but: "position"},
	{table: "plan_lines", rows: "TRUE", but: "position"},
	{table: "plan_line_years", rows: "TRUE"},
	{table: "plan_adoptions", rows: "TRUE"},
	{table: "plan_endorsements", rows: "TRUE"},
	{table: "plan_discards", rows: "TRUE"},
	{table: "plan_action_notes", rows: "TRUE"},
	{table: "interests", rows: "TRUE"},
	{table: "interest_ends", rows: "TRUE"},
	{table: "interest_reviews", rows: "TRUE"},
	{table: "interest_closings", rows: "TRUE"},
	{table: "interest_handlings", rows: "TRUE"},
	{table: "agreements", rows: "TRUE"},
	{table: "agreement_signatures", rows: "TRUE"},
	{table: "agreement_readings", rows: "TRUE"},
	{table: "legal_forms", rows: "TRUE"},
	{table: "partnership_reviews", rows: "TRUE"},
	{table: "partnership_review_drafts", rows: "TRUE"},
	{table: "partnership_review_answers", rows: "TRUE"},
	{table: "partnership_review_endings", rows: "TRUE"},
	{table: "endorsements", rows: "TRUE"},
	{table: "endorsement_members", rows: "TRUE"},
	{table: "naming_consents", rows: "TRUE"},
	{table: "offices", rows: "TRUE"},
	{table: "office_ends", rows: "TRUE"},
	{table: "memberships", rows: "TRUE"},
	{table: "membership_records", rows: "TRUE"},
	{table: "membership_waits", rows: "TRUE"},
	{table: "membership_confirmations", rows: "TRUE"},
	{table: "elections", rows: "TRUE"},
	{table: "election_withdrawals", rows: "TRUE"},
	{table: "partnership_rules", rows: "TRUE"},
	{table: "programme_rulebooks", rows: "TRUE"},
	{table: "projects", rows: "TRUE"},
	{table: "project_versions", rows: "TRUE"},
	{table: "project_lines", rows: "TRUE"},
	{table: "project_states", rows: "TRUE"},
	{table: "project_terms", rows: "TRUE"},
	{table: "project_leads", rows: "TRUE", may: "name"}, // names, and words below, may have to be forgotten
	{table: "project_parts", rows: "TRUE", may: "name words"},
	{table: "project_part_ends", rows: "TRUE"},
	{table: "project_happenings", rows: "TRUE", may: "words"},
	{table: "project_photos", rows: "TRUE"},
	{table: "project_photo_removals", rows: "TRUE"},
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

// neverClosed are the other tables of those rooms, and why nothing in them is closed.
var neverClosed = map[string]string{
	"asked":              "who was asked to come: names that are forgotten in time. Verify holds that they were asked",
	"calendar_addresses": "where a calendar is read: ended, and made anew",
	"meeting_answers":    "who means to come, until they say otherwise. Who came is in the notes",
	"plan_drafts":        "what is being written. The version that comes of it is held",
	"project_contacts":   "how people are reached, until they are removed. Verify holds who is there",
	"public_lines":       "what people say of themselves, which they change. Verify holds the last",
}

// Each table in which the rooms write where residents decide holds something that is
// closed one day, and is tried below; or nothing in it ever is, and it says why.
func TestEveryTableIsClosedOrSaysWhyNot(t *testing.T) {
	t.Parallel()
	insert := regexp.MustCompile(`(?i)INSERT INTO\s+([a-z_]*)`)
	writes := map[string][]string{} // the rooms that write in a table
	if err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		room := strings.Split(filepath.ToSlash(path), "/")[1]
		for _, m := range insert.FindAllStringSubmatch(string(text), -1) {
			if m[1] == "" {
				t.Errorf("%s writes in a table that it does not name", path)
			}
			if !slices.Contains(writes[m[1]], room) {
				writes[m[1]] = append(writes[m[1]], room)
			}
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	tried := map[string]bool{}
	for _, c := range closed {
		tried[c.table] = true
	}
	ours := 0
	for table, rooms := range writes {
		if !slices.ContainsFunc(rooms, func(room string) bool {
			return slices.Contains([]string{"partnership", "meeting", "decision", "plan", "project"}, room)
		}) {
			continue
		}
		ours++
		why := neverClosed[table]
		switch {
		case len(rooms) > 1:
			t.Errorf("%s is written by %q: a table belongs to one room", table, rooms)
		case !tried[table] && why == "":
			t.Errorf("%s of %s is neither tried nor said to be never closed", table, rooms[0])
		case tried[table] && why != "":
			t.Errorf("%s is tried, and said to be never closed", table)
		}
	}
	if ours < 100 {
		t.Errorf("only %d tables were found", ours)
	}
	for table := range neverClosed {
		if len(writes[table]) == 0 {
			t.Errorf("nobody writes in %s", table)
		}
	}
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
		if err := demo.Play(t.Context(), d, demo.What{Areas: 1, Years: 8, Seed: 1, Today: demo.DefaultDay()}, func(int) {}); err != nil {
			t.Fatal(err)
		}
		occasions(t, d)
		if v, err := Verify(t.Context(), d); err != nil || len(v.Bad) > 0 {
			t.Fatalf("before anything is changed: %+v, %v", v, err)
		}
		tried := 0
		for _, c := range closed {
			for _, statement := range changesOf(t, d, c.table, c.rows, strings.Fields(c.but)) {
				tried++
				lets := slices.ContainsFunc(strings.Fields(c.may), func(column string) bool {
					return column == "row" && strings.HasPrefix(statement, "DELETE") || strings.HasPrefix(statement, "UPDATE "+c.table+" SET "+column+" = ")
				})
				if err := d.Write(t.Context(), func(tx *db.Tx) error {
					n, err := tx.Exec(t.Context(), statement)
					if err != nil {
						return err
					}
					if n == 0 {
						t.Errorf("the demonstration has nothing for: %s", statement)
					}
					return errPutBack
				}); !lets && (err == nil || strings.Contains(err.Error(), errPutBack.Error())) {
					t.Errorf("the database lets this be done: %s", statement)
				}
				if bad, refused := behind(t, d, c.table, statement); len(bad) == 0 && !refused {
					t.Errorf("verify does not find: %s", statement)
				}
			}
		}
		if tried < 700 {
			t.Errorf("only %d changes were tried", tried)
		}
	})
}

// occasions are what the demonstration does not come to: each comes once.
func occasions(t *testing.T, d *db.DB) {
	t.Helper()
	day := demo.DefaultDay()
	clock := func() time.Time { return day.At(12, 0) }
	ids := id.NewMaker(clock, rand.Reader)
	chair := actor(access.Chair, access.InInstallation, "")
	other := chair // who takes part still
	other.Person = "matrix-other"
	if err := d.Write(t.Context(), func(tx *db.Tx) error {
		ctx := t.Context()
		a, err := area.BySlug(ctx, tx, "tanners-reach")
		if err != nil {
			return err
		}
		one := func(query string) string {
			is, err := db.One(ctx, tx, db.Value[string], query)
			if err != nil {
				t.Fatalf("%s: %v", query, err)
			}
			return is
		}
		number := func(query string) int64 {
			is, err := strconv.ParseInt(one(query), 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			return is
		}
		partnerships := &partnership.Partnerships{DB: d, IDs: ids, Now: clock}
		meetings := &meeting.Meetings{DB: d, IDs: ids, Now: clock, Touched: decision.TouchedBy}
		projects := &project.Projects{DB: d, IDs: ids, Now: clock}
		next := meeting.ID(one(`SELECT id FROM meetings WHERE starts_at > '2026-10-14T23:00:00.000000Z' ORDER BY starts_at LIMIT 1`))
		its := access.Actor{Person: access.PersonID(one(`SELECT person_id FROM interests ORDER BY number LIMIT 1`)), Hat: access.Hat{Role: access.Resident, Scope: access.InArea, Place: string(a.ID)}}
		decisions := &decision.Decisions{DB: d, IDs: ids, Now: clock}
		asked := number(`
			SELECT CAST(MAX(d.number) AS TEXT) FROM decisions d JOIN decision_positions p ON p.area_id = d.area_id AND p.number = d.number AND p.position = 'worry' AND p.reason <> ''
			WHERE NOT EXISTS (SELECT 1 FROM decision_results r WHERE r.area_id = d.area_id AND r.number = d.number)
				AND NOT EXISTS (SELECT 1 FROM decision_polls o WHERE o.area_id = d.area_id AND o.number = d.number)`)
		worry, err := db.One(ctx, tx, db.Value[int64], `SELECT MIN(turn) FROM decision_positions WHERE area_id = $1 AND number = $2 AND reason <> ''`, a.ID, asked)
		if err != nil {
			return err
		}
		circulated := meeting.ID(one(`SELECT id FROM meetings m WHERE EXISTS (SELECT 1 FROM notes_circulations c WHERE c.meeting_id = m.id) AND NOT EXISTS (SELECT 1 FROM notes_agreements g WHERE g.meeting_id = m.id)`))
		item, err := db.One(ctx, tx, db.Value[meeting.ItemID], `SELECT MIN(id) FROM agenda_items WHERE area_id = $1 AND meeting_id = $2`, a.ID, circulated)
		if err != nil {
			return err
		}
		return errors.Join(
			meetings.AddPartiesIn(ctx, tx, chair, a, circulated, meeting.NewParties{Item: item, Parties: []partnership.Party{{Name: "The scouts"}}}),
			meetings.AgreeNotesIn(ctx, tx, chair, a, circulated, meeting.NewAgreement{On: day}),
			decisions.RecuseIn(ctx, tx, chair, a, asked, "It is my street."),
			decisions.AnswerWorryIn(ctx, tx, other, a, asked, worry, "The lamp stays on till ten."),
			decisions.WithdrawIn(ctx, tx, other, a, asked, "It comes again in spring."),
			decisions.ExtendIn(ctx, tx, chair, a, number(`
				SELECT CAST(p.number AS TEXT) FROM decision_polls p WHERE NOT EXISTS (SELECT 1 FROM decision_results r WHERE r.area_id = p.area_id AND r.number = p.number)`),
				decision.NewExtension{ClosesAt: day.AddDays(14).At(19, 0), Why: "The post is late."}),
			(&plan.Plans{DB: d, IDs: ids, Now: clock}).DiscardIn(ctx, tx, chair, a, number(`
				SELECT CAST(MAX(v.number) AS TEXT) FROM plan_versions v WHERE NOT EXISTS (SELECT 1 FROM plan_adoptions d WHERE d.area_id = v.area_id AND d.version = v.number)`)),
			partnerships.WithdrawElectionIn(ctx, tx, chair, a, partnership.ElectionID(one(`SELECT MAX(id) FROM elections`))),
			partnerships.EndInterestIn(ctx, tx, its, a, partnership.NewInterestEnd{
				Interest: partnership.InterestID(one(`SELECT id FROM interests ORDER BY number LIMIT 1`)), Until: day.AddDays(-7), Why: "The club closed.",
			}),
			meetings.ChangeIn(ctx, tx, chair, a, next, meeting.NewChange{On: day.AddDays(9), From: calendar.At(18, 30), Until: calendar.At(20, 0), Place: "The Hub, upstairs", Why: "The hall is let."}),
			meetings.NoteBehaviourIn(ctx, tx, chair, a, next, "Two people shouted before it began."),
			projects.EndPartIn(ctx, tx, chair, a, project.PartID(one(`SELECT MAX(id) FROM project_parts`)), day),
			projects.RemovePhotoIn(ctx, tx, chair, a, project.PhotoID(one(`SELECT id FROM project_photos ORDER BY id LIMIT 1 OFFSET 1`))),
		)
	}); err != nil {
		t.Fatal(err)
	}
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
	{"budget_lines", plan.Readers},
	{"priorities", plan.Readers},
	{"consultations", plan.Readers},
	{"plan_", plan.Readers},
	{"agenda_parties", agendaReaders},
	{"line_codings", plan.Readers},
	{"interest", partnership.Readers},
	{"interest_closings", closingReaders},
	{"endorsements", partnership.Readers},
	{"legal_forms", partnership.Readers},
	{"membership", partnership.Readers},
	{"offices", partnership.Readers},
	{"agreement", partnership.Readers},
	{"partnership", partnership.Readers},
	{"relationship", relationship.Readers},
	{"endorsement_members", partnership.Readers},
	{"naming_consents", partnership.Readers},
	{"office_ends", partnership.Readers},
	{"election", partnership.Readers},
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

// closingReaders are of all that closes what was done about interests.
func closingReaders(ctx context.Context, tx *db.Tx, report func(string)) (all []audit.Reader, err error) {
	for _, of := range []func(context.Context, *db.Tx, func(string)) ([]audit.Reader, error){meeting.Readers, decision.Readers, funding.Readers} {
		more, err := of(ctx, tx, report)
		if err != nil {
			return nil, err
		}
		all = append(all, more...)
	}
	return all, nil
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
