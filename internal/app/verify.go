package app

import (
	"context"
	"fmt"

	"commontable/internal/agency"
	"commontable/internal/area"
	"commontable/internal/audit"
	"commontable/internal/db"
	"commontable/internal/decision"
	"commontable/internal/document"
	"commontable/internal/funding"
	"commontable/internal/ledger"
	"commontable/internal/meeting"
	"commontable/internal/partnership"
	"commontable/internal/plan"
	"commontable/internal/project"
	"commontable/internal/relationship"
	"commontable/internal/share"
	"commontable/internal/workshop"
)

// Verified is what was read to verify a database, and what was found wrong.
type Verified struct {
	Postings int64    `json:"postings"`
	Events   int64    `json:"events"`
	Files    int64    `json:"files"`
	Rows     int64    `json:"rows,omitempty"` // of a dump, each read back and held against the database
	Bad      []string `json:"bad"`
}

// mostBad bounds what each part reports: the first places are what helps, and
// one fault often shows in many.
const mostBad = 12

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
	part := func() func(string) {
		told := 0
		return func(bad string) {
			if told++; told <= mostBad {
				v.Bad = append(v.Bad, bad)
			}
		}
	}
	// History and ledger are each read once; the slices hold their records against
	// what they are told on the way.
	var readers []audit.Reader
	untrue := part()
	for _, of := range []func(context.Context, *db.Tx, func(string)) ([]audit.Reader, error){area.Readers, partnership.Readers, agency.Readers, plan.Readers, meeting.Readers, decision.Readers, project.Readers, relationship.Readers, workshop.Readers, share.Readers, funding.Readers} {
		more, err := of(ctx, tx, untrue)
		if err != nil {
			return v, fmt.Errorf("history: %w", err)
		}
		readers = append(readers, more...)
	}
	var err error
	if v.Events, err = audit.VerifyTold(ctx, tx, part(), readers, outside...); err != nil {
		return v, fmt.Errorf("audit: %w", err)
	}
	books, rest, err := funding.Books(ctx, tx, part())
	if err != nil {
		return v, fmt.Errorf("funding: %w", err)
	}
	if v.Postings, err = ledger.Verify(ctx, tx, part(), books); err != nil {
		return v, fmt.Errorf("ledger: %w", err)
	}
	if err := rest(); err != nil {
		return v, fmt.Errorf("funding: %w", err)
	}
	for _, slice := range []struct {
		name   string
		verify func(context.Context, *db.Tx, func(string)) error
	}{
		{"area", area.Verify},
		{"partnership", partnership.Verify},
		{"relationship", relationship.Verify},
		{"workshop", workshop.Verify},
		{"funding", funding.Verify},
	} {
		if err := slice.verify(ctx, tx, part()); err != nil {
			return v, fmt.Errorf("%s: %w", slice.name, err)
		}
	}
	if v.Files, err = document.Verify(ctx, tx, part()); err != nil {
		return v, fmt.Errorf("files: %w", err)
	}
	if err := audit.VerifyCounts(ctx, tx, part()); err != nil {
		return v, fmt.Errorf("audit: %w", err)
	}
	return v, nil
}
