package relationship

import (
	"context"
	"fmt"
	"strconv"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
)

// A Tier is how often we mean to be in touch with one person of theirs (P46).
type Tier string

// The tiers.
const (
	CloseTier  Tier = "close"
	Occasional Tier = "occasional"
	NoTier     Tier = "none"
)

// Tiers lists them, with what each is in words.
func Tiers() []struct {
	Tier  Tier
	Words string
} {
	return []struct {
		Tier  Tier
		Words string
	}{
		{CloseTier, "Close: a word every month or so"},
		{Occasional, "Now and then: twice a year or so"},
		{NoTier, "When there is a reason"},
	}
}

// InWords is a tier as a reader wants it.
func (t Tier) InWords() string {
	for _, one := range Tiers() {
		if one.Tier == t {
			return one.Words
		}
	}
	return ""
}

// weeks is after how many weeks without contact somebody of a tier has gone quiet; 0
// for never.
func (t Tier) weeks() int {
	switch t {
	case CloseTier:
		return 6
	case Occasional:
		return 27
	case NoTier:
	}
	return 0
}

// SetTier says how often we mean to be in touch with somebody of theirs. Sent twice,
// it is done once.
func (r *Relationships) SetTier(ctx context.Context, by access.Actor, a area.Area, h HolderID, tier Tier, form string) error {
	_, err := r.once(ctx, by, form, content("tier", a, h, tier), func(tx *db.Tx) (string, error) {
		return string(h), r.SetTierIn(ctx, tx, by, a, h, tier)
	})
	return err
}

// SetTierIn is SetTier as part of a transaction.
func (r *Relationships) SetTierIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, hid HolderID, tier Tier) error {
	h, err := HolderByID(ctx, tx, a.ID, hid)
	if err != nil {
		return err
	}
	if _, err := r.mayKeep(ctx, tx, by, a, h.Relationship); err != nil {
		return err
	}
	if h.Side != Theirs {
		return fault.New(fault.Conflict, h.Name+" is one of us.")
	}
	if tier.InWords() == "" {
		return fault.Invalid{{Field: "tier", Words: "Choose how often you want to be in touch with " + h.Name}}
	}
	number, err := db.One(ctx, tx, db.Value[int64], `SELECT COALESCE(MAX(number), 0) + 1 FROM relationship_tiers WHERE area_id = $1 AND holder_id = $2`, a.ID, hid)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `INSERT INTO relationship_tiers (area_id, holder_id, number, tier, noted_by, noted_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		a.ID, hid, number, tier, by.Person, r.Now()); err != nil {
		return fmt.Errorf("insert tier: %w", err)
	}
	return r.record(ctx, tx, by, a, "relationship tier", string(hid), map[string]string{"number": strconv.FormatInt(number, 10), "tier": string(tier)}, "")
}

// with notes with whom of theirs we were in touch.
func (r *Relationships) with(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of ID, e EntryID, who []HolderID) error {
	for _, hid := range who {
		h, err := HolderByID(ctx, tx, a.ID, hid)
		if err != nil {
			return err
		}
		if h.Relationship != of || h.Side != Theirs {
			return fault.Invalid{{Field: "with", Words: "Choose from the list whom you met"}}
		}
		if _, err := tx.Exec(ctx, `INSERT INTO relationship_entry_people (area_id, entry_id, holder_id, noted_by) VALUES ($1, $2, $3, $4)`, a.ID, e, hid, by.Person); err != nil {
			return fmt.Errorf("insert with whom: %w", err)
		}
		if err := r.record(ctx, tx, by, a, "relationship entry with", string(e), map[string]string{"holder": string(hid)}, ""); err != nil {
			return err
		}
	}
	return nil
}

// A Touch is how it stands with one person of theirs.
type Touch struct {
	Tier       Tier // "" where none was said
	Last       date.Date
	QuietWeeks int // how long without contact while the area was open, when that is longer than we mean it to be
}

// Touches are how it stands on a day with those who hold a relationship on their side.
// Somebody of a tier whom we were never noted to be in touch with is counted from when
// they came.
func Touches(ctx context.Context, tx *db.Tx, a area.ID, held []Holder, day date.Date) (map[HolderID]Touch, error) {
	all := map[HolderID]Touch{}
	if len(held) == 0 {
		return all, nil
	}
	of := held[0].Relationship
	err := db.Each(ctx, tx, func(r db.Row) error {
		var h HolderID
		var t Tier
		err := r.Scan(&h, &t)
		all[h] = Touch{Tier: t}
		return err
	}, `
		SELECT t.holder_id, t.tier FROM relationship_tiers t JOIN relationship_holders h ON h.area_id = t.area_id AND h.id = t.holder_id
		WHERE t.area_id = $1 AND h.relationship_id = $2 ORDER BY t.holder_id, t.number`, a, of)
	if err != nil {
		return nil, fmt.Errorf("tiers: %w", err)
	}
	err = db.Each(ctx, tx, func(r db.Row) error {
		var h HolderID
		var last date.Date
		err := r.Scan(&h, &last)
		t := all[h]
		t.Last = last
		all[h] = t
		return err
	}, `
		SELECT p.holder_id, MAX(e.on_day) FROM relationship_entry_people p
		JOIN relationship_entries e ON e.area_id = p.area_id AND e.id = p.entry_id
		WHERE e.area_id = $1 AND e.relationship_id = $2 AND e.kind = 'contact' AND e.on_day <= $3 GROUP BY p.holder_id`, a, of, day)
	if err != nil {
		return nil, fmt.Errorf("last contacts: %w", err)
	}
	rests, err := area.RestsOf(ctx, tx, a)
	if err != nil {
		return nil, err
	}
	for _, h := range held {
		t, is := all[h.ID]
		if !is || !h.On(day) {
			continue
		}
		since := h.From
		if !t.Last.IsZero() {
			since = t.Last
		}
		if most := t.Tier.weeks(); most > 0 && rests.OpenDays(since, day)/7 >= most {
			t.QuietWeeks = rests.OpenDays(since, day) / 7
			all[h.ID] = t
		}
	}
	return all, nil
}

// A Mix is what sort of news was told over a year.
type Mix struct{ Good, NotSoGood, Both, Neither int }

// MixOf counts the news of the contacts of the year before a day.
func MixOf(entries []Entry, day date.Date) (m Mix) {
	for _, e := range entries {
		if e.Kind != InTouch || e.On.After(day) || !e.On.After(day.AddMonths(-12)) {
			continue
		}
		switch e.News {
		case "good":
			m.Good++
		case "not so good":
			m.NotSoGood++
		case "both":
			m.Both++
		default:
			m.Neither++
		}
	}
	return m
}

// OnlyBad reports whether there was news and none of it good: then it is time to ring
// with something good.
func (m Mix) OnlyBad() bool { return m.NotSoGood > 0 && m.Good == 0 && m.Both == 0 }
