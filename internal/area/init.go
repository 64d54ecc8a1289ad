package area

import (
	"context"
	"fmt"

	"commontable/internal/access"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/organisation"
)

// InitWhat is what `commontable init` is told.
type InitWhat struct {
	Kind             Kind   // Real or Development; a demonstration is played, not begun by hand
	InstallationName string // "" for the funder's
	RuleBook         string
	ProgrammeName    string // "" for the rule book's
	FunderName       string
	FunderIdentifier organisation.Identifier // the zero Identifier where it has none
}

// Init is InitIn in a transaction of its own.
func (a *Areas) Init(ctx context.Context, by access.Actor, w InitWhat) (p Programme, err error) {
	err = a.DB.Write(ctx, func(tx *db.Tx) error {
		p, err = a.InitIn(ctx, tx, by, w)
		return err
	})
	if err != nil {
		return Programme{}, fmt.Errorf("init: %w", err)
	}
	return p, nil
}

// InitIn founds the installation, with its funder and its first programme. The
// first person and their hat are the caller's to add, in the same transaction.
func (a *Areas) InitIn(ctx context.Context, tx *db.Tx, by access.Actor, w InitWhat) (Programme, error) {
	if w.Kind != Real && w.Kind != Development {
		return Programme{}, fault.Invalid{{Field: "kind", Words: "Found a real or a development installation; commontable demo makes a demonstration"}}
	}
	rules, err := RuleBookByCode(w.RuleBook)
	if err != nil {
		return Programme{}, fault.Invalid{{Field: "programme", Words: fault.Public(err)}}
	}
	if w.ProgrammeName == "" {
		w.ProgrammeName = rules.Name
	}
	if w.InstallationName == "" {
		w.InstallationName = w.FunderName
	}
	if err := a.FoundIn(ctx, tx, by, Installation{Kind: w.Kind, Name: w.InstallationName}); err != nil {
		return Programme{}, err
	}
	n := organisation.New{Name: w.FunderName, Kinds: []organisation.Kind{organisation.Funder}}
	if w.FunderIdentifier != (organisation.Identifier{}) {
		n.Identifiers = []organisation.Identifier{w.FunderIdentifier}
	}
	organisations := &organisation.Organisations{DB: a.DB, IDs: a.IDs, Now: a.Now}
	funder, err := organisations.AddIn(ctx, tx, by, n)
	if err != nil {
		return Programme{}, fmt.Errorf("the funder: %w", err)
	}
	return a.AddProgrammeIn(ctx, tx, by, NewProgramme{Name: w.ProgrammeName, RuleBook: w.RuleBook, Funder: funder.ID})
}
