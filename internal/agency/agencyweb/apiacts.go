package agencyweb

import (
	"context"
	"errors"

	"commontable/internal/access"
	"commontable/internal/agency"
	"commontable/internal/api"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/organisation"
)

// NewAgency is a body that is added.
type NewAgency struct {
	Name    string `json:"name" example:"Reach Community Shed"`
	Type    string `json:"type" doc:"A code of the list of types." example:"group"`
	Subtype string `json:"subtype,omitempty"`
	Tier    string `json:"tier,omitempty"`
	Place   string `json:"place,omitempty"`
	Opened  string `json:"opened_on,omitempty" format:"date"`
	From    string `json:"from" format:"date" doc:"Since when it is on the area’s list."`
	Another bool   `json:"another,omitempty" doc:"It is none of those of the same name that are here."`
}

func (o operations) add(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	AreaPath
	api.Key
	Body NewAgency
},
) (Agency, error) {
	a, err := o.seen(ctx, tx, by, in.Area)
	if err != nil {
		return Agency{}, err
	}
	n := in.Body
	made, err := o.agencies.AddBodyIn(ctx, tx, by, a, agency.NewBody{
		Name: n.Name, Type: agency.Type(n.Type), Subtype: n.Subtype, Tier: agency.Tier(n.Tier), Place: n.Place, Opened: api.Day(n.Opened), From: api.Day(n.From), Different: n.Another,
	})
	if err != nil {
		return Agency{}, err
	}
	b, err := agency.BodyByID(ctx, tx, made)
	return agencyOf(a, b), err
}

// Since is the day from which something is so.
type Since struct {
	From string `json:"from" format:"date"`
}

// UntilDay is the first day on which something is not so any more.
type UntilDay struct {
	Until string `json:"until" format:"date"`
}

// OnDay is the day from which something is no more.
type OnDay struct {
	On string `json:"on" format:"date" doc:"The first day on which it is no more."`
}

// ofBody does something about a body, and gives it as it is then.
func (o operations) ofBody(ctx context.Context, tx *db.Tx, by access.Actor, in BodyPath, do func(area.Area, organisation.ID) error) (WholeAgency, error) {
	a, b, err := o.body(ctx, tx, by, in)
	if err != nil {
		return WholeAgency{}, err
	}
	if err := do(a, b.ID); err != nil {
		return WholeAgency{}, err
	}
	return wholeOf(ctx, tx, a, b, o.today())
}

func (o operations) putOn(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	BodyPath
	api.Key
	Body Since
},
) (WholeAgency, error) {
	return o.ofBody(ctx, tx, by, in.BodyPath, func(a area.Area, of organisation.ID) error {
		return o.agencies.ListIn(ctx, tx, by, a, of, api.Day(in.Body.From))
	})
}

func (o operations) takeOff(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	BodyPath
	api.Key
	Body UntilDay
},
) (WholeAgency, error) {
	return o.ofBody(ctx, tx, by, in.BodyPath, func(a area.Area, of organisation.ID) error {
		return o.agencies.TakeOffIn(ctx, tx, by, a, of, api.Day(in.Body.Until))
	})
}

// NewAgencyUnit is a unit that is added.
type NewAgencyUnit struct {
	Name   string `json:"name" example:"Parks team"`
	Parent string `json:"parent,omitempty" doc:"The ID of the unit that it is part of."`
	From   string `json:"from" format:"date"`
}

func (o operations) addUnit(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	BodyPath
	api.Key
	Body NewAgencyUnit
},
) (WholeAgency, error) {
	return o.ofBody(ctx, tx, by, in.BodyPath, func(a area.Area, of organisation.ID) error {
		_, err := o.agencies.AddUnitIn(ctx, tx, by, a, agency.NewUnit{Body: of, Parent: agency.UnitID(in.Body.Parent), Name: in.Body.Name, From: api.Day(in.Body.From)})
		return err
	})
}

// ChangedAgency is what a body that the area added itself is, as it is written anew.
type ChangedAgency struct {
	Name    string `json:"name"`
	Type    string `json:"type" doc:"A code of the list of types." example:"council"`
	Subtype string `json:"subtype,omitempty" doc:"A code within the type."`
	Tier    string `json:"tier,omitempty" doc:"Of a council, where it is not that of its type."`
	Place   string `json:"place,omitempty"`
	Opened  string `json:"opened_on,omitempty" format:"date"`
	Renamed bool   `json:"renamed,omitempty" doc:"It was called otherwise until now: the name before is kept. Left out, that was a mistake."`
}

func (o operations) change(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	BodyPath
	api.Key
	Body ChangedAgency
},
) (WholeAgency, error) {
	a, b, err := o.body(ctx, tx, by, in.BodyPath)
	if err != nil {
		return WholeAgency{}, err
	}
	n := in.Body
	if err := o.agencies.ChangeBodyIn(ctx, tx, by, a, b.ID, agency.BodyChange{
		Name: n.Name, Type: agency.Type(n.Type), Subtype: n.Subtype, Tier: agency.Tier(n.Tier), Place: n.Place, Opened: api.Day(n.Opened), Renamed: n.Renamed,
	}); err != nil {
		return WholeAgency{}, err
	}
	return o.whole(ctx, tx, a, b.ID)
}

// AgencyClosing is that a body is no more.
type AgencyClosing struct {
	On   string   `json:"on" format:"date" doc:"The first day on which it is no more."`
	Next []string `json:"next,omitempty" doc:"The slugs of the bodies that came after it."`
	Take bool     `json:"take,omitempty" doc:"Its units and posts go over to the first of them."`
}

func (o operations) closing(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	BodyPath
	api.Key
	Body AgencyClosing
},
) (WholeAgency, error) {
	a, b, err := o.body(ctx, tx, by, in.BodyPath)
	if err != nil {
		return WholeAgency{}, err
	}
	n := agency.NewClosing{On: api.Day(in.Body.On), Take: in.Body.Take}
	for _, slug := range in.Body.Next {
		next, err := o.other(ctx, tx, a, slug, "next")
		if err != nil {
			return WholeAgency{}, err
		}
		n.Successors = append(n.Successors, next)
	}
	if err := o.agencies.CloseBodyIn(ctx, tx, by, a, b.ID, n); err != nil {
		return WholeAgency{}, err
	}
	return o.whole(ctx, tx, a, b.ID)
}

// other is another body that a field names, as the area knows it.
func (o operations) other(ctx context.Context, tx *db.Tx, a area.Area, slug, field string) (organisation.ID, error) {
	b, err := agency.BodyBySlug(ctx, tx, slug)
	if err == nil {
		b, err = agency.KnownTo(ctx, tx, a.ID, b.ID)
	}
	if errors.Is(err, fault.NotFound) {
		return "", fault.Invalid{{Field: field, Words: "Give the slug of a body that the area knows"}}
	}
	return b.ID, err
}

// AgencyReplacement is that another body takes a body's place.
type AgencyReplacement struct {
	Other string `json:"other" doc:"Its slug." example:"cumberland-council"`
	On    string `json:"on" format:"date" doc:"The first day on which it does."`
}

func (o operations) replace(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	BodyPath
	api.Key
	Body AgencyReplacement
},
) (WholeAgency, error) {
	a, b, err := o.body(ctx, tx, by, in.BodyPath)
	if err != nil {
		return WholeAgency{}, err
	}
	other, err := o.other(ctx, tx, a, in.Body.Other, "other")
	if err != nil {
		return WholeAgency{}, err
	}
	if err := o.agencies.ReplaceIn(ctx, tx, by, a, b.ID, other, api.Day(in.Body.On)); err != nil {
		return WholeAgency{}, err
	}
	return o.whole(ctx, tx, a, other)
}

// NewAgencyType is a type of bodies, or a type within a type, that is added.
type NewAgencyType struct {
	Name   string `json:"name" doc:"What one of them is called." example:"Allotment society"`
	Like   string `json:"like" doc:"The code of the type that it is most like, and drawn as." example:"group"`
	Within bool   `json:"within,omitempty" doc:"It is a type within that type, and no type of its own."`
	Plain  string `json:"plain,omitempty" doc:"What it is, in a sentence."`
}

func (n NewAgencyType) typed() agency.NewType {
	return agency.NewType{Like: agency.Type(n.Like), Within: n.Within, Name: n.Name, Plain: n.Plain}
}

// AgencyTypes are all types that there are to choose from.
type AgencyTypes struct {
	Types []AgencyType `json:"types" nullable:"false"`
}

func (o operations) addType(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	AreaPath
	api.Key
	Body NewAgencyType
},
) (all AgencyTypes, err error) {
	a, err := o.seen(ctx, tx, by, in.Area)
	if err != nil {
		return all, err
	}
	if _, err := o.agencies.AddTypeIn(ctx, tx, by, a, in.Body.typed()); err != nil {
		return all, err
	}
	kinds, err := agency.Kinds(ctx, tx, a)
	return AgencyTypes{typesOf(kinds)}, err
}

// ProgrammePath is the programme that an address names.
type ProgrammePath struct {
	Programme string `path:"programme" doc:"The programme’s slug." example:"the-patchwork-programme"`
}

func (o operations) programmeTypes(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	ProgrammePath
	api.Paging
},
) (list api.List[AgencyType], err error) {
	p, err := area.ProgrammeBySlug(ctx, tx, in.Programme)
	if err != nil {
		return list, err
	}
	if err := by.Must(access.ManageAreas, p.Place()); err != nil {
		return list, err
	}
	kinds, err := agency.KindsFor(ctx, tx, p)
	if err != nil {
		return list, err
	}
	return pageOfTypes(kinds, in.Paging)
}

func (o operations) addProgrammeType(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	ProgrammePath
	api.Key
	Body NewAgencyType
},
) (all AgencyTypes, err error) {
	p, err := area.ProgrammeBySlug(ctx, tx, in.Programme)
	if err != nil {
		return all, err
	}
	if _, err := o.agencies.AddTypeForIn(ctx, tx, by, p, in.Body.typed()); err != nil {
		return all, err
	}
	kinds, err := agency.KindsFor(ctx, tx, p)
	return AgencyTypes{typesOf(kinds)}, err
}

// ChangedUnit is what a unit is from a day on.
type ChangedUnit struct {
	Name   string `json:"name"`
	Agency string `json:"agency,omitempty" doc:"The slug of the body that it is of from then on, where that is another."`
	Parent string `json:"parent,omitempty" doc:"The ID of the unit that it is part of."`
	From   string `json:"from" format:"date"`
}

func (o operations) changeUnit(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	AreaPath
	Unit string `path:"unit" doc:"The unit’s ID."`
	api.Key
	Body ChangedUnit
},
) (w WholeAgency, err error) {
	a, err := o.seen(ctx, tx, by, in.Area)
	if err != nil {
		return w, err
	}
	u, err := agency.UnitByID(ctx, tx, a.ID, agency.UnitID(in.Unit))
	if err != nil {
		return w, err
	}
	n := agency.NewUnit{Body: u.Body, Parent: agency.UnitID(in.Body.Parent), Name: in.Body.Name, From: api.Day(in.Body.From)}
	if in.Body.Agency != "" {
		if n.Body, err = o.other(ctx, tx, a, in.Body.Agency, "agency"); err != nil {
			return w, err
		}
	}
	if err := o.agencies.ChangeUnitIn(ctx, tx, by, a, u.ID, n); err != nil {
		return w, err
	}
	return o.whole(ctx, tx, a, n.Body)
}

// ChangedPost is what a post is from a day on.
type ChangedPost struct {
	Title  string `json:"title"`
	Agency string `json:"agency,omitempty" doc:"The slug of the body that it is at from then on, where that is another."`
	Unit   string `json:"unit,omitempty" doc:"The ID of the unit that it is in."`
	Level  string `json:"level,omitempty" doc:"front line; middle; senior; or board."`
	From   string `json:"from" format:"date"`
}

func (o operations) changePost(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	PostPath
	api.Key
	Body ChangedPost
},
) (w WholeAgency, err error) {
	a, err := o.seen(ctx, tx, by, in.Area)
	if err != nil {
		return w, err
	}
	p, err := agency.PostByID(ctx, tx, a.ID, agency.PostID(in.Post))
	if err != nil {
		return w, err
	}
	n := agency.NewPost{Body: p.Body, Unit: agency.UnitID(in.Body.Unit), Title: in.Body.Title, Level: agency.Level(in.Body.Level), From: api.Day(in.Body.From)}
	if in.Body.Agency != "" {
		if n.Body, err = o.other(ctx, tx, a, in.Body.Agency, "agency"); err != nil {
			return w, err
		}
	}
	if err := o.agencies.ChangePostIn(ctx, tx, by, a, p.ID, n); err != nil {
		return w, err
	}
	return o.whole(ctx, tx, a, n.Body)
}

// UnitEnding is that a unit is no more.
type UnitEnding struct {
	On    string   `json:"on" format:"date" doc:"The first day on which it is no more."`
	Why   string   `json:"why,omitempty"`
	Next  []string `json:"next,omitempty" doc:"The IDs of the units that came after it."`
	Leave bool     `json:"posts_end,omitempty" doc:"Its posts end with it, and go over to no other."`
}

// whole is a body as it is now, after something of it changed.
func (o operations) whole(ctx context.Context, tx *db.Tx, a area.Area, of organisation.ID) (WholeAgency, error) {
	b, err := agency.BodyByID(ctx, tx, of)
	if err != nil {
		return WholeAgency{}, err
	}
	return wholeOf(ctx, tx, a, b, o.today())
}

func (o operations) endUnit(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	AreaPath
	Unit string `path:"unit" doc:"The unit’s ID."`
	api.Key
	Body UnitEnding
},
) (w WholeAgency, err error) {
	a, err := o.seen(ctx, tx, by, in.Area)
	if err != nil {
		return w, err
	}
	u, err := agency.UnitByID(ctx, tx, a.ID, agency.UnitID(in.Unit))
	if err != nil {
		return w, err
	}
	n := agency.EndUnit{On: api.Day(in.Body.On), Why: in.Body.Why, Leave: in.Body.Leave}
	for _, next := range in.Body.Next {
		n.Next = append(n.Next, agency.UnitID(next))
	}
	if err := o.agencies.EndUnitIn(ctx, tx, by, a, u.ID, n); err != nil {
		return w, err
	}
	return o.whole(ctx, tx, a, u.Body)
}

// NewAgencyPost is a post that is added.
type NewAgencyPost struct {
	Title string `json:"title" example:"Parks officer"`
	Unit  string `json:"unit,omitempty" doc:"The ID of the unit that it is in."`
	Level string `json:"level,omitempty" doc:"front line; middle; senior; or board."`
	From  string `json:"from" format:"date"`
}

func (o operations) addPost(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	BodyPath
	api.Key
	Body NewAgencyPost
},
) (WholeAgency, error) {
	return o.ofBody(ctx, tx, by, in.BodyPath, func(a area.Area, of organisation.ID) error {
		_, err := o.agencies.AddPostIn(ctx, tx, by, a, agency.NewPost{
			Body: of, Unit: agency.UnitID(in.Body.Unit), Title: in.Body.Title, Level: agency.Level(in.Body.Level), From: api.Day(in.Body.From),
		})
		return err
	})
}

// PostPath is the post that an address names.
type PostPath struct {
	AreaPath
	Post string `path:"post" doc:"The post’s ID."`
}

// ofPost does something about a post, and gives its body as it is then.
func (o operations) ofPost(ctx context.Context, tx *db.Tx, by access.Actor, slug string, of agency.PostID, do func(area.Area) error) (w WholeAgency, err error) {
	a, err := o.seen(ctx, tx, by, slug)
	if err != nil {
		return w, err
	}
	p, err := agency.PostByID(ctx, tx, a.ID, of)
	if err != nil {
		return w, err
	}
	if err := do(a); err != nil {
		return w, err
	}
	return o.whole(ctx, tx, a, p.Body)
}

func (o operations) endPost(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	PostPath
	api.Key
	Body OnDay
},
) (WholeAgency, error) {
	of := agency.PostID(in.Post)
	return o.ofPost(ctx, tx, by, in.Area, of, func(a area.Area) error {
		return o.agencies.EndPostIn(ctx, tx, by, a, of, api.Day(in.Body.On))
	})
}

// NewAgencyHolding is that somebody holds a post.
type NewAgencyHolding struct {
	Officer string `json:"officer,omitempty" doc:"The ID of who holds it. Left out where it is not known who."`
	From    string `json:"from" format:"date"`
	Instead bool   `json:"instead,omitempty" doc:"Whoever held it until then does so no more."`
}

func (o operations) hold(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	PostPath
	api.Key
	Body NewAgencyHolding
},
) (WholeAgency, error) {
	of := agency.PostID(in.Post)
	return o.ofPost(ctx, tx, by, in.Area, of, func(a area.Area) error {
		_, err := o.agencies.HoldIn(ctx, tx, by, a, agency.NewHolding{Post: of, Contact: agency.ContactID(in.Body.Officer), From: api.Day(in.Body.From), Instead: in.Body.Instead})
		return err
	})
}

func (o operations) endHolding(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	AreaPath
	Holding string `path:"holding" doc:"The holding’s ID."`
	api.Key
	Body UntilDay
},
) (w WholeAgency, err error) {
	a, err := o.seen(ctx, tx, by, in.Area)
	if err != nil {
		return w, err
	}
	h, err := agency.HoldingByID(ctx, tx, a.ID, agency.HoldingID(in.Holding))
	if err != nil {
		return w, err
	}
	return o.ofPost(ctx, tx, by, in.Area, h.Post, func(a area.Area) error {
		return o.agencies.EndHoldingIn(ctx, tx, by, a, h.ID, api.Day(in.Body.Until))
	})
}

// NewOfficer is somebody at a body, as they are written down.
type NewOfficer struct {
	Name  string `json:"name" example:"Noor Aziz"`
	Email string `json:"email,omitempty" doc:"At work."`
	Phone string `json:"phone,omitempty" doc:"At work."`
}

func (n NewOfficer) contact() agency.NewContact {
	return agency.NewContact{Name: n.Name, Email: n.Email, Phone: n.Phone}
}

func (o operations) addOfficer(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	AreaPath
	api.Key
	Body NewOfficer
},
) (Officer, error) {
	a, err := o.seen(ctx, tx, by, in.Area)
	if err != nil {
		return Officer{}, err
	}
	made, err := o.agencies.AddContactIn(ctx, tx, by, a, in.Body.contact())
	if err != nil {
		return Officer{}, err
	}
	c, err := agency.ContactByID(ctx, tx, a.ID, made)
	return officerOf(a, c), err
}

// OfficerPath is somebody at a body whom an address names.
type OfficerPath struct {
	AreaPath
	Officer string `path:"officer" doc:"Their ID."`
}

func (o operations) ofOfficer(ctx context.Context, tx *db.Tx, by access.Actor, in OfficerPath, do func(area.Area, agency.ContactID) error) (Officer, error) {
	a, err := o.seen(ctx, tx, by, in.Area)
	if err != nil {
		return Officer{}, err
	}
	if err := do(a, agency.ContactID(in.Officer)); err != nil {
		return Officer{}, err
	}
	c, err := agency.ContactByID(ctx, tx, a.ID, agency.ContactID(in.Officer))
	return officerOf(a, c), err
}

func (o operations) changeOfficer(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	OfficerPath
	api.Key
	Body NewOfficer
},
) (Officer, error) {
	return o.ofOfficer(ctx, tx, by, in.OfficerPath, func(a area.Area, of agency.ContactID) error {
		return o.agencies.ChangeContactIn(ctx, tx, by, a, of, in.Body.contact())
	})
}

// Forgetting is that somebody's name is removed for good.
type Forgetting struct {
	Sure bool `json:"sure" doc:"true: it cannot be undone."`
}

func (o operations) forget(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	OfficerPath
	api.Key
	Body Forgetting
},
) (Officer, error) {
	return o.ofOfficer(ctx, tx, by, in.OfficerPath, func(a area.Area, of agency.ContactID) error {
		if err := o.agencies.MustKeep(ctx, tx, by, a); err != nil {
			return err
		}
		if !in.Body.Sure {
			return fault.Invalid{{Field: "sure", Words: "Say that you are sure"}}
		}
		return o.agencies.ForgetIn(ctx, tx, by, a, of)
	})
}

// NewDirectoryEntry is something that is done around an area, as it is written.
type NewDirectoryEntry struct {
	Name    string `json:"name" example:"Lunch club"`
	What    string `json:"what"`
	Host    string `json:"host" doc:"Who does it."`
	Agency  string `json:"agency,omitempty" doc:"The ID of the body that does it, where it is one."`
	WhoFor  string `json:"who_for,omitempty"`
	When    string `json:"when,omitempty"`
	Place   string `json:"place,omitempty"`
	Contact string `json:"contact,omitempty" doc:"Of an office; of a person only if they agreed."`
	Public  bool   `json:"public,omitempty" doc:"Everybody reads it."`
	From    string `json:"from,omitempty" format:"date"`
	SeenOn  string `json:"seen_on" format:"date" doc:"When somebody looked whether it is so."`
}

func (o operations) writeEntry(ctx context.Context, tx *db.Tx, by access.Actor, slug string, of agency.EntryID, n NewDirectoryEntry) (DirectoryEntry, error) {
	a, err := o.seen(ctx, tx, by, slug)
	if err != nil {
		return DirectoryEntry{}, err
	}
	made, err := o.agencies.WriteEntryIn(ctx, tx, by, a, of, agency.NewEntry{
		Name: n.Name, What: n.What, Host: n.Host, Body: organisation.ID(n.Agency), WhoFor: n.WhoFor, Days: n.When, Place: n.Place, Contact: n.Contact, Public: n.Public,
		From: api.Day(n.From), SeenOn: api.Day(n.SeenOn),
	})
	if err != nil {
		return DirectoryEntry{}, err
	}
	e, err := agency.EntryByID(ctx, tx, a.ID, made)
	return entryOf(a, e), err
}

func (o operations) addEntry(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	AreaPath
	api.Key
	Body NewDirectoryEntry
},
) (DirectoryEntry, error) {
	return o.writeEntry(ctx, tx, by, in.Area, "", in.Body)
}

// EntryPath is an entry of the directory that an address names.
type EntryPath struct {
	AreaPath
	Entry string `path:"entry" doc:"The entry’s ID."`
}

func (o operations) changeEntry(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	EntryPath
	api.Key
	Body NewDirectoryEntry
},
) (DirectoryEntry, error) {
	return o.writeEntry(ctx, tx, by, in.Area, agency.EntryID(in.Entry), in.Body)
}

func (o operations) endEntry(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	EntryPath
	api.Key
	Body OnDay
},
) (DirectoryEntry, error) {
	a, err := o.seen(ctx, tx, by, in.Area)
	if err != nil {
		return DirectoryEntry{}, err
	}
	if err := o.agencies.EndEntryIn(ctx, tx, by, a, agency.EntryID(in.Entry), api.Day(in.Body.On)); err != nil {
		return DirectoryEntry{}, err
	}
	e, err := agency.EntryByID(ctx, tx, a.ID, agency.EntryID(in.Entry))
	return entryOf(a, e), err
}

// NewAskCard is a card as it is written.
type NewAskCard struct {
	Activity  string `json:"activity" example:"Lunch club"`
	About     string `json:"about,omitempty" doc:"In general: “a child”. Never what somebody told."`
	Ask       string `json:"ask" doc:"An office or a team, so that somebody answers when one person is away."`
	Reach     string `json:"reach"`
	Otherwise string `json:"otherwise,omitempty" doc:"If nobody answers."`
	CheckedOn string `json:"checked_on" format:"date" doc:"When somebody tried it."`
}

func (o operations) writeCard(ctx context.Context, tx *db.Tx, by access.Actor, slug string, of agency.CardID, n NewAskCard) (AskCard, error) {
	a, err := o.seen(ctx, tx, by, slug)
	if err != nil {
		return AskCard{}, err
	}
	made, err := o.agencies.WriteCardIn(ctx, tx, by, a, of, agency.NewCard{
		Activity: n.Activity, About: n.About, Ask: n.Ask, Reach: n.Reach, Otherwise: n.Otherwise, CheckedOn: api.Day(n.CheckedOn),
	})
	if err != nil {
		return AskCard{}, err
	}
	c, err := agency.CardByID(ctx, tx, a.ID, made)
	return cardOf(a, c), err
}

func (o operations) addCard(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	AreaPath
	api.Key
	Body NewAskCard
},
) (AskCard, error) {
	return o.writeCard(ctx, tx, by, in.Area, "", in.Body)
}

func (o operations) changeCard(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	AreaPath
	Card string `path:"card" doc:"The card’s ID."`
	api.Key
	Body NewAskCard
},
) (AskCard, error) {
	return o.writeCard(ctx, tx, by, in.Area, agency.CardID(in.Card), in.Body)
}

func (o operations) endCard(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	AreaPath
	Card string `path:"card" doc:"The card’s ID."`
	api.Key
	Body OnDay
},
) (AskCard, error) {
	a, err := o.seen(ctx, tx, by, in.Area)
	if err != nil {
		return AskCard{}, err
	}
	of := agency.CardID(in.Card)
	if err := o.agencies.EndCardIn(ctx, tx, by, a, of, api.Day(in.Body.On)); err != nil {
		return AskCard{}, err
	}
	c, err := agency.CardByID(ctx, tx, a.ID, of)
	return cardOf(a, c), err
}
