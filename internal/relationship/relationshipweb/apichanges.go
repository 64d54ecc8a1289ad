package relationshipweb

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"commontable/internal/access"
	"commontable/internal/api"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/relationship"
	"commontable/internal/web"
)

// toCome registers what programs read and do of what changes, of who holds what, and of
// what officers see.
func (o operations) toCome(a *api.API) {
	const (
		tag  = "Relationships"
		room = "/api/v1/areas/{area}"
	)
	see, keep := web.Hidden(access.SeeRelationships, ""), web.Needs(access.KeepRelationships)
	api.Read(a, see, api.Operation{
		Route: "GET " + room + "/changes", ID: "listRelationshipChanges", Tag: tag, Summary: "List what changes among those an area works with",
		Description: "Who is away, elections, what is rearranged, and what officers gave notice of, in the order of their IDs. Who leaves, of those who hold a relationship, is told by the holders.",
	}, o.changes)
	api.Read(a, see, api.Operation{
		Route: "GET " + room + "/who-holds-what", ID: "listWhoHoldsWhat", Tag: tag, Summary: "List what hangs on each person, on both sides",
		Description: "What nobody else holds, what others hold too, and how many organisations could not be reached without them by any way round. It is for care, and not for blame.",
	}, o.whoHolds)
	api.Read(a, see, api.Operation{
		Route: "GET " + room + "/relationships/{relationship}/shown", ID: "getShownToOfficers", Tag: tag, Summary: "Read what officers of a body who have an account see of a relationship",
	}, o.shownTo)
	api.Read(a, web.Needs(access.ShareOutside), api.Operation{
		Route: "GET " + room + "/relationships/{relationship}/readers", ID: "listReaders", Tag: tag, Summary: "List who outside sees what of a relationship",
		Description: "Every officer of the body with an account, each of them, each link that works, and contacts who have neither. What was chosen before and is over comes after that.",
	}, o.readers)
	api.Write(a, keep, api.Operation{
		Route: "POST " + room + "/changes", ID: "noteRelationshipChange", Tag: tag, Summary: "Note that somebody is away, an election, or that an organisation is rearranged",
		Description: "It is noted for each relationship that it is about; of somebody who is away for all that they hold, where none is named.",
		Example:     NewChangeToCome{Why: "absence", Side: "ours", Who: "Leroy Grant", From: "2026-10-20", Until: "2026-11-02", Cover: "Sam Webb"},
	}, o.noteChange)
	api.Write(a, keep, api.Operation{
		Route: "POST " + room + "/changes/{change}/end", ID: "endRelationshipChange", Tag: tag, Summary: "Note that a change asks for nothing any more", Example: NewEnough{Words: "They are back"},
	}, o.endChange)
	api.Write(a, keep, api.Operation{
		Route: "POST " + room + "/holders/{holder}/tier", ID: "setTier", Tag: tag, Summary: "Say how often to be in touch with somebody of theirs", Example: NewTier{Tier: "close"},
	}, o.setTier)
	api.Write(a, web.Needs(access.ShareOutside), api.Operation{
		Route: "POST " + room + "/relationships/{relationship}/shown", ID: "showOfficers", Tag: tag, Summary: "Choose what officers of a body who have an account see of a relationship",
		Description: "Nothing is shown that is not chosen: " + strings.Join(relationship.PartNames(), "; ") + ". An empty list is nothing.", Example: ShownToOfficers{Parts: []string{"agreements", "promises"}},
	}, o.show)
	api.Write(a, web.Needs(access.ShareOutside), api.Operation{
		Route: "POST " + room + "/relationships/{relationship}/readers", ID: "showOneOfficer", Tag: tag, Summary: "Choose what one officer of a body who has an account sees of a relationship",
		Description: "More or less than every officer of the body sees, or nothing; or the same again. It holds at once.",
		Example:     NewReader{Person: "01a13b5b46817a3284afbf68da10f95a", Sees: "own", Parts: []string{"promises"}, Until: "2027-03-31"},
	}, o.showOne)
}

// ChangeToCome is what changes among those an area works with.
type ChangeToCome struct {
	ID           string `json:"id" doc:"An ID."`
	Relationship string `json:"relationship" doc:"The ID of the relationship."`
	Why          string `json:"why" doc:"leaving; absence; restructure; election; or new."`
	Side         string `json:"side" doc:"ours; or theirs."`
	From         string `json:"from" format:"date" doc:"Of who leaves, their last day."`
	Until        string `json:"until,omitempty" format:"date" doc:"Of who is away, the first day on which they are back."`
	Who          string `json:"who,omitempty"`
	Cover        string `json:"cover,omitempty" doc:"Who stands in for them, or comes after them."`
	Words        string `json:"words,omitempty"`
	SaidBy       string `json:"said_by,omitempty" doc:"The officer who gave notice."`
	Stands       bool   `json:"stands" doc:"It asks for a look: no handover was begun for it, and nobody said that nothing is needed."`
	area         area.Area
}

// Location is where changes are listed.
func (c ChangeToCome) Location() string { return "/api/v1/areas/" + c.area.Slug + "/changes" }

func (o operations) allChanges(ctx context.Context, tx *db.Tx, by access.Actor, slug string) (s scene, shown []ChangeToCome, err error) {
	if s, err = o.seen(ctx, tx, by, slug); err != nil {
		return s, nil, err
	}
	all, err := relationship.Changes(ctx, tx, s.area.ID, "")
	if err != nil {
		return s, nil, err
	}
	handovers, err := relationship.Handovers(ctx, tx, s.area.ID, "")
	if err != nil {
		return s, nil, err
	}
	of, err := relationship.All(ctx, tx, s.area.ID)
	shown = []ChangeToCome{}
	for _, c := range all {
		if slices.ContainsFunc(of, func(one relationship.Relationship) bool { return one.ID == c.Relationship && !s.hides(one) }) {
			shown = append(shown, ChangeToCome{
				string(c.ID), string(c.Relationship), string(c.Why), string(c.Side), c.From.String(), c.Until.String(), c.Who, c.Cover, c.Words, c.SaidBy, c.Stands(o.today(), handovers), s.area,
			})
		}
	}
	slices.SortFunc(shown, func(a, b ChangeToCome) int { return strings.Compare(a.ID, b.ID) })
	return s, shown, err
}

func (o operations) changes(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	AreaPath
	api.Paging
},
) (list api.List[ChangeToCome], err error) {
	_, shown, err := o.allChanges(ctx, tx, by, in.Area)
	if err != nil {
		return list, err
	}
	return api.PageOver(in.Paging, shown, func(c ChangeToCome) string { return c.ID }, false)
}

// NewChangeToCome is a change as it is noted.
type NewChangeToCome struct {
	Why           string   `json:"why" doc:"absence; election; or restructure." example:"absence"`
	Side          string   `json:"side,omitempty" doc:"Of who is away: ours; or theirs."`
	From          string   `json:"from" format:"date"`
	Until         string   `json:"until,omitempty" format:"date" doc:"Of who is away, the first day on which they are back."`
	Who           string   `json:"who,omitempty"`
	Cover         string   `json:"cover,omitempty"`
	Words         string   `json:"words,omitempty"`
	Relationships []string `json:"relationships,omitempty" maxItems:"200" doc:"Their IDs. Of who is away, all that they hold where there are none."`
}

// ChangesToCome is what changes among those an area works with.
type ChangesToCome struct {
	Changes []ChangeToCome `json:"changes" nullable:"false"`
}

func (o operations) noteChange(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	AreaPath
	api.Key
	Body NewChangeToCome
},
) (now ChangesToCome, err error) {
	s, err := o.seen(ctx, tx, by, in.Area)
	if err != nil {
		return now, err
	}
	b := in.Body
	n := relationship.NewChange{Why: relationship.Why(b.Why), Side: relationship.Side(b.Side), From: api.Day(b.From), Until: api.Day(b.Until), Who: b.Who, Cover: b.Cover, Words: b.Words}
	for _, of := range b.Relationships {
		n.Of = append(n.Of, relationship.ID(of))
	}
	made, err := o.all.NoteChangeIn(ctx, tx, by, s.area, n)
	if err != nil {
		return now, err
	}
	_, all, err := o.allChanges(ctx, tx, by, in.Area)
	now.Changes = slices.DeleteFunc(all, func(c ChangeToCome) bool { return !slices.Contains(made, relationship.ChangeID(c.ID)) })
	return now, err
}

// NewEnough is why a change asks for nothing any more.
type NewEnough struct {
	Words string `json:"words" example:"They are back"`
}

func (o operations) endChange(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	AreaPath
	Change string `path:"change" doc:"The change’s ID."`
	api.Key
	Body NewEnough
},
) (now ChangeToCome, err error) {
	s, all, err := o.allChanges(ctx, tx, by, in.Area)
	if err != nil {
		return now, err
	}
	at := slices.IndexFunc(all, func(c ChangeToCome) bool { return c.ID == in.Change })
	if at < 0 {
		return now, fault.NotFound
	}
	now = all[at]
	now.Stands = false
	return now, o.all.EndChangeIn(ctx, tx, by, s.area, relationship.ChangeID(in.Change), in.Body.Words)
}

// HangsOn is what hangs on one person.
type HangsOn struct {
	Holder     string   `json:"holder" doc:"The ID of one of their holdings."`
	Name       string   `json:"name"`
	Side       string   `json:"side" doc:"ours; or theirs."`
	Role       string   `json:"role,omitempty"`
	Alone      []string `json:"alone" nullable:"false" doc:"The IDs of the relationships that nobody else of their side holds."`
	With       []string `json:"with_others" nullable:"false" doc:"The IDs of those that others hold too."`
	OutOfReach int      `json:"out_of_reach" doc:"How many organisations could not be reached without them, by any way round."`
}

func (o operations) whoHolds(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	AreaPath
	api.Paging
},
) (list api.List[HangsOn], err error) {
	s, err := o.seen(ctx, tx, by, in.Area)
	if err != nil {
		return list, err
	}
	all, err := hangings(ctx, tx, s, o.today())
	if err != nil {
		return list, err
	}
	ids := func(links []relationship.Link) []string {
		of := []string{}
		for _, l := range links {
			of = append(of, string(l.ID))
		}
		return of
	}
	shown := []HangsOn{}
	for _, h := range all {
		shown = append(shown, HangsOn{string(h.Holder.ID), h.Holder.Name, string(h.Holder.Side), relationship.RoleInWords(h.Holder.Role), ids(h.Alone), ids(h.With), int(h.lost)})
	}
	slices.SortFunc(shown, func(a, b HangsOn) int { return strings.Compare(a.Holder, b.Holder) })
	return api.PageOver(in.Paging, shown, func(h HangsOn) string { return h.Holder }, false)
}

// NewTier is how often to be in touch with somebody of theirs.
type NewTier struct {
	Tier string `json:"tier" doc:"close, every month or so; occasional, twice a year or so; or none, when there is a reason." example:"close"`
}

// InTouchWith is how it stands with somebody of theirs.
type InTouchWith struct {
	Holder      string `json:"holder" doc:"An ID."`
	Name        string `json:"name"`
	Tier        string `json:"tier,omitempty"`
	LastContact string `json:"last_contact,omitempty" format:"date"`
	QuietWeeks  int    `json:"quiet_weeks" doc:"How long without contact, where that is longer than is meant; else 0."`
}

func (o operations) setTier(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	AreaPath
	Holder string `path:"holder" doc:"The holder’s ID."`
	api.Key
	Body NewTier
},
) (now InTouchWith, err error) {
	s, err := o.seen(ctx, tx, by, in.Area)
	if err != nil {
		return now, err
	}
	h, err := relationship.HolderByID(ctx, tx, s.area.ID, relationship.HolderID(in.Holder))
	if err != nil {
		return now, err
	}
	if _, _, err := o.the(ctx, tx, by, in.Area, h.Relationship); err != nil {
		return now, err
	}
	if err := o.all.SetTierIn(ctx, tx, by, s.area, h.ID, relationship.Tier(in.Body.Tier)); err != nil {
		return now, err
	}
	held, err := relationship.Holders(ctx, tx, s.area.ID, h.Relationship)
	if err != nil {
		return now, err
	}
	touches, err := relationship.Touches(ctx, tx, s.area.ID, held, o.today())
	t := touches[h.ID]
	return InTouchWith{string(h.ID), h.Name, string(t.Tier), t.Last.String(), t.QuietWeeks}, err
}

// ShownToOfficers is what officers of a body who have an account see of a relationship.
type ShownToOfficers struct {
	Parts []string `json:"parts" nullable:"false" maxItems:"20" example:"[\"agreements\",\"promises\"]"`
}

func (o operations) shownTo(ctx context.Context, tx *db.Tx, by access.Actor, in *struct{ LinkPath }) (now ShownToOfficers, err error) {
	s, one, err := o.the(ctx, tx, by, in.Area, relationship.ID(in.Relationship))
	if err != nil {
		return now, err
	}
	v, err := relationship.ViewOf(ctx, tx, s.area.ID, one.ID)
	return ShownToOfficers{append([]string{}, v.Contents...)}, err
}

func (o operations) show(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	LinkPath
	api.Key
	Body ShownToOfficers
},
) (now ShownToOfficers, err error) {
	s, one, err := o.the(ctx, tx, by, in.Area, relationship.ID(in.Relationship))
	if err != nil {
		return now, err
	}
	for _, part := range in.Body.Parts {
		if !slices.Contains(relationship.PartNames(), part) {
			return now, fault.Invalid{{Field: "parts", Words: "Choose from the list what they can see"}}
		}
	}
	if err := o.all.ShowOfficersIn(ctx, tx, by, s.area, one.ID, relationship.NewView{Contents: in.Body.Parts, Nothing: len(in.Body.Parts) == 0}); err != nil {
		return now, err
	}
	return o.shownTo(ctx, tx, by, &struct{ LinkPath }{in.LinkPath})
}

// Reader is somebody outside, and what they see of a relationship.
type Reader struct {
	Position int      `json:"position"`
	Name     string   `json:"name" doc:"Of a link, for whom it is."`
	Role     string   `json:"role,omitempty"`
	Way      string   `json:"way" enum:"everyone,account,link,none" doc:"everyone: every officer of the body who has an account, where nothing else was chosen for one; account: one of them; link; or none: somebody we know there who has neither."`
	Person   string   `json:"person,omitempty" doc:"Of an account, an ID."`
	Parts    []string `json:"parts" nullable:"false"`
	AsOthers bool     `json:"as_others" doc:"They see what every officer does."`
	Since    string   `json:"since,omitempty" format:"date"`
	Until    string   `json:"until,omitempty" format:"date" doc:"The last day; none where it holds until something else is chosen."`
	Now      bool     `json:"now" doc:"It holds; else it is over."`
	ChosenBy string   `json:"chosen_by,omitempty" doc:"A name."`
}

func (o operations) readers(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	LinkPath
	api.Paging
},
) (list api.List[Reader], err error) {
	all, err := o.readersOf(ctx, tx, by, in.LinkPath)
	if err != nil {
		return list, err
	}
	return api.PageOver(in.Paging, all, func(r Reader) string { return fmt.Sprintf("%06d", r.Position) }, false)
}

func (o operations) readersOf(ctx context.Context, tx *db.Tx, by access.Actor, in LinkPath) ([]Reader, error) {
	s, one, err := o.the(ctx, tx, by, in.Area, relationship.ID(in.Relationship))
	if err != nil {
		return nil, err
	}
	if err := by.Must(access.ShareOutside, s.area.Place()); err != nil {
		return nil, err
	}
	now, before, err := o.pages.seers(ctx, tx, s, one)
	all := []Reader{}
	for i, is := range slices.Concat(now, before) {
		all = append(all, Reader{
			Position: i + 1, Name: is.who, Role: relationship.RoleInWords(is.role), Way: is.way, Person: string(is.person), Parts: append([]string{}, is.contents...), AsOthers: is.as,
			Since: is.since.String(), Until: is.until.String(), Now: !is.ended, ChosenBy: is.chosenBy,
		})
	}
	return all, err
}

// NewReader is what one officer with an account is to see.
type NewReader struct {
	Person string   `json:"person" doc:"The officer’s ID."`
	Sees   string   `json:"sees" enum:"own,as others" doc:"own: the parts that are named, none where the list is empty; or as others: what every officer does."`
	Parts  []string `json:"parts,omitempty" maxItems:"20"`
	Until  string   `json:"until,omitempty" format:"date" doc:"The last day of it; after it they see what every officer does."`
}

func (o operations) showOne(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	LinkPath
	api.Key
	Body NewReader
},
) (is Reader, err error) {
	s, one, err := o.the(ctx, tx, by, in.Area, relationship.ID(in.Relationship))
	if err != nil {
		return is, err
	}
	b := in.Body
	for _, part := range b.Parts {
		if !slices.Contains(relationship.PartNames(), part) {
			return is, fault.Invalid{{Field: "parts", Words: "Choose from the list what they can see"}}
		}
	}
	if err := o.all.ShowOfficerIn(ctx, tx, by, s.area, one.ID, relationship.NewOwnView{
		Person: access.PersonID(b.Person), Own: b.Sees == "own", AsOthers: b.Sees == "as others", Contents: b.Parts, Nothing: len(b.Parts) == 0, Until: api.Day(b.Until),
	}); err != nil {
		return is, err
	}
	all, err := o.readersOf(ctx, tx, by, in.LinkPath)
	for _, r := range all {
		if r.Now && r.Person == b.Person {
			is = r
		}
	}
	return is, err
}
