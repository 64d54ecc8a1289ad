package organisation

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"commontable/internal/access"
	"commontable/internal/audit"
	"commontable/internal/db"
	"commontable/internal/fault"
)

// RenameIn gives an organisation another name, as part of what is done. Its ID and
// its address stay.
func (o *Organisations) RenameIn(ctx context.Context, tx *db.Tx, by access.Actor, oid ID, name string) error {
	name = strings.Join(strings.Fields(name), " ")
	if wrong := (New{Name: name, Kinds: []Kind{Agency}}).Check().For("name"); wrong != "" {
		return fault.Invalid{{Field: "name", Words: wrong}}
	}
	was, err := NameOf(ctx, tx, oid)
	if err != nil || was == name {
		return err
	}
	if _, err := tx.Exec(ctx, `UPDATE organisations SET name = $2 WHERE id = $1`, oid, name); err != nil {
		return fmt.Errorf("rename organisation: %w", err)
	}
	return o.changed(ctx, tx, by, oid, map[string]string{"name was": was, "name is": name})
}

// AddIdentifierIn notes a further number of an organisation, as part of what is
// done. One that it has already stays as it is; one that another has is refused.
func (o *Organisations) AddIdentifierIn(ctx context.Context, tx *db.Tx, by access.Actor, oid ID, i Identifier) error {
	if !orgID.MatchString(i.OrgID()) {
		return fault.Invalid{{Field: "identifier", Words: "Give the register and the number as org-id.guide does, such as GB-CHC and 1234567"}}
	}
	is, err := ByID(ctx, tx, oid)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(is.Identifiers, func(x Identifier) bool { return x.List == i.List && x.Number == i.Number }) {
		return nil
	}
	if err := notTaken(ctx, tx, i); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `
		INSERT INTO organisation_identifiers (organisation_id, list, number, from_on, until_on) VALUES ($1, $2, $3, $4, $5)`,
		oid, i.List, i.Number, i.From, i.Until); err != nil {
		return fmt.Errorf("add identifier: %w", err)
	}
	return o.changed(ctx, tx, by, oid, map[string]string{"identifier " + i.OrgID(): i.From.String() + "/" + i.Until.String()})
}

// AddKindIn notes that an organisation is of a further kind, as part of what is done.
func (o *Organisations) AddKindIn(ctx context.Context, tx *db.Tx, by access.Actor, oid ID, k Kind) error {
	added, err := tx.Exec(ctx, `INSERT INTO organisation_kinds (organisation_id, kind) VALUES ($1, $2) ON CONFLICT DO NOTHING`, oid, k)
	if err != nil || added == 0 {
		return err
	}
	return o.changed(ctx, tx, by, oid, map[string]string{"kind " + string(k): "yes"})
}

func (o *Organisations) changed(ctx context.Context, tx *db.Tx, by access.Actor, oid ID, facts map[string]string) error {
	return audit.Record(ctx, tx, o.IDs, audit.Event{
		Stream: audit.Installation, Act: "organisation changed", Subject: string(oid), By: by, At: o.Now(), Facts: facts,
	})
}
