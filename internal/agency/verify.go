package agency

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"commontable/internal/audit"
	"commontable/internal/db"
)

// A keptRow is what a row says, and its words; these are nil where they are not compared.
type keptRow struct {
	says  string
	words *string
}

// Readers hold what is kept against the events of when it was recorded: each row has
// its event, each event its row, and they say the same, in the same words. Of what
// stands as it was last said, the last event counts; of what stays, each.
func Readers(ctx context.Context, tx *db.Tx, report func(string)) (all []audit.Reader, err error) {
	for _, v := range []struct {
		act   string
		last  bool
		facts []string // in the order of the columns
		rows  func() (map[string]keptRow, error)
	}{
		{"body noted", true, []string{"number", "type", "subtype", "tier", "place code", "opened", "closed", "register", "for"}, func() (map[string]keptRow, error) {
			return rows(ctx, tx, `
				SELECT 'installation', organisation_id, '', CAST(number AS TEXT) || '|' || type || '|' || subtype || '|' || tier || '|' || place_code || '|' ||
					COALESCE(CAST(opened_on AS TEXT), '') || '|' || COALESCE(CAST(closed_on AS TEXT), '') || '|' || register || '|' || COALESCE(added_for, ''), NULL FROM agencies`)
		}},
		{"bodies linked", true, []string{"from", "until"}, func() (map[string]keptRow, error) {
			return rows(ctx, tx, `
				SELECT 'installation', from_id, kind || ' ' || to_id, COALESCE(CAST(from_on AS TEXT), '') || '|' || COALESCE(CAST(until_on AS TEXT), ''), NULL FROM agency_links`)
		}},
		{"body listed", true, []string{"from", "until"}, func() (map[string]keptRow, error) {
			return rows(ctx, tx, `
				SELECT area_id, organisation_id, '', CAST(from_on AS TEXT) || '|' || COALESCE(CAST(until_on AS TEXT), ''), NULL FROM agency_listings`)
		}},
		{"unit written", false, []string{"from", "body", "parent"}, func() (map[string]keptRow, error) {
			return rows(ctx, tx, `
				SELECT area_id, unit_id, CAST(number AS TEXT), CAST(from_on AS TEXT) || '|' || organisation_id || '|' || COALESCE(parent_id, ''), name FROM agency_unit_versions`)
		}},
		{"unit ended", true, []string{"until"}, func() (map[string]keptRow, error) {
			return rows(ctx, tx, `SELECT area_id, id, '', CAST(until_on AS TEXT), why FROM agency_units WHERE until_on IS NOT NULL`)
		}},
		{"post written", false, []string{"from", "body", "unit", "level"}, func() (map[string]keptRow, error) {
			return rows(ctx, tx, `
				SELECT area_id, post_id, CAST(number AS TEXT), CAST(from_on AS TEXT) || '|' || organisation_id || '|' || COALESCE(unit_id, '') || '|' || level, title FROM agency_post_versions`)
		}},
		{"post ended", true, []string{"until"}, func() (map[string]keptRow, error) {
			return rows(ctx, tx, `SELECT area_id, id, '', CAST(until_on AS TEXT), NULL FROM agency_posts WHERE until_on IS NOT NULL`)
		}},
		{"post held", false, []string{"post", "contact", "from"}, func() (map[string]keptRow, error) {
			return rows(ctx, tx, `SELECT area_id, id, '', post_id || '|' || COALESCE(contact_id, '') || '|' || CAST(from_on AS TEXT), NULL FROM agency_holdings`)
		}},
		{"post left", true, []string{"until"}, func() (map[string]keptRow, error) {
			return rows(ctx, tx, `SELECT area_id, id, '', COALESCE(CAST(until_on AS TEXT), ''), NULL FROM agency_holdings WHERE ended_at IS NOT NULL`)
		}},
		{"agency contact written", true, nil, func() (map[string]keptRow, error) {
			return rows(ctx, tx, `
				SELECT area_id, id, '', '', CASE WHEN forgotten_at IS NULL THEN name || ' ' || email || ' ' || phone END FROM agency_contacts`)
		}},
		{"agency contact forgotten", true, nil, func() (map[string]keptRow, error) {
			return rows(ctx, tx, `SELECT area_id, id, '', '', NULL FROM agency_contacts WHERE forgotten_at IS NOT NULL`)
		}},
		{"directory written", false, []string{"public", "until"}, func() (map[string]keptRow, error) {
			return rows(ctx, tx, `
				SELECT area_id, id, CAST(number AS TEXT), CASE WHEN public THEN 'true' ELSE 'false' END || '|' || COALESCE(CAST(until_on AS TEXT), ''),
					name || ' ' || what || ' ' || host || ' ' || who_for || ' ' || days || ' ' || place || ' ' || contact FROM directory_entries`)
		}},
		{"referral card written", false, []string{"checked on", "until"}, func() (map[string]keptRow, error) {
			return rows(ctx, tx, `
				SELECT area_id, id, CAST(number AS TEXT), CAST(checked_on AS TEXT) || '|' || COALESCE(CAST(until_on AS TEXT), ''),
					activity || ' ' || about || ' ' || ask || ' ' || reach || ' ' || otherwise FROM referral_cards`)
		}},
		{"type of body added", false, []string{"code"}, func() (map[string]keptRow, error) {
			return rows(ctx, tx, `SELECT place AS stream, place AS subject, code AS part, code AS says, name || ' ' || words FROM agency_types`)
		}},
		{"alike seen", false, []string{"kind", "subject"}, func() (map[string]keptRow, error) {
			return rows(ctx, tx, `SELECT area_id, id, '', kind || '|' || subject, because FROM alike_seen`)
		}},
	} {
		records, err := v.rows()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", v.act, err)
		}
		told := make(map[string]keptRow, len(records))
		all = append(all, audit.Reader{
			Act: v.act,
			Hear: func(e audit.Recorded) {
				var says []string
				for _, f := range v.facts {
					says = append(says, e.Facts[f])
				}
				part := ""
				switch v.act {
				case "bodies linked":
					part = e.Facts["kind"] + " " + e.Facts["to"]
				case "type of body added":
					part = e.Facts["code"]
				case "unit written", "post written", "directory written", "referral card written":
					part = e.Facts["number"]
				}
				key := e.Stream + " " + e.Subject + " " + part
				if _, twice := told[key]; twice && !v.last {
					report("area " + e.Stream + ": " + v.act + ", " + e.Subject + " was recorded twice")
				}
				told[key] = keptRow{strings.Join(says, "|"), e.Private}
			},
			End: func() {
				for key, was := range told {
					is, there := records[key]
					switch {
					case !there || is.says != was.says:
						report("agencies: " + v.act + ", " + key + " is not as it was recorded when it happened")
					case is.words != nil && was.words != nil && !slices.Equal(strings.Fields(*is.words), strings.Fields(*was.words)):
						report("agencies: the words of " + v.act + ", " + key + " are not those that were recorded")
					}
					delete(records, key)
				}
				for key := range records {
					report("agencies: " + v.act + ", " + key + " has no event that recorded it")
				}
			},
		})
	}
	return all, nil
}

// rows are what is kept, by stream, subject and part of it: a query of five columns,
// of which the last is the words, NULL where these are not compared.
func rows(ctx context.Context, tx *db.Tx, query string) (map[string]keptRow, error) {
	all := map[string]keptRow{}
	err := db.Each(ctx, tx, func(r db.Row) error {
		var stream, subject, part string
		var is keptRow
		err := r.Scan(&stream, &subject, &part, &is.says, &is.words)
		all[stream+" "+subject+" "+part] = is
		return err
	}, query)
	return all, err
}
