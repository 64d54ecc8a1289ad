package app

import (
	"context"
	"net/url"

	"commontable/internal/access"
	"commontable/internal/agency"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/project"
	"commontable/internal/project/projectweb"
)

// alike is what the pages of projects are told of what is done around an area
// already: by others, from its directory, and by its own projects and activities.
func (a *App) alike() projectweb.Alike {
	return projectweb.Alike{
		Cards:  a.askCards,
		LookIn: a.likes,
		KeepIn: func(ctx context.Context, tx *db.Tx, by access.Actor, in area.Area, n projectweb.Saw) error {
			return a.agencies.KeepSeenIn(ctx, tx, by, in, seenOf(n))
		},
		Look: func(ctx context.Context, by access.Actor, in area.Area, name, what string) (likes []projectweb.Like, err error) {
			err = a.DB.Read(ctx, func(tx *db.Tx) error {
				likes, err = a.likes(ctx, tx, by, in, name, what)
				return err
			})
			return likes, err
		},
		Keep: func(ctx context.Context, by access.Actor, in area.Area, n projectweb.Saw) error {
			return a.agencies.KeepSeen(ctx, by, in, seenOf(n))
		},
		Kept: func(ctx context.Context, tx *db.Tx, in area.Area, kind, subject string) (saw []projectweb.Saw, err error) {
			all, err := agency.SeenOf(ctx, tx, in.ID, kind, subject)
			for _, one := range all {
				s := projectweb.Saw{Kind: one.Kind, Subject: one.Subject, Name: one.Name, Because: one.Because, On: date.InLondon(one.At)}
				for _, name := range one.Found {
					s.Likes = append(s.Likes, projectweb.Like{Name: name})
				}
				saw = append(saw, s)
			}
			return saw, err
		},
	}
}

// seenOf is what somebody saw, as it is kept.
func seenOf(n projectweb.Saw) agency.Seen {
	seen := agency.Seen{Form: n.Form, Kind: n.Kind, Subject: n.Subject, Name: n.Name, Because: n.Because}
	for _, l := range n.Likes {
		seen.Found = append(seen.Found, l.Name)
	}
	return seen
}

// askCards are whom helpers of an activity ask when somebody told them of something
// serious, for those who see whom the area works with; for others it is fault.NotFound.
func (a *App) askCards(ctx context.Context, tx *db.Tx, by access.Actor, in area.Area, activity string) (cards []projectweb.AskCard, makeOne string, err error) {
	if err := a.agencies.MustSee(ctx, tx, by, in); err != nil {
		return nil, "", err
	}
	all, err := agency.Cards(ctx, tx, in.ID, a.Site.Today())
	at := "/areas/" + in.Slug + "/cards/"
	for _, c := range all {
		if c.IsFor(activity) {
			cards = append(cards, projectweb.AskCard{Ask: c.Ask, About: c.About, Href: at + string(c.ID)})
		}
	}
	if by.May(access.KeepRelationships, in.Place()) {
		makeOne = at + "new?" + url.Values{"activity": {activity}}.Encode()
	}
	return cards, makeOne, err
}

// planned finds, for what a plan wants to be done, what others do around the area
// already.
func (a *App) planned(ctx context.Context, tx *db.Tx, by access.Actor, in area.Area, whats []string) (map[string][]string, error) {
	found := map[string][]string{}
	entries, err := agency.Directory(ctx, tx, in.ID, a.Site.Today(), a.agencies.MustSee(ctx, tx, by, in) == nil)
	for _, what := range whats {
		for _, e := range agency.Alike(entries, what, "") {
			found[what] = append(found[what], e.Name+" ("+e.Host+")")
		}
	}
	return found, err
}

func (a *App) likes(ctx context.Context, tx *db.Tx, by access.Actor, in area.Area, name, what string) (likes []projectweb.Like, err error) {
	today := a.Site.Today()
	inside := a.agencies.MustSee(ctx, tx, by, in) == nil
	entries, err := agency.Directory(ctx, tx, in.ID, today, inside)
	if err != nil {
		return nil, err
	}
	for _, e := range agency.Alike(entries, name, what) {
		likes = append(likes, projectweb.Like{Name: e.Name, Detail: e.Host})
	}
	projects, err := project.All(ctx, tx, in.ID, today)
	if err != nil {
		return nil, err
	}
	for _, one := range projects {
		if one.SeenBy(by, in) && !one.State.State.Over() && agency.SoundAlike(name, what, one.Name, one.What) {
			likes = append(likes, projectweb.Like{Name: one.Name, Detail: "our project, " + one.State.InWords()})
		}
	}
	activities, err := project.Activities(ctx, tx, in.ID, "")
	for _, one := range activities {
		if agency.SoundAlike(name, what, one.Name, one.Words) {
			likes = append(likes, projectweb.Like{Name: one.Name, Detail: "an activity of ours"})
		}
	}
	return likes, err
}
