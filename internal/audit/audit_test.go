package audit_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"commontable/internal/access"
	"commontable/internal/audit"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/fault"
	"commontable/internal/id"
)

var (
	noon  = time.Date(2026, 10, 20, 12, 0, 0, 123456789, time.UTC)
	amina = access.Actor{Person: "amina", Name: "Amina", Hat: access.Hat{ID: "hat", Role: access.ProgrammeFinance}}
	ben   = access.Actor{Person: "ben", Name: "Ben"}
)

func ids() *id.Maker { return id.Real(func() time.Time { return noon }) }

func record(t *testing.T, tx *db.Tx, ids *id.Maker, stream string, number int) error {
	t.Helper()
	return audit.Record(t.Context(), tx, ids, audit.Event{
		Stream: stream, Act: "payment <released> & “paid”", Subject: fmt.Sprintf("payment-%d", number), By: amina, At: noon.Add(time.Duration(number) * time.Second),
		Facts: map[string]string{"amount": "12.50", "entry": "x"}, Private: strings.Repeat("Ms Brown’s roof ", number%2),
	})
}

func found(t *testing.T, tx *db.Tx) (all []string, count int64) {
	t.Helper()
	count, err := audit.Verify(t.Context(), tx, func(s string) { all = append(all, s) })
	if err != nil {
		t.Fatal(err)
	}
	return all, count
}

// recorded is a database with seven events in each of two streams.
func recorded(t *testing.T, d *db.DB) {
	t.Helper()
	ids := ids()
	for i := range 14 {
		if err := d.Write(t.Context(), func(tx *db.Tx) error {
			return record(t, tx, ids, []string{"millbrook", "tanners"}[i%2], i/2+1)
		}); err != nil {
			t.Fatal(err)
		}
	}
}

func TestWhatHappenedIsTold(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		recorded(t, d)
		if err := d.Read(t.Context(), func(tx *db.Tx) error {
			bad, count := found(t, tx)
			if len(bad) > 0 || count != 14 {
				t.Errorf("verify read %d events and found %v, want 14 and nothing", count, bad)
			}
			all, err := audit.About(t.Context(), tx, "tanners", "payment-3")
			if len(all) != 1 || all[0].Number != 3 || all[0].Person != "amina" || !all[0].At.Equal(noon.Add(3*time.Second).Truncate(time.Microsecond)) {
				t.Errorf("about payment-3: got %+v, want the third event, by Amina", all)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	})
}

// G6: whatever is done to the history behind the program's back is found, but
// that what had to be forgotten was forgotten.
func TestVerifyFindsWhatWasDoneToTheHistory(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		recorded(t, d)
		unguarded(t, d)
		bytesOf := func(number string) string {
			return `(SELECT bytes FROM audit_events WHERE stream = 'tanners' AND number = ` + number + `)`
		}
		const copyOf = `INSERT INTO audit_events (stream, number, act, subject, person_id, recorded_at, bytes)
			SELECT stream, %s, act, subject, person_id, recorded_at, bytes FROM audit_events WHERE stream = 'tanners' AND number = %s`
		event4 := ` WHERE stream = 'tanners' AND number = 4`
		forgetful := `DELETE FROM audit_payloads WHERE stream = 'tanners'`
		cases := map[string]struct {
			queries []string
			want    string // in what is reported; "" for nothing
		}{
			"a byte":             {[]string{`UPDATE audit_events SET bytes = ` + bytesOf("3") + event4}, "event 4"},
			"garbage for bytes":  {[]string{`UPDATE audit_events SET bytes = ` + bytesOf("99") + event4, ``}, "event 4"},
			"its act":            {[]string{`UPDATE audit_events SET act = 'payment called off'` + event4}, "event 4"},
			"its subject":        {[]string{`UPDATE audit_events SET subject = 'another'` + event4}, "event 4"},
			"its person":         {[]string{`UPDATE audit_events SET person_id = 'ben'` + event4}, "event 4"},
			"its time":           {[]string{`UPDATE audit_events SET recorded_at = (SELECT recorded_at FROM audit_events WHERE stream = 'tanners' AND number = 1)` + event4}, "event 4"},
			"its private words":  {[]string{`UPDATE audit_payloads SET payload = 'Mr Green’s roof' WHERE stream = 'tanners' AND number = 5`}, "event 5"},
			"its salt":           {[]string{`UPDATE audit_payloads SET salt = ` + bytesOf("1") + ` WHERE stream = 'tanners' AND number = 5`}, "event 5"},
			"private words more": {[]string{`INSERT INTO audit_payloads (stream, number, salt, payload) SELECT 'tanners', 4, salt, payload FROM audit_payloads WHERE stream = 'tanners' AND number = 5`}, "event 4"},
			"swapped": {[]string{
				`UPDATE audit_events SET number = 99` + event4,
				`UPDATE audit_events SET number = 4 WHERE stream = 'tanners' AND number = 2`,
				`UPDATE audit_events SET number = 2 WHERE stream = 'tanners' AND number = 99`,
			}, "event 2"},
			"the tail cut":      {[]string{`DELETE FROM audit_events WHERE stream = 'tanners' AND number > 5`}, "5 events stand where its head counts 7"},
			"one removed":       {[]string{`DELETE FROM audit_events` + event4}, "event 4 is missing"},
			"the first":         {[]string{`DELETE FROM audit_events WHERE stream = 'tanners' AND number = 1`}, "event 1 is missing"},
			"all removed":       {[]string{`DELETE FROM audit_events WHERE stream = 'tanners'`}, "are missing"},
			"one added":         {[]string{fmt.Sprintf(copyOf, "8", "7")}, "event 8"},
			"moved elsewhere":   {[]string{`UPDATE audit_events SET stream = 'x' WHERE stream = 'tanners'`}, "x"},
			"head shortened":    {[]string{`UPDATE audit_heads SET size = 6 WHERE stream = 'tanners'`}, "head counts 6"},
			"head changed":      {[]string{`UPDATE audit_heads SET peaks = (SELECT peaks FROM audit_heads WHERE stream = 'millbrook') WHERE stream = 'tanners'`}, "was changed"},
			"head removed":      {[]string{`DELETE FROM audit_heads WHERE stream = 'tanners'`}, "no head"},
			"what is forgotten": {[]string{``}, ""},
		}
		for what, c := range cases {
			errBack := errors.New("put it back")
			err := d.Write(t.Context(), func(tx *db.Tx) error {
				queries := c.queries
				switch what {
				case "garbage for bytes":
					queries = []string{`UPDATE audit_events SET bytes = (SELECT peaks FROM audit_heads WHERE stream = 'tanners')` + event4}
				case "what is forgotten", "all removed", "one removed", "the first", "the tail cut", "moved elsewhere", "swapped":
					queries = append([]string{forgetful}, queries...) // they refer to events
				}
				for _, query := range queries {
					if query == "" {
						continue
					}
					if n, err := tx.Exec(t.Context(), query); err != nil || n == 0 {
						t.Errorf("%s: changed %d rows, %v: %s", what, n, err, query)
						return errBack
					}
				}
				bad, _ := found(t, tx)
				switch {
				case c.want == "" && len(bad) > 0:
					t.Errorf("%s: verify found %v, want nothing", what, bad)
				case c.want != "" && (len(bad) == 0 || !strings.Contains(strings.Join(bad, "\n"), c.want)):
					t.Errorf("%s: verify found %v, want %q", what, bad, c.want)
				case strings.Contains(strings.Join(bad, "\n"), "millbrook"):
					t.Errorf("%s: verify found %v, want Millbrook left alone", what, bad)
				}
				return errBack
			})
			if !errors.Is(err, errBack) {
				t.Fatalf("%s: %v", what, err)
			}
		}
	})
}

func unguarded(t *testing.T, d *db.DB) {
	t.Helper()
	queries := []string{`DROP TRIGGER audit_events_stay`, `DROP TRIGGER audit_events_stay_kept`}
	if d.Engine() == "postgres" {
		queries = []string{`ALTER TABLE audit_events DISABLE TRIGGER USER`}
	}
	if err := d.Write(t.Context(), func(tx *db.Tx) error {
		for _, query := range queries {
			if _, err := tx.Exec(t.Context(), query); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

// The words that may have to be forgotten are not in what is hashed, nor can
// they be guessed from it.
func TestPrivateWordsAreNotInTheEvent(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ids := ids()
		if err := d.Write(t.Context(), func(tx *db.Tx) error {
			for range 2 {
				if err := record(t, tx, ids, "tanners", 1); err != nil {
					return err
				}
			}
			all, err := db.All(t.Context(), tx, db.Value[[]byte], `SELECT bytes FROM audit_events ORDER BY number`)
			if err != nil {
				return err
			}
			commitment := func(b []byte) string {
				_, after, _ := strings.Cut(string(b), `"commitment":"`)
				return after[:64]
			}
			if strings.Contains(string(all[0]), "Brown") {
				t.Errorf("the event is %s, want no private words in it", all[0])
			}
			if commitment(all[0]) == commitment(all[1]) {
				t.Error("two commitments to the same words are equal: want each salted")
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	})
}

func TestOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		effects := 0
		errNo := errors.New("no")
		send := func(form string, by access.Actor, content any, fails error) (subject string, err error) {
			err = d.Write(t.Context(), func(tx *db.Tx) error {
				subject, err = audit.Once(t.Context(), tx, audit.Sent{Form: form, By: by, Content: content, At: noon}, func() (string, error) {
					effects++
					return fmt.Sprintf("subject %d", effects), fails
				})
				return err
			})
			return subject, err
		}
		want := func(what, subject string, err error, wantSubject string, wantEffects int) {
			t.Helper()
			if err != nil || subject != wantSubject || effects != wantEffects {
				t.Errorf("%s: got %q, %v after %d effects; want %q after %d", what, subject, err, effects, wantSubject, wantEffects)
			}
		}
		s, err := send("form", amina, []any{"pay", 12}, nil)
		want("a form", s, err, "subject 1", 1)
		s, err = send("form", amina, []any{"pay", 12}, nil)
		want("the same form again", s, err, "subject 1", 1)
		if _, err = send("form", amina, []any{"pay", 13}, nil); !errors.Is(err, fault.Conflict) || effects != 1 {
			t.Errorf("the same form with another content: got %v after %d effects, want a conflict after 1", err, effects)
		}
		s, err = send("form", ben, []any{"pay", 13}, nil)
		want("another person’s form of the same name", s, err, "subject 2", 2)
		if _, err = send("other", amina, []any{"pay", 12}, errNo); !errors.Is(err, errNo) {
			t.Errorf("a form that fails: got %v, want %v", err, errNo)
		}
		s, err = send("other", amina, []any{"pay", 12}, nil)
		want("a form that failed, sent again", s, err, "subject 4", 4)
		for _, form := range []string{"", strings.Repeat("x", 101)} {
			if _, err := send(form, amina, nil, nil); err == nil || effects != 4 {
				t.Errorf("a form named %.5q…: got %v after %d effects, want it refused", form, err, effects)
			}
		}
	})
}

// M9: fifty at once, one effect, fifty equal answers.
func TestOnceAmongMany(t *testing.T) {
	t.Parallel()
	const many = 50
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ids := ids()
		subjects := make([]string, many)
		var wg sync.WaitGroup
		for i := range many {
			wg.Go(func() {
				err := d.Write(t.Context(), func(tx *db.Tx) (err error) {
					subjects[i], err = audit.Once(t.Context(), tx, audit.Sent{Form: "form", By: amina, Content: "pay", At: noon}, func() (string, error) {
						return fmt.Sprintf("by %d", i), record(t, tx, ids, "tanners", 1)
					})
					return err
				})
				if err != nil {
					t.Errorf("%d: %v", i, err)
				}
			})
		}
		wg.Wait()
		for i, s := range subjects {
			if s != subjects[0] {
				t.Errorf("%d was answered %q and 0 %q, want them equal", i, s, subjects[0])
			}
		}
		if err := d.Read(t.Context(), func(tx *db.Tx) error {
			if bad, count := found(t, tx); count != 1 || len(bad) > 0 {
				t.Errorf("%d events and %v, want one effect", count, bad)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	})
}
