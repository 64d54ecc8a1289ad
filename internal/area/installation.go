package area

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"commontable/internal/access"
	"commontable/internal/audit"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
)

// A Kind is what a database is for, from its birth to its end.
type Kind string

// The kinds of installation. What is invented never mixes with what is real.
const (
	Real          Kind = "real"
	Demonstration Kind = "demonstration"
	Development   Kind = "development"
)

// An Installation is one funder's database.
type Installation struct {
	Kind      Kind
	Name      string
	LastDay   date.Date // of a demonstration: its clock goes on from the end of this day
	FoundedAt time.Time // set by FoundIn
}

var errFounded = fault.New(fault.Conflict, "This database is founded already. Give --database the name of a new one.")

// FoundIn says, once and for ever, what kind of database this is.
func (a *Areas) FoundIn(ctx context.Context, tx *db.Tx, by access.Actor, i Installation) error {
	if err := by.Must(access.Operate, access.Place{}); err != nil {
		return err
	}
	var wrong fault.Invalid
	if !slices.Contains([]Kind{Real, Demonstration, Development}, i.Kind) {
		wrong.Add("kind", "Say whether the installation is real, a demonstration or for development")
	}
	i.Name = tidy(i.Name)
	checkText(&wrong, "name", i.Name, longestName)
	if i.Name == "" {
		wrong.Add("name", "Enter a name for the installation, such as that of the funder")
	}
	if !i.LastDay.IsZero() && i.Kind != Demonstration {
		wrong.Add("last_day", "Only a demonstration has a last day: leave it out")
	}
	if err := wrong.OrNil(); err != nil {
		return err
	}
	i.FoundedAt = a.Now()
	founded, err := insertInstallation(ctx, tx, i)
	if err != nil {
		return fmt.Errorf("found installation: %w", err)
	}
	if !founded {
		return errFounded
	}
	return audit.Record(ctx, tx, a.IDs, audit.Event{
		Stream: audit.Installation, Act: "installation founded", Subject: audit.Installation, By: by, At: i.FoundedAt,
		Facts: facts("kind", string(i.Kind), "name", i.Name, "last day", i.LastDay.String()),
	})
}

// InstallationOf is what was founded here, or fault.NotFound.
func InstallationOf(ctx context.Context, tx *db.Tx) (Installation, error) {
	return db.One(ctx, tx, func(r db.Row) (i Installation, err error) {
		return i, r.Scan(&i.Kind, &i.Name, &i.LastDay, &i.FoundedAt)
	}, `SELECT kind, name, last_day, founded_at FROM installations WHERE id = 1`)
}

// EndDemonstrationIn fixes the last day of a demonstration, when it has been
// played to its end. Nothing else has a last day.
func (a *Areas) EndDemonstrationIn(ctx context.Context, tx *db.Tx, lastDay date.Date) error {
	if lastDay.IsZero() {
		return fault.Invalid{{Field: "last_day", Words: "Give the day on which the demonstration ends"}}
	}
	ended, err := tx.Exec(ctx, `
		UPDATE installations SET last_day = $1 WHERE id = 1 AND kind = 'demonstration'`, lastDay)
	if err != nil {
		return fmt.Errorf("end demonstration: %w", err)
	}
	if ended == 0 {
		return fault.New(fault.Conflict, "This database is not a demonstration, so it has no last day.")
	}
	return audit.Record(ctx, tx, a.IDs, audit.Event{
		Stream: audit.Installation, Act: "demonstration ended", Subject: audit.Installation, By: access.System("the demonstration"), At: a.Now(),
		Facts: facts("last day", lastDay.String()),
	})
}

func insertInstallation(ctx context.Context, tx *db.Tx, i Installation) (bool, error) {
	n, err := tx.Exec(ctx, `
		INSERT INTO installations (id, kind, name, last_day, founded_at) VALUES (1, $1, $2, $3, $4)
		ON CONFLICT (id) DO NOTHING`, i.Kind, i.Name, i.LastDay, i.FoundedAt)
	return n == 1, err
}

// facts makes an audit event's facts of names and values, without the empty.
func facts(pairs ...string) map[string]string {
	f := map[string]string{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			f[pairs[i]] = pairs[i+1]
		}
	}
	return f
}

// tidy is s with single spaces between its words.
func tidy(s string) string { return strings.Join(strings.Fields(s), " ") }
