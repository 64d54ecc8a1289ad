package agency

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/id"
	"commontable/internal/organisation"
)

// A PostID names a post.
type PostID string

// A Post is a job or an office in a body, as it is on a day, whoever holds it.
type Post struct {
	ID          PostID
	Area        area.ID
	Body        organisation.ID
	Unit        UnitID // or ""
	Title       string
	Level       Level
	From, Until date.Date
	Number      int64 // how often it was written
}

// NewPost is a post as somebody adds it or, from a day on, changes it.
type NewPost struct {
	Form  string
	Body  organisation.ID
	Unit  UnitID
	Title string
	Level Level
	From  date.Date
}

func (n NewPost) check(today date.Date) fault.Invalid {
	var wrong fault.Invalid
	if !said(n.Title, longestTitle) {
		wrong.Add("title", "Enter what the job is called, in up to 120 letters")
	}
	if n.Level != "" && !slices.Contains(Levels(), n.Level) {
		wrong.Add("level", "Choose from the list")
	}
	if n.From.IsZero() || n.From.After(today.AddMonths(24)) {
		wrong.Add("from", "Enter the day since when it is so: at most two years from now")
	}
	return wrong
}

// AddPost adds a post. Sent twice, it counts once.
func (g *Agencies) AddPost(ctx context.Context, by access.Actor, a area.Area, n NewPost) (PostID, error) {
	made, err := g.once(ctx, by, n.Form, content("add post", a, n.Body, n), func(tx *db.Tx) (string, error) {
		made, err := g.AddPostIn(ctx, tx, by, a, n)
		return string(made), err
	})
	return PostID(made), err
}

// AddPostIn is AddPost as part of a transaction.
func (g *Agencies) AddPostIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, n NewPost) (PostID, error) {
	if _, err := g.mayKeep(ctx, tx, by, a, n.Body); err != nil {
		return "", err
	}
	if err := n.check(g.today()).OrNil(); err != nil {
		return "", err
	}
	p := Post{ID: id.New[PostID](g.IDs), Area: a.ID, Body: n.Body, Unit: n.Unit, Title: tidy(n.Title), Level: n.Level, From: n.From}
	if err := mayBeIn(ctx, tx, p); err != nil {
		return "", err
	}
	if _, err := tx.Exec(ctx, `
		INSERT INTO agency_posts (area_id, id, from_on, added_by, added_at) VALUES ($1, $2, $3, $4, $5)`,
		a.ID, p.ID, p.From, by.Person, g.Now()); err != nil {
		return "", fmt.Errorf("insert post: %w", err)
	}
	return p.ID, g.writePost(ctx, tx, by, a, p, p.From)
}

// ChangePost writes from a day on what a post is called and where it is. It stays
// the same post, and who holds it goes on. Sent twice, it counts once.
func (g *Agencies) ChangePost(ctx context.Context, by access.Actor, a area.Area, of PostID, n NewPost) error {
	_, err := g.once(ctx, by, n.Form, content("change post", a, of, n), func(tx *db.Tx) (string, error) {
		return string(of), g.ChangePostIn(ctx, tx, by, a, of, n)
	})
	return err
}

// ChangePostIn is ChangePost as part of a transaction.
func (g *Agencies) ChangePostIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of PostID, n NewPost) error {
	p, err := g.mayKeepPost(ctx, tx, by, a, of)
	if err != nil {
		return err
	}
	if _, err := KnownTo(ctx, tx, a.ID, n.Body); err != nil {
		return err
	}
	wrong := n.check(g.today())
	if !within(n.From, p.From, p.Until) {
		wrong.Add("from", "Enter a day on which there is such a job")
	}
	if err := wrong.OrNil(); err != nil {
		return err
	}
	p.Body, p.Unit, p.Title, p.Level = n.Body, n.Unit, tidy(n.Title), n.Level
	if err := mayBeIn(ctx, tx, p); err != nil {
		return err
	}
	return g.writePost(ctx, tx, by, a, p, n.From)
}

// mayBeIn refuses a post in a unit of another body.
func mayBeIn(ctx context.Context, tx *db.Tx, p Post) error {
	if p.Unit == "" {
		return nil
	}
	u, err := UnitByID(ctx, tx, p.Area, p.Unit)
	if err == nil && u.Body == p.Body {
		return nil
	}
	if err == nil || isNotFound(err) {
		return fault.Invalid{{Field: "unit", Words: "Choose the team from the list"}}
	}
	return err
}

// writePost adds a version of a post, that holds from a day on.
func (g *Agencies) writePost(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, p Post, from date.Date) error {
	p.Number++
	if _, err := tx.Exec(ctx, `
		INSERT INTO agency_post_versions (area_id, post_id, number, from_on, organisation_id, unit_id, title, level, noted_by, noted_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		a.ID, p.ID, p.Number, from, p.Body, orNull(p.Unit), p.Title, p.Level, by.Person, g.Now()); err != nil {
		return fmt.Errorf("insert post version: %w", err)
	}
	return g.record(ctx, tx, by, a, "post written", string(p.ID), map[string]string{
		"number": strconv.FormatInt(p.Number, 10), "from": from.String(), "body": string(p.Body), "unit": string(p.Unit), "level": string(p.Level),
	}, p.Title)
}

// EndPost notes that there is no such post any more, and that nobody holds it, from
// a day on. Sent twice, it counts once.
func (g *Agencies) EndPost(ctx context.Context, by access.Actor, a area.Area, of PostID, on date.Date, form string) error {
	_, err := g.once(ctx, by, form, content("end post", a, of, on.String()), func(tx *db.Tx) (string, error) {
		return string(of), g.EndPostIn(ctx, tx, by, a, of, on)
	})
	return err
}

// EndPostIn is EndPost as part of a transaction.
func (g *Agencies) EndPostIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of PostID, on date.Date) error {
	p, err := g.mayKeepPost(ctx, tx, by, a, of)
	if err != nil {
		return err
	}
	if !p.Until.IsZero() {
		return fault.New(fault.Conflict, p.Title+" ended on "+p.Until.Long()+" already.")
	}
	if on.IsZero() || on.After(g.today().AddMonths(24)) || on.Before(p.From) {
		return fault.Invalid{{Field: "on", Words: "Enter the first day on which there is no such job: not before " + p.From.Long()}}
	}
	return g.endPost(ctx, tx, by, a, p, on)
}

func (g *Agencies) endPost(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, p Post, on date.Date) error {
	if _, err := tx.Exec(ctx, `UPDATE agency_posts SET until_on = $3, ended_at = $4 WHERE area_id = $1 AND id = $2`, a.ID, p.ID, on, g.Now()); err != nil {
		return fmt.Errorf("end post: %w", err)
	}
	if err := g.record(ctx, tx, by, a, "post ended", string(p.ID), map[string]string{"until": on.String()}, ""); err != nil {
		return err
	}
	held, err := HoldingsOf(ctx, tx, a.ID, p.ID)
	if err != nil {
		return err
	}
	for _, h := range held {
		if h.Until.IsZero() || h.Until.After(on) {
			if err := g.endHolding(ctx, tx, by, a, h, later(on, h.From)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (g *Agencies) mayKeepPost(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of PostID) (Post, error) {
	if err := g.MustKeep(ctx, tx, by, a); err != nil {
		return Post{}, err
	}
	return PostByID(ctx, tx, a.ID, of)
}
