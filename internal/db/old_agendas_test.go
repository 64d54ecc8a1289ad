package db_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"commontable/internal/db"
	"commontable/internal/db/dbtest"
)

// Items of agendas and decisions that stood in a database before they shared whom they
// touch (0101) share it once the program is brought up to date: what is open does, and
// what was agreed or decided stays as it was.
func TestOldAgendasShareWithTheirDecisions(t *testing.T) {
	t.Parallel()
	dbtest.EachEmpty(t, func(t *testing.T, d *db.DB) {
		if err := db.MigrateTo(t.Context(), d, 100); err != nil {
			t.Fatal(err)
		}
		run(t, d, oldArea...)
		run(t, d, oldAgendas...)
		if err := d.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		want(t, d, "which items and decisions are about the same", `SELECT item_id || ' ' || decision_id FROM agenda_decisions ORDER BY item_id, decision_id`,
			"agreed of-two", "both of-two", "both other", "later of-two", "own other")
		want(t, d, "whom items touch", parties,
			"agreed 1 ,,The scouts from  by  since ", // these notes are agreed: they stay
			"both 1 ,,The scouts from  by  since ",
			"both 2 mill,, from of-two by  since 2020-03-03",
			"both 3 ,noor, from of-two by  since 2020-03-05",
			"both 4 ,,Pipes Ltd from other by  since 2020-03-06", // put forward later than the item
			"later 1 mill,, from of-two by  since 2020-03-07",    // the item came later than the wording
			"later 2 ,noor, from of-two by  since 2020-03-07",
			"later 3 ,,The scouts from of-two by  since 2020-03-07", // whom the others touch that are about the same
			"later 4 ,,Pipes Ltd from of-two by  since 2020-03-07",
			"nobody 1 ,,The scouts from  by  since ",
			"own 1 ,,Pipes Ltd from  by  since ",
			"own 2 mill,, from other by  since 2020-03-08", // both and this are about the other
			"own 3 ,,The scouts from other by  since 2020-03-08",
			"own 4 ,noor, from other by  since 2020-03-08",
		)
		want(t, d, "what is not known yet of who is paid", `SELECT DISTINCT CASE WHEN payee_open THEN 'open' ELSE 'known' END FROM decision_texts`, "known")
		want(t, d, "by which rules it was decided", `SELECT COALESCE(CAST(rules_version AS TEXT), 'not kept') FROM decision_results`, "not kept")
		want(t, d, "what nobody wrote", `SELECT CAST((SELECT COUNT(*) FROM line_codings) + (SELECT COUNT(*) FROM relationship_person_views) AS TEXT)`, "0")
		staysAppendOnly(t, d)
	})
}

// What 0101 wrote twice in notes that were agreed before 0113 was there is in what was
// agreed, and stays. What is open is put right.
func TestAgreedNotesStayAsTheFirstSharingLeftThem(t *testing.T) {
	t.Parallel()
	dbtest.EachEmpty(t, func(t *testing.T, d *db.DB) {
		if err := db.MigrateTo(t.Context(), d, 100); err != nil {
			t.Fatal(err)
		}
		run(t, d, oldArea...)
		run(t, d,
			meetingOf("june"), itemOf("two", "june", 0, 2), meetingOf("july"), itemOf("again", "july", 0, 2),
			decisionOf(1, "first", "two", 3), textOf(1, 1, 3), doesOf(1, 1, 1, "mill", "", ""),
			decisionOf(2, "second", "two", 4), textOf(2, 1, 4), doesOf(2, 1, 1, "mill", "", ""),
			decisionOf(3, "third", "again", 4), textOf(3, 1, 4), doesOf(3, 1, 1, "mill", "", ""),
			decisionOf(4, "fourth", "again", 3), textOf(4, 1, 5), doesOf(4, 1, 1, "mill", "", ""), doesOf(4, 1, 2, "", "noor", ""),
		)
		if err := db.MigrateTo(t.Context(), d, 112); err != nil {
			t.Fatal(err)
		}
		want(t, d, "what 0101 wrote", `SELECT item_id || ' ' || CAST(position AS TEXT) || ' ' || decision_id FROM agenda_parties ORDER BY item_id, position`,
			"again 1 third", "again 2 fourth", "again 3 fourth", "two 1 first", "two 2 second")
		run(t, d, agreed("june", 20))
		if err := d.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		want(t, d, "whom items touch", parties,
			"again 1 mill,, from third by  since 2020-03-04",
			"again 2 ,noor, from fourth by  since 2020-03-05",
			"two 1 mill,, from first by  since 2020-03-03",
			"two 2 mill,, from second by  since 2020-03-04",
		)
		staysAppendOnly(t, d)
	})
}

const parties = `
	SELECT item_id || ' ' || CAST(position AS TEXT) || ' ' || organisation_id || ',' || person_id || ',' || name || ' from ' || decision_id || ' by ' || added_by || ' since ' ||
		COALESCE(SUBSTR(CAST(added_at AS TEXT), 1, 10), '')
	FROM agenda_parties ORDER BY item_id, position`

// oldArea is where it happens.
var oldArea = []string{
	`INSERT INTO organisations (id, slug, name, added_at) VALUES ('funder', 'funder', 'The funder', '2020-01-01T09:00:00.000000Z')`,
	`INSERT INTO programmes (id, slug, name, funder_id, rulebook, rulebook_version, rulebook_text, begins_on, ends_on, added_at)
		VALUES ('p', 'p', 'P', 'funder', 'r', 1, '{}', '2020-01-01', '2030-01-01', '2020-01-01T09:00:00.000000Z')`,
	`INSERT INTO areas (id, programme_id, slug, name, sort_name, search_text, added_at) VALUES ('a', 'p', 'a', 'A', 'a', 'a', '2020-01-01T09:00:00.000000Z')`,
}

// oldAgendas are items and decisions as they stood beside each other: one was put
// forward from an item, others name a decision by its number; one is decided, and
// the notes of one meeting are agreed.
var oldAgendas = []string{
	meetingOf("march"), itemOf("agreed", "march", 1, 1), touches("agreed", 1, "", "", "The scouts"),
	meetingOf("april"), itemOf("both", "april", 0, 2), touches("both", 1, "", "", "The scouts"), itemOf("nobody", "april", 0, 2), touches("nobody", 1, "", "", "The scouts"),
	itemOf("later", "april", 1, 7), itemOf("own", "april", 2, 8), touches("own", 1, "", "", "Pipes Ltd"), itemOf("unknown", "april", 9, 2),
	decisionOf(1, "of-two", "both", 3),
	textOf(1, 1, 3), doesOf(1, 1, 1, "mill", "", ""), doesOf(1, 1, 2, "", "", "Pipes Ltd"), // who was taken out of the wording that is the last
	textOf(1, 2, 5), doesOf(1, 2, 1, "mill", "", ""), doesOf(1, 2, 2, "", "noor", ""), doesOf(1, 2, 3, "", "", "The scouts"),
	`INSERT INTO decision_parties (area_id, number, version, position, part, organisation_id, person_id, name) VALUES ('a', 1, 2, 4, 'hears', '', '', 'The library')`,
	decisionOf(2, "other", "both", 6),
	textOf(2, 1, 6), doesOf(2, 1, 1, "", "", "Pipes Ltd"), doesOf(2, 1, 2, "mill", "", ""), // whom the first names, too
	decisionOf(3, "alone", "", 6), textOf(3, 1, 6), doesOf(3, 1, 1, "", "", "Nobody's"),
	agreed("march", 9),
	`INSERT INTO decision_results (area_id, number, outcome, way, version, hash, yes, no, aside, unused, residents, quorum, words, digest, decided_on, recorded_by, recorded_at)
		VALUES ('a', 1, 'agreed', 'agreement', 2, '` + strings.Repeat("a", 64) + `', 3, 0, 0, 0, 3, 1, '', '` + strings.Repeat("b", 64) + `', '2020-03-06', 'chair', '2020-03-06T12:00:00.000000Z')`,
}

func on(day int) string {
	return time.Date(2020, 3, day, 12, 0, 0, 0, time.UTC).Format("'2006-01-02T15:04:05.000000Z'")
}

func meetingOf(id string) string {
	return fmt.Sprintf(`
		INSERT INTO meetings (area_id, id, kind, title, starts_at, ends_at, place, online, telephone, access_needs, will, wont, for_everyone, sequence, off, arranged_by, arranged_at)
		VALUES ('a', '%s', 'open', 'M', '2020-04-01T18:00:00.000000Z', '2020-04-01T19:00:00.000000Z', '', '', '', '', '', '', TRUE, 0, FALSE, 'chair', %s)`, id, on(1))
}

func itemOf(id, meeting string, decision, day int) string {
	return fmt.Sprintf(`
		INSERT INTO agenda_items (area_id, id, meeting_id, position, title, words, minutes, members_only, decision, taken_off, put_by, put_hat, put_role, put_at)
		VALUES ('a', '%s', '%s', 1, 'I', '', 0, FALSE, %d, '', 'chair', 'h', 'chair', %s)`, id, meeting, decision, on(day))
}

func touches(item string, position int, organisation, person, name string) string {
	return fmt.Sprintf(`INSERT INTO agenda_parties (area_id, item_id, position, organisation_id, person_id, name) VALUES ('a', '%s', %d, '%s', '%s', '%s')`,
		item, position, organisation, person, name)
}

func decisionOf(number int, id, item string, day int) string {
	return fmt.Sprintf(`INSERT INTO decisions (area_id, number, id, kind, agenda_item, begun_by, begun_at) VALUES ('a', %d, '%s', 'other', '%s', 'chair', %s)`, number, id, item, on(day))
}

func textOf(number, version, day int) string {
	return fmt.Sprintf(`
		INSERT INTO decision_texts (area_id, number, version, title, question, words, cost, told, why, no_council, hash, written_by, written_as, written_at)
		VALUES ('a', %d, %d, 'T', 'Q', '', '', '', '', FALSE, '%s', 'chair', 'chair', %s)`, number, version, strings.Repeat("a", 64), on(day))
}

func doesOf(number, version, position int, organisation, person, name string) string {
	return fmt.Sprintf(`INSERT INTO decision_parties (area_id, number, version, position, part, organisation_id, person_id, name) VALUES ('a', %d, %d, %d, 'does', '%s', '%s', '%s')`,
		number, version, position, organisation, person, strings.ReplaceAll(name, "'", "''"))
}

func agreed(meeting string, day int) string {
	return fmt.Sprintf(`
		INSERT INTO notes_agreements (area_id, meeting_id, agreed_on, salt, digest, noted_by, noted_at) VALUES ('a', '%s', '2020-03-09', '', 'd', 'chair', %s)`, meeting, on(day))
}

// run runs each statement as it stands.
func run(t *testing.T, d *db.DB, all ...string) {
	t.Helper()
	if err := d.Write(t.Context(), func(tx *db.Tx) error {
		for _, s := range all {
			if tx.Engine() != "postgres" {
				s = strings.ReplaceAll(s, "'2020-03-09', ''", "'2020-03-09', x''")
			}
			if _, err := tx.Exec(t.Context(), s); err != nil {
				return fmt.Errorf("%s: %w", s, err)
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

func want(t *testing.T, d *db.DB, what, query string, want ...string) {
	t.Helper()
	var got []string
	if err := d.Read(t.Context(), func(tx *db.Tx) (err error) {
		got, err = db.All(t.Context(), tx, db.Value[string], query)
		return err
	}); err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s: got\n\t%s\nwant\n\t%s", what, strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
}

// staysAppendOnly asks whether what may only be added to is refused to be changed again
// after the migrations.
func staysAppendOnly(t *testing.T, d *db.DB) {
	t.Helper()
	for _, s := range []string{
		`UPDATE agenda_parties SET name = 'x'`, `DELETE FROM agenda_parties`, `UPDATE agenda_decisions SET item_id = 'nobody'`, `DELETE FROM agenda_decisions`,
		`UPDATE decision_texts SET payee_open = TRUE`,
	} {
		if err := d.Write(t.Context(), func(tx *db.Tx) error { _, err := tx.Exec(t.Context(), s); return err }); err == nil || !strings.Contains(err.Error(), "append-only") {
			t.Errorf("%s: got %v, want it refused", s, err)
		}
	}
}
