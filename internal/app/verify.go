package app

import (
	"context"
	"fmt"

	"commontable/internal/area"
	"commontable/internal/audit"
	"commontable/internal/db"
	"commontable/internal/document"
	"commontable/internal/funding"
	"commontable/internal/ledger"
	"commontable/internal/partnership"
	"commontable/internal/plan"
	"commontable/internal/project"
	"commontable/internal/share"
)

// Verified is what was read to verify a database, and what was found wrong.
type Verified struct {
	Postings int64    `json:"postings"`
	Events   int64    `json:"events"`
	Files    int64    `json:"files"`
	Bad      []string `json:"bad"`
}

// mostBad bounds what is reported: the first places are what helps.
const mostBad = 50

// Verify checks every promise that can be checked from the data alone: books
// balance, balances are the sums, records agree with the ledger and the rules,
// and history is as it was recorded, by the checkpoints made of it and by those
// that are given.
func Verify(ctx context.Context, d *db.DB, outside ...audit.Checkpoint) (v Verified, err error) {
	err = d.Read(ctx, func(tx *db.Tx) error {
		v, err = verifyIn(ctx, tx, outside...)
		return err
	})
	if err != nil {
		return v, fmt.Errorf("verify: %w", err)
	}
	return v, nil
}

func verifyIn(ctx context.Context, tx *db.Tx, outside ...audit.Checkpoint) (Verified, error) {
	v := Verified{Bad: []string{}}
	report := func(bad string) {
		if len(v.Bad) < mostBad {
			v.Bad = append(v.Bad, bad)
		}
	}
	var err error
	// History first: all else is held against it.
	if v.Events, err = audit.Verify(ctx, tx, report, outside...); err != nil {
		return v, fmt.Errorf("audit: %w", err)
	}
	if v.Postings, err = ledger.Verify(ctx, tx, report); err != nil {
		return v, fmt.Errorf("ledger: %w", err)
	}
	if err := area.Verify(ctx, tx, report); err != nil {
		return v, fmt.Errorf("area: %w", err)
	}
	if err := partnership.VerifyMembers(ctx, tx, report); err != nil {
		return v, fmt.Errorf("partnership: %w", err)
	}
	if err := partnership.VerifyInterests(ctx, tx, report); err != nil {
		return v, fmt.Errorf("partnership: %w", err)
	}
	if err := plan.Verify(ctx, tx, report); err != nil {
		return v, fmt.Errorf("plan: %w", err)
	}
	if err := project.Verify(ctx, tx, report); err != nil {
		return v, fmt.Errorf("project: %w", err)
	}
	if err := share.Verify(ctx, tx, report); err != nil {
		return v, fmt.Errorf("share: %w", err)
	}
	if err := funding.Verify(ctx, tx, report); err != nil {
		return v, fmt.Errorf("funding: %w", err)
	}
	if v.Files, err = document.Verify(ctx, tx, report); err != nil {
		return v, fmt.Errorf("files: %w", err)
	}
	if err := audit.VerifyCounts(ctx, tx, report); err != nil {
		return v, fmt.Errorf("audit: %w", err)
	}
	return v, nil
}
