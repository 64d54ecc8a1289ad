package app

import (
	"context"
	"fmt"
	"time"

	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/mail"
)

// A Condition is what an installation is and holds.
type Condition struct {
	Engine    string                      `json:"engine"`
	Version   string                      `json:"engine_version"`
	Schema    int64                       `json:"schema"`
	Kind      string                      `json:"kind"`
	Name      string                      `json:"name"`
	Programme []string                    `json:"programmes"`
	Records   map[string]map[string]int64 `json:"records"`
	Mail      Mail                        `json:"mail"`
}

// Mail is how mails stand. Whether they can be sent is not kept in the database:
// who runs the program says it anew each time.
type Mail struct {
	State   string     `json:"state"` // "kept", in a demonstration; "configured"; "not configured"
	Waiting int        `json:"waiting"`
	Oldest  *time.Time `json:"oldest_waiting,omitempty"`
	Refused int        `json:"refused"`
}

// Doctor looks at an installation. Whether mail can be sent it is told.
func Doctor(ctx context.Context, d *db.DB, mailConfigured bool) (c Condition, err error) {
	c.Engine = d.Engine()
	if c.Version, err = d.Version(ctx); err != nil {
		return c, fmt.Errorf("doctor: %w", err)
	}
	if c.Schema, err = db.SchemaVersion(); err != nil {
		return c, fmt.Errorf("doctor: %w", err)
	}
	i, _, err := installation(ctx, d)
	if err != nil {
		return c, fmt.Errorf("doctor: %w", err)
	}
	c.Kind, c.Name = string(i.Kind), i.Name
	err = d.Read(ctx, func(tx *db.Tx) error {
		programmes, err := area.Programmes(ctx, tx)
		if err != nil {
			return err
		}
		c.Programme = []string{}
		for _, p := range programmes {
			c.Programme = append(c.Programme, p.Slug)
		}
		if c.Records, err = records(ctx, tx); err != nil {
			return err
		}
		box, err := mail.BoxOn(ctx, tx, time.Now()) //nolint:forbidigo // mails wait in real time, whatever day it is in a demonstration
		if err != nil {
			return err
		}
		c.Mail = Mail{State: "not configured", Waiting: box.Waiting, Refused: box.Failed}
		if mailConfigured {
			c.Mail.State = "configured"
		}
		if i.Kind == area.Demonstration {
			c.Mail.State, c.Mail.Waiting = "kept", 0
		}
		if c.Mail.Waiting > 0 {
			c.Mail.Oldest = &box.Oldest
		}
		return nil
	})
	if err != nil {
		return c, fmt.Errorf("doctor: %w", err)
	}
	return c, nil
}

// records counts what each slice keeps.
func records(ctx context.Context, tx *db.Tx) (map[string]map[string]int64, error) {
	all := map[string]map[string]int64{}
	err := db.Each(ctx, tx, func(r db.Row) error {
		var slice, kind string
		var n int64
		if err := r.Scan(&slice, &kind, &n); err != nil {
			return err
		}
		if all[slice] == nil {
			all[slice] = map[string]int64{}
		}
		all[slice][kind] = n
		return nil
	}, `
		SELECT 'organisation', 'organisations', COUNT(*) FROM organisations
		UNION ALL SELECT 'area', 'programmes', COUNT(*) FROM programmes
		UNION ALL SELECT 'area', 'areas', COUNT(*) FROM areas
		UNION ALL SELECT 'area', 'small areas', COUNT(*) FROM area_lsoas
		UNION ALL SELECT 'person', 'people', COUNT(*) FROM people
		UNION ALL SELECT 'person', 'hats', COUNT(*) FROM hats
		UNION ALL SELECT 'mail', 'mails', COUNT(*) FROM mails
		UNION ALL SELECT 'person', 'sessions', COUNT(*) FROM sessions
		UNION ALL SELECT 'plan', 'versions', COUNT(*) FROM plan_versions
		UNION ALL SELECT 'plan', 'budget lines', COUNT(*) FROM budget_lines
		UNION ALL SELECT 'ledger', 'entries', COUNT(*) FROM ledger_entries
		UNION ALL SELECT 'ledger', 'postings', COUNT(*) FROM ledger_postings
		UNION ALL SELECT 'funding', 'allocations', COUNT(*) FROM allocations
		UNION ALL SELECT 'funding', 'offer letters', COUNT(*) FROM offers
		UNION ALL SELECT 'funding', 'payments', COUNT(*) FROM payments
		UNION ALL SELECT 'funding', 'spends', COUNT(*) FROM spends
		UNION ALL SELECT 'document', 'files', COUNT(*) FROM documents
		UNION ALL SELECT 'document', 'filings', COUNT(*) FROM document_filings
		UNION ALL SELECT 'document', 'uploads waiting', COUNT(*) FROM document_uploads
		UNION ALL SELECT 'audit', 'events', COUNT(*) FROM audit_events
		UNION ALL SELECT 'outbox', 'waiting', COUNT(*) FROM outbox WHERE done_at IS NULL`)
	return all, err
}
