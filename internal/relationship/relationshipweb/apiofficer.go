package relationshipweb

import (
	"context"
	"slices"
	"strings"

	"commontable/internal/access"
	"commontable/internal/api"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/organisation"
	"commontable/internal/relationship"
	"commontable/internal/web"
)

// ofOfficers registers what programs of an officer with an account read and do: what a
// partnership chose to show them, and nothing else.
func (o operations) ofOfficers(a *api.API) {
	const (
		tag  = "Shared with agencies"
		room = "/api/v1/organisations/{organisation}/shared"
		one  = room + "/{relationship}"
	)
	see, tell := web.Hidden(access.SeeShared, ""), web.Hidden(access.SeeShared, "")
	api.Read(a, see, api.Operation{
		Route: "GET " + room, ID: "listShared", Tag: tag, Summary: "List what partnerships share with an officer of a body", Description: "In the order of their IDs. What was not chosen for them is not there.",
	}, o.sharedList)
	api.Read(a, see, api.Operation{
		Route: "GET " + one, ID: "getShared", Tag: tag, Summary: "Read what a partnership shares with officers of a body", Description: "What was not chosen is not there.",
	}, o.shared)
	api.Write(a, tell, api.Operation{
		Route: "POST " + one + "/said", ID: "sayOfPromise", Tag: tag, Summary: "Confirm a promise of your side, or say that it is kept",
		Example: NewSaid{Promise: "01a13b5b46817a3284afbf68da10f95a", What: "kept", Words: "The part was late"},
	}, o.said)
	api.Write(a, tell, api.Operation{
		Route: "POST " + one + "/notices", ID: "giveNotice", Tag: tag, Summary: "Give notice of a change of staff", Description: "The partnership reads it, and no other officer.",
		Example: NewNotice{What: "leaving", Who: "Noor Aziz", On: "2026-11-06", Next: "Kit Ash"},
	}, o.notice)
	api.Write(a, tell, api.Operation{
		Route: "POST " + one + "/confirmations", ID: "confirmHandover", Tag: tag, Summary: "Confirm that who takes over has what they need",
		Example: NewHandoverConfirmed{Handover: "01a13b5b46817a4c8b756a9d7997a867"},
	}, o.confirm)
}

// BodyPath is the body that an address names.
type BodyPath struct {
	Organisation string `path:"organisation" doc:"The organisation’s slug." example:"blackbrook-council"`
}

// SharedPath is what an address names of what is shared with a body.
type SharedPath struct {
	BodyPath
	Relationship string `path:"relationship" doc:"The relationship’s ID."`
}

// SharedWith is that a partnership shares something with officers of a body.
type SharedWith struct {
	ID    string   `json:"id" doc:"The relationship’s ID."`
	Area  string   `json:"area" doc:"The area’s slug."`
	Name  string   `json:"name" doc:"The area’s name."`
	About string   `json:"about" doc:"What the partnership calls the relationship."`
	Parts []string `json:"parts" nullable:"false" doc:"What was chosen."`
}

// SharedWhole is what a partnership shares of a relationship: what was not chosen is not
// there.
type SharedWhole struct {
	SharedWith
	Uses      []string         `json:"uses,omitempty" doc:"What it is for."`
	Ours      []string         `json:"partnership,omitempty" doc:"Who of the partnership holds it."`
	Theirs    []string         `json:"body,omitempty" doc:"Who of the body."`
	Agreed    []string         `json:"agreed,omitempty"`
	Promises  []Promised       `json:"promises,omitempty"`
	Questions []SharedQuestion `json:"questions,omitempty" doc:"Those that are with the body, without who asked."`
	Story     []SharedMoment   `json:"story,omitempty"`
	Approved  []string         `json:"approved,omitempty" doc:"Words that both sides approved."`
	Handovers []HandedOver     `json:"handovers,omitempty"`
}

// SharedQuestion is a question that is with a body.
type SharedQuestion struct {
	What string `json:"what"`
	Age  string `json:"age" example:"Asked 1 September 2026, 41 days, passed on once"`
}

// SharedMoment is one thing in a story.
type SharedMoment struct {
	On    string `json:"on" format:"date"`
	Words string `json:"words"`
	More  string `json:"more,omitempty"`
}

// theBody is the body that an address names, for its officers.
func (o operations) theBody(ctx context.Context, tx *db.Tx, by access.Actor, slug string) (organisation.Organisation, error) {
	body, err := organisation.BySlug(ctx, tx, slug)
	if err != nil {
		return body, err
	}
	return body, by.MustSee(access.SeeShared, access.Place{Organisation: string(body.ID)})
}

func (o operations) sharedOf(ctx context.Context, tx *db.Tx, by access.Actor, slug string) (all []relationship.Shown, shown []SharedWith, err error) {
	body, err := o.theBody(ctx, tx, by, slug)
	if err != nil {
		return nil, nil, err
	}
	if all, err = relationship.ShownTo(ctx, tx, body.ID, by.Person, o.today()); err != nil {
		return nil, nil, err
	}
	shown = []SharedWith{}
	for _, one := range all {
		a, err := area.ByID(ctx, tx, one.Area)
		if err != nil {
			return nil, nil, err
		}
		shown = append(shown, SharedWith{string(one.ID), a.Slug, a.Name, one.Name, one.Contents})
	}
	return all, shown, nil
}

func (o operations) sharedList(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	BodyPath
	api.Paging
},
) (list api.List[SharedWith], err error) {
	_, shown, err := o.sharedOf(ctx, tx, by, in.Organisation)
	if err != nil {
		return list, err
	}
	slices.SortFunc(shown, func(a, b SharedWith) int { return strings.Compare(a.ID, b.ID) })
	return api.PageOver(in.Paging, shown, func(s SharedWith) string { return s.ID }, false)
}

// theShared is what an address names of what is shared with a body.
func (o operations) theShared(ctx context.Context, tx *db.Tx, by access.Actor, in SharedPath) (a area.Area, one relationship.Relationship, with SharedWith, err error) {
	all, shown, err := o.sharedOf(ctx, tx, by, in.Organisation)
	if err != nil {
		return a, one, with, err
	}
	at := slices.IndexFunc(all, func(one relationship.Shown) bool { return string(one.ID) == in.Relationship })
	if at < 0 {
		return a, one, with, fault.NotFound
	}
	a, err = area.ByID(ctx, tx, all[at].Area)
	return a, all[at].Relationship, shown[at], err
}

func (o operations) shared(ctx context.Context, tx *db.Tx, by access.Actor, in *struct{ SharedPath }) (w SharedWhole, err error) {
	a, one, with, err := o.theShared(ctx, tx, by, in.SharedPath)
	if err != nil {
		return w, err
	}
	return o.wholeShared(ctx, tx, a, one, with)
}

// wholeShared is what the page of an officer shows, drawn from the same view.
func (o operations) wholeShared(ctx context.Context, tx *db.Tx, a area.Area, one relationship.Relationship, with SharedWith) (w SharedWhole, err error) {
	w.SharedWith = with
	v, err := o.pages.shown(ctx, tx, a, one, with.Parts)
	if err != nil {
		return w, err
	}
	for _, u := range v.Uses {
		w.Uses = append(w.Uses, strings.TrimSuffix(u.Words+": "+u.Detail, ": "))
	}
	for _, h := range v.Ours {
		w.Ours = append(w.Ours, h.Name)
	}
	for _, h := range v.Theirs {
		w.Theirs = append(w.Theirs, h.Name)
	}
	for _, g := range v.Agreed {
		w.Agreed = append(w.Agreed, strings.TrimSuffix(g.Title+": "+g.Detail, ": "))
	}
	for _, q := range v.Asked {
		w.Questions = append(w.Questions, SharedQuestion{q.Text, q.Detail})
	}
	for _, m := range v.Moments {
		w.Story = append(w.Story, SharedMoment{m.on.String(), m.words, m.detail})
	}
	w.Approved = v.Approved
	if slices.Contains(with.Parts, relationship.PartPromises) {
		all, err := relationship.Promises(ctx, tx, a.ID, one.ID)
		if err != nil {
			return w, err
		}
		for _, p := range all {
			if slices.Contains(v.promiseIDs, p.ID) {
				w.Promises = append(w.Promises, o.promisedAs(p, one.Short))
			}
		}
	}
	if slices.Contains(with.Parts, relationship.PartHandover) {
		all, err := relationship.Handovers(ctx, tx, a.ID, one.ID)
		if err != nil {
			return w, err
		}
		for _, h := range all {
			if h.Open() && h.Side == relationship.Theirs {
				w.Handovers = append(w.Handovers, handedOver(h))
			}
		}
	}
	return w, nil
}

// as is who acts for a body.
func (with SharedWith) as(by access.Actor) relationship.Officer {
	return relationship.Officer{By: by, Name: by.Name, Shows: with.Parts}
}

// NewSaid is what an officer says of a promise of their side.
type NewSaid struct {
	Promise string `json:"promise" doc:"The promise’s ID."`
	What    string `json:"what" enum:"confirmed,kept" doc:"confirmed: that it was promised; or kept."`
	Words   string `json:"words,omitempty" doc:"Of one that was kept later than was said, the honest reason."`
}

func (o operations) said(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	SharedPath
	api.Key
	Body NewSaid
},
) (w SharedWhole, err error) {
	a, one, with, err := o.theShared(ctx, tx, by, in.SharedPath)
	if err != nil {
		return w, err
	}
	if err := o.all.SaysIn(ctx, tx, with.as(by), a, one.ID, relationship.PromiseID(in.Body.Promise), relationship.NewPromiseStep{What: in.Body.What, Words: in.Body.Words}); err != nil {
		return w, err
	}
	return o.wholeShared(ctx, tx, a, one, with)
}

// NewNotice is a change of staff of which an officer gives notice.
type NewNotice struct {
	What  string `json:"what" enum:"leaving,absence,new"`
	Who   string `json:"who"`
	On    string `json:"on" format:"date" doc:"Of who leaves, their last day; else the first."`
	Until string `json:"until,omitempty" format:"date" doc:"Of who is away, the day on which they are back."`
	Next  string `json:"next,omitempty" doc:"Who takes over, or stands in."`
}

func (o operations) notice(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	SharedPath
	api.Key
	Body NewNotice
},
) (w SharedWhole, err error) {
	a, one, with, err := o.theShared(ctx, tx, by, in.SharedPath)
	if err != nil {
		return w, err
	}
	b := in.Body
	if _, err := o.all.GiveNoticeIn(ctx, tx, with.as(by), a, one.ID, relationship.StaffChange{What: relationship.Why(b.What), Who: b.Who, On: api.Day(b.On), Until: api.Day(b.Until), Next: b.Next}); err != nil {
		return w, err
	}
	return o.wholeShared(ctx, tx, a, one, with)
}

// NewHandoverConfirmed names the handover of which somebody has what they need.
type NewHandoverConfirmed struct {
	Handover string `json:"handover" doc:"The handover’s ID."`
}

func (o operations) confirm(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	SharedPath
	api.Key
	Body NewHandoverConfirmed
},
) (w SharedWhole, err error) {
	a, one, with, err := o.theShared(ctx, tx, by, in.SharedPath)
	if err != nil {
		return w, err
	}
	if err := o.all.ConfirmHandoverIn(ctx, tx, with.as(by), a, one.ID, relationship.HandoverID(in.Body.Handover)); err != nil {
		return w, err
	}
	return o.wholeShared(ctx, tx, a, one, with)
}
